/** The functions that Step Functions adds to JSONata. AWS: "Transforming data with JSONata", functions provided. */
import { createHash } from 'node:crypto';

const hashNames: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** Splits an array into arrays of `size`, the last one shorter if need be. */
export function partition(array: unknown, size: unknown): unknown {
  if (array === undefined) return undefined;
  if (!Array.isArray(array)) throw new TypeError('The first argument of $partition must be an array.');
  if (typeof size !== 'number' || !(size >= 1)) {
    throw new TypeError('The second argument of $partition must be a number not less than 1.');
  }
  const step = Math.floor(size);
  const parts: unknown[] = [];
  for (let start = 0; start < array.length; start += step) parts.push(array.slice(start, start + step));
  return parts;
}

/** Numbers from `first` to `last`, both included, `delta` apart. At most 1,000. */
export function range(first: unknown, last: unknown, delta: unknown): number[] {
  if (typeof first !== 'number' || typeof last !== 'number' || typeof delta !== 'number') {
    throw new TypeError('$range takes three numbers: first, last and delta.');
  }
  const [from, to, step] = [Math.round(first), Math.round(last), Math.round(delta)];
  if (step === 0) throw new TypeError('The third argument of $range must not be zero.');
  const numbers: number[] = [];
  for (let number = from; step > 0 ? number <= to : number >= to; number += step) {
    if (numbers.length === 1000) throw new RangeError('$range makes at most 1,000 numbers.');
    numbers.push(number);
  }
  return numbers;
}

/** Hex digest of a string or of a value's JSON text. */
export function hash(data: unknown, algorithm: unknown): string | undefined {
  if (data === undefined) return undefined;
  const name = typeof algorithm === 'string' ? hashNames[algorithm] : undefined;
  if (name === undefined) {
    throw new TypeError(`The second argument of $hash must be one of ${Object.keys(hashNames).join(', ')}.`);
  }
  return createHash(name)
    .update(typeof data === 'string' ? data : JSON.stringify(data))
    .digest('hex');
}

/** The value of a JSON text; for data whose shape is not known when the machine is written. */
export function parse(text: unknown): unknown {
  if (text === undefined) return undefined;
  if (typeof text !== 'string') throw new TypeError('The argument of $parse must be a string.');
  return JSON.parse(text);
}

/** A version 4 UUID from 16 random bytes. */
export function uuidOf(bytes: Uint8Array): string {
  const hex = [...bytes.subarray(0, 16)]
    .map((byte, index) => (index === 6 ? (byte & 0x0f) | 0x40 : index === 8 ? (byte & 0x3f) | 0x80 : byte))
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** A number in [0, 1) from the first bytes of `bytes`. */
export function fractionOf(bytes: Uint8Array): number {
  let number = 0;
  for (let index = 0; index < 6; index += 1) number = number * 256 + (bytes[index] ?? 0);
  return number / 2 ** 48;
}
