/** One execution environment of a function: a worker thread with the function's own environment and credentials. */
import { createWriteStream, type WriteStream } from 'node:fs';
import { Worker } from 'node:worker_threads';

/** What a worker is told once. */
export interface WorkerSetup {
  readonly moduleUrl: string;
  readonly exportName: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly logGroupName: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
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

/** What came of it: JSON text, or the error object. */
export interface WorkerAnswer {
  readonly requestId: string;
  readonly payload?: string;
  readonly error?: {
    readonly errorType: string;
    readonly errorMessage: string;
    readonly trace: readonly string[];
  };
}

/** How an invocation ended. */
export interface Outcome {
  /** The result, or the error object, as JSON text. */
  readonly payload: string;
  readonly failed: boolean;
  /** Wall time: milliseconds. */
  readonly ms: number;
}

export interface EnvironmentOptions extends WorkerSetup {
  readonly variables: Readonly<Record<string, string>>;
  /** The file that everything the function prints is added to. */
  readonly logFile: string;
}

const workerFile = new URL('./worker.ts', import.meta.url);

export class ExecutionEnvironment {
  readonly functionArn: string;
  readonly #options: EnvironmentOptions;
  readonly #worker: Worker;
  readonly #log: WriteStream;
  #busy = false;
  #dead = false;
  /** Counts up at each use, so that the least recently used one can be let go. */
  lastUse = 0;

  constructor(options: EnvironmentOptions) {
    this.functionArn = options.functionArn;
    this.#options = options;
    const { variables, logFile, ...setup } = options;
    this.#log = createWriteStream(logFile, { flags: 'a' });
    this.#worker = new Worker(workerFile, {
      workerData: setup,
      env: { ...variables },
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: options.memoryMb, maxYoungGenerationSizeMb: 16 },
    });
    this.#worker.stdout.pipe(this.#log, { end: false });
    this.#worker.stderr.pipe(this.#log, { end: false });
    this.#worker.unref();
    this.#worker.once('exit', () => {
      this.#dead = true;
      this.#log.end();
    });
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
    const { timeoutMs } = this.#options;
    const worker = this.#worker;
    worker.ref();
    try {
      return await new Promise<Outcome>((resolve) => {
        const finish = (payload: string, failed: boolean): void => {
          clearTimeout(alarm);
          worker.off('message', onMessage);
          worker.off('error', onError);
          worker.off('exit', onExit);
          resolve({ payload, failed, ms: performance.now() - began });
        };
        const onMessage = (answer: WorkerAnswer): void => {
          if (answer.requestId !== task.requestId) return;
          if (answer.error === undefined) finish(answer.payload ?? 'null', false);
          else finish(JSON.stringify(answer.error), true);
        };
        const onError = (error: Error): void => {
          this.#dead = true;
          const outOfMemory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
          finish(
            JSON.stringify({
              errorType: outOfMemory ? 'Runtime.OutOfMemory' : error.name,
              errorMessage: outOfMemory
                ? `RequestId: ${task.requestId} Error: Runtime exited with error: signal: killed`
                : error.message,
              trace: [],
            }),
            true,
          );
        };
        const onExit = (): void => {
          const errorMessage = `RequestId: ${task.requestId} Error: Runtime exited without providing a reason`;
          finish(JSON.stringify({ errorType: 'Runtime.ExitError', errorMessage }), true);
        };
        const alarm = setTimeout(() => {
          this.#dead = true;
          const seconds = (timeoutMs / 1000).toFixed(2);
          const errorMessage = `RequestId: ${task.requestId} Error: Task timed out after ${seconds} seconds`;
          finish(JSON.stringify({ errorType: 'Sandbox.Timedout', errorMessage }), true);
          void worker.terminate();
        }, timeoutMs);
        worker.on('message', onMessage);
        worker.on('error', onError);
        worker.on('exit', onExit);
        worker.postMessage(task);
      });
    } finally {
      this.#busy = false;
      worker.unref();
    }
  }

  /** Ends the environment. */
  async close(): Promise<void> {
    this.#dead = true;
    await this.#worker.terminate();
  }
}
