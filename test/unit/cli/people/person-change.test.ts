import { describe, expect, test } from 'vitest';
import { addAbsence, cancelAbsence, changed, readRoleOption } from '#cli/people/person-change.ts';
import type { Person } from '#domain/people/person.ts';

const ani: Person = {
  id: 'ani',
  name: 'Ani',
  roles: [{ role: 'ppk', areas: ['*'] }],
  email: 'ani@dinas.example',
  language: 'id',
  phone: '081234567890',
  superior: 'budi',
};

describe('a change of a person', () => {
  test('leaves what it does not name, and takes away what it calls none', () => {
    expect(changed(ani, { name: 'Ani W.', superior: 'none' })).toEqual({
      ...{ id: 'ani', name: 'Ani W.', email: ani.email, language: 'id', phone: ani.phone, roles: ani.roles },
    });
    expect(changed(ani, { name: 'none' })).toMatchObject({ name: 'none' });
  });

  test('reads roles as the command line has them', () => {
    expect(readRoleOption('verifier:33.02,33.03')).toEqual({ role: 'verifier', areas: ['33.02', '33.03'] });
    for (const odd of ['verifier', '', 'verifier:', 'ppk:*;kpa:*'])
      expect(() => readRoleOption(odd)).toThrow('cannot be read');
  });

  test('keeps absences in the order of days, and takes back the one that begins on a day', () => {
    const later = { from: '2027-01-04', to: '2027-01-04' };
    const sooner = { from: '2026-12-01', to: '2026-12-14', substitute: 'budi' };
    const both = addAbsence(addAbsence(ani, later), sooner);
    expect(both.absences).toEqual([sooner, later]);
    expect(cancelAbsence(cancelAbsence(both, later.from), sooner.from)).toEqual(ani);
    expect(() => cancelAbsence(both, '2026-12-02')).toThrow('Theirs begin on 2026-12-01, 2027-01-04');
  });
});
