/** Follow-up: training, mentoring, the works and their wages, and what was not done in time. */

import { aboutText } from '../asks/about.ts';
import { type AskKind, kindOf } from '../asks/ask-kinds.ts';
import type { AnyAbout } from '../asks/kind.ts';
import type { AcceptedWages, WagePaper } from '../public-works/wages.ts';
import { acceptRoll, returnRoll } from '../public-works/wages.ts';
import type { Problem } from '../text/problem.ts';
import { dutyHolder, type FollowUpItem } from '../training/training.ts';
import { event } from './events.ts';
import { type AwardedProposal, type Decided, inStage, type Proposal, type ProposalIn } from './proposal.ts';

/** The first payment has settled: the follow-up begins, while remaining tranches continue. @throws {WrongStage} */
export function startFollowUp(
  proposal: Proposal,
  { settledOn, items }: { settledOn: string; items: FollowUpItem[] },
  now: string,
): Decided<ProposalIn<'follow-up'>> {
  const before = inStage(proposal, ['payment'], 'start its follow-up');
  return {
    proposal: { ...before, stage: 'follow-up', followUp: { settledOn, items }, updatedAt: now },
    events: [event(now, 'follow-up.started', { settledOn, items: items.length })],
  };
}

/** Something was not done in time. @param about which one of its kind */
export function noteOverdue<P extends Proposal>(
  proposal: P,
  { kind, about }: { kind: AskKind; about: AnyAbout },
  now: string,
): Decided<P> {
  return {
    // Written all the same for a deposit: one that is being confirmed now must look again.
    proposal: kindOf(kind).overdue === 'deposit' ? { ...proposal, updatedAt: now } : proposal,
    events: [event(now, 'overdue.recorded', { kind, about: aboutText(kind, about), duty: dutyHolder(kind) })],
  };
}

/** A muster roll was sent back; called again, nothing changes. @param turn which roll it is, counted from 1 */
export function returnMusterRoll<P extends AwardedProposal>(
  proposal: P,
  turn: number,
  problems: readonly Problem[],
  now: string,
): Decided<P> {
  const wages = returnRoll(proposal.wages, turn, problems);
  if (wages === undefined || wages === proposal.wages) return { proposal, events: [] };
  return {
    proposal: { ...proposal, wages, updatedAt: now },
    events: [event(now, 'muster-roll.returned', { turn, problems: problems.length })],
  };
}

/** A muster roll is in order; the first that is accepted stays. */
export function acceptMusterRoll<P extends AwardedProposal>(
  proposal: P,
  sums: Omit<AcceptedWages, 'at' | 'papers'>,
  now: string,
): Decided<P> {
  const wages = acceptRoll(proposal.wages, { at: now, ...sums });
  if (wages === proposal.wages) return { proposal, events: [] };
  return {
    proposal: { ...proposal, wages, updatedAt: now },
    events: [event(now, 'muster-roll.accepted', sums)],
  };
}

/** The wage bill and the list of receipts were drafted from the roll that was accepted, once. */
export function noteWagePapers<P extends AwardedProposal>(
  proposal: P,
  papers: readonly WagePaper[],
  now: string,
): Decided<P> {
  const { wages } = proposal;
  if (wages?.accepted === undefined || wages.accepted.papers !== undefined) return { proposal, events: [] };
  return {
    proposal: {
      ...proposal,
      wages: { ...wages, accepted: { ...wages.accepted, papers: [...papers] } },
      updatedAt: now,
    },
    events: papers.map(({ kind, number, date, contentSha256, sha256 }) =>
      event(now, 'paper.drafted', { paper: kind, number, date, contentSha256, sha256 }),
    ),
  };
}
