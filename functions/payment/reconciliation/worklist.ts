/**
 * The worklist: what the bank said that fits no payment or contradicts one, until it fits or a person has dealt with it.
 *
 * An item is named by what was said, so that the same line in overlapping files is one item. A line that only a bank's
 * reference can place waits for that reference: the step that enters it looks again afterwards, and the step that learns the
 * reference looks for those that wait, so that one of both finds the other in whatever order they come. What may be of one payment
 * only holds that payment's tranche meanwhile.
 */
import { type PaymentAttempt, withoutQuestions, withQuestions } from '#domain/money/payment.ts';
import { ntpnSchema } from '#domain/money/receipt-numbers.ts';
import { type BankItem, matchItem } from '#domain/money/worklist-item.ts';
import { event } from '#domain/proposal/events.ts';
import { unreported } from '#functions/notifications/report.ts';
import { type BankEntry, bankItemIdOf } from '#functions/payment/reconciliation/bank-entry.ts';
import {
  type Effect,
  isPlaced,
  type Origin,
  type ReconcileDeps,
  reconcile,
} from '#functions/payment/reconciliation/reconciling.ts';
import type { Returns } from '#functions/payment/return-payment.ts';
import { waitingReference } from '#functions/store/bank-items.ts';
import type { Change } from '#functions/store/commit.ts';
import { AlreadyExists, StaleBankItem, StalePayment } from '#functions/store/errors.ts';
import { retryOnConflict } from '#functions/store/retry-on-conflict.ts';
import type { Store } from '#functions/store/store.ts';

export interface WorklistDeps extends ReconcileDeps {
  store: ReconcileDeps['store'] & Pick<Store, 'deposits'>;
}

/** Rounds of read and write when files speak of the same payment at the same moment. */
const maxRounds = 8;

/**
 * Applies lines; what fits no payment goes onto the list.
 *
 * @param lines all that the file says of one payment, in its order; or one line that names none
 * @returns what each did in the end
 */
export async function applyLines(
  deps: WorklistDeps,
  lines: readonly BankEntry[],
  at: Origin,
): Promise<Effect[]> {
  const effects = await reconcile(deps, lines, at);
  const ends: Effect[] = [];
  for (const [index, entry] of lines.entries()) {
    const effect = effects[index];
    if (effect !== undefined) ends.push(await follow(deps, entry, effect, at));
  }
  return ends;
}

async function follow(deps: WorklistDeps, entry: BankEntry, effect: Effect, at: Origin): Promise<Effect> {
  const reference = waitingReference(entry);
  if (effect.effect !== 'unknown') {
    // What a payment has taken, and what it has noted as beyond it, teaches the reference.
    const teaches = isPlaced(effect) || effect.why === 'twice';
    if (teaches && (entry.endToEndId !== undefined || entry.sp2d) && reference !== undefined)
      await matchWaiting(deps, reference, at.now);
    return effect;
  }
  // A credit that fits no payment is another party's money, and a statement has many.
  if (entry.outcome === 'CREDIT') {
    await noteDeposit(deps, entry, at);
    return effect;
  }
  await enqueue(deps, entry, effect.candidates, at);
  if (entry.endToEndId !== undefined || reference === undefined) return effect;
  await matchWaiting(deps, reference, at.now);
  const [again] = await reconcile(deps, [entry], { ...at, known: undefined });
  return again ?? effect;
}

/**
 * One whose reference looks like an NTPN proves no deposit: what belongs into kas negara does not come into our own account. But the
 * group may have paid it in here by mistake, so it is a question once a group has handed that NTPN in; it is kept for that day.
 */
async function noteDeposit(
  { store }: WorklistDeps,
  entry: BankEntry,
  { file, now }: Pick<Origin, 'file' | 'now'>,
): Promise<void> {
  const ntpn = ntpnSchema.safeParse(entry.bankReference);
  if (!ntpn.success || entry.amount === undefined) return;
  const question: BankItem = {
    ...{ id: bankItemIdOf(entry), version: 1, why: 'deposit', entry, candidates: [], file, at: now },
  };
  const isAsked =
    (await store.deposits.ofNtpn(ntpn.data)) !== undefined &&
    (await store.bankItems.find(question.id)) === undefined;
  const changes = [
    store.deposits.noteCredit(ntpn.data, question),
    ...(isAsked ? store.bankItems.create(question) : []),
  ];
  try {
    await store.commit({ journal: 'bank', now, events: [], changes });
  } catch (error) {
    // Another file, or the handing in, asked at the same moment.
    if (!(error instanceof AlreadyExists)) throw error;
  }
}

/** Enters a line that fits no payment; where it may be of one payment only, that one is in question. */
async function enqueue(
  { store }: WorklistDeps,
  entry: BankEntry,
  candidates: readonly PaymentAttempt[],
  { file, now }: Pick<Origin, 'file' | 'now'>,
): Promise<void> {
  const item: BankItem = {
    id: bankItemIdOf(entry),
    version: 1,
    ...{ why: 'unknown', entry, candidates: candidates.map(({ endToEndId }) => endToEndId), file, at: now },
  };
  const changes = store.bankItems.create(item);
  const [only, ...others] = candidates;
  try {
    if (only === undefined || others.length > 0)
      // The file's own record has its lines; the list's events say what became of them.
      await store.commit({ journal: 'bank', now, events: [], changes });
    else
      await retryOnConflict(
        { what: `Payment ${only.endToEndId}`, rounds: maxRounds, conflicts: [StalePayment] },
        async () => {
          const { proposalId, tranche, attempt, endToEndId } = only;
          const before = await store.payments.get(proposalId, tranche, attempt);
          await store.commit({
            ...{ proposalId, now },
            events: [event(now, 'payment.questioned', { tranche, attempt, endToEndId, items: item.id })],
            changes: [store.payments.put(before, withQuestions(before, [item.id])), ...changes],
          });
        },
      );
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
  }
}

/** Returns wait then, so that none comes this far. */
const notTakenUp: Returns = { report: unreported, takeUp: async () => {} };

/**
 * Applies what waited for this reference, where it now fits one payment. A caller that cannot take up money that came back
 * (no `returned`) leaves returns to wait for the next file, or for a person.
 */
export async function matchWaiting(
  { returned, ...others }: Omit<WorklistDeps, 'returned'> & Partial<Pick<WorklistDeps, 'returned'>>,
  reference: string,
  now: string,
): Promise<void> {
  const deps: WorklistDeps = { ...others, returned: returned ?? notTakenUp };
  for (const item of await deps.store.bankItems.waitingFor(reference)) {
    if (returned === undefined && item.entry.outcome === 'RETURNED') continue;
    const [effect] = await reconcile(deps, [item.entry], { file: item.file, now });
    if (effect === undefined || !isPlaced(effect)) continue;
    const { item: closed, events } = matchItem(item, effect.payment.endToEndId, now);
    try {
      await closeItem(deps, item, [], async (changes) => {
        await deps.store.commit({
          ...{ journal: 'bank', now, events },
          changes: [deps.store.bankItems.close(item, closed), ...changes],
        });
      });
    } catch (error) {
      // Another delivery, or a person, was faster.
      if (!(error instanceof StaleBankItem)) throw error;
    }
  }
}

/**
 * Ends the question that an item is: the payments that it held are held by it no more.
 *
 * @param more ids of other payments that it may hold
 * @param write what is written with that, in one transaction
 */
export function closeItem(
  { store }: Pick<WorklistDeps, 'store'>,
  item: BankItem,
  more: readonly string[],
  write: (changes: Change[]) => Promise<void>,
): Promise<void> {
  const what = `Bank item ${item.id}`;
  return retryOnConflict({ what, rounds: maxRounds, conflicts: [StalePayment] }, async () => {
    const changes: Change[] = [];
    for (const endToEndId of new Set([...item.candidates, ...more])) {
      const payment = await store.payments.byEndToEnd(endToEndId);
      if (payment?.questions?.includes(item.id))
        changes.push(store.payments.put(payment, withoutQuestions(payment, [item.id])));
    }
    await write(changes);
  });
}
