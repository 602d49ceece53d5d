/**
 * On the mornings of working days: what was sent or is said to be done, and is not booked within the days of its paying office,
 * becomes a question on the bank's worklist.
 *
 * Runs are gone through, not payments: as soon as everything in a run has ended, the run is noted so and not looked at again. A
 * question is put once; it ends when the booking comes, or a refusal, or by a person's word. What an SP2D itself has moved is in no
 * run: the treasury is asked about that by its execution.
 */
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import * as z from 'zod';
import { chunk } from '#domain/chunk.ts';
import { awaitedSince, awaitsBooking, isLate, type Unbooked } from '#domain/money/late-booking.ts';
import { withQuestions } from '#domain/money/payment.ts';
import { noteAllEnded, type ReleasedRun } from '#domain/money/payment-run.ts';
import type { BankItem } from '#domain/money/worklist-item.ts';
import { event } from '#domain/proposal/events.ts';
import { type Calendar, isWorkingDay, jakartaDate } from '#domain/working-days.ts';
import { notify } from '#functions/notifications/notify.ts';
import { postOf } from '#functions/notifications/post.ts';
import { adminsFor } from '#functions/notifications/recipients.ts';
import type { MessageDeps } from '#functions/notifications/write-message.ts';
import { lateItemId } from '#functions/payment/reconciliation/bank-entry.ts';
import { changeRun, partOfRun } from '#functions/payment/update-run.ts';
import { calendarInForce } from '#functions/runtime/calendar-in-force.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import { AlreadyExists, StalePayment } from '#functions/store/errors.ts';
import type { RunCursor } from '#functions/store/runs.ts';
import type { Store } from '#functions/store/store.ts';
import { packOf } from '#programmes/index.ts';

export interface LateDeps extends MessageDeps {
  store: MessageDeps['store'] &
    Pick<Store, 'bankItems' | 'calendar' | 'commit' | 'payments' | 'people' | 'proposals' | 'runs'>;
}

/** Payments that a mail names; the worklist has all. */
const named = 50;
/** Payments that are read together. */
const atOnce = 100;

/**
 * @param now when the day's run was due; ISO 8601
 * @returns the EndToEndIds that became a question; the mail names those of an attempt of the same run that died before it, too
 */
export async function questionLateBookings(deps: LateDeps, now: string): Promise<string[]> {
  const { store } = deps;
  const today = jakartaDate(now);
  const calendar = await calendarInForce(store, now);
  if (!isWorkingDay(today, calendar)) return [];
  const asked: Asked[] = [];
  for (const run of await store.runs.all())
    if (run.state === 'released' && run.allEndedAt === undefined && jakartaDate(run.releasedAt) < today)
      asked.push(...(await questionRun(deps, run, calendar, now)));
  if (asked.length > 0)
    await notify(deps, await adminsFor(store.people, undefined), {
      idPrefix: `bookings-late.${today}.`,
      template: 'bookings-late',
      facts: {
        count: asked.length,
        payments: asked.slice(0, named).map(({ endToEndId }) => endToEndId),
      },
      now,
    });
  return asked.filter(({ isNew }) => isNew).map(({ endToEndId }) => endToEndId);
}

/** A payment that became a question in this run of the step. */
interface Asked {
  endToEndId: string;
  /** Not in an earlier attempt, which died. */
  isNew: boolean;
}

async function questionRun(
  { store }: LateDeps,
  run: ReleasedRun,
  calendar: Calendar,
  now: string,
): Promise<Asked[]> {
  const asked: Asked[] = [];
  let open = 0;
  let after: RunCursor;
  do {
    const { payments: members, next } = await store.runs.paymentsAfter(run.id, after, partOfRun);
    for (const group of chunk(
      members.filter(({ withheld }) => withheld !== true),
      atOnce,
    ))
      for (const payment of await store.payments.byPointers(group)) {
        // Released and not sent yet is not over either.
        if (payment.state === 'gathered') open += 1;
        if (!awaitsBooking(payment)) continue;
        open += 1;
        const became = await question(store, payment, calendar, now);
        if (became !== undefined) asked.push({ endToEndId: payment.endToEndId, isNew: became === 'new' });
      }
    after = next;
  } while (after !== undefined);
  if (open === 0)
    await changeRun(store, run.id, now, (before) => ({ run: noteAllEnded(before, now), events: [] }));
  return asked;
}

/** @returns whether it has become a question, now or in an earlier attempt of the same run of the step */
async function question(
  store: LateDeps['store'],
  payment: Unbooked,
  calendar: Calendar,
  now: string,
): Promise<'new' | 'earlier' | undefined> {
  const { proposalId, tranche, attempt, endToEndId, amount, runId = '' } = payment;
  // A day is the shortest that an office gives.
  if (!isLate(payment, 1, calendar, jakartaDate(now))) return undefined;
  const { bookedWithinWorkingDays: days } = packOf(await store.proposals.get(proposalId)).payment;
  if (!isLate(payment, days, calendar, jakartaDate(now))) return undefined;
  const { bankStatus: said } = awaitedSince(payment);
  const id = lateItemId(endToEndId);
  const item: BankItem = {
    ...{ id, version: 1, why: 'late', candidates: [endToEndId], at: now },
    entry: { outcome: said === 'done' ? 'SETTLED' : 'ACCEPTED', endToEndId, amount },
    // No file said it: the run is the place to look.
    file: { key: runId, versionId: '' },
  };
  try {
    await store.commit({
      ...{ proposalId, now },
      events: [event(now, 'payment.questioned', { tranche, attempt, endToEndId, items: id })],
      changes: [store.payments.put(payment, withQuestions(payment, [id])), ...store.bankItems.create(item)],
    });
    return 'new';
  } catch (error) {
    // It was asked before, or the bank's word came at this moment: the next morning sees.
    if (error instanceof AlreadyExists)
      return (await store.bankItems.find(id))?.at === now ? 'earlier' : undefined;
    if (error instanceof StalePayment) return undefined;
    throw error;
  }
}

/** EventBridge Scheduler fills in the scheduled time; see `infra/`. */
const eventSchema = z.object({ now: nowSchema });

export const handler = taskHandler(
  'payment/question-late-bookings',
  eventSchema,
  async ({ now }, { env, store, metrics }) => {
    const asked = await questionLateBookings({ store, ...postOf(env) }, now);
    metrics.addMetric('BookingsLate', MetricUnit.Count, asked.length);
    return { asked: asked.length };
  },
);
