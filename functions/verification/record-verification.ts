/**
 * Records that a proposal was verified.
 *
 * Verification ended well: what it found is written down, and approval may begin.
 */

import * as z from 'zod';
import { answerAs, answeredAs, answeredAsk } from '#domain/asks/answered.ts';
import type { AnsweredAsk } from '#domain/asks/ask.ts';
import { membership } from '#domain/asks/kinds/membership.ts';
import { membershipReview } from '#domain/asks/kinds/membership-review.ts';
import { siteVisit } from '#domain/asks/kinds/site-visit.ts';
import type { VerificationFindings } from '#domain/proposal/decisions.ts';
import type { Proposal } from '#domain/proposal/proposal.ts';
import { verify } from '#domain/proposal/verification.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import type { Decision } from '#functions/store/proposals.ts';
import type { Store } from '#functions/store/store.ts';

type VerificationStore = Pick<Store, 'asks' | 'proposals'>;

function membershipOf(asks: readonly AnsweredAsk[], round: number): VerificationFindings['membership'] {
  // In a later round the members are not asked again if they are the same: the latest confirmation counts.
  for (let confirmed = round; confirmed >= 1; confirmed--) {
    const about = { round: confirmed };
    const ask = answeredAsk(asks, membership, about);
    const answer = answerAs(ask, membership)?.answer;
    if (answer?.outcome === 'quorum') return { confirmed: answer.confirmed, of: answer.of };
    const review = answeredAsk(asks, membershipReview, about);
    if (ask !== undefined && review?.outcome === 'mistaken') return reviewed(asks, ask, review);
  }
  return undefined;
}

/** A denial was found to be a mistake: what every member said stays as it was said, and so does who decided on it. */
function reviewed(
  asks: readonly AnsweredAsk[],
  { id, quorum }: AnsweredAsk,
  { answer, answeredBy }: AnsweredAsk,
): VerificationFindings['membership'] {
  const results = (outcome: string) =>
    asks.filter((part) => part.parent === id && part.outcome === outcome).length;
  return {
    confirmed: results('confirmed'),
    of: quorum?.of ?? 1,
    review: {
      denied: results('denied'),
      by: answeredBy.kind === 'person' ? answeredBy.id : answeredBy.kind,
      reason: typeof answer.reason === 'string' ? answer.reason : '',
    },
  };
}

function siteVisitOf(asks: readonly AnsweredAsk[], round: number): VerificationFindings['siteVisit'] {
  const visit = answeredAs(asks, siteVisit, { round });
  if (visit === undefined || visit.answeredBy.kind !== 'person') return undefined;
  const { visitedOn, latitude, longitude } = visit.answer;
  return {
    visitedOn,
    by: visit.answeredBy.id,
    ...(latitude !== undefined && { latitude }),
    ...(longitude !== undefined && { longitude }),
  };
}

/** Records the findings of a round, once; again it writes nothing. */
export function recordVerification(
  store: VerificationStore,
  { proposalId, round, now }: { proposalId: string; round: number; now: string },
): Promise<Proposal> {
  return store.proposals.update(proposalId, now, async (proposal): Promise<Decision<Proposal>> => {
    if (proposal.stage === 'approval' && proposal.findings.round === round) return { result: proposal };
    const asks = (await store.asks.withParts(proposalId)).filter((ask) => ask.status === 'answered');
    const membership = membershipOf(asks, round);
    const siteVisit = siteVisitOf(asks, round);
    const findings: VerificationFindings = {
      round,
      verifiedAt: now,
      ...(membership !== undefined && { membership }),
      ...(siteVisit !== undefined && { siteVisit }),
    };
    const verified = verify(proposal, findings, now);
    return { ...verified, result: verified.proposal };
  });
}

const eventSchema = z.object({ proposalId: z.string(), round: z.int().min(1), now: nowSchema });

export const handler = taskHandler(
  'verification/record-verification',
  eventSchema,
  async (task, { store, metrics }) => {
    await recordVerification(store, task);
    metrics.addMetric('ProposalVerified', 'Count', 1);
    return { outcome: 'verified' as const };
  },
);
