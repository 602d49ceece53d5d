/** What all steps of a tranche share. */
import {
  inStage,
  type Proposal,
  type ProposalIn,
  type Tranche,
  WrongTranche,
} from '#domain/proposal/proposal.ts';

export interface TrancheStep {
  proposalId: string;
  /** Counts from 1. */
  tranche: number;
  now: string;
}

/** The awarded proposal while money can still move. */
export function inPayment(proposal: Proposal, step: string): ProposalIn<'payment' | 'follow-up'> {
  return inStage(proposal, ['payment', 'follow-up'], step);
}

/** @throws {WrongTranche} when there is no such tranche */
export function trancheIn(
  proposal: ProposalIn<'payment' | 'follow-up'>,
  number: number,
  step: string,
): Tranche {
  const tranche = proposal.tranches.find((each) => each.number === number);
  if (tranche === undefined) throw new WrongTranche(proposal, number, step);
  return tranche;
}
