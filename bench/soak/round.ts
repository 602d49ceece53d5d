/** One round of the soak: proposals run from upload to end on a cloud that is killed under them; then all is checked. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { clientSettings, connect } from '#cli/cloud/connection.ts';
import { putPacket, putSampleSettings } from '#cli/cloud/upload.ts';
import { askKinds } from '#domain/asks/ask-kinds.ts';
import { FakeBank } from '#players/bank/fake-bank.ts';
import { play, type StageClock } from '#players/play.ts';
import { People } from '#players/player.ts';
import { agreeableReplies, type Replies, type Situation } from '#players/replies.ts';
import { proposalText } from '#samples/packet.ts';
import type { Random } from '#samples/random.ts';
import { type Finding, findingsAtRest, findingsOf } from './invariants.ts';
import { KilledCloud, type KilledCloudSettings } from './killed-cloud.ts';
import { type Life, lifeBegins } from './lives.ts';

export interface RoundSettings {
  readonly assembly: string;
  readonly lives: readonly Life[];
  readonly random: Random;
  /** Kills after which the cloud is left alone. */
  readonly kills: number;
  readonly longest: KilledCloudSettings['longest'];
  /** Shared by the rounds, so that later ones kill at what earlier ones did not. */
  readonly statements: KilledCloudSettings['statements'];
  readonly killed?: (kills: number) => void;
}

export interface Round {
  readonly kills: KilledCloud['kills'];
  /** What was looked at: how many of each. */
  readonly checked: Readonly<Record<string, number>>;
  /** What does not hold. */
  readonly findings: readonly Finding[];
}

/**
 * After a kill it is not known whether money is on its way, since the answer that released it may not have arrived: so
 * many of the next skips stop at each payment run.
 */
const carefulSkips = 3;

export async function playRound(settings: RoundSettings): Promise<Round> {
  const { assembly, lives, random, longest, statements } = settings;
  const state = await mkdtemp(join(tmpdir(), 'jaring-soak-'));
  let careful = 0;
  const cloud = await KilledCloud.start({
    ...{ assembly, state, startAt: lifeBegins, longest, random, statements },
    killed: (kills) => {
      careful = carefulSkips;
      settings.killed?.(kills);
      if (kills >= settings.kills) cloud.stopKilling();
    },
  });
  try {
    const { endpoint } = cloud;
    const connection = await connect(endpoint);
    const bankClient = new S3Client({ ...clientSettings(endpoint), forcePathStyle: true });
    const bank = new FakeBank({ client: bankClient, bucket: connection.outputs.BankBucketName });
    await putSampleSettings(connection, lifeBegins);
    await connection.control.idle();
    cloud.startKilling();
    for (const { packet, refused } of lives) {
      if (refused !== undefined) bank.refuse(refused);
      const { attachments, prefix } = packet;
      await cloud.survive(() =>
        putPacket(connection, prefix, { proposal: proposalText(packet.proposal), attachments }),
      );
    }
    const people = new People({ endpoint, replies: repliesOf(lives) });
    const { control, store } = connection;
    const clock: StageClock = {
      idle: () => cloud.survive(() => control.idle()),
      // A skip that was cut short is not made again before people have seen what it brought.
      skip: (past) =>
        cloud.survive(
          () => control.skip(careful-- > 0 ? 'rates' : past),
          () => true,
        ),
      advance: (step) => cloud.survive(() => control.advance(step)),
    };
    const ended = await play({
      clock,
      people: {
        answerNewMail: () => cloud.survive(() => people.answerNewMail()),
        get waitsUntil() {
          return people.waitsUntil;
        },
      },
      bank: { tick: () => cloud.survive(() => bank.tick()) },
      finished: () =>
        cloud.survive(async () => {
          const found = await Promise.all(lives.map(({ id }) => store.proposals.find(id)));
          return found.every(
            (proposal) =>
              proposal?.stage === 'closed' ||
              proposal?.stage === 'rejected' ||
              proposal?.halted !== undefined,
          );
        }),
    });
    cloud.stopKilling();
    await cloud.survive(() => control.idle());
    const { findings, checked } = await cloud.survive(() => findingsOf(connection, bankClient, lives));
    bankClient.destroy();
    connection.close();
    await cloud.stop();
    const atRest = findingsAtRest(state);
    const unfinished = ended ? [] : [{ where: 'play', what: 'time stood still before every proposal ended' }];
    return { kills: { ...cloud.kills }, checked, findings: [...unfinished, ...findings, ...atRest] };
  } finally {
    await cloud.stop();
    await rm(state, { recursive: true, force: true });
  }
}

/**
 * Each proposal's people answer as its life has it.
 * @param before what to wait for before each answer
 */
export function repliesOf(lives: readonly Life[], before?: () => Promise<void>): Replies {
  const byId = new Map(lives.map(({ id, replies }) => [id, replies]));
  const reply = async (situation: Situation) => {
    await before?.();
    // A payment run belongs to no proposal.
    const replies: Replies = byId.get(situation.subjectId) ?? {
      'run-release': agreeableReplies['run-release'],
    };
    return replies[situation.kind]?.(situation);
  };
  return Object.fromEntries(askKinds.map((kind) => [kind, reply]));
}
