/** `jaring play` on a running cloud, as one uses it: by its command line, its exit codes and its JSON. */
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { cloudFolder, noteRunning } from '#cli/cloud/home.ts';
import type { StartedCloud } from '#cli/cloud/start.ts';
import { runProgram } from '#cli/program.ts';
import { openPage, sendForm } from '#players/page.ts';
import { captureOutput } from '../captured-output.ts';
import { startTestCloud } from './world.ts';

const playedSchema = z.strictObject({
  now: z.iso.datetime(),
  proposals: z.array(
    z.strictObject({
      id: z.string().regex(/^P-[0-9A-Z]{10}$/),
      stage: z.string(),
      open: z.array(
        z.strictObject({
          ask: z.string(),
          kind: z.string(),
          about: z.string(),
          person: z.string(),
          url: z.url(),
        }),
      ),
    }),
  ),
  answered: z.array(
    z.strictObject({
      proposal: z.string(),
      kind: z.string(),
      about: z.string(),
      person: z.string(),
      outcome: z.string(),
    }),
  ),
});

const minutes = 60_000;
const tkm = 'tkm-banyumas';
const padatKarya = 'padat-karya-gunungkidul';

let home: string;
let cloud: StartedCloud;
let printed = { out: '', errors: '' };

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'jaring-play-'));
  await mkdir(cloudFolder(home), { recursive: true });
  cloud = await startTestCloud();
  cloud.bank.run(50);
  await noteRunning(home, cloud.endpoint);
}, 2 * minutes);

afterEach(() => vi.restoreAllMocks());

afterAll(async () => {
  await cloud.stop();
  await rm(home, { recursive: true, force: true });
});

/** Runs the command line, and gives what it printed and ended with. */
async function jaring(...args: string[]) {
  printed = { out: '', errors: '' };
  captureOutput(() => printed);
  const code = await runProgram([...args, '--home', home]);
  vi.restoreAllMocks();
  return { code, ...printed };
}

/** Plays with `--json`, and reads what it printed. */
async function play(...args: string[]) {
  const { code, out, errors } = await jaring('play', ...args, '--json');
  if (code === 2) throw new Error(errors);
  const played = playedSchema.parse(JSON.parse(out));
  const [first] = played.proposals;
  return {
    ...{ code, errors, ...played },
    open: first?.open.map(({ kind, about }) => `${kind}:${about}`) ?? [],
    link: first?.open[0]?.url ?? '',
    did: [...new Set(played.answered.map(({ kind, outcome }) => `${kind} ${outcome}`))],
  };
}

function submit(packet: string) {
  return jaring('submit', `samples/packets/${packet}`);
}

describe('jaring play', () => {
  test('says what is missing before there is anything to play', async () => {
    const { code, errors } = await jaring('play', '--until', 'spm');
    expect(code).toBe(3);
    expect(errors).toContain('There are no proposals yet');
  });

  test('stops before the first open ask of a kind, with everything before it answered', {
    timeout: 3 * minutes,
  }, async () => {
    expect((await submit(tkm)).code).toBe(0);
    const members = await play(tkm, '--until', 'membership');
    expect(members).toMatchObject({ code: 0, did: ['correction revised'] });
    expect(members.proposals[0]).toMatchObject({ stage: 'verification' });
    expect(members.proposals[0]?.open.map(({ person }) => person)).toHaveLength(20);
    expect(members.proposals[0]?.open[2]).toMatchObject({ person: 'member-3', about: '1' });

    const { code, open, answered, did, link } = await play(tkm, '--until', 'spm');
    expect({ code, open }).toEqual({ code: 0, open: ['spm:1'] });
    expect(did).toEqual([
      ...['membership confirmed', 'site-visit pass', 'approval approve'],
      ...['tranche-documents provided', 'spp issued'],
    ]);
    // As many as it takes, and no more.
    expect(answered.filter(({ kind }) => kind === 'membership')).toHaveLength(15);
    const page = await openPage(link);
    expect(page.status).toBe(200);
    expect(page.heading).toContain('SPM');
    expect(page.answer).toBeDefined();
  });

  test('does nothing where it stands there already, and cannot go back', { timeout: minutes }, async () => {
    expect(await play(tkm, '--until', 'spm')).toMatchObject({ code: 0, open: ['spm:1'], answered: [] });
    expect(await play(tkm, '--until', 'payment')).toMatchObject({ code: 0, answered: [] });
    for (const place of ['site-visit', 'verification', 'spp:1', 'correction', 'spm:2']) {
      const { code, errors, answered, open } = await play(tkm, '--until', place);
      expect({ code, open, answered }, place).toEqual({ code: 3, open: ['spm:1'], answered: [] });
      expect(errors, place).toContain('waits for spm:1');
    }
  });

  test('keeps keys for their owner alone, and shows the code of a person', { timeout: minutes }, async () => {
    const file = await stat(join(cloudFolder(home), 'authenticators.json'));
    expect(file.mode & 0o777).toBe(0o600);
    const { link } = await play(tkm, '--until', 'spm');
    // What was given in this half minute is given no more.
    await cloud.connection.control.advance({ seconds: 30 });
    const { code, out } = await jaring('code', 'show', 'donny.kusuma');
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/^\d{6}\n$/) });
    const answered = await sendForm(await openPage(link), {
      ...{
        outcome: 'issued',
        number: 'SPM-BY-HAND',
        date: (await cloud.connection.control.clock()).now.slice(0, 10),
      },
      code: out.trim(),
    });
    expect({ status: answered.status, problems: answered.problems }).toEqual({ status: 200, problems: [] });
    const json = await jaring('code', 'show', 'donny.kusuma', '--json');
    expect(JSON.parse(json.out)).toMatchObject({ person: 'donny.kusuma', code: out.trim(), used: true });
    // Without the key no one can answer in this person's place.
    const keys = join(cloudFolder(home), 'authenticators.json');
    await rename(keys, `${keys}.away`);
    const locked = await play(tkm, '--until', 'run-release');
    await rename(`${keys}.away`, keys);
    expect(locked).toMatchObject({ code: 3, answered: [], open: ['sp2d:1'] });
    expect(locked.errors).toContain('code reset gunawan.saleh');
    const unknown = await jaring('code', 'show', 'nobody');
    expect(unknown.code).toBe(1);
    expect(unknown.errors).toContain('donny.kusuma');
  });

  test('continues from what was answered by hand, up to the release of the payment run', {
    timeout: 2 * minutes,
  }, async () => {
    const { code, proposals, did, link } = await play('--until', 'run-release');
    expect({ code, did }).toEqual({ code: 0, did: ['sp2d issued'] });
    expect(proposals[0]?.open[0]).toMatchObject({ kind: 'run-release', person: 'wulan.purnama' });
    expect((await openPage(link)).heading).toContain('Pelepasan pembayaran');
  });

  test('refuses names that nothing bears, and says what there is', { timeout: minutes }, async () => {
    for (const [args, known] of [
      [['--until', 'spmm'], 'spm, '],
      [['--until', 'spm:7'], '1, 2'],
      [['--until', 'payment:1'], 'payment'],
      [['--until', 'closed', '--except', 'visits'], 'mentor-visit'],
      [['P-0000000000', '--until', 'closed'], tkm],
      [[], '--until'],
    ] as const) {
      const { code, out, errors } = await jaring('play', ...args);
      expect({ code, out }, args.join(' ')).toEqual({ code: 2, out: '' });
      expect(errors, args.join(' ')).toContain(known);
    }
  });

  test('takes the second of two tranches up where it is, while another stands elsewhere', {
    timeout: 3 * minutes,
  }, async () => {
    expect((await submit(padatKarya)).code).toBe(0);
    // The other's run is to be released until this afternoon, and its own comes tomorrow: time cannot serve both.
    const both = await play('--until', 'run-release');
    expect(both.code).toBe(3);
    expect(both.errors).toContain('Play them one by one');
    expect(both.open[0]).toMatch(/^run-release:/);
    const second = await play(padatKarya, '--until', 'spm:2');
    expect(second).toMatchObject({ code: 0, open: expect.arrayContaining(['spm:2']) });
    expect(second.did).toContain('run-release released');
    // The other's money was in a run of its own, which was not to be released.
    expect(second.answered.filter(({ proposal }) => proposal !== second.proposals[0]?.id)).toEqual([]);
    const all = await play('--until', 'spm:2');
    expect(all.code).toBe(3);
    expect(all.errors).toContain('its programme, tkm-2020, has none');
    expect(all.proposals).toHaveLength(2);
  });

  test('lets what is left unanswered run out, to the close', { timeout: 4 * minutes }, async () => {
    const { code, proposals, did } = await play('--until', 'closed', '--except', 'mentor-visit');
    expect(code).toBe(0);
    expect(proposals.map(({ stage }) => stage)).toEqual(['closed', 'closed']);
    expect(did).toEqual(
      expect.arrayContaining(['lpj submitted', 'outcome recorded', 'muster-roll handed-in']),
    );
    expect(did).not.toContain('mentor-visit visited');
    const found = await Promise.all(proposals.map(({ id }) => cloud.connection.store.proposals.get(id)));
    for (const proposal of found) expect(proposal).toMatchObject({ stage: 'closed', result: 'with-overdue' });
    const again = await play('--until', 'closed');
    expect(again).toMatchObject({ code: 0, answered: [] });
    expect((await play('--until', 'spm')).errors).toMatch(/is closed \(with-overdue\)/);
  });
});
