/** The input that all steps of a tranche share. */
export interface TrancheStep {
  proposalId: string;
  /** Counts from 1. */
  tranche: number;
  now: string;
}
