/**
 * Equality and order of values. Values of different types are never equal and have no order; of one type, numbers are
 * ordered by magnitude, strings by the bytes of their UTF-8, binaries by their bytes.
 * AWS: "Comparison operator and function reference".
 */
import { type AttributeValue, membersOf, typeOf } from './attribute-value.ts';
import { compareNumbers } from './number.ts';

/** Sets are equal whatever the order of their members. Both are as they are kept. */
export function areEqual(one: AttributeValue, other: AttributeValue): boolean {
  const type = typeOf(one);
  if (type !== typeOf(other)) return false;
  if ('S' in one) return 'S' in other && one.S === other.S;
  if ('N' in one) return 'N' in other && one.N === other.N;
  if ('B' in one) return 'B' in other && one.B === other.B;
  if ('BOOL' in one) return 'BOOL' in other && one.BOOL === other.BOOL;
  if ('NULL' in one) return true;
  if ('L' in one) {
    const members = 'L' in other ? other.L : [];
    return (
      one.L.length === members.length &&
      one.L.every((member, index) => {
        const counterpart = members[index];
        return counterpart !== undefined && areEqual(member, counterpart);
      })
    );
  }
  if ('M' in one) return 'M' in other && areEqualItems(one.M, other.M);
  const members = new Set(membersOf(other));
  return (
    members.size === membersOf(one)?.length && membersOf(one)?.every((each) => members.has(each)) === true
  );
}

/** Whether two items have the same attributes. */
export function areEqualItems(
  one: Readonly<Record<string, AttributeValue>>,
  other: Readonly<Record<string, AttributeValue>>,
): boolean {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => {
      const [value, counterpart] = [one[name], Object.hasOwn(other, name) ? other[name] : undefined];
      return value !== undefined && counterpart !== undefined && areEqual(value, counterpart);
    })
  );
}

/** @returns below, at or above zero; undefined for values that have no order */
export function compareValues(one: AttributeValue, other: AttributeValue): number | undefined {
  if ('S' in one && 'S' in other) return compareTexts(one.S, other.S);
  if ('N' in one && 'N' in other) return compareNumbers(one.N, other.N);
  if ('B' in one && 'B' in other) {
    return Buffer.compare(Buffer.from(one.B, 'base64'), Buffer.from(other.B, 'base64'));
  }
  return undefined;
}

/** By the bytes of their UTF-8, which is another order than JavaScript's own beyond the basic plane. */
function compareTexts(one: string, other: string): number {
  return one === other ? 0 : Buffer.compare(Buffer.from(one), Buffer.from(other));
}
