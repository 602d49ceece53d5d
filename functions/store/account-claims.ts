/** One account, one live award: whose account it is, under its keyed hash, so that no index holds a number. */
import * as z from 'zod';
import type { Change } from '#functions/store/commit.ts';
import { AccountAlreadyClaimed } from '#functions/store/errors.ts';
import { keys } from '#functions/store/keys.ts';
import { readState } from '#functions/store/proposal-items.ts';
import { type Connection, type Consistency, getItem, parseRecord, write } from '#functions/store/table.ts';

const claimSchema = z.object({
  accountHash: z.string(),
  /** The proposal whose account it is. */
  proposalId: z.string(),
  since: z.string(),
});

export function createAccountClaims(connection: Connection) {
  return {
    /**
     * The proposal whose account it is, and whether that lives. A claim is not taken off when a proposal ends, because whoever
     * meets it sees that it has.
     *
     * @param consistency `eventual` for who claims next, which is refused where a claim was met after all; one that is found so is
     *   looked at again
     */
    look: async (
      accountHash: string,
      consistency: Consistency = 'strong',
    ): Promise<{ proposalId: string; lives: boolean } | undefined> => {
      const key = keys.accountClaim(accountHash);
      const met = await getItem(connection, key, consistency);
      const attributes = met === undefined || consistency === 'strong' ? met : await getItem(connection, key);
      if (attributes === undefined) return undefined;
      const { proposalId } = parseRecord(claimSchema, key, attributes);
      const state = await getItem(connection, keys.proposal(proposalId));
      const stage = state && readState(keys.proposal(proposalId), state).stage;
      return { proposalId, lives: stage !== undefined && stage !== 'closed' && stage !== 'rejected' };
    },

    /**
     * Claims an account for a proposal; again for the same is no conflict. Otherwise `AccountAlreadyClaimed`.
     *
     * @param ended the ended proposal whose claim is left on it, as `look` says
     */
    claim: (accountHash: string, proposalId: string, since: string, ended?: string): Change => ({
      write: write.put(
        keys.accountClaim(accountHash),
        { accountHash, proposalId, since } satisfies z.output<typeof claimSchema>,
        {
          condition: {
            text: `attribute_not_exists(pk) OR proposalId = :mine${ended === undefined ? '' : ' OR proposalId = :ended'}`,
            values: { ':mine': proposalId, ...(ended !== undefined && { ':ended': ended }) },
          },
        },
      ),
      onConflict: () => new AccountAlreadyClaimed(),
    }),

    /** Gives up what this proposal claimed; again is no conflict. */
    release: (accountHash: string, proposalId: string): Change => ({
      write: write.delete(keys.accountClaim(accountHash), {
        text: 'attribute_not_exists(pk) OR proposalId = :mine',
        values: { ':mine': proposalId },
      }),
      onConflict: () => new AccountAlreadyClaimed(),
    }),
  };
}
