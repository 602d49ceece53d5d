/**
 * The decrees that administrators have loaded, besides those that are shipped. Each is put once and never changed.
 *
 * Every deadline is counted in the calendar, so what is here is kept for an hour of business time once it was read:
 * a decree counts at the latest that long after it was loaded, and an ask costs no read of its own.
 */
import * as z from 'zod';
import { holidayDecreeSchema, type LoadedDecree, yearEndDecreeSchema } from '#domain/calendar.ts';
import type { Change } from '#functions/store/commit.ts';
import { AlreadyExists } from '#functions/store/errors.ts';
import { keys } from '#functions/store/keys.ts';
import { type Connection, conditions, parseRecord, queryItems, write } from '#functions/store/table.ts';

const loadedSchema = z.object({ at: z.string(), by: z.string(), why: z.string() });
const loadedDecreeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('holidays'), decree: holidayDecreeSchema, loaded: loadedSchema }),
  z.object({ kind: z.literal('year-end'), decree: yearEndDecreeSchema, loaded: loadedSchema }),
]);

/** How long what was read serves, in milliseconds of business time. */
const serves = 60 * 60_000;

export function createCalendar(connection: Connection) {
  let kept: { at: number; decrees: readonly LoadedDecree[] } | undefined;

  /** All that was loaded, oldest first. */
  const all = async (): Promise<LoadedDecree[]> => {
    const found = await queryItems(connection, keys.decree('', 0, '').pk, 'DECREE#', 'eventual');
    return found
      .map(({ key, attributes }) => parseRecord(loadedDecreeSchema, key, attributes))
      .toSorted((one, other) => (one.loaded.at < other.loaded.at ? -1 : 1));
  };

  return {
    all,

    /** What was loaded, as it was read within the hour before. @param now ISO 8601 */
    loaded: async (now: string): Promise<readonly LoadedDecree[]> => {
      const at = Date.parse(now);
      if (kept === undefined || at < kept.at || at - kept.at >= serves) kept = { at, decrees: await all() };
      return kept.decrees;
    },

    /** Makes a decree known, once. */
    add: (each: LoadedDecree): Change => ({
      write: write.put(keys.decree(each.kind, each.decree.year, each.decree.number), each, {
        condition: conditions.absent,
      }),
      onConflict: () => new AlreadyExists(`Decree ${each.decree.number} of ${each.decree.year}`),
    }),
  };
}
