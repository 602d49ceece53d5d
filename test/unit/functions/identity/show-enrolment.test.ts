import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '#domain/people/person.ts';
import { inviteToEnrol } from '#functions/identity/enrolment.ts';
import { showEnrolment } from '#functions/identity/enrolment-visits.ts';
import { newLinkSecret } from '#functions/store/links.ts';
import { officers, openStage, type Stage } from '../asks/stage.ts';
import { digestOf, type TestTable, useTable } from '../dynamodb.ts';
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
/** A digest of the whole table. */
function everything() {
  return digestOf(table);
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
