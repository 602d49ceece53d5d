/** What the auditors are notified of: what members said of a benefit that they should have received. */
import type { Proposal } from '#domain/proposal/proposal.ts';
import { writeNotices } from '#functions/notifications/notify.ts';
import { auditorsFor, groupNameOf } from '#functions/notifications/recipients.ts';
import type { MessageDeps } from '#functions/notifications/write-message.ts';
import type { QueuedMessage } from '#functions/store/outbox.ts';
import type { Store } from '#functions/store/store.ts';

export interface DoubtfulReceipts {
  /** What the message's id begins with: an occasion is reported once. */
  occasion: string;
  proposal: Proposal;
  tranche: number;
  counts: { confirmed: number; denied: number; of: number };
  /** How many must confirm. */
  needed: number;
  now: string;
}

/** One mail to each auditor of the region, for the transaction that records what was said. */
export async function auditorNotices(
  deps: MessageDeps & { store: Pick<Store, 'people'> },
  { occasion, proposal, tranche, counts, needed, now }: DoubtfulReceipts,
): Promise<QueuedMessage[]> {
  return writeNotices(deps, await auditorsFor(deps.store.people, proposal), {
    idPrefix: `${occasion}.`,
    subjectId: proposal.id,
    template: 'receipts-doubtful',
    facts: { proposalId: proposal.id, groupName: groupNameOf(proposal), tranche, ...counts, needed },
    now,
  });
}
