/**
 * Measures the pipeline: N synthetic groups through all stages, played by mail and HTTP in virtual time.
 *
 *     npm run bench -- --groups 30 [--programme tkm-2020] [--profile] [--json]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MultiBar } from 'cli-progress';
import { Command } from 'commander';
import { billOf, readUsage, usageBetween } from '#cli/cloud/bill.ts';
import { type Connection, connect } from '#cli/cloud/connection.ts';
import { defaultHome } from '#cli/cloud/home.ts';
import { putPacket } from '#cli/cloud/upload.ts';
import { createOutput } from '#cli/output.ts';
import { proposalIdOf } from '#domain/identifiers.ts';
import { play } from '#players/play.ts';
import { People } from '#players/player.ts';
import { agreeableReplies } from '#players/replies.ts';
import { newestRulePack } from '#programmes/index.ts';
import { syntheticGroup } from '#samples/groups.ts';
import { proposalText } from '#samples/packet.ts';
import { inParallel } from './in-parallel.ts';
import { startProcess } from './measured-cloud.ts';
import { placesOf } from './profile.ts';

/** Packets that are uploaded at the same time. */
const uploadsAtOnce = 8;
/** People who act at the same time. */
const peopleAtOnce = 8;

interface Measured {
  groups: number;
  programme: string;
  closed: number;
  /** Wall time in seconds, from the first upload to the last close. */
  seconds: number;
  proposalsPerSecond: number;
  /** The largest memory of the cloud's process and of its database: MiB. */
  peakMiB: number;
  /** Processor time by who used it: the functions' threads, the cloud's own, the database, and people with the harness. */
  cpuSeconds: Record<'functions' | 'cloud' | 'database' | 'players', number>;
  perProposal: Record<string, number>;
  /** US dollars. */
  pricePerProposal: number;
}

async function measure(
  groups: number,
  programme: string,
  visible: boolean,
  profileTo: string | undefined,
): Promise<Measured> {
  const state = await mkdtemp(join(tmpdir(), 'jaring-bench-'));
  const cloud = startProcess(profileTo);
  const bars = new MultiBar({
    format: '{what} {bar} {value}/{total}',
    hideCursor: true,
    clearOnComplete: true,
  });
  const barOf = (what: string) => (visible ? bars.create(groups, 0, { what }) : undefined);
  try {
    const { endpoint } = await cloud.ask({
      ask: 'start',
      assemblies: join(defaultHome, 'assemblies'),
      state,
      startAt: '2020-10-05T01:00:00.000Z',
    });
    const connection = await connect(endpoint);
    try {
      const pack = newestRulePack(programme);
      const packets = Array.from({ length: groups }, (_, index) => syntheticGroup(pack, index + 1));
      const before = readUsage(await connection.control.usage());
      const cpuBefore = { cloud: await cloud.ask({ ask: 'cpu' }), players: process.cpuUsage() };
      const began = performance.now();
      const uploaded = barOf('uploaded');
      const closing = barOf('closed  ');
      await inParallel(packets, uploadsAtOnce, async (packet) => {
        await putPacket(connection, packet.prefix, {
          proposal: proposalText(packet.proposal),
          attachments: packet.attachments,
        });
        uploaded?.increment();
      });
      await play({
        clock: connection.control,
        people: new People({ endpoint, replies: agreeableReplies, atOnce: peopleAtOnce }),
        bank: { tick: () => cloud.ask({ ask: 'bank' }) },
        finished: endWatch(
          connection,
          packets.map(({ prefix }) => prefix),
          () => closing?.increment(),
        ),
      });
      const seconds = (performance.now() - began) / 1000;
      const { main, functions, database } = await cloud.ask({ ask: 'cpu' });
      const players = process.cpuUsage(cpuBefore.players);
      const bill = billOf(usageBetween(before, readUsage(await connection.control.usage())));
      return {
        groups,
        programme,
        closed: (await connection.store.proposals.list('closed')).length,
        seconds,
        proposalsPerSecond: groups / seconds,
        peakMiB: await cloud.ask({ ask: 'memory' }),
        cpuSeconds: {
          functions: functions - cpuBefore.cloud.functions,
          cloud: main - cpuBefore.cloud.main,
          database: database - cpuBefore.cloud.database,
          players: (players.user + players.system) / 1e6,
        },
        perProposal: Object.fromEntries(bill.lines.map(({ name, amount }) => [name, amount / groups])),
        pricePerProposal: bill.total / groups,
      };
    } finally {
      connection.close();
    }
  } finally {
    bars.stop();
    await cloud.stop();
    await rm(state, { recursive: true, force: true });
  }
}

/**
 * Whether every proposal has ended, found by looking at the first of those that had not: the meters must count what
 * the pipeline reads, not what is read to watch it.
 */
function endWatch(
  { store }: Connection,
  prefixes: readonly string[],
  ended: () => void,
): () => Promise<boolean> {
  const open = prefixes.map(proposalIdOf);
  return async () => {
    for (let first = open[0]; first !== undefined; first = open[0]) {
      const { stage, halted } = (await store.proposals.find(first)) ?? {};
      if (stage !== 'closed' && stage !== 'rejected' && halted === undefined) return false;
      open.shift();
      ended();
    }
    return true;
  };
}

const program = new Command('bench')
  .description('measure the pipeline: synthetic groups through all stages')
  .option('--groups <count>', 'how many groups', '30')
  .option('--programme <id>', 'the rule-pack that they apply under', 'tkm-2020')
  .option('--profile', "show where the cloud's processor time goes, by node's profiler, which slows it down")
  .option('--json', 'print the result as JSON');
program.parse();
const { groups, programme, profile, json } = program.opts<{
  groups: string;
  programme: string;
  profile?: boolean;
  json?: boolean;
}>();
const output = createOutput(json === true, (text) => process.stdout.write(text));
const profileTo = profile === true ? await mkdtemp(join(tmpdir(), 'jaring-profile-')) : undefined;
const measured = await measure(Number(groups), programme, !output.json, profileTo);
const places = profileTo === undefined ? [] : await placesOf(profileTo);
if (profileTo !== undefined) await rm(profileTo, { recursive: true });
output.data({ ...measured, ...(profileTo !== undefined && { places }) });
output.table(
  [{ title: 'measure' }, { title: 'value', align: 'right' }],
  [
    ['groups', String(measured.groups)],
    ['closed', String(measured.closed)],
    ['wall time, s', measured.seconds.toFixed(1)],
    ['proposals a second', measured.proposalsPerSecond.toFixed(2)],
    ['peak memory, MiB', measured.peakMiB.toFixed(0)],
    ...Object.entries(measured.cpuSeconds).map(([who, seconds]) => [`CPU of ${who}, s`, seconds.toFixed(1)]),
    ...Object.entries(measured.perProposal).map(([name, amount]) => [`${name}, each`, amount.toFixed(1)]),
    ['price, US$ each', measured.pricePerProposal.toFixed(5)],
  ],
);
if (places.length > 0) {
  output.table(
    [{ title: 'thread' }, { title: 'doing' }, { title: 's', align: 'right' }],
    places.map(({ thread, doing, seconds }) => [thread, doing, seconds.toFixed(1)]),
  );
}
if (measured.closed !== measured.groups) process.exitCode = 1;
