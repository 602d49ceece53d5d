/**
 * Fields that may hold JSONata: compiled once when the machine is defined, evaluated against a state's `$states` and
 * variables. Strings of the form `{% … %}` are expressions, all other JSON stands for itself.
 */
import jsonata from 'jsonata';
import { queryEvaluationFailure, StateFailure } from './failure.ts';
import { fractionOf, hash, parse, partition, range, uuidOf } from './functions.ts';

/** What an expression can see. */
export interface Scope {
  /** The reserved variable `$states`. */
  states(): Readonly<Record<string, unknown>>;
  /** A workflow variable, or undefined. */
  variable(name: string): unknown;
  /** The time of the stimulus in ms, which `$now()` and `$millis()` show. */
  readonly now: number;
  /** 32 fresh random bytes for `$random`, `$uuid` and `$shuffle`. */
  draw(): Uint8Array;
}

/** A compiled field. */
export type Template =
  | { readonly kind: 'constant'; readonly value: unknown }
  | { readonly kind: 'expression'; readonly expression: Expression; readonly location: string }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, Template])[] }
  | { readonly kind: 'array'; readonly items: readonly Template[] };

/** A definition whose text at `path` is not a valid expression. */
export class ExpressionError extends Error {
  readonly path: string;

  constructor(path: string, message: string) {
    super(message);
    this.name = 'ExpressionError';
    this.path = path;
  }
}

interface Expression {
  readonly source: string;
  /** Steps of a plain path such as `$states.input.a`, which needs no interpreter unless an array is on the way. */
  readonly path: readonly string[] | undefined;
  readonly compiled: jsonata.Expression;
  readonly names: readonly string[];
  /** Whether its evaluations are counted. */
  readonly watched: boolean;
}

const compiledSources = new Map<string, Expression>();

/** Whether a JSON string is an expression. */
function isExpression(text: string): boolean {
  return text.startsWith('{%') && text.endsWith('%}') && text.length >= 4;
}

/**
 * Compiles a field.
 * @param location where in its state the field is, as AWS names it in causes, e.g. `Arguments/Payload/items[0]`
 * @throws {ExpressionError} for text that JSONata cannot parse
 */
export function compileTemplate(value: unknown, location: string): Template {
  if (typeof value === 'string') {
    if (!isExpression(value)) return { kind: 'constant', value };
    return {
      kind: 'expression',
      expression: compileExpression(value.slice(2, -2).trim(), location),
      location,
    };
  }
  if (Array.isArray(value)) {
    const items = value.map((item: unknown, index) => compileTemplate(item, `${location}[${index}]`));
    return items.every((item) => item.kind === 'constant')
      ? { kind: 'constant', value }
      : { kind: 'array', items };
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(
      ([key, field]) => [key, compileTemplate(field, `${location}/${key}`)] as const,
    );
    return entries.every(([, field]) => field.kind === 'constant')
      ? { kind: 'constant', value }
      : { kind: 'object', entries };
  }
  return { kind: 'constant', value };
}

function compileExpression(source: string, location: string): Expression {
  const known = compiledSources.get(source);
  if (known !== undefined) return known;
  let compiled: jsonata.Expression;
  try {
    compiled = jsonata(source);
  } catch (error) {
    throw new ExpressionError(location, messageOf(error));
  }
  const ast = compiled.ast();
  if (readsContextRoot(ast)) {
    throw new ExpressionError(
      location,
      'The variables $ and $$ have no value at the top of an expression; use $states.',
    );
  }
  compiled.assign('eval', undefined);
  compiled.assign('partition', partition);
  compiled.assign('range', range);
  compiled.assign('hash', hash);
  compiled.assign('parse', parse);
  // Without functions of its own an expression cannot run without end, and need not be watched.
  const watched = /function|λ/.test(source);
  if (watched) watch(compiled);
  const names = [...new Set([...source.matchAll(/\$([A-Za-z_]\w*)/g)].map((match) => match[1] ?? ''))];
  const expression = { source, compiled, names, watched, path: plainPath(ast) };
  compiledSources.set(source, expression);
  return expression;
}

/** How far an evaluation has gone. */
interface Budget {
  steps: number;
  depth: number;
}

/** The name of the budget among the bindings: one that no expression can write. */
const budgetName = ' budget';
/** Counted and not timed, so that the same evaluation always ends the same. */
const mostSteps = 1_000_000;
const deepest = 3_000;

/** Lets evaluations of an expression end that take too many steps or call themselves too deeply. */
function watch(compiled: jsonata.Expression): void {
  const watched = compiled as unknown as { assign(name: symbol, hook: Hook): void };
  watched.assign(Symbol.for('jsonata.__evaluate_entry'), (_expression, _input, environment) => {
    const budget = environment.lookup(budgetName);
    if (budget === undefined) return;
    budget.steps += 1;
    budget.depth += 1;
    if (budget.depth > deepest)
      throw new RangeError('Stack overflow: the expression calls itself too deeply');
    if (budget.steps > mostSteps) throw new RangeError('Expression evaluation timeout');
  });
  watched.assign(Symbol.for('jsonata.__evaluate_exit'), (_expression, _input, environment) => {
    const budget = environment.lookup(budgetName);
    if (budget !== undefined) budget.depth -= 1;
  });
}

/** What JSONata calls before and after each part of an expression. */
type Hook = (
  expression: unknown,
  input: unknown,
  environment: { lookup(name: string): Budget | undefined },
) => void;

function readsContextRoot(ast: jsonata.ExprNode): boolean {
  const first = ast.type === ('path' as string) ? ast.steps?.[0] : ast;
  return first?.type === 'variable' && (first.value === '' || first.value === '$');
}

function plainPath(ast: jsonata.ExprNode): readonly string[] | undefined {
  const isPlain = (node: jsonata.ExprNode): boolean =>
    Object.keys(node).every((key) => key === 'type' || key === 'value' || key === 'position');
  if (ast.type === 'variable') return isPlain(ast) && ast.value !== '' ? [String(ast.value)] : undefined;
  if (ast.type !== ('path' as string) || Object.keys(ast).some((key) => key !== 'type' && key !== 'steps')) {
    return undefined;
  }
  const steps = ast.steps ?? [];
  const plain = steps.every(
    (step, index) => isPlain(step) && step.type === (index === 0 ? 'variable' : 'name'),
  );
  return plain ? steps.map((step) => String(step.value)) : undefined;
}

/**
 * Evaluates a field: at once when it is constant or a plain path, else as a promise.
 * @throws {StateFailure} `States.QueryEvaluationError` with AWS's wording of the cause
 */
export function evaluate(template: Template, scope: Scope): unknown {
  switch (template.kind) {
    case 'constant':
      return template.value;
    case 'expression': {
      const value = evaluateExpression(template.expression, template.location, scope);
      if (value instanceof Promise) {
        return value.then((result) => defined(result, template.expression, template.location));
      }
      return defined(value, template.expression, template.location);
    }
    case 'array':
      return collect(template.items, scope, (values) => values);
    case 'object':
      return collect(
        template.entries.map(([, field]) => field),
        scope,
        (values) => Object.fromEntries(template.entries.map(([key], index) => [key, values[index]])),
      );
  }
}

function collect(
  templates: readonly Template[],
  scope: Scope,
  build: (values: unknown[]) => unknown,
): unknown {
  const values: unknown[] = [];
  for (const [index, template] of templates.entries()) {
    const value = evaluate(template, scope);
    if (value instanceof Promise) return collectRest(templates, index, value, values, scope).then(build);
    values.push(value);
  }
  return build(values);
}

/** One after the other, so that random draws come in the order of the definition. */
async function collectRest(
  templates: readonly Template[],
  from: number,
  first: Promise<unknown>,
  values: unknown[],
  scope: Scope,
): Promise<unknown[]> {
  values.push(await first);
  for (const template of templates.slice(from + 1)) values.push(await evaluate(template, scope));
  return values;
}

function defined(value: unknown, expression: Expression, location: string): unknown {
  if (value !== undefined) return value;
  throw queryEvaluationFailure(
    location,
    `The JSONata expression '${expression.source}' specified for the field '${location}' returned nothing (undefined).`,
  );
}

/** Marks a path that runs into an array, where JSONata's own rules apply. */
const notPlain = Symbol('not plain');

function evaluateExpression(expression: Expression, location: string, scope: Scope): unknown {
  if (expression.path !== undefined) {
    const value = walk(expression.path, scope);
    if (value !== notPlain) return value;
  }
  return interpret(expression, location, scope);
}

function walk(path: readonly string[], scope: Scope): unknown {
  const [root = '', ...steps] = path;
  let value: unknown = root === 'states' ? scope.states() : scope.variable(root);
  if (value === undefined && !(root === 'states')) return notPlain;
  for (const step of steps) {
    if (Array.isArray(value)) return notPlain;
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.hasOwn(value, step) ? (value as Record<string, unknown>)[step] : undefined;
  }
  return value;
}

async function interpret(expression: Expression, location: string, scope: Scope): Promise<unknown> {
  let result: unknown;
  try {
    const bound = bindings(expression.names, scope);
    if (expression.watched) bound[budgetName] = { steps: 0, depth: 0 } satisfies Budget;
    result = await expression.compiled.evaluate(undefined, bound);
  } catch (error) {
    if (error instanceof StateFailure) throw error;
    const code: unknown =
      typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
    const tail = typeof code === 'string' ? `. ${code}: ${messageOf(error)}` : `: ${messageOf(error)}`;
    throw queryEvaluationFailure(
      location,
      `The JSONata expression '${expression.source}' specified for the field '${location}' threw an error during evaluation${tail}`,
    );
  }
  if (result === undefined) return undefined;
  if (typeof result === 'function' || isJsonataFunction(result)) {
    throw queryEvaluationFailure(
      location,
      `The JSONata expression '${expression.source}' specified for the field '${location}' returned an unsupported result type.`,
    );
  }
  return plain(result);
}

function bindings(names: readonly string[], scope: Scope): Record<string, unknown> {
  const bound: Record<string, unknown> = {};
  for (const name of names) {
    if (name === 'states') bound.states = scope.states();
    else if (name === 'random') bound.random = (seed?: number) => randomOf(seed, scope);
    else if (name === 'uuid') bound.uuid = () => uuidOf(scope.draw());
    else if (name === 'millis') bound.millis = () => scope.now;
    else if (name === 'now') bound.now = (picture?: string, zone?: string) => nowAs(scope.now, picture, zone);
    else if (name === 'shuffle') bound.shuffle = (array: unknown) => shuffle(array, scope);
    else {
      const value = scope.variable(name);
      if (value !== undefined) bound[name] = value;
    }
  }
  return bound;
}

function randomOf(seed: number | undefined, scope: Scope): number {
  if (seed === undefined) return fractionOf(scope.draw());
  return fractionOf(Buffer.from(hash(String(seed), 'SHA-256') ?? '', 'hex'));
}

const formatMillis = jsonata('$fromMillis($time, $picture, $zone)');

function nowAs(time: number, picture?: string, zone?: string): unknown {
  if (picture === undefined && zone === undefined) return new Date(time).toISOString();
  return formatMillis.evaluate(undefined, { time, picture, zone });
}

function shuffle(array: unknown, scope: Scope): unknown {
  if (array === undefined) return undefined;
  const left: unknown[] = Array.isArray(array) ? [...array] : [array];
  const mixed: unknown[] = [];
  while (left.length > 0) mixed.push(...left.splice(Math.floor(fractionOf(scope.draw()) * left.length), 1));
  return mixed;
}

function isJsonataFunction(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    (Reflect.get(value, '_jsonata_lambda') === true || Reflect.get(value, '_jsonata_function') === true)
  );
}

/** The result as plain JSON: JSONata marks its arrays, and marked arrays would be unpacked when read again. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => (item === undefined ? null : plain(item)));
  if (typeof value === 'object' && value !== null) {
    if (isJsonataFunction(value)) return '';
    const copy: Record<string, unknown> = {};
    for (const [key, field] of Object.entries(value)) {
      if (field === undefined) continue;
      Object.defineProperty(copy, key, {
        value: plain(field),
        enumerable: true,
        writable: true,
        configurable: true,
      });
    }
    return copy;
  }
  if (typeof value === 'function') return '';
  return value;
}

function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  const message: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'message') : undefined;
  return typeof message === 'string' ? message : String(error);
}
