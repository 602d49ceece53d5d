/**
 * The process that `durability.test.ts` kills: it writes pairs of items, one pair a transaction, and prints a line for each
 * that was answered. It continues until it is killed.
 */
import { writeSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { startDynamoDb } from '#local/dynamodb/engine.ts';
import type { DynamoDbEngine } from '#local/dynamodb/engine-port.ts';
import { tables } from './histories.ts';

const TableName = 'texts';

/** Opens the tables in a folder; makes them if they are not there. */
export async function openIn(directory: string): Promise<DynamoDbEngine> {
  const engine = await startDynamoDb({
    directory,
    account: '123456789012',
    region: 'ap-southeast-3',
    now: () => Date.now(),
  });
  for (const input of tables) await engine.call({ operation: 'CreateTable', input });
  return engine;
}

/** What is in the table or in one of its indexes, all pages. */
export async function itemsIn(
  engine: DynamoDbEngine,
  IndexName?: string,
): Promise<Record<string, { S: string }>[]> {
  const items: Record<string, { S: string }>[] = [];
  let ExclusiveStartKey: unknown;
  do {
    const input = {
      TableName,
      ...(IndexName && { IndexName }),
      ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
    };
    const answer = JSON.parse((await engine.call({ operation: 'Scan', input })).body);
    items.push(...answer.Items);
    ExclusiveStartKey = answer.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return items;
}

/** Writes the two items of a number, or neither. */
export function writePair(engine: DynamoDbEngine, number: number) {
  return engine.call({
    operation: 'TransactWriteItems',
    input: {
      ClientRequestToken: `pair-${number}`,
      TransactItems: ['left', 'right'].map((side) => ({
        Put: {
          TableName,
          Item: {
            pk: { S: side },
            sk: { S: String(number) },
            gsi1pk: { S: 'PAIRS' },
            gsi1sk: { S: String(number) },
            text: { S: 'x'.repeat(number % 7 === 0 ? 20_000 : 300) },
          },
        },
      })),
    },
  });
}

if (import.meta.main) {
  const engine = await openIn(process.argv[2] ?? '');
  const written = (await itemsIn(engine)).map(({ sk }) => Number(sk?.S));
  for (let number = Math.max(0, ...written) + 1; ; number += 1) {
    const { status } = await writePair(engine, number);
    if (status !== 200) throw new Error(`Answered ${status}.`);
    writeSync(1, `${number}\n`);
    await turn();
  }
}
