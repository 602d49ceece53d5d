/**
 * Measures one payment run of many payments: gathered and written, released by a treasurer, sent, answered by the bank,
 * and reconciled, by the functions and the state machine as they are deployed.
 *
 *     npm run bench:payments -- [--payments 3076] [--json]
 *
 * One group comes through the pipeline until its payment waits for a run; the others are copies of it under numbers and
 * accounts of their own, so that what is read and written is as large as in life. No execution waits for the copies: Step
 * Functions is called with a token for each, and answers that there is no such task. What an execution does after the
 * bank's answer, a transaction each in its own time, is not measured.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { Command } from 'commander';
import { readUsage, usageBetween } from '#cli/cloud/bill.ts';
import { type Connection, connect } from '#cli/cloud/connection.ts';
import { defaultHome } from '#cli/cloud/home.ts';
import { putPacket } from '#cli/cloud/upload.ts';
import { createOutput } from '#cli/output.ts';
import { proposalIdOf } from '#domain/identifiers.ts';
import { endToEndId, type PaymentAttempt } from '#domain/money/payment.ts';
import type { Proposal } from '#domain/proposal/proposal.ts';
import { newLinkSecret } from '#functions/store/links.ts';
import { play } from '#players/play.ts';
import { People } from '#players/player.ts';
import { repliesUnder } from '#players/replies.ts';
import { newestRulePack } from '#programmes/index.ts';
import { syntheticGroup } from '#samples/groups.ts';
import { proposalText } from '#samples/packet.ts';
import { schemaOf } from '../test/iso-20022.ts';
import { inParallel } from './in-parallel.ts';
import { startProcess } from './measured-cloud.ts';

const startAt = '2022-10-03T01:00:00.000Z';
const writesAtOnce = 8;
/** What the bank answers in. */
const format = 'camt.054';

/** The version of pain.001 whose schema is at hand. */
const version = '001.001.03';

interface Measured {
  payments: number;
  /** Seconds: each part, and all. */
  seconds: Record<'gatheredAndWritten' | 'releasedAndSent' | 'validated' | 'reconciled' | 'all', number>;
  /** What the bank took, which is none of ours. */
  bankSeconds: number;
  /** Bytes of the files to the bank. */
  fileBytes: number;
  validatedBy: string | null;
  settled: number;
  /** DynamoDB capacity units of each payment. */
  readUnits: number;
  writeUnits: number;
  transitions: number;
  /** MiB, of each function that took long: its heap and buffers, by its log. */
  functionMiB: Record<string, number>;
  /** MiB, of all that the cloud holds: its functions, its queues, its database. */
  peakMiB: number;
}

async function measure(count: number, say: (what: string) => void): Promise<Measured> {
  const state = await mkdtemp(join(tmpdir(), 'jaring-payments-'));
  const cloud = startProcess();
  try {
    const assemblies = join(defaultHome, 'assemblies');
    const { endpoint } = await cloud.ask({ ask: 'start', assemblies, state, startAt });
    const connection = await connect(endpoint);
    const { control, store } = connection;
    try {
      const pack = newestRulePack('tkm-2020-two-tranches');
      const people = new People({ endpoint, replies: repliesUnder(pack), lookAfterwards: false });
      const model = await oneReady(connection, people);
      const { now } = await control.clock();
      say(`A group waits for a payment run; ${count - 1} copies of it are added.`);
      const copies = Array.from({ length: count - 1 }, (_, index) => copyOf(model, index));
      await inParallel(copies, writesAtOnce, async ({ proposal, payment }) => {
        const changes = [...store.proposals.create(proposal), ...store.payments.create(payment)];
        await store.commit({ proposalId: proposal.id, now, events: [], changes });
      });
      const before = readUsage(await control.usage());
      const clock = stopwatch();

      while ((await store.runs.all()).length === 0) if (!(await control.skip('rates'))) throw new NoRun();
      await control.idle();
      const gatheredAndWritten = clock();
      say(`Gathered and written: ${gatheredAndWritten.toFixed(1)} s.`);

      while ((await outbox(connection)).length === 0) {
        await people.answerNewMail();
        await control.idle();
        if (people.waitsUntil !== undefined) await control.advance({ to: people.waitsUntil });
      }
      const releasedAndSent = clock();
      say(`Released and sent: ${releasedAndSent.toFixed(1)} s.`);

      const files = await outbox(connection);
      const schema = schemaOf(`pain.${version}`);
      for (const text of files) schema.validate?.(text);
      const validated = clock();

      await cloud.ask({ ask: 'bank', format });
      const bankSeconds = clock();
      await control.idle();
      const reconciled = clock();
      const used = usageBetween(before, readUsage(await control.usage()));
      const units = (measure: 'readUnits' | 'writeUnits') =>
        used.reduce((total, use) => total + use[measure], 0) / count;
      const pointers = [model, ...copies].map(({ payment }) => payment);
      const after = await store.payments.byPointers(pointers);
      return {
        payments: count,
        seconds: {
          ...{ gatheredAndWritten, releasedAndSent, validated, reconciled },
          all: gatheredAndWritten + releasedAndSent + validated + reconciled,
        },
        bankSeconds,
        fileBytes: files.reduce((sum, text) => sum + Buffer.byteLength(text), 0),
        validatedBy: schema.missing === undefined ? `pain.${version}` : null,
        settled: after.filter((payment) => payment.state === 'settled').length,
        readUnits: units('readUnits'),
        writeUnits: units('writeUnits'),
        transitions: used.find(({ operation }) => operation === 'transition')?.count ?? 0,
        functionMiB: await memoryOf(endpoint),
        peakMiB: await cloud.ask({ ask: 'memory' }),
      };
    } finally {
      connection.close();
    }
  } finally {
    await cloud.stop();
    await rm(state, { recursive: true, force: true });
  }
}

class NoRun extends Error {
  override readonly name = 'NoRun';
  constructor() {
    super('No payment run began.');
  }
}

/** Seconds since it was looked at last. */
function stopwatch() {
  let last = performance.now();
  return (): number => {
    const seconds = (performance.now() - last) / 1000;
    last = performance.now();
    return seconds;
  };
}

interface Ready {
  proposal: Proposal;
  payment: PaymentAttempt;
}

/** A proposal whose first payment waits for a run. */
async function oneReady(connection: Connection, people: People): Promise<Ready> {
  const { store, control } = connection;
  const packet = syntheticGroup(newestRulePack('tkm-2020-two-tranches'), 1);
  const id = proposalIdOf(packet.prefix);
  const { attachments } = packet;
  await putPacket(connection, packet.prefix, { proposal: proposalText(packet.proposal), attachments });
  const find = () => store.payments.find(id, 1, 1);
  await play({
    ...{ clock: control, people, bank: { tick: async () => [] } },
    finished: async () => (await find())?.state === 'ready',
  });
  const payment = await find();
  if (payment?.state !== 'ready') throw new Error(`The payment is ${payment?.state ?? 'not there'}.`);
  const { rail } = payment;
  if (typeof rail !== 'object' || rail.format !== 'pain.001') throw new Error('It is not paid by pain.001.');
  const { now } = await control.clock();
  const changes = [store.payments.put(payment, { ...payment, rail: { ...rail, version } })];
  await store.commit({ proposalId: id, now, events: [], changes });
  const [ready] = await store.payments.byPointers([payment]);
  if (ready === undefined) throw new Error('The payment is not there.');
  return { proposal: await store.proposals.get(id), payment: ready };
}

/** The same under another number and account. */
function copyOf(model: Ready, index: number): Ready {
  const packetPrefix = `bench-payments-${index}`;
  const id = proposalIdOf(packetPrefix);
  const { payment } = model;
  const account = { ...payment.account, number: String(1_000_000_000 + index) };
  return {
    proposal: { ...model.proposal, id, packetPrefix, version: 1 },
    payment: {
      ...payment,
      ...{ version: 1, proposalId: id, account, taskToken: `bench-${index}-${newLinkSecret()}` },
      endToEndId: endToEndId(id, payment.tranche, payment.attempt),
    },
  };
}

/** What the Lambdas of a run took at most: MiB. */
async function memoryOf(endpoint: string): Promise<Record<string, number>> {
  const taken: Record<string, number> = {};
  for (const name of ['payment-runs', 'payment-files', 'bank-answers']) {
    const log = await (await fetch(`${endpoint}/_local/logs/jaring-dev-${name}`)).text();
    const most = [...log.matchAll(/Max Memory Used: (\d+) MB/g)].map(([, used]) => Number(used));
    if (most.length > 0) taken[name] = Math.max(...most);
  }
  return taken;
}

/** The texts that lie where the bank reads. */
async function outbox({ s3, outputs }: Connection): Promise<string[]> {
  const Bucket = outputs.BankBucketName;
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'outbox/' }));
  return Promise.all(
    Contents.map(async ({ Key }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return (await Body?.transformToString('utf8')) ?? '';
    }),
  );
}

const program = new Command('bench:payments')
  .description('measure one payment run, from ready payments to what the bank made of them')
  .option('--payments <count>', 'how many payments', '3076')
  .option('--json', 'print the result as JSON');
program.parse();
const { payments, json } = program.opts<{ payments: string; json?: boolean }>();
const output = createOutput(json === true, (text) => process.stdout.write(text));
const measured = await measure(Number(payments), (what) => output.line(what));
output.data(measured);
const { seconds } = measured;
output.table(
  [{ title: `${measured.payments} payments` }, { title: '', align: 'right' }],
  [
    ['gathered and written, s', seconds.gatheredAndWritten.toFixed(1)],
    ['released and sent, s', seconds.releasedAndSent.toFixed(1)],
    [`validated${measured.validatedBy === null ? ' (no schema)' : ''}, s`, seconds.validated.toFixed(1)],
    ['reconciled, s', seconds.reconciled.toFixed(1)],
    ['all, s', seconds.all.toFixed(1)],
    ['(the bank itself, s)', measured.bankSeconds.toFixed(1)],
    ['settled', String(measured.settled)],
    ['files to the bank, MB', (measured.fileBytes / 1e6).toFixed(1)],
    ['read units, each', measured.readUnits.toFixed(1)],
    ['write units, each', measured.writeUnits.toFixed(1)],
    ['transitions, all', String(measured.transitions)],
    ...Object.entries(measured.functionMiB).map(([name, used]) => [`memory of ${name}, MiB`, String(used)]),
    ['peak memory of the whole cloud, MiB', measured.peakMiB.toFixed(0)],
  ],
);
if (measured.settled !== measured.payments) process.exitCode = 1;
