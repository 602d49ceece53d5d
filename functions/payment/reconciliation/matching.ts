/**
 * Which payment a line of the bank's speaks of: the one whose EndToEndId it gives, letter by letter; or, where it gives
 * none, the only one that the bank has named by this reference before and that has this amount. Never one that merely
 * resembles: those are candidates, for a person. What an SP2D has sent is spoken of by the treasury alone, and found by the
 * SP2D's number and amount; a bank's file never moves it, nor the treasury's list what a bank was instructed to pay.
 */
import { type PaymentAttempt, runOf, sp2dReference } from '#domain/money/payment.ts';
import { isTreasury } from '#domain/money/rail.ts';
import type { BankEntry } from '#functions/payment/reconciliation/bank-entry.ts';
import type { Store } from '#functions/store/store.ts';

export type Match = { payment: PaymentAttempt } | { payment?: undefined; candidates: PaymentAttempt[] };

/** How an id is compared when looking for what may have been meant: banks drop hyphens and change case. */
function bare(id: string) {
  return id.replaceAll(/[^A-Za-z0-9]/g, '').toUpperCase();
}

/** Ours: a proposal's id, tranche, attempt. */
function oursIn(id: string): string | undefined {
  const [, proposal, tranche, attempt] = /^P([A-Z0-9]{10})(\d\d)(\d\d)$/.exec(bare(id)) ?? [];
  return proposal === undefined ? undefined : `P-${proposal}-${tranche}-${attempt}`;
}

/**
 * @param runId the only run that the line may speak of, where its format names one
 * @param known a payment that was just read for this line
 */
export async function matchOf(
  store: Pick<Store, 'bankReferences' | 'payments'>,
  { endToEndId, bankReference, amount, sp2d }: BankEntry,
  runId?: string,
  known?: PaymentAttempt,
): Promise<Match> {
  if (endToEndId !== undefined) {
    const payment = known?.endToEndId === endToEndId ? known : await store.payments.byEndToEnd(endToEndId);
    if (payment !== undefined && isTreasury(payment.rail) !== (sp2d === true))
      return { candidates: [payment] };
    if (payment !== undefined) {
      const itsRun = runOf(payment);
      const isOfAnother = runId !== undefined && itsRun !== undefined && itsRun !== runId;
      return isOfAnother ? { candidates: [payment] } : { payment };
    }
    const meant = oursIn(endToEndId);
    const candidate = meant === undefined ? undefined : await store.payments.byEndToEnd(meant);
    return { candidates: candidate === undefined ? [] : [candidate] };
  }
  if (bankReference === undefined) return { candidates: [] };
  const named = await Promise.all(
    (await store.bankReferences.payments(sp2d ? sp2dReference(bankReference) : bankReference)).map(
      ({ proposalId, tranche, attempt }) => store.payments.get(proposalId, tranche, attempt),
    ),
  );
  const [payment, ...others] = named.filter(
    (each) => each.amount === amount && isTreasury(each.rail) === (sp2d === true),
  );
  return payment !== undefined && others.length === 0 ? { payment } : { candidates: named };
}
