/**
 * What must hold when every proposal has ended, however often the cloud was killed on the way. Everything is looked at from
 * outside: by the SDK's clients, in the mailbox, in the bank's folder; and, once the cloud is stopped, in its state folder for
 * what is left undone.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { type Connection, clientSettings } from '#cli/cloud/connection.ts';
import { checkLedger } from '#cli/commands/ledger.ts';
import type { PaymentAttempt } from '#domain/money/payment.ts';
import type { AuditEvent } from '#domain/proposal/audit.ts';
import type { Proposal } from '#domain/proposal/proposal.ts';
import { verifyRecord } from '#functions/store/audit.ts';
import { eventsIn } from '#functions/store/commit.ts';
import type { ChainOf } from '#functions/store/keys.ts';
import { withUnpacked } from '#functions/store/packed.ts';
import { proposalsAmong } from '#functions/store/proposal-items.ts';
import { readInstruction } from '#players/bank/instructions.ts';
import type { Mail } from '#players/mailbox.ts';
import { allExecutions, type Execution, faultsOf } from './histories.ts';
import { type Life, lifeBegins } from './lives.ts';

/** Something that does not hold. */
export interface Finding {
  readonly where: string;
  readonly what: string;
}

type Item = Readonly<Record<string, unknown>> & { readonly pk: string; readonly sk: string };
type Say = (where: string, what: string) => void;

/** Looks at everything while the cloud runs and is idle. */
export async function findingsOf(
  connection: Connection,
  s3: S3Client,
  lives: readonly Life[],
): Promise<{ findings: Finding[]; checked: Record<string, number> }> {
  const findings: Finding[] = [];
  const say: Say = (where, what) => findings.push({ where, what });
  const executions = await allExecutions(connection.stepFunctions);
  const items = await allItems(connection);
  const mails = await connection.control.mailbox();
  const instructed = await instructions(s3, connection.outputs.BankBucketName);
  for (const life of lives) checkEnd(life, items, executions, say);
  for (const execution of executions) {
    for (const fault of faultsOf(execution)) say(execution.name, fault);
    if (execution.status !== 'SUCCEEDED') say(execution.name, `ended as ${execution.status}`);
  }
  await checkNested(connection, executions, say);
  checkAsks(items, say);
  const repeated = checkMails(items, mails, say);
  checkMoney(lives, items, instructed, say);
  for (const { where, what } of (await checkLedger(connection)).findings) say(where, what);
  const chains = checkAudit(items, say);
  const next = await connection.control.skip('schedules');
  if (next) say('clock', 'a timer is left that is no schedule');
  return {
    findings,
    checked: {
      proposals: lives.length,
      executions: executions.length,
      events: executions.reduce((sum, { events }) => sum + events.length, 0),
      mails: mails.length,
      'mails sent again': repeated,
      payments: instructed.length,
      'audit chains': chains.count,
      'audit events': chains.events,
      items: items.length,
    },
  };
}

/** The whole table. */
export async function allItems({ control, outputs }: Connection): Promise<Item[]> {
  const client = new DynamoDBClient(clientSettings(control.endpoint));
  const items: Item[] = [];
  for await (const page of paginateScan({ client }, { TableName: outputs.TableName, ConsistentRead: true })) {
    for (const item of page.Items ?? []) items.push(withUnpacked(unmarshall(item) as Item));
  }
  client.destroy();
  return items;
}

function under(items: readonly Item[], pk: string, prefix: string) {
  return items.filter((item) => item.pk === pk && item.sk.startsWith(prefix));
}

/** The proposal ended as it should, once, and its execution's output says the same as the table. */
function checkEnd(life: Life, items: readonly Item[], executions: readonly Execution[], say: Say): void {
  const found = proposalsAmong(under(items, `PROPOSAL#${life.id}`, 'PROPOSAL')).get(`PROPOSAL#${life.id}`);
  if (found === undefined) {
    say(life.id, 'does not exist');
    return;
  }
  const proposal = found as unknown as Proposal;
  if (proposal.halted !== undefined) say(life.id, `halted: ${JSON.stringify(proposal.halted)}`);
  for (const [name, wanted] of Object.entries(life.end)) {
    const is: unknown = Reflect.get(found, name);
    if (is !== wanted) say(life.id, `${name} is ${JSON.stringify(is)}, not ${JSON.stringify(wanted)}`);
  }
  const parents = executions.filter(
    ({ name }) => /proposal[^/]*\//i.test(name) && name.endsWith(`/${life.id}`),
  );
  if (parents.length !== 1) say(life.id, `${parents.length} executions are named after it`);
  const text = parents[0]?.events.at(-1)?.executionSucceededEventDetails?.output ?? '{}';
  const output: Record<string, unknown> = JSON.parse(text);
  if (output.outcome !== proposal.stage) say(life.id, `its execution's output is ${text}`);
  for (const name of ['result', 'at', 'reason']) {
    if (output[name] !== undefined && output[name] !== Reflect.get(found, name))
      say(life.id, `its execution says ${name} ${String(output[name])}`);
  }
}

/** Each nested execution was started once, and its parent's task has what it ended with. */
async function checkNested(
  { stepFunctions }: Connection,
  executions: readonly Execution[],
  say: Say,
): Promise<void> {
  const byArn = new Map(executions.map((execution) => [execution.arn, execution]));
  const parents = new Map<string, string>();
  for (const { name, events, arn } of executions) {
    const { output } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn: arn }));
    const ended = events.at(-1)?.executionSucceededEventDetails?.output;
    if (output !== ended) say(name, 'DescribeExecution and the history differ in the output');
    for (const { id, taskSubmittedEventDetails: submitted } of events) {
      if (submitted?.resourceType !== 'states') continue;
      const { ExecutionArn }: { ExecutionArn: string } = JSON.parse(submitted.output ?? '{}');
      const nested = byArn.get(ExecutionArn);
      if (nested === undefined) say(name, `event ${id}: ${ExecutionArn} does not exist`);
      if (parents.has(ExecutionArn)) say(name, `${ExecutionArn} belongs to ${parents.get(ExecutionArn)} too`);
      parents.set(ExecutionArn, name);
      const resumed = events.find(
        ({ previousEventId, type }) => previousEventId === id && type === 'TaskSucceeded',
      );
      const { Output, Status } = JSON.parse(resumed?.taskSucceededEventDetails?.output ?? '{}');
      const own: unknown = JSON.parse(
        nested?.events.at(-1)?.executionSucceededEventDetails?.output ?? 'null',
      );
      if (Status !== 'SUCCEEDED' || JSON.stringify(Output) !== JSON.stringify(own))
        say(name, `event ${id}: ${ExecutionArn} was reported with another end than it had`);
    }
  }
}

/** No question is open, and none was answered without its execution being resumed. */
function checkAsks(items: readonly Item[], say: Say): void {
  for (const item of items) {
    if (!item.sk.startsWith('ASK#')) continue;
    const isPart = /\.m\d+$/.test(item.sk);
    if (!isPart && item.status === 'open') say(item.pk, `${item.sk} is open`);
    if (item.gsi1pk !== undefined) say(item.pk, `${item.sk} waits to be resumed`);
  }
}

/** A mail without what differs between two sendings of the same: the secrets of its links. */
function contentOf({ to, subject, text, html }: Mail) {
  return JSON.stringify([to, subject, text, html]).replaceAll(/\/(a|s|kode|masuk)\/[\w-]{20,}/g, '/$1/•');
}

/**
 * Every message that was written was sent, and every mail is on record. One may have been sent again by a function that was killed
 * between sending and noting it; the record then bears the later one's id, and both say the same.
 * @returns how many mails were sent again
 */
function checkMails(items: readonly Item[], mails: readonly Mail[], say: Say): number {
  const byId = new Map(mails.map((mail) => [mail.id, mail]));
  const recorded: Mail[] = [];
  for (const { pk, sk, status, serviceMessageId } of items) {
    if (pk === 'OUTBOX') say(pk, `${sk} was written and not sent`);
    if (!sk.startsWith('MESSAGE#')) continue;
    const mail = byId.get(String(serviceMessageId));
    if (status !== 'sent' || mail === undefined)
      say(pk, `${sk} is ${String(status)}, ${String(serviceMessageId)}`);
    else {
      if (!byId.delete(mail.id)) say(pk, `${sk}: ${mail.id} is on record twice`);
      recorded.push(mail);
    }
  }
  const contents = new Set(recorded.map(contentOf));
  for (const mail of byId.values()) {
    if (!contents.has(contentOf(mail))) say(mail.id, `"${mail.subject}" to ${mail.to[0]} is on no record`);
  }
  return byId.size;
}

/** A payment as a file for the bank has it. */
interface Instruction {
  readonly endToEndId: string;
  readonly amount: number;
}

async function instructions(s3: S3Client, bucket: string): Promise<Instruction[]> {
  const found: Instruction[] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: 'outbox/' })) {
    for (const { Key } of page.Contents ?? []) {
      if (Key === undefined) continue;
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
      found.push(...readInstruction(Key, (await Body?.transformToString()) ?? '').orders);
    }
  }
  return found;
}

/** Each tranche was paid once, each payment instructed once, and the budget lines add up to what was awarded. */
function checkMoney(
  lives: readonly Life[],
  items: readonly Item[],
  instructed: readonly Instruction[],
  say: Say,
): void {
  const paid = new Map<string, number>();
  const known = new Map<string, number>();
  for (const { id, payments, packet } of lives) {
    const attempts = under(items, `PROPOSAL#${id}`, 'PAYMENT#') as unknown as PaymentAttempt[];
    const were = attempts
      .toSorted((a, b) => a.tranche - b.tranche || a.attempt - b.attempt)
      .map(({ tranche, state }) => [tranche, state]);
    if (JSON.stringify(were) !== JSON.stringify(payments)) say(id, `was paid ${JSON.stringify(were)}`);
    for (const { endToEndId, amount } of attempts) known.set(endToEndId, amount);
    const settled = attempts.filter(({ state }) => state === 'settled');
    const sum = settled.reduce((total, { amount }) => total + amount, 0);
    const proposal = proposalsAmong(under(items, `PROPOSAL#${id}`, 'PROPOSAL')).get(`PROPOSAL#${id}`);
    const award = Reflect.get(Object(proposal?.award), 'amount');
    if (payments.length > 0 && sum !== award) say(id, `was paid ${sum} of ${String(award)}`);
    const { programme, group } = packet.proposal;
    const line = `BUDGET#${programme}#${lifeBegins.slice(0, 4)}#${group.village.slice(0, 2)}`;
    paid.set(line, (paid.get(line) ?? 0) + sum);
  }
  for (const { endToEndId, amount } of instructed) {
    if (known.get(endToEndId) !== amount)
      say(endToEndId, `${amount} was instructed, once too often or wrongly`);
    known.delete(endToEndId);
  }
  for (const endToEndId of known.keys()) say(endToEndId, 'was never instructed');
  for (const item of items) {
    if (!item.pk.startsWith('BUDGET#') || item.sk !== 'LINE') continue;
    const [ceiling, ...parts] = ['ceiling', 'available', 'committed', 'reserved', 'paid'].map((part) =>
      Number(item[part]),
    );
    if (parts.reduce((sum, part) => sum + part, 0) !== ceiling) say(item.pk, `does not add up: ${parts}`);
    const wanted = paid.get(item.pk) ?? 0;
    if (item.paid !== wanted || item.committed !== 0 || item.reserved !== 0)
      say(item.pk, `has ${parts} where ${wanted} was paid`);
    paid.delete(item.pk);
  }
  for (const [line, sum] of paid) if (sum > 0) say(line, `has no line for ${sum}`);
}

/** Whose chain lies in a partition. */
function chainIn(pk: string): ChainOf {
  if (!pk.startsWith('JOURNAL#')) return { proposalId: pk.slice('PROPOSAL#'.length) };
  return { journal: pk === 'JOURNAL#bank' ? 'bank' : 'settings' };
}

/** Every chain is whole, what it carries on is counted rightly, and no event of it was written twice. */
function checkAudit(items: readonly Item[], say: Say): { count: number; events: number } {
  const chains = [...new Set(items.filter(({ sk }) => sk.startsWith('AUDIT#')).map(({ pk }) => pk))];
  let count = 0;
  for (const pk of chains) {
    const stored = under(items, pk, 'AUDIT#').toSorted((one, other) => (one.sk < other.sk ? -1 : 1));
    const events = stored.flatMap((item) => eventsIn(item, item));
    count += events.length;
    const chain = verifyRecord(
      chainIn(pk),
      stored.map((item) => ({ key: item, attributes: item })),
    );
    if (!chain.sound) say(pk, `its record is broken: ${JSON.stringify(chain)}`);
    const seen = new Set<string>();
    for (const { seq: _, hash: __, previousHash: ___, ...event } of events as (AuditEvent &
      Record<string, unknown>)[]) {
      const text = JSON.stringify(event);
      if (seen.has(text)) say(pk, `is on record twice: ${text}`);
      seen.add(text);
    }
  }
  return { count: chains.length, events: count };
}

/** What a stopped cloud has left undone, by its databases. */
export function findingsAtRest(state: string): Finding[] {
  const findings: Finding[] = [];
  const counts = (file: string, tables: Readonly<Record<string, string>>): void => {
    const db = new DatabaseSync(join(state, file), { readOnly: true });
    for (const [what, from] of Object.entries(tables)) {
      const left = Number(db.prepare(`SELECT count(*) AS rows FROM ${from}`).get()?.rows);
      if (left > 0) findings.push({ where: file, what: `${left} ${what} left` });
    }
    db.close();
  };
  counts('step-functions.sqlite', {
    'executions under way': 'sfn_snapshots WHERE running = 1',
    'status events': 'sfn_outbox',
  });
  counts('services.sqlite', {
    'deliveries of EventBridge': 'events_delivery',
    'deliveries of the Scheduler': 'scheduler_delivery',
    'events of functions': 'lambda_event',
    'messages in queues': 'sqs_message',
    'uploads in parts': 's3_upload',
  });
  return findings;
}
