/** Gives the execution that waits for an ask its outcome. */
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { Ask } from '#domain/ask.ts';
import { type Resumed, resume } from '#functions/shared/resume.ts';
import type { Store } from '#functions/store/store.ts';

export interface ResumeDeps {
  store: Pick<Store, 'asks'>;
  stepFunctions: SFNClient;
}

/** The outcome that the state machines branch on; undefined while there is none. */
export const outcomeOf = (ask: Ask): string | undefined =>
  ask.status === 'answered' ? ask.outcome : ask.status === 'open' ? undefined : 'expired';

/**
 * Resumes with the outcome and the ask's id, nothing else. A token that is no longer waited for is no fault: the
 * turn that took over finds the outcome by itself, and an execution that has ended needs none.
 *
 * @throws what the network or Step Functions throws; the outcome then waits for the sweeper or the next turn
 */
export const resumeAsk = async (
  { store, stepFunctions }: ResumeDeps,
  ask: Ask,
  now: string,
): Promise<Resumed | 'open'> => {
  const outcome = outcomeOf(ask);
  if (outcome === undefined) return 'open';
  if (ask.taskToken === undefined) return 'gone';
  const resumed = await resume(stepFunctions, ask.taskToken, { outcome, askId: ask.id });
  await store.asks.markResumed(ask, now);
  return resumed;
};
