/** Something that waits for its turn. */
interface Resting {
  readonly place: number;
  readonly go: () => void;
}

/** How long a turn may be waited for at most: milliseconds of real time. */
const patience = 10_000;

/** Counts what is under way in the embedded cloud, so that virtual time moves only when nothing is. */
export class Activity {
  #underWay = 0;
  #resting: Resting[] = [];
  #alarm: NodeJS.Timeout | undefined;
  #waiting: (() => void)[] = [];

  /** Notes that something has begun; the returned function notes its end and may be called once. */
  begin(): () => void {
    this.#underWay += 1;
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.#underWay -= 1;
      if (this.#underWay === 0) setImmediate(() => this.#wake());
      else this.#look();
    };
  }

  /** Runs `work` as one thing under way. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const end = this.begin();
    try {
      return await work();
    } finally {
      end();
    }
  }

  /** How many things are under way. */
  get underWay(): number {
    return this.#underWay;
  }

  /**
   * Waits, as one of the things under way, until all of them wait like this. Then they continue in the order of their places,
   * whichever came first: so what they do next is the same in every run. After ten seconds they continue anyway, for the sake
   * of those that wait for what one of them would do.
   */
  turn(place: number): Promise<void> {
    return new Promise((go) => {
      this.#resting.push({ place, go });
      this.#alarm ??= setTimeout(() => this.#go(), patience).unref();
      this.#look();
    });
  }

  /** Resolves when nothing is under way and a turn of the event loop has begun nothing new. */
  async whenIdle(): Promise<void> {
    while (this.#underWay > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (this.#underWay > 0) await this.whenIdle();
  }

  /** Lets those who wait for their turn go on, once nothing else is under way. */
  #look(): void {
    if (!this.#allRest()) return;
    setImmediate(() => {
      if (this.#allRest()) this.#go();
    });
  }

  #allRest(): boolean {
    return this.#resting.length > 0 && this.#resting.length === this.#underWay;
  }

  #go(): void {
    clearTimeout(this.#alarm);
    this.#alarm = undefined;
    const turns = this.#resting.sort((one, other) => one.place - other.place);
    this.#resting = [];
    for (const { go } of turns) go();
  }

  #wake(): void {
    if (this.#underWay > 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
