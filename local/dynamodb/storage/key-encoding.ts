/**
 * Keys as bytes that SQLite sorts as DynamoDB does.
 *
 * An entry of a table or an index lies at a partition and, in it, at a place. The partition begins with a hash of its key, so
 * that a scan goes through partitions in an order that means nothing, as AWS's does, and can be cut into segments. A place is
 * one or more keys one after the other, each ended so that a shorter one comes before the longer ones that begin with it.
 */

import type { KeyTest } from '../expressions/key-condition.ts';
import { type AttributeValue, textIn } from '../values/attribute-value.ts';
import { orderedBytes } from '../values/number.ts';

/** A key attribute's value as bytes that sort as the values do. */
export function keyBytes(value: AttributeValue): Buffer {
  const number = textIn(value, 'N');
  if (number !== undefined) return orderedBytes(number);
  const binary = textIn(value, 'B');
  return binary === undefined ? Buffer.from(textIn(value, 'S') ?? '') : Buffer.from(binary, 'base64');
}

/** How many bytes of a partition are its hash. */
const hashBytes = 4;

export function partitionBytes(value: AttributeValue): Buffer {
  const key = keyBytes(value);
  const partition = Buffer.allocUnsafe(hashBytes + key.length);
  partition.writeUInt32BE(hashOf(key));
  key.copy(partition, hashBytes);
  return partition;
}

/** FNV-1a, stirred at the end so that the first bits, too, depend on all of the key. */
function hashOf(key: Buffer): number {
  let hash = 0x811c9dc5;
  for (const byte of key) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** A range of bytes: `from` and what is behind it, up to what is before `to`. */
export interface Range {
  readonly from: Buffer;
  readonly to: Buffer;
}

/** Behind every key: the longest has 2,048 bytes, and is not of these alone. */
const behindAll = Buffer.alloc(2049, 0xff);
const nothing = Buffer.alloc(0);

export const everything: Range = { from: nothing, to: behindAll };

/** The partitions of one of the segments of a scan. */
export function segmentRange(segment: number, segments: number): Range {
  return {
    from: hashFrom(Math.ceil((2 ** 32 * segment) / segments)),
    to: segment + 1 === segments ? behindAll : hashFrom(Math.ceil((2 ** 32 * (segment + 1)) / segments)),
  };
}

function hashFrom(hash: number): Buffer {
  const bytes = Buffer.allocUnsafe(hashBytes);
  bytes.writeUInt32BE(hash);
  return bytes;
}

/** A zero within a key is followed by this, and the end of a key is a zero followed by another. */
const zeroGoesOn = 0xff;
const end = Buffer.of(0, 0);
/** Just behind a key and all that lies at it. */
const behindEnd = Buffer.of(0, 1);

/** The place of an entry by its keys. */
export function placeBytes(keys: readonly Buffer[]): Buffer {
  return Buffer.concat(keys.flatMap((key) => [escaped(key), end]));
}

function escaped(key: Buffer): Buffer {
  if (!key.includes(0)) return key;
  return Buffer.from([...key].flatMap((byte) => (byte === 0 ? [0, zeroGoesOn] : [byte])));
}

/** The first place behind a place. */
export function justBehind(place: Uint8Array): Buffer {
  return Buffer.concat([place, Buffer.of(0)]);
}

/** Where the entries lie whose sort key is as asked. */
export function rangeOf(test: KeyTest | undefined): Range {
  if (test === undefined) return everything;
  const key = escaped(keyBytes(test.value));
  const [at, behind] = [Buffer.concat([key, end]), Buffer.concat([key, behindEnd])];
  switch (test.operator) {
    case '=':
      return { from: at, to: behind };
    case '<':
      return { from: nothing, to: at };
    case '<=':
      return { from: nothing, to: behind };
    case '>':
      return { from: behind, to: behindAll };
    case '>=':
      return { from: at, to: behindAll };
    case 'between':
      return { from: at, to: Buffer.concat([escaped(keyBytes(test.high)), behindEnd]) };
    default:
      return { from: key, to: behindPrefix(key) };
  }
}

/** The first bytes behind all that begin with a prefix. */
function behindPrefix(prefix: Buffer): Buffer {
  let length = prefix.length;
  while (length > 0 && prefix[length - 1] === 0xff) length -= 1;
  if (length === 0) return behindAll;
  const behind = Buffer.from(prefix.subarray(0, length));
  behind.writeUInt8((behind[length - 1] ?? 0) + 1, length - 1);
  return behind;
}
