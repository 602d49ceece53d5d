import { describe, expect, it } from 'vitest';
import { attributeOf, parseItem, parseValue } from '#local/dynamodb/values/attribute-value.ts';
import { areEqual, compareValues } from '#local/dynamodb/values/compare.ts';
import { itemSize } from '#local/dynamodb/values/size.ts';

function nested(levels: number): unknown {
  return levels === 0
    ? { S: 'deep' }
    : levels % 2 === 0
      ? { L: [nested(levels - 1)] }
      : { M: { x: nested(levels - 1) } };
}

describe('a value', () => {
  it('is kept with its numbers in one form', () => {
    expect(parseItem({ n: { N: '1.0' }, s: { NS: ['1e1', '2.50'] }, l: { L: [{ N: '007' }] } })).toEqual({
      n: { N: '1' },
      s: { NS: ['10', '2.5'] },
      l: { L: [{ N: '7' }] },
    });
  });

  it('may be named as something that every object has', () => {
    const item = parseItem(JSON.parse('{"__proto__": {"S": "x"}, "constructor": {"N": "1"}}'));
    expect(JSON.stringify(item)).toBe('{"__proto__":{"S":"x"},"constructor":{"N":"1"}}');
    expect(attributeOf(item, '__proto__')).toEqual({ S: 'x' });
    expect(attributeOf({}, 'constructor')).toBeUndefined();
  });

  it.each([
    [{}, 'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes'],
    [
      { S: 'a', N: '1' },
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    ],
    [
      { NULL: false },
      'One or more parameter values were invalid: Null attribute value types must have the value of true',
    ],
    [{ SS: [] }, 'One or more parameter values were invalid: An string set  may not be empty'],
    [{ NS: [] }, 'One or more parameter values were invalid: An number set  may not be empty'],
    [{ BS: [] }, 'One or more parameter values were invalid: Binary sets should not be empty'],
    [
      { SS: ['a', 'a'] },
      'One or more parameter values were invalid: Input collection [a, a] contains duplicates.',
    ],
    [{ NS: ['1', '1.0'] }, 'Input collection contains duplicates'],
    [
      { BS: ['AA==', 'AA=='] },
      'One or more parameter values were invalid: Input collection [AA==, AA==]of type BS contains duplicates.',
    ],
    [
      nested(33),
      'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit',
    ],
  ])('%j is refused', (given, message) => {
    expect(() => parseValue(given)).toThrow(
      expect.objectContaining({ code: 'ValidationException', message }),
    );
  });

  it.each([
    [{ S: 1 }],
    [{ B: '%' }],
    [{ BOOL: 'true' }],
    [{ L: {} }],
    [{ M: [] }],
    [{ SS: 'a' }],
    ['text'],
    [null],
  ])('%j is not the protocol', (given) => {
    expect(() => parseValue(given)).toThrow(expect.objectContaining({ code: 'SerializationException' }));
  });

  it('may lie 32 levels deep', () => {
    expect(parseValue(nested(32))).toEqual(nested(32));
  });
});

describe('two values', () => {
  it('are equal by content: sets in any order, numbers by magnitude, lists in their order', () => {
    expect(areEqual(parseValue({ NS: ['1', '2.0'] }), parseValue({ NS: ['2', '1'] }))).toBe(true);
    expect(areEqual(parseValue({ L: [{ N: '1.0' }] }), parseValue({ L: [{ N: '1' }] }))).toBe(true);
    expect(areEqual({ L: [{ N: '1' }, { N: '2' }] }, { L: [{ N: '2' }, { N: '1' }] })).toBe(false);
    expect(areEqual({ M: { a: { S: 'x' } } }, { M: { a: { S: 'x' }, b: { S: 'y' } } })).toBe(false);
    expect(areEqual({ S: '1' }, { N: '1' })).toBe(false);
    expect(areEqual({ SS: ['a'] }, { SS: ['a', 'b'] })).toBe(false);
  });

  it('have an order by the bytes of their UTF-8, and none across types', () => {
    // U+FFFD comes before U+1F600 in UTF-8, and after it in UTF-16.
    expect(compareValues({ S: '\u{fffd}' }, { S: '\u{1f600}' })).toBeLessThan(0);
    expect(compareValues({ S: 'Z' }, { S: 'a' })).toBeLessThan(0);
    expect(compareValues({ B: '/w==' }, { B: 'AAE=' })).toBeGreaterThan(0);
    expect(compareValues({ N: '10' }, { N: '9' })).toBeGreaterThan(0);
    expect(compareValues({ S: '1' }, { N: '1' })).toBeUndefined();
    expect(compareValues({ BOOL: true }, { BOOL: false })).toBeUndefined();
  });
});

describe('an item', () => {
  it.each([
    [{ a: { S: 'é' } }, 3],
    [{ ab: { B: 'AAE=' } }, 4],
    [{ a: { NULL: true }, b: { BOOL: false } }, 4],
    [{ a: { SS: ['x', 'yz'] } }, 4],
    [{ a: { NS: ['1', '-1'] } }, 6],
    [{ a: { L: [] } }, 4],
    [{ a: { L: [{ S: 'x' }, { N: '1' }] } }, 9],
    [{ a: { M: { b: { S: 'x' } } } }, 7],
  ])('%j counts %i bytes', (item, size) => {
    expect(itemSize(parseItem(item))).toBe(size);
  });
});
