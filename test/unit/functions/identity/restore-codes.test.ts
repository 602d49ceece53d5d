import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '#domain/people/person.ts';
import { checkCode } from '#functions/identity/codes.ts';
import { inviteToEnrol } from '#functions/identity/enrolment.ts';
import { showEnrolment } from '#functions/identity/enrolment-visits.ts';
import { resetAndInvite } from '#functions/identity/restore-codes.ts';
import { NotFound } from '#functions/store/errors.ts';
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
function check(code: string, now: string) {
  return checkCode(stage.deps, {
    personId: person.id,
    askId: idOfAsk('P-0123456789', 'spp', '1'),
    code,
    now,
  });
}

describe('a reset', () => {
  it('ends the old secret at once, and mails a link to another', async () => {
    const first = await invited();
    const old = await stage.enrolBy(first, at(1));
    const done = await resetAndInvite(stage.deps, { personId: person.id, now: at(10) });
    expect(done).toEqual({ mail: 'posted' });
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
