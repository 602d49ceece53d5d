/** Repeatable chance: the same seed gives the same sequence on every machine. */

/** A source of repeatable random numbers. */
export interface Random {
  /** A whole number from 0 up to, but not including, `below`. */
  below(below: number): number;
  /** One of the items, which must not be empty. */
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
}

/**
 * Random numbers by SplitMix32: 32 bits of state, good enough to vary samples, not for secrets.
 *
 * @param seed any text
 */
export function seededRandom(seed: string): Random {
  let state = hash(seed);
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  const below = (limit: number) => Math.floor((next() / 2 ** 32) * limit);
  return { below, pick: (items) => items[below(items.length)] ?? items[0] };
}

/** FNV-1a, 32 bits: turns a text into a seed. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return value | 0;
}
