/**
 * The embedded engine against dynoxide, another implementation of DynamoDB that was checked against the service itself:
 * whatever is asked of both, both answer the same, consume the same and refuse by the same name.
 *
 * Where they differ, AWS's documentation decides: the last tests are the differences, each with its source.
 */
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isDynoxideInstalled } from '#local/dynamodb/dynoxide.ts';
import { EmbeddedDynamoDb } from '#local/dynamodb/embedded-engine.ts';
import type { DynamoDbAnswer, DynamoDbEngine } from '#local/dynamodb/engine-port.ts';
import { startDynoxide } from '#local/dynamodb/outside-engine.ts';
import { TableDatabase } from '#local/dynamodb/storage/database.ts';
import { differences } from './differences.ts';
import { type Call, call, tables } from './histories.ts';

const region = 'ap-southeast-3';
const isInstalled = isDynoxideInstalled();
if (!isInstalled) console.warn('Not compared with dynoxide: there is none for this system.');

let embedded: DynamoDbEngine;
let dynoxide: DynamoDbEngine;
beforeAll(async () => {
  if (!isInstalled) return;
  embedded = new EmbeddedDynamoDb({
    database: TableDatabase.open(':memory:'),
    account: '123456789012',
    region,
    now: () => Date.now(),
  });
  dynoxide = await startDynoxide(region);
  for (const input of tables) await both({ operation: 'CreateTable', input });
});
afterAll(async () => {
  if (!isInstalled) return;
  await embedded.stop();
  await dynoxide.stop();
});

function both({ operation, input }: Call) {
  return Promise.all([embedded, dynoxide].map((engine) => engine.call({ operation, input })));
}

/** What is compared of an answer. */
function compared({ operation, input }: Call, { status, body, units }: DynamoDbAnswer): unknown {
  const answer: Record<string, unknown> = JSON.parse(body);
  if (status !== 200) {
    const reasons = answer.CancellationReasons as { Code: string; Item?: unknown }[] | undefined;
    return {
      name: String(answer.__type).split('#').at(-1),
      Item: unordered(answer.Item),
      reasons: reasons?.map(({ Code, Item }) => ({ Code, Item: unordered(Item) })),
    };
  }
  const { Items, Responses, ConsumedCapacity, ...rest } = answer;
  return unordered({
    ...rest,
    // With a projection they differ: see the differences.
    units: input.ProjectionExpression === undefined ? units : undefined,
    ConsumedCapacity: sorted(ConsumedCapacity),
    // In what order a scan, a batch and tables come is not said, nor that of equal keys of an index.
    Items: operation === 'Scan' || input.IndexName !== undefined ? sorted(Items) : Items,
    Responses: operation === 'BatchGetItem' ? sorted((Responses as { texts?: unknown }).texts) : Responses,
  });
}

function sorted(items: unknown) {
  return Array.isArray(items) ? items.map((item) => JSON.stringify(unordered(item))).sort() : items;
}

/** Attributes of an item and members of a set in one order. */
function unordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, each]) => [
        name,
        (name === 'SS' || name === 'NS' || name === 'BS') && Array.isArray(each)
          ? [...each].sort()
          : unordered(each),
      ]),
  );
}

async function empty(): Promise<void> {
  for (const { TableName } of tables) {
    const { body } = await embedded.call({ operation: 'Scan', input: { TableName } });
    for (const { pk, sk } of JSON.parse(body).Items) {
      await both({ operation: 'DeleteItem', input: { TableName, Key: { pk, sk } } });
    }
  }
}

describe.runIf(isInstalled)('the embedded engine and dynoxide', () => {
  it('answer, consume and refuse the same, whatever is asked', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 20, maxLength: 40 }), async (calls) => {
        await empty();
        for (const each of calls) {
          const [ours, theirs] = (await both(each)).map((answer) => compared(each, answer));
          expect({ asked: each, answered: ours }).toEqual({ asked: each, answered: theirs });
        }
      }),
      { numRuns: 25 },
    );
  });

  describe.each(differences)('differ: the embedded one $does', ({ source, before = [], call, answers }) => {
    it(`as ${source} has it`, async () => {
      await empty();
      for (const each of before) await both(each);
      const [ours, theirs] = await both(call);
      const { __type, ...answer } = JSON.parse(ours?.body ?? '');
      expect(unordered(answer)).toEqual(unordered(answers));
      // Once the other answers so too, this is no difference any more.
      expect(theirs && compared(call, theirs)).not.toEqual(ours && compared(call, ours));
    });
  });
});
