/** The inside of a worker thread: one execution environment of a function, handling one event at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerAnswer, WorkerSetup, WorkerTask } from './execution-environment.ts';

const setup: WorkerSetup = workerData;
const port = parentPort;
if (port === null) throw new Error('This file is the inside of a worker thread.');

/** Makes `Date` show the cloud's time: a function's system clock is the cloud's clock. */
const RealDate = Date;
let frozen: number | undefined;
let ahead = 0;
const now = (): number => frozen ?? RealDate.now() + ahead;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, property, receiver) => (property === 'now' ? now : Reflect.get(target, property, receiver)),
});

type Handler = (event: unknown, context: unknown) => unknown;
let handler: Handler | undefined;

async function load(): Promise<Handler> {
  const module: Record<string, unknown> = await import(setup.moduleUrl);
  const found = module[setup.exportName];
  if (typeof found !== 'function') {
    throw Object.assign(new Error(`${setup.exportName} is undefined or not exported`), {
      name: 'Runtime.HandlerNotFound',
    });
  }
  return (event, context) => Reflect.apply(found, undefined, [event, context]);
}

async function run(task: WorkerTask): Promise<WorkerAnswer> {
  frozen = task.clock.frozenAt;
  ahead = task.clock.ahead;
  const deadline = now() + setup.timeoutMs;
  try {
    handler ??= await load();
    const result = await handler(JSON.parse(task.payload), {
      functionName: setup.functionName,
      functionVersion: '$LATEST',
      invokedFunctionArn: setup.functionArn,
      memoryLimitInMB: String(setup.memoryMb),
      awsRequestId: task.requestId,
      logGroupName: setup.logGroupName,
      logStreamName: `${setup.functionName}/[$LATEST]`,
      callbackWaitsForEmptyEventLoop: false,
      getRemainingTimeInMillis: () => Math.max(0, deadline - now()),
    });
    return { requestId: task.requestId, payload: result === undefined ? 'null' : JSON.stringify(result) };
  } catch (error) {
    return { requestId: task.requestId, error: errorObject(error) };
  }
}

/** The error object that Lambda's Node.js runtime answers. AWS: "Lambda function errors in Node.js". */
function errorObject(error: unknown): NonNullable<WorkerAnswer['error']> {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return {
    errorType: error.name,
    errorMessage: error.message,
    trace: (error.stack ?? '').split('\n'),
  };
}

port.on('message', (task: WorkerTask) => {
  run(task).then((answer) => port.postMessage(answer));
});
