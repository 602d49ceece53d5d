/** The directory as its keepers change it: by tables and one by one, never half, and never over another keeper's change. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { noteRunning } from '#cli/cloud/home.ts';
import {
  awaitImport,
  DirectoryChanged,
  DirectoryRefused,
  readPeopleObject,
  writePeople,
} from '#cli/people/people-file.ts';
import { runProgram } from '#cli/program.ts';
import { readRegions } from '#cli/regions.ts';
import type { Person } from '#domain/people/person.ts';
import { linkIn } from '#players/mailbox.ts';
import { openPage } from '#players/page.ts';
import { silence } from '#players/replies.ts';
import { captureOutput } from '../captured-output.ts';
import { startWorld, tkmGroup, type World } from './world.ts';

let world: World;
let home: string;
let sample: Person[];

beforeAll(async () => {
  world = await startWorld();
  home = await mkdtemp(join(tmpdir(), 'jaring-people-'));
  await noteRunning(home, world.endpoint);
  sample = await inForce();
  captureOutput(() => printed);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await world?.stop();
  await rm(home, { recursive: true, force: true });
});

function inForce() {
  return world.connection.store.people.all();
}
async function get(id: string) {
  return (await inForce()).find((person) => person.id === id);
}

/** What commands print, all together. */
const printed = { out: '', errors: '' };

/** Runs `jaring people …` as one types it. */
async function people(...args: string[]) {
  Object.assign(printed, { out: '', errors: '' });
  const code = await runProgram(['people', ...args, '--home', home]);
  const { out, errors } = printed;
  return { code, out, errors };
}

async function fileOf(name: string, text: string) {
  const path = join(home, name);
  await writeFile(path, text);
  return path;
}
function table(rows: string) {
  return `id;nama;jabatan;surel\n${rows}`;
}

describe('the directory', () => {
  beforeEach(async () => {
    const { version } = await readPeopleObject(world.connection);
    const same = JSON.stringify(await inForce()) === JSON.stringify(sample);
    if (!same)
      await awaitImport(
        world.connection,
        await readRegions(),
        await writePeople(world.connection, sample, version),
      );
  });

  test('is exported and imported as it was', async () => {
    const path = join(home, 'export.csv');
    expect(await people('export', path)).toMatchObject({ code: 0 });
    const csv = await readFile(path, 'utf8');
    expect(csv).toContain('ratri.wulandari,Ratri Wulandari,verifier: 33.02,');
    expect((await people('export')).out).toBe(csv);
    const again = await people('import', path);
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining('nothing changes') });
    expect(await inForce()).toEqual(sample);
  });

  test('is replaced by a table, after a look at what that would do', async () => {
    const path = await fileOf(
      'two.csv',
      table('ada;Ada;admin: *;ada@dinas.example\nani;Ani;verifier: 33.02;ani@dinas.example\n'),
    );
    const dry = await people('import', path, '--dry-run', '--json');
    expect(JSON.parse(dry.out)).toMatchObject({ dryRun: true, added: ['ada', 'ani'], changed: [] });
    expect(await inForce()).toEqual(sample);
    expect(await people('import', path)).toMatchObject({ code: 0 });
    expect((await inForce()).map(({ id }) => id)).toEqual(['ada', 'ani']);
  });

  test('is left as it was by a table with a mistake, whose every mistake is reported in both languages', async () => {
    const path = await fileOf(
      'wrong.csv',
      table('ani;=1+1;king: 33.99;ani@dinas.example\nani;Budi;ppk: *;x\n'),
    );
    const before = await readPeopleObject(world.connection);
    for (const how of [[], ['--dry-run']]) {
      const { code, out, errors } = await people('import', path, ...how);
      expect(code).toBe(1);
      expect(out).toBe('');
      expect(errors.match(/^ {2}- baris ke-/gm)).toHaveLength(5);
      expect(errors.match(/^ {4}row \d/gm)).toHaveLength(5);
    }
    expect(await readPeopleObject(world.connection)).toEqual(before);
    expect(await inForce()).toEqual(sample);
  });

  test('is not overwritten by who knew an earlier one', async () => {
    const { version } = await readPeopleObject(world.connection);
    const path = await fileOf('base.csv', table('ada;Ada;admin: *;ada@dinas.example\n'));
    await people('set', 'ratri.wulandari', '--language', 'en');
    const { code, errors } = await people('import', path, '--base', version ?? '');
    expect(code).toBe(1);
    expect(errors).toContain('Another person has changed the directory');
    await expect(writePeople(world.connection, sample, version)).rejects.toBeInstanceOf(DirectoryChanged);
    await expect(writePeople(world.connection, sample, undefined)).rejects.toBeInstanceOf(DirectoryChanged);
    expect(await get('ratri.wulandari')).toMatchObject({ language: 'en' });
  });

  test('takes changes by several at the same time, one after the other', async () => {
    const results = await Promise.all(
      ['ratri.wulandari', 'yudi.hartono'].map((id) => people('absent', id, '--from', '2022-12-01')),
    );
    expect(results).toMatchObject([{ code: 0 }, { code: 0 }]);
    for (const id of ['ratri.wulandari', 'yudi.hartono'])
      expect(await get(id)).toMatchObject({ absences: [{ from: '2022-12-01', to: '2022-12-01' }] });
  });

  test('is changed one by one, and shown', async () => {
    expect(
      await people(
        ...['set', 'ani', '--new', '--name', 'Ani', '--email', 'ani@dinas.example'],
        ...['--role', 'verifier:33.02,33.03', '--superior', 'yudi.hartono'],
      ),
    ).toMatchObject({ code: 0, out: 'ani: added; in force.\n' });
    const away = [
      'absent',
      'ani',
      '--from',
      '2022-10-01',
      '--to',
      '2022-10-09',
      '--substitute',
      'yudi.hartono',
    ];
    expect(await people(...away)).toMatchObject({ code: 0 });
    expect(await get('ani')).toMatchObject({
      superior: 'yudi.hartono',
      absences: [{ from: '2022-10-01', to: '2022-10-09', substitute: 'yudi.hartono' }],
    });
    expect((await people('list', '--away')).out).toMatch(
      /^ani +Ani +verifier: 33\.02, 33\.03 .* 2022-10-09$/m,
    );
    expect((await people('list', '--role', 'verifier', '--area', '33.03', '--json')).out).toContain('"ani"');
    expect((await people('show', 'ani')).out).toContain('away       2022-10-01 to 2022-10-09');
    expect(await people('absent', 'ani', '--from', '2022-10-01', '--cancel')).toMatchObject({ code: 0 });
    expect(await get('ani')).not.toHaveProperty('absences');
    expect(await people('set', 'ani', '--superior', 'none')).toMatchObject({ code: 0 });
    expect(await people('remove', 'ani')).toMatchObject({ code: 0, out: 'ani: removed; in force.\n' });
    expect(await inForce()).toEqual(sample);
  });

  test.each([
    ['an unknown person', ['show', 'ratri'], 'Is it ratri.wulandari?'],
    ['a person who is superior to others', ['remove', 'yudi.hartono'], 'The superior "yudi.hartono" of'],
    ['an unknown role', ['set', 'ratri.wulandari', '--role', 'king:*'], 'Choose one of: verifier'],
    ['an unknown area', ['set', 'ratri.wulandari', '--role', 'ppk:33.99'], 'The area 33.99 is unknown'],
    [
      'an address of another person',
      ['set', 'ratri.wulandari', '--email', 'YUDI.HARTONO@disnaker-jateng.example'],
      'is also that of',
    ],
    [
      'an absence that ends before it begins',
      ['absent', 'ratri.wulandari', '--from', '2022-12-09', '--to', '2022-12-01'],
      'comes before the first',
    ],
    ['a day that is none', ['absent', 'ratri.wulandari', '--from', 'besok'], 'not an existing date'],
    [
      'an unknown substitute',
      ['absent', 'ratri.wulandari', '--from', '2022-12-09', '--substitute', 'x'],
      'The substitute "x"',
    ],
    [
      'a new person without an address',
      ['set', 'ani', '--new', '--name', 'Ani', '--role', 'ppk:*'],
      'required but missing',
    ],
    ['a new person who exists', ['set', 'ratri.wulandari', '--new'], 'already'],
    ['a role of the list that is none', ['list', '--role', 'king'], 'one of verifier'],
    ['a file that is not there', ['import', '/nowhere.csv'], 'cannot be read'],
  ])('refuses %s with clear words and changes nothing', async (_, args, reason) => {
    const before = await readPeopleObject(world.connection);
    const { code, errors } = await people(...args);
    expect(code).toBe(1);
    expect(errors).toContain(reason);
    expect(errors).not.toContain('    at ');
    expect(await readPeopleObject(world.connection)).toEqual(before);
  });

  test('says what the import refused, and is mended by a whole table', async () => {
    const { s3, outputs } = world.connection;
    const object = { Bucket: outputs.SettingsBucketName, Key: 'people.json' };
    const { VersionId = '' } = await s3.send(
      new PutObjectCommand({
        ...object,
        Body: JSON.stringify({ schemaVersion: 1, people: [{ ...sample[0], email: 'x' }] }),
      }),
    );
    const watched = awaitImport(world.connection, await readRegions(), VersionId);
    await expect(watched).rejects.toBeInstanceOf(DirectoryRefused);
    await expect(watched).rejects.toThrow('not an e-mail address');
    const one = await people('set', 'ratri.wulandari', '--language', 'en');
    expect(one.code).toBe(1);
    expect(one.errors).toContain('Import a whole directory over it');
    const path = join(home, 'mended.csv');
    await people('export', path);
    expect(await people('import', path)).toMatchObject({ code: 0 });
    const { Body } = await s3.send(new GetObjectCommand(object));
    expect(JSON.parse((await Body?.transformToString()) ?? '')).toMatchObject({ schemaVersion: 1 });
    expect(await inForce()).toEqual(sample);
  });
});

describe('an ask', () => {
  const jaring = async (...args: string[]) => {
    Object.assign(printed, { out: '', errors: '' });
    const code = await runProgram([...args, '--home', home]);
    return { code, ...printed };
  };
  const verifiers = (areas: string[]) =>
    sample.map((person) =>
      person.roles.some(({ role }) => role === 'verifier')
        ? { ...person, roles: [{ role: 'verifier' as const, areas }] }
        : person,
    );
  const direct = async (directory: readonly Person[]) => {
    const { version } = await readPeopleObject(world.connection);
    await awaitImport(
      world.connection,
      await readRegions(),
      await writePeople(world.connection, directory, version),
    );
  };
  const siteVisit = async (id: string) => {
    const open = await world.connection.store.asks.openBySubject(id);
    const ask = open.find(({ kind }) => kind === 'site-visit');
    if (ask?.assignee.kind !== 'person') throw new Error('no one is asked to visit');
    return { assigned: ask.assignee.personId, expiresAt: ask.expiresAt };
  };
  /** The link of the newest message about the proposal to a person of the directory. */
  const linkTo = async (personId: string, id: string) => {
    const person = (await inForce()).find((each) => each.id === personId);
    const mail = (await world.mailsTo(person?.email ?? '', id)).at(-1);
    return (mail && linkIn(mail)) ?? '';
  };

  test('is delegated over HTTP, and assigned by an administrator when no one is left', async () => {
    await direct(verifiers(['*']));
    const id = await world.submit(tkmGroup(1), { 'site-visit': silence });
    await world.answerAll();
    const before = await siteVisit(id);
    const link = await linkTo(before.assigned, id);
    const delegates = JSON.parse((await jaring('answer', link, '--json')).out).delegates as string[];
    expect(delegates).not.toContain(before.assigned);
    const [to = ''] = delegates;
    expect(await jaring('answer', link, '--delegate', to)).toMatchObject({
      code: 1,
      errors: expect.stringContaining('memerlukan alasan'),
    });
    const done = await jaring('answer', link, '--delegate', to, '--reason', 'Cuti');
    expect(done).toMatchObject({
      code: 0,
      out: expect.stringContaining('sudah diteruskan kepada orang lain'),
    });
    expect(await siteVisit(id)).toEqual({ ...before, assigned: to });
    expect((await openPage(await linkTo(to, id))).answer).toBeDefined();
    expect(await jaring('answer', link, '--delegate', to, '--reason', 'Cuti')).toMatchObject({ code: 1 });

    await direct(verifiers(['94']));
    const other = await world.submit(tkmGroup(2), { 'site-visit': silence });
    await world.answerAll();
    expect(await siteVisit(other)).toMatchObject({ assigned: 'nobody' });
    const admin = sample.find(({ roles }) => roles.some(({ role }) => role === 'admin'));
    const naming = await linkTo(admin?.id ?? '', other);
    expect((await openPage(naming)).text).toContain('Tidak ada orang dengan jabatan itu');
    expect(await jaring('answer', naming, '--delegate', to)).toMatchObject({ code: 0 });
    expect(await siteVisit(other)).toMatchObject({ assigned: to });
    expect((await openPage(await linkTo(to, other))).answer).toBeDefined();
  });
});
