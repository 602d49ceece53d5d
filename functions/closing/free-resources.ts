/**
 * What a proposal holds that others could use, and how it is given back when the proposal ends: its people, the part
 * of its award that will not be paid, and the questions that need no answer any more.
 */

import { releaseEntries } from '#domain/money/ledger.ts';
import { mayBeOut, type PaymentAttempt } from '#domain/money/payment.ts';
import type { Proposal } from '#domain/proposal/proposal.ts';
import { awardOf, contentOf, tranchesOf } from '#domain/proposal/proposal.ts';
import { heldMoney } from '#domain/proposal/tranches.ts';
import type { Change } from '#functions/store/commit.ts';
import type { Store } from '#functions/store/store.ts';

type HeldStore = Pick<Store, 'asks' | 'budgets' | 'locks' | 'payments'>;

function membersOf(proposal: Proposal) {
  return (contentOf(proposal)?.members ?? []).map(({ nikHash }) => nikHash);
}

/** The people whom the proposal holds while it lives. */
async function heldPeople({ locks }: Pick<HeldStore, 'locks'>, proposal: Proposal): Promise<string[]> {
  return (await locks.find(membersOf(proposal)))
    .filter((lock) => lock.proposalId === proposal.id && lock.reason === 'live')
    .map(({ nikHash }) => nikHash);
}

/** Frees the people of a proposal that is rejected; it may be reopened, so that this is not left to the readers. */
export async function releasePeople(
  { locks }: Pick<HeldStore, 'locks'>,
  proposal: Proposal,
): Promise<Change[]> {
  return (await heldPeople({ locks }, proposal)).map((nikHash) => locks.release(nikHash, proposal.id));
}

/** Keeps holding the people after the close, because they owe a duty. */
export async function keepPeople(
  { locks }: Pick<HeldStore, 'locks'>,
  proposal: Proposal,
  now: string,
): Promise<Change[]> {
  return (await heldPeople({ locks }, proposal)).map((nikHash) =>
    locks.keepForOverdue(nikHash, proposal.id, now),
  );
}

/** Attempts whose money may be with the bank: it may not be spent elsewhere until their fate is known. */
function mayBeOnItsWay(payment: PaymentAttempt) {
  return payment.state !== 'settled' && mayBeOut(payment);
}

/** Gives what the award still holds back to its budget line; what an unpaid tranche held is free already. */
export async function releaseBudget(
  { budgets, payments }: Pick<HeldStore, 'budgets' | 'payments'>,
  proposal: Proposal,
  now: string,
): Promise<Change[]> {
  const award = awardOf(proposal);
  if (award === undefined) return [];
  const onTheirWay = new Set(
    (await payments.list(proposal.id)).filter(mayBeOnItsWay).map(({ tranche }) => tranche),
  );
  const held = heldMoney(tranchesOf(proposal).filter(({ number }) => !onTheirWay.has(number)));
  return budgets.book(
    ...releaseEntries({ line: award.budgetLine, proposalId: proposal.id, at: now }, 'end', held),
  );
}

/**
 * Closes the questions that are still open; their links then say so, and members' too, whose parts end with the proposal's. Money
 * that goes back is asked for after the end too.
 */
export async function cancelAsks(
  { asks }: Pick<HeldStore, 'asks'>,
  proposalId: string,
  now: string,
): Promise<Change[]> {
  return (await asks.bySubject(proposalId))
    .filter(({ status, about }) => status === 'open' && about.deposit === undefined)
    .flatMap((ask) => {
      const { taskToken: _, ...rest } = ask;
      return asks.put(ask, { ...rest, status: 'cancelled', cancelledAt: now });
    });
}
