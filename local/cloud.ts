/** Runs a cloud assembly on this machine: every service behind one endpoint, on one clock, with one state folder. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Activity } from './activity.ts';
import { readAssembly, UnsupportedAssembly } from './assembly/assembly.ts';
import { stateMachinesOf } from './assembly/state-machines.ts';
import type { Clock } from './clock.ts';
import { FlowingClock } from './clocks/flowing-clock.ts';
import { VirtualClock } from './clocks/virtual-clock.ts';
import { Control } from './control/control.ts';
import { type DeclaredResource, nameOf, UnsupportedFeature } from './declared-resource.ts';
import { startDynamoDb } from './dynamodb/engine.ts';
import { DynamoDbService } from './dynamodb/service.ts';
import { EventBridgeService } from './event-bridge/service.ts';
import { AwsError } from './gateway/aws-error.ts';
import { Gateway } from './gateway/gateway.ts';
import { HttpApiService } from './http-api/service.ts';
import { Iam } from './iam/iam.ts';
import type { KeptEnvironments } from './lambda/kept-environments.ts';
import { LambdaService } from './lambda/service.ts';
import { type Credentials, Principals } from './principals.ts';
import { QueueService } from './queue/service.ts';
import { S3Service } from './s3/service.ts';
import { SchedulerService } from './scheduler/service.ts';
import { SecretsService } from './secrets/service.ts';
import { Mailbox } from './ses/mailbox.ts';
import { SesService } from './ses/service.ts';
import { StateDirectory } from './state-directory.ts';
import type { Chance } from './step-functions/ports.ts';
import { StepFunctionsService } from './step-functions/service.ts';
import { Targets } from './targets.ts';
import { TextMessageService } from './text-messages/service.ts';
import { UsageMeter } from './usage/meter.ts';

export interface CloudOptions {
  /** The folder that `cdk synth` wrote. */
  readonly assembly: string;
  /** The folder for everything that the cloud keeps. */
  readonly state: string;
  /** Port of the endpoint on 127.0.0.1; 0 for any that is free. */
  readonly port?: number;
  readonly clock?: 'flowing' | 'virtual';
  /** When virtual time begins on a fresh state: ISO 8601; the machine's time by default. */
  readonly startAt?: string;
  /** Forgets what the state folder holds. */
  readonly fresh?: boolean;
  /** Randomness of the state machines (tokens, jitter), for runs that are to be repeated to the byte. */
  readonly chance?: Chance;
  /** Functions that stay warm from one cloud to the next of this process. */
  readonly kept?: KeptEnvironments;
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
 * @throws {UnsupportedAssembly} naming everything that the assembly has and the embedded cloud does not know
 * @throws {StateInUse} when another process runs on the same state
 * @throws {OtherEngine} @throws {UnknownTableForm} when the tables in the state were kept by another engine or version
 * @throws {NoDynoxide}
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const unresolved = readAssembly(options.assembly, account, defaultRegion);
  const { region } = unresolved;
  const state = new StateDirectory(options.state, options.fresh ?? false);
  const closing: (() => unknown)[] = [() => state.release()];
  const stopAll = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const close of closing.reverse()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  };
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= stopAll();
    return stopping;
  };
  // Functions see UTC, as in AWS. A thread cannot have a time zone of its own: it shares the process's.
  process.env.TZ = 'UTC';
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
      dynamoDb: () => dynamoDb,
      events: () => events,
      s3: () => s3,
    });
    const engine = await startDynamoDb({ directory: state.path, account, region, now: () => clock.now() });
    closing.push(() => engine.stop());

    const events: EventBridgeService = new EventBridgeService({
      ...common,
      deliver: (call) => targets.deliver(call),
    });
    const scheduler = new SchedulerService({ ...common, deliver: (call) => targets.deliver(call) });
    const s3: S3Service = new S3Service({
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
    const mailbox = new Mailbox(db);
    const ses = new SesService({
      ...common,
      mailbox,
      publish: (event) => {
        events.put(event);
      },
      store: (object) => targets.storeForSes(object),
    });
    const textMessages = new TextMessageService({ ...common, mailbox });
    const secrets = new SecretsService(common);
    const queues = new QueueService(common);
    const dynamoDb = new DynamoDbService({ ...common, engine });
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
      now: () => clock.now(),
      principalOf: (accessKeyId) => principals.find(accessKeyId),
      authorize: (...asked) => iam.authorize(...asked),
      control: (request) => control.handle(request),
    });
    const endpoint = await gateway.listen(options.port ?? 0);
    closing.push(() => gateway.close());
    const lambda: LambdaService = new LambdaService({
      ...common,
      kept: options.kept,
      // With the code it was made of: nothing else can put some there, and it goes when the assembly goes.
      codeCache: join(resolve(options.assembly), '.compiled'),
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
    });

    const addresses = new Map<string, string>();
    for (const api of unresolved.httpApis) addresses.set(api, await httpApis.listen(api));
    const assembly = unresolved.resolve(endpoint, (api) => addresses.get(api) ?? '');
    const { resources } = assembly;
    const definitions: readonly ((left: readonly DeclaredResource[]) => unknown)[] = [
      (left) => iam.define(left),
      (left) => s3.define(left),
      (left) => ses.define(left),
      (left) => secrets.define(left),
      (left) => queues.define(left),
      (left) => dynamoDb.define(left),
      (left) => lambda.define(left, (s3Key) => assembly.assetOf(s3Key)),
      (left) => stepFunctions.define(stateMachinesOf(left)),
      (left) => events.define(left),
      (left) => scheduler.define(left),
      (left) => httpApis.define(left),
    ];
    const refusals: string[] = [];
    for (const define of definitions) refusals.push(...(await refusalsOf(resources, define)));
    if (refusals.length > 0) throw new UnsupportedAssembly(options.assembly, refusals);
    for (const role of iam.roles) principals.add(role);

    const services = [s3, ses, textMessages, secrets, queues, dynamoDb, lambda, stepFunctions];
    for (const service of [...services, events, scheduler]) gateway.add(service);
    const control: Control = new Control({
      clock,
      activity,
      mail: ses,
      usage: () => meter.report(),
      iam,
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
    gateway.open();

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

/** What a service does not know of the assembly: the resources it refuses are left out and the rest tried again. */
async function refusalsOf(
  resources: readonly DeclaredResource[],
  define: (resources: readonly DeclaredResource[]) => unknown,
): Promise<readonly string[]> {
  const refusals: string[] = [];
  for (let left = resources; ; ) {
    try {
      await define(left);
      return refusals;
    } catch (error) {
      if (error instanceof AwsError) return [...refusals, error.message];
      if (!(error instanceof UnsupportedFeature)) {
        if (refusals.length > 0) return refusals;
        throw error;
      }
      refusals.push(error.message);
      const fewer = left.filter((each) => !`${error.where} `.startsWith(`${nameOf(each)} `));
      if (fewer.length === left.length) return refusals;
      left = fewer;
    }
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
  // Time does not go back when the clock is of another kind than it was: what is kept may lie in what was its past.
  const notedTime =
    noted === undefined ? undefined : noted.mode === 'virtual' ? noted.value : Date.now() + noted.value;
  const kept = noted?.mode === mode ? noted.value : undefined;
  const started = options.startAt === undefined ? Date.now() : Date.parse(options.startAt);
  if (Number.isNaN(started)) throw new RangeError(`${options.startAt} is no ISO 8601 time.`);
  const note = (value: number): void => {
    writeFileSync(`${file}.new`, JSON.stringify({ mode, value } satisfies ClockNote));
    renameSync(`${file}.new`, file);
  };
  if (mode === 'virtual') {
    const now = kept ?? notedTime ?? started;
    note(now);
    return new VirtualClock(now, activity, note);
  }
  const ahead = kept ?? Math.max(0, (notedTime ?? 0) - Date.now());
  note(ahead);
  const clock = new FlowingClock(ahead, note);
  closing.push(() => clock.close());
  return clock;
}
