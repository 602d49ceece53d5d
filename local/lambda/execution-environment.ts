/** One execution environment of a function: a worker thread with the function's own environment and credentials. */
import { createWriteStream, type WriteStream } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { MemoryWatch } from './memory-watch.ts';

/** What a worker is told once. */
export interface WorkerSetup {
  readonly moduleUrl: string;
  readonly exportName: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly logGroupName: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  /** The folder for compiled code, shared by all functions. */
  readonly codeCache: string;
}

/** The time that the function's `Date` shows: standing still in virtual time, else ahead of the machine's. */
export interface FunctionClock {
  readonly frozenAt?: number;
  /** Milliseconds. */
  readonly ahead: number;
}

/** One event to handle. */
export interface WorkerTask {
  readonly requestId: string;
  /** JSON text. */
  readonly payload: string;
  readonly clock: FunctionClock;
}

/** What a worker is told while it runs. */
export type WorkerMessage = WorkerTask | 'save-compiled';

/** What came of it: JSON text, or the error object. */
export interface WorkerAnswer {
  readonly requestId: string;
  readonly payload?: string;
  readonly error?: {
    readonly errorType: string;
    readonly errorMessage: string;
    readonly trace: readonly string[];
  };
  /** The function could not be loaded: the next event needs another environment. */
  readonly broken?: true;
}

/** How an invocation ended. */
export interface Outcome {
  /** The result, or the error object, as JSON text. */
  readonly payload: string;
  readonly failed: boolean;
  /** Wall time: milliseconds. */
  readonly ms: number;
}

/** What makes one environment another: it cannot be changed once the thread runs. */
export interface EnvironmentOptions extends WorkerSetup {
  readonly variables: Readonly<Record<string, string>>;
  /** How much of its memory new objects may take before they are collected: MiB; little unless told. */
  readonly nurseryMb?: number | undefined;
}

/** The cloud that an environment works for. */
export interface EnvironmentOwner {
  /** The file that everything the function prints is added to. */
  readonly logFile: string;
  /** Told when the environment can handle no more events. */
  onEnd(): void;
}

/** The largest answer: bytes. AWS: "Lambda quotas". */
const largestAnswer = 6 * 1024 * 1024;

const workerModule = new URL('./worker.mjs', import.meta.url);

export class ExecutionEnvironment {
  readonly functionArn: string;
  readonly options: EnvironmentOptions;
  readonly #worker: Worker;
  #log: WriteStream;
  #owner: EnvironmentOwner;
  #busy = false;
  #dead = false;
  /** Counts up at each use, so that the least recently used one can be let go. */
  lastUse = 0;

  constructor(options: EnvironmentOptions, owner: EnvironmentOwner) {
    this.functionArn = options.functionArn;
    this.options = options;
    const { variables, nurseryMb = 4, ...setup } = options;
    this.#worker = new Worker(workerModule, {
      workerData: setup,
      env: { ...variables },
      stdout: true,
      stderr: true,
      resourceLimits: {
        maxOldGenerationSizeMb: options.memoryMb,
        maxYoungGenerationSizeMb: nurseryMb,
      },
    });
    this.#owner = owner;
    this.#log = this.#openLog();
    this.#worker.unref();
    // What a function breaks between two events is told to nobody, as in AWS; but it must not end the cloud.
    this.#worker.on('error', (error) => this.#log.write(`ERROR\t${error.stack ?? error.message}\n`));
    this.#worker.once('exit', () => {
      this.#dead = true;
      this.#log.end();
      this.#owner.onEnd();
    });
  }

  #openLog(): WriteStream {
    const log = createWriteStream(this.#owner.logFile, { flags: 'a' });
    // A log that cannot be written, on a full disk perhaps, ends neither the function nor the cloud.
    log.on('error', (error) => console.error(`lambda: ${error.message}`));
    this.#worker.stdout.pipe(log, { end: false });
    this.#worker.stderr.pipe(log, { end: false });
    return log;
  }

  /** From now on it works for this cloud, and prints into its log. It must be idle. */
  handOver(owner: EnvironmentOwner): void {
    this.#worker.stdout.unpipe(this.#log);
    this.#worker.stderr.unpipe(this.#log);
    this.#log.end();
    this.#owner = owner;
    this.#log = this.#openLog();
    this.lastUse = 0;
  }

  get busy(): boolean {
    return this.#busy;
  }

  get dead(): boolean {
    return this.#dead;
  }

  /** Takes the environment for the next invocation. */
  reserve(): void {
    this.#busy = true;
  }

  /**
   * Handles one event. A function that takes longer than its time-out is killed with its environment, as one that
   * runs out of memory is.
   */
  async invoke(task: WorkerTask): Promise<Outcome> {
    const began = performance.now();
    const { timeoutMs, memoryMb } = this.options;
    const worker = this.#worker;
    const memory = new MemoryWatch(worker);
    worker.ref();
    try {
      return await new Promise<Outcome>((resolve) => {
        const finish = (payload: string, failed: boolean): void => {
          clearTimeout(alarm);
          worker.off('message', onMessage);
          worker.off('error', onError);
          worker.off('exit', onExit);
          const ms = performance.now() - began;
          const used = memory.end();
          // An environment that ends takes its log with it.
          if (used !== undefined && !this.#log.writableEnded)
            this.#log.write(
              `REPORT RequestId: ${task.requestId}\tDuration: ${ms.toFixed(2)} ms\tMemory Size: ${memoryMb} MB\tMax Memory Used: ${used} MB\n`,
            );
          resolve({ payload, failed, ms });
        };
        const onMessage = (answer: WorkerAnswer): void => {
          if (answer.requestId !== task.requestId) return;
          if (answer.broken) void this.close();
          if (answer.error !== undefined) {
            this.#log.write(`ERROR\tInvoke Error\t${JSON.stringify(answer.error)}\n`);
            finish(JSON.stringify(answer.error), true);
            return;
          }
          const payload = answer.payload ?? 'null';
          const size = Buffer.byteLength(payload);
          if (size <= largestAnswer) finish(payload, false);
          else {
            const errorMessage = `Response payload size (${size} bytes) exceeded maximum allowed payload size (${largestAnswer} bytes).`;
            finish(JSON.stringify({ errorType: 'Function.ResponseSizeTooLarge', errorMessage }), true);
          }
        };
        let broke: string | undefined;
        const onError = (error: Error): void => {
          this.#dead = true;
          const outOfMemory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
          broke = JSON.stringify({
            errorType: outOfMemory ? 'Runtime.OutOfMemory' : error.name,
            errorMessage: outOfMemory
              ? `RequestId: ${task.requestId} Error: Runtime exited with error: signal: killed`
              : error.message,
            trace: [],
          });
        };
        // The end comes after the error, and after an answer that was given before it: that answer counts.
        const onExit = (code: number): void => {
          const how = code === 0 ? 'without providing a reason' : `with error: exit status ${code}`;
          const errorMessage = `RequestId: ${task.requestId} Error: Runtime exited ${how}`;
          finish(broke ?? JSON.stringify({ errorType: 'Runtime.ExitError', errorMessage }), true);
        };
        const alarm = setTimeout(() => {
          this.#dead = true;
          const seconds = (timeoutMs / 1000).toFixed(2);
          const errorMessage = `RequestId: ${task.requestId} Error: Task timed out after ${seconds} seconds`;
          this.#log.write(`ERROR\t${errorMessage}\n`);
          finish(JSON.stringify({ errorType: 'Sandbox.Timedout', errorMessage }), true);
          void worker.terminate();
        }, timeoutMs);
        worker.on('message', onMessage);
        worker.on('error', onError);
        worker.on('exit', onExit);
        worker.postMessage(task satisfies WorkerMessage);
      });
    } finally {
      this.#busy = false;
      worker.unref();
    }
  }

  /** Has what was compiled written down already, and not only when the thread ends: its process may end sooner. */
  saveCompiled(): void {
    this.#worker.postMessage('save-compiled' satisfies WorkerMessage);
  }

  /** Ends the environment. */
  async close(): Promise<void> {
    this.#dead = true;
    await this.#worker.terminate();
  }
}
