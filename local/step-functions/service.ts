/** The Step Functions service: AWS's JSON protocol in front of the engine. */
import { AwsError } from '../gateway/aws-error.ts';
import type { Service, ServiceRequest, ServiceResponse } from '../gateway/service.ts';
import { isName, parseExecutionArn, parseStateMachineArn } from './arns.ts';
import { Datum, dataLimit, exceedsDataLimit } from './core/datum.ts';
import { compileDefinition, DefinitionError } from './core/definition.ts';
import type { HistoryEvent } from './core/history.ts';
import { Engine } from './engine.ts';
import { Parameters } from './parameters.ts';
import type { StateMachineResources, StepFunctionsPorts } from './ports.ts';
import { type AliasRow, type ExecutionRow, type StateMachineRow, StepFunctionsStore } from './store.ts';

/** An operation: its parameters in, its answer out. */
type Operation = (parameters: Parameters, request: ServiceRequest) => object | Promise<object>;

/** The longest error name and cause that a callback or a stop may give. AWS: API reference. */
const longestError = 256;
const longestCause = 32_768;

/** Step Functions over `node:sqlite`; see README.md. */
export class StepFunctionsService implements Service {
  readonly signingName = 'states';
  readonly errorFormat = 'json';
  readonly operations: readonly string[];
  readonly #ports: StepFunctionsPorts;
  readonly #store: StepFunctionsStore;
  readonly #engine: Engine;
  readonly #handlers: Readonly<Record<string, Operation>>;

  constructor(ports: StepFunctionsPorts) {
    this.#ports = ports;
    this.#store = new StepFunctionsStore(ports.db);
    this.#engine = new Engine(ports, this.#store);
    this.#handlers = {
      CreateStateMachine: (parameters, request) => this.#createStateMachine(parameters, request),
      UpdateStateMachine: (parameters, request) => this.#updateStateMachine(parameters, request),
      PublishStateMachineVersion: (parameters, request) => this.#publishVersion(parameters, request),
      CreateStateMachineAlias: (parameters, request) => this.#createAlias(parameters, request),
      UpdateStateMachineAlias: (parameters, request) => this.#updateAlias(parameters, request),
      DescribeStateMachine: (parameters, request) => this.#describeStateMachine(parameters, request),
      DescribeStateMachineForExecution: (parameters, request) =>
        this.#describeForExecution(parameters, request),
      DescribeStateMachineAlias: (parameters, request) => this.#describeAlias(parameters, request),
      ListStateMachines: (parameters, request) => this.#listStateMachines(parameters, request),
      ListStateMachineVersions: (parameters, request) => this.#listVersions(parameters, request),
      ListStateMachineAliases: (parameters, request) => this.#listAliases(parameters, request),
      ValidateStateMachineDefinition: (parameters, request) => this.#validateDefinition(parameters, request),
      StartExecution: (parameters, request) => this.#startExecution(parameters, request),
      StartSyncExecution: (parameters, request) => this.#startSyncExecution(parameters, request),
      DescribeExecution: (parameters, request) => this.#describeExecution(parameters, request),
      ListExecutions: (parameters, request) => this.#listExecutions(parameters, request),
      StopExecution: (parameters, request) => this.#stopExecution(parameters, request),
      RedriveExecution: (parameters, request) => this.#redriveExecution(parameters, request),
      GetExecutionHistory: (parameters, request) => this.#getExecutionHistory(parameters, request),
      SendTaskSuccess: (parameters, request) => this.#sendTaskSuccess(parameters, request),
      SendTaskFailure: (parameters, request) => this.#sendTaskFailure(parameters, request),
      SendTaskHeartbeat: (parameters, request) => this.#sendTaskHeartbeat(parameters, request),
    };
    this.operations = Object.keys(this.#handlers);
  }

  /**
   * Makes the assembly's state machines, versions and aliases known, in place of what they were before. Executions
   * that run stay on the definition and role they began with.
   * @throws {AwsError} `InvalidDefinition` that names the machine, the state and what the engine does not know
   */
  define(resources: StateMachineResources): void {
    for (const machine of resources.stateMachines) this.#compile(machine.definition, `${machine.name}: `);
    const now = this.#ports.clock.now();
    this.#store.transaction(() => {
      for (const { arn, name, definition, roleArn } of resources.stateMachines) {
        const definitionId = this.#store.definitionId(arn, definition, roleArn);
        const known = this.#store.stateMachine(arn);
        if (known?.definitionId === definitionId) continue;
        this.#store.putStateMachine({
          arn,
          name,
          roleArn,
          definitionId,
          createdAt: known?.createdAt ?? now,
          updatedAt: now,
        });
      }
      for (const { arn, stateMachineArn, description } of resources.versions ?? []) {
        const machine = this.#stateMachine(stateMachineArn);
        this.#store.putVersion({
          arn,
          stateMachineArn,
          number: Number(parseStateMachineArn(arn).qualifier),
          definitionId: machine.definitionId,
          description: description ?? null,
          createdAt: now,
        });
      }
      for (const { arn, name, routing } of resources.aliases ?? []) {
        const stateMachineArn = parseStateMachineArn(arn).unqualified;
        const createdAt = this.#store.alias(arn)?.createdAt ?? now;
        this.#store.putAlias({ arn, stateMachineArn, name, routing, createdAt, updatedAt: now });
      }
    });
  }

  /** Takes up every unfinished execution: re-arms its timers and calls its unfinished tasks again. Once, after `define`. */
  resume(): void {
    this.#engine.resume();
  }

  /**
   * Starts an execution on behalf of an event rule or schedule whose rights are already judged.
   * @throws {AwsError} as `StartExecution` does
   */
  async startExecution(start: {
    readonly stateMachineArn: string;
    readonly name?: string;
    readonly input?: string;
  }): Promise<{ readonly executionArn: string; readonly startDate: number }> {
    if (start.name !== undefined && !isName(start.name)) {
      throw new AwsError('InvalidName', `Invalid Name: '${start.name}'`);
    }
    checkInput(start.input);
    const { arn, startedAt } = await this.#engine.start(start);
    return { executionArn: arn, startDate: seconds(startedAt) };
  }

  async handle(request: ServiceRequest): Promise<ServiceResponse> {
    const target = request.headers['x-amz-target'] ?? '';
    const name = target.replace(/^AWSStepFunctions\./, '');
    const handler = Object.hasOwn(this.#handlers, name) ? this.#handlers[name] : undefined;
    if (handler === undefined) {
      throw new AwsError(
        'NotImplemented',
        `Step Functions ${name} is not implemented by the embedded cloud.`,
        501,
      );
    }
    const answer = await handler(Parameters.parse(request.body), request);
    return {
      status: 200,
      headers: { 'content-type': 'application/x-amz-json-1.0' },
      body: JSON.stringify(answer),
    };
  }

  /** Stops taking stimuli; what is under way is taken up again by the next `resume`. */
  close(): void {
    this.#engine.close();
  }

  // State machines, versions and aliases.

  #createStateMachine(parameters: Parameters, request: ServiceRequest): object {
    const name = parameters.text('name');
    if (!isName(name)) throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
    const { region, account, clock } = this.#ports;
    const arn = `arn:aws:states:${region}:${account}:stateMachine:${name}`;
    request.authorize({ action: 'states:CreateStateMachine', resource: arn });
    const type = parameters.optionalText('type');
    if (type !== undefined && type !== 'STANDARD') {
      throw new AwsError('StateMachineTypeNotSupported', `State machines of type ${type} are not supported.`);
    }
    const definition = parameters.text('definition');
    const roleArn = parameters.text('roleArn');
    this.#compile(definition);
    const now = clock.now();
    const known = this.#store.stateMachine(arn);
    const definitionId = this.#store.definitionId(arn, definition, roleArn);
    if (known !== undefined && known.definitionId !== definitionId) {
      throw new AwsError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
    }
    const createdAt = known?.createdAt ?? now;
    if (known === undefined) {
      this.#store.putStateMachine({ arn, name, roleArn, definitionId, createdAt, updatedAt: now });
    }
    const published = parameters.flag('publish')
      ? this.#publish(arn, parameters.optionalText('versionDescription'))
      : {};
    return { stateMachineArn: arn, creationDate: seconds(createdAt), ...published };
  }

  #updateStateMachine(parameters: Parameters, request: ServiceRequest): object {
    const arn = parameters.text('stateMachineArn');
    request.authorize({
      action: 'states:UpdateStateMachine',
      resource: parseStateMachineArn(arn).unqualified,
    });
    const machine = this.#stateMachine(arn);
    const definition = parameters.optionalText('definition') ?? this.#definitionOf(machine.definitionId);
    const roleArn = parameters.optionalText('roleArn') ?? machine.roleArn;
    this.#compile(definition);
    const updatedAt = this.#ports.clock.now();
    const definitionId = this.#store.definitionId(arn, definition, roleArn);
    this.#store.putStateMachine({ ...machine, roleArn, definitionId, updatedAt });
    const published = parameters.flag('publish')
      ? this.#publish(arn, parameters.optionalText('versionDescription'))
      : {};
    return { updateDate: seconds(updatedAt), ...published };
  }

  #publishVersion(parameters: Parameters, request: ServiceRequest): object {
    const arn = parameters.text('stateMachineArn');
    request.authorize({ action: 'states:PublishStateMachineVersion', resource: arn });
    this.#stateMachine(arn);
    return this.#publish(arn, parameters.optionalText('description'));
  }

  #publish(
    arn: string,
    description: string | undefined,
  ): { stateMachineVersionArn: string; creationDate: number } {
    const { definitionId } = this.#stateMachine(arn);
    const versions = this.#store.versions(arn);
    const latest = versions[0];
    // Publishing what is already the newest version publishes nothing new.
    if (latest?.definitionId === definitionId) {
      return { stateMachineVersionArn: latest.arn, creationDate: seconds(latest.createdAt) };
    }
    const number = (latest?.number ?? 0) + 1;
    const createdAt = this.#ports.clock.now();
    const version = { arn: `${arn}:${number}`, stateMachineArn: arn, number, definitionId, createdAt };
    this.#store.putVersion({ ...version, description: description ?? null });
    return { stateMachineVersionArn: version.arn, creationDate: seconds(createdAt) };
  }

  #createAlias(parameters: Parameters, request: ServiceRequest): object {
    const name = parameters.text('name');
    if (!isName(name) || /^\d+$/.test(name)) throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
    const routing = this.#routing(parameters);
    const stateMachineArn = parseStateMachineArn(routing[0]?.versionArn ?? '').unqualified;
    request.authorize({ action: 'states:CreateStateMachineAlias', resource: stateMachineArn });
    const arn = `${stateMachineArn}:${name}`;
    if (this.#store.alias(arn) !== undefined) {
      throw new AwsError('ConflictException', `The alias ${name} already exists with other properties.`);
    }
    const now = this.#ports.clock.now();
    this.#store.putAlias({ arn, stateMachineArn, name, routing, createdAt: now, updatedAt: now });
    return { stateMachineAliasArn: arn, creationDate: seconds(now) };
  }

  #updateAlias(parameters: Parameters, request: ServiceRequest): object {
    const alias = this.#alias(parameters.text('stateMachineAliasArn'));
    request.authorize({ action: 'states:UpdateStateMachineAlias', resource: alias.stateMachineArn });
    const updatedAt = this.#ports.clock.now();
    this.#store.putAlias({ ...alias, routing: this.#routing(parameters), updatedAt });
    return { updateDate: seconds(updatedAt) };
  }

  #routing(parameters: Parameters): AliasRow['routing'] {
    const routing = parameters.list('routingConfiguration').map((route) => ({
      versionArn: route.text('stateMachineVersionArn'),
      weight: route.number('weight', 0, 100) ?? 0,
    }));
    const machines = new Set(routing.map(({ versionArn }) => parseStateMachineArn(versionArn).unqualified));
    if (
      routing.length < 1 ||
      routing.length > 2 ||
      machines.size > 1 ||
      routing.reduce((sum, { weight }) => sum + weight, 0) !== 100
    ) {
      throw new AwsError(
        'ValidationException',
        'An alias routes to one or two versions of a machine, with weights that make 100.',
      );
    }
    for (const { versionArn } of routing) {
      if (this.#store.version(versionArn) === undefined) {
        throw new AwsError('ResourceNotFound', `Resource not found: '${versionArn}'`);
      }
    }
    return routing;
  }

  #describeStateMachine(parameters: Parameters, request: ServiceRequest): object {
    const arn = parameters.text('stateMachineArn');
    const { unqualified, qualifier } = parseStateMachineArn(arn);
    request.authorize({
      action: 'states:DescribeStateMachine',
      resource: unqualified,
      ...(qualifier === undefined ? {} : { context: { 'states:StateMachineQualifier': qualifier } }),
    });
    const machine = this.#stateMachine(unqualified);
    const version = qualifier === undefined ? undefined : this.#store.version(arn);
    if (qualifier !== undefined && version === undefined) throw noMachine(arn);
    return {
      ...this.#described(machine, version?.definitionId ?? machine.definitionId),
      stateMachineArn: arn,
      creationDate: seconds(version?.createdAt ?? machine.createdAt),
      ...(version?.description ? { description: version.description } : {}),
    };
  }

  #described(machine: StateMachineRow, definitionId: number): object {
    const row = this.#store.definition(definitionId);
    return {
      stateMachineArn: machine.arn,
      name: machine.name,
      status: 'ACTIVE',
      definition: row?.definition ?? '',
      roleArn: row?.roleArn ?? machine.roleArn,
      type: 'STANDARD',
      loggingConfiguration: { level: 'OFF', includeExecutionData: false },
      tracingConfiguration: { enabled: false },
    };
  }

  #describeForExecution(parameters: Parameters, request: ServiceRequest): object {
    const row = this.#execution(parameters, request, 'DescribeStateMachineForExecution');
    const machine = this.#stateMachine(row.stateMachineArn);
    return { ...this.#described(machine, row.definitionId), updateDate: seconds(machine.updatedAt) };
  }

  #describeAlias(parameters: Parameters, request: ServiceRequest): object {
    const arn = parameters.text('stateMachineAliasArn');
    request.authorize({
      action: 'states:DescribeStateMachineAlias',
      resource: parseStateMachineArn(arn).unqualified,
    });
    const alias = this.#alias(arn);
    return {
      stateMachineAliasArn: arn,
      name: alias.name,
      routingConfiguration: alias.routing.map(({ versionArn, weight }) => ({
        stateMachineVersionArn: versionArn,
        weight,
      })),
      creationDate: seconds(alias.createdAt),
      updateDate: seconds(alias.updatedAt),
    };
  }

  #listStateMachines(parameters: Parameters, request: ServiceRequest): object {
    request.authorize({ action: 'states:ListStateMachines', resource: '*' });
    const all = this.#store.stateMachines().map((machine) => ({
      stateMachineArn: machine.arn,
      name: machine.name,
      type: 'STANDARD',
      creationDate: seconds(machine.createdAt),
    }));
    return paged('stateMachines', all, parameters);
  }

  #listVersions(parameters: Parameters, request: ServiceRequest): object {
    const arn = parameters.text('stateMachineArn');
    request.authorize({ action: 'states:ListStateMachineVersions', resource: arn });
    this.#stateMachine(arn);
    const all = this.#store.versions(arn).map((version) => ({
      stateMachineVersionArn: version.arn,
      creationDate: seconds(version.createdAt),
    }));
    return paged('stateMachineVersions', all, parameters);
  }

  #listAliases(parameters: Parameters, request: ServiceRequest): object {
    const arn = parameters.text('stateMachineArn');
    const { unqualified, qualifier } = parseStateMachineArn(arn);
    request.authorize({ action: 'states:ListStateMachineAliases', resource: unqualified });
    this.#stateMachine(unqualified);
    const all = this.#store
      .aliases(unqualified)
      .filter((alias) => qualifier === undefined || alias.routing.some((route) => route.versionArn === arn))
      .map((alias) => ({ stateMachineAliasArn: alias.arn, creationDate: seconds(alias.createdAt) }));
    return paged('stateMachineAliases', all, parameters);
  }

  #validateDefinition(parameters: Parameters, request: ServiceRequest): object {
    request.authorize({ action: 'states:ValidateStateMachineDefinition', resource: '*' });
    try {
      compileDefinition(parameters.text('definition'));
      return { result: 'OK', diagnostics: [], truncated: false };
    } catch (error) {
      if (!(error instanceof DefinitionError)) throw error;
      const diagnostics = error.problems.map(({ code, message, path }) => ({
        severity: 'ERROR',
        code,
        message,
        location: path,
      }));
      return { result: 'FAIL', diagnostics, truncated: false };
    }
  }

  #compile(definition: string, prefix = ''): void {
    try {
      compileDefinition(definition);
    } catch (error) {
      if (!(error instanceof DefinitionError)) throw error;
      throw new AwsError(
        'InvalidDefinition',
        `Invalid State Machine Definition: '${prefix}${error.message}'`,
      );
    }
  }

  #definitionOf(id: number): string {
    return this.#store.definition(id)?.definition ?? '';
  }

  #stateMachine(arn: string): StateMachineRow {
    const machine = this.#store.stateMachine(parseStateMachineArn(arn).unqualified);
    if (machine === undefined) throw noMachine(arn);
    return machine;
  }

  #alias(arn: string): AliasRow {
    const alias = this.#store.alias(arn);
    if (alias === undefined) throw new AwsError('ResourceNotFound', `Resource not found: '${arn}'`);
    return alias;
  }

  // Executions.

  async #startExecution(parameters: Parameters, request: ServiceRequest): Promise<object> {
    const stateMachineArn = parameters.text('stateMachineArn');
    const { unqualified, qualifier } = parseStateMachineArn(stateMachineArn);
    request.authorize({
      action: 'states:StartExecution',
      resource: unqualified,
      ...(qualifier === undefined ? {} : { context: { 'states:StateMachineQualifier': qualifier } }),
    });
    const name = parameters.optionalText('name');
    const input = parameters.optionalText('input');
    return this.startExecution({
      stateMachineArn,
      ...(name === undefined ? {} : { name }),
      ...(input === undefined ? {} : { input }),
    });
  }

  /** Standard machines, the only ones here, cannot be run synchronously. */
  #startSyncExecution(parameters: Parameters, request: ServiceRequest): never {
    const arn = parameters.text('stateMachineArn');
    request.authorize({
      action: 'states:StartSyncExecution',
      resource: parseStateMachineArn(arn).unqualified,
    });
    this.#stateMachine(arn);
    throw new AwsError(
      'StateMachineTypeNotSupported',
      'This operation is not supported by this type of state machine',
    );
  }

  #describeExecution(parameters: Parameters, request: ServiceRequest): object {
    const row = this.#execution(parameters, request, 'DescribeExecution');
    const redrivable = row.status !== 'RUNNING' && row.status !== 'SUCCEEDED';
    return {
      ...listed(row),
      input: row.input,
      inputDetails: { included: true },
      ...(row.output === null ? {} : { output: row.output, outputDetails: { included: true } }),
      ...(row.error === null ? {} : { error: row.error }),
      ...(row.cause === null ? {} : { cause: row.cause }),
      redriveCount: row.redriveCount,
      redriveStatus: redrivable ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
      ...(redrivable ? {} : { redriveStatusReason: `Execution is ${row.status} and cannot be redriven` }),
    };
  }

  #listExecutions(parameters: Parameters, request: ServiceRequest): object {
    const arn = parameters.text('stateMachineArn');
    const { unqualified, qualifier } = parseStateMachineArn(arn);
    request.authorize({ action: 'states:ListExecutions', resource: unqualified });
    this.#stateMachine(unqualified);
    const limit = parameters.number('maxResults', 0, 1000) || 100;
    const status = parameters.optionalText('statusFilter');
    const rows = this.#store.executions({
      stateMachineArn: unqualified,
      ...(status === undefined ? {} : { status }),
      ...(qualifier === undefined ? {} : { qualified: arn }),
      before: parameters.page() ?? Number.MAX_SAFE_INTEGER,
      limit: limit + 1,
    });
    const last = rows[limit - 1];
    return {
      executions: rows.slice(0, limit).map(listed),
      ...(rows.length > limit && last !== undefined ? { nextToken: pageToken(last.id) } : {}),
    };
  }

  async #stopExecution(parameters: Parameters, request: ServiceRequest): Promise<object> {
    const row = this.#execution(parameters, request, 'StopExecution');
    await this.#engine.stop(row, errorAndCause(parameters));
    const stopped = this.#store.execution(row.id)?.stoppedAt ?? this.#ports.clock.now();
    return { stopDate: seconds(stopped) };
  }

  async #redriveExecution(parameters: Parameters, request: ServiceRequest): Promise<object> {
    const row = this.#execution(parameters, request, 'RedriveExecution');
    if (row.status === 'RUNNING' || row.status === 'SUCCEEDED') {
      throw new AwsError('ExecutionNotRedrivable', `Execution is ${row.status} and cannot be redriven`);
    }
    await this.#engine.redrive(row);
    return { redriveDate: seconds(this.#store.execution(row.id)?.redrivenAt ?? this.#ports.clock.now()) };
  }

  #getExecutionHistory(parameters: Parameters, request: ServiceRequest): object {
    const row = this.#execution(parameters, request, 'GetExecutionHistory');
    const limit = parameters.number('maxResults', 0, 1000) || 100;
    const reverse = parameters.flag('reverseOrder');
    const withData = parameters.flag('includeExecutionData', true);
    const length = this.#store.historyLength(row.id);
    const from = parameters.page() ?? (reverse ? length : 1);
    const events = [
      ...this.#store.history(
        row.id,
        ...(reverse ? ([from - limit + 1, from] as const) : ([from, from + limit - 1] as const)),
      ),
    ];
    if (reverse) events.reverse();
    const next = reverse ? from - limit : from + limit;
    const more = reverse ? next >= 1 : next <= length;
    return {
      events: withData ? events : events.map(withoutData),
      ...(more ? { nextToken: pageToken(next) } : {}),
    };
  }

  #execution(parameters: Parameters, request: ServiceRequest, action: string): ExecutionRow {
    const arn = parameters.text('executionArn');
    parseExecutionArn(arn);
    request.authorize({ action: `states:${action}`, resource: arn });
    const row = this.#store.executionByArn(arn);
    if (row === undefined) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return row;
  }

  // Callbacks.

  async #sendTaskSuccess(parameters: Parameters, request: ServiceRequest): Promise<object> {
    const token = this.#token(parameters, request, 'SendTaskSuccess');
    const text = parameters.text('output');
    try {
      JSON.parse(text);
    } catch (error) {
      throw new AwsError(
        'InvalidOutput',
        `Invalid Output: '${error instanceof Error ? error.message : text}'`,
      );
    }
    if (exceedsDataLimit(text)) throw tooLong('output', dataLimit);
    await this.#engine.callback({ type: 'succeeded', token, output: Datum.ofText(text) });
    return {};
  }

  async #sendTaskFailure(parameters: Parameters, request: ServiceRequest): Promise<object> {
    const token = this.#token(parameters, request, 'SendTaskFailure');
    await this.#engine.callback({ type: 'failed', token, ...errorAndCause(parameters) });
    return {};
  }

  async #sendTaskHeartbeat(parameters: Parameters, request: ServiceRequest): Promise<object> {
    const token = this.#token(parameters, request, 'SendTaskHeartbeat');
    await this.#engine.callback({ type: 'heartbeat', token });
    return {};
  }

  /** The token, after asking whether the caller may report tasks of the machine it belongs to. */
  #token(parameters: Parameters, request: ServiceRequest, action: string): string {
    const token = parameters.text('taskToken');
    const { stateMachineArn } = this.#engine.executionOfToken(token);
    request.authorize({ action: `states:${action}`, resource: stateMachineArn });
    return token;
  }
}

function seconds(milliseconds: number): number {
  return milliseconds / 1000;
}

function noMachine(arn: string): AwsError {
  return new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
}

function tooLong(name: string, limit: number): AwsError {
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value at '${name}' failed to satisfy constraint: Member must have length less than or equal to ${limit}`,
  );
}

function checkInput(input: string | undefined): void {
  if (input === undefined) return;
  if (exceedsDataLimit(input)) throw tooLong('input', dataLimit);
  try {
    JSON.parse(input);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${message}'`);
  }
}

function errorAndCause(parameters: Parameters): { readonly error?: string; readonly cause?: string } {
  const error = parameters.optionalText('error');
  const cause = parameters.optionalText('cause');
  if (error !== undefined && error.length > longestError) throw tooLong('error', longestError);
  if (cause !== undefined && cause.length > longestCause) throw tooLong('cause', longestCause);
  return { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
}

/** An execution as lists show it. */
function listed(row: ExecutionRow): object {
  return {
    executionArn: row.arn,
    stateMachineArn: row.stateMachineArn,
    name: row.name,
    status: row.status,
    startDate: seconds(row.startedAt),
    ...(row.stoppedAt === null ? {} : { stopDate: seconds(row.stoppedAt) }),
    ...(row.versionArn === null ? {} : { stateMachineVersionArn: row.versionArn }),
    ...(row.aliasArn === null ? {} : { stateMachineAliasArn: row.aliasArn }),
    redriveCount: row.redriveCount,
    ...(row.redrivenAt === null ? {} : { redriveDate: seconds(row.redrivenAt) }),
  };
}

/** An event as `includeExecutionData: false` wants it. */
function withoutData(event: HistoryEvent): object {
  const hidden = new Set(['input', 'output', 'parameters', 'assignedVariables']);
  return Object.fromEntries(
    Object.entries(event).map(([name, details]) => [
      name,
      typeof details === 'object' && details !== null
        ? Object.fromEntries(Object.entries(details).filter(([key]) => !hidden.has(key)))
        : details,
    ]),
  );
}

function pageToken(position: number): string {
  return Buffer.from(`page ${position}`).toString('base64url');
}

function paged(name: string, all: readonly object[], parameters: Parameters): object {
  const from = parameters.page() ?? 0;
  const limit = parameters.number('maxResults', 0, 1000) || 100;
  const next = from + limit;
  return { [name]: all.slice(from, next), ...(next < all.length ? { nextToken: pageToken(next) } : {}) };
}
