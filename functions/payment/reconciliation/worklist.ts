/**
 * The worklist: what the bank said that fits no payment, until it fits or a person has dealt with it.
 *
 * An item is named by what was said, so that the same line in overlapping files is one item. A line that only a bank's
 * reference can place waits for that reference: the step that enters it looks again afterwards, and the step that learns the
 * reference looks for those that wait, so that one of both finds the other in whatever order they come.
 */

import type { PaymentAttempt } from '#domain/money/payment.ts';
import { ntpnSchema } from '#domain/money/receipt-numbers.ts';
import { type BankItem, matchItem } from '#domain/money/worklist-item.ts';
import { type BankEntry, bankItemIdOf } from '#functions/payment/reconciliation/bank-entry.ts';
import { matchOf } from '#functions/payment/reconciliation/matching.ts';
import {
  type Effect,
  isPlaced,
  type Odd,
  paidAgainOf,
  type ReconcileDeps,
  reconcile,
} from '#functions/payment/reconciliation/reconciling.ts';
import { waitingReference } from '#functions/store/bank-items.ts';
import { AlreadyExists, StaleBankItem } from '#functions/store/errors.ts';
import type { Store } from '#functions/store/store.ts';

export interface WorklistDeps extends ReconcileDeps {
  store: ReconcileDeps['store'] & Pick<Store, 'bankItems' | 'deposits'>;
}

/** Applies a line; what fits no payment goes onto the list. @returns what it did in the end */
export async function applyEntry(
  deps: WorklistDeps,
  said: BankEntry,
  at: {
    runId?: string | undefined;
    file: BankItem['file'];
    known?: PaymentAttempt | undefined;
    now: string;
  },
): Promise<Effect> {
  const effect = await reconcile(deps, said, at);
  if (isPlaced(effect)) {
    if (said.verdict === 'RETURNED') await closeMadeGood(deps, effect.payment, at.now);
    if ((said.endToEndId !== undefined || said.sp2d) && said.bankReference !== undefined)
      await matchWaiting(deps, waitingReference(said) ?? '', at.now);
    return effect;
  }
  // A credit that fits no payment is another party's money, and a statement has many.
  if (said.verdict === 'CREDIT' && effect.effect === 'unknown') {
    await noteDeposit(deps, said, at);
    return effect;
  }
  await enqueue(deps, said, effect, at);
  // What left a second time has taught its reference too.
  if (effect.effect === 'contradiction' && effect.why === 'twice' && said.endToEndId !== undefined)
    if (said.bankReference !== undefined) await matchWaiting(deps, said.bankReference, at.now);
  if (effect.effect !== 'unknown' || said.endToEndId !== undefined || said.bankReference === undefined)
    return effect;
  await matchWaiting(deps, waitingReference(said) ?? '', at.now);
  return reconcile(deps, said, { ...at, known: undefined });
}

/** One whose reference is an NTPN may be what a group has deposited: it is kept for the day on which the group hands that in. */
async function noteDeposit(
  { store }: WorklistDeps,
  { bankReference, amount }: BankEntry,
  { file, now }: { file: BankItem['file']; now: string },
): Promise<void> {
  const ntpn = ntpnSchema.safeParse(bankReference);
  if (!ntpn.success || amount === undefined) return;
  const changes = [store.deposits.noteCredit(ntpn.data, { amount, file: file.key })];
  await store.commit({ journal: 'bank', now, events: [], changes });
}

/**
 * A line that its own file contradicts: it changes nothing and goes onto the list, whatever the payment is.
 * @returns what it did
 */
export async function quarantine(
  deps: WorklistDeps,
  said: BankEntry,
  at: { runId?: string | undefined; file: BankItem['file']; now: string },
): Promise<Odd> {
  const match = await matchOf(deps.store, said, at.runId);
  const odd: Odd =
    match.payment === undefined
      ? { effect: 'unknown', candidates: match.candidates }
      : { effect: 'contradiction', payment: match.payment, why: 'state' };
  await enqueue(deps, said, odd, at);
  return odd;
}

async function enqueue(
  { store }: WorklistDeps,
  said: BankEntry,
  odd: Odd,
  { file, now }: { file: BankItem['file']; now: string },
): Promise<void> {
  const item: BankItem = {
    id: bankItemIdOf(said),
    version: 1,
    why: odd.effect === 'unknown' ? 'unknown' : odd.why,
    said,
    candidates: (odd.effect === 'unknown' ? odd.candidates : [odd.payment]).map(
      ({ endToEndId }) => endToEndId,
    ),
    file,
    at: now,
  };
  try {
    // The file's own record has its lines; the list's events say what became of them.
    await store.commit({ journal: 'bank', now, events: [], changes: store.bankItems.create(item) });
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
  }
}

/**
 * Applies what waited for this reference, where it now fits one payment. A caller that cannot take up money that came back
 * (no `returned`) leaves returns to wait for the next file, or for a person.
 */
export async function matchWaiting(
  { returned, ...others }: Omit<WorklistDeps, 'returned'> & Partial<Pick<WorklistDeps, 'returned'>>,
  reference: string,
  now: string,
): Promise<void> {
  const deps: WorklistDeps = { ...others, returned: returned ?? (async () => {}) };
  for (const item of await deps.store.bankItems.waitingFor(reference)) {
    if (returned === undefined && item.said.verdict === 'RETURNED') continue;
    const effect = await reconcile(deps, item.said, { now });
    if (isPlaced(effect)) await closeMatched(deps, item, effect.payment.endToEndId, now);
  }
}

/** What left a second time and has come back need not be reported any more. */
async function closeMadeGood(deps: WorklistDeps, payment: PaymentAttempt, now: string): Promise<void> {
  for (const { item: id, cameBack } of paidAgainOf(payment)) {
    const item = id === undefined || cameBack === undefined ? undefined : await deps.store.bankItems.find(id);
    if (item !== undefined && item.closed === undefined)
      await closeMatched(deps, item, payment.endToEndId, now);
  }
}

async function closeMatched(
  { store }: WorklistDeps,
  item: BankItem,
  endToEndId: string,
  now: string,
): Promise<void> {
  const { item: closed, events } = matchItem(item, endToEndId, now);
  try {
    await store.commit({ journal: 'bank', now, events, changes: [store.bankItems.close(item, closed)] });
  } catch (error) {
    // Another delivery, or a person, was faster.
    if (!(error instanceof StaleBankItem)) throw error;
  }
}
