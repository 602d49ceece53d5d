import { describe, expect, it } from 'vitest';
import { lastDaysOf } from '#domain/calendar.ts';
import { awardEntry } from '#domain/money/ledger.ts';
import { rupiah } from '#domain/money/rupiah.ts';
import { isWorkingDay } from '#domain/working-days.ts';
import { importSettings } from '#functions/console/import-settings.ts';
import type { SettingsFile } from '#functions/console/settings-files.ts';
import { regions } from '#functions/runtime/regions.ts';
import { createAudit } from '#functions/store/audit.ts';
import { createBudgets } from '#functions/store/budgets.ts';
import { createCalendar } from '#functions/store/calendar.ts';
import { commit } from '#functions/store/commit.ts';
import { createPeople } from '#functions/store/people.ts';
import { calendarAt, shippedDecrees } from '#programmes/calendar.ts';
import { type TestTable, useTable } from '../dynamodb.ts';

const now = '2020-10-05T02:00:00.000Z';
let table: TestTable;
useTable((opened) => {
  table = opened;
});

function storeOf(connection: TestTable) {
  return {
    commit: (request: Parameters<typeof commit>[1]) => commit(connection, request),
    people: createPeople(connection),
    budgets: createBudgets(connection),
    calendar: createCalendar(connection),
  };
}
async function actions() {
  return (await createAudit(table).list({ journal: 'settings' })).map(({ action }) => action);
}

function imported(file: SettingsFile, text: string) {
  return importSettings({ store: storeOf(table), regions }, { file, content: text, versionId: 'v1', now });
}

function person(id: string, more: object = {}) {
  return {
    id,
    name: `Pejabat ${id}`,
    roles: [{ role: 'ppk', areas: ['33'] }],
    email: `${id}@example.id`,
    language: 'id',
    ...more,
  };
}
function peopleFile(...people: object[]) {
  return JSON.stringify({ schemaVersion: 1, people });
}
function budgetFile(...ceilings: object[]) {
  return JSON.stringify({ schemaVersion: 1, ceilings });
}
const line = { programme: 'tkm', year: 2020, province: '33' };

describe('importing people', () => {
  it('makes the directory what the file says: new, changed and gone', async () => {
    const store = storeOf(table);
    await imported('people.json', peopleFile(person('ani'), person('budi')));
    const changed = person('ani', { language: 'en' });
    expect(await imported('people.json', peopleFile(changed, person('citra')))).toEqual({
      outcome: 'imported',
      changes: 3,
    });
    expect(await store.people.all()).toEqual([changed, person('citra')]);
  });

  it('writes nothing when the file says what is in force already', async () => {
    const text = peopleFile(person('ani'));
    await imported('people.json', text);
    const before = await actions();
    expect(await imported('people.json', text)).toEqual({ outcome: 'unchanged' });
    expect(await actions()).toEqual(before);
  });

  it('takes a directory of more people than one transaction holds', async () => {
    const store = storeOf(table);
    const many = Array.from({ length: 130 }, (_, index) => person(`p${String(index).padStart(3, '0')}`));
    await imported('people.json', peopleFile(...many));
    expect(await store.people.all()).toHaveLength(130);
    expect(await createAudit(table).verify({ journal: 'settings' })).toMatchObject({ sound: true });
  });

  it.each([
    ['is not JSON', '{'],
    ['names a person twice', peopleFile(person('ani'), person('ani'))],
    ['names a superior who is not in it', peopleFile(person('ani', { superior: 'nobody' }))],
    ['gives an unknown role', peopleFile(person('ani', { roles: [{ role: 'king', areas: ['*'] }] }))],
  ])('changes nothing and leaves a record when the file %s', async (_, text) => {
    const store = storeOf(table);
    const before = await store.people.all();
    expect(await imported('people.json', text)).toMatchObject({ outcome: 'refused' });
    expect(await store.people.all()).toEqual(before);
    expect((await actions()).at(-1)).toBe('settings.refused');
  });
});

describe('importing budgets', () => {
  it('opens lines and changes ceilings, keeping what is in use', async () => {
    const store = storeOf(table);
    await imported('budgets.json', budgetFile({ ...line, ceiling: 100 }));
    await store.commit({
      proposalId: 'P-0000000001',
      now,
      events: [],
      changes: store.budgets.book(awardEntry({ line, proposalId: 'P-0000000001', at: now }, rupiah(60))),
    });
    await imported('budgets.json', budgetFile({ ...line, ceiling: 150 }));
    expect(await store.budgets.get(line)).toMatchObject({ ceiling: 150, available: 90, committed: 60 });
  });

  it('refuses the whole file when one ceiling is below what is in use', async () => {
    const store = storeOf(table);
    const text = budgetFile({ ...line, ceiling: 59 }, { ...line, province: '34', ceiling: 5 });
    expect(await imported('budgets.json', text)).toEqual({
      outcome: 'refused',
      problems: [
        {
          code: 'ceiling-below-use',
          where: '/ceilings/0',
          facts: { line: 'tkm/2020/33', ceiling: 59, used: 60 },
        },
      ],
    });
    expect(await store.budgets.get({ ...line, province: '34' })).toBeUndefined();
  });
});

describe('importing decrees into the calendar', () => {
  const admin = person('rina', { roles: [{ role: 'admin', areas: ['*'] }] });
  const decree = (more: object = {}) => ({
    year: 2021,
    number: 'SKB 9/2020',
    on: '2020-10-02',
    source: 'a decree of this test',
    add: [{ date: '2021-12-27', kind: 'collective-leave', name: 'Cuti bersama' }],
    cancel: ['2021-12-24'],
    ...more,
  });
  // As it was known in October 2020, 24 and 27 December 2021 were leave.
  const fresh = decree({ add: [{ date: '2021-12-28', kind: 'collective-leave', name: 'Cuti bersama' }] });
  const calendarFile = (holidays: object[], more: object = {}) =>
    JSON.stringify({ schemaVersion: 1, loadedBy: 'rina', why: 'baru ditetapkan', holidays, ...more });
  const yearEnd = (more: object = {}) => ({
    year: 2020,
    number: 'PER-1/PB/2020',
    on: '2020-10-01',
    source: 'a decree of this test',
    lastDays: { spp: '2020-12-11', spm: '2020-12-16', sp2d: '2020-12-23' },
    ...more,
  });
  const load = (text: string) => imported('calendar.json', text);
  const codes = async (text: string) => {
    const done = await load(text);
    return done.outcome === 'refused' ? done.problems.map(({ code, where }) => `${where} ${code}`) : done;
  };

  it('adds what is new, names who loaded it and why, and adds it once', async () => {
    await imported('people.json', peopleFile(admin));
    const text = calendarFile([fresh], { yearEnds: [yearEnd()] });
    expect(await load(text)).toEqual({ outcome: 'imported', changes: 2 });
    expect(await load(text)).toEqual({ outcome: 'unchanged' });
    const record = (await createAudit(table).list({ journal: 'settings' })).filter(
      ({ action }) => action === 'calendar.decreed',
    );
    expect(record.map(({ actor, facts }) => [actor, facts.year, facts.decree, facts.why])).toEqual([
      [{ kind: 'person', id: 'rina' }, 2021, 'SKB 9/2020', 'baru ditetapkan'],
      [{ kind: 'person', id: 'rina' }, 2020, 'PER-1/PB/2020', 'baru ditetapkan'],
    ]);
    const loaded = await createCalendar(table).all();
    const known = calendarAt('2020-10-06T00:00:00.000Z', loaded);
    expect(isWorkingDay('2021-12-24', known)).toBe(true);
    expect(isWorkingDay('2021-12-28', known)).toBe(false);
    expect(lastDaysOf(2020, known)).toMatchObject({
      sp2d: '2020-12-23',
      daysBack: 14,
      decree: 'PER-1/PB/2020',
    });
    // Before it was loaded it was not known, although it had been decreed.
    expect(isWorkingDay('2021-12-28', calendarAt('2020-10-04T00:00:00.000Z', loaded))).toBe(true);
  });

  it('takes an amendment of the last days, which counts from then on', async () => {
    await imported('people.json', peopleFile(admin));
    await load(calendarFile([], { yearEnds: [yearEnd()] }));
    const longer = { spp: '2020-12-18', spm: '2020-12-21', sp2d: '2020-12-29' };
    const amended = yearEnd({ number: 'S-8/PB/2020', on: '2020-10-04', lastDays: longer });
    expect(await load(calendarFile([], { yearEnds: [amended] }))).toEqual({
      outcome: 'imported',
      changes: 1,
    });
    const known = calendarAt('2020-10-06T00:00:00.000Z', await createCalendar(table).all());
    expect(lastDaysOf(2020, known)).toMatchObject({ ...longer, decree: 'S-8/PB/2020' });
  });

  it('refuses a file whole, with every bad row at once, also those behind one of a wrong shape', async () => {
    await imported('people.json', peopleFile(admin, person('ani')));
    const other = decree({
      number: 'SKB 12/2020',
      add: [{ date: '2021-12-29', kind: 'collective-leave', name: 'Cuti bersama' }],
      cancel: ['2021-12-27'],
    });
    const text = calendarFile(
      [
        decree({ on: '5 Oktober' }),
        other,
        other,
        decree({ number: 'SKB 10/2020', on: '2020-10-09', add: [], cancel: ['2021-12-23', '2020-12-24'] }),
        { ...other, number: 'SKB 11/2020', add: undefined, cancel: undefined },
      ],
      {
        loadedBy: 'ani',
        yearEnds: [
          yearEnd({
            number: 'PER-2/PB/2020',
            lastDays: { spp: '2020-12-18', spm: '2020-12-16', sp2d: '2021-01-04' },
          }),
        ],
      },
    );
    expect(await codes(text)).toEqual([
      '/holidays/0/on field-not-a-date',
      '/loadedBy calendar-not-by-admin',
      '/holidays/2 decree-doubled',
      '/holidays/3/on decree-in-future',
      '/holidays/3/cancel/1 day-outside-year',
      '/holidays/2/cancel/0 day-not-off',
      '/holidays/2/add/0/date day-already-off',
      '/holidays/4 decree-empty',
      '/holidays/3/cancel/0 day-not-off',
      '/yearEnds/0/lastDays/sp2d day-outside-year',
      '/yearEnds/0/lastDays/spm last-days-out-of-order',
    ]);
    expect((await createCalendar(table).all()).map(({ decree: { number } }) => number)).not.toContain(
      'SKB 12/2020',
    );
    expect((await actions()).at(-1)).toBe('settings.refused');
  });

  it('never changes what is in force: neither what was loaded nor what is shipped', async () => {
    await imported('people.json', peopleFile(admin));
    await load(calendarFile([fresh]));
    expect(await codes(calendarFile([{ ...fresh, cancel: [] }]))).toEqual(['/holidays/0 decree-differs']);
    const [shipped] = shippedDecrees.holidays;
    expect(await load(calendarFile([{ ...shipped }]))).toEqual({ outcome: 'unchanged' });
    expect(await codes(calendarFile([{ ...shipped, source: 'elsewhere' }]))).toEqual([
      '/holidays/0 decree-differs',
    ]);
    expect(await codes(calendarFile([]))).toEqual([' calendar-empty']);
  });
});
