/** Execution history as `GetExecutionHistory` answers it. */

/** One event; `timestamp` is in seconds since the epoch, and the details are under the name AWS gives them. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly timestamp: number;
  readonly type: string;
  readonly [details: string]: unknown;
}

/** The most events an execution may have. */
export const historyLimit = 25_000;

/** Says that data in an event is whole; the engine never cuts it, because longer data fails the state. */
export const whole = { truncated: false } as const;
