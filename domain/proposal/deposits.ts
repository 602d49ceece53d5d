/** Money that goes back to kas negara: what a group owes, from its first rupiah stated or recalled to its confirmed deposit. */
import {
  type Billing,
  bill,
  type Confirmation,
  cancel,
  confirm,
  type Deposit,
  type DepositIn,
  type DepositSummary,
  expireBilling,
  handIn,
  owe,
  refuseSlip,
  type Slip,
} from '../money/deposit.ts';
import { type Rupiah, rupiah, sumRupiah, zeroRupiah } from '../money/rupiah.ts';
import type { Actor } from './audit.ts';
import { event, type ProposalEvent } from './events.ts';
import { type AwardedProposal, depositsOf, inStage, type Proposal, type ProposalIn } from './proposal.ts';
import { receivedAmount } from './tranches.ts';

/** A proposal that can owe money: it was paid for good. */
export type OwingProposal = ProposalIn<'follow-up' | 'closed'>;

/** The deposit as it is afterwards, and what the record says of it. */
export interface DecidedDeposit<D extends Deposit = Deposit> {
  deposit: D;
  events: readonly ProposalEvent[];
}

/** The money that went back to the treasury. @param asOf what came after that moment (ISO 8601) does not count */
export function depositedAmount(proposal: Proposal, asOf?: string): Rupiah {
  return sumRupiah(
    depositsOf(proposal)
      .filter(({ depositedAt }) => depositedAt !== undefined && (asOf === undefined || depositedAt <= asOf))
      .map(({ amount }) => amount),
  );
}

/**
 * What the group has received and neither paid back nor owes: that much it accounts for, and no more can be asked back.
 *
 * @param tranche only of this tranche: of its amount, what has not been recalled
 */
export function keptAmount(proposal: AwardedProposal, tranche?: number): Rupiah {
  const demanded = depositsOf(proposal).filter(({ status }) => status !== 'cancelled');
  const kept = receivedAmount(proposal) - sumRupiah(demanded.map(({ amount }) => amount));
  if (tranche === undefined) return rupiah(Math.max(0, kept));
  const paid = proposal.tranches.find(({ number, status }) => number === tranche && status === 'settled');
  const recalled = sumRupiah(demanded.filter((each) => each.tranche === tranche).map(({ amount }) => amount));
  return rupiah(Math.max(0, Math.min(kept, (paid?.amount ?? zeroRupiah) - recalled)));
}

/** Thrown when more is to go back than was paid and is not on its way back already. */
export class MoreThanPaid extends Error {
  override readonly name = 'MoreThanPaid';
  constructor(proposal: Proposal, amount: number, kept: number) {
    super(`${amount} cannot go back from proposal ${proposal.id}: ${kept} is left of what it was paid`);
  }
}

/** Which deposit, as its events have it. */
function about({ number, amount }: Pick<Deposit, 'number' | 'amount'>) {
  return { deposit: number, amount };
}

/** Money is owed to the treasury, because it is left over or recalled. @throws {MoreThanPaid} {WrongStage} */
export function oweDeposit(
  proposal: Proposal,
  { amount, why, by }: { amount: Rupiah; why: Deposit['why']; by: Actor },
  now: string,
): DecidedDeposit<DepositIn<'owed'>> & { proposal: OwingProposal } {
  const before = inStage(proposal, ['follow-up', 'closed'], 'owe a deposit');
  const tranche = why.origin === 'recalled' ? why.tranche : undefined;
  const kept = keptAmount(before, tranche);
  if (amount < 1 || amount > kept) throw new MoreThanPaid(proposal, amount, kept);
  const known = depositsOf(before);
  const deposit = owe({ proposalId: before.id, number: known.length + 1, why, amount }, now);
  const { number } = deposit;
  const owed: DepositSummary = { number, ...(tranche !== undefined && { tranche }), amount, status: 'owed' };
  return {
    proposal: { ...before, deposits: [...known, owed], updatedAt: now },
    deposit,
    events: [
      event(
        now,
        'deposit.owed',
        why.origin === 'recalled'
          ? { ...about(deposit), origin: 'recalled', tranche: why.tranche, decision: why.decision }
          : { ...about(deposit), origin: 'leftover', lpj: why.lpj },
        by,
      ),
    ],
  };
}

/** An office brought a billing code. @throws {WrongDepositState} */
export function billDeposit(
  deposit: Deposit,
  { code, expiresOn, round, by }: Pick<Billing, 'code' | 'expiresOn'> & { round: number; by: Actor },
  now: string,
): DecidedDeposit<DepositIn<'billed'>> {
  const who = by.kind === 'person' ? by.id : by.kind;
  return {
    deposit: bill(deposit, { code, expiresOn, by: who }, round),
    events: [event(now, 'deposit.billed', { ...about(deposit), code, expiresOn }, by)],
  };
}

/** The billing code can be paid no longer. @throws {WrongDepositState} */
export function expireDepositBilling(
  deposit: Deposit,
  { round, by }: { round: number; by: Actor },
  now: string,
): DecidedDeposit<DepositIn<'owed'>> {
  return {
    deposit: expireBilling(deposit),
    events: [event(now, 'deposit.code-expired', { ...about(deposit), round }, by)],
  };
}

/** The group handed in its slip. @throws {WrongDepositState} */
export function handInSlip(
  deposit: Deposit,
  { ntpn, depositedOn, by }: Pick<Slip, 'ntpn' | 'depositedOn'> & { by: Actor },
  now: string,
): DecidedDeposit<DepositIn<'handed-in'>> {
  return {
    deposit: handIn(deposit, { ntpn, depositedOn, at: now }),
    events: [event(now, 'deposit.handed-in', { ...about(deposit), ntpn, depositedOn }, by)],
  };
}

/** The slip is no proof: the group is asked for another. @throws {WrongDepositState} */
export function refuseDepositSlip(
  deposit: Deposit,
  by: Actor,
  now: string,
): DecidedDeposit<DepositIn<'billed'>> & { ntpn: string } {
  const ntpn = deposit.state === 'handed-in' ? deposit.slip.ntpn : '';
  return {
    deposit: refuseSlip(deposit),
    events: [event(now, 'deposit.refused', { ...about(deposit), ntpn }, by)],
    ntpn,
  };
}

/** A deposit that was not made in time is asked for again. @param round counts from 1 */
export function askDepositAgain(
  deposit: Deposit,
  { round, by }: { round: number; by: Actor },
  now: string,
): DecidedDeposit {
  return {
    deposit: { ...deposit, round },
    events: [event(now, 'deposit.resumed', { ...about(deposit), round }, by)],
  };
}

/**
 * The money is in kas negara.
 *
 * @throws {MoreThanPaid} for a deposit out of money that the bank has sent back meanwhile {WrongDepositState} {WrongStage}
 *   {RangeError} for one that is not owed
 */
export function confirmDeposit(
  proposal: Proposal,
  deposit: Deposit,
  confirmed: Confirmation,
  now: string,
): DecidedDeposit<DepositIn<'deposited'>> & { proposal: OwingProposal } {
  const after = confirm(deposit, confirmed, now);
  const { why, slip } = after;
  return {
    proposal: ended(proposal, deposit.number, { status: 'deposited', depositedAt: now }, now),
    deposit: after,
    events: [
      event(now, 'deposit.confirmed', {
        ...about(after),
        ...(why.origin === 'recalled' && { tranche: why.tranche }),
        ...{ ntpn: slip.ntpn, depositedOn: slip.depositedOn },
        by: confirmed.by === 'person' ? confirmed.personId : 'statement',
      }),
    ],
  };
}

/** A deposit that was demanded by mistake is owed no longer. @throws {WrongDepositState} {WrongStage} {RangeError} for one that is not owed */
export function dropDeposit(
  proposal: Proposal,
  deposit: Deposit,
  { by, reason }: { by: string; reason: string },
  now: string,
): DecidedDeposit<DepositIn<'cancelled'>> & { proposal: OwingProposal } {
  const after = cancel(deposit, { by, reason }, now);
  return {
    proposal: ended(proposal, deposit.number, { status: 'cancelled' }, now),
    deposit: after,
    events: [event(now, 'deposit.cancelled', about(deposit), { kind: 'person', id: by })],
  };
}

/** What was owed has been deposited, or is owed no longer. */
function ended(
  proposal: Proposal,
  number: number,
  end: { status: 'cancelled' } | { status: 'deposited'; depositedAt: string },
  now: string,
): OwingProposal {
  const before = inStage(proposal, ['follow-up', 'closed'], 'end a deposit');
  const owed = depositsOf(before).find((each) => each.number === number && each.status === 'owed');
  if (owed === undefined) throw new RangeError(`proposal ${proposal.id} owes no deposit ${number}`);
  const left = receivedAmount(before) - depositedAmount(before);
  if (end.status === 'deposited' && owed.amount > left) throw new MoreThanPaid(proposal, owed.amount, left);
  const deposits = depositsOf(before).map((each) => (each.number === number ? { ...each, ...end } : each));
  return { ...before, deposits, updatedAt: now };
}
