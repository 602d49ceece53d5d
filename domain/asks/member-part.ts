/**
 * One member's part of a group's ask. While the member has not answered, nothing is known of it that the group's ask does
 * not say, so it is written only when it is answered or cancelled.
 */
import type { Ask, OpenAsk } from './ask.ts';
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

/** Whether a part is as `openPart` gives it: it is in no record yet. */
export function isUnwritten({ parent, version }: Ask): boolean {
  return parent !== undefined && version === 1;
}
