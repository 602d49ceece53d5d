/** Whose proposals run while the cloud is killed, what their people answer, and how each must end. */
import { proposalIdOf } from '#domain/identifiers.ts';
import type { PaymentState } from '#domain/money/payment.ts';
import type { Proposal } from '#domain/proposal/proposal.ts';
import { addressesOf } from '#players/directory.ts';
import { correctedBy, type Replies, repliesUnder, silence } from '#players/replies.ts';
import { newestRulePack } from '#programmes/index.ts';
import { syntheticGroup } from '#samples/groups.ts';
import { proposalText, type SamplePacket, withWrongSum } from '#samples/packet.ts';

/** One proposal and its end. */
export interface Life {
  readonly id: string;
  readonly packet: SamplePacket;
  readonly replies: Replies;
  /** An account that the bank refuses. */
  readonly refused?: string;
  /** What must hold of the proposal in the end. */
  readonly end: { readonly stage: Proposal['stage'] } & Readonly<Record<string, unknown>>;
  /** Attempts at paying, in order: their tranche and how each ended. */
  readonly payments: readonly (readonly [tranche: number, state: PaymentState])[];
}

/** When all begin: a Monday morning in Jakarta. */
export const lifeBegins = '2022-10-03T01:00:00.000Z';

const rightAccount = '0000987654321';

type Story = (number: number) => Omit<Life, 'id'>;

function group(programme: string, number: number) {
  return syntheticGroup(newestRulePack(programme), number, { seed: 'soak' });
}
/** What people answer under a programme, where the story does not say otherwise. */
function usual(programme: string): Replies {
  return repliesUnder(newestRulePack(programme));
}

/** All goes well, and the money comes in two parts. */
const inTwoParts: Story = (number) => ({
  packet: group('padat-karya-2020', number),
  replies: usual('padat-karya-2020'),
  end: { stage: 'closed', result: 'complete', overdue: 0 },
  payments: [
    [1, 'settled'],
    [2, 'settled'],
  ],
});

/** The first packet has a sum that is wrong. */
const corrected: Story = (number) => {
  const sound = group('tkm-2022', number);
  return {
    packet: withWrongSum(sound),
    replies: { ...usual('tkm-2022'), correction: correctedBy(proposalText(sound.proposal)) },
    end: { stage: 'closed', result: 'complete', revision: 2 },
    payments: [[1, 'settled']],
  };
};

/** The bank refuses the account, and the leader names another. No report is made. */
const refused: Story = (number) => {
  const packet = group('tkm-2022', number);
  const { account } = packet.proposal;
  return {
    packet,
    refused: account.number,
    replies: {
      ...usual('tkm-2022'),
      'account-correction': () => ({
        fields: { bankCode: '008', number: rightAccount, holder: account.holder },
      }),
      'mentor-visit': silence,
      lpj: silence,
    },
    end: { stage: 'closed', result: 'with-overdue' },
    payments: [
      [1, 'rejected'],
      [1, 'settled'],
    ],
  };
};

/** The second approver says no. */
const rejected: Story = (number) => ({
  packet: group('tkm-2022', number),
  replies: {
    ...usual('tkm-2022'),
    approval: ({ person }) => ({
      fields: addressesOf('kpa').includes(person)
        ? { outcome: 'reject', reason: 'Lokasi usaha tidak jelas.' }
        : { outcome: 'approve', account: 'yes' },
    }),
  },
  end: { stage: 'rejected', at: 'approval', reason: 'rejected' },
  payments: [],
});

/** The first approver never answers. */
const unanswered: Story = (number) => ({
  packet: group('tkm-2020-two-tranches', number),
  replies: { ...usual('tkm-2020-two-tranches'), approval: silence },
  end: { stage: 'rejected', at: 'approval', reason: 'approver-silent' },
  payments: [],
});

const stories: readonly Story[] = [inTwoParts, refused, corrected, rejected, unanswered];

/**
 * Lives of all kinds in turn.
 * @param from the number of the first, from 1; people of other numbers are other people
 */
export function livesFrom(from: number, count: number): readonly Life[] {
  return Array.from({ length: count }, (_, index) => {
    const number = from + index;
    const life = (stories[(number - 1) % stories.length] ?? inTwoParts)(number);
    return { ...life, id: proposalIdOf(life.packet.prefix) };
  });
}
