import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addNumbers,
  compareNumbers,
  normalNumber,
  numberSize,
  orderedBytes,
} from '#local/dynamodb/values/number.ts';

/** Numbers with up to 18 digits at each of many magnitudes: their sums stay within the digits that there are. */
const number = fc
  .tuple(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.integer({ min: -9, max: 9 }))
  .map(([digits, exponent]) => `${digits}e${exponent}`);

/** The number times 10^9, exactly. */
function scaled(text: string): bigint {
  const [digits = '', exponent = ''] = text.split('e');
  return BigInt(digits) * 10n ** BigInt(Number(exponent) + 9);
}

describe('a number', () => {
  it.each([
    ['0', '0'],
    ['-0.00', '0'],
    ['+007', '7'],
    ['1.50', '1.5'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['1e2', '100'],
    ['-1.23E-4', '-0.000123'],
    ['1E+125', `1${'0'.repeat(125)}`],
    ['1e-130', `0.${'0'.repeat(129)}1`],
    ['12345678901234567890123456789012345678', '12345678901234567890123456789012345678'],
    [`9${'0'.repeat(60)}`, `9${'0'.repeat(60)}`],
  ])('%s is given back as %s', (given, back) => {
    expect(normalNumber(given)).toBe(back);
  });

  it.each([
    [
      '123456789012345678901234567890123456789',
      'Attempting to store more than 38 significant digits in a Number',
    ],
    ['1e126', 'Number overflow. Attempting to store a number with magnitude larger than supported range'],
    ['-1e126', 'Number overflow. Attempting to store a number with magnitude larger than supported range'],
    ['1e-131', 'Number underflow. Attempting to store a number with magnitude smaller than supported range'],
    ['one', 'The parameter cannot be converted to a numeric value: one'],
    ['', 'The parameter cannot be converted to a numeric value'],
    ['1e', 'The parameter cannot be converted to a numeric value: 1e'],
    ['0x10', 'The parameter cannot be converted to a numeric value: 0x10'],
    ['NaN', 'The parameter cannot be converted to a numeric value: NaN'],
  ])('%s is refused', (given, message) => {
    expect(() => normalNumber(given)).toThrow(
      expect.objectContaining({ code: 'ValidationException', message }),
    );
  });

  it('is ordered by its magnitude, and so are its bytes', () => {
    fc.assert(
      fc.property(number, number, (one, other) => {
        const [a, b] = [scaled(one), scaled(other)];
        const order = a < b ? -1 : a > b ? 1 : 0;
        expect(Math.sign(compareNumbers(one, other))).toBe(order);
        expect(Math.sign(Buffer.compare(orderedBytes(one), orderedBytes(other)))).toBe(order);
      }),
    );
  });

  it('is added and subtracted exactly', () => {
    fc.assert(
      fc.property(number, number, (one, other) => {
        expect(addNumbers(one, other)).toBe(normalNumber(`${scaled(one) + scaled(other)}e-9`));
        expect(addNumbers(one, other, -1)).toBe(normalNumber(`${scaled(one) - scaled(other)}e-9`));
      }),
    );
  });

  it('has no sum that needs more digits than there are', () => {
    expect(addNumbers('12345678901234567890123456789012345678', '-1')).toBe(
      '12345678901234567890123456789012345677',
    );
    expect(() => addNumbers('1e37', '0.1')).toThrow('more than 38 significant digits');
    expect(() => addNumbers('9e125', '9e125')).toThrow('Number overflow');
  });

  it.each([
    ['0', 1],
    ['7', 2],
    ['42', 2],
    ['-42', 3],
    ['123', 3],
    ['100', 2],
    ['1.5', 3],
    ['0.001', 2],
    ['12345678901234567890123456789012345678', 20],
  ])('%s counts %i bytes', (given, size) => {
    expect(numberSize(given)).toBe(size);
  });
});
