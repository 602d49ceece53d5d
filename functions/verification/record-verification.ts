/**
 * Records that a proposal was verified.
 *
 * Verification ended well: what it found is written down, and approval may begin.
 */

import * as z from 'zod';
import type { AnsweredAsk } from '#domain/asks/ask.ts';
import type { AskKind } from '#domain/asks/ask-kinds.ts';
import { kinds } from '#domain/asks/kinds.ts';
import { askIdOf } from '#domain/identifiers.ts';
import { type Proposal, type Verdict, verify } from '#domain/proposal/proposal.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import type { Decision } from '#functions/store/proposals.ts';
import type { Store } from '#functions/store/store.ts';

type VerdictStore = Pick<Store, 'asks' | 'proposals'>;

function membershipOf(
  asks: readonly AnsweredAsk[],
  proposalId: string,
  round: number,
): Verdict['membership'] {
  const answered = (kind: AskKind, key: string) =>
    asks.find(({ id }) => id === askIdOf(proposalId, kind, key));
  // In a later round the members are not asked again if they are the same: the latest confirmation counts.
  for (let confirmed = round; confirmed >= 1; confirmed--) {
    const key = String(confirmed);
    const ask = answered('membership', key);
    const answer = ask && kinds.membership.answer.parse(ask.answer);
    if (answer?.outcome === 'quorum') return { confirmed: answer.confirmed, of: answer.of };
    const review = answered('membership-review', key);
    if (ask !== undefined && review?.outcome === 'mistaken') return reviewed(asks, ask, review);
  }
  return undefined;
}

/** A denial was found to be a mistake: what every member said stays as it was said, and so does who decided on it. */
function reviewed(
  asks: readonly AnsweredAsk[],
  { id, quorum }: AnsweredAsk,
  { answer, answeredBy }: AnsweredAsk,
): Verdict['membership'] {
  const said = (outcome: string) =>
    asks.filter((part) => part.parent === id && part.outcome === outcome).length;
  return {
    confirmed: said('confirmed'),
    of: quorum?.of ?? 1,
    review: {
      denied: said('denied'),
      by: answeredBy.kind === 'person' ? answeredBy.id : answeredBy.kind,
      reason: typeof answer.reason === 'string' ? answer.reason : '',
    },
  };
}

function siteVisitOf(asks: readonly AnsweredAsk[], proposalId: string, round: number): Verdict['siteVisit'] {
  const ask = asks.find(({ id }) => id === askIdOf(proposalId, 'site-visit', String(round)));
  if (ask === undefined || ask.answeredBy.kind !== 'person') return undefined;
  const { visitedOn, latitude, longitude } = kinds['site-visit'].answer.parse(ask.answer);
  return {
    visitedOn,
    by: ask.answeredBy.id,
    ...(latitude !== undefined && { latitude }),
    ...(longitude !== undefined && { longitude }),
  };
}

/** Records the verdict of a round, once; again it writes nothing. */
export function recordVerification(
  store: VerdictStore,
  { proposalId, round, now }: { proposalId: string; round: number; now: string },
): Promise<Proposal> {
  return store.proposals.update(proposalId, now, async (proposal): Promise<Decision<Proposal>> => {
    if (proposal.stage === 'approval' && proposal.verdict.round === round) return { result: proposal };
    const asks = (await store.asks.withParts(proposalId)).filter((ask) => ask.status === 'answered');
    const membership = membershipOf(asks, proposalId, round);
    const siteVisit = siteVisitOf(asks, proposalId, round);
    const verdict: Verdict = {
      round,
      verifiedAt: now,
      ...(membership !== undefined && { membership }),
      ...(siteVisit !== undefined && { siteVisit }),
    };
    const verified = verify(proposal, verdict, now);
    return {
      proposal: verified,
      events: [
        {
          at: now,
          actor: { kind: 'system', id: 'verification/record-verification' },
          action: 'proposal.verified',
          facts: {
            round,
            membersConfirmed: membership?.confirmed ?? null,
            membersDenied: membership?.review?.denied ?? 0,
            visitedOn: siteVisit?.visitedOn ?? null,
          },
        },
      ],
      result: verified,
    };
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
