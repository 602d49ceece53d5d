/**
 * Records what became of a tranche's payment: that it has reached the group's account, of which the group is notified; or says that it
 * has not, because the bank refused it, because it has come back since, or because its fiscal year was over before.
 *
 * A tranche is settled: the money has arrived, the budget line has paid it, and it is written down once.
 */
import * as z from 'zod';
import { maskAccount } from '#domain/money/account-text.ts';
import { settleEntry } from '#domain/money/ledger.ts';
import { isHeldByPerson, type PaymentAttempt } from '#domain/money/payment.ts';
import { formatRupiah } from '#domain/money/rupiah.ts';
import { partsAtSettlement } from '#domain/money/suspense.ts';
import type { ProposalIn } from '#domain/proposal/proposal.ts';
import type { Tranche } from '#domain/proposal/tranche.ts';
import { noteHeld, noteRefusal, settleTranche } from '#domain/proposal/tranche-payment.ts';
import { inPayment, openTranches, trancheIn } from '#domain/proposal/tranches.ts';
import { jakartaDate } from '#domain/working-days.ts';
import { writeNotices } from '#functions/notifications/notify.ts';
import { postOf } from '#functions/notifications/post.ts';
import { groupNameOf, recipientsOf } from '#functions/notifications/recipients.ts';
import { type Report, reporting, unreported } from '#functions/notifications/report.ts';
import { factsFor, type StatusLinkDeps } from '#functions/notifications/status-link.ts';
import type { MessageDeps } from '#functions/notifications/write-message.ts';
import { timesReturned } from '#functions/payment/return-payment.ts';
import type { TrancheStep } from '#functions/payment/tranche.ts';
import { withInquiry } from '#functions/payment/tranche-answers.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import { NotFound } from '#functions/store/errors.ts';
import type { QueuedMessage } from '#functions/store/outbox.ts';
import type { Store } from '#functions/store/store.ts';

/** A tranche was to be settled although no answer of the bank says how its payment ended. The workflow never does. */
export class PaymentNotSettled extends Error {
  override readonly name = 'PaymentNotSettled';
  constructor(payment: PaymentAttempt) {
    super(`Payment ${payment.endToEndId} is ${payment.state}; its tranche cannot be settled.`);
  }
}

type SettleStore = Pick<Store, 'asks' | 'budgets' | 'payments' | 'people' | 'proposals'>;

export interface Settlement {
  /** `returned`: the money came back before it was recorded that it had settled. `rejected`: it never left. `lapsed`: it never
   * will, because its fiscal year is over. `held`: a treasurer took it out of its run. */
  outcome: 'settled' | 'returned' | 'rejected' | 'lapsed' | 'held';
  /** Of one that a treasurer holds: how often it was held, by which the question about it is known. */
  hold?: number;
  proposal: ProposalIn<'payment' | 'follow-up'>;
  tranche: Tranche;
  /** Tranches that are still to be paid. */
  remaining: number;
}

/** Settles the tranche, once, if its payment is settled; again it answers the same. @throws {PaymentNotSettled} {WrongTranche} {NotFound} */
export function settle(
  store: SettleStore,
  { proposalId, tranche: number, now }: TrancheStep,
  report: Report<Settlement> = unreported,
): Promise<Settlement> {
  return store.proposals.update(proposalId, now, async (before) => {
    const proposal = inPayment(before, 'settle a tranche');
    if (trancheIn(proposal, number, 'settled').status === 'settled')
      return { result: settlement(proposal, number) };
    const attempts = await store.payments.list(proposalId, number);
    // An earlier one may turn out to have been paid after all.
    const attempt =
      attempts.find(({ state }) => state === 'settled') ??
      attempts.findLast(({ state }) => state !== 'superseded');
    if (attempt === undefined) throw new NotFound(`A payment of tranche ${number} of ${proposalId}`);
    const payment = withInquiry(await store.asks.bySubject(proposalId), attempt, now);
    if (isHeldByPerson(payment)) {
      const { attempt: held, timesHeld: hold } = payment;
      const { by, reason, since } = payment.held;
      const name = (await store.people.get(by))?.name ?? by;
      return {
        ...noteHeld(proposal, number, { attempt: held, by: name, reason, since }, now),
        result: { ...settlement(proposal, number), outcome: 'held', hold },
      };
    }
    if (payment.state === 'lapsed')
      return { result: { ...settlement(proposal, number), outcome: payment.state } };
    if (payment.state === 'returned' || payment.state === 'rejected')
      return {
        ...noteRefusal(proposal, payment, now),
        result: { ...settlement(proposal, number), outcome: payment.state },
      };
    if (payment.state !== 'settled') throw new PaymentNotSettled(payment);
    const { amount, endToEndId } = payment;
    const settled = settleTranche(proposal, payment, now);
    const of = { line: proposal.award.budgetLine, proposalId, at: now };
    const round = 1 + timesReturned(proposal, payment);
    const result = settlement(settled.proposal, number);
    return {
      ...settled,
      changes: [
        ...(payment === attempt ? [] : [store.payments.put(attempt, payment)]),
        ...store.budgets.book(
          settleEntry(of, { tranche: number, attempt: payment.attempt, endToEndId, amount, round }),
          ...partsAtSettlement(of, payment),
        ),
        ...(await report(result)),
      ],
      result,
    };
  });
}

function settlement(proposal: ProposalIn<'payment' | 'follow-up'>, number: number): Settlement {
  return {
    outcome: 'settled',
    proposal,
    tranche: trancheIn(proposal, number, 'settled'),
    remaining: openTranches(proposal).length,
  };
}

type SettleDeps = MessageDeps & StatusLinkDeps & { store: MessageDeps['store'] & SettleStore };

/** The same, and notifies the group of a tranche that settled, with it. @throws {PaymentNotSettled} {WrongTranche} {NotFound} */
export function settleAndNotify(deps: SettleDeps, step: TrancheStep): Promise<Settlement> {
  return reporting(
    deps,
    step.now,
    (settled: Settlement) => settledNotices(deps, settled, step.now),
    (report) => settle(deps.store, step, report),
  );
}

async function settledNotices(
  deps: SettleDeps,
  { proposal, tranche }: Settlement,
  now: string,
): Promise<QueuedMessage[]> {
  const { id: proposalId } = proposal;
  const { number, attempts, amount, valueDate, bankReference } = tranche;
  return writeNotices(deps, await recipientsOf(deps.store.people, proposal), {
    // A tranche that came back settles again, by another attempt.
    idPrefix: `${proposalId}.settled.${number}-${attempts}.`,
    subjectId: proposalId,
    template: 'tranche-settled',
    facts: (to) =>
      factsFor(
        deps,
        to,
        {
          proposalId,
          groupName: groupNameOf(proposal),
          tranche: number,
          amount: formatRupiah(amount),
          account: maskAccount(proposal.content.account.number),
          settledOn: valueDate ?? jakartaDate(now),
          ...(bankReference !== undefined && bankReference !== '' && { reference: bankReference }),
        },
        now,
      ),
    now,
  });
}

const eventSchema = z.object({ proposalId: z.string(), tranche: z.int().positive(), now: nowSchema });

export const handler = taskHandler(
  'payment/settle-tranche',
  eventSchema,
  async (step, { env, store, metrics }) => {
    const deps = { store, ...postOf(env), linkBaseUrl: env.LINK_BASE_URL };
    const { outcome, hold = 0, remaining } = await settleAndNotify(deps, step);
    if (outcome !== 'settled') return { outcome, hold, remaining };
    metrics.addMetric('TrancheSettled', 'Count', 1);
    return { outcome, remaining };
  },
);
