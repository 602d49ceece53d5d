/**
 * What a person of the directory is asked for now. The ask itself stands in the index under the one who was asked for as long
 * as it is open, so that “my asks” and a person's load are found without an item of their own; who is
 * asked as well (the one above, by an escalation; others of the office, where there is no time to wait for one) has a small item that
 * stands there next to it.
 *
 * Both are written and removed in the transaction that opens, delegates or ends the ask (`asks.create`, `asks.put`), so
 * they can be neither forgotten nor left over. The index lags, so each ask that is found in it is looked at itself.
 */
import type { Ask, OpenAsk } from '#domain/asks/ask.ts';
import type { Change } from '#functions/store/commit.ts';
import { AlreadyExists, NotFound } from '#functions/store/errors.ts';
import { keys, type StatusKey, statusKeys } from '#functions/store/keys.ts';
import {
  type Connection,
  type Consistency,
  countStatus,
  statusEntries,
  write,
} from '#functions/store/table.ts';

/** An open ask as the person who is asked finds it. */
export type Assignment = Pick<OpenAsk, 'subject' | 'kind' | 'role' | 'about' | 'expiresAt' | 'facts'> & {
  personId: string;
  askId: string;
};

/**
 * The people of the directory who may answer the ask now: the one who was asked, others of the same office
 * where all were, and the one above.
 */
export function askedPeople(ask: Ask): string[] {
  const asked = askedOf(ask);
  return [...(asked === undefined ? [] : [asked]), ...othersOf(ask)];
}

function askedOf({ status, assignee }: Ask): string | undefined {
  return status === 'open' && assignee.kind === 'person' ? assignee.personId : undefined;
}

/** Who is asked besides: others of the same office where all were, and the one above. */
function othersOf(ask: Ask): string[] {
  if (ask.status !== 'open') return [];
  const { alongside = [], escalatedTo } = ask;
  const others = new Set([...alongside, ...(escalatedTo === undefined ? [] : [escalatedTo])]);
  return [...others].filter((personId) => personId !== askedOf(ask));
}

/** Where an open ask stands in the index: under the person who was asked. */
export function assignmentStatus(ask: Ask): StatusKey | undefined {
  const asked = askedOf(ask);
  return asked === undefined ? undefined : statusKeys.assignment(asked, ask.id);
}

/** The changes that go with an ask that is opened (`before` undefined) or changed, for those who are asked besides. */
export function assignmentChanges(before: Ask | undefined, after: Ask): Change[] {
  const then = before === undefined ? [] : othersOf(before);
  const now = othersOf(after);
  return [
    ...now
      .filter((personId) => !then.includes(personId))
      .map(
        (personId): Change => ({
          write: write.put(
            keys.assignment(personId, after.id),
            {},
            { status: statusKeys.assignment(personId, after.id) },
          ),
          onConflict: () => new AlreadyExists(`The assignment of ${after.id}`),
        }),
      ),
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

/** @param openAsks reads those of these asks that are open */
export function createAssignments(
  connection: Connection,
  openAsks: (askIds: readonly string[], consistency: Consistency) => Promise<OpenAsk[]>,
) {
  const { gsi1pk } = statusKeys.assignment('', '');
  const prefixOf = (personId: string) => statusKeys.assignment(personId, '').gsi1sk;

  return {
    /**
     * What the person is asked for now, by proposal.
     *
     * @param consistency strong where asks were answered just before; an ask that was opened just now may be missing in any case
     */
    of: async (personId: string, consistency: Consistency = 'eventual'): Promise<Assignment[]> => {
      const prefix = prefixOf(personId);
      const found = await statusEntries(connection, gsi1pk, prefix);
      const asks = await openAsks(
        found.map((entry) => entry.slice(prefix.length)),
        consistency,
      );
      return asks
        .filter((ask) => askedPeople(ask).includes(personId))
        .map(({ subject, id: askId, kind, role, about, expiresAt, facts }) => ({
          ...{ personId, subject, askId, kind, role, about, expiresAt, facts },
        }));
    },

    /** How many asks the person has open; those of this instant may not be counted yet. */
    load: (personId: string): Promise<number> => countStatus(connection, gsi1pk, prefixOf(personId)),

    /** The ids of those who have at least this number of open asks, by id. The index lags: look at their own items again. */
    busyPeople: async (fewest: number): Promise<string[]> => {
      const counts = new Map<string, number>();
      for (const entry of await statusEntries(connection, gsi1pk)) {
        const personId = entry.slice(0, entry.indexOf('#'));
        counts.set(personId, (counts.get(personId) ?? 0) + 1);
      }
      return [...counts]
        .filter(([, count]) => count >= fewest)
        .map(([personId]) => personId)
        .toSorted();
    },
  };
}
