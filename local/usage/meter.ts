/** Counts what AWS would charge for. */

/** What one call used, besides being a call. */
export interface Amounts {
  /** How many, 1 by default. */
  readonly amount?: number;
  /** DynamoDB capacity units. */
  readonly readUnits?: number;
  readonly writeUnits?: number;
  /** Lambda: wall time in milliseconds and configured memory in MiB. */
  readonly ms?: number;
  readonly memoryMb?: number;
}

/** The sum of one operation. */
export interface Usage {
  readonly service: string;
  readonly operation: string;
  readonly count: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  /** Milliseconds of wall time. */
  readonly ms: number;
  /** Lambda: GiB-seconds. */
  readonly gibSeconds: number;
}

/** The meter of one running cloud; it begins at nothing with each start. */
export class UsageMeter {
  readonly #usage = new Map<string, { -readonly [Key in keyof Usage]: Usage[Key] }>();

  /**
   * Counts a use.
   * @param service its signing name, e.g. `states`
   * @param operation the API's operation, or what is charged for, e.g. `transition`
   */
  count(service: string, operation: string, amounts: Amounts = {}): void {
    const key = `${service}/${operation}`;
    let usage = this.#usage.get(key);
    if (usage === undefined) {
      usage = { service, operation, count: 0, readUnits: 0, writeUnits: 0, ms: 0, gibSeconds: 0 };
      this.#usage.set(key, usage);
    }
    usage.count += amounts.amount ?? 1;
    usage.readUnits += amounts.readUnits ?? 0;
    usage.writeUnits += amounts.writeUnits ?? 0;
    usage.ms += amounts.ms ?? 0;
    usage.gibSeconds += ((amounts.ms ?? 0) / 1000) * ((amounts.memoryMb ?? 0) / 1024);
  }

  /** All sums, by service and operation. */
  report(): readonly Usage[] {
    return [...this.#usage.values()].sort((one, other) =>
      `${one.service}/${one.operation}` < `${other.service}/${other.operation}` ? -1 : 1,
    );
  }
}
