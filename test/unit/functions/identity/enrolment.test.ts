import { parse } from 'node-html-parser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '#domain/people/person.ts';
import { codedRoles, inviteOfficers } from '#functions/identity/code-invitations.ts';
import { inviteToEnrol } from '#functions/identity/enrolment.ts';
import { showEnrolment } from '#functions/identity/enrolment-visits.ts';
import { officers, openStage, type Stage } from '../asks/stage.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';

let stage: Stage;
let table: TestTable;
useTable(async (opened) => {
  table = opened;
  stage = await openStage(table);
});

function days(count: number) {
  return at(count * 1440);
}

let people = 0;
let person: Person;
beforeEach(async () => {
  people += 1;
  const [first] = officers;
  if (first === undefined) throw new Error('no one');
  person = { ...first, id: `baru-${people}`, email: `baru-${people}@dinas.example` };
  const changes = stage.store.people.put(person);
  await stage.store.commit({ journal: 'settings', now: at(0), events: [], changes });
});

afterEach(async () => {
  const changes = [stage.store.people.remove(person.id)];
  await stage.store.commit({ journal: 'settings', now: at(0), events: [], changes });
});

/** A link to enrol that was mailed to the person. */
async function invited(occasion = 'first', now = at(0)) {
  await inviteToEnrol(stage.deps, person, { occasion, now, again: true });
  return stage.enrolmentsOf(person.email).at(-1) ?? '';
}
function get(secret: string, now = at(1)) {
  return showEnrolment(stage.store, { secret, now });
}
function secretOn(body: string) {
  return parse(body).querySelector('code')?.text.replaceAll(' ', '') ?? '';
}

describe('an invitation', () => {
  const mailsTo = () => stage.enrolmentsOf(person.email).length;

  it('is sent once for each occasion, and not while a link is good', async () => {
    const invite = (occasion: string, now: string) => inviteToEnrol(stage.deps, person, { occasion, now });
    expect(await invite('a', at(0))).toBe('posted');
    expect(await invite('a', at(0))).toBe('not-needed');
    expect(await invite('b', days(6))).toBe('not-needed');
    expect(await invite('a', days(8))).toBe('sent-before');
    expect(await invite('c', days(8))).toBe('posted');
    expect(mailsTo()).toBe(2);
  });

  it('that follows another shows the same secret, so that both links serve until one is used', async () => {
    const [first, second] = [await invited('a'), await invited('b')];
    expect(second).not.toBe(first);
    const [one, other] = await Promise.all(
      [first, second].map((link) => stage.postProof(link, { show: 'qr' })),
    );
    expect(secretOn(one?.body ?? '')).toBe(secretOn(other?.body ?? ''));
    await stage.enrolBy(second, at(1));
    expect((await get(first)).body).toContain('sudah terdaftar');
    expect(await inviteToEnrol(stage.deps, person, { occasion: 'c', now: at(2), again: true })).toBe(
      'not-needed',
    );
  });

  it('that comes after the links have ended shows a new secret', async () => {
    const first = secretOn((await stage.postProof(await invited('a'), { show: 'qr' })).body);
    const link = await invited('b', days(8));
    expect(secretOn((await stage.postProof(link, { show: 'qr' }, days(8))).body)).not.toBe(first);
  });

  it('goes out later when it could not at once, and is not written again', async () => {
    const broken = new Error('the mail service is away');
    const ses = stage.deps.ses.send;
    stage.deps.ses.send = () => Promise.reject(broken);
    expect(await inviteToEnrol(stage.deps, person, { occasion: 'a', now: at(0) })).toBe('posted');
    expect(stage.deps.unsent).toHaveLength(1);
    stage.deps.ses.send = ses;
    expect(await inviteToEnrol(stage.deps, person, { occasion: 'a', now: at(0) })).toBe('not-needed');
    expect(stage.enrolmentsOf(person.email)).toEqual([]);
    // Whoever is told of anything later finds it.
    await stage.deps.nudge(['2020-08-03T00:00:00.000Z#of-another-cause'], at(30));
    await stage.enrolBy(stage.enrolmentsOf(person.email).at(-1) ?? '', at(1));
  });
});

describe('who is invited', () => {
  it('is a holder of an office about money, when the directory is read', async () => {
    expect([...codedRoles].sort()).toEqual(
      expect.arrayContaining(['auditor', 'kpa', 'kppn', 'pp-spm', 'ppk', 'treasurer']),
    );
    for (const role of ['verifier', 'mentor', 'leader', 'members'] as const)
      expect(codedRoles).not.toContain(role);
    const read = () => inviteOfficers(stage.deps, { occasion: 'people.json-1', now: at(3) });
    const before = stage.mails.length;
    expect(await read()).toBe(6);
    expect(await read()).toBe(0);
    const invited = stage.mails.slice(before).map(({ to }) => to.replace('@dinas.example', ''));
    expect(invited.sort()).toEqual(['karta', 'kas', 'pandu', 'paula', 'sinta', 'tari']);
    expect(await inviteOfficers(stage.deps, { occasion: 'people.json-2', now: at(4) })).toBe(0);
    await stage.enrol('karta', at(5));
    expect(await inviteOfficers(stage.deps, { occasion: 'people.json-3', now: days(9) })).toBe(5);
  });

  /** An SPM that the person is asked for. @returns the secret of their link */
  const askedForSpm = async (group: number) => {
    const changes = stage.store.people.put({ ...person, roles: [{ role: 'pp-spm', areas: ['33.02'] }] });
    await stage.store.commit({ journal: 'settings', now: at(5), events: [], changes });
    const id = await stage.submitted(group);
    await stage.turn(id, 'spm', '1');
    return stage.linksOf(id, person.email)[0] ?? '';
  };
  const spm = { outcome: 'issued', number: 'SPM-1', date: '2020-08-03' };

  it('is also a person who is asked for a decision about money without having enrolled, before the ask', async () => {
    const secret = await askedForSpm(90);
    const own = stage.mails.filter(({ to }) => to === person.email);
    expect(own).toHaveLength(2);
    expect(own[0]?.subject).toMatch(/^Pendaftaran kode/);
    expect((await stage.get(secret)).body).toContain('belum terdaftar');
    // What was sent with the ask is not sent again by its form.
    expect((await stage.post(secret, spm)).body).toContain('sudah dikirim ke surel');
    expect(stage.enrolmentsOf(person.email)).toHaveLength(1);
  });

  it('is a person who answers without having enrolled: another link for each turn, however often the form is sent', async () => {
    await invited();
    const secret = await askedForSpm(91);
    expect(stage.enrolmentsOf(person.email)).toHaveLength(1);
    for (let time = 0; time < 3; time++) {
      const page = await stage.post(secret, spm);
      expect([page.statusCode, page.body]).toEqual([422, expect.stringContaining('sudah dikirim ke surel')]);
      expect(page.body).toContain('value="SPM-1"');
    }
    expect(stage.enrolmentsOf(person.email)).toHaveLength(2);
    const code = await stage.enrolBy(stage.enrolmentsOf(person.email)[0] ?? '', at(50));
    expect(await stage.post(secret, { ...spm, code: code(at(60)) })).toMatchObject({ statusCode: 303 });
  });
});
