/**
 * One-time codes: for each person of the directory who needs them, the encrypted secret, the last code that was taken
 * and the wrong ones. One item, written under its version, so that a code counts once and every wrong one is counted,
 * however many come at the same instant.
 */
import { type PersonCodes, personCodesSchema } from '#domain/people/codes.ts';
import type { Change } from '#functions/store/commit.ts';
import { StaleCodes } from '#functions/store/errors.ts';
import { keys } from '#functions/store/keys.ts';
import {
  type Connection,
  type Consistency,
  conditions,
  getItem,
  parseRecord,
  write,
} from '#functions/store/table.ts';

export function createCodes(connection: Connection) {
  return {
    /** @param consistency `eventual` where only something is shown, or a change is written under the version */
    get: async (personId: string, consistency?: Consistency): Promise<PersonCodes | undefined> => {
      const key = keys.codes(personId);
      const attributes = await getItem(connection, key, consistency);
      return attributes && parseRecord(personCodesSchema, key, attributes);
    },

    /** The record as it is to be; its `version` is the store's to raise. `StaleCodes` when it is not as it was read. */
    put: (before: PersonCodes | undefined, after: PersonCodes): Change => ({
      write: write.put(
        keys.codes(after.personId),
        { ...after, version: (before?.version ?? 0) + 1 },
        { condition: before === undefined ? conditions.absent : conditions.version(before.version) },
      ),
      onConflict: () => new StaleCodes(after.personId),
    }),
  };
}
