/**
 * An administrator deals with an item of the bank's worklist (`jaring bank resolve`), or records what became of an SP2D
 * (`jaring bank sp2d`); no one else has the right to invoke it.
 *
 * A person deals with an item of the worklist: says which payment it is, or that it was dealt with elsewhere; once.
 *
 * Their word is written down first, and then the payment is moved as the bank's line would have moved it, with all that
 * waits for the reference that the line gives. The same word again does what may have been left undone; another word is refused. What
 * is in suspense is confirmed: a debit, that it was this payment after all, and then later attempts that were not sent are not needed
 * any more; a credit, that it is a part that came back, or all of it less the bank's fee. What contradicts the payment cannot be assigned
 * to it: two transfers may have left, so it is settled with the bank and then dismissed with the reason.
 */
import * as z from 'zod';
import { isInSuspense } from '#domain/money/booking.ts';
import {
  applyReport,
  believeRefusal,
  bookingsOf,
  confirmSuspense,
  dismissSuspense,
  type PaymentAttempt,
  supersede,
  withoutQuestions,
} from '#domain/money/payment.ts';
import { rupiahSchema } from '#domain/money/rupiah.ts';
import { type BankItem, resolveItem } from '#domain/money/worklist-item.ts';
import { personIdSchema } from '#domain/people/person.ts';
import type { Actor } from '#domain/proposal/audit.ts';
import { tranchesOf } from '#domain/proposal/proposal.ts';
import { postOf } from '#functions/notifications/post.ts';
import type { BankEntry } from '#functions/payment/reconciliation/bank-entry.ts';
import { isBooking, reportIn } from '#functions/payment/reconciliation/meaning.ts';
import { wake } from '#functions/payment/reconciliation/reconciling.ts';
import {
  ContradictsPayment,
  mustAdminister,
  mustBeUninvolved,
  type ResolveDeps,
} from '#functions/payment/reconciliation/word-of-administrator.ts';
import { applyLines, closeItem } from '#functions/payment/reconciliation/worklist.ts';
import { recordSp2d } from '#functions/payment/record-sp2d.ts';
import { Overtaken, recordMoney, takeUpReturn } from '#functions/payment/return-payment.ts';
import { runPaymentOf } from '#functions/payment/update-run.ts';
import { stepFunctions } from '#functions/runtime/clients.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import { NotFound, StaleBankItem, StalePayment } from '#functions/store/errors.ts';
import { retryOnConflict } from '#functions/store/retry-on-conflict.ts';

/** Rounds of read and write before it is reported that the item is too busy. The first writer that closes it ends the race. */
const maxRounds = 8;

export interface Resolution {
  itemId: string;
  /** The id of the administrator in the directory. */
  by: string;
  now: string;
  /** Which payment it is, or nothing where it was dealt with elsewhere. */
  endToEndId?: string | undefined;
  /** Always where no payment is named. */
  reason?: string | undefined;
  /** Of money that came back less than was paid: what it lacks is the bank's fee, and not left with the group. */
  isWhole?: boolean | undefined;
}

/** Another person, or the bank itself, has dealt with it already. */
export class AlreadyResolved extends Error {
  override readonly name = 'AlreadyResolved';
  constructor({ id, closed }: BankItem) {
    const to = closed?.endToEndId === undefined ? '' : ` to ${closed.endToEndId}`;
    super(
      `${id} was ${closed?.how ?? 'dealt with'}${to} by ${closed?.by ?? 'the bank itself'} at ${closed?.at ?? '?'}.`,
    );
  }
}

/** What the item says once a person has named its payment: a credit is a return, and what was doubtful a booking of its own. */
function entryOf({ entry, why }: BankItem, endToEndId: string): BankEntry {
  // Whose file it was, and of which day, the person has weighed.
  const { amount, messageId: _, account: __, bookedOn: ___, ...rest } = entry;
  const outcome = entry.outcome === 'CREDIT' ? 'RETURNED' : entry.outcome;
  const resolved: BankEntry = { ...rest, endToEndId, outcome };
  // Money is of the amount that was booked; what is only reported is the person's to judge.
  const isMoney = isBooking(entry) || entry.outcome === 'RETURNED';
  if (!isMoney) return resolved;
  return {
    ...resolved,
    ...(amount !== undefined && { amount }),
    ...(why !== 'unknown' && { certain: true }),
  };
}

/**
 * @returns the item as it ended
 * @throws {NotAnAdministrator} {TookPart} {AlreadyResolved} {ContradictsPayment} {TooMuchContention} `NotFound` {@link RangeError} without a reason
 */
export async function resolveBankItem(deps: ResolveDeps, wish: Resolution): Promise<BankItem> {
  // Where another caller is faster, perhaps with the same word, the item is looked at again.
  const conflicts = [StaleBankItem, StalePayment, Overtaken];
  return retryOnConflict({ what: `Bank item ${wish.itemId}`, rounds: maxRounds, conflicts }, () =>
    resolve(deps, wish),
  );
}

async function resolve(deps: ResolveDeps, wish: Resolution): Promise<BankItem> {
  const { itemId, by, now, endToEndId, reason } = wish;
  const { store } = deps;
  await mustAdminister(store, by);
  if (endToEndId === undefined && (reason ?? '').trim() === '')
    throw new RangeError('Say why the item is dismissed.');
  const item = await store.bankItems.find(itemId);
  if (item === undefined) throw new NotFound(`Bank item ${itemId}`);
  await mustBeUninvolved(store, by, [...item.candidates, ...(endToEndId === undefined ? [] : [endToEndId])]);
  const { item: resolved, events } = resolveItem(item, { by, endToEndId, reason }, now);
  const known = item.closed;
  const isSame = known?.how === resolved.closed.how && known.by === by && known.endToEndId === endToEndId;
  if (known !== undefined && !isSame) throw new AlreadyResolved(item);
  // Looked at before the word is taken; done after it, so that it is done again if it was left half.
  const effect = await effectOf(deps, item, wish);
  if (known === undefined)
    await store.commit({ journal: 'bank', now, events, changes: [store.bankItems.close(item, resolved)] });
  await effect();
  return known === undefined ? resolved : item;
}

/** What a person's word does to the payment that it is about. @throws {ContradictsPayment} `NotFound` */
async function effectOf(deps: ResolveDeps, item: BankItem, wish: Resolution): Promise<() => Promise<void>> {
  const { now, by, endToEndId, isWhole } = wish;
  const { store } = deps;
  const source = { now, by: { kind: 'person', id: by } } as const;
  const end = (more: readonly string[]) =>
    closeItem(deps, item, more, async (changes) => {
      if (changes.length > 0) await store.commit({ journal: 'bank', now, events: [], changes });
    });
  const suspended = await suspendedIn(deps, item);
  if (endToEndId === undefined)
    return async () => {
      const decided = suspended && dismissSuspense(suspended, item.id, source);
      if (suspended === undefined || decided === undefined) return end([]);
      const after = withoutQuestions(decided.payment, [item.id]);
      const changes = [store.payments.put(suspended, after)];
      await recordMoney(deps, { before: suspended, after }, { events: decided.events, changes }, now);
    };
  const payment = await store.payments.byEndToEnd(endToEndId);
  if (payment === undefined) throw new NotFound(`Payment ${endToEndId}`);
  const contradicts = () => new ContradictsPayment(endToEndId, payment.state, item.entry.outcome);
  // What lies in suspense is that payment's, and no other's.
  if (suspended !== undefined && suspended.endToEndId !== endToEndId) throw contradicts();
  if (suspended !== undefined) {
    const confirmed = await confirmation(deps, suspended, { item: item.id, isWhole }, source);
    if (confirmed === undefined) throw contradicts();
    return confirmed;
  }
  if (item.closed !== undefined)
    return () => applied(deps, item, endToEndId, now).then(() => end([endToEndId]));
  if (item.why === 'twice') throw contradicts();
  const entry = entryOf(item, endToEndId);
  if (!isBooking(entry)) {
    const report = reportIn(entry, now);
    const { effect } = applyReport(payment, report, source);
    if (effect === 'contradiction') {
      const refused = report.status === 'REJECTED' ? believeRefusal(payment, report, source) : undefined;
      if (refused === undefined) throw contradicts();
      return async () => {
        const after = withoutQuestions(refused.payment, [item.id]);
        const changes = [store.payments.put(payment, after)];
        await recordMoney(deps, { before: payment, after }, { events: refused.events, changes }, now);
        await wake(deps, after);
        if (after.state === 'returned') await deps.returned.takeUp(after, now);
      };
    }
  }
  return () => applied(deps, item, endToEndId, now).then(() => end([endToEndId]));
}

/**
 * Applies what was assigned, as the bank's line would have been. Where it shows that money left twice, or where the payment has come to
 * contradict it meanwhile, a person has to look again: it comes onto the list, and is not lost.
 */
async function applied(deps: ResolveDeps, item: BankItem, endToEndId: string, now: string): Promise<void> {
  await applyLines(deps, [entryOf(item, endToEndId)], { file: item.file, now });
}

/** The payment that has a booking in suspense by this item, if one has. */
async function suspendedIn({ store }: ResolveDeps, { id, candidates }: BankItem) {
  for (const endToEndId of candidates) {
    const payment = await store.payments.byEndToEnd(endToEndId);
    if (payment !== undefined && bookingsOf(payment).some((each) => each.item === id && isInSuspense(each)))
      return payment;
  }
  return undefined;
}

/**
 * A person confirms a booking in suspense. Where it is what the tranche was to be paid, later attempts that were not sent are not
 * needed any more.
 *
 * @returns undefined where it cannot be: the tranche is paid or given up, or another attempt may be out
 */
async function confirmation(
  deps: ResolveDeps,
  before: PaymentAttempt,
  what: { item: string; isWhole?: boolean | undefined },
  source: { now: string; by: Actor },
): Promise<(() => Promise<void>) | undefined> {
  const { store } = deps;
  const { now } = source;
  const decided = confirmSuspense(before, what, source);
  if (decided === undefined) return undefined;
  const { proposalId, tranche } = before;
  const later = (await store.payments.list(proposalId, tranche)).filter(
    ({ attempt, state }) =>
      attempt > before.attempt && state !== 'rejected' && state !== 'returned' && state !== 'superseded',
  );
  const isPaidByIt = decided.payment.state === 'settled' && before.state !== 'settled';
  const status = tranchesOf(await store.proposals.get(proposalId)).find(
    ({ number }) => number === tranche,
  )?.status;
  const isUnsent = ({ state }: PaymentAttempt) =>
    state === 'planned' || state === 'ready' || state === 'gathered';
  if (isPaidByIt && (status !== 'reserved' || !later.every(isUnsent))) return undefined;
  return async () => {
    const after = withoutQuestions(decided.payment, [what.item]);
    const superseded = isPaidByIt ? later.map((each) => ({ each, ...supersede(each, after, now) })) : [];
    const changes = [
      store.payments.put(before, after),
      ...superseded.flatMap(({ each, payment }) => [
        store.payments.put(each, payment),
        ...(each.state === 'gathered' ? [store.runs.withhold(each.runId, runPaymentOf(each))] : []),
      ]),
    ];
    const events = [...decided.events, ...superseded.flatMap((each) => each.events)];
    await recordMoney(deps, { before, after }, { events, changes }, now);
    for (const payment of [after, ...superseded.map((each) => each.payment)]) await wake(deps, payment);
    if (after.state === 'returned') await deps.returned.takeUp(after, now);
  };
}

const common = { itemId: z.string().min(1), by: personIdSchema, now: nowSchema };
const eventSchema = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('assign'),
    ...common,
    endToEndId: z.string().min(1),
    reason: z.string().max(500).optional(),
    isWhole: z.boolean().optional(),
  }),
  z.strictObject({ do: z.literal('dismiss'), ...common, reason: z.string().trim().min(1).max(500) }),
  z.strictObject({
    do: z.literal('record-sp2d'),
    number: z.string().trim().min(1).max(60),
    amount: rupiahSchema.positive(),
    status: z.enum(['cair', 'retur']),
    date: z.iso.date(),
    reason: z.string().trim().min(1).max(500).optional(),
    by: personIdSchema,
    now: nowSchema,
  }),
]);

export const handler = taskHandler(
  'payment/resolve-bank-item',
  eventSchema,
  async (wish, { env, store, logger }) => {
    const deps = {
      store,
      stepFunctions: stepFunctions(),
      returned: takeUpReturn({
        ...{ store, ...postOf(env), stepFunctions: stepFunctions() },
        paymentMachineArn: env.PAYMENT_STATE_MACHINE_ARN,
        linkBaseUrl: env.LINK_BASE_URL,
      }),
    };
    if (wish.do === 'record-sp2d') {
      const recorded = await recordSp2d(deps, wish);
      logger.info('An SP2D was recorded by hand.', { ...recorded, by: wish.by });
      return recorded;
    }
    const endToEndId = wish.do === 'assign' ? wish.endToEndId : undefined;
    const isWhole = wish.do === 'assign' ? wish.isWhole : undefined;
    const { id, closed } = await resolveBankItem(deps, { ...wish, endToEndId, isWhole });
    logger.info('An item of the worklist was dealt with.', { item: id, how: closed?.how });
    return { id, closed };
  },
);
