/** A cloud that is killed again and again and started again on the same state, at the same address. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { forkCloud } from '#cli/cloud/memory.ts';
import { freePort } from '#local/free-port.ts';
import type { Random } from '#samples/random.ts';
import type { Death, LifeSettings, News } from './cloud-process.ts';

export interface KilledCloudSettings {
  /** Absolute path of the cloud assembly. */
  readonly assembly: string;
  /** The folder that every life begins with. */
  readonly state: string;
  /** When virtual time begins: ISO 8601. */
  readonly startAt: string;
  /** How long and how many writes a life has at most: milliseconds of real time, and statements of SQLite's. */
  readonly longest: { readonly ms: number; readonly writes: number };
  readonly random: Random;
  /** The statements that the cloud writes by, as far as they are known, and how often it was to die at each. Added to. */
  readonly statements: Map<string, number>;
  /** Called after each kill. */
  readonly killed?: (kills: number) => void;
}

/** The cloud's process ended although it had not been killed. */
class CloudDiedByItself extends Error {
  override readonly name = 'CloudDiedByItself';
  constructor(code: number | null, signal: string | null) {
    super(`The cloud's process ended by itself (${signal ?? code}).`);
  }
}

/** How long a failed call waits for the news that the cloud was killed under it: milliseconds. */
const newsTakes = 500;

export class KilledCloud {
  readonly endpoint: string;
  /** Kills so far: at a moment, at a write, and of them those that came before the cloud was up. */
  readonly kills = { atMoment: 0, atWrite: 0, whileStarting: 0 };
  readonly #settings: KilledCloudSettings;
  readonly #port: number;
  #child: ChildProcess | undefined;
  #killing = false;
  #stopped = false;
  #running: Promise<void>;
  /** How many lives have ended. */
  #ended = 0;
  #failure: Error | undefined;

  private constructor(settings: KilledCloudSettings, port: number) {
    this.#settings = settings;
    this.#port = port;
    this.endpoint = `http://127.0.0.1:${port}`;
    this.#running = this.#live();
  }

  /** Starts it; it is not killed before `startKilling`. */
  static async start(settings: KilledCloudSettings): Promise<KilledCloud> {
    const cloud = new KilledCloud(settings, await freePort());
    await cloud.#running;
    return cloud;
  }

  /** How often it was killed. */
  get killed(): number {
    return this.kills.atMoment + this.kills.atWrite;
  }

  /** From now on no life is longer than the settings say. */
  startKilling(): void {
    this.#killing = true;
    this.#child?.kill('SIGKILL');
  }

  /** The life that begins next lasts. */
  stopKilling(): void {
    this.#killing = false;
  }

  /**
   * Makes a call, again and again when the cloud is killed under it.
   * @param given what to answer instead of calling again
   * @throws what the call throws while the cloud lives, and {@link CloudDiedByItself}
   */
  async survive<Result>(call: () => Promise<Result>, given?: () => Result): Promise<Result> {
    for (;;) {
      await this.#running;
      const lives = this.#ended;
      try {
        return await call();
      } catch (error) {
        for (let waited = 0; this.#ended === lives && waited < newsTakes; waited += 20) await pause(20);
        if (this.#failure !== undefined) throw this.#failure;
        if (this.#ended === lives) throw error;
        if (given !== undefined) return given();
      }
    }
  }

  /** Ends it as it should be ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#killing = false;
    await this.#running.catch(() => undefined);
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.send('stop');
    await exited;
  }

  #drawDeath(upTo: (most: number, least: number) => number): Death {
    const { longest, random, statements } = this.#settings;
    const written = random.below(2) === 0;
    const least = Math.min(...statements.values());
    const rarest = [...statements].filter(([, deaths]) => deaths === least);
    const [statement, deaths] = rarest[random.below(Math.max(1, rarest.length))] ?? [];
    if (statement === undefined || deaths === undefined || random.below(4) === 0)
      return { write: upTo(longest.writes, 3), written };
    statements.set(statement, deaths + 1);
    return { write: upTo(10, 1), written, statement };
  }

  /** Begins a life; resolves when a life runs that was not ended before it did. */
  async #live(): Promise<void> {
    const { assembly, state, startAt, longest, random, statements } = this.#settings;
    const killing = this.#killing;
    // Short lives are as frequent as long ones: 5 to 10 ms as 2 to 4 s.
    const upTo = (most: number, least: number) =>
      Math.round(least * (most / least) ** (random.below(10_000) / 10_000));
    const atWrite = killing && random.below(2) === 0;
    const settings: LifeSettings = {
      cloud: { assembly, state, startAt, clock: 'virtual', port: this.#port },
      ...(atWrite && { death: this.#drawDeath(upTo) }),
    };
    const child = forkCloud(new URL('./cloud-process.ts', import.meta.url), [JSON.stringify(settings)]);
    this.#child = child;
    const up = new Promise<void>((resolve) => {
      child.on('message', (news: News) => {
        if (news === 'running') resolve();
        else if (!statements.has(news.statement)) statements.set(news.statement, 0);
      });
    });
    let runs = false;
    let killedByUs = false;
    const alarm = new AbortController();
    if (killing) {
      // Now and then within the start itself.
      const begun = random.below(5) === 0 ? Promise.resolve() : up;
      const ms = atWrite ? longest.ms : upTo(longest.ms, 5);
      begun
        .then(() => pause(ms, undefined, { signal: alarm.signal }))
        .then(() => {
          killedByUs = true;
          child.kill('SIGKILL');
        })
        .catch(() => undefined);
    }
    const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
    const next = exited.then(([code, signal]) => {
      alarm.abort();
      this.#ended += 1;
      if (this.#stopped) return;
      if (signal !== 'SIGKILL') {
        this.#failure = new CloudDiedByItself(code, signal);
        throw this.#failure;
      }
      if (killing) {
        this.kills[killedByUs || !atWrite ? 'atMoment' : 'atWrite'] += 1;
        if (!runs) this.kills.whileStarting += 1;
        this.#settings.killed?.(this.killed);
      }
      this.#running = this.#live();
      this.#running.catch(() => undefined);
      return this.#running;
    });
    next.catch(() => undefined);
    await Promise.race([up, next]);
    runs = true;
  }
}
