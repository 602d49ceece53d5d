/**
 * DynamoDB's numbers: 38 significant digits, magnitudes from 1E-130 to 9.99…E+125, exact.
 * AWS: "Supported data types and naming rules in Amazon DynamoDB", Number.
 */
import { validation } from '../errors.ts';

/** `sign` · 0.`digits` · 10^`exponent`; zero has no digits. The digits begin and end with another digit than 0. */
interface Decimal {
  readonly sign: 1 | -1;
  readonly digits: string;
  readonly exponent: number;
}

const mostDigits = 38;
/** Of 0.digits: one more than in scientific notation. */
const largestExponent = 126;
const smallestExponent = -129;

const zero: Decimal = { sign: 1, digits: '', exponent: 0 };

const written = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** What most numbers look like, as they are written back. */
const plainInteger = /^(?:0|-?[1-9]\d{0,36})$/;

/** @throws {DynamoDbError} for a text that is no number, or one outside of DynamoDB's limits */
function parseDecimal(text: string): Decimal {
  const match = written.exec(text);
  const whole = match?.[2] ?? '';
  const fraction = match?.[3] ?? '';
  if (match === null || whole + fraction === '') {
    throw validation(
      text === ''
        ? 'The parameter cannot be converted to a numeric value'
        : `The parameter cannot be converted to a numeric value: ${text}`,
    );
  }
  const all = whole + fraction;
  const first = all.search(/[1-9]/);
  if (first < 0) return zero;
  return limited({
    sign: match[1] === '-' ? -1 : 1,
    digits: all.slice(first).replace(/0+$/, ''),
    exponent: whole.length - first + Number(match[4] ?? 0),
  });
}

function limited(number: Decimal): Decimal {
  if (number.digits.length > mostDigits) {
    throw validation('Attempting to store more than 38 significant digits in a Number');
  }
  if (number.exponent > largestExponent) {
    throw validation(
      'Number overflow. Attempting to store a number with magnitude larger than supported range',
    );
  }
  if (number.exponent < smallestExponent) {
    throw validation(
      'Number underflow. Attempting to store a number with magnitude smaller than supported range',
    );
  }
  return number;
}

/** The number as DynamoDB gives it back: without exponent and without needless zeros. */
function formatDecimal({ sign, digits, exponent }: Decimal): string {
  if (digits === '') return '0';
  const minus = sign < 0 ? '-' : '';
  if (exponent <= 0) return `${minus}0.${'0'.repeat(-exponent)}${digits}`;
  if (exponent >= digits.length) return `${minus}${digits}${'0'.repeat(exponent - digits.length)}`;
  return `${minus}${digits.slice(0, exponent)}.${digits.slice(exponent)}`;
}

/** The text as DynamoDB gives it back. @throws {DynamoDbError} as `parseDecimal` */
export function normalNumber(text: string): string {
  return plainInteger.test(text) ? text : formatDecimal(parseDecimal(text));
}

/** @returns below, at or above zero, as `one` is less than, equal to or more than `other` */
function compareDecimals(one: Decimal, other: Decimal): number {
  if (one.digits === '' || other.digits === '' || one.sign !== other.sign) {
    return signOf(one) - signOf(other);
  }
  return one.sign * (one.exponent - other.exponent || compareDigits(one.digits, other.digits));
}

function signOf({ sign, digits }: Decimal): number {
  return digits === '' ? 0 : sign;
}

function compareDigits(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Compares two numbers as they are written. */
export function compareNumbers(one: string, other: string): number {
  if (plainInteger.test(one) && plainInteger.test(other)) {
    const [a, b] = [BigInt(one), BigInt(other)];
    return a < b ? -1 : a > b ? 1 : 0;
  }
  return compareDecimals(parseDecimal(one), parseDecimal(other));
}

/** `one` + `sign` · `other`, as it is written back. @throws {DynamoDbError} where the sum is outside of the limits */
export function addNumbers(one: string, other: string, sign: 1 | -1 = 1): string {
  const [a, b] = [parseDecimal(one), parseDecimal(other)];
  const [from, to] = [scaleOf(a), scaleOf(b)];
  const scale = Math.min(from, to);
  const sum = integerOf(a, from - scale) + BigInt(sign) * integerOf(b, to - scale);
  return formatDecimal(parseDecimal(`${sum}e${scale}`));
}

/** The power of ten of the last digit. */
function scaleOf({ digits, exponent }: Decimal): number {
  return exponent - digits.length;
}

function integerOf({ sign, digits }: Decimal, zeros: number): bigint {
  return digits === '' ? 0n : BigInt(sign) * BigInt(digits + '0'.repeat(zeros));
}

/**
 * Bytes that sort as the numbers do: the sign, the exponent, the digits. Those of a negative number are turned round, and
 * end in a byte that is more than any of them, so that more digits are less.
 */
export function orderedBytes(text: string): Buffer {
  const { sign, digits, exponent } = parseDecimal(text);
  if (digits === '') return Buffer.of(1);
  const magnitude = exponent - smallestExponent;
  if (sign > 0) return Buffer.concat([Buffer.of(2, magnitude), Buffer.from(digits, 'latin1')]);
  const turned = Buffer.from(digits, 'latin1').map((digit) => 0x39 - digit + 0x30);
  return Buffer.concat([Buffer.of(0, 255 - magnitude), turned, Buffer.of(255)]);
}

/**
 * What a number counts in an item's size: a byte, one for each two digits before and behind the point, one for a minus.
 * AWS: "DynamoDB item sizes and formats" says "approximately"; the rest is what the service was seen to charge.
 */
export function numberSize(text: string): number {
  const { sign, digits, exponent } = parseDecimal(text);
  const before = Math.min(Math.max(exponent, 0), digits.length);
  return (
    Math.ceil(before / 2) + Math.ceil((digits.length - before) / 2) + 1 + (sign < 0 && digits !== '' ? 1 : 0)
  );
}
