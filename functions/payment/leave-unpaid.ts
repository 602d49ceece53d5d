/**
 * Records that a tranche stays unpaid, and why, and frees the money that it held.
 *
 * A tranche stays unpaid: it says so and why, and in the same transaction the money that it held is free for others.
 *
 * The tranches after it will never open, so they stay unpaid with it. Money that may be with the bank is never freed.
 */
import * as z from 'zod';
import { lastDaysOf } from '#domain/calendar.ts';
import { releaseEntries } from '#domain/money/ledger.ts';
import { mayBeOut, type PaymentAttempt } from '#domain/money/payment.ts';
import type { Proposal } from '#domain/proposal/proposal.ts';
import { leaveUnpaid } from '#domain/proposal/tranche-payment.ts';
import { heldMoney, inPayment, trancheIn } from '#domain/proposal/tranches.ts';
import { jakartaDate, type LastDays } from '#domain/working-days.ts';
import type { TrancheStep } from '#functions/payment/tranche.ts';
import { withInquiry } from '#functions/payment/tranche-answers.ts';
import { calendarInForce } from '#functions/runtime/calendar-in-force.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import type { Change } from '#functions/store/commit.ts';
import type { Store } from '#functions/store/store.ts';

/** A tranche was to stay unpaid although its payment may have left, or has arrived. The workflow never does. */
export class PaymentNotRefused extends Error {
  override readonly name = 'PaymentNotRefused';
  constructor(payment: PaymentAttempt) {
    const questions = payment.questions?.join(', ') ?? '';
    const asked = questions === '' ? '' : `, and in question (${questions})`;
    super(`Payment ${payment.endToEndId} is ${payment.state}${asked}; its tranche cannot be left unpaid.`);
  }
}

type UnpaidStore = Pick<Store, 'asks' | 'budgets' | 'calendar' | 'payments' | 'proposals'>;

/** Why a tranche stays unpaid for want of a paper, and which paper's last day it then is about. */
const wantOf: Readonly<Record<string, 'spp' | 'spm' | 'sp2d'>> = {
  'documents-missing': 'spp',
  'spp-not-issued': 'spp',
  'spm-not-issued': 'spm',
  'spm-refused': 'spm',
  'order-cancelled': 'spm',
  'sp2d-not-issued': 'sp2d',
  'sp2d-refused': 'sp2d',
  'account-not-corrected': 'sp2d',
  'account-not-accepted': 'sp2d',
  'account-papers-missing': 'sp2d',
};

/** The reason, by its name: what could not be issued any more, because its last day was over, has lapsed. */
function reasonOn(reason: string, lastDays: LastDays, today: string): string {
  const paper = wantOf[reason];
  return paper !== undefined && today > lastDays[paper] ? 'lapsed' : reason;
}

/**
 * Leaves the tranche unpaid, and those after it, which now will never open; once, again it writes nothing.
 *
 * @throws {PaymentNotRefused} {WrongTranche} {WrongStage}
 */
export function leaveTrancheUnpaid(
  store: UnpaidStore,
  { proposalId, tranche: number, reason, now }: TrancheStep & { reason: string },
): Promise<Proposal> {
  return store.proposals.update<Proposal>(proposalId, now, async (before) => {
    const proposal = inPayment(before, 'leave a tranche unpaid');
    const tranche = trancheIn(proposal, number, 'left unpaid');
    if (tranche.status === 'unpaid') return { result: proposal };
    const line = proposal.award.budgetLine;
    const lastDays = lastDaysOf(line.year, await calendarInForce(store, now));
    const { left, ...unpaid } = leaveUnpaid(
      proposal,
      number,
      reasonOn(reason, lastDays, jakartaDate(now)),
      now,
    );
    return {
      ...unpaid,
      changes: [
        ...(await refused(store, proposalId, number, now)),
        ...store.budgets.book(
          ...releaseEntries({ line, proposalId, at: now }, { tranche: number }, heldMoney(left)),
        ),
      ],
      result: unpaid.proposal,
    };
  });
}

/**
 * Makes sure that no attempt's money is out, may be, or is in question; where the bank said of the last to a person only that it was
 * refused, writes it down.
 */
async function refused(
  { asks, payments }: Pick<UnpaidStore, 'asks' | 'payments'>,
  proposalId: string,
  tranche: number,
  now: string,
): Promise<Change[]> {
  const attempts = await payments.list(proposalId, tranche);
  const last = attempts.at(-1);
  if (last === undefined) return [];
  const payment = withInquiry(await asks.bySubject(proposalId), last, now);
  const earlier = attempts.slice(0, -1);
  const out = [...earlier, payment].find(mayBeOut);
  if (out !== undefined) throw new PaymentNotRefused(out);
  return [
    // Written as they are, so that a question which comes up meanwhile is looked at again.
    ...earlier.map((each) => payments.put(each, each)),
    payments.put(last, payment),
  ];
}

const eventSchema = z.object({
  proposalId: z.string(),
  tranche: z.int().positive(),
  reason: z.string().min(1),
  now: nowSchema,
});

export const handler = taskHandler('payment/leave-unpaid', eventSchema, async (step, { store, metrics }) => {
  const proposal = await leaveTrancheUnpaid(store, step);
  const { unpaidReason = step.reason } = trancheIn(
    inPayment(proposal, 'say why'),
    step.tranche,
    'left unpaid',
  );
  metrics.addMetric('TrancheUnpaid', 'Count', 1);
  return { outcome: 'unpaid' as const, reason: unpaidReason };
});
