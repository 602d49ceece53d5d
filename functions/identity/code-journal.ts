/** On whose chain of events it stands that wrong codes locked something, or that it was unlocked. */
import { readAskId } from '#domain/asks/ask-id.ts';
import { isReleaseId } from '#domain/money/payment-run.ts';

/** An ask's proposal; for the release of a payment run the bank's journal; undefined for what is neither. */
export function chainOfCoded(id: string): { proposalId: string } | { journal: 'bank' } | undefined {
  if (isReleaseId(id)) return { journal: 'bank' };
  const proposalId = readAskId(id)?.proposalId;
  return proposalId === undefined ? undefined : { proposalId };
}
