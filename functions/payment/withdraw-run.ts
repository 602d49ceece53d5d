/**
 * Withdraws a payment run that was held, or that was not released before the bank's cut-off, a part of its payments at a
 * time; a run that was released meanwhile stays so.
 *
 * Withdraws a run that has not been released: its file never goes to the bank, and each of its payments is ready again for
 * the next run, under the same EndToEndId. The administrators are notified.
 *
 * Whether a run is withdrawn is written once, under its version; a run that was released meanwhile stays so.
 */
import * as z from 'zod';
import { giveBack } from '#domain/money/payment.ts';
import { holdIn, type WithdrawnRun, withdrawRun } from '#domain/money/payment-run.ts';
import { formatRupiah } from '#domain/money/rupiah.ts';
import { notify } from '#functions/notifications/notify.ts';
import { postOf } from '#functions/notifications/post.ts';
import { adminsFor } from '#functions/notifications/recipients.ts';
import type { MessageDeps } from '#functions/notifications/write-message.ts';
import { takeOut } from '#functions/payment/held.ts';
import { changeGathered, changeRun, partOfRun } from '#functions/payment/update-run.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import type { RunCursor } from '#functions/store/runs.ts';
import type { Store } from '#functions/store/store.ts';

export interface WithdrawDeps extends MessageDeps {
  store: MessageDeps['store'] & Pick<Store, 'commit' | 'payments' | 'people' | 'runs'>;
}

/** `released`: it has been released after all; `more`: payments are still to be given back, from `after` on. */
export type Withdrawal =
  | { outcome: 'released' }
  | { outcome: 'more'; after: string }
  | { outcome: 'withdrawn'; why: WithdrawnRun['why'] };

/** @throws {NotFound} for a run that was not gathered */
export async function withdraw(
  deps: WithdrawDeps,
  { runId, after, now }: { runId: string; after?: RunCursor; now: string },
  part = partOfRun,
): Promise<Withdrawal> {
  const { store } = deps;
  const { run } = await changeRun(store, runId, now, (before) => withdrawRun(before, 'not-released', now));
  if (run.state === 'released') return { outcome: 'released' };
  const { why } = run;
  const next = await changeGathered(store, { runId, after, part, now }, (payment) => {
    // Held for itself, whatever becomes of its run.
    const hold = holdIn(run, payment.endToEndId);
    if (hold !== undefined) return takeOut(store, payment, hold, now);
    const { payment: ready, events } = giveBack(payment, why, now);
    return { events, changes: [store.payments.put(payment, ready)] };
  });
  if (next !== undefined) return { outcome: 'more', after: next };
  await notifyAdmins(deps, run, now);
  return { outcome: 'withdrawn', why };
}

async function notifyAdmins(deps: WithdrawDeps, run: WithdrawnRun, now: string): Promise<void> {
  const { id: runId, count, sum, why, heldBy, reason } = run;
  const by = heldBy === undefined ? undefined : ((await deps.store.people.get(heldBy))?.name ?? heldBy);
  await notify(deps, await adminsFor(deps.store.people, undefined), {
    idPrefix: `${runId}.withdrawn.`,
    template: 'run-withdrawn',
    facts: {
      ...{ runId, count, sum: formatRupiah(sum), why },
      ...(by !== undefined && { by }),
      ...(reason !== undefined && { reason }),
    },
    now,
  });
}

const eventSchema = z.object({ runId: z.string().min(1), after: z.string().nullable(), now: nowSchema });

export const handler = taskHandler(
  'payment/withdraw-run',
  eventSchema,
  async (step, { env, store, logger }) => {
    const { runId, after, now } = step;
    const withdrawal = await withdraw({ store, ...postOf(env) }, { runId, after: after ?? undefined, now });
    logger.info('A payment run was not released.', { runId, ...withdrawal });
    return withdrawal;
  },
);
