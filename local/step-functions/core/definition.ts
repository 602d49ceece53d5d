/**
 * State machine definitions in the Amazon States Language, JSONata only: read, checked and compiled once.
 * Everything this engine does not run is refused here by name, so that nothing is silently ignored later.
 */
import { compileTemplate, ExpressionError, type Template } from './expression.ts';
import { hash, uuidOf } from './functions.ts';
import {
  type Block,
  type ChoiceRule,
  type ChoiceState,
  type DistributedMap,
  type ItemBatcher,
  type ItemFormat,
  type ItemReader,
  type Leading,
  type Machine,
  type MapState,
  type ParallelState,
  type Recovering,
  type ResultWriter,
  type Retrier,
  type State,
  type StateBase,
  type TaskState,
  targetsOf,
  type WaitState,
} from './machine.ts';
import { readResource } from './resource.ts';

/** A definition that cannot run, with every problem found. */
export class DefinitionError extends Error {
  readonly problems: readonly DefinitionProblem[];

  constructor(problems: readonly DefinitionProblem[]) {
    super(problems.map((problem) => `${problem.code}: ${problem.message} at ${problem.path}`).join(', '));
    this.name = 'DefinitionError';
    this.problems = problems;
  }
}

/** One problem of a definition. */
export interface DefinitionProblem {
  readonly code: 'INVALID_JSON_DESCRIPTION' | 'SCHEMA_VALIDATION_FAILED' | 'MISSING_TRANSITION_TARGET';
  readonly message: string;
  /** JSON pointer into the definition. */
  readonly path: string;
}

type Fields = Readonly<Record<string, unknown>>;

const distributedFields = [
  ...['ItemReader', 'ItemBatcher', 'ResultWriter', 'Label'],
  ...['ToleratedFailureCount', 'ToleratedFailurePercentage'],
] as const;
const everywhere = ['Type', 'Comment', 'QueryLanguage'];
const fieldsByType: Readonly<Record<string, readonly string[]>> = {
  Pass: ['Output', 'Assign', 'Next', 'End'],
  Task: [
    ...['Output', 'Assign', 'Next', 'End', 'Retry', 'Catch'],
    ...['Resource', 'Arguments', 'TimeoutSeconds', 'HeartbeatSeconds'],
  ],
  Choice: ['Output', 'Assign', 'Choices', 'Default'],
  Wait: ['Output', 'Assign', 'Next', 'End', 'Seconds', 'Timestamp'],
  Succeed: ['Output'],
  Fail: ['Error', 'Cause'],
  Parallel: ['Output', 'Assign', 'Next', 'End', 'Retry', 'Catch', 'Branches', 'Arguments'],
  Map: [
    ...['Output', 'Assign', 'Next', 'End', 'Retry', 'Catch'],
    ...['Items', 'ItemSelector', 'ItemProcessor', 'MaxConcurrency'],
    ...distributedFields,
  ],
};

const jsonPathFields = new Set([
  ...['InputPath', 'OutputPath', 'ResultPath', 'Parameters', 'ResultSelector', 'Result', 'SecondsPath'],
  ...['TimestampPath', 'ItemsPath', 'ErrorPath', 'CausePath', 'TimeoutSecondsPath', 'HeartbeatSecondsPath'],
  ...['MaxConcurrencyPath', 'Iterator', 'Variable'],
]);

/** The longest state name AWS accepts. */
const longestStateName = 80;
/** The longest definition AWS accepts, in bytes. */
const longestDefinition = 1_048_576;
/** The longest time-out or delay that AWS accepts, in seconds. */
const longestSeconds = 99_999_999;

/**
 * Reads and compiles a definition.
 * @throws {DefinitionError} with every problem found
 */
export function compileDefinition(text: string): Machine {
  return new Compiler().compile(text);
}

class Compiler {
  readonly #problems: DefinitionProblem[] = [];
  readonly #blocks = new Map<string, Block>();
  readonly #names = new Set<string>();

  compile(text: string): Machine {
    const definition = this.#parse(text);
    this.#known(
      definition,
      ['Comment', 'StartAt', 'States', 'Version', 'TimeoutSeconds', 'QueryLanguage'],
      '',
    );
    const language = definition.QueryLanguage;
    if (language !== undefined && language !== 'JSONata' && language !== 'JSONPath') {
      this.#problem('QueryLanguage must be JSONata or JSONPath', '/QueryLanguage');
    }
    if (definition.Version !== undefined && definition.Version !== '1.0') {
      this.#problem('The value of Version must be "1.0"', '/Version');
    }
    const timeout = definition.TimeoutSeconds;
    if (timeout !== undefined && !isWholeNumber(timeout, 1)) {
      this.#problem('Expected a positive integer for TimeoutSeconds', '/TimeoutSeconds');
    }
    const root = this.#block(definition, '', language === 'JSONata', new Set());
    if (this.#problems.length > 0) throw new DefinitionError(this.#problems);
    const comment = definition.Comment;
    return {
      root,
      blocks: this.#blocks,
      ...(typeof comment === 'string' ? { comment } : {}),
      ...(typeof timeout === 'number' ? { timeoutSeconds: timeout } : {}),
    };
  }

  #parse(text: string): Fields {
    if (Buffer.byteLength(text) > longestDefinition) {
      throw new DefinitionError([
        { code: 'SCHEMA_VALIDATION_FAILED', message: 'The definition is longer than 1 MiB', path: '/' },
      ]);
    }
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new DefinitionError([{ code: 'INVALID_JSON_DESCRIPTION', message, path: '/' }]);
    }
    if (isFields(value)) return value;
    throw new DefinitionError([
      { code: 'SCHEMA_VALIDATION_FAILED', message: 'Expected value of type Object', path: '/' },
    ]);
  }

  #problem(
    message: string,
    path: string,
    code: DefinitionProblem['code'] = 'SCHEMA_VALIDATION_FAILED',
  ): void {
    this.#problems.push({ code, message, path: path === '' ? '/' : path });
  }

  #known(fields: Fields, allowed: readonly string[], path: string): void {
    for (const field of Object.keys(fields)) {
      if (allowed.includes(field)) continue;
      this.#problem(
        jsonPathFields.has(field)
          ? `The QueryLanguage 'JSONata' does not support the field '${field}'`
          : `Field '${field}' is not supported`,
        `${path}/${field}`,
      );
    }
  }

  /**
   * @param outer names of variables that the blocks around assign; an inner block may read but not assign them
   */
  #block(fields: Fields, path: string, jsonata: boolean, outer: ReadonlySet<string>): Block {
    const definitions = fields.States;
    const states = new Map<string, State>();
    const startAt = fields.StartAt;
    const block: Block = { path, startAt: typeof startAt === 'string' ? startAt : '', states };
    this.#blocks.set(path, block);
    if (!isFields(definitions) || Object.keys(definitions).length === 0) {
      this.#problem('These fields are required: [States]', path);
      return block;
    }
    const assigned = new Set([...outer, ...assignedIn(definitions)]);
    for (const [name, definition] of Object.entries(definitions)) {
      const at = `${path}/States/${name}`;
      if (name.length > longestStateName)
        this.#problem('State name exceeds maximum length of 80 characters', at);
      if (this.#names.has(name)) this.#problem(`Duplicate state name: ${name}`, at);
      this.#names.add(name);
      if (!isFields(definition)) {
        this.#problem('Expected value of type Object', at);
        continue;
      }
      const state = this.#state(name, definition, at, jsonata, outer, assigned);
      if (state !== undefined) states.set(name, state);
    }
    this.#transitions(definitions, block, startAt);
    return block;
  }

  #transitions(definitions: Fields, block: Block, startAt: unknown): void {
    const missing = (target: string, path: string): void =>
      this.#problem(`Missing 'Next' target: ${target}`, path, 'MISSING_TRANSITION_TARGET');
    if (typeof startAt !== 'string') {
      this.#problem('These fields are required: [StartAt]', block.path);
      return;
    }
    if (!Object.hasOwn(definitions, startAt)) {
      this.#problem(
        `Missing 'StartAt' target: ${startAt}`,
        `${block.path}/StartAt`,
        'MISSING_TRANSITION_TARGET',
      );
    }
    const reached = new Set([startAt]);
    for (const state of block.states.values()) {
      for (const target of targetsOf(state)) {
        reached.add(target);
        if (!Object.hasOwn(definitions, target)) missing(target, `${block.path}/States/${state.name}/Next`);
      }
    }
    for (const name of block.states.keys()) {
      if (!reached.has(name)) {
        this.#problem(
          `State "${name}" is not reachable.`,
          `${block.path}/States/${name}`,
          'MISSING_TRANSITION_TARGET',
        );
      }
    }
  }

  #state(
    name: string,
    fields: Fields,
    path: string,
    jsonataByDefault: boolean,
    outer: ReadonlySet<string>,
    assigned: ReadonlySet<string>,
  ): State | undefined {
    const type = fields.Type;
    const allowed = typeof type === 'string' ? fieldsByType[type] : undefined;
    if (typeof type !== 'string' || allowed === undefined) {
      this.#problem(`The state type ${JSON.stringify(type)} is not known`, `${path}/Type`);
      return undefined;
    }
    const language = fields.QueryLanguage;
    if (language === undefined ? !jsonataByDefault : language !== 'JSONata') {
      this.#problem(
        `State '${name}' is a JSONPath state; only states whose QueryLanguage is 'JSONata' are supported`,
        `${path}/QueryLanguage`,
      );
      return undefined;
    }
    this.#known(fields, [...everywhere, ...allowed], path);
    const base: StateBase = { name, ...this.#effects(fields, path, '', outer) };
    const leading = allowed.includes('Next') ? this.#leading(fields, path) : {};
    switch (type) {
      case 'Pass':
        return { type, ...base, ...leading };
      case 'Succeed':
        return { type, ...base };
      case 'Fail':
        return {
          type,
          ...base,
          ...this.#template(fields, 'Error', path),
          ...this.#template(fields, 'Cause', path),
        };
      case 'Wait':
        return this.#wait(fields, path, { ...base, ...leading });
      case 'Choice':
        return this.#choice(fields, path, base, outer);
      case 'Task':
        return this.#task(fields, path, { ...base, ...leading, ...this.#recovering(fields, path, outer) });
      case 'Parallel':
        return this.#parallel(
          fields,
          path,
          { ...base, ...leading, ...this.#recovering(fields, path, outer) },
          jsonataByDefault,
          assigned,
        );
      default:
        return this.#map(
          fields,
          path,
          { ...base, ...leading, ...this.#recovering(fields, path, outer) },
          jsonataByDefault,
          assigned,
        );
    }
  }

  #leading(fields: Fields, path: string): Leading {
    const { Next: next, End: end } = fields;
    if (typeof next === 'string' && end === undefined) return { next };
    if (next === undefined && end === true) return {};
    this.#problem("Expected exactly one of 'Next' (a state's name) and 'End' (true)", path);
    return {};
  }

  /** `Assign` and `Output` of a state, a choice rule or a catcher; `prefix` is how causes name what is around them. */
  #effects(
    fields: Fields,
    path: string,
    prefix: string,
    outer: ReadonlySet<string>,
  ): { readonly assign?: Template; readonly output?: Template } {
    const assign = fields.Assign;
    if (assign !== undefined) {
      if (!isFields(assign)) this.#problem('Expected value of type Object', `${path}/Assign`);
      else {
        for (const variable of Object.keys(assign)) {
          if (variable === 'states' || !/^[\p{ID_Start}_][\p{ID_Continue}]{0,79}$/u.test(variable)) {
            this.#problem(`'${variable}' is not a variable name`, `${path}/Assign/${variable}`);
          } else if (outer.has(variable)) {
            this.#problem(
              `Variable '${variable}' is already assigned in an outer scope`,
              `${path}/Assign/${variable}`,
            );
          }
        }
      }
    }
    return {
      ...this.#template(fields, 'Assign', path, prefix),
      ...this.#template(fields, 'Output', path, prefix),
    };
  }

  /** The field compiled, under its name with a small first letter, if it is there. */
  #template<Name extends string>(
    fields: Fields,
    name: Name,
    path: string,
    prefix = '',
  ): { readonly [Key in Uncapitalize<Name>]?: Template } {
    const value = fields[name];
    if (value === undefined) return {};
    const key = `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`;
    const template = this.#compile(value, `${prefix}${name}`, path);
    return { [key]: template } as { readonly [Key in Uncapitalize<Name>]?: Template };
  }

  #compile(value: unknown, location: string, path: string): Template {
    try {
      return compileTemplate(value, location);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      this.#problem(`The JSONata expression is not valid: ${error.message}`, `${path}/${error.path}`);
      return { kind: 'constant', value: null };
    }
  }

  #recovering(fields: Fields, path: string, outer: ReadonlySet<string>): Recovering {
    for (const name of ['Retry', 'Catch']) {
      const list = this.#list(fields, name, path);
      const all = list.findIndex(
        ({ ErrorEquals: names }) => Array.isArray(names) && names.includes('States.ALL'),
      );
      if (all >= 0 && all < list.length - 1) {
        this.#problem("'States.ALL' must be in the last one", `${path}/${name}[${all}]/ErrorEquals`);
      }
    }
    return {
      retry: this.#list(fields, 'Retry', path).map((retrier, index) =>
        this.#retrier(retrier, `${path}/Retry[${index}]`),
      ),
      catch: this.#list(fields, 'Catch', path).map((catcher, index) => {
        const at = `${path}/Catch[${index}]`;
        this.#known(catcher, ['ErrorEquals', 'Next', 'Assign', 'Output', 'Comment'], at);
        const next = catcher.Next;
        if (typeof next !== 'string') this.#problem('These fields are required: [Next]', at);
        return {
          errorEquals: this.#errorEquals(catcher, at),
          next: typeof next === 'string' ? next : '',
          ...this.#effects(catcher, at, `Catch[${index}]/`, outer),
        };
      }),
    };
  }

  #list(fields: Fields, name: string, path: string): readonly Fields[] {
    const list = fields[name];
    if (list === undefined) return [];
    if (Array.isArray(list) && list.every(isFields)) return list;
    this.#problem('Expected an array of objects', `${path}/${name}`);
    return [];
  }

  #errorEquals(fields: Fields, path: string): readonly string[] {
    const names: unknown = fields.ErrorEquals;
    if (Array.isArray(names) && names.length > 0 && names.every((name) => typeof name === 'string')) {
      if (names.includes('States.ALL') && names.length > 1) {
        this.#problem("'States.ALL' must appear alone", `${path}/ErrorEquals`);
      }
      return names;
    }
    this.#problem('Expected a non-empty array of error names', `${path}/ErrorEquals`);
    return [];
  }

  #retrier(fields: Fields, path: string): Retrier {
    this.#known(
      fields,
      [
        ...['ErrorEquals', 'IntervalSeconds', 'MaxAttempts', 'BackoffRate', 'MaxDelaySeconds'],
        ...['JitterStrategy', 'Comment'],
      ],
      path,
    );
    const number = (name: string, otherwise: number, least: number): number => {
      const value = fields[name];
      if (value === undefined) return otherwise;
      if (isWholeNumber(value, least)) return value;
      this.#problem(`Expected an integer not less than ${least}`, `${path}/${name}`);
      return otherwise;
    };
    const rate = fields.BackoffRate ?? 2;
    if (typeof rate !== 'number' || rate < 1) {
      this.#problem('Expected a number not less than 1.0', `${path}/BackoffRate`);
    }
    const jitter = fields.JitterStrategy ?? 'NONE';
    if (jitter !== 'FULL' && jitter !== 'NONE') {
      this.#problem('JitterStrategy must be FULL or NONE', `${path}/JitterStrategy`);
    }
    const maxDelay = fields.MaxDelaySeconds;
    return {
      errorEquals: this.#errorEquals(fields, path),
      intervalSeconds: number('IntervalSeconds', 1, 1),
      maxAttempts: number('MaxAttempts', 3, 0),
      backoffRate: typeof rate === 'number' ? rate : 2,
      jitter: jitter === 'FULL',
      ...(maxDelay === undefined ? {} : { maxDelaySeconds: number('MaxDelaySeconds', longestSeconds, 1) }),
    };
  }

  #wait(fields: Fields, path: string, base: StateBase & Leading): WaitState {
    const { Seconds: seconds, Timestamp: timestamp } = fields;
    if ((seconds === undefined) === (timestamp === undefined)) {
      this.#problem("Expected exactly one of 'Seconds' and 'Timestamp'", path);
    }
    if (typeof seconds === 'number' && !isWholeNumber(seconds, 0)) {
      this.#problem('Expected an integer not less than 0', `${path}/Seconds`);
    }
    return {
      type: 'Wait',
      ...base,
      ...this.#template(fields, 'Seconds', path),
      ...this.#template(fields, 'Timestamp', path),
    };
  }

  #choice(fields: Fields, path: string, base: StateBase, outer: ReadonlySet<string>): ChoiceState {
    const choices = this.#list(fields, 'Choices', path).map((rule, index): ChoiceRule => {
      const at = `${path}/Choices[${index}]`;
      this.#known(rule, ['Condition', 'Next', 'Assign', 'Output', 'Comment'], at);
      const next = rule.Next;
      if (typeof next !== 'string') this.#problem('These fields are required: [Next]', at);
      const condition = rule.Condition;
      if (condition === undefined) this.#problem('These fields are required: [Condition]', at);
      return {
        condition: this.#compile(condition, `Choices[${index}]/Condition`, path),
        next: typeof next === 'string' ? next : '',
        ...this.#effects(rule, at, `Choices[${index}]/`, outer),
      };
    });
    if (choices.length === 0) this.#problem('A Choice state needs at least one rule', `${path}/Choices`);
    const fallback = fields.Default;
    if (fallback !== undefined && typeof fallback !== 'string') {
      this.#problem('Expected value of type String', `${path}/Default`);
    }
    return {
      type: 'Choice',
      ...base,
      choices,
      ...(typeof fallback === 'string' ? { default: fallback } : {}),
    };
  }

  #task(fields: Fields, path: string, base: StateBase & Leading & Recovering): TaskState | undefined {
    const text = fields.Resource;
    if (typeof text !== 'string') {
      this.#problem('These fields are required: [Resource]', path);
      return undefined;
    }
    const resource = readResource(text);
    if ('unknown' in resource) {
      this.#problem(
        resource.exists ? `This engine does not know ${resource.unknown}` : notRecognised(text),
        `${path}/Resource`,
      );
      return undefined;
    }
    for (const name of ['TimeoutSeconds', 'HeartbeatSeconds']) {
      const value = fields[name];
      if (typeof value === 'number' && !isWholeNumber(value, 1)) {
        this.#problem('Expected a positive integer', `${path}/${name}`);
      }
    }
    const { TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = fields;
    if (typeof timeout === 'number' && typeof heartbeat === 'number' && heartbeat >= timeout) {
      this.#problem("'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'", `${path}/HeartbeatSeconds`);
    }
    return {
      type: 'Task',
      ...base,
      resource,
      ...this.#template(fields, 'Arguments', path),
      ...this.#template(fields, 'TimeoutSeconds', path),
      ...this.#template(fields, 'HeartbeatSeconds', path),
    };
  }

  #parallel(
    fields: Fields,
    path: string,
    base: StateBase & Leading & Recovering,
    jsonata: boolean,
    assigned: ReadonlySet<string>,
  ): ParallelState {
    const branches = this.#list(fields, 'Branches', path).map((branch, index) => {
      const at = `${path}/Branches[${index}]`;
      this.#known(branch, ['StartAt', 'States', 'Comment'], at);
      return this.#block(branch, at, jsonata, assigned);
    });
    if (branches.length === 0)
      this.#problem('A Parallel state needs at least one branch', `${path}/Branches`);
    return { type: 'Parallel', ...base, branches, ...this.#template(fields, 'Arguments', path) };
  }

  #map(
    fields: Fields,
    path: string,
    base: StateBase & Leading & Recovering,
    jsonata: boolean,
    assigned: ReadonlySet<string>,
  ): MapState | undefined {
    const processor = fields.ItemProcessor;
    if (!isFields(processor)) {
      this.#problem('These fields are required: [ItemProcessor]', path);
      return undefined;
    }
    const at = `${path}/ItemProcessor`;
    this.#known(processor, ['StartAt', 'States', 'ProcessorConfig', 'Comment'], at);
    const distributed = this.#isDistributed(processor, at);
    if (!distributed) {
      for (const name of distributedFields) {
        if (fields[name] !== undefined) {
          this.#problem(`The field '${name}' is only for a Map in distributed mode`, `${path}/${name}`);
        }
      }
    }
    return {
      type: 'Map',
      ...base,
      // A distributed Map's executions see no variables from outside, so they may use the same names.
      processor: this.#block(processor, at, jsonata, distributed ? new Set() : assigned),
      ...this.#template(fields, 'Items', path),
      ...this.#template(fields, 'ItemSelector', path),
      ...this.#template(fields, 'MaxConcurrency', path),
      ...(distributed ? { distributed: this.#distributed(fields, processor, path) } : {}),
    };
  }

  #isDistributed(processor: Fields, path: string): boolean {
    const config = processor.ProcessorConfig ?? {};
    const at = `${path}/ProcessorConfig`;
    if (!isFields(config)) {
      this.#problem('Expected value of type Object', at);
      return false;
    }
    this.#known(config, ['Mode', 'ExecutionType'], at);
    const mode = config.Mode ?? 'INLINE';
    if (mode !== 'INLINE' && mode !== 'DISTRIBUTED') {
      this.#problem('Mode must be INLINE or DISTRIBUTED', `${at}/Mode`);
    }
    if (mode === 'DISTRIBUTED' && config.ExecutionType !== 'STANDARD') {
      this.#problem(
        `The execution type ${JSON.stringify(config.ExecutionType)} of a distributed Map is not supported, only STANDARD`,
        `${at}/ExecutionType`,
      );
    }
    return mode === 'DISTRIBUTED';
  }

  #distributed(fields: Fields, processor: Fields, path: string): DistributedMap {
    const label = fields.Label;
    if (
      label !== undefined &&
      (typeof label !== 'string' || !/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,40}$/u.test(label))
    ) {
      this.#problem('A label has 1 to 40 characters, none of them special', `${path}/Label`);
    }
    const { StartAt, States, Comment } = processor;
    const reader = this.#reader(fields, path);
    if (reader !== undefined && fields.Items !== undefined) {
      this.#problem("Expected at most one of 'Items' and 'ItemReader'", path);
    }
    const batcher = this.#batcher(fields, path);
    const writer = this.#writer(fields, path);
    return {
      // By default AWS makes one up when the machine is created.
      label: typeof label === 'string' ? label : uuidOf(Buffer.from(hash(path, 'SHA-256') ?? '', 'hex')),
      definition: JSON.stringify({ Comment, QueryLanguage: 'JSONata', StartAt, States }),
      ...(reader === undefined ? {} : { reader }),
      ...(batcher === undefined ? {} : { batcher }),
      ...(writer === undefined ? {} : { writer }),
      ...this.#template(fields, 'ToleratedFailureCount', path),
      ...this.#template(fields, 'ToleratedFailurePercentage', path),
    };
  }

  /** The part of a distributed Map with this name, if it is there and may be. */
  #part(fields: Fields, name: string, allowed: readonly string[], path: string): Fields | undefined {
    const part = fields[name];
    if (part === undefined) return undefined;
    if (!isFields(part)) {
      this.#problem('Expected value of type Object', `${path}/${name}`);
      return undefined;
    }
    this.#known(part, allowed, `${path}/${name}`);
    return part;
  }

  #reader(fields: Fields, path: string): ItemReader | undefined {
    const reader = this.#part(fields, 'ItemReader', ['Resource', 'Arguments', 'ReaderConfig'], path);
    if (reader === undefined) return undefined;
    const at = `${path}/ItemReader`;
    const action = /^arn:aws[\w-]*:states:::s3:(getObject|listObjectsV2)$/.exec(String(reader.Resource))?.[1];
    if (action !== 'getObject' && action !== 'listObjectsV2') {
      this.#problem(notRecognised(String(reader.Resource)), `${at}/Resource`);
      return undefined;
    }
    if (reader.Arguments === undefined) this.#problem('These fields are required: [Arguments]', at);
    const config =
      this.#part(
        reader,
        'ReaderConfig',
        [
          ...['InputType', 'MaxItems', 'ItemsPointer'],
          ...['CSVHeaderLocation', 'CSVHeaders', 'CSVDelimiter', 'Transformation'],
        ],
        at,
      ) ?? {};
    const format = action === 'getObject' ? this.#format(config, `${at}/ReaderConfig`) : undefined;
    if ((config.Transformation ?? 'NONE') !== 'NONE') {
      this.#problem(
        `The transformation ${JSON.stringify(config.Transformation)} is not supported`,
        `${at}/ReaderConfig/Transformation`,
      );
    }
    return {
      action,
      arguments: this.#compile(reader.Arguments ?? {}, 'ItemReader/Arguments', path),
      ...(format === undefined ? {} : { format }),
      ...this.#template(config, 'MaxItems', path, 'ItemReader/ReaderConfig/'),
    };
  }

  #format(config: Fields, path: string): ItemFormat | undefined {
    const { InputType: type, ItemsPointer: pointer, CSVHeaders: headers, CSVDelimiter: delimiter } = config;
    if (type === 'JSONL') return { type };
    if (type === 'JSON') {
      if (pointer === undefined) return { type };
      if (typeof pointer === 'string' && /^(\/|$)/.test(pointer)) return { type, pointer };
      this.#problem('Expected a JSON pointer', `${path}/ItemsPointer`);
      return undefined;
    }
    if (type !== 'CSV') {
      this.#problem(`The input type ${JSON.stringify(type)} is not supported`, `${path}/InputType`);
      return undefined;
    }
    const sign = delimiters[typeof delimiter === 'string' ? delimiter : 'COMMA'];
    if (sign === undefined) this.#problem('CSVDelimiter is none that is known', `${path}/CSVDelimiter`);
    const format = { type, delimiter: sign ?? ',' } as const;
    if (config.CSVHeaderLocation === 'FIRST_ROW') return format;
    const given =
      Array.isArray(headers) && headers.every((header) => typeof header === 'string') ? headers : undefined;
    if (config.CSVHeaderLocation !== 'GIVEN' || given === undefined) {
      this.#problem(
        'CSVHeaderLocation must be FIRST_ROW, or GIVEN with CSVHeaders',
        `${path}/CSVHeaderLocation`,
      );
    }
    return { ...format, headers: given ?? [] };
  }

  #batcher(fields: Fields, path: string): ItemBatcher | undefined {
    const names = ['MaxItemsPerBatch', 'MaxInputBytesPerBatch', 'BatchInput'];
    const batcher = this.#part(fields, 'ItemBatcher', names, path);
    if (batcher === undefined) return undefined;
    if (batcher.MaxItemsPerBatch === undefined && batcher.MaxInputBytesPerBatch === undefined) {
      this.#problem("Expected 'MaxItemsPerBatch', 'MaxInputBytesPerBatch' or both", `${path}/ItemBatcher`);
    }
    return {
      ...this.#template(batcher, 'MaxItemsPerBatch', path, 'ItemBatcher/'),
      ...this.#template(batcher, 'MaxInputBytesPerBatch', path, 'ItemBatcher/'),
      ...this.#template(batcher, 'BatchInput', path, 'ItemBatcher/'),
    };
  }

  #writer(fields: Fields, path: string): ResultWriter | undefined {
    const writer = this.#part(fields, 'ResultWriter', ['Resource', 'Arguments', 'WriterConfig'], path);
    if (writer === undefined) return undefined;
    const at = `${path}/ResultWriter`;
    const { Resource: resource } = writer;
    if (resource !== undefined && !/^arn:aws[\w-]*:states:::s3:putObject$/.test(String(resource))) {
      this.#problem(notRecognised(String(resource)), `${at}/Resource`);
    }
    if ((resource === undefined) !== (writer.Arguments === undefined)) {
      this.#problem("Expected both or none of 'Resource' and 'Arguments'", at);
    }
    const config = this.#part(writer, 'WriterConfig', ['OutputType', 'Transformation'], at) ?? {};
    const outputType = config.OutputType ?? 'JSON';
    // What is written to S3 names the executions too, by default; the state's result does not.
    const transformation = config.Transformation ?? (resource === undefined ? 'COMPACT' : 'NONE');
    const knownType = outputType === 'JSON' || outputType === 'JSONL';
    const knownTransformation =
      transformation === 'NONE' || transformation === 'COMPACT' || transformation === 'FLATTEN';
    if (!knownType || !knownTransformation) {
      this.#problem(
        'OutputType must be JSON or JSONL, and Transformation NONE, COMPACT or FLATTEN',
        `${at}/WriterConfig`,
      );
    }
    return {
      outputType: knownType ? outputType : 'JSON',
      transformation: knownTransformation ? transformation : 'NONE',
      ...this.#template(writer, 'Arguments', path, 'ResultWriter/'),
    };
  }
}

/** What may stand between the fields of a CSV file. */
const delimiters: Readonly<Record<string, string>> = {
  COMMA: ',',
  PIPE: '|',
  SEMICOLON: ';',
  SPACE: ' ',
  TAB: '\t',
};

/** As AWS refuses a resource that does not exist. */
function notRecognised(resource: string): string {
  return `The resource provided ${resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWholeNumber(value: unknown, least: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= longestSeconds;
}

/** Names of the variables that the states of one block assign. */
function assignedIn(states: Fields): ReadonlySet<string> {
  const names = new Set<string>();
  const note = (holder: unknown): void => {
    if (isFields(holder) && isFields(holder.Assign))
      for (const name of Object.keys(holder.Assign)) names.add(name);
  };
  for (const state of Object.values(states)) {
    note(state);
    if (!isFields(state)) continue;
    for (const list of [state.Choices, state.Catch])
      if (Array.isArray(list)) for (const rule of list) note(rule);
  }
  return names;
}
