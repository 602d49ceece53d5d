/** Gives the execution that waits for an ask its outcome. */
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { Ask } from '#domain/asks/ask.ts';
import { asKind, behaviourOf } from '#functions/asks/behaviour.ts';
import { type Resumed, resume } from '#functions/runtime/resume.ts';
import type { Store } from '#functions/store/store.ts';

export interface ResumeDeps {
  store: Pick<Store, 'asks'>;
  stepFunctions: SFNClient;
  /**
   * The alias of the machine `deposit`, for callers that may meet an LPJ: a leftover that it states goes its own way. Others do
   * without.
   */
  depositMachineArn?: string | undefined;
}

/** The outcome that the state machines branch on; undefined while there is none. */
export function outcomeOf(ask: Ask): string | undefined {
  return ask.status === 'answered' ? ask.outcome : ask.status === 'open' ? undefined : 'expired';
}

/**
 * Resumes with the outcome and the ask's id, nothing else; before that, what the answer starts is started. A token that is no longer waited for is no fault: the
 * turn that took over finds the outcome by itself, and an execution that has ended needs none.
 *
 * @throws what the network or Step Functions throws; the outcome then waits for the sweeper or the next turn
 */
export async function resumeAsk(
  { store, stepFunctions, depositMachineArn }: ResumeDeps,
  ask: Ask,
  now: string,
): Promise<Resumed | 'open'> {
  const outcome = outcomeOf(ask);
  if (outcome === undefined) return 'open';
  if (ask.status === 'answered')
    await behaviourOf(ask.kind).start?.({ stepFunctions, depositMachineArn }, asKind(ask));
  if (ask.taskToken === undefined) return 'gone';
  const resumed = await resume(stepFunctions, ask.taskToken, { outcome, askId: ask.id });
  await store.asks.markResumed(ask, now);
  return resumed;
}
