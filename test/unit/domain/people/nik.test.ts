import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskNik, nikSchema, readNik } from '#domain/people/nik.ts';

/** A person and the NIK that an office would have given them. */
const anyPerson = fc
  .record({
    province: fc.integer({ min: 11, max: 96 }),
    regency: fc.integer({ min: 1, max: 99 }),
    district: fc.integer({ min: 1, max: 99 }),
    birth: fc.date({
      min: new Date('1930-01-01T00:00:00Z'),
      max: new Date('2010-12-31T00:00:00Z'),
      noInvalidDate: true,
    }),
    sex: fc.constantFrom('L' as const, 'P' as const),
    serial: fc.integer({ min: 1, max: 9999 }),
  })
  .map(({ province, regency, district, birth, sex, serial }) => {
    const birthDate = birth.toISOString().slice(0, 10);
    const [year = '', month = '', day = ''] = birthDate.split('-');
    const two = (number: number) => String(number).padStart(2, '0');
    const dayWritten = sex === 'P' ? Number(day) + 40 : Number(day);
    const region = [province, regency, district].map(two).join('.');
    const nik =
      region.replaceAll('.', '') + two(dayWritten) + month + year.slice(2) + String(serial).padStart(4, '0');
    return { nik, birthDate, sex, region, serial: String(serial).padStart(4, '0') };
  });

function codes(text: string, stated?: Parameters<typeof readNik>[1]) {
  return readNik(text, stated).problems.map(({ code }) => code);
}

describe('a NIK', () => {
  test('holds region, birth date and sex of the person it was given to', () => {
    fc.assert(
      fc.property(anyPerson, ({ nik, birthDate, sex, region, serial }) => {
        const { parts, problems } = readNik(nik, { birthDate, sex });
        expect(problems).toEqual([]);
        expect(parts).toMatchObject({ nik, region, sex, serial });
        expect(nikSchema.safeParse(nik).success).toBe(true);
      }),
    );
  });

  test('does not fit the birth date or the sex of another person', () => {
    fc.assert(
      fc.property(anyPerson, anyPerson, (one, other) => {
        const wrong = readNik(one.nik, { birthDate: other.birthDate, sex: other.sex }).problems;
        // Two digits of the year do not distinguish centuries.
        const sameBirthday = one.birthDate.slice(2) === other.birthDate.slice(2);
        expect(wrong.some(({ code }) => code === 'nik-birth-date-differs')).toBe(!sameBirthday);
        expect(wrong.some(({ code }) => code === 'nik-sex-differs')).toBe(one.sex !== other.sex);
      }),
    );
  });

  test('takes its century from the stated birth date', () => {
    expect(codes('3302150101050001', { birthDate: '1905-01-01', sex: 'L' })).toEqual([]);
    expect(codes('3302150101050001', { birthDate: '2005-01-01', sex: 'L' })).toEqual([]);
  });

  test('may be of 29 February if one of its centuries had one', () => {
    expect(codes('3302152902000001')).toEqual([]);
    expect(codes('3302152902010001')).toEqual(['nik-date-impossible']);
  });

  test('is refused with every reason at once', () => {
    expect(codes('0102033113850000', { birthDate: '1985-05-01', sex: 'P' })).toEqual([
      'nik-region-impossible',
      'nik-date-impossible',
      'nik-sex-differs',
      'nik-serial-zero',
    ]);
  });

  test('is nothing but 16 digits, whatever the text is', () => {
    expect(codes('330215 0105850001')).toEqual(['nik-not-16-digits']);
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.bigInt({ min: 0n, max: 10n ** 16n - 1n }).map(String)), (text) => {
        expect(readNik(text).problems.length === 0).toBe(nikSchema.safeParse(text).success);
      }),
    );
  });

  test('is shown with its middle hidden', () => {
    expect(maskNik('3174010101850001')).toBe('3174••••••••0001');
    expect(maskNik('12')).toBe('••••••••••••••••');
  });
});
