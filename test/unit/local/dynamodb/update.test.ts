import { describe, expect, it } from 'vitest';
import { Placeholders } from '#local/dynamodb/expressions/placeholders.ts';
import { bindProjection } from '#local/dynamodb/expressions/projection.ts';
import { bindUpdate } from '#local/dynamodb/expressions/update.ts';
import { type Item, parseItem } from '#local/dynamodb/values/attribute-value.ts';

const item = parseItem({
  a: { S: 'a' },
  n: { N: '10' },
  s: { SS: ['x', 'y'] },
  l: { L: [{ N: '0' }, { N: '1' }, { N: '2' }, { N: '3' }] },
  m: { M: { x: { N: '1' }, y: { L: [{ S: 'p' }, { S: 'q' }] } } },
});

function updated(text: string, values?: Record<string, unknown>, of: Item = item): Item {
  return bindUpdate(text, new Placeholders(undefined, values)).apply(of);
}
function numbers(...of: number[]) {
  return { L: of.map((each) => ({ N: String(each) })) };
}

describe('an update', () => {
  it.each([
    ['SET b = a', undefined, { ...item, b: { S: 'a' } }],
    ['SET n = n + :one, a = n', { ':one': { N: '1' } }, { ...item, n: { N: '11' }, a: { N: '10' } }],
    ['SET n = :one - n', { ':one': { N: '1' } }, { ...item, n: { N: '-9' } }],
    ['SET b = if_not_exists(b, :one)', { ':one': { N: '1' } }, { ...item, b: { N: '1' } }],
    ['SET n = if_not_exists(n, :one) + :one', { ':one': { N: '1' } }, { ...item, n: { N: '11' } }],
    ['SET l = list_append(l, :l)', { ':l': numbers(4) }, { ...item, l: numbers(0, 1, 2, 3, 4) }],
    [
      'SET m.x = :one',
      { ':one': { S: '1' } },
      { ...item, m: { M: { x: { S: '1' }, y: { L: [{ S: 'p' }, { S: 'q' }] } } } },
    ],
    ['SET l[1] = :one', { ':one': { N: '9' } }, { ...item, l: numbers(0, 9, 2, 3) }],
    [
      'SET l[20] = :one, l[10] = :two',
      { ':one': { N: '9' }, ':two': { N: '8' } },
      { ...item, l: numbers(0, 1, 2, 3, 8, 9) },
    ],
    ['REMOVE l[0], l[1]', undefined, { ...item, l: numbers(2, 3) }],
    ['REMOVE l[3], l[1], l[9]', undefined, { ...item, l: numbers(0, 2) }],
    ['SET l[3] = :one REMOVE l[0]', { ':one': { N: '9' } }, { ...item, l: numbers(1, 2, 9) }],
    ['REMOVE m.y[0]', undefined, { ...item, m: { M: { x: { N: '1' }, y: { L: [{ S: 'q' }] } } } }],
    ['REMOVE gone, m.gone', undefined, item],
    ['ADD n :one, c :one', { ':one': { N: '1.5' } }, { ...item, n: { N: '11.5' }, c: { N: '1.5' } }],
    ['ADD s :s', { ':s': { SS: ['y', 'z'] } }, { ...item, s: { SS: ['x', 'y', 'z'] } }],
    ['DELETE s :s', { ':s': { SS: ['y', 'z'] } }, { ...item, s: { SS: ['x'] } }],
    ['DELETE c :s', { ':s': { SS: ['y'] } }, item],
  ])('%s', (text, values, after) => {
    expect(updated(text, values)).toEqual(after);
  });

  it('leaves no set without members', () => {
    expect(updated('DELETE s :s', { ':s': { SS: ['x', 'y'] } })).not.toHaveProperty('s');
  });

  it('leaves the item that it was given as it was', () => {
    const before = JSON.stringify(item);
    updated('SET m.x = :one, l[0] = :one REMOVE a ADD n :one', { ':one': { N: '1' } });
    expect(JSON.stringify(item)).toBe(before);
  });

  it.each([
    ['SET gone.x = :one', 'The document path provided in the update expression is invalid for update'],
    ['SET a[0] = :one', 'The document path provided in the update expression is invalid for update'],
    ['SET l[9].x = :one', 'The document path provided in the update expression is invalid for update'],
    ['SET b = gone', 'The provided expression refers to an attribute that does not exist in the item'],
    ['SET b = a + :one', 'An operand in the update expression has an incorrect data type'],
    ['SET b = list_append(a, l)', 'An operand in the update expression has an incorrect data type'],
    ['ADD a :one', 'An operand in the update expression has an incorrect data type'],
    [
      'SET a = :one, a = :one',
      'Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a]',
    ],
    [
      'SET m.x = :one REMOVE m[0]',
      'Invalid UpdateExpression: Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [m, x], path two: [m, [0]]',
    ],
    [
      'SET a = :one SET b = :one',
      'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;',
    ],
    [
      'DELETE s :one',
      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER',
    ],
    ['SET a = sum(:one)', 'Invalid UpdateExpression: Invalid function name; function: sum'],
    [
      'SET a = list_append(:one, l)',
      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: list_append, operand type: N',
    ],
    [
      'SET a = if_not_exists(:one, n)',
      'Invalid UpdateExpression: Operator or function requires a document path; operator or function: if_not_exists',
    ],
    ['PUT a = :one', 'Invalid UpdateExpression: Syntax error; token: "PUT", near: "PUT a"'],
    ['SET a :one', 'Invalid UpdateExpression: Syntax error; token: ":one", near: "a :one"'],
    [
      'SET name = :one',
      'Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: name',
    ],
  ])('%s is refused', (text, message) => {
    expect(() => updated(text, { ':one': { N: '1' } })).toThrow(message);
  });
});

describe('a projection', () => {
  const projected = (text: string): Item =>
    bindProjection(text, new Placeholders(undefined, undefined)).project(item);

  it.each([
    ['a', { a: { S: 'a' } }],
    ['a, gone', { a: { S: 'a' } }],
    ['m.x', { m: { M: { x: { N: '1' } } } }],
    ['m.y[1], m.x', { m: { M: { y: { L: [{ S: 'q' }] }, x: { N: '1' } } } }],
    ['l[3], l[0]', { l: numbers(0, 3) }],
    ['l[9], m.gone, a.x', {}],
  ])('%s', (text, part) => {
    expect(projected(text)).toEqual(part);
  });

  it.each([
    [
      'm, m.x',
      'Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [m], path two: [m, x]',
    ],
    ['a,', 'Syntax error; token: "<EOF>", near: ","'],
    ['l[x]', 'Syntax error; token: "x", near: "[x]"'],
  ])('%s is refused', (text, reason) => {
    expect(() => projected(text)).toThrow(`Invalid ProjectionExpression: ${reason}`);
  });
});
