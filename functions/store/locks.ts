/** One person, one live award: a person is held by at most one proposal across groups, programmes and years. */
import * as z from 'zod';
import type { Change } from '#functions/store/commit.ts';
import { PersonAlreadyHeld } from '#functions/store/errors.ts';
import { keys } from '#functions/store/keys.ts';
import { readState } from '#functions/store/proposal-items.ts';
import { type Connection, type Consistency, getItems, parseRecord, write } from '#functions/store/table.ts';

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

/** @param ended the closed proposal that the lock is of, as `look` saw it: a close is final, so such a lock holds no one */
function freeOrMine(proposalId: string, ended?: string) {
  return {
    text: `attribute_not_exists(pk) OR (proposalId = :mine AND #reason = :live)${ended === undefined ? '' : ' OR (proposalId = :ended AND #reason = :live)'}`,
    names: { '#reason': 'reason' },
    values: { ':mine': proposalId, ':live': 'live', ...(ended !== undefined && { ':ended': ended }) },
  };
}

function refused(nikHash: string) {
  return (met: Record<string, unknown> | undefined) =>
    new PersonAlreadyHeld(nikHash, met === undefined ? undefined : String(met.proposalId));
}

export function createLocks(connection: Connection) {
  /** Those of these proposals that were closed. */
  const closedAmong = async (proposalIds: readonly string[]): Promise<Set<string>> => {
    const states = await getItems(connection, [...new Set(proposalIds)].map(keys.proposal));
    return new Set(
      states
        .map(({ key, attributes }) => readState(key, attributes))
        .filter(({ stage }) => stage === 'closed')
        .map(({ id }) => id),
    );
  };

  /**
   * The locks that hold these people, and the proposals whose locks are left on others of them: twenty locks are not
   * taken off when a proposal closes, because a step that meets one sees that it has.
   *
   * @param consistency `eventual` for who takes locks next, which is refused where one was met after all; a lock that is
   *   found so is looked at again, as it may have been taken off
   */
  const look = async (
    nikHashes: string[],
    consistency: Consistency = 'strong',
  ): Promise<{ held: PersonLock[]; ended: ReadonlyMap<string, string> }> => {
    const found = await getItems(connection, nikHashes.map(keys.personLock), { consistency });
    if (consistency === 'eventual' && found.length > 0) return look(nikHashes);
    const all = found.map(({ key, attributes }) => parseRecord(lockSchema, key, attributes));
    const live = all.filter(({ reason }) => reason === 'live');
    const closed =
      live.length === 0 ? new Set() : await closedAmong(live.map(({ proposalId }) => proposalId));
    const left = live.filter(({ proposalId }) => closed.has(proposalId));
    return {
      held: all.filter((lock) => !left.includes(lock)),
      ended: new Map(left.map(({ nikHash, proposalId }) => [nikHash, proposalId])),
    };
  };

  return {
    look,

    /** The locks that hold these people; who is free is not in the answer. @param consistency as for `look` */
    find: async (nikHashes: string[], consistency?: Consistency): Promise<PersonLock[]> =>
      (await look(nikHashes, consistency)).held,

    /**
     * Holds a person for a proposal; again for the same proposal is no conflict. Otherwise `PersonAlreadyHeld`.
     *
     * @param ended the closed proposal whose lock is left on the person, as `look` says
     */
    acquire: (nikHash: string, proposalId: string, since: string, ended?: string): Change => ({
      write: write.put(
        keys.personLock(nikHash),
        { nikHash, proposalId, reason: 'live', since } satisfies PersonLock,
        { condition: freeOrMine(proposalId, ended) },
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
    keepForOverdue: (nikHash: string, proposalId: string, since: string, ended?: string): Change => ({
      write: write.put(
        keys.personLock(nikHash),
        { nikHash, proposalId, reason: 'overdue', since } satisfies PersonLock,
        {
          condition: {
            text: `attribute_not_exists(pk) OR proposalId = :mine${ended === undefined ? '' : ' OR proposalId = :ended'}`,
            values: { ':mine': proposalId, ...(ended !== undefined && { ':ended': ended }) },
          },
        },
      ),
      onConflict: refused(nikHash),
    }),
  };
}
