import { parse } from 'node-html-parser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '#domain/people/person.ts';
import { codedRoles, inviteOfficers } from '#functions/identity/code-invitations.ts';
import { checkCode } from '#functions/identity/codes.ts';
import { inviteToEnrol } from '#functions/identity/enrolment.ts';
import { showEnrolment } from '#functions/identity/enrolment-visits.ts';
import { resetAndInvite } from '#functions/identity/restore-codes.ts';
import { NotFound } from '#functions/store/errors.ts';
import { newLinkSecret } from '#functions/store/links.ts';
import { idOfAsk } from '#test/asks.ts';
import { officers, openStage, type Stage } from '../asks/stage.ts';
import { digestOf, type TestTable, useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';

let stage: Stage;
let table: TestTable;
useTable(async (opened) => {
  table = opened;
  stage = await openStage(table);
});

const days = (count: number) => at(count * 1440);
/** A digest of the whole table. */
const everything = () => digestOf(table);

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
const invited = async (occasion = 'first', now = at(0)) => {
  await inviteToEnrol(stage.deps, person, { occasion, now, again: true });
  return stage.enrolmentsOf(person.email).at(-1) ?? '';
};
const get = (secret: string, now = at(1)) => showEnrolment(stage.store, { secret, now });
const secretOn = (body: string) => parse(body).querySelector('code')?.text.replaceAll(' ', '') ?? '';
const check = (code: string, now: string) =>
  checkCode(stage.deps, { personId: person.id, askId: idOfAsk('P-0123456789', 'spp', '1'), code, now });

describe('the link to enrol', () => {
  it('shows nothing secret and changes nothing when it is opened, by whatever scanner', async () => {
    const link = await invited();
    const before = await everything();
    for (let time = 0; time < 5; time++) {
      const page = await get(link);
      expect(page.statusCode).toBe(200);
      expect(page.body).not.toMatch(/otpauth|<svg|<code/);
    }
    expect(await everything()).toBe(before);
  });

  it('shows the secret to who presses the button: as QR code, as link and as text, without style or script', async () => {
    const link = await invited();
    const page = await stage.postProof(link, { show: 'qr' });
    expect(page.statusCode).toBe(200);
    const root = parse(page.body);
    expect(secretOn(page.body)).toMatch(/^[A-Z2-7]{32}$/);
    expect(root.querySelector('code')?.text).toMatch(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/);
    const uri = new URL(root.querySelector('a')?.getAttribute('href') ?? '');
    expect(uri.href).toMatch(new RegExp(`^otpauth://totp/Jaring:${person.id}?`));
    expect(Object.fromEntries(uri.searchParams)).toEqual({
      ...{ issuer: 'Jaring', secret: secretOn(page.body), algorithm: 'SHA1', digits: '6', period: '30' },
    });
    expect(root.querySelectorAll('svg[role=img] path')).toHaveLength(1);
    expect(root.querySelectorAll('[style], script, img')).toHaveLength(0);
    expect(Buffer.byteLength(page.body)).toBeLessThan(60_000);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  });

  it('enrols a person who proves it by a code; then it says so and nothing else', async () => {
    const link = await invited();
    const code = await stage.enrolBy(link, at(1));
    for (const page of [
      await get(link),
      await stage.postProof(link, { show: 'qr' }),
      await stage.postProof(link, { code: code(at(2)) }),
    ]) {
      expect(page.statusCode).toBe(200);
      expect(page.body).toContain('sudah terdaftar');
      expect(page.body).not.toMatch(/otpauth|<svg|<code|<form/);
      expect(page.body).not.toContain(person.id);
    }
    expect(await stage.store.codes.get(person.id)).toMatchObject({ status: 'enrolled' });
    const events = await stage.store.audit.list({ journal: 'settings' });
    expect(events.at(-1)).toMatchObject({
      action: 'code.enrolled',
      actor: { kind: 'person', id: person.id },
    });
    // The code that proved it is used up; the next one counts.
    expect(await check(code(at(1)), at(1))).toBe('used');
    expect(await check(code(at(2)), at(2))).toBe('accepted');
  });

  it('enrols no one by a wrong code or none, and says what to do', async () => {
    const link = await invited();
    for (const [code, text] of [
      ['', '6 angka'],
      ['12 34', '6 angka'],
      ['000000', 'jam ponsel'],
    ] as const) {
      const page = await stage.postProof(link, { code });
      expect([page.statusCode, page.body]).toEqual([422, expect.stringContaining(text)]);
    }
    expect(await stage.store.codes.get(person.id)).toMatchObject({ status: 'enrolling', wrong: {} });
    expect(await stage.postProof(link, { code: '1'.repeat(5000) })).toMatchObject({ statusCode: 413 });
  });

  it('enrols once when it is proved twice at the same instant', async () => {
    const link = await invited();
    const proofs = await Promise.allSettled([stage.enrolBy(link, at(1)), stage.enrolBy(link, at(1))]);
    expect(proofs.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
    const events = await stage.store.audit.list({ journal: 'settings' });
    const own = events.filter(
      ({ action, facts }) => action === 'code.enrolled' && facts.personId === person.id,
    );
    expect(own).toHaveLength(1);
  });

  it('is distinguished from a foreign one, from that of an ask, and from one that is too old', async () => {
    const link = await invited();
    const id = await stage.submitted(100 + people);
    await stage.turn(id, 'site-visit', '1');
    const [ofAsk = ''] = stage.linksOf(id);
    for (const wrong of [newLinkSecret(), link.slice(1), `${link}x`, ofAsk])
      for (const page of [await get(wrong), await stage.postProof(wrong, { show: 'qr' })])
        expect([page.statusCode, page.body]).toEqual([404, expect.not.stringContaining('otpauth')]);
    expect((await stage.get(link)).statusCode).toBe(404);
    for (const page of [await get(link, days(8)), await stage.postProof(link, { show: 'qr' }, days(8))])
      expect([page.statusCode, page.body]).toEqual([410, expect.not.stringContaining('otpauth')]);
  });
});

describe('an invitation', () => {
  const mailsTo = () => stage.enrolmentsOf(person.email).length;

  it('is sent once for each occasion, and not while a link is good', async () => {
    const invite = (occasion: string, now: string) => inviteToEnrol(stage.deps, person, { occasion, now });
    expect(await invite('a', at(0))).toBe('sent');
    expect(await invite('a', at(0))).toBe('not-needed');
    expect(await invite('b', days(6))).toBe('not-needed');
    expect(await invite('a', days(8))).toBe('sent-before');
    expect(await invite('c', days(8))).toBe('sent');
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

  it('goes out again when its sender died before it had gone', async () => {
    const broken = new Error('the mail service is away');
    const ses = stage.deps.ses.send;
    stage.deps.ses.send = () => Promise.reject(broken);
    await expect(invited('a')).rejects.toThrow(broken);
    stage.deps.ses.send = ses;
    expect(await inviteToEnrol(stage.deps, person, { occasion: 'a', now: at(0) })).toBe('sent');
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

describe('a reset', () => {
  it('ends the old secret at once, and mails a link to another', async () => {
    const first = await invited();
    const old = await stage.enrolBy(first, at(1));
    const done = await resetAndInvite(stage.deps, { personId: person.id, now: at(10) });
    expect(done).toEqual({ mail: 'sent' });
    expect(await check(old(at(11)), at(11))).toBe('not-enrolled');
    // The link of before is of the past: it shows neither secret.
    expect((await get(first, at(11))).statusCode).toBe(410);
    expect((await stage.postProof(first, { show: 'qr' }, at(11))).statusCode).toBe(410);
    const code = await stage.enrolBy(stage.enrolmentsOf(person.email).at(-1) ?? '', at(12));
    expect(await check(old(at(13)), at(13))).toBe('wrong');
    expect(await check(code(at(13)), at(13))).toBe('accepted');
    const events = await stage.store.audit.list({ journal: 'settings' });
    expect(events).toContainEqual(
      expect.objectContaining({ action: 'code.reset', facts: { personId: person.id, enrolment: 2 } }),
    );
  });

  it('unlocks what wrong codes of before had locked', async () => {
    await stage.enrolBy(await invited(), at(1));
    for (let time = 0; time < 5; time++) await check('000000', at(2));
    expect(await check('000000', at(2))).toBe('locked');
    await resetAndInvite(stage.deps, { personId: person.id, now: at(10) });
    const code = await stage.enrolBy(stage.enrolmentsOf(person.email).at(-1) ?? '', at(12));
    expect(await check(code(at(13)), at(13))).toBe('accepted');
  });

  it('is refused for who is not in the directory', async () => {
    await expect(resetAndInvite(stage.deps, { personId: 'siapa', now: at(0) })).rejects.toThrow(NotFound);
  });
});
