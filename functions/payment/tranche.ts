/** What all steps of a tranche are told. */
export interface TrancheStep {
  proposalId: string;
  /** Counts from 1. */
  tranche: number;
  now: string;
}
