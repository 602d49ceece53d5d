/** What an administrator's word on a payment needs, and what it is refused for, whether it is about a line or an SP2D. */
import { receiptReview } from '#domain/asks/kinds/receipt-review.ts';
import { mayAct } from '#domain/asks/separation.ts';
import { runOf } from '#domain/money/payment.ts';
import { holdsRole } from '#domain/people/person.ts';
import type { WorklistDeps } from '#functions/payment/reconciliation/worklist.ts';
import type { Store } from '#functions/store/store.ts';

export interface ResolveDeps extends WorklistDeps {
  store: WorklistDeps['store'] & Pick<Store, 'people' | 'runs'>;
}

/** Banks know no regions: only those who administer the whole country deal with what they say. */
const country = '';

/** Only administrators of the whole country deal with the worklist. */
export class NotAnAdministrator extends Error {
  override readonly name = 'NotAnAdministrator';
  constructor(id: string) {
    super(`"${id}" is no administrator of the whole country in the directory. Give the id of one with --by.`);
  }
}

/** Who verified, approved, ordered or released a payment has no word on what the bank says of it. */
export class TookPart extends Error {
  override readonly name = 'TookPart';
  constructor(id: string, endToEndId: string) {
    super(
      `"${id}" took part in ${endToEndId}, or released its payment run. Let an administrator decide who had no other part in it.`,
    );
  }
}

/** The payment cannot become what the item says. */
export class ContradictsPayment extends Error {
  override readonly name = 'ContradictsPayment';
  constructor(endToEndId: string, state: string, outcome: string) {
    super(
      `${endToEndId} is ${state}, which ${outcome} contradicts. Settle it with the bank, then dismiss the item with the reason.`,
    );
  }
}

/** @throws {NotAnAdministrator} */
export async function mustAdminister({ people }: Pick<Store, 'people'>, by: string): Promise<void> {
  const person = await people.get(by);
  if (person === undefined || !holdsRole(person, 'admin', country)) throw new NotAnAdministrator(by);
}

/**
 * Separation of duties: what the bank says of a payment is decided by a person who had no other part in its proposal, and did not
 * release its run.
 *
 * @param endToEndIds of all payments that may be meant; what names none of ours is passed over
 * @throws {TookPart}
 */
export async function mustBeUninvolved(
  { payments, proposals, runs }: Pick<Store, 'payments' | 'proposals' | 'runs'>,
  by: string,
  endToEndIds: readonly string[],
): Promise<void> {
  for (const endToEndId of new Set(endToEndIds)) {
    const payment = await payments.byEndToEnd(endToEndId);
    if (payment === undefined) continue;
    const { involvements } = await proposals.get(payment.proposalId);
    const runId = runOf(payment);
    const run = runId === undefined ? undefined : await runs.get(runId);
    const released = run?.state === 'released' && run.releasedBy === by;
    // A person who decides on what was paid has had no other part at all.
    if (released || !mayAct(by, receiptReview.name, {}, involvements)) throw new TookPart(by, endToEndId);
  }
}
