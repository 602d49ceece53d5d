/** Which function has its turn in which thread, and how many threads there are. */
import { type FunctionEvent, type FunctionSetup, FunctionThread, type Outcome } from './function-thread.ts';
import type { KeptEnvironments } from './kept-environments.ts';

export interface ThreadsPorts {
  /** The folder for compiled code of functions. */
  readonly codeCache: string;
  /** What a function is started with, by its ARN. */
  setupOf(functionArn: string): FunctionSetup | undefined;
  /** Threads of a cloud before this one, and for one after it. */
  readonly kept?: KeptEnvironments | undefined;
}

/** In how many threads one function may be. */
const mostPerFunction = 2;

/** How many threads there may be, and how many while memory is plentiful. */
const mostThreads = 8;
const mostWhilePlentiful = 12;

/**
 * Memory is plentiful while the whole process takes less than the first, and scarce for good once it takes more than the
 * second: bytes. A thread takes about 35 MiB, and each function in it some 5 to 10.
 */
const plentiful = 560 * 1024 * 1024;
const scarce = 620 * 1024 * 1024;

/**
 * How long an event waits for a busy thread that its function is in, or could be in, before another is started for it:
 * milliseconds of real time. To start one costs several tenths of a second of computing, more than nearly every event
 * takes.
 */
const patience = 3000;

export class FunctionThreads {
  readonly #ports: ThreadsPorts;
  readonly #threads: FunctionThread[] = [];
  readonly #waiting: (() => void)[] = [];
  /** Functions that cannot be in a thread with others, by ARN. */
  readonly #loners = new Set<string>();
  #uses = 0;
  #scarce = false;
  #hasTaken = false;

  constructor(ports: ThreadsPorts) {
    this.#ports = ports;
  }

  /** Has a function handle an event, in a thread that is its alone as long as that takes. */
  async invoke(setup: FunctionSetup, event: FunctionEvent): Promise<Outcome> {
    this.#takeKept();
    const thread = await this.#threadFor(setup);
    try {
      return await thread.invoke(setup, event);
    } finally {
      this.#dropWhenScarce();
      this.#goOn();
    }
  }

  /** Ends all threads, or leaves them to the next cloud. */
  async close(): Promise<void> {
    const { kept } = this.#ports;
    await Promise.all(this.#threads.splice(0).map((each) => kept?.keep(each) ?? each.close()));
  }

  #takeKept(): void {
    if (this.#hasTaken) return;
    this.#hasTaken = true;
    for (const thread of this.#ports.kept?.take((arn) => this.#ports.setupOf(arn)) ?? []) {
      thread.handOver(this.#owner());
      this.#threads.push(thread);
      if (thread.only !== undefined) this.#loners.add(thread.only);
    }
  }

  /** A thread for the function's turn: one that it is in, one that has room for it, a new one, or the next of these. */
  async #threadFor(setup: FunctionSetup): Promise<FunctionThread> {
    const began = performance.now();
    for (;;) {
      const own = this.#threads.filter((each) => each.has(setup));
      const free = own.find((each) => each.isFreeFor(setup));
      if (free !== undefined) return this.#reserve(free);
      const left = began + patience - performance.now();
      const mayMore = own.length < mostPerFunction;
      if (own.length === 0 || (mayMore && left <= 0)) {
        const found = this.#anotherFor(setup, left <= 0);
        if (found !== undefined) return this.#reserve(found);
      }
      await this.#wake(mayMore && left > 0 ? left : undefined);
    }
  }

  /** A thread that the function is not in yet. */
  #anotherFor(setup: FunctionSetup, isOverdue: boolean): FunctionThread | undefined {
    const isLoner = this.#loners.has(setup.functionArn);
    const roomy = isLoner ? [] : this.#threads.filter((each) => each.hasRoomFor(setup));
    const free = roomy.find(({ settled }) => settled);
    if (free !== undefined) return free;
    if (roomy.length > 0 && !isOverdue) return undefined;
    if (this.#hasRoom() || this.#dropSpare()) return this.#create(setup, isLoner);
    return undefined;
  }

  /** The next time that a thread comes free or ends; at the latest after this number of milliseconds. */
  async #wake(atMost: number | undefined): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    const alarm = atMost === undefined ? undefined : setTimeout(resolve, atMost);
    await promise;
    clearTimeout(alarm);
  }

  /** Resumes the calls that wait for a thread, and drops threads that have ended. */
  #goOn(): void {
    for (const each of this.#threads.filter(({ isOver, busy }) => isOver && !busy)) this.#drop(each);
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #hasRoom(): boolean {
    const count = this.#threads.length;
    if (count < mostThreads) return true;
    return !this.#scarce && count < mostWhilePlentiful && process.memoryUsage.rss() < plentiful;
  }

  /** Takes back, once memory has become scarce, the threads that were started while it was plentiful. */
  #dropWhenScarce(): void {
    if (this.#threads.length <= mostThreads) return;
    this.#scarce ||= process.memoryUsage.rss() > scarce;
    while (this.#scarce && this.#threads.length > mostThreads && this.#dropSpare());
  }

  /** Ends the idle thread that is missed least, if there is one: with the fewest functions, and idle for longest. */
  #dropSpare(): boolean {
    const [spare] = this.#threads
      .filter(({ settled }) => settled)
      .sort((one, other) => one.functions.length - other.functions.length || one.lastUse - other.lastUse);
    if (spare !== undefined) this.#drop(spare);
    return spare !== undefined;
  }

  #reserve(thread: FunctionThread): FunctionThread {
    thread.reserve();
    this.#uses += 1;
    thread.lastUse = this.#uses;
    return thread;
  }

  #create({ functionArn, memoryMb }: FunctionSetup, isLoner: boolean): FunctionThread {
    const { codeCache } = this.#ports;
    const options = { codeCache, memoryMb, ...(isLoner ? { only: functionArn } : {}) };
    const thread = new FunctionThread(options, this.#owner());
    this.#threads.push(thread);
    return thread;
  }

  #owner() {
    return { onChange: () => this.#goOn(), onLoner: (functionArn: string) => this.#part(functionArn) };
  }

  /** From now on a function is in no thread with others. */
  #part(functionArn: string): void {
    this.#loners.add(functionArn);
    for (const each of this.#threads) if (each.only !== functionArn) each.evict(functionArn);
  }

  #drop(thread: FunctionThread): void {
    const index = this.#threads.indexOf(thread);
    if (index >= 0) this.#threads.splice(index, 1);
    void thread.close();
  }
}
