/** One person, one live award: a person is held by at most one proposal across groups, programmes and years. */
import * as z from 'zod';
import type { Change } from '#functions/store/commit.ts';
import { PersonAlreadyHeld } from '#functions/store/errors.ts';
import { keys } from '#functions/store/keys.ts';
import { type Connection, getItems, parseRecord, write } from '#functions/store/table.ts';

const lockSchema = z.object({
  nikHash: z.string(),
  /** The proposal that holds the person. */
  proposalId: z.string(),
  /** `live` while the proposal lives; `overdue` after it ended with a duty the person still owes. */
  reason: z.enum(['live', 'overdue']),
  since: z.string(),
});

/** Who holds a person, and why. */
export type PersonLock = z.output<typeof lockSchema>;

function freeOrMine(proposalId: string) {
  return {
    text: 'attribute_not_exists(pk) OR (proposalId = :mine AND #reason = :live)',
    names: { '#reason': 'reason' },
    values: { ':mine': proposalId, ':live': 'live' },
  };
}

function refused(nikHash: string) {
  return (met: Record<string, unknown> | undefined) =>
    new PersonAlreadyHeld(nikHash, met === undefined ? undefined : String(met.proposalId));
}

export function createLocks(connection: Connection) {
  return {
    /** The locks on these people; who is free is not in the answer. */
    find: async (nikHashes: string[]): Promise<PersonLock[]> =>
      (await getItems(connection, nikHashes.map(keys.personLock))).map(({ key, attributes }) =>
        parseRecord(lockSchema, key, attributes),
      ),

    /** Holds a person for a proposal; again for the same proposal is no conflict. Otherwise `PersonAlreadyHeld`. */
    acquire: (nikHash: string, proposalId: string, since: string): Change => ({
      write: write.put(
        keys.personLock(nikHash),
        { nikHash, proposalId, reason: 'live', since } satisfies PersonLock,
        { condition: freeOrMine(proposalId) },
      ),
      onConflict: refused(nikHash),
    }),

    /** Frees a person that this proposal holds; again is no conflict. Give it only locks that `find` showed as its own. */
    release: (nikHash: string, proposalId: string): Change => ({
      write: write.delete(keys.personLock(nikHash), freeOrMine(proposalId)),
      onConflict: refused(nikHash),
    }),

    /** Frees a person whom the ended proposal held for an overdue duty; again is no conflict. */
    releaseOverdue: (nikHash: string, proposalId: string): Change => ({
      write: write.delete(keys.personLock(nikHash), {
        text: 'attribute_not_exists(pk) OR proposalId = :mine',
        values: { ':mine': proposalId },
      }),
      onConflict: refused(nikHash),
    }),

    /** Keeps holding a person after the proposal's end, because of an overdue duty. */
    keepForOverdue: (nikHash: string, proposalId: string, since: string): Change => ({
      write: write.put(
        keys.personLock(nikHash),
        { nikHash, proposalId, reason: 'overdue', since } satisfies PersonLock,
        {
          condition: {
            text: 'attribute_not_exists(pk) OR proposalId = :mine',
            values: { ':mine': proposalId },
          },
        },
      ),
      onConflict: refused(nikHash),
    }),
  };
}
