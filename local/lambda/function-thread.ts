/** A worker thread that functions are in, seen from outside. It is one function's at a time: one event is under way. */
import { appendFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { MemoryWatch } from './memory-watch.ts';

/** What makes a function another: it cannot be changed once the function is in a thread. */
export interface FunctionSetup {
  readonly moduleUrl: string;
  /** The folder of its code: a URL with a slash at the end. Of the functions in one thread each has its own. */
  readonly taskRoot: string;
  readonly exportName: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly logGroupName: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  /** Its `process.env`. */
  readonly variables: Readonly<Record<string, string>>;
}

/** What a thread receives once. */
export interface ThreadSetup {
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
export interface FunctionEvent {
  readonly requestId: string;
  /** JSON text. */
  readonly payload: string;
  readonly clock: FunctionClock;
  /** The file that everything the function prints is added to. */
  readonly logFile: string;
}

/** An event for a function in the thread, and the function itself if the thread does not have it yet. */
export interface ThreadTask extends FunctionEvent {
  readonly functionArn: string;
  readonly setup?: FunctionSetup;
}

/** What a thread receives while it runs. */
export type ThreadMessage = ThreadTask | 'save-compiled';

/** What came of an event: JSON text, or the error object. */
export interface ThreadAnswer {
  readonly requestId: string;
  readonly payload?: string;
  readonly error?: {
    readonly errorType: string;
    readonly errorMessage: string;
    readonly trace: readonly string[];
  };
  /** The function could not be loaded: it cannot be in this thread any more. */
  readonly broken?: true;
  /** The function broke, and its thread ends with it. */
  readonly ended?: true;
  /** Why the function cannot share a thread, as far as is known. */
  readonly loner?: string;
  /** Nothing that the function began is under way any more. */
  readonly settled?: boolean;
  /** What the thread's heap holds: bytes. */
  readonly heap?: number;
}

/** What a thread reports. */
export type ThreadReport =
  | ThreadAnswer
  /** The function is loaded, and its event handed to it. */
  | { readonly loadedFor: string }
  /** Nothing of what that turn left behind is under way any more. */
  | { readonly settledAfter: string }
  /** The ARN of a function of which something failed while it had no event. */
  | { readonly leftoverFailed: string };

/** How an invocation ended. */
export interface Outcome {
  /** The result, or the error object, as JSON text. */
  readonly payload: string;
  readonly failed: boolean;
  /** Wall time: milliseconds. */
  readonly ms: number;
}

export interface ThreadOptions extends ThreadSetup {
  /** The limit of memory of each function that comes into it: MiB. */
  readonly memoryMb: number;
  /** The one function that it is for; without it as many as find room. */
  readonly only?: string;
}

/** Whom a thread works for. */
export interface ThreadOwner {
  /** Called when the thread can handle no more events, or may again be another function's. */
  onChange(): void;
  /** Called with the reason why a function cannot be in a thread with others from now on. */
  onLoner(functionArn: string): void;
}

/** The largest answer: bytes. AWS: "Lambda quotas". */
const largestAnswer = 6 * 1024 * 1024;

/** What the functions of one thread may hold between their turns, besides what the one may take that has its turn: MiB. */
const sharedMb = 256;

/** How much of its memory new objects may take before they are collected: MiB. */
const nurseryMb = 16;

/**
 * How long a function may take to load before its time counts: milliseconds. AWS: "Understanding the Lambda execution
 * environment lifecycle".
 */
const longestInit = 10_000;

const workerModule = new URL('./thread/worker.mjs', import.meta.url);

/** The event that is under way. */
interface UnderWay {
  readonly requestId: string;
  loaded(): void;
  answered(answer: ThreadAnswer): void;
  failed(error: Error): void;
  ended(exitCode: number): void;
}

export class FunctionThread {
  readonly options: ThreadOptions;
  readonly #worker: Worker;
  #owner: ThreadOwner;
  /** The functions that are in it, by ARN, and which of their folders cannot be loaded again. */
  readonly #hosted = new Map<string, { readonly setup: FunctionSetup; readonly share: number }>();
  readonly #spent = new Set<string>();
  #only: string | undefined;
  /** The function whose leftovers are under way, and the event after which. */
  #unsettled: { readonly functionArn: string; readonly requestId: string } | undefined;
  #underWay: UnderWay | undefined;
  #busy = false;
  #retired = false;
  #dead = false;
  /** Bytes after the last turn. */
  #heap = 0;
  /** Counts up at each use, so that the least recently used one can be let go. */
  lastUse = 0;

  constructor(options: ThreadOptions, owner: ThreadOwner) {
    const { codeCache, memoryMb, only } = options;
    this.options = options;
    this.#owner = owner;
    this.#only = only;
    this.#worker = new Worker(workerModule, {
      workerData: { codeCache } satisfies ThreadSetup,
      env: {},
      resourceLimits: {
        maxOldGenerationSizeMb: only === undefined ? memoryMb + sharedMb : memoryMb,
        maxYoungGenerationSizeMb: nurseryMb,
      },
    });
    this.#worker.unref();
    this.#worker.on('message', (report: ThreadReport) => this.#hear(report));
    this.#worker.on('error', (error) => {
      this.#dead = true;
      if (this.#underWay === undefined) console.error(`lambda: a thread ended: ${String(error)}`);
      else this.#underWay.failed(error);
    });
    this.#worker.once('exit', (code) => {
      this.#dead = true;
      this.#underWay?.ended(code);
      this.#owner.onChange();
    });
  }

  /** From now on it works for another. It must be idle. */
  handOver(owner: ThreadOwner): void {
    this.#owner = owner;
    this.lastUse = 0;
  }

  get busy(): boolean {
    return this.#busy;
  }

  /** Whether it has ended or is to end: no turn begins in it any more. */
  get isOver(): boolean {
    return this.#dead || this.#retired;
  }

  /** Whether nothing is under way in it, nor anything that a function left behind. */
  get settled(): boolean {
    return !this.#busy && this.#unsettled === undefined;
  }

  /** The one function that can be in it, if it is not for several. */
  get only(): string | undefined {
    return this.#only;
  }

  /** The functions that are in it. */
  get functions(): readonly FunctionSetup[] {
    return [...this.#hosted.values()].map(({ setup }) => setup);
  }

  /** Whether the function is in it. */
  has({ functionArn }: FunctionSetup): boolean {
    return !this.isOver && this.#hosted.has(functionArn);
  }

  /** Whether a function that is in it can have its turn now. */
  isFreeFor({ functionArn }: FunctionSetup): boolean {
    const others = this.#unsettled !== undefined && this.#unsettled.functionArn !== functionArn;
    return !this.#busy && !this.isOver && !others;
  }

  /** Whether a function that is not in it can come in, now or when it is settled. */
  hasRoomFor({ memoryMb, taskRoot }: FunctionSetup): boolean {
    return (
      !this.isOver &&
      this.#only === undefined &&
      this.options.memoryMb === memoryMb &&
      this.#heap < sharedMb * 2 ** 20 &&
      !this.#spent.has(taskRoot) &&
      this.functions.every((each) => each.taskRoot !== taskRoot)
    );
  }

  /** Has a function no turn here any more. What it loaded stays, so that it cannot come in again either. */
  evict(functionArn: string): void {
    const found = this.#hosted.get(functionArn);
    if (found === undefined) return;
    this.#hosted.delete(functionArn);
    this.#spent.add(found.setup.taskRoot);
  }

  /** Takes the thread for the next turn. */
  reserve(): void {
    this.#busy = true;
  }

  /**
   * Handles one event. A function that takes longer than its time-out is killed with its thread, as one that runs out
   * of memory is: nothing else is under way there.
   */
  async invoke(setup: FunctionSetup, event: FunctionEvent): Promise<Outcome> {
    const began = performance.now();
    const { functionArn, timeoutMs, memoryMb } = setup;
    const { requestId, logFile } = event;
    const worker = this.#worker;
    const hosted = this.#hosted.get(functionArn);
    const before = this.#heap;
    const memory = new MemoryWatch(worker);
    this.#unsettled = undefined;
    worker.ref();
    try {
      return await new Promise<Outcome>((resolve) => {
        const finish = (payload: string, failed: boolean): void => {
          clearTimeout(alarm);
          this.#underWay = undefined;
          const ms = performance.now() - began;
          const used = memory.end();
          if (used !== undefined) {
            const own = Math.max(used - before + (hosted?.share ?? 0), 0);
            print(
              `REPORT RequestId: ${requestId}\tDuration: ${ms.toFixed(2)} ms\tMemory Size: ${memoryMb} MB\tMax Memory Used: ${Math.ceil(own / 2 ** 20)} MB\n`,
            );
          }
          resolve({ payload, failed, ms });
        };
        const print = (line: string): void => addTo(logFile, line);
        let broke: string | undefined;
        this.#underWay = {
          requestId,
          loaded: () => {
            clearTimeout(alarm);
            alarm = setTimeout(kill, timeoutMs);
          },
          answered: (answer) => {
            this.#note(setup, answer, before);
            if (answer.error !== undefined) {
              print(`ERROR\tInvoke Error\t${JSON.stringify(answer.error)}\n`);
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
          },
          failed: (error) => {
            const outOfMemory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
            broke = JSON.stringify({
              errorType: outOfMemory ? 'Runtime.OutOfMemory' : error.name,
              errorMessage: outOfMemory
                ? `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`
                : error.message,
              trace: [],
            });
          },
          // The end comes after the error, and after an answer that was given before it: that answer counts.
          ended: (code) => {
            this.#owner.onLoner(functionArn);
            const how = code === 0 ? 'without providing a reason' : `with error: exit status ${code}`;
            const errorMessage = `RequestId: ${requestId} Error: Runtime exited ${how}`;
            finish(broke ?? JSON.stringify({ errorType: 'Runtime.ExitError', errorMessage }), true);
          },
        };
        const kill = (): void => {
          this.#dead = true;
          this.#owner.onLoner(functionArn);
          const seconds = (timeoutMs / 1000).toFixed(2);
          const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`;
          print(`ERROR\t${errorMessage}\n`);
          finish(JSON.stringify({ errorType: 'Sandbox.Timedout', errorMessage }), true);
          void worker.terminate();
        };
        let alarm = setTimeout(kill, hosted === undefined ? longestInit + timeoutMs : timeoutMs);
        worker.postMessage({
          ...event,
          functionArn,
          ...(hosted === undefined ? { setup } : {}),
        } satisfies ThreadMessage);
      });
    } finally {
      this.#busy = false;
      worker.unref();
    }
  }

  /** Has what was compiled written down already, and not only when the thread ends: its process may end sooner. */
  saveCompiled(): void {
    this.#worker.postMessage('save-compiled' satisfies ThreadMessage);
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    this.#dead = true;
    await this.#worker.terminate();
  }

  #hear(report: ThreadReport): void {
    if ('requestId' in report) {
      if (report.requestId === this.#underWay?.requestId) this.#underWay.answered(report);
    } else if ('loadedFor' in report) {
      if (report.loadedFor === this.#underWay?.requestId) this.#underWay.loaded();
    } else if ('settledAfter' in report) {
      if (report.settledAfter !== this.#unsettled?.requestId) return;
      this.#unsettled = undefined;
      this.#owner.onChange();
    } else {
      this.#retired = true;
      this.#owner.onLoner(report.leftoverFailed);
      this.#owner.onChange();
    }
  }

  /** Notes what an answer says of the thread and of the function. */
  #note(setup: FunctionSetup, answer: ThreadAnswer, before: number): void {
    const { functionArn } = setup;
    const { heap = before, settled = true, requestId } = answer;
    this.#heap = heap;
    // What was left in it is memory that the next function may not have.
    if (this.#only === undefined) this.#retired ||= heap > (sharedMb + setup.memoryMb / 2) * 2 ** 20;
    this.#unsettled = settled ? undefined : { functionArn, requestId };
    if (answer.ended) this.#dead = true;
    if (answer.broken) {
      this.#hosted.delete(functionArn);
      this.#spent.add(setup.taskRoot);
    } else if (!this.#hosted.has(functionArn)) {
      this.#hosted.set(functionArn, { setup, share: Math.max(heap - before, 0) });
    }
    if (answer.broken || answer.ended) this.#owner.onLoner(functionArn);
    else if (answer.loner !== undefined && this.#only !== functionArn) {
      // What it changed is changed for all that are in here.
      this.#only = functionArn;
      for (const each of this.functions) if (each.functionArn !== functionArn) this.evict(each.functionArn);
      this.#owner.onLoner(functionArn);
    }
  }
}

/** Adds a line to a function's log. */
function addTo(logFile: string, line: string): void {
  try {
    appendFileSync(logFile, line);
  } catch (error) {
    // A log that cannot be written, on a full disk perhaps, ends neither the function nor the cloud.
    console.error(`lambda: ${error instanceof Error ? error.message : String(error)}`);
  }
}
