/**
 * The inside of a worker thread: some functions, of which one has its turn and handles one event.
 *
 * JavaScript with its types in comments, alone in this repository: a worker that has to strip types loads the stripper's
 * WASM, each one again, which costs time and memory at every start.
 *
 * @import { ThreadMessage, ThreadReport, ThreadSetup, ThreadTask } from '../function-thread.ts'
 */
import { createRequire, enableCompileCache, flushCompileCache, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { getHeapStatistics } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { belonging, Hosted, turn, whose } from './belonging.mjs';
import { replaceDate, showTime } from './clock.mjs';
import { divideProcess } from './process.mjs';
import { SharedModules } from './shared-modules.mjs';
import { CommonObjects, Globals } from './shared-realm.mjs';

/** @type {ThreadSetup} */
const setup = workerData;
const port = parentPort;
if (port === null) throw new Error('This file is the inside of a worker thread.');

const exit = process.exit;
divideProcess();
replaceDate();
const globals = new Globals();

/** @type {Map<string, Hosted>} */
const hosted = new Map();

process.on('uncaughtException', (error) => {
  const of = whose();
  // A function that listens to this itself decides what comes of it, as in a process of its own.
  if (process.listenerCount('uncaughtException') > 1) return;
  of?.print(`ERROR\t${error.stack ?? String(error)}\n`);
  if (turn.requestId !== undefined && of === turn.of) {
    report({ requestId: turn.requestId, error: { ...errorObject(error), trace: [] }, ended: true });
    exit(1);
  } else if (of !== undefined) report({ leftoverFailed: of.setup.functionArn });
});

const common = new CommonObjects();
const shared = new SharedModules();

/**
 * Lambda's runtime has the AWS SDK: a function that does not bring its own takes the clients that are installed here. Their
 * modules would be the same for all such functions of a thread, as any file outside of a function's own folder would.
 */
registerHooks({
  resolve: (specifier, context, next) => {
    const found = resolved(specifier, context, next);
    const one = shared.oneFor(found.url);
    if (one !== undefined) return { ...found, url: one };
    const of = belonging.getStore();
    if (found.url.startsWith('node:')) common.watch(found.url, process.getBuiltinModule(found.url));
    else if (of !== undefined && !found.url.startsWith(of.setup.taskRoot)) of.loner ??= found.url;
    return found;
  },
});

/** @type {import('node:module').ResolveHookSync} */
function resolved(specifier, context, next) {
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
}

// Compiling a megabyte of bundle is most of a cold start. What was compiled is written down when the worker ends: to do so
// while the first events wait costs more than it saves.
enableCompileCache(setup.codeCache);

/**
 * @param {Hosted} of
 * @returns {Promise<NonNullable<Hosted['handler']>>}
 */
async function load({ setup: { moduleUrl, exportName } }) {
  /** @type {Record<string, unknown>} */
  const module = await import(moduleUrl).catch((/** @type {unknown} */ error) => {
    if (error instanceof SyntaxError)
      throw named('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message}`);
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') {
      throw named('Runtime.ImportModuleError', `Error: ${error.message}`);
    }
    throw error;
  });
  const whole = module.default;
  const found =
    module[exportName] ??
    (typeof whole === 'object' && whole !== null ? Reflect.get(whole, exportName) : undefined);
  if (typeof found !== 'function') {
    throw named('Runtime.HandlerNotFound', `${exportName} is undefined or not exported`);
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
 * @param {Hosted} of
 * @param {ThreadTask} task
 * @returns {Promise<Pick<import('../function-thread.ts').ThreadAnswer, 'payload' | 'error' | 'broken'>>}
 */
async function run(of, task) {
  if (of.handler === undefined) {
    try {
      of.handler = await load(of);
    } catch (error) {
      return { error: errorObject(error), broken: true };
    }
    report({ loadedFor: task.requestId });
  }
  // What is left of the time-out is real time also where the function's clock stands still.
  const deadline = performance.now() + of.setup.timeoutMs;
  const { functionName, functionArn, logGroupName, memoryMb } = of.setup;
  try {
    const result = await of.handler(JSON.parse(task.payload), {
      functionName,
      functionVersion: '$LATEST',
      invokedFunctionArn: functionArn,
      memoryLimitInMB: String(memoryMb),
      awsRequestId: task.requestId,
      logGroupName,
      logStreamName: `${functionName}/[$LATEST]`,
      callbackWaitsForEmptyEventLoop: false,
      getRemainingTimeInMillis: () => Math.max(0, deadline - performance.now()),
    });
    return { payload: textOf(result) };
  } catch (error) {
    return { error: errorObject(error) };
  }
}

/**
 * Gives a function its turn.
 * @param {ThreadTask} task
 */
async function take(task) {
  const { requestId, functionArn } = task;
  let of = hosted.get(functionArn);
  const isNew = of === undefined && task.setup !== undefined;
  if (task.setup !== undefined) of ??= new Hosted(task.setup);
  if (of === undefined) throw new RangeError(`${functionArn} is not in this thread.`);
  hosted.set(functionArn, of);
  if (isNew) shared.add(of.setup.taskRoot);
  globals.give(of);
  showTime(task.clock);
  of.printInto(task.logFile);
  turn.of = of;
  turn.requestId = requestId;
  const answer = await belonging.run(of, run, of, task);
  turn.requestId = undefined;
  of.loner ??= (isNew ? common.changed() : common.replaced()) ?? globals.stuck();
  const settled = hasSettled();
  report({
    requestId,
    ...answer,
    settled,
    heap: getHeapStatistics().used_heap_size,
    ...(of.loner === undefined ? {} : { loner: of.loner }),
  });
  if (!settled) setImmediate(watchLeftovers, requestId);
}

/** Whether nothing is under way that a function has begun: no timer, no request, nothing that keeps a process alive. */
function hasSettled() {
  return process.getActiveResourcesInfo().every((resource) => resource === 'MessagePort');
}

/**
 * Reports when what the last turn left behind is over, unless another turn has begun.
 * @param {string} requestId
 */
function watchLeftovers(requestId) {
  if (turn.requestId !== undefined) return;
  if (hasSettled()) report({ settledAfter: requestId });
  else setTimeout(watchLeftovers, 20, requestId).unref();
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
 * @returns {NonNullable<import('../function-thread.ts').ThreadAnswer['error']>}
 */
function errorObject(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return {
    errorType: error.name,
    errorMessage: error.message,
    trace: (error.stack ?? '').split('\n'),
  };
}

/** @param {ThreadReport} what */
function report(what) {
  port?.postMessage(what);
}

port.on('message', (/** @type {ThreadMessage} */ message) => {
  if (message === 'save-compiled') flushCompileCache();
  else take(message);
});
