import { describe, expect, it } from 'vitest';
import { bindCondition } from '#local/dynamodb/expressions/condition.ts';
import { Placeholders } from '#local/dynamodb/expressions/placeholders.ts';
import { parseItem } from '#local/dynamodb/values/attribute-value.ts';

const item = parseItem({
  text: { S: 'merdeka' },
  n: { N: '10' },
  bytes: { B: 'AQID' },
  yes: { BOOL: true },
  nothing: { NULL: true },
  texts: { SS: ['a', 'b'] },
  numbers: { NS: ['1', '2'] },
  lst: { L: [{ S: 'x' }, { N: '1' }] },
  mp: { M: { k: { N: '7' }, o: { L: [{ S: 'deep' }] } } },
});
const values = {
  ':ten': { N: '10.0' },
  ':nine': { N: '9' },
  ':m': { S: 'm' },
  ':x': { S: 'x' },
  ':list': { S: 'L' },
};

/** Only the placeholders that the text has, for others are refused. */
function placeholdersFor(text: string, more: Record<string, unknown> = {}) {
  const used = Object.fromEntries(
    Object.entries({ ...values, ...more }).filter(([name]) => text.includes(name)),
  );
  const names = text.includes('#') ? { '#text': 'text', '#size': 'size' } : undefined;
  return new Placeholders(names, Object.keys(used).length > 0 ? used : undefined);
}
function holds(text: string, more?: Record<string, unknown>): boolean {
  return bindCondition('ConditionExpression', text, placeholdersFor(text, more)).test(item);
}

describe('a condition', () => {
  it.each([
    'n = :ten',
    'n <> :nine',
    'gone <> :nine',
    'n > :nine AND n >= :ten AND n <= :ten',
    'n BETWEEN :nine AND :ten',
    'n IN (:nine, :ten)',
    'attribute_exists(mp.k) AND attribute_not_exists(mp.z)',
    'attribute_exists(lst[1]) AND attribute_not_exists(lst[2])',
    'attribute_type(lst, :list)',
    'begins_with(#text, :m)',
    'contains(#text, :m) AND contains(lst, :x)',
    'size(#text) < :ten AND size(lst) < size(#text)',
    'NOT n < :nine',
    'n < :nine OR NOT (n = :nine AND n = :ten)',
    '(n < :nine OR n = :ten) AND (n = :ten)',
    'n = :nine OR n = :ten AND attribute_exists(n)',
    'mp.o[0] <> :x',
  ])('%s holds', (text) => {
    expect(holds(text)).toBe(true);
  });

  it.each([
    'gone = :ten',
    'text > :nine',
    'yes > n',
    'n BETWEEN text AND :ten',
    'contains(n, :m)',
    'size(n) > :nine',
    'NOT n = :ten AND n = :ten',
  ])('%s does not hold', (text) => {
    expect(holds(text.replaceAll('text', '#text'))).toBe(false);
  });

  it.each([
    ['', 'The expression can not be empty;'],
    ['n = ', 'Syntax error; token: "<EOF>", near: "= "'],
    ['n == :ten', 'Syntax error; token: "=", near: "== :ten"'],
    ['n ! :ten', 'Syntax error; token: "!", near: "n ! :ten"'],
    ['n', 'Syntax error; token: "<EOF>", near: "n"'],
    ['((n = :ten))', 'The expression has redundant parentheses;'],
    ['size = :ten', 'Attribute name is a reserved keyword; reserved keyword: size'],
    ['length(n) = :ten', 'Invalid function name; function: length'],
    ['size(n)', 'The function is not allowed to be used this way in an expression; function: size'],
    [
      'contains(n, :ten) = :ten',
      'The function is not allowed to be used this way in an expression; function: contains',
    ],
    [
      '#missing = :ten',
      'An expression attribute name used in the document path is not defined; attribute name: #missing',
    ],
    [
      'n = :missing',
      'An expression attribute value used in expression is not defined; attribute value: :missing',
    ],
    [
      'contains(n)',
      'Incorrect number of operands for operator or function; operator or function: contains, number of operands: 1',
    ],
    [
      'attribute_exists(:ten)',
      'Operator or function requires a document path; operator or function: attribute_exists',
    ],
    [
      'begins_with(n, :ten)',
      'Incorrect operand type for operator or function; operator or function: begins_with, operand type: N',
    ],
    ['n < :yes', 'Incorrect operand type for operator or function; operator: <, operand type: BOOL'],
    [
      'n BETWEEN :ten AND :nine',
      'The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:10}, upper bound operand: AttributeValue: {N:9}',
    ],
    [
      'n BETWEEN :ten AND :m',
      'The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {N:10}, upper bound operand: AttributeValue: {S:m}',
    ],
    [
      'n = n',
      'The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [n]',
    ],
    [
      'attribute_type(n, :x)',
      'Invalid attribute type name found; type: x, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}',
    ],
    [
      `n = :ten${' OR n = :ten'.repeat(400)}`,
      'Expression size has exceeded the maximum allowed size; expression size: 4808',
    ],
  ])('%s is refused', (text, reason) => {
    expect(() => holds(text, { ':yes': { BOOL: true } })).toThrow(
      expect.objectContaining({
        code: 'ValidationException',
        message: `Invalid ConditionExpression: ${reason}`,
      }),
    );
  });

  it('speaks of attributes, by their names', () => {
    const text = 'mp.k = :ten AND contains(#text, :m)';
    const { attributes } = bindCondition('FilterExpression', text, placeholdersFor(text));
    expect([...attributes]).toEqual(['mp', 'text']);
  });
});

describe('placeholders', () => {
  it('are all to be used', () => {
    const placeholders = new Placeholders({ '#a': 'a', '#b': 'b' }, { ':x': { S: 'x' } });
    bindCondition('ConditionExpression', '#a = :x', placeholders);
    expect(() => placeholders.expectAllUsed()).toThrow(
      'Value provided in ExpressionAttributeNames unused in expressions: keys: {#b}',
    );
  });

  it.each([
    [{}, undefined, 'ExpressionAttributeNames must not be empty'],
    [undefined, {}, 'ExpressionAttributeValues must not be empty'],
    [{ a: 'a' }, undefined, 'ExpressionAttributeNames contains invalid key: Syntax error; key: "a"'],
    [undefined, { x: { S: 'x' } }, 'ExpressionAttributeValues contains invalid key: Syntax error; key: "x"'],
    [
      undefined,
      { ':x': {} },
      'ExpressionAttributeValues contains invalid value: Supplied AttributeValue is empty, must contain exactly one of the supported datatypes for key :x',
    ],
  ])('%j and %j are refused', (names, values, message) => {
    expect(() => new Placeholders(names, values)).toThrow(message);
  });
});
