import { describe, expect, test } from 'vitest';
import { holdsRole, type Person, whoHolds } from '#domain/people/person.ts';
import { budgetFileSchema, readPeople, readSettings, type SettingsReading } from '#domain/settings.ts';
import { regions } from '../packet/packets.ts';

function person(id: string, areas: string[], more: Partial<Person> = {}): Person {
  return {
    id,
    name: id,
    roles: [{ role: 'ppk', areas }],
    email: `${id}@kemnaker.example`,
    language: 'id',
    ...more,
  };
}

describe('the directory', () => {
  test('finds who holds an office in a region, the most local first', () => {
    const people = [person('nasional', ['*']), person('jateng', ['33']), person('banyumas', ['33.02', '35'])];
    const ids = (region: string) => whoHolds(people, 'ppk', region).map(({ id }) => id);
    expect(ids('33.02.15.2003')).toEqual(['banyumas', 'jateng', 'nasional']);
    expect(ids('33.05')).toEqual(['jateng', 'nasional']);
    expect(ids('35.01')).toEqual(['banyumas', 'nasional']);
    expect(whoHolds(people, 'kpa', '33')).toEqual([]);
  });

  test('does not take one code for the beginning of another', () => {
    expect(holdsRole(person('a', ['33.0']), 'ppk', '33.02')).toBe(false);
    expect(holdsRole(person('a', ['33']), 'ppk', '33')).toBe(true);
  });
});

describe('a settings file', () => {
  const codes = ({ problems }: SettingsReading<unknown>) => problems.map(({ code, where }) => [code, where]);
  const people = (...of: object[]) => readPeople(JSON.stringify({ schemaVersion: 1, people: of }), regions);

  test('is read whole', () => {
    const read = people(person('a', ['*'], { superior: 'b' }), person('b', ['33', '33.02']));
    expect(read.file?.people).toHaveLength(2);
  });

  test('is refused with every problem, whatever else is wrong', () => {
    const broken = { ...person('c', ['x']), email: 'none' };
    expect(codes(people(person('a', ['*'], { superior: 'z' }), person('a', ['33']), broken))).toEqual([
      ['field-malformed', '/people/2/roles/0/areas/0'],
      ['field-not-an-email', '/people/2/email'],
      ['superior-unknown', '/people/0/superior'],
      ['person-doubled', '/people/1/id'],
      ['person-email-doubled', '/people/1/email'],
    ]);
    expect(codes(readPeople('{', regions))).toEqual([['settings-not-json', '']]);
    expect(codes(readPeople('{"people":[],"people":[]}', regions))).toEqual([['field-doubled', '/people']]);
    for (const odd of [[], null, { people: 5 }, { people: [null, 7, { roles: 'x', absences: [3] }] }])
      expect(readPeople(JSON.stringify(odd), regions).problems).not.toEqual([]);
  });

  test('is read as it was saved: with a byte-order mark, or in UTF-16', () => {
    const file = { schemaVersion: 1, people: [person('a', ['33'])] };
    const sound = readPeople(JSON.stringify(file), regions);
    expect(sound.problems).toEqual([]);
    const marked = `\ufeff${JSON.stringify(file)}`;
    for (const saved of [marked, Buffer.from(marked), Buffer.from(marked, 'utf16le')])
      expect(readPeople(saved, regions)).toEqual(sound);
  });

  test('takes an address in capitals for the same address', () => {
    const twice = people(person('a', ['*']), person('b', ['*'], { email: 'A@Kemnaker.example' }));
    expect(twice.problems).toEqual([
      { code: 'person-email-doubled', where: '/people/1/email', facts: { id: 'b', other: 'a' } },
    ]);
  });

  test('knows only areas of today', () => {
    expect(codes(people(person('a', ['*', '33', '33.99', '99'])))).toEqual([
      ['area-unknown', '/people/0/roles/0/areas/2'],
      ['area-unknown', '/people/0/roles/0/areas/3'],
    ]);
  });

  test('has absences that do not overlap, and substitutes who are other people', () => {
    const absences = [
      { from: '2026-12-01', to: '2026-12-14', substitute: 'a' },
      { from: '2026-12-14', to: '2026-12-20', substitute: 'z' },
      { from: '2027-01-04', to: '2027-01-02' },
    ];
    expect(codes(people(person('a', ['*'], { absences, superior: 'a' })))).toEqual([
      ['absence-backwards', '/people/0/absences/2'],
      ['superior-is-self', '/people/0/superior'],
      ['substitute-is-self', '/people/0/absences/0/substitute'],
      ['absence-overlapping', '/people/0/absences/1'],
      ['substitute-unknown', '/people/0/absences/1/substitute'],
    ]);
  });

  test('gives each budget line one ceiling', () => {
    const line = { programme: 'tkm-2020', year: 2020, province: '33', ceiling: 1 };
    const file = { schemaVersion: 1, ceilings: [line, { ...line, province: '35' }] };
    expect(codes(readSettings(budgetFileSchema, JSON.stringify(file)))).toEqual([]);
    file.ceilings.push(line);
    expect(codes(readSettings(budgetFileSchema, JSON.stringify(file)))).toEqual([
      ['ceiling-doubled', '/ceilings/2'],
    ]);
  });
});
