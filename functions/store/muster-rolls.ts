/**
 * Muster rolls that were judged to be in order, each before its days were marked, and never changed. Whether one counts is
 * in the proposal: `wages.accepted.turn`.
 */
import { type MusterRoll, musterRollSchema } from '#domain/public-works/muster-roll.ts';
import type { Change } from '#functions/store/commit.ts';
import { AlreadyExists, NotFound } from '#functions/store/errors.ts';
import { keys } from '#functions/store/keys.ts';
import { type Connection, conditions, getItem, parseRecord, write } from '#functions/store/table.ts';

export function createMusterRolls(connection: Connection) {
  const find = async (proposalId: string, turn: number): Promise<MusterRoll | undefined> => {
    const key = keys.musterRoll(proposalId, turn);
    const attributes = await getItem(connection, key);
    return attributes && parseRecord(musterRollSchema, key, attributes);
  };
  return {
    find,

    /** @throws `NotFound` */
    get: async (proposalId: string, turn: number): Promise<MusterRoll> => {
      const found = await find(proposalId, turn);
      if (found === undefined) throw new NotFound(`Muster roll ${turn} of ${proposalId}`);
      return found;
    },

    create: (proposalId: string, turn: number, roll: MusterRoll): Change => ({
      write: write.put(keys.musterRoll(proposalId, turn), roll, { condition: conditions.absent }),
      onConflict: () => new AlreadyExists(`Muster roll ${turn} of ${proposalId}`),
    }),
  };
}
