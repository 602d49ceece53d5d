/**
 * Measures answering among many open asks: they are put into the table of an embedded cloud by the application's own
 * store, then some are answered by their links and one officer's list of asks is opened, over HTTP and through the
 * functions as they are deployed.
 *
 *     npm run bench:asks -- [--asks 10000] [--calls 300] [--json]
 *
 * Every ask belongs to a proposal of its own, a copy of one that came through the pipeline to its approver, so that
 * what an answer reads and writes is as large as in life. No execution waits for the copies: Step Functions is called
 * with a token for each, and answers that there is no such task.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { readUsage, usageBetween } from '#cli/cloud/bill.ts';
import { type Connection, connect } from '#cli/cloud/connection.ts';
import { defaultHome } from '#cli/cloud/home.ts';
import { putPacket } from '#cli/cloud/upload.ts';
import { createOutput } from '#cli/output.ts';
import type { OpenAsk } from '#domain/asks/ask.ts';
import { askOpened } from '#domain/asks/ask-events.ts';
import { askIdOf } from '#domain/asks/ask-id.ts';
import { readAboutOf } from '#domain/asks/ask-kinds.ts';
import { proposalIdOf } from '#domain/identifiers.ts';
import { type Person, personSchema } from '#domain/people/person.ts';
import type { Proposal } from '#domain/proposal/proposal.ts';
import { sessionCookie, sessionEnd } from '#functions/identity/session.ts';
import { hashLinkSecret, newLinkSecret } from '#functions/store/links.ts';
import { newMessageSecret, proofOf } from '#functions/store/message-links.ts';
import { linkEnd, linkUrl } from '#functions/web/link.ts';
import { play } from '#players/play.ts';
import { People } from '#players/player.ts';
import { agreeableReplies, silence } from '#players/replies.ts';
import { newestRulePack } from '#programmes/index.ts';
import { syntheticGroup } from '#samples/groups.ts';
import { proposalText } from '#samples/packet.ts';
import { inParallel } from './in-parallel.ts';
import { startProcess } from './measured-cloud.ts';
import { quantile } from './quantile.ts';

/** How many asks each officer has open. */
const asksEach = 40;
const writesAtOnce = 8;

interface Timed {
  /** Milliseconds, as the caller sees them. */
  p50: number;
  p95: number;
  /** DynamoDB capacity units of each call, all items that it touched. */
  readUnits: number;
  writeUnits: number;
}

interface Measured {
  asks: number;
  /** What it costs to open one: the ask, its place in the officer's list, the event, and the link. */
  opening: { readUnits: number; writeUnits: number };
  answer: Timed;
  /** Several clients at once, each with its own ask. */
  answersAtOnce: Timed & { atOnce: number; perSecond: number };
  list: Timed & { asks: number; kilobytes: number };
}

async function measure(asks: number, calls: number): Promise<Measured> {
  const state = await mkdtemp(join(tmpdir(), 'jaring-asks-'));
  const cloud = startProcess();
  try {
    const { endpoint } = await cloud.ask({
      ask: 'start',
      assemblies: join(defaultHome, 'assemblies'),
      state,
      startAt: '2020-10-05T01:00:00.000Z',
    });
    const connection = await connect(endpoint);
    try {
      const model = await oneWaiting(connection, endpoint);
      const { now } = await connection.control.clock();
      const officers = await appoint(connection, Math.ceil(asks / asksEach), now);
      const copies = Array.from({ length: asks }, (_, index) =>
        copyOf(model, index, officers[index % officers.length]?.id ?? ''),
      );
      await inParallel(copies, writesAtOnce, ({ proposal }) =>
        connection.store
          .commit({
            proposalId: proposal.id,
            now,
            events: [],
            changes: connection.store.proposals.create(proposal),
          })
          .then(() => undefined),
      );
      const unitsOf = meter(connection);
      const links: string[] = [];
      const opening = await unitsOf(copies.length, () =>
        inParallel(copies, writesAtOnce, async ({ ask }) => {
          links.push(linkUrl(connection.outputs.ApiUrl, await open(connection, ask, now)));
        }),
      );
      const times: number[] = [];
      const answer = async (link: string | undefined): Promise<void> => {
        const body = new URLSearchParams({ outcome: 'reject', reason: 'Rencana usaha belum jelas.' });
        const began = performance.now();
        const { status } = await fetch(link ?? '', { method: 'POST', body, redirect: 'manual' });
        times.push(performance.now() - began);
        if (status !== 303) throw new Error(`The answer was not taken (${status}).`);
      };
      for (let call = 0; call < warmUps; call++) await answer(links.pop());
      times.length = 0;
      const oneByOne = await unitsOf(calls, async () => {
        for (let call = 0; call < calls; call++) await answer(links.pop());
      });
      const alone = { ...quantilesOf(times), ...oneByOne };
      times.length = 0;
      const began = performance.now();
      const together = await unitsOf(calls, () =>
        inParallel(links.splice(-calls), clientsAtOnce, (link) => answer(link)),
      );
      const seconds = (performance.now() - began) / 1000;
      const answersAtOnce = {
        ...quantilesOf(times),
        ...together,
        atOnce: clientsAtOnce,
        perSecond: calls / seconds,
      };
      return {
        asks,
        opening,
        answer: alone,
        answersAtOnce,
        list: await measureList(connection, officers[0], calls, now),
      };
    } finally {
      connection.close();
    }
  } finally {
    await cloud.stop();
    await rm(state, { recursive: true, force: true });
  }
}

/** Calls that are not counted, so that the function is warm. */
const warmUps = 20;
const clientsAtOnce = 8;

/** A proposal that waits for its approver, and the ask. */
async function oneWaiting(
  connection: Connection,
  endpoint: string,
): Promise<{ proposal: Proposal; ask: OpenAsk }> {
  const packet = syntheticGroup(newestRulePack('tkm-2020'), 1);
  const id = proposalIdOf(packet.prefix);
  await putPacket(connection, packet.prefix, {
    proposal: proposalText(packet.proposal),
    attachments: packet.attachments,
  });
  const find = async () =>
    (await connection.store.asks.openBySubject(id)).find(({ kind }) => kind === 'approval');
  const people = new People({ endpoint, replies: { ...agreeableReplies, approval: silence } });
  await play({
    clock: connection.control,
    people,
    bank: { tick: async () => [] },
    finished: async () => (await find()) !== undefined,
  });
  const ask = await find();
  if (ask?.status !== 'open') throw new Error('No approver was asked.');
  return { proposal: await connection.store.proposals.get(id), ask };
}

/** Adds this many approvers. */
async function appoint({ store }: Connection, count: number, now: string): Promise<Person[]> {
  const officers = Array.from({ length: count }, (_, index) =>
    personSchema.parse({
      id: `officer-${index + 1}`,
      name: `Pejabat ${index + 1}`,
      roles: [{ role: 'ppk', areas: ['*'] }],
      email: `officer-${index + 1}@kemnaker.example`,
      language: 'id',
    }),
  );
  await inParallel(officers, writesAtOnce, async (officer) => {
    await store.commit({ journal: 'settings', now, events: [], changes: store.people.put(officer) });
  });
  return officers;
}

/** The same proposal and ask under another number, with an officer of its own and nothing that is unique. */
function copyOf(
  model: { proposal: Proposal; ask: OpenAsk },
  index: number,
  personId: string,
): { proposal: Proposal; ask: OpenAsk } {
  const packetPrefix = `bench-asks-${index}`;
  const id = proposalIdOf(packetPrefix);
  return {
    proposal: { ...model.proposal, id, packetPrefix, version: 1, involvements: [] },
    ask: {
      ...model.ask,
      version: 1,
      id: askIdOf(id, model.ask.kind, readAboutOf(model.ask.kind, model.ask.about)),
      subject: { of: 'proposal', id },
      assignee: { kind: 'person', personId, role: 'ppk' },
      taskToken: `bench-${index}-${newLinkSecret()}`,
    },
  };
}

/** Opens the ask as its first turn does, and gives it a link. @returns the link's secret */
async function open({ store }: Connection, ask: OpenAsk, now: string): Promise<string> {
  const { subject, id: askId, assignee } = ask;
  const personId = assignee.kind === 'person' ? assignee.personId : '';
  await store.commit({
    proposalId: subject.id,
    now,
    events: [askOpened(ask, { assignee: personId }, now)],
    changes: store.asks.create(ask),
  });
  const id = `${askId}#0#${now}`;
  const secret = newMessageSecret(subject.id, id);
  const link = {
    to: 'ask' as const,
    askId,
    personId,
    createdAt: now,
    expiresAt: linkEnd(ask.expiresAt),
  };
  await store.messages.claim({
    ...{ id, subjectId: subject.id, template: 'ask', to: personId, claimedAt: now, claimId: 'bench' },
    links: [{ proof: proofOf(secret), link }],
  });
  return secret;
}

/** The list of one officer, who has signed in. */
async function measureList(
  connection: Connection,
  officer: Person | undefined,
  calls: number,
  now: string,
): Promise<Measured['list']> {
  const personId = officer?.id ?? '';
  const { store, outputs } = connection;
  const secret = newLinkSecret();
  const session = { to: 'session' as const, personId, createdAt: now, expiresAt: sessionEnd(now) };
  await store.commit({
    journal: 'settings',
    now,
    events: [],
    changes: [store.links.create(hashLinkSecret(secret), session)],
  });
  const cookie = sessionCookie(secret).split(';')[0] ?? '';
  const times: number[] = [];
  let bytes = 0;
  const show = async () => {
    const began = performance.now();
    const answer = await fetch(`${outputs.ApiUrl.replace(/\/$/, '')}/tugas`, { headers: { cookie } });
    const text = await answer.text();
    times.push(performance.now() - began);
    bytes = Math.max(bytes, Buffer.byteLength(text));
    if (answer.status !== 200) throw new Error(`The list was not shown (${answer.status}).`);
  };
  for (let call = 0; call < warmUps; call++) await show();
  times.length = 0;
  const units = await meter(connection)(calls, async () => {
    for (let call = 0; call < calls; call++) await show();
  });
  return {
    ...quantilesOf(times),
    ...units,
    asks: (await store.assignments.of(personId)).length,
    kilobytes: bytes / 1000,
  };
}

/** What each of `count` things used of DynamoDB, by the cloud's meters. */
function meter({ control }: Connection) {
  return async (
    count: number,
    work: () => Promise<void>,
  ): Promise<{ readUnits: number; writeUnits: number }> => {
    const before = readUsage(await control.usage());
    await work();
    const used = usageBetween(before, readUsage(await control.usage()));
    const sum = (measure: 'readUnits' | 'writeUnits') =>
      used.reduce((total, use) => total + use[measure], 0) / count;
    return { readUnits: sum('readUnits'), writeUnits: sum('writeUnits') };
  };
}

function quantilesOf(values: readonly number[]) {
  return {
    p50: quantile(values, 0.5),
    p95: quantile(values, 0.95),
  };
}

const program = new Command('bench:asks')
  .description('measure answering, and one officer’s list, among many open asks')
  .option('--asks <count>', 'how many asks are open', '10000')
  .option('--calls <count>', 'how many calls of each kind', '300')
  .option('--json', 'print the result as JSON');
program.parse();
const { asks, calls, json } = program.opts<{ asks: string; calls: string; json?: boolean }>();
const output = createOutput(json === true, (text) => process.stdout.write(text));
const measured = await measure(Number(asks), Number(calls));
output.data(measured);
const lines: [string, { p50?: number; p95?: number; readUnits: number; writeUnits: number }][] = [
  ['open an ask', measured.opening],
  ['answer, one after the other', measured.answer],
  [`answer, ${measured.answersAtOnce.atOnce} at once`, measured.answersAtOnce],
  [`list of ${measured.list.asks} asks`, measured.list],
];
output.table(
  [
    { title: `with ${measured.asks} open asks` },
    { title: 'p50, ms', align: 'right' },
    { title: 'p95, ms', align: 'right' },
    { title: 'read units', align: 'right' },
    { title: 'write units', align: 'right' },
  ],
  lines.map(([what, { p50, p95, readUnits, writeUnits }]) => [
    what,
    p50?.toFixed(0) ?? '',
    p95?.toFixed(0) ?? '',
    readUnits.toFixed(1),
    writeUnits.toFixed(1),
  ]),
);
output.line(
  `${measured.answersAtOnce.perSecond.toFixed(0)} answers a second; the list has ${measured.list.kilobytes.toFixed(1)} KB.`,
);
