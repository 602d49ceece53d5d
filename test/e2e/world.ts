/** A cloud to test in: packets go in, everyone answers as agreed unless a test says otherwise, time is skipped. */

import { rmSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Connection } from '#cli/cloud/connection.ts';
import { defaultHome } from '#cli/cloud/home.ts';
import { type StartedCloud, type StartSettings, startPipeline } from '#cli/cloud/start.ts';
import { putPacket } from '#cli/cloud/upload.ts';
import { askKinds } from '#domain/asks/ask-kinds.ts';
import { proposalIdOf } from '#domain/identifiers.ts';
import type { Proposal } from '#domain/proposal/proposal.ts';
import type { CloudOptions } from '#local/cloud.ts';
import { KeptEnvironments } from '#local/lambda/kept-environments.ts';
import type { FakeBank } from '#players/bank/fake-bank.ts';
import { type Mail, readMailbox } from '#players/mailbox.ts';
import { type Bank, play } from '#players/play.ts';
import { type Deed, People } from '#players/player.ts';
import {
  agreeableReplies,
  type Replies,
  type Reply,
  repliesUnder,
  type Situation,
} from '#players/replies.ts';
import { newestRulePack } from '#programmes/index.ts';
import { type GroupWishes, syntheticGroup } from '#samples/groups.ts';
import { proposalText, type SamplePacket } from '#samples/packet.ts';

/** A Monday morning in Jakarta. */
const beginning = '2022-10-03T01:00:00.000Z';

export interface World {
  readonly endpoint: string;
  readonly connection: Connection;
  readonly bank: FakeBank;
  /** Everything that people have done so far. */
  readonly deeds: readonly Deed[];
  /** Puts a packet into the bucket. `replies` hold for its people only; they come before what all agree on. */
  submit(packet: SamplePacket, replies?: Replies): Promise<string>;
  /** Says how the people of a proposal answer, before anything of it is there. */
  expect(prefix: string, replies: Replies): void;
  /** Says how payment runs are decided about from now on: by default they are released. */
  decideRuns(reply: NonNullable<Replies['run-release']>): void;
  /** Waits until nothing is going on. */
  settle(): Promise<void>;
  /** Plays until these proposals, or all that were submitted, have ended or halted. */
  playToEnd(ids?: readonly string[], by?: Bank): Promise<boolean>;
  /** Plays until something holds, so that the year of training after it is left out. */
  playUntil(holds: () => Promise<boolean>): Promise<boolean>;
  /** Lets everyone answer what is there, moving time only to their next codes. Returns what was done. */
  answerAll(): Promise<Deed[]>;
  /** What a person's authenticator shows now, for one use. */
  codeOf(address: string): Promise<string>;
  proposal(id: string): Promise<Proposal>;
  /** The proposal, which is to be in that stage. */
  inStage<Stage extends Proposal['stage']>(
    id: string,
    stage: Stage,
  ): Promise<Extract<Proposal, { stage: Stage }>>;
  /** What happened to the proposal, by its record. */
  actionsOf(id: string): Promise<string[]>;
  mails(): Promise<Mail[]>;
  /** The messages to an address that contain a text in their subject. */
  mailsTo(address: string, subject?: string): Promise<Mail[]>;
  stop(): Promise<void>;
}

/** A cloud that nothing has happened on but the import of the sample settings; others begin as copies of it. */
interface FirstCloud {
  readonly state: string;
  readonly port: number;
}
let first: Promise<FirstCloud> | undefined;
let taken = false;
const kept = new KeptEnvironments();

export interface TestCloudWishes {
  /** Randomness of the state machines. */
  readonly chance?: CloudOptions['chance'];
  /**
   * Every function starts cold, and reads again what it remembers while it is warm. Any number of such clouds may run at once.
   */
  readonly cold?: boolean;
}

/**
 * Starts a cloud of its own, to be stopped before the next is started: each begins with the same port, keys and secrets, so
 * that the functions which the one before has started can continue, warm.
 */
export async function startTestCloud({ chance, cold = false }: TestCloudWishes = {}): Promise<StartedCloud> {
  const wishes = chance === undefined ? {} : { chance };
  if (cold) {
    const state = await mkdtemp(join(tmpdir(), 'jaring-test-'));
    return endingWith(await startOn(state, wishes), () => forget(state));
  }
  if (taken) throw new Error('The test cloud of before still runs; stop it first.');
  taken = true;
  try {
    const { cloud, state } = await startNext(wishes).catch((error: unknown) => {
      if (!isPortTaken(error)) throw error;
      // While no cloud ran, another process has taken one of its ports: from now on others are used.
      first = undefined;
      return startNext(wishes);
    });
    return endingWith(cloud, async () => {
      taken = false;
      await forget(state);
    });
  } catch (error) {
    taken = false;
    throw error;
  }
}

function forget(state: string) {
  return rm(state, { recursive: true, force: true });
}

function isPortTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

/** Starts a cloud as a copy of the first. */
async function startNext(wishes: Partial<StartSettings>) {
  first ??= startFirst();
  const { state: begin, port } = await first;
  const state = await mkdtemp(join(tmpdir(), 'jaring-test-'));
  await cp(begin, state, { recursive: true });
  return { state, cloud: await startOn(state, { ...wishes, port, kept }) };
}

function startOn(state: string, more: Partial<StartSettings>): Promise<StartedCloud> {
  return startPipeline({
    assemblies: join(defaultHome, 'assemblies'),
    ...{ state, clock: 'virtual', startAt: beginning },
    ...more,
  });
}

async function startFirst(): Promise<FirstCloud> {
  const state = await mkdtemp(join(tmpdir(), 'jaring-first-'));
  // For processes other than vitest's, which end without notice and whose temporary files go all at once.
  process.once('exit', () => rmSync(state, { recursive: true, force: true }));
  const cloud = await startOn(state, { kept });
  await cloud.connection.control.idle();
  await cloud.stop();
  return { state, port: Number(new URL(cloud.endpoint).port) };
}

function endingWith(cloud: StartedCloud, after: () => Promise<void>): StartedCloud {
  return {
    ...cloud,
    stop: async () => {
      await cloud.stop();
      await after();
    },
  };
}

/** In whose name replies about payment runs are kept: whose ids are not known before. */
const runs = 'runs';

export async function startWorld(cloudWishes: TestCloudWishes = {}): Promise<World> {
  const cloud = await startTestCloud(cloudWishes);
  const { endpoint, connection, bank } = cloud;
  const wishes = new Map<string, Replies>();
  const submitted: string[] = [];
  const deeds: Deed[] = [];
  const reply = (situation: Situation) => {
    const whose = situation.kind === 'run-release' ? runs : situation.subjectId;
    const all: Replies = { ...agreeableReplies, ...wishes.get(whose) };
    return all[situation.kind]?.(situation);
  };
  const replies: Replies = Object.fromEntries(askKinds.map((kind) => [kind, reply]));
  // What a link shows after its answer has tests of its own; the third request of each answer is left out.
  const people = new People({
    ...{ endpoint, replies, lookAfterwards: false },
    did: (deed) => deeds.push(deed),
  });
  const proposal = (id: string) => connection.store.proposals.get(id);
  const isOver = async (id: string) => {
    const found = await connection.store.proposals.find(id);
    return found?.stage === 'closed' || found?.stage === 'rejected' || found?.halted !== undefined;
  };
  const playUntil = (finished: () => Promise<boolean>, by: Bank = bank) =>
    play({ clock: connection.control, people, bank: by, finished });
  return {
    endpoint,
    connection,
    bank,
    deeds,
    decideRuns: (reply) => void wishes.set(runs, { 'run-release': reply }),
    expect: (prefix, given) => void wishes.set(proposalIdOf(prefix), given),
    submit: async (packet, given = {}) => {
      const id = proposalIdOf(packet.prefix);
      wishes.set(id, { ...repliesUnder(newestRulePack(packet.proposal.programme)), ...given });
      submitted.push(id);
      const { attachments } = packet;
      await putPacket(connection, packet.prefix, { proposal: proposalText(packet.proposal), attachments });
      return id;
    },
    settle: () => connection.control.idle(),
    playToEnd: (ids = submitted, by = bank) =>
      playUntil(async () => (await Promise.all(ids.map(isOver))).every((over) => over), by),
    playUntil,
    answerAll: async () => {
      const all: Deed[] = [];
      for (;;) {
        await connection.control.idle();
        const done = await people.answerNewMail();
        all.push(...done);
        if (done.length > 0) continue;
        if (people.waitsUntil === undefined) return all;
        await connection.control.advance({ to: people.waitsUntil });
      }
    },
    codeOf: async (address) => people.codeOf(address, (await connection.control.clock()).now) ?? '',
    proposal,
    inStage: async <Stage extends Proposal['stage']>(id: string, stage: Stage) => {
      const found = await proposal(id);
      expect(found.stage).toBe(stage);
      return found as Extract<Proposal, { stage: Stage }>;
    },
    actionsOf: async (id) =>
      (await connection.store.audit.list({ proposalId: id })).map(({ action }) => action),
    mails: () => readMailbox(endpoint),
    mailsTo: async (address, subject = '') => {
      // Another function sends what the last one wrote.
      await connection.control.idle();
      return (await readMailbox(endpoint)).filter(
        (mail) => mail.to.includes(address) && mail.subject.includes(subject),
      );
    },
    stop: () => cloud.stop(),
  };
}

/** A PPK, who is asked about the account too, approves; a KPA, whose list it is then on, does not answer. */
export function approvedByPpk({ page }: Situation): Reply {
  const asksAboutAccount = page.answer?.fields.some(({ name }) => name === 'account');
  return asksAboutAccount === true ? { fields: { outcome: 'approve', account: 'yes' } } : undefined;
}

/** A sound packet of TKM 2022, ten people paid at once. Numbers keep groups apart. */
export function tkmGroup(number: number, wishes: GroupWishes = {}): SamplePacket {
  return syntheticGroup(newestRulePack('tkm-2022'), number, { seed: 'e2e', ...wishes });
}

/** A sound packet of TKM in two tranches, ten people paid by pain.001. */
export function twoTranchesGroup(number: number, wishes: GroupWishes = {}): SamplePacket {
  return syntheticGroup(newestRulePack('tkm-2020-two-tranches'), number, { seed: 'e2e', ...wishes });
}

/** A sound packet of Padat Karya 2020, twenty people. */
export function padatKaryaGroup(number: number, wishes: GroupWishes = {}): SamplePacket {
  return syntheticGroup(newestRulePack('padat-karya-2020'), number, { seed: 'e2e', ...wishes });
}

/** Whom the group is written to. */
export function contactOf(packet: SamplePacket): string {
  return packet.proposal.contact.email;
}
