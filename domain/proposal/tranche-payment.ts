/** The payment of a reserved tranche: attempted, settled, come back, or left. */
import {
  type DecidedPayment,
  lapsePayment,
  makeReady,
  type PaymentAttempt,
  type PaymentIn,
  sendBySp2d,
} from '../money/payment.ts';
import { isTreasury } from '../money/rail.ts';
import type { BankAccount } from '../packet/packet.ts';
import {
  type AcceptedAccount,
  type AccountLetter,
  acceptanceFacts,
  isSameAccount,
} from './account-acceptance.ts';
import { event } from './events.ts';
import {
  type AwardedProposal,
  type Decided,
  inStage,
  type Proposal,
  type ProposalIn,
  WrongTranche,
} from './proposal.ts';
import type { Paper, Tranche } from './tranche.ts';
import { inPayment, type PayableProposal, trancheIn, updateTranche } from './tranches.ts';

/** Which account it is: the attempt that was refused, and how many were given since. */
interface Given {
  tranche: number;
  attempt: number;
  turn: number;
}

/**
 * The PPK accepted another account after an attempt was refused: it is the group's from now on, and the one that may be paid to.
 * The event says which letter lay before them.
 *
 * @throws {WrongStage} {WrongTranche} for a tranche that was left unpaid meanwhile
 */
export function acceptAccount(
  proposal: PayableProposal,
  {
    tranche: number,
    attempt,
    account,
    letter,
    by,
  }: Given & { account: BankAccount; letter: AccountLetter | undefined; by: { kind: 'person'; id: string } },
  now: string,
): Decided<PayableProposal> {
  if (trancheIn(proposal, number, 'paid to another account').status !== 'reserved')
    throw new WrongTranche(proposal, number, 'paid to another account');
  const { content, award } = proposal;
  const from = content.account;
  const { before = [], letter: _, ...last } = award.account ?? { account: from, by: by.id, at: now };
  const accepted: AcceptedAccount = {
    ...{ account, by: by.id, at: now },
    ...(letter !== undefined && { letter }),
    before: isSameAccount(from, account) ? before : [...before, last],
  };
  const changed = { ...proposal, content: { ...content, account }, award: { ...award, account: accepted } };
  return {
    proposal: updateTranche(
      changed,
      number,
      ({ accountGiven: __, accountSentBack: ___, ...rest }) => rest,
      now,
    ),
    events: [
      event(
        now,
        'account.accepted',
        acceptanceFacts(account, letter, { tranche: number, attempt, from }),
        by,
      ),
    ],
  };
}

/** The group gave another account, which no other living proposal has: the PPK is asked about it. The answer says so: there is no other event. */
export function noteGivenAccount(
  proposal: PayableProposal,
  { tranche: number, attempt, turn }: Given,
  now: string,
): Decided<PayableProposal> {
  return {
    proposal: updateTranche(
      proposal,
      number,
      ({ accountSentBack: _, ...tranche }) => ({ ...tranche, accountGiven: { attempt, turn } }),
      now,
    ),
    events: [],
  };
}

/**
 * The account goes back to the group, which is told why. The PPK's answer says so, or the record of the proposal whose account it
 * is: there is no other event.
 *
 * @param reason the PPK's; without one it is the account of another living proposal
 */
export function refuseAccount(
  proposal: PayableProposal,
  { tranche: number, attempt, turn }: Given,
  reason: string | undefined,
  now: string,
): Decided<PayableProposal> {
  return {
    proposal: updateTranche(
      proposal,
      number,
      ({ accountGiven: _, ...tranche }) => ({
        ...tranche,
        accountSentBack: { attempt, turn, ...(reason !== undefined && { reason }) },
      }),
      now,
    ),
    events: [],
  };
}

/**
 * An attempt at paying a reserved tranche begins, by the SP2D that was issued: ready for the next run, or sent, where the SP2D
 * itself moves the money.
 *
 * @throws {WrongTranche} for one that was left unpaid meanwhile {WrongPaymentState}
 */
export function beginAttempt(
  proposal: PayableProposal,
  planned: PaymentIn<'planned'>,
  sp2d: Paper,
  now: string,
): Decided<PayableProposal> & DecidedPayment<PaymentIn<'ready' | 'sent'>> {
  const { tranche: number, attempt, rail } = planned;
  // Left unpaid meanwhile, its money is another's: a call that comes late must not send it all the same.
  if (trancheIn(proposal, number, 'paid').status !== 'reserved')
    throw new WrongTranche(proposal, number, 'paid');
  return {
    ...(isTreasury(rail) ? sendBySp2d(planned, sp2d, now) : makeReady(planned, sp2d.number, now)),
    proposal: updateTranche(proposal, number, (each) => ({ ...each, sp2d, attempts: attempt }), now),
  };
}

/** An attempt that cannot begin any more, because the fiscal year is over: it is held for good. @throws {WrongTranche} */
export function lapseAttempt(
  proposal: PayableProposal,
  planned: PaymentIn<'planned'>,
  now: string,
): Decided<PayableProposal> & DecidedPayment<PaymentIn<'lapsed'>> {
  const { tranche: number, attempt } = planned;
  if (trancheIn(proposal, number, 'paid').status !== 'reserved')
    throw new WrongTranche(proposal, number, 'paid');
  return {
    ...lapsePayment(planned, now),
    proposal: updateTranche(proposal, number, (each) => ({ ...each, attempts: attempt }), now),
  };
}

/** Keeps why the bank did not pay an attempt, for the group that is to give another account; what the bank said is an event of the payment. */
export function noteRefusal(
  proposal: PayableProposal,
  {
    tranche: number,
    attempt,
    reasonCode,
    reasonText,
  }: Pick<PaymentIn<'rejected'>, 'tranche' | 'attempt' | 'reasonCode' | 'reasonText'>,
  now: string,
): Decided<PayableProposal> {
  return {
    proposal: updateTranche(
      proposal,
      number,
      (tranche) => ({
        ...tranche,
        refused: { attempt, reasonCode, ...(reasonText !== undefined && { reasonText }) },
      }),
      now,
    ),
    events: [],
  };
}

/** Keeps who holds the payment of a tranche, and why, for those who are asked about it; the hold itself is the payment's. */
export function noteHeld(
  proposal: PayableProposal,
  number: number,
  held: NonNullable<Tranche['held']>,
  now: string,
): Decided<PayableProposal> {
  return { proposal: updateTranche(proposal, number, (tranche) => ({ ...tranche, held }), now), events: [] };
}

/** A reserved tranche has reached the group's account: once only. @throws {WrongTranche} */
export function settleTranche(
  proposal: PayableProposal,
  payment: Pick<
    Extract<PaymentAttempt, { state: 'settled' }>,
    'tranche' | 'amount' | 'endToEndId' | 'settledAt' | 'valueDate' | 'bankReference'
  >,
  now: string,
): Decided<PayableProposal> {
  const { tranche: number, amount, endToEndId, settledAt, valueDate, bankReference } = payment;
  return {
    proposal: updateTranche(
      proposal,
      number,
      (tranche) => {
        if (tranche.status !== 'reserved') throw new WrongTranche(proposal, number, 'settled');
        return { ...tranche, status: 'settled', settledAt, valueDate, bankReference };
      },
      now,
    ),
    events: [
      event(now, 'tranche.settled', { tranche: number, amount, endToEndId, bankReference, valueDate }),
    ],
  };
}

/** Which money came back. */
type Returned = Pick<PaymentAttempt, 'tranche' | 'amount' | 'endToEndId'>;

/**
 * Money that had settled came back: the tranche is in payment again, and keeps when it was paid.
 *
 * @throws {WrongTranche}
 */
export function returnTranche<P extends AwardedProposal>(
  proposal: P,
  { tranche: number, amount, endToEndId }: Returned,
  now: string,
): Decided<P> {
  return {
    proposal: updateTranche(
      proposal,
      number,
      (tranche) => {
        const { settledAt, valueDate: _, bankReference: __, ...rest } = tranche;
        if (tranche.status !== 'settled' || settledAt === undefined)
          throw new WrongTranche(proposal, number, 'returned');
        const returned = [...(tranche.returned ?? []), { endToEndId, settledAt, returnedAt: now }];
        return { ...rest, status: 'reserved', returned };
      },
      now,
    ),
    events: [event(now, 'tranche.reopened', { tranche: number, amount, endToEndId })],
  };
}

/** After the close a tranche that came back stays unpaid. @throws {WrongStage} {WrongTranche} */
export function leaveReturned(
  proposal: Proposal,
  { tranche: number, amount }: Pick<Returned, 'tranche' | 'amount'>,
  reason: string,
  now: string,
): Decided<ProposalIn<'closed'>> {
  const before = inStage(proposal, ['closed'], 'leave a returned tranche unpaid');
  if (trancheIn(before, number, 'left unpaid').status !== 'reserved')
    throw new WrongTranche(proposal, number, 'left unpaid');
  return {
    proposal: updateTranche(
      before,
      number,
      (tranche) => ({ ...tranche, status: 'unpaid', unpaidReason: reason }),
      now,
    ),
    events: [event(now, 'tranche.unpaid', { tranche: number, amount, reason })],
  };
}

/** Why the tranches after an unpaid one stay unpaid. */
const earlierUnpaid = 'earlier-tranche-unpaid';

/**
 * A tranche will not be paid, nor those after it, which now will never open. Where it had been paid and came back, those after
 * it have a way of their own.
 *
 * @returns also the tranches that stay unpaid by it, as they were, with the money that they held
 * @throws {WrongStage} {WrongTranche}
 */
export function leaveUnpaid(
  proposal: Proposal,
  number: number,
  reason: string,
  now: string,
): Decided<PayableProposal> & { left: readonly Tranche[] } {
  const before = inPayment(proposal, 'leave a tranche unpaid');
  const cameBack = trancheIn(before, number, 'left unpaid').returned !== undefined;
  const left = before.tranches
    .filter((each) => each.number === number || (each.number > number && !cameBack))
    .filter(({ status }) => status !== 'unpaid');
  const settled = left.find(({ status }) => status === 'settled');
  if (settled !== undefined) throw new WrongTranche(proposal, settled.number, 'left unpaid');
  const why = (each: Tranche) => (each.number === number ? reason : earlierUnpaid);
  return {
    proposal: left.reduce(
      (changed, { number: one }) =>
        updateTranche(
          changed,
          one,
          (tranche) => ({ ...tranche, status: 'unpaid', unpaidReason: why(tranche) }),
          now,
        ),
      before,
    ),
    events: left.map((each) =>
      event(now, 'tranche.unpaid', { tranche: each.number, amount: each.amount, reason: why(each) }),
    ),
    left,
  };
}
