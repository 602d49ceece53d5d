/** The ends of a proposal and the ways back from them: rejected, reopened, closed; and the halts on its way. */
import { event } from './events.ts';
import { contactOf, type Decided, inStage, type Proposal, type ProposalIn, WrongStage } from './proposal.ts';

/** Everything is done, or will not be done any more. @throws {WrongStage} */
export function close(
  proposal: Proposal,
  { peopleTrained, overdue, groupOwes }: { peopleTrained: number; overdue: number; groupOwes: boolean },
  now: string,
): Decided<ProposalIn<'closed'>> {
  const { halted: _, ...before } = inStage(proposal, ['follow-up'], 'be closed');
  const partlyPaid = before.tranches.some((tranche) => tranche.status !== 'settled');
  const result = partlyPaid ? 'partly-paid' : overdue > 0 ? 'with-overdue' : 'complete';
  return {
    proposal: { ...before, stage: 'closed', result, peopleTrained, overdue, closedAt: now, updatedAt: now },
    events: [event(now, 'proposal.closed', { result, peopleTrained, overdue, groupOwes })],
  };
}

/**
 * The proposal ends without an award, or with an award of which nothing was paid.
 *
 * @param at where in the workflow it ended
 * @throws {WrongStage}
 */
export function reject(
  proposal: Proposal,
  { at, reason }: { at: string; reason: string },
  now: string,
): Decided<ProposalIn<'rejected'>> {
  const before = inStage(proposal, ['received', 'verification', 'approval', 'payment'], 'be rejected');
  return {
    proposal: {
      ...asFar(before),
      ...{ stage: 'rejected', at: before.stage, reason, rejectedAt: now, updatedAt: now },
    },
    events: [event(now, 'proposal.rejected', { at, reason })],
  };
}

/**
 * Whether the group may object: once, and only to a rejection before the award. After the award no one's judgement is
 * left to question: a paper or an account was missing, the decree has lapsed, and its money may be another group's. A
 * group that withdrew wanted the end; one without a known contact cannot be asked.
 */
export function mayObject(proposal: Proposal): boolean {
  return (
    proposal.stage === 'rejected' &&
    proposal.award === undefined &&
    proposal.reason !== 'withdrawn' &&
    proposal.rejections.length === 0 &&
    contactOf(proposal) !== undefined
  );
}

/**
 * An objection was granted: verification begins again, in this round, and the group may correct once more than the
 * rule-pack says. No one is held for it until the checks have passed again.
 *
 * @throws {WrongStage} also for a rejection that cannot be objected to
 */
export function reopen(
  proposal: Proposal,
  round: number,
  now: string,
): Decided<ProposalIn<'received' | 'verification'>> {
  const before = inStage(proposal, ['rejected'], 'be reopened');
  if (!mayObject(before)) throw new WrongStage(proposal, 'be reopened');
  const { at, reason, rejectedAt } = before;
  return {
    proposal: reopened(before, round, [...before.rejections, { at, reason, rejectedAt }], now),
    // The fact is older than its name: it says at which stage the proposal was rejected.
    events: [event(now, 'proposal.reopened', { round, rejectedAt: at, reason })],
  };
}

function reopened(
  before: ProposalIn<'rejected'>,
  round: number,
  rejections: Proposal['rejections'],
  now: string,
): ProposalIn<'received' | 'verification'> {
  const { pack, content, contact } = before;
  const { schemaVersion, version, id, packetPrefix, revision, receivedAt, involvements, returns, redrives } =
    before;
  const kept = {
    ...{ schemaVersion, version, id, packetPrefix, revision, receivedAt, involvements, returns, redrives },
    // What was found wrong with this revision is to be found, and asked for, again.
    corrections: Math.min(before.corrections, revision - 1),
    rejections,
    updatedAt: now,
  };
  if (content === undefined || pack === undefined)
    return {
      stage: 'received',
      ...kept,
      ...(pack !== undefined && { pack }),
      ...(contact !== undefined && { contact }),
    };
  return { stage: 'verification', ...kept, pack, content, round };
}

/** An objection came to nothing, so the rejection is final. @throws {WrongStage} */
export function uphold(
  proposal: Proposal,
  outcome: 'dismissed' | 'expired',
  now: string,
): Decided<ProposalIn<'rejected'>> {
  const before = inStage(proposal, ['rejected'], 'stay rejected');
  return {
    proposal: { ...before, upheld: { at: now, outcome }, updatedAt: now },
    events: [event(now, 'rejection.upheld', { outcome })],
  };
}

/**
 * The machinery failed; a person has to look. The proposal stays in its stage, so that nothing that was reached is
 * forgotten and people may still answer.
 *
 * Failures are reported more than once and in any order: what is known already, or is from before a redrive that is known,
 * gives the same proposal again. So does the own execution of a proposal that has ended; another execution may fail after the end.
 *
 * @param failure.redrives how often the execution that failed had been redriven
 * @param failure.execution its name, where it is not the proposal's own
 */
export function halt(
  proposal: Proposal,
  { error, redrives, execution }: { error: string; redrives: number; execution?: string | undefined },
  now: string,
): Decided {
  if (execution !== undefined) {
    const known = proposal.besides?.[execution];
    const isKnown = redrives === known?.redrives && known.error !== undefined;
    if (isKnown || redrives < (known?.redrives ?? 0)) return { proposal, events: [] };
    return {
      proposal: withBeside(proposal, execution, { redrives, at: now, error }, now),
      events: [event(now, 'proposal.halted', { error, redrives, execution })],
    };
  }
  const isKnown = redrives === proposal.redrives && proposal.halted !== undefined;
  const hasEnded = proposal.stage === 'closed' || proposal.stage === 'rejected';
  if (hasEnded || isKnown || redrives < proposal.redrives) return { proposal, events: [] };
  return {
    proposal: { ...proposal, redrives, halted: { at: now, error }, updatedAt: now },
    events: [event(now, 'proposal.halted', { error, redrives })],
  };
}

/**
 * The execution continues where it failed.
 *
 * @param redrives how often that has happened now, this time included
 * @param execution its name, where it is not the proposal's own
 */
export function resume(proposal: Proposal, redrives: number, now: string, execution?: string): Decided {
  if (execution !== undefined) {
    if (redrives <= (proposal.besides?.[execution]?.redrives ?? 0)) return { proposal, events: [] };
    return {
      proposal: withBeside(proposal, execution, { redrives, at: now }, now),
      events: [event(now, 'proposal.redriven', { redrives, execution })],
    };
  }
  if (redrives <= proposal.redrives) return { proposal, events: [] };
  const { halted: _, ...rest } = proposal;
  return {
    proposal: { ...rest, redrives, updatedAt: now },
    events: [event(now, 'proposal.redriven', { redrives })],
  };
}

function withBeside(
  proposal: Proposal,
  execution: string,
  known: NonNullable<Proposal['besides']>[string],
  now: string,
): Proposal {
  return { ...proposal, besides: { ...proposal.besides, [execution]: known }, updatedAt: now };
}

/** The error by which the proposal, or an execution next to it, is halted now. */
export function haltOf({
  halted,
  besides = {},
}: Pick<Proposal, 'halted' | 'besides'>): { error: string; execution?: string } | undefined {
  if (halted !== undefined) return { error: halted.error };
  for (const [execution, { error }] of Object.entries(besides))
    if (error !== undefined) return { error, execution };
  return undefined;
}

/** What the end that can be reached from anywhere keeps of a proposal. */
function asFar(before: ProposalIn<'received' | 'verification' | 'approval' | 'payment'>) {
  const { schemaVersion, version, id, packetPrefix, revision, corrections, receivedAt } = before;
  const { involvements, returns, rejections, redrives, besides, pack } = before;
  const common = {
    ...{ schemaVersion, version, id, packetPrefix, revision, corrections, receivedAt },
    ...{ involvements, returns, rejections, redrives },
    ...(pack !== undefined && { pack }),
    ...(besides !== undefined && { besides }),
  };
  switch (before.stage) {
    case 'received': {
      const { contact, problems } = before;
      return {
        ...common,
        ...(contact !== undefined && { contact }),
        ...(problems !== undefined && { problems }),
      };
    }
    case 'verification': {
      const { content, problems } = before;
      return { ...common, content, ...(problems !== undefined && { problems }) };
    }
    case 'approval':
      return { ...common, content: before.content, findings: before.findings };
    case 'payment': {
      const { content, findings, award, tranches } = before;
      return { ...common, content, findings, award, tranches };
    }
  }
}
