/** Counts what is under way in the embedded cloud, so that virtual time moves only when nothing is. */
export class Activity {
  #underWay = 0;
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

  /** Resolves when nothing is under way and a turn of the event loop has begun nothing new. */
  async whenIdle(): Promise<void> {
    while (this.#underWay > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (this.#underWay > 0) await this.whenIdle();
  }

  #wake(): void {
    if (this.#underWay > 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
