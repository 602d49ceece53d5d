/**
 * Event patterns: what an event must look like for a rule to match it.
 *
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */

import { BlockList, isIP } from 'node:net';

/** The pattern is not one that EventBridge knows. */
export class InvalidEventPattern extends Error {
  constructor(reason: string) {
    super(`Event pattern is not valid. Reason: ${reason}`);
    this.name = 'InvalidEventPatternException';
  }
}

/** Whether an event (in its JSON form) matches. */
export type Matcher = (event: unknown) => boolean;

/** Whether one of the values found at a path matches; no value at all is an empty list. */
type ValuesTest = (values: readonly unknown[]) => boolean;
type ValueTest = (value: unknown) => boolean;

type Fields = Readonly<Record<string, unknown>>;

/**
 * @throws InvalidEventPattern that names the operator or the place
 */
export function compilePattern(pattern: unknown): Matcher {
  if (!isFields(pattern) || Object.keys(pattern).length === 0) {
    throw new InvalidEventPattern('Filter is not an object or is empty');
  }
  const matches = compileFields(pattern, '');
  return (event) => matches([event]);
}

/** A pattern's object, tested on every object found at its place. */
function compileFields(pattern: Fields, where: string): ValuesTest {
  const tests: ValueTest[] = [];
  for (const [name, expected] of Object.entries(pattern)) {
    const path = where === '' ? name : `${where}.${name}`;
    if (name === '$or') {
      if (!Array.isArray(expected) || expected.length < 2) {
        throw new InvalidEventPattern(`"${path}" must be an array with 2 or more elements`);
      }
      const branches = expected.map((branch: unknown) => {
        if (!isFields(branch)) throw new InvalidEventPattern(`"${path}" must hold objects`);
        return compileFields(branch, where);
      });
      tests.push((value) => branches.some((branch) => branch([value])));
      continue;
    }
    const test = compileExpected(expected, path);
    tests.push((value) => test(valuesAt(value, name)));
  }
  // Where there is nothing, `exists: false` further down still holds.
  return (values) =>
    (values.length === 0 ? [undefined] : values).some((value) => tests.every((test) => test(value)));
}

/** What stands at the name: nothing, one value, or, if it is a list, its elements. */
function valuesAt(value: unknown, name: string): readonly unknown[] {
  if (!isFields(value) || !Object.hasOwn(value, name)) return [];
  const found = value[name];
  return Array.isArray(found) ? found.flat(Number.POSITIVE_INFINITY) : [found];
}

function compileExpected(expected: unknown, path: string): ValuesTest {
  if (isFields(expected)) return compileFields(expected, path);
  if (!Array.isArray(expected)) throw new InvalidEventPattern(`"${path}" must be an object or an array`);
  if (expected.length === 0) throw new InvalidEventPattern(`Empty arrays are not allowed at "${path}"`);
  const tests = expected.map((alternative: unknown) => compileAlternative(alternative, path));
  return (values) => tests.some((test) => test(values));
}

function compileAlternative(alternative: unknown, path: string): ValuesTest {
  if (!isFields(alternative)) {
    if (Array.isArray(alternative))
      throw new InvalidEventPattern(`"${path}" may not hold an array in an array`);
    return (values) => values.some((value) => value === alternative);
  }
  const [operator, argument] = onlyEntry(alternative, path);
  if (operator === 'exists') {
    if (typeof argument !== 'boolean')
      throw new InvalidEventPattern(`exists match pattern must be either true or false at "${path}"`);
    return (values) => values.some((value) => !isFields(value)) === argument;
  }
  const test = compileOperator(operator, argument, path);
  return (values) => values.some(test);
}

function compileOperator(operator: string, argument: unknown, path: string): ValueTest {
  switch (operator) {
    case 'prefix':
      return affix(argument, path, (text, part) => text.startsWith(part));
    case 'suffix':
      return affix(argument, path, (text, part) => text.endsWith(part));
    case 'equals-ignore-case': {
      const wanted = textArgument(operator, argument, path).toLowerCase();
      return (value) => typeof value === 'string' && value.toLowerCase() === wanted;
    }
    case 'wildcard': {
      const wanted = wildcard(textArgument(operator, argument, path), path);
      return (value) => typeof value === 'string' && wanted.test(value);
    }
    case 'numeric':
      return numeric(argument, path);
    case 'cidr':
      return cidr(textArgument(operator, argument, path), path);
    case 'anything-but':
      return anythingBut(argument, path);
    default:
      throw new InvalidEventPattern(`Unrecognized match type ${operator} at "${path}"`);
  }
}

function affix(argument: unknown, path: string, holds: (text: string, part: string) => boolean): ValueTest {
  if (isFields(argument)) {
    const [operator, inner] = onlyEntry(argument, path);
    if (operator !== 'equals-ignore-case')
      throw new InvalidEventPattern(`Unrecognized match type ${operator} at "${path}"`);
    const part = textArgument(operator, inner, path).toLowerCase();
    return (value) => typeof value === 'string' && holds(value.toLowerCase(), part);
  }
  const part = textArgument('prefix or suffix', argument, path);
  return (value) => typeof value === 'string' && holds(value, part);
}

/** `*` stands for any text; `\*` and `\\` for themselves. */
function wildcard(text: string, path: string): RegExp {
  if (text.includes('**')) throw new InvalidEventPattern(`Consecutive wildcard characters at "${path}"`);
  const source = text.replace(
    /\\([*\\])|(\*)|([\s\S])/g,
    (_, escaped?: string, star?: string, other?: string) =>
      star === undefined ? (escaped ?? other ?? '').replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&') : '[\\s\\S]*',
  );
  return new RegExp(`^${source}$`);
}

function numeric(argument: unknown, path: string): ValueTest {
  if (!Array.isArray(argument) || argument.length === 0 || argument.length % 2 === 1 || argument.length > 4) {
    throw new InvalidEventPattern(`Invalid numeric match at "${path}"`);
  }
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; index < argument.length; index += 2) {
    const operator: unknown = argument[index];
    const bound: unknown = argument[index + 1];
    if (typeof bound !== 'number')
      throw new InvalidEventPattern(`Value of numeric match must be numeric at "${path}"`);
    switch (operator) {
      case '=':
        tests.push((value) => value === bound);
        break;
      case '<':
        tests.push((value) => value < bound);
        break;
      case '<=':
        tests.push((value) => value <= bound);
        break;
      case '>':
        tests.push((value) => value > bound);
        break;
      case '>=':
        tests.push((value) => value >= bound);
        break;
      default:
        throw new InvalidEventPattern(`Unrecognized numeric range operator: ${operator} at "${path}"`);
    }
  }
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

function anythingBut(argument: unknown, path: string): ValueTest {
  if (isFields(argument)) {
    const [operator, inner] = onlyEntry(argument, path);
    if (!['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(operator)) {
      throw new InvalidEventPattern(`Unsupported anything-but pattern: ${operator} at "${path}"`);
    }
    const tests = (Array.isArray(inner) ? inner : [inner]).map((each: unknown) =>
      compileOperator(operator, each, path),
    );
    return (value) => !isFields(value) && !tests.some((test) => test(value));
  }
  const unwanted: readonly unknown[] = Array.isArray(argument) ? argument : [argument];
  if (
    unwanted.length === 0 ||
    unwanted.some((each) => !['string', 'number', 'boolean'].includes(typeof each) && each !== null)
  ) {
    throw new InvalidEventPattern(`Invalid anything-but at "${path}"`);
  }
  return (value) => !isFields(value) && !unwanted.includes(value);
}

function cidr(text: string, path: string): ValueTest {
  const [address = '', prefix = ''] = text.split('/');
  const family = isIP(address);
  const block = new BlockList();
  try {
    if (family === 0 || !/^\d{1,3}$/.test(prefix)) throw new TypeError(text);
    block.addSubnet(address, Number(prefix), family === 4 ? 'ipv4' : 'ipv6');
  } catch {
    throw new InvalidEventPattern(`Malformed CIDR at "${path}"`);
  }
  // An address of the other family is in no such block, even one that stands for it (::ffff:10.1.2.3).
  return (value) =>
    typeof value === 'string' && isIP(value) === family && block.check(value, family === 4 ? 'ipv4' : 'ipv6');
}

function onlyEntry(fields: Fields, path: string): [operator: string, argument: unknown] {
  const entries = Object.entries(fields);
  const [entry] = entries;
  if (!entry || entries.length !== 1)
    throw new InvalidEventPattern(`Only one key allowed in match expression at "${path}"`);
  return entry;
}

function textArgument(operator: string, argument: unknown, path: string): string {
  if (typeof argument !== 'string')
    throw new InvalidEventPattern(`${operator} match pattern must be a string at "${path}"`);
  return argument;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
