import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KeyTest } from '#local/dynamodb/expressions/key-condition.ts';
import {
  everything,
  justBehind,
  keyBytes,
  partitionBytes,
  placeBytes,
  rangeOf,
  segmentRange,
} from '#local/dynamodb/storage/key-encoding.ts';

/** Binaries of few bytes, with those that are special among them. */
const bytes = fc
  .array(fc.constantFrom(0, 1, 2, 0x61, 0xfe, 0xff), { minLength: 1, maxLength: 4 })
  .map((of) => Buffer.from(of));
function value(of: Buffer) {
  return { B: of.toString('base64') };
}

describe('a place', () => {
  it('sorts as its keys do, one after the other', () => {
    fc.assert(
      fc.property(bytes, bytes, bytes, bytes, (a, b, c, d) => {
        const [one, other] = [placeBytes([a, b]), placeBytes([c, d])];
        const order = Buffer.compare(a, c) || Buffer.compare(b, d);
        expect(Buffer.compare(one, other)).toBe(order);
      }),
      { numRuns: 1000 },
    );
  });

  it('is in the range of what is asked exactly if its key is as asked', () => {
    const asked: Record<string, (order: number) => boolean> = {
      '=': (order) => order === 0,
      '<': (order) => order < 0,
      '<=': (order) => order <= 0,
      '>': (order) => order > 0,
      '>=': (order) => order >= 0,
    };
    const isIn = (place: Buffer, test: KeyTest) => {
      const { from, to } = rangeOf(test);
      return Buffer.compare(place, from) >= 0 && Buffer.compare(place, to) < 0;
    };
    fc.assert(
      fc.property(bytes, bytes, bytes, fc.option(bytes), (key, bound, high, next) => {
        const place = placeBytes(next === null ? [key] : [key, next]);
        for (const operator of ['=', '<', '<=', '>', '>='] as const) {
          expect(isIn(place, { operator, value: value(bound) })).toBe(
            asked[operator]?.(Buffer.compare(key, bound)),
          );
        }
        expect(isIn(place, { operator: 'begins_with', value: value(bound) })).toBe(
          key.subarray(0, bound.length).equals(bound),
        );
        expect(isIn(place, { operator: 'between', value: value(bound), high: value(high) })).toBe(
          Buffer.compare(key, bound) >= 0 && Buffer.compare(key, high) <= 0,
        );
        expect(Buffer.compare(place, everything.from) >= 0 && Buffer.compare(place, everything.to) < 0).toBe(
          true,
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('has nothing between itself and what is just behind it', () => {
    fc.assert(
      fc.property(bytes, bytes, (one, other) => {
        const [place, behind] = [placeBytes([one]), placeBytes([other])];
        expect(Buffer.compare(behind, justBehind(place)) >= 0).toBe(Buffer.compare(behind, place) > 0);
      }),
    );
  });
});

describe('a partition', () => {
  it('is in one segment of a scan, however many there are', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.integer({ min: 1, max: 50 }), (text, segments) => {
        const partition = partitionBytes({ S: text });
        const holding = Array.from({ length: segments }, (_, segment) =>
          segmentRange(segment, segments),
        ).filter(({ from, to }) => Buffer.compare(partition, from) >= 0 && Buffer.compare(partition, to) < 0);
        expect(holding).toHaveLength(1);
      }),
    );
  });

  it('lies where its hash says, so that segments are about as large as one another', () => {
    const counts = [0, 0, 0, 0];
    for (let number = 0; number < 4000; number += 1) {
      const first = partitionBytes({ S: `PROPOSAL#${number}` })[0] ?? 0;
      counts[first >> 6] = (counts[first >> 6] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it('has its key behind the hash', () => {
    expect(partitionBytes({ S: 'é' }).subarray(4)).toEqual(keyBytes({ S: 'é' }));
  });
});
