/** Operations on state machines, their versions and their aliases. */
import { AwsError } from '../gateway/aws-error.ts';
import type { ServiceRequest } from '../gateway/service.ts';
import { type Operations, paged, seconds } from './api-values.ts';
import { isName, parseStateMachineArn } from './arns.ts';
import { compileDefinition, DefinitionError } from './core/definition.ts';
import type { Parameters } from './parameters.ts';
import type { StepFunctionsPorts } from './ports.ts';
import type { AliasRow, StateMachineRow, StepFunctionsStore } from './store.ts';

export class StateMachineOperations {
  readonly handlers: Operations;
  readonly #ports: StepFunctionsPorts;
  readonly #store: StepFunctionsStore;

  constructor(ports: StepFunctionsPorts, store: StepFunctionsStore) {
    this.#ports = ports;
    this.#store = store;
    this.handlers = {
      CreateStateMachine: (parameters, request) => this.#createStateMachine(parameters, request),
      UpdateStateMachine: (parameters, request) => this.#updateStateMachine(parameters, request),
      DeleteStateMachine: (parameters, request) => this.#deleteStateMachine(parameters, request),
      DeleteStateMachineVersion: (parameters, request) => this.#deleteVersion(parameters, request),
      DeleteStateMachineAlias: (parameters, request) => this.#deleteAlias(parameters, request),
      PublishStateMachineVersion: (parameters, request) => this.#publishVersion(parameters, request),
      CreateStateMachineAlias: (parameters, request) => this.#createAlias(parameters, request),
      UpdateStateMachineAlias: (parameters, request) => this.#updateAlias(parameters, request),
      DescribeStateMachine: (parameters, request) => this.#describeStateMachine(parameters, request),
      DescribeStateMachineAlias: (parameters, request) => this.#describeAlias(parameters, request),
      ListStateMachines: (parameters, request) => this.#listStateMachines(parameters, request),
      ListStateMachineVersions: (parameters, request) => this.#listVersions(parameters, request),
      ListStateMachineAliases: (parameters, request) => this.#listAliases(parameters, request),
      ValidateStateMachineDefinition: (parameters, request) => this.#validateDefinition(parameters, request),
    };
  }

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
    checkDefinition(definition);
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
    const machine = stateMachineOf(this.#store, arn);
    const definition = parameters.optionalText('definition') ?? this.#definitionOf(machine.definitionId);
    const roleArn = parameters.optionalText('roleArn') ?? machine.roleArn;
    checkDefinition(definition);
    const updatedAt = this.#ports.clock.now();
    const definitionId = this.#store.definitionId(arn, definition, roleArn);
    this.#store.putStateMachine({ ...machine, roleArn, definitionId, updatedAt });
    const published = parameters.flag('publish')
      ? this.#publish(arn, parameters.optionalText('versionDescription'))
      : {};
    return { updateDate: seconds(updatedAt), ...published };
  }

  /** Deleting what is not there succeeds, as in AWS. */
  #deleteStateMachine(parameters: Parameters, request: ServiceRequest): object {
    const arn = parameters.text('stateMachineArn');
    const { qualifier } = parseStateMachineArn(arn);
    if (qualifier !== undefined) throw new AwsError('InvalidArn', `Invalid Arn: '${arn}'`);
    request.authorize({ action: 'states:DeleteStateMachine', resource: arn });
    this.#store.deleteStateMachine(arn);
    return {};
  }

  #deleteVersion(parameters: Parameters, request: ServiceRequest): object {
    const arn = parameters.text('stateMachineVersionArn');
    const { unqualified, qualifier = '' } = parseStateMachineArn(arn);
    if (!/^\d+$/.test(qualifier)) throw new AwsError('InvalidArn', `Invalid Arn: '${arn}'`);
    request.authorize({ action: 'states:DeleteStateMachineVersion', resource: unqualified });
    const aliases = this.#store
      .aliases(unqualified)
      .filter(({ routing }) => routing.some(({ versionArn }) => versionArn === arn));
    if (aliases.length > 0) {
      throw new AwsError(
        'ConflictException',
        `Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [${aliases.map(({ name }) => name).join(', ')}]`,
      );
    }
    this.#store.deleteVersion(arn);
    return {};
  }

  #deleteAlias(parameters: Parameters, request: ServiceRequest): object {
    const { arn, stateMachineArn } = this.#alias(parameters.text('stateMachineAliasArn'));
    request.authorize({ action: 'states:DeleteStateMachineAlias', resource: stateMachineArn });
    this.#store.deleteAlias(arn);
    return {};
  }

  #publishVersion(parameters: Parameters, request: ServiceRequest): object {
    const arn = parameters.text('stateMachineArn');
    request.authorize({ action: 'states:PublishStateMachineVersion', resource: arn });
    stateMachineOf(this.#store, arn);
    return this.#publish(arn, parameters.optionalText('description'));
  }

  #publish(
    arn: string,
    description: string | undefined,
  ): { stateMachineVersionArn: string; creationDate: number } {
    const { definitionId } = stateMachineOf(this.#store, arn);
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
    const machine = stateMachineOf(this.#store, unqualified);
    const version = qualifier === undefined ? undefined : this.#store.version(arn);
    if (qualifier !== undefined && version === undefined) throw noMachine(arn);
    return {
      ...describedMachine(this.#store, machine, version?.definitionId ?? machine.definitionId),
      stateMachineArn: arn,
      creationDate: seconds(version?.createdAt ?? machine.createdAt),
      ...(version?.description ? { description: version.description } : {}),
    };
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
    stateMachineOf(this.#store, arn);
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
    stateMachineOf(this.#store, unqualified);
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

  #definitionOf(id: number): string {
    return this.#store.definition(id)?.definition ?? '';
  }

  #alias(arn: string): AliasRow {
    const alias = this.#store.alias(arn);
    if (alias === undefined) throw new AwsError('ResourceNotFound', `Resource not found: '${arn}'`);
    return alias;
  }
}

/**
 * Refuses a definition that the engine cannot run.
 * @param prefix put before the problems, to say whose they are
 * @throws {AwsError} `InvalidDefinition`
 */
export function checkDefinition(definition: string, prefix = ''): void {
  try {
    compileDefinition(definition);
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    throw new AwsError('InvalidDefinition', `Invalid State Machine Definition: '${prefix}${error.message}'`);
  }
}

/**
 * The state machine that an ARN, also of a version or alias, belongs to.
 * @throws {AwsError} `StateMachineDoesNotExist`, `InvalidArn`
 */
export function stateMachineOf(store: StepFunctionsStore, arn: string): StateMachineRow {
  const machine = store.stateMachine(parseStateMachineArn(arn).unqualified);
  if (machine === undefined) throw noMachine(arn);
  return machine;
}

/** A state machine with one of its definitions. */
export function describedMachine(
  store: StepFunctionsStore,
  machine: StateMachineRow,
  definitionId: number,
): object {
  const row = store.definition(definitionId);
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

function noMachine(arn: string): AwsError {
  return new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
}
