/** What an item counts, in bytes. AWS: "DynamoDB item sizes and formats". */
import { type AttributeValue, type Item, membersOf } from './attribute-value.ts';
import { numberSize } from './number.ts';

/** The largest item: bytes. */
export const largestItem = 400 * 1024;

/** Names and values. */
export function itemSize(item: Item): number {
  let size = 0;
  for (const name in item) size += Buffer.byteLength(name) + valueSize(item[name]);
  return size;
}

/** The value without its name. */
function valueSize(value: AttributeValue | undefined): number {
  if (value === undefined) return 0;
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return numberSize(value.N);
  if ('B' in value) return binarySize(value.B);
  if ('L' in value) return value.L.reduce((sum, member) => sum + 1 + valueSize(member), 3);
  if ('M' in value) return 3 + Object.keys(value.M).length + itemSize(value.M);
  if ('NS' in value) return value.NS.reduce((sum, member) => sum + numberSize(member), 0);
  if ('BS' in value) return value.BS.reduce((sum, member) => sum + binarySize(member), 0);
  return membersOf(value)?.reduce((sum, member) => sum + Buffer.byteLength(member), 0) ?? 1;
}

/** Bytes that base64 stands for. */
export function binarySize(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return (base64.length / 4) * 3 - padding;
}
