/**
 * Where the asks that were put to all members stand: who has confirmed, who has denied, and whether answers are still taken.
 *
 * It follows from the events of the record and from nothing else. The last item of the record carries it on from commit to
 * commit, so an answer is counted by the step that records it, without reading the others' (ADR 0046).
 */
import type { AuditEvent } from '../proposal/audit.ts';
import { groupAskIdOf, readAskId } from './ask-id.ts';

/** Where one group's ask stands. Members are named by their numbers, in ascending order. */
export interface GroupStanding {
  /** The number of the event that opened it. */
  readonly since: number;
  readonly status: 'open' | 'answered' | 'expired';
  readonly confirmed: readonly number[];
  readonly denied: readonly number[];
  /** When the proposal ended, so that no late answer is taken any more (ISO 8601); absent until then. */
  readonly over?: string;
}

/** The standing of each group's ask of a proposal, by the id of the ask. */
export type GroupStandings = ReadonlyMap<string, GroupStanding>;

/** What a member can say. */
export type MemberOutcome = 'confirmed' | 'denied';

/** An event does not follow from the standing of its group's ask: no such ask was opened, or the member has answered before. */
export class ImpossibleAnswer extends Error {
  override readonly name = 'ImpossibleAnswer';
  constructor(askId: string, why: string) {
    super(`The answer to ${askId} cannot be counted: ${why}. Read the ask and the end of the record again.`);
  }
}

/** What the member has said; undefined while they have not answered. */
export function outcomeOf({ confirmed, denied }: GroupStanding, member: number): MemberOutcome | undefined {
  if (confirmed.includes(member)) return 'confirmed';
  return denied.includes(member) ? 'denied' : undefined;
}

/**
 * Where the groups' asks stand after these events, which follow on those that were counted.
 *
 * @throws {ImpossibleAnswer} for an answer that is no member's first, or is to an ask that was not opened
 */
export function standingsAfter(before: GroupStandings, events: readonly AuditEvent[]): GroupStandings {
  return events.reduce(standingsAfterEvent, before);
}

function standingsAfterEvent(before: GroupStandings, { seq, at, action, facts }: AuditEvent): GroupStandings {
  const askId = String(facts.askId);
  switch (action) {
    case 'ask.opened':
      return facts.assignee === 'members'
        ? replaced(before, askId, { since: seq, status: 'open', confirmed: [], denied: [] })
        : before;
    case 'ask.answered':
      return afterAnswer(before, askId, facts.outcome);
    case 'ask.expired': {
      const standing = before.get(askId);
      return standing === undefined ? before : replaced(before, askId, { ...standing, status: 'expired' });
    }
    case 'proposal.rejected':
    case 'proposal.closed':
      return new Map(
        [...before].map(([id, standing]) => [
          id,
          standing.over === undefined ? { ...standing, over: at } : standing,
        ]),
      );
    default:
      return before;
  }
}

function afterAnswer(before: GroupStandings, askId: string, outcome: unknown): GroupStandings {
  const groupId = groupAskIdOf(askId);
  const member = readAskId(askId)?.member;
  const standing = before.get(groupId ?? askId);
  if (groupId === undefined || member === undefined)
    return standing === undefined ? before : replaced(before, askId, { ...standing, status: 'answered' });
  if (standing === undefined) throw new ImpossibleAnswer(askId, 'the group was not asked');
  if (outcomeOf(standing, member) !== undefined) throw new ImpossibleAnswer(askId, 'the member has answered');
  if (outcome !== 'confirmed' && outcome !== 'denied')
    throw new ImpossibleAnswer(askId, 'a member confirms or denies');
  const members = [...standing[outcome], member].sort((one, other) => one - other);
  return replaced(before, groupId, { ...standing, [outcome]: members });
}

function replaced(before: GroupStandings, id: string, standing: GroupStanding): GroupStandings {
  return new Map(before).set(id, standing);
}
