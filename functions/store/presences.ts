/**
 * Who was at work on which day: one mark for a person and a day, across groups and programmes. A mark belongs to the
 * proposal whose roll made it; the same proposal may make it again.
 */
import * as z from 'zod';
import type { Change } from '#functions/store/commit.ts';
import { PresentElsewhere } from '#functions/store/errors.ts';
import { keys } from '#functions/store/keys.ts';
import { type Connection, getItems, parseRecord, write } from '#functions/store/table.ts';

const presenceSchema = z.object({
  nikHash: z.string(),
  date: z.iso.date(),
  proposalId: z.string(),
});

/** A person at work on a day. */
export type Presence = z.output<typeof presenceSchema>;
/** A day of a person, by whichever proposal it is held. */
export type PersonDay = Pick<Presence, 'nikHash' | 'date'>;

function freeOrMine(proposalId: string) {
  return {
    text: 'attribute_not_exists(pk) OR proposalId = :mine',
    values: { ':mine': proposalId },
  };
}

export function createPresences(connection: Connection) {
  return {
    /** The marks that there are on these days; a day without one is not in the answer. */
    find: async (days: readonly PersonDay[]): Promise<Presence[]> =>
      (
        await getItems(
          connection,
          days.map(({ nikHash, date }) => keys.presence(nikHash, date)),
        )
      ).map(({ key, attributes }) => parseRecord(presenceSchema, key, attributes)),

    /** Marks a person as present; again for the same proposal is no conflict. Otherwise `PresentElsewhere`. */
    mark: (presence: Presence): Change => ({
      write: write.put(keys.presence(presence.nikHash, presence.date), presence, {
        condition: freeOrMine(presence.proposalId),
      }),
      onConflict: () => new PresentElsewhere(presence.date),
    }),

    /** Takes a mark away again. Give it only marks that `find` showed as the proposal's own. */
    free: ({ nikHash, date, proposalId }: Presence): Change => ({
      write: write.delete(keys.presence(nikHash, date), freeOrMine(proposalId)),
      onConflict: () => new PresentElsewhere(date),
    }),
  };
}
