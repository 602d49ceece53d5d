/**
 * Enters a deposit into the ledger once it is confirmed, by the treasury's list or by a person, and notifies the group.
 *
 * A deposit is confirmed by the treasury alone: by its list of receipts, with the NTPN, the amount, the day and the billing code, or by a
 * person of the KPPN who looked it up. In what a list differs is noted for that person. A credit on our own account proves nothing,
 * whatever reference it bears; it is a question of its own.
 *
 * In one transaction the ledger enters it, the proposal shows it, what was overdue of it is so no longer, and people who
 * were held for nothing else are free.
 */

import * as z from 'zod';
import { answeredAs } from '#domain/asks/answered.ts';
import type { About } from '#domain/asks/ask-kinds.ts';
import { depositCheck } from '#domain/asks/kinds/deposit-check.ts';
import { type Confirmation, type Deposit, type DepositIn, receiptProblems } from '#domain/money/deposit.ts';
import { depositEntry } from '#domain/money/ledger.ts';
import { formatRupiah } from '#domain/money/rupiah.ts';
import { confirmDeposit, doubtDeposit } from '#domain/proposal/deposits.ts';
import { depositsOf, inStage, type Proposal } from '#domain/proposal/proposal.ts';
import { problem } from '#domain/text/problem.ts';
import { dutyHolder } from '#domain/training/training.ts';
import { writeNotices } from '#functions/notifications/notify.ts';
import { postOf } from '#functions/notifications/post.ts';
import { groupNameOf, recipientsOf } from '#functions/notifications/recipients.ts';
import { type Report, reporting, unreported } from '#functions/notifications/report.ts';
import { factsFor, type StatusLinkDeps } from '#functions/notifications/status-link.ts';
import type { MessageDeps } from '#functions/notifications/write-message.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import type { Change } from '#functions/store/commit.ts';
import type { QueuedMessage } from '#functions/store/outbox.ts';
import type { Overdue } from '#functions/store/overdue.ts';
import type { Decision } from '#functions/store/proposals.ts';
import type { Store } from '#functions/store/store.ts';

export interface DepositStep {
  proposalId: string;
  /** Its number, from 1. */
  deposit: number;
  /** The check that may have confirmed it. */
  about: About<'deposit-check'>;
  now: string;
}

type SettleStore = Pick<
  Store,
  'asks' | 'bankItems' | 'budgets' | 'deposits' | 'locks' | 'overdue' | 'proposals'
>;

/** `unconfirmed`: it is not confirmed yet that the money is in kas negara. */
export type DepositSettlement = Deposited | { proposal: Proposal; outcome: 'unconfirmed'; deposit: Deposit };

interface Deposited {
  proposal: Proposal;
  outcome: 'deposited';
  deposit: DepositIn<'deposited'>;
}

/** Settles the deposit where it is confirmed, once; again it answers the same. @throws `NotFound` */
export function settleDeposit(
  store: SettleStore,
  { proposalId, deposit: number, about, now }: DepositStep,
  report: Report<Deposited> = unreported,
): Promise<DepositSettlement> {
  return store.proposals.update(proposalId, now, async (before): Promise<Decision<DepositSettlement>> => {
    const deposit = await store.deposits.get(proposalId, number);
    if (deposit.state === 'deposited') return { result: { outcome: 'deposited', proposal: before, deposit } };
    const confirmed = await confirmationOf(store, deposit, about);
    if (confirmed === undefined) return noteDoubts(store, before, deposit, now);
    const { award } = inStage(before, ['follow-up', 'closed'], 'settle a deposit');
    // A step may be reported later than what happened after it; money goes back no earlier than it is recorded here.
    const at = now > before.updatedAt ? now : before.updatedAt;
    const { proposal, deposit: after, events } = confirmDeposit(before, deposit, confirmed, at);
    const { amount, why, slip } = after;
    const tranche = why.origin === 'recalled' ? { tranche: why.tranche } : {};
    const result: Deposited = { outcome: 'deposited', proposal, deposit: after };
    return {
      ...{ proposal, events },
      changes: [
        store.deposits.put(deposit, after),
        ...store.budgets.book(
          depositEntry(
            { line: award.budgetLine, proposalId, at },
            { deposit: number, amount, ntpn: slip.ntpn, ...tranche },
          ),
        ),
        ...(await clearDuties(store, proposal, number)),
        ...(await report(result)),
      ],
      result,
    };
  });
}

/** Who confirms it, if anyone does: the treasury's list before the person. */
async function confirmationOf(
  store: Pick<Store, 'asks' | 'deposits'>,
  deposit: Deposit,
  about: About<'deposit-check'>,
): Promise<Confirmation | undefined> {
  if (deposit.state !== 'handed-in') return undefined;
  const receipt = await store.deposits.receiptOf(deposit.slip.ntpn);
  if (receipt !== undefined && receiptProblems(deposit, receipt).length === 0)
    return { by: 'treasury-list', file: receipt.file };
  const check = answeredAs(await store.asks.bySubject(deposit.proposalId), depositCheck, about);
  if (check?.answer.outcome !== 'confirmed' || check.answeredBy.kind !== 'person') return undefined;
  return { by: 'person', personId: check.answeredBy.id };
}

/** What speaks against a slip, for the person who is asked to look it up; once. */
async function noteDoubts(
  store: Pick<Store, 'bankItems' | 'deposits'>,
  before: Proposal,
  deposit: Deposit,
  now: string,
): Promise<Decision<DepositSettlement>> {
  const unconfirmed = (proposal: Proposal) => ({ outcome: 'unconfirmed' as const, proposal, deposit });
  if (deposit.state !== 'handed-in') return { result: unconfirmed(before) };
  const { ntpn } = deposit.slip;
  const [receipt, credit] = await Promise.all([
    store.deposits.receiptOf(ntpn),
    store.deposits.creditOf(ntpn),
  ]);
  const doubts = receipt === undefined ? [] : receiptProblems(deposit, receipt);
  if (credit?.entry.amount !== undefined)
    doubts.push(problem('credit-bears-ntpn', 'ntpn', { amount: formatRupiah(credit.entry.amount) }));
  const isAsked = credit === undefined || (await store.bankItems.find(credit.id)) !== undefined;
  const { proposal, events } = doubtDeposit(before, deposit, doubts, now);
  const changes = isAsked ? [] : store.bankItems.create(credit);
  if (events.length === 0) return { changes, result: unconfirmed(before) };
  return { proposal, events, changes, result: unconfirmed(proposal) };
}

function ofDeposit({ about }: Overdue, number: number) {
  return about.deposit === number;
}

/**
 * A deposit is owed no longer: its duties leave the overdue ledger, and after the close the people are free, unless their
 * group owes something else.
 *
 * @param after the proposal as it is to be
 */
export async function clearDuties(
  store: Pick<Store, 'locks' | 'overdue'>,
  after: Proposal,
  number: number,
): Promise<Change[]> {
  const ledger = await store.overdue.list(after.id);
  const cleared = ledger.filter((duty) => ofDeposit(duty, number)).map(store.overdue.clear);
  const left = ledger.filter((duty) => !ofDeposit(duty, number));
  if (after.stage !== 'closed' || groupOwes(after, left)) return cleared;
  const people = after.content.members.map(({ nikHash }) => nikHash);
  const held = (await store.locks.find(people)).filter(({ proposalId }) => proposalId === after.id);
  return [...cleared, ...held.map(({ nikHash }) => store.locks.releaseOverdue(nikHash, after.id))];
}

/** Whether the group owes a report or money, so that its members get no new grant. @param ledger what is overdue of it */
export function groupOwes(proposal: Proposal, ledger: readonly Overdue[]): boolean {
  return (
    ledger.some(({ kind }) => dutyHolder(kind) === 'group') ||
    depositsOf(proposal).some(({ status }) => status === 'owed')
  );
}

type SettleDeps = MessageDeps &
  StatusLinkDeps & { store: MessageDeps['store'] & SettleStore & Pick<Store, 'people'> };

/** The same, and notifies the group of a deposit that is confirmed, with it. @throws `NotFound` */
export function settleDepositAndNotify(deps: SettleDeps, step: DepositStep): Promise<DepositSettlement> {
  return reporting(
    deps,
    step.now,
    (deposited: Deposited) => depositedNotices(deps, deposited, step.now),
    (report) => settleDeposit(deps.store, step, report),
  );
}

async function depositedNotices(
  deps: SettleDeps,
  { proposal, deposit }: Deposited,
  now: string,
): Promise<QueuedMessage[]> {
  const { id: proposalId } = proposal;
  const { number, amount, slip } = deposit;
  return writeNotices(deps, await recipientsOf(deps.store.people, proposal), {
    idPrefix: `${proposalId}.deposited.${number}.`,
    subjectId: proposalId,
    template: 'deposit-confirmed',
    facts: (to) =>
      factsFor(
        deps,
        to,
        {
          proposalId,
          groupName: groupNameOf(proposal),
          amount: formatRupiah(amount),
          ...{ ntpn: slip.ntpn, depositedOn: slip.depositedOn },
        },
        now,
      ),
    now,
  });
}

const eventSchema = z.object({
  proposalId: z.string(),
  deposit: z.int().positive(),
  about: depositCheck.about,
  now: nowSchema,
});

export const handler = taskHandler(
  'payment/settle-deposit',
  eventSchema,
  async (step, { env, store, metrics }) => {
    const deps = { store, ...postOf(env), linkBaseUrl: env.LINK_BASE_URL };
    const { outcome } = await settleDepositAndNotify(deps, step);
    if (outcome === 'deposited') metrics.addMetric('Deposited', 'Count', 1);
    return { outcome };
  },
);
