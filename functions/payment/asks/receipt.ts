/** The members say whether the benefit reached them: what becomes of an answer that comes after the group's. */
import { deniedLate } from '#domain/asks/ask-events.ts';
import { isAwarded } from '#domain/proposal/proposal.ts';
import { countReceipts, noteReceipts } from '#domain/proposal/receipts.ts';
import type { Behaviour } from '#functions/asks/behaviour.ts';
import { auditorNotices } from '#functions/notifications/auditor-notices.ts';
import { trancheFacts } from '#functions/payment/tranche-facts.ts';
import { packOf } from '#programmes/index.ts';

export const receipt: Behaviour<'receipt'> = {
  page: { facts: (shown) => trancheFacts(shown, shown.ask.about.tranche) },
  late: {
    isSettled: async (_, { outcome }) => outcome === 'quorum',
    denied: (answered) => deniedLate('receipt.denied-late', answered),
    noted(proposal, { about, quorum }, { assignee, ...part }) {
      if (!isAwarded(proposal) || assignee.kind !== 'member') return proposal;
      const outcome = part.outcome === 'confirmed' ? 'confirmed' : 'denied';
      const answers = [{ member: assignee.number, outcome, at: part.answeredAt } as const];
      return noteReceipts(proposal, about.tranche ?? 1, { of: quorum?.of ?? 1, answers }, part.answeredAt)
        .proposal;
    },
    /** To the auditors. */
    async notices(deps, proposal, part, now) {
      const tranche = isAwarded(proposal)
        ? proposal.tranches.find(({ number }) => number === part.about.tranche)
        : undefined;
      if (tranche?.receipts === undefined) return [];
      return auditorNotices(deps, {
        occasion: `${part.id}.denied-late`,
        proposal,
        tranche: tranche.number,
        counts: countReceipts(tranche.receipts),
        needed: packOf(proposal).payment.receipt.quorum,
        now,
      });
    },
  },
};
