/** Groups for a play with many payments: their packets, and how their people answer. */
import { proposalIdOf } from '#domain/identifiers.ts';
import { newestRulePack } from '#programmes/index.ts';
import { syntheticGroup } from '#samples/groups.ts';
import { proposalText } from '#samples/packet.ts';
import { type Replies, repliesUnder } from './replies.ts';

export interface PlayedGroup {
  proposalId: string;
  /** The packet's folder in the uploads bucket. */
  prefix: string;
  packet: { proposal: string; attachments: ReadonlyMap<string, Uint8Array> };
  /** As agreed; where the bank refuses an account, the leader names another each time. */
  replies: Replies;
}

/** A group for each of the rule-packs named, the same ones for the same names. */
export function groupsUnder(programmes: readonly string[]): PlayedGroup[] {
  return programmes.map((programme, index) => {
    const pack = newestRulePack(programme);
    const group = syntheticGroup(pack, index + 1, { seed: 'hostile', name: `Kelompok ${index + 1}` });
    const { holder } = group.proposal.account;
    let accounts = 0;
    const corrected = () => ({
      fields: { bankCode: '008', number: `00${index + 1}7700${++accounts}`.padStart(13, '0'), holder },
    });
    return {
      proposalId: proposalIdOf(group.prefix),
      prefix: group.prefix,
      packet: { proposal: proposalText(group.proposal), attachments: group.attachments },
      replies: { ...repliesUnder(pack), 'account-correction': corrected },
    };
  });
}
