/**
 * The inside of a worker thread: one execution environment of a function, handling one event at a time.
 *
 * JavaScript with its types in comments, alone in this repository: a worker that has to strip types loads the stripper's
 * WASM, each one anew, which costs time and memory at every cold start.
 *
 * @import { WorkerAnswer, WorkerMessage, WorkerSetup, WorkerTask } from './execution-environment.ts'
 * @typedef {(event: unknown, context: unknown) => unknown} Handler
 */
import { createRequire, enableCompileCache, flushCompileCache, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

/** @type {WorkerSetup} */
const setup = workerData;
const port = parentPort;
if (port === null) throw new Error('This file is the inside of a worker thread.');

/** Makes `Date` show the cloud's time: a function's system clock is the cloud's clock. */
const RealDate = Date;
/** @type {number | undefined} */
let frozen;
let ahead = 0;
const now = () => frozen ?? RealDate.now() + ahead;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, property, receiver) => (property === 'now' ? now : Reflect.get(target, property, receiver)),
});

/** Lambda's runtime has the AWS SDK: a function that does not bring its own takes the clients that are installed here. */
registerHooks({
  resolve: (specifier, context, next) => {
    try {
      return next(specifier, context);
    } catch (error) {
      if (!/^@(aws-sdk|smithy)\//.test(specifier)) throw error;
      if (!context.conditions.includes('require')) {
        return next(specifier, { ...context, parentURL: import.meta.url });
      }
      const path = createRequire(import.meta.url).resolve(specifier);
      return { url: pathToFileURL(path).href, shortCircuit: true };
    }
  },
});

/** @type {Handler | undefined} */
let handler;

// Compiling a megabyte of bundle is most of a cold start. What was compiled is written down when the worker ends: to do so
// while the first events wait costs more than it saves.
enableCompileCache(setup.codeCache);

/** @returns {Promise<Handler>} */
async function load() {
  /** @type {Record<string, unknown>} */
  const module = await import(setup.moduleUrl).catch((/** @type {unknown} */ error) => {
    if (error instanceof SyntaxError)
      throw named('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message}`);
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') {
      throw named('Runtime.ImportModuleError', `Error: ${error.message}`);
    }
    throw error;
  });
  const whole = module.default;
  const found =
    module[setup.exportName] ??
    (typeof whole === 'object' && whole !== null ? Reflect.get(whole, setup.exportName) : undefined);
  if (typeof found !== 'function') {
    throw named('Runtime.HandlerNotFound', `${setup.exportName} is undefined or not exported`);
  }
  if (found.length > 2) {
    throw named(
      'Runtime.CallbackHandlerDeprecated',
      'Handlers that take a callback are not known; return a promise.',
    );
  }
  return (event, context) => Reflect.apply(found, undefined, [event, context]);
}

/**
 * @param {WorkerTask} task
 * @returns {Promise<WorkerAnswer>}
 */
async function run(task) {
  frozen = task.clock.frozenAt;
  ahead = task.clock.ahead;
  // What is left of the time-out is real time also where the function's clock stands still.
  const deadline = performance.now() + setup.timeoutMs;
  try {
    handler ??= await load();
  } catch (error) {
    return { requestId: task.requestId, error: errorObject(error), broken: true };
  }
  try {
    const result = await handler(JSON.parse(task.payload), {
      functionName: setup.functionName,
      functionVersion: '$LATEST',
      invokedFunctionArn: setup.functionArn,
      memoryLimitInMB: String(setup.memoryMb),
      awsRequestId: task.requestId,
      logGroupName: setup.logGroupName,
      logStreamName: `${setup.functionName}/[$LATEST]`,
      callbackWaitsForEmptyEventLoop: false,
      getRemainingTimeInMillis: () => Math.max(0, deadline - performance.now()),
    });
    return { requestId: task.requestId, payload: textOf(result) };
  } catch (error) {
    return { requestId: task.requestId, error: errorObject(error) };
  }
}

/**
 * The result as JSON text.
 * @param {unknown} result
 */
function textOf(result) {
  try {
    return JSON.stringify(result) ?? 'null';
  } catch (error) {
    throw named('Runtime.MarshalError', `Unable to stringify response body: ${String(error)}`);
  }
}

/**
 * @param {string} name
 * @param {string} message
 */
function named(name, message) {
  return Object.assign(new Error(message), { name });
}

/**
 * The error object that Lambda's Node.js runtime answers. AWS: "Lambda function errors in Node.js".
 * @param {unknown} error
 * @returns {NonNullable<WorkerAnswer['error']>}
 */
function errorObject(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return {
    errorType: error.name,
    errorMessage: error.message,
    trace: (error.stack ?? '').split('\n'),
  };
}

port.on('message', (/** @type {WorkerMessage} */ message) => {
  if (message === 'save-compiled') flushCompileCache();
  else run(message).then((answer) => port.postMessage(answer));
});
