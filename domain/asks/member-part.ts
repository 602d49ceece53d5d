/**
 * One member's part of a group's ask. It has no record of its own: until the member answers, it follows from the group's ask; the
 * answer is an event of the record, from which the answered part follows.
 */
import type { Actor } from '../proposal/audit.ts';
import type { AnsweredAsk, Ask, OpenAsk } from './ask.ts';
import { memberAskIdOf } from './ask-id.ts';

/** The part as it is before the member answers. @param number the member's */
export function openPart(group: Ask, number: number): OpenAsk {
  const { schemaVersion, id, subject, kind, about, role, openedAt, expiresAt, turns, documents } = group;
  const { facts, problems } = group;
  return {
    ...{ status: 'open', schemaVersion, version: 1, id: memberAskIdOf(id, number) },
    ...{ subject, kind, about, role, assignee: { kind: 'member', number }, parent: id },
    ...{ openedAt, expiresAt, turns, turn: 0, documents, facts },
    ...(problems !== undefined && { problems }),
  };
}

/** The part as it is once the member has answered. A member hands in no papers. */
export function answeredPart(
  part: OpenAsk,
  { answer, by, at }: { answer: { outcome: string }; by: Actor; at: string },
): AnsweredAsk {
  return {
    ...{ ...part, version: 2, status: 'answered', outcome: answer.outcome, answer: { ...answer } },
    ...{ answeredBy: by, answeredAt: at, evidence: [] },
  };
}

/** The part as it is once the proposal has ended without the member's answer. @param at when it ended */
export function cancelledPart(part: OpenAsk, at: string): Extract<Ask, { status: 'cancelled' }> {
  return { ...part, version: 2, status: 'cancelled', cancelledAt: at };
}
