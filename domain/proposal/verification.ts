/** Verification, from its findings to approval, and the way back to it from approval. */
import type { Actor } from './audit.ts';
import type { Return, VerificationFindings } from './decisions.ts';
import { event } from './events.ts';
import { type Decided, inStage, type Proposal, type ProposalIn } from './proposal.ts';

/** As the record has always named it. */
const verification: Actor = { kind: 'system', id: 'verification/record-verification' };

/** Verification ended well. */
export function verify(
  proposal: Proposal,
  findings: VerificationFindings,
  now: string,
): Decided<ProposalIn<'approval'>> {
  const { problems: _, ...before } = inStage(proposal, ['verification'], 'be verified');
  const { round, membership, siteVisit } = findings;
  return {
    proposal: { ...before, stage: 'approval', findings, round, updatedAt: now },
    events: [
      event(
        now,
        'proposal.verified',
        {
          round,
          membersConfirmed: membership?.confirmed ?? null,
          membersDenied: membership?.review?.denied ?? 0,
          visitedOn: siteVisit?.visitedOn ?? null,
        },
        verification,
      ),
    ],
  };
}

/** An approver sends the proposal back to verification, into the next round. The answer says so: there is no other event. */
export function returnToVerification(
  proposal: Proposal,
  returned: Return,
  now: string,
): Decided<ProposalIn<'verification'>> {
  const { findings: _, ...before } = inStage(proposal, ['approval'], 'be returned');
  return {
    proposal: {
      ...before,
      stage: 'verification',
      round: before.round + 1,
      returns: [...before.returns, returned],
      updatedAt: now,
    },
    events: [],
  };
}
