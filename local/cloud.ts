/** Runs a cloud assembly on this machine: every service behind one endpoint, on one clock, with one state folder. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { Activity } from './activity.ts';
import { readAssembly } from './assembly/assembly.ts';
import type { Clock } from './clock.ts';
import { FlowingClock } from './clocks/flowing-clock.ts';
import { VirtualClock } from './clocks/virtual-clock.ts';
import { Control } from './control/control.ts';
import type { DeclaredResource } from './declared-resource.ts';
import { listOf, numberOf, objectOf, textOf, UnsupportedFeature } from './declared-resource.ts';
import { startDynamoDb } from './dynamodb/engine.ts';
import { DynamoDbService } from './dynamodb/service.ts';
import { EventBridgeService } from './event-bridge/service.ts';
import { Gateway } from './gateway/gateway.ts';
import { HttpApiService } from './http-api/service.ts';
import { Iam } from './iam/iam.ts';
import { LambdaService } from './lambda/service.ts';
import { type Credentials, Principals } from './principals.ts';
import { QueueService } from './queue/service.ts';
import { S3Service } from './s3/service.ts';
import { SchedulerService } from './scheduler/service.ts';
import { SecretsService } from './secrets/service.ts';
import { SesService } from './ses/service.ts';
import { StateDirectory } from './state-directory.ts';
import type { Chance, StateMachineResources } from './step-functions/ports.ts';
import { StepFunctionsService } from './step-functions/service.ts';
import { Targets } from './targets.ts';
import { UsageMeter } from './usage/meter.ts';

export interface CloudOptions {
  /** The folder that `cdk synth` wrote. */
  readonly assembly: string;
  /** The folder for everything that the cloud keeps. */
  readonly state: string;
  /** Port of the endpoint on 127.0.0.1; 0 for any that is free. */
  readonly port?: number;
  readonly clock?: 'flowing' | 'virtual';
  /** When virtual time begins on a fresh state: ISO 8601; the machine's time unless told. */
  readonly startAt?: string;
  /** Forgets what the state folder holds. */
  readonly fresh?: boolean;
  /** Randomness of the state machines (tokens, jitter), for runs that are to be repeated to the byte. */
  readonly chance?: Chance;
}

/** A running embedded cloud. */
export interface Cloud {
  /** For `AWS_ENDPOINT_URL`, without a slash at the end. */
  readonly endpoint: string;
  readonly region: string;
  /** Addresses of the HTTP APIs by name. */
  readonly apis: Readonly<Record<string, string>>;
  /** Outputs of all stacks. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly activity: Activity;
  /** Credentials of a role of the assembly, or of the owner, who may do everything. */
  credentials(roleArn?: string): Credentials;
  /** Ends everything; the state stays. */
  stop(): Promise<void>;
}

const account = '000000000000';
const defaultRegion = 'ap-southeast-3';

/**
 * Starts the cloud and takes up what it was doing when it last stopped or was killed.
 * @throws {UnsupportedAssembly} {@link UnsupportedFeature} naming what the assembly has and the embedded cloud does not
 * @throws {StateInUse} when another process runs on the same state
 * @throws {NoDynamoDb}
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const unresolved = readAssembly(options.assembly, account, defaultRegion);
  const { region } = unresolved;
  const state = new StateDirectory(options.state, options.fresh ?? false);
  const closing: (() => unknown)[] = [() => state.release()];
  const stop = async (): Promise<void> => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    const activity = new Activity();
    const clock = openClock(options, state, activity, closing);
    const meter = new UsageMeter();
    const engineDb = state.database('step-functions.sqlite');
    const db = state.database('services.sqlite');
    closing.push(() => {
      engineDb.close();
      db.close();
    });
    const common = { db, clock, activity, meter, account, region };
    const iam = new Iam();
    const principals = new Principals(state.file('seed'), account);
    const targets: Targets = new Targets({
      iam,
      lambda: () => lambda,
      queues: () => queues,
      stepFunctions: () => stepFunctions,
    });
    const engine = await startDynamoDb(state.path);
    closing.push(() => engine.stop());

    const events = new EventBridgeService({ ...common, deliver: (call) => targets.deliver(call) });
    const scheduler = new SchedulerService({ ...common, deliver: (call) => targets.deliver(call) });
    const s3 = new S3Service({
      ...common,
      directory: state.file('objects'),
      publish: (event) => {
        events.put(event);
      },
      credential: (accessKeyId) => {
        const found = principals.find(accessKeyId);
        return found === undefined
          ? undefined
          : {
              principal: found,
              ...(found.secret === undefined ? {} : { secret: found.secret }),
              authorize: (query) => iam.authorize(found, query, 'AccessDenied'),
            };
      },
    });
    const ses = new SesService(common);
    const secrets = new SecretsService(common);
    const queues = new QueueService(common);
    const dynamoDb = new DynamoDbService({ ...common, endpoint: engine.endpoint });
    const httpApis = new HttpApiService({ ...common, invoke: (call) => targets.invokeForApi(call) });
    const stepFunctions = new StepFunctionsService({
      ...common,
      db: engineDb,
      integrate: (call) => targets.integrate(call),
      authorizeAs: (roleArn, query) => targets.authorizeAs(roleArn, query),
      publish: (event) => {
        events.put(event);
      },
      ...(options.chance === undefined ? {} : { chance: options.chance }),
    });
    const gateway: Gateway = new Gateway({
      activity,
      principalOf: (accessKeyId) => principals.find(accessKeyId),
      authorize: (principal, query, code) => iam.authorize(principal, query, code),
      control: (request) => control.handle(request),
    });
    const endpoint = await gateway.listen(options.port ?? 0);
    closing.push(() => gateway.close());
    const lambda: LambdaService = new LambdaService({
      ...common,
      logDirectory: state.file('logs'),
      environmentOf: (roleArn) => {
        const { accessKeyId, secretAccessKey } = principals.credentials(roleArn);
        return {
          AWS_ACCESS_KEY_ID: accessKeyId,
          AWS_SECRET_ACCESS_KEY: secretAccessKey,
          AWS_ENDPOINT_URL: endpoint,
        };
      },
      sendToQueue: (...sent) => targets.sendFailedEvent(...sent),
      ahead: () => clock.now() - Date.now(),
    });
    closing.push(() => lambda.close());
    closing.push(() => httpApis.close());
    closing.push(() => {
      scheduler.close();
      events.close();
      stepFunctions.close();
      dynamoDb.close();
    });

    const addresses = new Map<string, string>();
    for (const api of unresolved.httpApis) addresses.set(api, await httpApis.listen(api));
    const assembly = unresolved.resolve((api) => addresses.get(api) ?? '');
    const { resources } = assembly;
    iam.define(resources);
    for (const role of iam.roles) principals.add(role);
    s3.define(resources);
    ses.define(resources);
    secrets.define(resources);
    queues.define(resources);
    await dynamoDb.define(resources);
    lambda.define(resources, (s3Key) => assembly.assetOf(s3Key));
    stepFunctions.define(stateMachinesOf(resources));
    events.define(resources);
    scheduler.define(resources);
    await httpApis.define(resources);

    for (const service of [s3, ses, secrets, queues, dynamoDb, lambda, stepFunctions, events, scheduler]) {
      gateway.add(service);
    }
    const control: Control = new Control({
      clock,
      activity,
      mail: ses,
      usage: () => meter.report(),
      statementUses: () => iam.uses(),
      outputs: () => assembly.outputs,
      logFile: (name) => lambda.logFile(name),
      status: () => ({
        endpoint,
        apis: httpApis.urls,
        state: state.path,
        region,
        services: Object.fromEntries(gateway.services.map((each) => [each.signingName, each.operations])),
        functions: lambda.names,
      }),
    });

    s3.resume();
    events.resume();
    scheduler.resume();
    lambda.resume();
    stepFunctions.resume();

    return {
      endpoint,
      region,
      apis: httpApis.urls,
      outputs: assembly.outputs,
      clock,
      activity,
      credentials: (roleArn) => principals.credentials(roleArn),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Where the clock stood when the cloud was last stopped or killed: noted whenever it is moved. */
interface ClockNote {
  readonly mode: 'flowing' | 'virtual';
  /** Virtual: the time, in ms since the epoch. Flowing: how far ahead of the machine's time, in ms. */
  readonly value: number;
}

function openClock(
  options: CloudOptions,
  state: StateDirectory,
  activity: Activity,
  closing: (() => unknown)[],
): Clock {
  const file = state.file('clock.json');
  const mode = options.clock ?? 'flowing';
  const noted: ClockNote | undefined = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  const kept = noted?.mode === mode ? noted.value : undefined;
  const started = options.startAt === undefined ? Date.now() : Date.parse(options.startAt);
  if (Number.isNaN(started)) throw new RangeError(`${options.startAt} is no ISO 8601 time.`);
  const note = (value: number): void => {
    writeFileSync(`${file}.new`, JSON.stringify({ mode, value } satisfies ClockNote));
    renameSync(`${file}.new`, file);
  };
  if (mode === 'virtual') {
    note(kept ?? started);
    return new VirtualClock(kept ?? started, activity, note);
  }
  const clock = new FlowingClock(kept ?? 0, note);
  closing.push(() => clock.close());
  return clock;
}

/** The state machines of an assembly as the service takes them. @throws {UnsupportedFeature} for Express workflows */
function stateMachinesOf(resources: readonly DeclaredResource[]): StateMachineResources {
  const of = (type: string): readonly DeclaredResource[] =>
    resources.filter((resource) => resource.type === `AWS::StepFunctions::${type}`);
  return {
    stateMachines: of('StateMachine').map(({ arn = '', properties, logicalId }) => {
      const where = `AWS::StepFunctions::StateMachine ${logicalId}`;
      if (textOf(properties.StateMachineType) === 'EXPRESS') {
        throw new UnsupportedFeature(where, 'Express workflows');
      }
      const text =
        textOf(properties.DefinitionString) ??
        (properties.Definition === undefined ? undefined : JSON.stringify(properties.Definition));
      if (text === undefined) throw new UnsupportedFeature(where, 'DefinitionS3Location');
      const definition = Object.entries(objectOf(properties.DefinitionSubstitutions)).reduce(
        (replaced, [name, value]) => replaced.replaceAll(`\${${name}}`, String(value)),
        text,
      );
      const name = textOf(properties.StateMachineName) ?? arn.split(':').at(-1) ?? '';
      return { arn, name, definition, roleArn: String(properties.RoleArn) };
    }),
    versions: of('StateMachineVersion').map(({ arn = '', properties }) => {
      const description = textOf(properties.Description);
      return {
        arn,
        stateMachineArn: String(properties.StateMachineArn),
        ...(description === undefined ? {} : { description }),
      };
    }),
    aliases: of('StateMachineAlias').map(({ arn = '', properties }) => ({
      arn,
      name: String(properties.Name),
      routing: listOf(properties.RoutingConfiguration).map((route) => {
        const { StateMachineVersionArn, Weight } = objectOf(route);
        return { versionArn: String(StateMachineVersionArn), weight: numberOf(Weight) ?? 100 };
      }),
    })),
  };
}
