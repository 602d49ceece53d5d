/**
 * What a person of the directory is asked for now: one small item for each open ask in that person's own partition, so
 * that “my asks” and a person's load are read without looking at anyone else's.
 *
 * They are written and removed in the transaction that opens, delegates or ends the ask (`asks.create`, `asks.put`), so
 * they can be neither forgotten nor left over.
 */

import * as z from 'zod';
import { type Ask, askFactsSchema } from '#domain/asks/ask.ts';
import { askKindSchema } from '#domain/asks/ask-kinds.ts';
import { anyAboutSchema } from '#domain/asks/kind.ts';
import type { Change } from '#functions/store/commit.ts';
import { AlreadyExists, NotFound } from '#functions/store/errors.ts';
import { keys, statusKeys } from '#functions/store/keys.ts';
import {
  type Connection,
  countItems,
  parseRecord,
  queryItems,
  queryStatus,
  write,
} from '#functions/store/table.ts';

const assignmentSchema = z.strictObject({
  personId: z.string(),
  proposalId: z.string(),
  askId: z.string(),
  kind: askKindSchema,
  about: anyAboutSchema,
  expiresAt: z.iso.datetime(),
  /** The ask's own: enough to list it without reading its proposal. */
  facts: askFactsSchema,
});

/** An open ask as the person who is asked finds it. */
export type Assignment = z.output<typeof assignmentSchema>;

/** The people of the directory who may answer the ask now: the one who was asked, and the one above. */
export function askedPeople(ask: Ask): string[] {
  if (ask.status !== 'open') return [];
  const { assignee, escalatedTo } = ask;
  const asked = assignee.kind === 'person' ? [assignee.personId] : [];
  return [...new Set([...asked, ...(escalatedTo === undefined ? [] : [escalatedTo])])];
}

/** The changes that go with an ask that is opened (`before` undefined) or changed. */
export function assignmentChanges(before: Ask | undefined, after: Ask): Change[] {
  const then = before === undefined ? [] : askedPeople(before);
  const now = askedPeople(after);
  const moved = before !== undefined && before.expiresAt !== after.expiresAt;
  return [
    ...now
      .filter((personId) => moved || !then.includes(personId))
      .map((personId): Change => {
        const { proposalId, id: askId, kind, about, expiresAt, facts } = after;
        const assignment: Assignment = { personId, proposalId, askId, kind, about, expiresAt, facts };
        return {
          write: write.put(keys.assignment(personId, askId), assignment, {
            status: statusKeys.assignment(personId, askId),
          }),
          onConflict: () => new AlreadyExists(`The assignment of ${askId}`),
        };
      }),
    ...then
      .filter((personId) => !now.includes(personId))
      .map(
        (personId): Change => ({
          write: write.delete(keys.assignment(personId, after.id)),
          onConflict: () => new NotFound(`The assignment of ${after.id}`),
        }),
      ),
  ];
}

export function createAssignments(connection: Connection) {
  return {
    /** What the person is asked for now, by proposal. */
    of: async (personId: string): Promise<Assignment[]> => {
      const found = await queryItems(connection, keys.assignment(personId, '').pk, 'ASK#');
      return found.map(({ key, attributes }) => parseRecord(assignmentSchema, key, attributes));
    },

    /** How many asks the person has open. */
    load: (personId: string): Promise<number> =>
      countItems(connection, keys.assignment(personId, '').pk, 'ASK#'),

    /** The ids of those who have at least this number of open asks, by id. The index lags: look at their own items again. */
    busyPeople: async (fewest: number): Promise<string[]> => {
      const counts = new Map<string, number>();
      for (const { pk } of await queryStatus(connection, statusKeys.assignment('', '').gsi1pk))
        counts.set(pk, (counts.get(pk) ?? 0) + 1);
      return [...counts]
        .filter(([, count]) => count >= fewest)
        .map(([pk]) => pk.slice(keys.assignment('', '').pk.length))
        .toSorted();
    },
  };
}
