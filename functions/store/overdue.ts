/** The overdue ledger: duties that were not done in time. It outlives the proposal and blocks a new award. */

import * as z from 'zod';
import { aboutText } from '#domain/asks/about.ts';
import { anyAboutSchema } from '#domain/asks/kind.ts';
import { dutyKindSchema } from '#domain/training/training.ts';
import type { Change } from '#functions/store/commit.ts';
import { AlreadyExists, NotFound } from '#functions/store/errors.ts';
import { keys, statusKeys } from '#functions/store/keys.ts';
import {
  type Connection,
  conditions,
  getItems,
  parseRecord,
  queryItems,
  queryStatus,
  write,
} from '#functions/store/table.ts';

const overdueSchema = z.object({
  proposalId: z.string(),
  /** The kind of ask that expired. */
  kind: dutyKindSchema,
  /** Which one of that kind. */
  about: anyAboutSchema,
  since: z.string(),
});

/** A duty not done in time. */
export type Overdue = z.output<typeof overdueSchema>;

export function createOverdue(connection: Connection) {
  return {
    /** Enters a duty into the ledger, once. */
    record: (overdue: Overdue): Change => ({
      write: write.put(
        keys.overdue(overdue.proposalId, overdue.kind, aboutText(overdue.kind, overdue.about)),
        overdue,
        {
          condition: conditions.absent,
          status: statusKeys.overdue(overdue.since, overdue.proposalId),
        },
      ),
      onConflict: () =>
        new AlreadyExists(
          `Overdue ${overdue.kind} ${aboutText(overdue.kind, overdue.about)} of ${overdue.proposalId}`,
        ),
    }),

    /** Takes a duty out of the ledger, because it was done after all; one that is not there is no conflict. */
    clear: ({ proposalId, kind, about }: Omit<Overdue, 'since'>): Change => ({
      write: write.delete(keys.overdue(proposalId, kind, aboutText(kind, about))),
      onConflict: () => new NotFound(`Overdue ${kind} ${aboutText(kind, about)} of ${proposalId}`),
    }),

    list: async (proposalId: string): Promise<Overdue[]> => {
      const found = await queryItems(connection, keys.proposal(proposalId).pk, 'OVERDUE#');
      return found.map(({ key, attributes }) => parseRecord(overdueSchema, key, attributes));
    },

    /** The whole ledger, oldest first. */
    all: async (): Promise<Overdue[]> => {
      const found = await getItems(connection, await queryStatus(connection, 'OVERDUE'));
      return found.map(({ key, attributes }) => parseRecord(overdueSchema, key, attributes));
    },
  };
}
