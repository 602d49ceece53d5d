/** Why a state failed: an error name with its cause, as Retry and Catch see it. */
export interface Failure {
  /** The error's name; absent when a callback named none. */
  readonly error?: string;
  readonly cause?: string;
  /** Set for a missed heartbeat, which AWS reports as `States.Timeout` but lets `States.HeartbeatTimeout` match too. */
  readonly heartbeat?: true;
  /** Where in the state an expression failed, e.g. `Arguments/Payload`; such a failure has its own history event. */
  readonly location?: string;
}

/** A failure on its way to the interpreter's loop. */
export class StateFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(`${failure.error ?? 'failure'}: ${failure.cause ?? ''}`);
    this.name = 'StateFailure';
    this.failure = failure;
  }
}

/** An expression that could not be evaluated or gave what its field cannot hold. */
export function queryEvaluationFailure(location: string, cause: string): StateFailure {
  return new StateFailure({ error: 'States.QueryEvaluationError', cause, location });
}

/** Errors that only a retrier or catcher naming them can match, or none at all. */
const terminalErrors = new Set(['States.Runtime', 'States.DataLimitExceeded']);

/**
 * Whether a Retry's or Catch's `ErrorEquals` matches a failure.
 * `States.ALL` matches all but the terminal errors, `States.TaskFailed` all but these and time-outs, and
 * `States.Runtime` is never matched. (AWS: "Handling errors in Step Functions workflows".)
 */
export function matches(errorEquals: readonly string[], failure: Failure): boolean {
  const name = failure.error;
  if (name === 'States.Runtime') return false;
  return errorEquals.some((wanted) => {
    if (name !== undefined && wanted === name) return true;
    if (wanted === 'States.HeartbeatTimeout') return failure.heartbeat === true;
    if (name !== undefined && terminalErrors.has(name)) return false;
    if (wanted === 'States.ALL') return true;
    return wanted === 'States.TaskFailed' && name !== 'States.Timeout' && name !== 'States.HeartbeatTimeout';
  });
}
