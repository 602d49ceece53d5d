import { describe, expect, test } from 'vitest';
import { holdsRole, type Person, whoHolds } from '#domain/person.ts';
import { budgetFileSchema, peopleFileSchema, readSettings } from '#domain/settings.ts';

const person = (id: string, areas: string[], more: Partial<Person> = {}): Person => ({
  id,
  name: id,
  roles: [{ role: 'ppk', areas }],
  email: `${id}@kemnaker.example`,
  language: 'id',
  ...more,
});

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
  const codes = (...of: Parameters<typeof readSettings>) =>
    readSettings(...of).problems.map(({ code, where }) => [code, where]);

  test('is read whole', () => {
    const people = { schemaVersion: 1, people: [person('a', ['*'], { superior: 'b' }), person('b', ['33'])] };
    expect(readSettings(peopleFileSchema, JSON.stringify(people)).file?.people).toHaveLength(2);
  });

  test('is refused with every problem, and with none of it imported', () => {
    const people = { schemaVersion: 1, people: [person('a', ['*'], { superior: 'z' }), person('a', ['33'])] };
    expect(codes(peopleFileSchema, JSON.stringify(people))).toEqual([
      ['superior-unknown', '/people/0/superior'],
      ['person-doubled', '/people/1/id'],
    ]);
    const wrong = { schemaVersion: 1, people: [{ ...person('a', ['x']), email: 'none' }] };
    expect(codes(peopleFileSchema, JSON.stringify(wrong))).toEqual([
      ['field-malformed', '/people/0/roles/0/areas/0'],
      ['field-not-an-email', '/people/0/email'],
    ]);
    expect(codes(peopleFileSchema, '{')).toEqual([['not-json', '']]);
  });

  test('gives each budget line one ceiling', () => {
    const line = { programme: 'tkm-2020', year: 2020, province: '33', ceiling: 1 };
    const file = { schemaVersion: 1, ceilings: [line, { ...line, province: '35' }] };
    expect(codes(budgetFileSchema, JSON.stringify(file))).toEqual([]);
    file.ceilings.push(line);
    expect(codes(budgetFileSchema, JSON.stringify(file))).toEqual([['ceiling-doubled', '/ceilings/2']]);
  });
});
