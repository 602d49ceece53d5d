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

/** Whose account it is, and whether that proposal lives. */
interface MetClaim {
  proposalId: string;
  lives: boolean;
}

export function createAccountClaims(connection: Connection) {
  /**
   * The proposal whose account it is. A claim is not taken off when a proposal ends, because the next one that meets it sees
   * that it has.
   *
   * @param consistency `eventual` for who claims next, which is refused where a claim was met after all; one that is found so is
   *   looked at again
   */
  const look = async (
    accountHash: string,
    consistency: Consistency = 'strong',
  ): Promise<MetClaim | undefined> => {
    const key = keys.accountClaim(accountHash);
    const met = await getItem(connection, key, consistency);
    const attributes = met === undefined || consistency === 'strong' ? met : await getItem(connection, key);
    if (attributes === undefined) return undefined;
    const { proposalId } = parseRecord(claimSchema, key, attributes);
    const state = await getItem(connection, keys.proposal(proposalId));
    const stage = state && readState(keys.proposal(proposalId), state).stage;
    return { proposalId, lives: stage !== undefined && stage !== 'closed' && stage !== 'rejected' };
  };

  return {
    look,

    /**
     * What makes an account the proposal's: nothing where it is already. A later claim of another is refused
     * (`AccountAlreadyClaimed`), and so is this one where another was faster.
     *
     * @param met what `look` found; a claim that an ended proposal has left is taken over
     */
    claim: (accountHash: string, proposalId: string, since: string, met: MetClaim | undefined): Change[] => {
      if (met?.proposalId === proposalId) return [];
      const ended = met?.lives === false ? met.proposalId : undefined;
      const claim: z.output<typeof claimSchema> = { accountHash, proposalId, since };
      return [
        {
          write: write.put(keys.accountClaim(accountHash), claim, {
            condition: {
              text: `attribute_not_exists(pk) OR proposalId = :mine${ended === undefined ? '' : ' OR proposalId = :ended'}`,
              values: { ':mine': proposalId, ...(ended !== undefined && { ':ended': ended }) },
            },
          }),
          onConflict: () => new AccountAlreadyClaimed(),
        },
      ];
    },

    /** What gives up an account that this proposal has claimed: nothing where it is not, or no longer, the proposal's. */
    release: async (accountHash: string, proposalId: string): Promise<Change[]> =>
      (await look(accountHash))?.proposalId === proposalId
        ? [
            {
              write: write.delete(keys.accountClaim(accountHash), {
                text: 'attribute_not_exists(pk) OR proposalId = :mine',
                values: { ':mine': proposalId },
              }),
              onConflict: () => new AccountAlreadyClaimed(),
            },
          ]
        : [],
  };
}
