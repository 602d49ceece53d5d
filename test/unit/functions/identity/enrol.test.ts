import { parse } from 'node-html-parser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '#domain/people/person.ts';
import { checkCode } from '#functions/identity/codes.ts';
import { inviteToEnrol } from '#functions/identity/enrolment.ts';
import { showEnrolment } from '#functions/identity/enrolment-visits.ts';
import { idOfAsk } from '#test/asks.ts';
import { officers, openStage, type Stage } from '../asks/stage.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';

let stage: Stage;
let table: TestTable;
useTable(async (opened) => {
  table = opened;
  stage = await openStage(table);
});

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
function check(code: string, now: string) {
  return checkCode(stage.deps, {
    personId: person.id,
    askId: idOfAsk('P-0123456789', 'spp', '1'),
    code,
    now,
  });
}

describe('the link to enrol', () => {
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
});
