import { describe, expect, it } from 'vitest';
import { awardEntry } from '#domain/money/ledger.ts';
import { rupiah } from '#domain/money/rupiah.ts';
import { importSettings } from '#functions/console/import-settings.ts';
import type { SettingsFile } from '#functions/console/settings-files.ts';
import { regions } from '#functions/runtime/regions.ts';
import { createAudit } from '#functions/store/audit.ts';
import { createBudgets } from '#functions/store/budgets.ts';
import { commit } from '#functions/store/commit.ts';
import { createPeople } from '#functions/store/people.ts';
import { type TestTable, useTable } from '../dynamodb.ts';

const now = '2020-10-05T02:00:00.000Z';
let table: TestTable;
useTable((opened) => {
  table = opened;
});

const storeOf = (connection: TestTable) => ({
  commit: (request: Parameters<typeof commit>[1]) => commit(connection, request),
  people: createPeople(connection),
  budgets: createBudgets(connection),
});
const actions = async () =>
  (await createAudit(table).list({ journal: 'settings' })).map(({ action }) => action);

const imported = (file: SettingsFile, text: string) =>
  importSettings({ store: storeOf(table), regions }, { file, content: text, versionId: 'v1', now });

const person = (id: string, more: object = {}) => ({
  id,
  name: `Pejabat ${id}`,
  roles: [{ role: 'ppk', areas: ['33'] }],
  email: `${id}@example.id`,
  language: 'id',
  ...more,
});
const peopleFile = (...people: object[]) => JSON.stringify({ schemaVersion: 1, people });
const budgetFile = (...ceilings: object[]) => JSON.stringify({ schemaVersion: 1, ceilings });
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
