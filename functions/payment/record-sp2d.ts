/**
 * A named administrator records what became of an SP2D that moved the money itself: disbursed (cair), or returned (retur).
 *
 * It goes the way of a line of the treasury's list, so that hand and list may say the same in any order; the event on the
 * proposal's record names the person.
 */

import type { Rupiah } from '#domain/money/rupiah.ts';
import type { BankEntry } from '#functions/payment/reconciliation/bank-entry.ts';
import { matchOf } from '#functions/payment/reconciliation/matching.ts';
import { reconcile } from '#functions/payment/reconciliation/reconciling.ts';
import {
  ContradictsPayment,
  mustAdminister,
  mustBeUninvolved,
  type ResolveDeps,
} from '#functions/payment/reconciliation/word-of-administrator.ts';
import type { WorklistDeps } from '#functions/payment/reconciliation/worklist.ts';

export interface Sp2dWord {
  number: string;
  /** Whole rupiah. */
  amount: Rupiah;
  status: 'cair' | 'retur';
  /** When it was disbursed or came back: `yyyy-mm-dd`. */
  date: string;
  /** Why it came back. */
  reason?: string | undefined;
  /** The id of the administrator in the directory. */
  by: string;
  now: string;
}

/** No payment was sent by an SP2D of this number and amount, or more than one was. */
class NoSuchSp2d extends Error {
  override readonly name = 'NoSuchSp2d';
  constructor(number: string, amount: Rupiah, candidates: readonly string[]) {
    const meant = candidates.length === 0 ? '' : ` It may be meant: ${candidates.join(', ')}.`;
    super(`There is not exactly one payment by SP2D ${number} of Rp${amount}.${meant}`);
  }
}

/** @returns the payment's id and state. @throws {NotAnAdministrator} {TookPart} {NoSuchSp2d} {ContradictsPayment} */
export async function recordSp2d(
  deps: WorklistDeps & Pick<ResolveDeps, 'store'>,
  { number, amount, status, date: valueDate, reason, by, now }: Sp2dWord,
): Promise<{ endToEndId: string; state: string }> {
  await mustAdminister(deps.store, by);
  const entry: BankEntry = {
    ...{ bankReference: number, amount, valueDate, sp2d: true, channel: 'sp2d' },
    ...(status === 'cair'
      ? { outcome: 'SETTLED' }
      : { outcome: 'RETURNED', reasonCode: reason?.slice(0, 40) ?? 'RETUR' }),
  };
  const match = await matchOf(deps.store, entry);
  const meant = match.payment === undefined ? match.candidates : [match.payment];
  await mustBeUninvolved(
    deps.store,
    by,
    meant.map(({ endToEndId }) => endToEndId),
  );
  const [effect] = await reconcile({ ...deps, by: { kind: 'person', id: by } }, [entry], {
    ...{ file: { key: '', versionId: '' }, wholly: true, now },
  });
  if (effect === undefined) throw new NoSuchSp2d(number, amount, []);
  if (effect.effect === 'unknown')
    throw new NoSuchSp2d(
      number,
      amount,
      effect.candidates.map(({ endToEndId }) => endToEndId),
    );
  const { endToEndId, state } = effect.payment;
  if (effect.effect === 'contradiction') throw new ContradictsPayment(endToEndId, state, entry.outcome);
  return { endToEndId, state };
}
