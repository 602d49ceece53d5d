/**
 * Money that had settled came back.
 *
 * In one transaction with the payment, the tranche is in payment again and its amount reserved again, whatever the proposal
 * is doing; then an execution of `payment` of its own takes it up. It finds every paper where it was, comes to the returned
 * attempt, and asks the group for another account as after a refusal. Where the settlement was not yet recorded, the
 * execution that was about to do so finds the return instead, and nothing has to be put right.
 *
 * Where the group has paid a part of it back to the treasury meanwhile, both cannot be: nothing changes, and a person settles it
 * with the bank.
 *
 * After the proposal's close no one is asked any more: the tranche stays unpaid and its money is free.
 */
import type { SFNClient } from '@aws-sdk/client-sfn';
import { maskAccount } from '#domain/money/account-text.ts';
import { releaseEntries, returnEntry } from '#domain/money/ledger.ts';
import { bookingsOf, type PaymentAttempt, type PaymentIn } from '#domain/money/payment.ts';
import { formatRupiah, zeroRupiah } from '#domain/money/rupiah.ts';
import { suspenseEntries, suspenseMoves } from '#domain/money/suspense.ts';
import { depositedAmount } from '#domain/proposal/deposits.ts';
import type { ProposalEvent } from '#domain/proposal/events.ts';
import { type AwardedProposal, awardOf, isAwarded, type Proposal } from '#domain/proposal/proposal.ts';
import { leaveReturned, returnTranche } from '#domain/proposal/tranche-payment.ts';
import { receivedAmount } from '#domain/proposal/tranches.ts';
import { writeNotices } from '#functions/notifications/notify.ts';
import { adminsFor, groupNameOf, recipientsOf } from '#functions/notifications/recipients.ts';
import type { Report } from '#functions/notifications/report.ts';
import { factsFor } from '#functions/notifications/status-link.ts';
import type { MessageDeps } from '#functions/notifications/write-message.ts';
import { startOnce } from '#functions/runtime/start-once.ts';
import type { Change } from '#functions/store/commit.ts';
import type { QueuedMessage } from '#functions/store/outbox.ts';
import type { Store } from '#functions/store/store.ts';

function trancheOf(proposal: Proposal, number: number) {
  return isAwarded(proposal) ? proposal.tranches.find((each) => each.number === number) : undefined;
}

/** The reason that a tranche has which came back after the close. */
const returnedAfterClose = 'returned-after-close';

/**
 * The moment at which it is booked: a file's event may be delivered after the settlement that came later, and money cannot
 * come back before it was paid.
 */
function bookedAt({ updatedAt }: Proposal, now: string): string {
  return now > updatedAt ? now : updatedAt;
}

/** The bank sends back money of which the group has deposited a part into kas negara already. */
export class DepositedMeanwhile extends Error {
  override readonly name = 'DepositedMeanwhile';
  constructor(endToEndId: string) {
    super(`${endToEndId} came back, and a part of it was deposited into kas negara before.`);
  }
}

/** Something that was read for this write has changed since: what was decided on it has to be decided again. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/** Money that came back, after its settlement was recorded. */
interface ReturnedMoney {
  /** With the tranche in payment again. */
  proposal: Proposal;
  payment: PaymentAttempt;
  now: string;
}

/** What follows once money is known to have come back. */
export interface Returns {
  /** Notifies the group and the administrators, in the transaction by which the tranche is in payment again. */
  report: Report<ReturnedMoney>;
  /** Takes the tranche up again, once; called again whenever it is said again. */
  takeUp(payment: PaymentAttempt, now: string): Promise<void>;
}

export interface MoneyDeps {
  store: Pick<Store, 'budgets' | 'commit' | 'proposals'>;
  returned: Pick<Returns, 'report'>;
}

/** What of a payment's own is written with its money: its events, its item and those of the worklist. */
interface Own {
  events: readonly ProposalEvent[];
  changes: Change[];
}

/**
 * Writes a payment that changed by what was booked or said of it, with what follows for its tranche and its budget line in one
 * transaction: money that came back is reserved again, which is reported, and what is not allocated yet comes into suspense.
 *
 * @throws {Overtaken} where anything of its own has changed {DepositedMeanwhile}
 */
export function recordMoney(
  { store, returned }: MoneyDeps,
  { before, after }: { before: PaymentAttempt; after: PaymentAttempt },
  { events, changes }: Own,
  now: string,
): Promise<unknown> {
  const { proposalId } = after;
  // What was said has to be judged again then; to write the same again, as the store would, is of no use.
  const own = {
    events,
    changes: changes.map(({ write }) => ({ write, onConflict: () => new Overtaken(after.endToEndId) })),
  };
  const cameBack = before.state === 'settled' && after.state === 'returned';
  if (!cameBack && suspenseMoves(before, after).length === 0)
    return store.commit({ proposalId, now, ...own });
  return store.proposals.update(proposalId, now, async (proposal) => {
    const at = bookedAt(proposal, now);
    const line = awardOf(proposal)?.budgetLine;
    const isPaid = isAwarded(proposal) && trancheOf(proposal, after.tranche)?.status === 'settled';
    const suspended =
      line === undefined ? [] : suspenseEntries({ line, proposalId, at }, { before, after }, isPaid);
    const reopened = cameBack && isPaid ? reopen(proposal, { before, after }, at) : undefined;
    return {
      // The proposal is written all the same: a settlement that is being recorded now must look again.
      proposal: reopened?.proposal ?? { ...proposal, updatedAt: now },
      events: [...own.events, ...(reopened?.events ?? [])],
      changes: [
        ...own.changes,
        ...store.budgets.book(...suspended, ...(reopened?.entries ?? [])),
        ...(reopened === undefined
          ? []
          : await returned.report({ proposal: reopened.proposal, payment: after, now })),
      ],
      result: undefined,
    };
  });
}

/** The tranche is in payment again, and what came back is reserved. @throws {DepositedMeanwhile} */
function reopen(
  before: AwardedProposal,
  { after }: { before: PaymentAttempt; after: PaymentAttempt },
  at: string,
) {
  const { proposalId, tranche: number, attempt, endToEndId, amount } = after;
  if (depositedAmount(before) > receivedAmount(before) - amount) throw new DepositedMeanwhile(endToEndId);
  const round = 1 + timesReturned(before, after);
  const { proposal, events } = returnTranche(before, { tranche: number, amount, endToEndId }, at);
  const less = bookingsOf(after).find(({ role, ended }) => role === 'return' && ended === 'confirmed');
  // What came back less the bank's charge came out of suspense, with entries of its own.
  const isCharged = less !== undefined && less.amount < amount;
  const of = { line: before.award.budgetLine, proposalId, at };
  const whole = returnEntry(of, { tranche: number, attempt, endToEndId, amount, round });
  return { proposal, events, entries: isCharged ? [] : [whole] };
}

/** How often the payment had settled and come back. */
export function timesReturned(proposal: AwardedProposal, { tranche, endToEndId }: PaymentAttempt): number {
  return (trancheOf(proposal, tranche)?.returned ?? []).filter((each) => each.endToEndId === endToEndId)
    .length;
}

export interface ReturnDeps extends MessageDeps {
  store: MessageDeps['store'] & Pick<Store, 'budgets' | 'commit' | 'payments' | 'people' | 'proposals'>;
  stepFunctions: SFNClient;
  paymentMachineArn: string;
  linkBaseUrl: string;
}

/** What the functions do that hear of money which came back. */
export function takeUpReturn(deps: ReturnDeps): Returns {
  const { store } = deps;
  const queued = new Map<string, string[]>();
  /** One that was never sent, because this one had been paid, takes no part. */
  const isLatest = async ({ proposalId, tranche, endToEndId }: PaymentAttempt) => {
    const attempts = await store.payments.list(proposalId, tranche);
    return attempts.findLast(({ state }) => state !== 'superseded')?.endToEndId === endToEndId;
  };
  return {
    report: async (money) => {
      if (!(await isLatest(money.payment))) return [];
      const { ids, changes } = store.outbox.put(await returnNotices(deps, money), money.now);
      queued.set(money.payment.endToEndId, ids);
      return changes;
    },
    takeUp: async (payment, now) => {
      const { proposalId, tranche: number, endToEndId } = payment;
      const proposal = await store.proposals.get(proposalId);
      const came = trancheOf(proposal, number)?.returned ?? [];
      if (!came.some((each) => each.endToEndId === endToEndId) || !(await isLatest(payment))) return;
      if (proposal.stage === 'closed') await freeReturned(store, payment, now);
      else await start(deps, payment, proposal.redrives);
      await deps.nudge(queued.get(endToEndId) ?? [], now);
      queued.delete(endToEndId);
    },
  };
}

function start(
  { stepFunctions, paymentMachineArn }: ReturnDeps,
  { proposalId, tranche, attempt }: PaymentAttempt,
  redrives: number,
): Promise<void> {
  return startOnce(stepFunctions, {
    stateMachineArn: paymentMachineArn,
    name: `${proposalId}-payment-${tranche}-returned-${attempt}`,
    input: { proposalId, tranche, redrives },
  });
}

/** After the close: no one will be paid by it any more. */
function freeReturned(
  store: Pick<Store, 'budgets' | 'proposals'>,
  { proposalId, tranche: number, amount }: PaymentAttempt,
  now: string,
): Promise<void> {
  return store.proposals.update(proposalId, now, (before) => {
    if (before.stage !== 'closed' || trancheOf(before, number)?.status !== 'reserved')
      return { result: undefined };
    const at = bookedAt(before, now);
    return {
      ...leaveReturned(before, { tranche: number, amount }, returnedAfterClose, at),
      changes: store.budgets.book(
        ...releaseEntries(
          { line: before.award.budgetLine, proposalId, at },
          { tranche: number },
          { committed: zeroRupiah, reserved: amount },
        ),
      ),
      result: undefined,
    };
  });
}

function reasonOf({ reasonCode, reasonText }: PaymentIn<'returned'>): string {
  return reasonText === undefined ? reasonCode : `${reasonCode}: ${reasonText}`;
}

async function returnNotices(
  deps: ReturnDeps,
  { proposal, payment, now }: ReturnedMoney,
): Promise<QueuedMessage[]> {
  const { people } = deps.store;
  const { proposalId, endToEndId, tranche, amount, account } = payment;
  const group = await recipientsOf(people, proposal);
  const admins = await adminsFor(people, proposal);
  const recipients = [...group, ...admins.filter(({ key }) => !group.some((each) => each.key === key))];
  return writeNotices(deps, recipients, {
    idPrefix: `${endToEndId}.returned.`,
    subjectId: proposalId,
    template: 'tranche-returned',
    facts: (to) =>
      factsFor(
        deps,
        to,
        {
          proposalId,
          groupName: groupNameOf(proposal),
          tranche,
          amount: formatRupiah(amount),
          account: maskAccount(account.number),
          reason: payment.state === 'returned' ? reasonOf(payment) : '',
          closed: proposal.stage === 'closed',
        },
        now,
      ),
    now,
  });
}
