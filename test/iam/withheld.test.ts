/**
 * Needed statements are taken away, one by one, while a proposal lives: each time the pipeline stops with the right
 * AccessDenied, and continues when the statement is back. Which ones is drawn by `JARING_SEED`, one of each role.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Lambda } from '@aws-sdk/client-lambda';
import { SQS } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientSettings } from '#cli/cloud/connection.ts';
import { projectFolder } from '#cli/cloud/home.ts';
import { proposalIdOf } from '#domain/identifiers.ts';
import { seededRandom } from '#samples/random.ts';
import { startWorld, tkmGroup, type World } from '../e2e/world.ts';
import { type PolicyStatement, refusalsOf, statementsOf, withhold } from './policies.ts';
import { readReport } from './report-text.ts';
import { redrive } from './ways.ts';

/** How the policies begin of what a life needs, in the order in which it needs them first. */
const inOrder = [
  'IntakeRole',
  'ChecksRole',
  'PlanningRole',
  'MachinesverificationRole',
  'RecordsRole',
  'MachinesapprovalRole',
  'PapersRole',
  'PaymentsRole',
];
const samples = 6;
const seed = process.env.JARING_SEED ?? 'least privilege';
const straight = 'a proposal without fault';

const packet = tkmGroup(1);
const id = proposalIdOf(packet.prefix);
let world: World;

beforeAll(async () => {
  world = await startWorld({ cold: true });
});
afterAll(() => world?.stop());

/** What the report says a straight life needs, one statement of each of a few roles, in the life's order. */
function drawn(statements: readonly PolicyStatement[]): readonly PolicyStatement[] {
  const { below } = seededRandom(seed);
  const text = readFileSync(join(projectFolder, 'docs/iam-report.md'), 'utf8');
  const needed = new Set(
    readReport(text).flatMap((each) => (each.neededFor?.startsWith(straight) ? [each.id] : [])),
  );
  const choices = inOrder.map((role) => {
    const own = statements.filter((each) => each.id.startsWith(role) && needed.has(each.id));
    return own[below(own.length)];
  });
  while (choices.length > samples) choices.splice(below(choices.length), 1);
  return choices.flatMap((statement) => statement ?? []);
}

/** What was refused for want of the statement. */
async function refusedFor({ roleArn, actions }: PolicyStatement) {
  const refusals = await refusalsOf(world.endpoint);
  return refusals.find(({ principal, action }) => principal === roleArn && action in actions);
}

/** Plays until the want of a statement is felt, and everything that waits for a second try has had it. */
async function playUntilRefused(statement: PolicyStatement): Promise<void> {
  for (let skips = 0; skips < 60; skips++) {
    await world.answerAll();
    await world.bank.tick();
    if ((await refusedFor(statement)) !== undefined) {
      await world.connection.control.advance({ seconds: 900 });
      return;
    }
    await world.connection.control.skip('rates');
  }
}

/** Puts right what an administrator would: what a function failed on is given to it again, the proposal redriven. */
async function recover(): Promise<void> {
  const proposal = await world.connection.store.proposals.find(id);
  // What begins a proposal fails on the event, or the execution fails before the proposal is on record.
  if (proposal === undefined ? !(await giveFailedEventsAgain()) : proposal.halted !== undefined)
    await redrive(world, id);
}

/** Everything that lies in the queue of failures, to the Lambda that begins proposals. @returns whether there was anything */
async function giveFailedEventsAgain(): Promise<boolean> {
  const settings = clientSettings(world.endpoint);
  const [sqs, lambda] = [new SQS(settings), new Lambda(settings)];
  const { QueueUrls = [] } = await sqs.listQueues({});
  const QueueUrl = QueueUrls.find((url) => url.includes('DeadLettersFailed'));
  const { Messages = [] } = await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10 });
  for (const { Body = '' } of Messages) {
    await lambda.invoke({
      FunctionName: 'jaring-dev-intake',
      InvocationType: 'Event',
      Payload: Buffer.from(Body),
    });
  }
  await world.settle();
  for (const client of [sqs, lambda]) client.destroy();
  return Messages.length > 0;
}

async function stageNow() {
  return (await world.connection.store.proposals.find(id))?.stage;
}

test('a life stops at each, and continues', async () => {
  const statements = drawn(await statementsOf(world.endpoint));
  expect(statements).toHaveLength(samples);
  for (const [index, statement] of statements.entries()) {
    const what = `${statement.id} (JARING_SEED='${seed}')`;
    await withhold(world.endpoint, [statement.id]);
    if (index === 0) await world.submit(packet);
    else await recover();
    await playUntilRefused(statement);
    expect(await refusedFor(statement), what).toMatchObject({ principal: statement.roleArn });
    // Nothing continues by itself, whichever person is asked and however much time passes.
    const stopped = await stageNow();
    await world.answerAll();
    await world.connection.control.advance({ seconds: 3600 });
    expect(await stageNow(), what).toBe(stopped);
    expect(await isStopped(), what).toBe(true);
  }
  await withhold(world.endpoint, []);
  const before = await stageNow();
  await recover();
  await world.answerAll();
  const { halted } = await world.proposal(id);
  expect([before, halted]).toEqual([before, undefined]);
});

/** Whether the proposal did not begin, or is halted. */
async function isStopped(): Promise<boolean> {
  const proposal = await world.connection.store.proposals.find(id);
  return proposal === undefined || proposal.halted !== undefined;
}
