/**
 * Values that are kept as one binary attribute: their JSON, deflated (RFC 1951). DynamoDB charges by the kilobyte that is
 * written and read, and counts every attribute's name; what conditions and indexes need not see is a third as long so
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-use-s3-too.html advises to compress large attributes).
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** A value of JSON as it is stored. */
export function pack(value: object): Uint8Array {
  return deflateRawSync(JSON.stringify(value), { level: 9 });
}

/**
 * The value that was packed, not parsed by any schema yet.
 *
 * @returns undefined for what is no packed value
 */
export function unpack(packed: unknown): unknown {
  if (!(packed instanceof Uint8Array)) return undefined;
  try {
    return JSON.parse(inflateRawSync(packed).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** An item with what is packed in it in clear next to it: for those who look at the table from outside. */
export function withUnpacked<Item extends object>(item: Item): Item & { unpacked?: unknown } {
  return 'packed' in item ? { ...item, unpacked: unpack(item.packed) } : item;
}
