/** What belongs to a rejection's reason: the words of the official who decided, or what was still wrong. */
import { reasonIn } from '#domain/asks/answered.ts';
import type { AnsweredAsk, Ask } from '#domain/asks/ask.ts';
import type { Proposal, ProposalIn } from '#domain/proposal/proposal.ts';
import type { Language } from '#domain/text/language.ts';
import { problemPlace, problemText } from '#domain/text/problem.ts';

/** The decision that each reason rests on, and whether its words are not the group's to read. */
const decisions: Readonly<Record<string, { kind: Ask['kind']; outcome: string; withheld?: true }>> = {
  'membership-denied': { kind: 'membership-review', outcome: 'upheld', withheld: true },
  'not-verified': { kind: 'site-visit', outcome: 'fail' },
  rejected: { kind: 'approval', outcome: 'reject' },
  'returned-too-often': { kind: 'approval', outcome: 'return' },
  'spm-refused': { kind: 'spm', outcome: 'refused' },
  'sp2d-refused': { kind: 'sp2d', outcome: 'refused' },
  'order-cancelled': { kind: 'sp2d', outcome: 'cancelled' },
};

/** The answer by which the proposal was rejected; undefined where silence, the checks or the budget rejected it. */
export function decisionBehind(
  { reason }: Pick<ProposalIn<'rejected'>, 'reason'>,
  asks: readonly Ask[],
): AnsweredAsk | undefined {
  const decision = decisions[reason];
  return asks
    .filter((ask) => ask.status === 'answered')
    .filter(({ kind, outcome }) => kind === decision?.kind && outcome === decision.outcome)
    .toSorted((a, b) => a.answeredAt.localeCompare(b.answeredAt))
    .at(-1);
}

/**
 * What the group should read besides the reason: what the deciding official wrote, or what was still wrong with the
 * packet. What a verifier wrote about a person who denied being a member is not the group's to read: it may show who
 * that was.
 */
export function rejectionComment(
  proposal: Proposal,
  asks: readonly Ask[],
  language: Language,
): string | undefined {
  if (proposal.stage !== 'rejected') return undefined;
  if (proposal.reason === 'uncorrected')
    return proposal.problems
      ?.map((each) => `${problemPlace(each, language)}: ${problemText(each, language)}`)
      .join('\n');
  const decision = decisionBehind(proposal, asks);
  return decision === undefined || decisions[proposal.reason]?.withheld ? undefined : reasonIn(decision);
}
