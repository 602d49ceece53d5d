/** What a proposal owes to kas negara: how much can be asked back, and the deposits that begin and end with it. */
import {
  type Confirmation,
  cancel,
  confirm,
  type DecidedDeposit,
  type Deposit,
  type DepositIn,
  type DepositSummary,
  owe,
} from '../money/deposit.ts';
import { type Rupiah, rupiah, sumRupiah, zeroRupiah } from '../money/rupiah.ts';
import type { Problem } from '../text/problem.ts';
import type { Actor } from './audit.ts';
import { event, type ProposalEvent } from './events.ts';
import { type AwardedProposal, depositsOf, inStage, type Proposal, type ProposalIn } from './proposal.ts';
import { receivedAmount } from './tranches.ts';

/** A proposal that can owe money: it was paid for good. */
export type OwingProposal = ProposalIn<'follow-up' | 'closed'>;

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
  const number = known.length + 1;
  const owed: DepositSummary = { number, ...(tranche !== undefined && { tranche }), amount, status: 'owed' };
  return {
    ...owe({ proposalId: before.id, number, why, amount }, by, now),
    proposal: { ...before, deposits: [...known, owed], updatedAt: now },
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
  return {
    ...confirm(deposit, confirmed, now),
    proposal: ended(proposal, deposit.number, { status: 'deposited', depositedAt: now }, now),
  };
}

/** What speaks against the slip that waits to be confirmed, noted where the person who is asked finds it; nothing where it is known. */
export function doubtDeposit(
  proposal: Proposal,
  deposit: DepositIn<'handed-in'>,
  doubts: readonly Problem[],
  now: string,
): { proposal: Proposal; events: readonly ProposalEvent[] } {
  const before = inStage(proposal, ['follow-up', 'closed'], 'doubt a deposit');
  const { number, amount, slip } = deposit;
  const known = depositsOf(before).find((each) => each.number === number)?.doubts ?? [];
  if (JSON.stringify(known) === JSON.stringify(doubts)) return { proposal, events: [] };
  const deposits = depositsOf(before).map((each) =>
    each.number === number ? { ...each, doubts: [...doubts] } : each,
  );
  const why = doubts.map(({ code }) => code).join(' ');
  return {
    proposal: { ...before, deposits, updatedAt: now },
    events: [event(now, 'deposit.doubted', { deposit: number, amount, ntpn: slip.ntpn, why })],
  };
}

/** A deposit that was demanded by mistake is owed no longer. @throws {WrongDepositState} {WrongStage} {RangeError} for one that is not owed */
export function dropDeposit(
  proposal: Proposal,
  deposit: Deposit,
  { by, reason }: { by: string; reason: string },
  now: string,
): DecidedDeposit<DepositIn<'cancelled'>> & { proposal: OwingProposal } {
  return {
    ...cancel(deposit, { by, reason }, now),
    proposal: ended(proposal, deposit.number, { status: 'cancelled' }, now),
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
  const deposits = depositsOf(before).map(({ doubts, ...each }) =>
    each.number === number ? { ...each, ...end } : { ...each, ...(doubts !== undefined && { doubts }) },
  );
  return { ...before, deposits, updatedAt: now };
}
