/** The tranches of an award: finding and changing one, its opening, and the money that they hold. */
import { type Rupiah, sumRupiah } from '../money/rupiah.ts';
import { event } from './events.ts';
import {
  type AwardedProposal,
  type Decided,
  inStage,
  type Proposal,
  type ProposalIn,
  WrongTranche,
} from './proposal.ts';
import type { Tranche } from './tranche.ts';

/** A proposal while its money can still move. */
export type PayableProposal = ProposalIn<'payment' | 'follow-up'>;

/** The awarded proposal while money can still move. @throws {WrongStage} */
export function inPayment(proposal: Proposal, step: string): PayableProposal {
  return inStage(proposal, ['payment', 'follow-up'], step);
}

/** @throws {WrongTranche} when there is no such tranche */
export function trancheIn(proposal: AwardedProposal, number: number, step: string): Tranche {
  const tranche = proposal.tranches.find((each) => each.number === number);
  if (tranche === undefined) throw new WrongTranche(proposal, number, step);
  return tranche;
}

/** Changes one tranche. @throws {WrongTranche} when there is no such tranche */
export function updateTranche<P extends AwardedProposal>(
  proposal: P,
  number: number,
  change: (tranche: Tranche) => Tranche,
  now: string,
): P {
  trancheIn(proposal, number, 'changed');
  const tranches = proposal.tranches.map((tranche) =>
    tranche.number === number ? change(tranche) : tranche,
  );
  return { ...proposal, tranches, updatedAt: now };
}

/** A planned tranche opens: its papers are asked for. @throws {WrongTranche} */
export function openTranche(
  proposal: PayableProposal,
  number: number,
  now: string,
): Decided<PayableProposal> {
  const { status, amount } = trancheIn(proposal, number, 'opened');
  if (status !== 'planned') throw new WrongTranche(proposal, number, 'opened');
  return {
    proposal: updateTranche(proposal, number, (each) => ({ ...each, status: 'open', openedAt: now }), now),
    events: [event(now, 'tranche.opened', { tranche: number, amount })],
  };
}

/** The tranches that are still to be paid. */
export function openTranches(proposal: AwardedProposal): Tranche[] {
  return proposal.tranches.filter((tranche) => tranche.status !== 'settled' && tranche.status !== 'unpaid');
}

/** The money that has reached the group. */
export function receivedAmount(proposal: AwardedProposal): Rupiah {
  return sumRupiah(
    proposal.tranches.filter((tranche) => tranche.status === 'settled').map((tranche) => tranche.amount),
  );
}

/** What the tranches hold of their budget line: committed until they are in payment, then reserved until settled. */
export function heldMoney(tranches: readonly Tranche[]): { committed: Rupiah; reserved: Rupiah } {
  const sum = (...statuses: Tranche['status'][]) =>
    sumRupiah(tranches.filter(({ status }) => statuses.includes(status)).map(({ amount }) => amount));
  return { committed: sum('planned', 'open'), reserved: sum('reserved') };
}
