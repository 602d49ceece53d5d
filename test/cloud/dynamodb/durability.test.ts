/** What the engine has answered is kept: whatever kills its process, and on a full disk. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isDynoxideInstalled } from '#local/dynamodb/dynoxide.ts';
import { EmbeddedDynamoDb } from '#local/dynamodb/embedded-engine.ts';
import { TableDatabase } from '#local/dynamodb/storage/database.ts';
import { tables } from './histories.ts';
import { itemsIn, openIn, writePair } from './killed.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dynamodb-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Runs the victim until it has printed that many lines, kills it, and gives the numbers that it printed. */
async function live(lines: number): Promise<readonly number[]> {
  const victim = fileURLToPath(new URL('./killed.ts', import.meta.url));
  const child = spawn(process.execPath, [victim, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString('utf8');
    if (printed.split('\n').length > lines) child.kill('SIGKILL');
  });
  const [code, signal] = await closed;
  expect([code, signal]).toEqual([null, 'SIGKILL']);
  // The last line may be cut off.
  return printed.split('\n').slice(0, -1).map(Number);
}

function numbersOf(items: readonly Record<string, { S: string }>[], side: string) {
  return items
    .filter(({ pk }) => pk?.S === side)
    .map(({ sk }) => Number(sk?.S))
    .sort((one, other) => one - other);
}

describe('the embedded engine', () => {
  it('has all that was answered and nothing by halves, however often it is killed', async () => {
    const answered: number[] = [];
    for (let kill = 1; kill <= 6; kill += 1) answered.push(...(await live(kill * 17)));
    const engine = await openIn(directory);
    const items = await itemsIn(engine);
    const [left, right] = [numbersOf(items, 'left'), numbersOf(items, 'right')];
    expect(left).toEqual(right);
    expect(left).toEqual(expect.arrayContaining(answered));
    // Numbers follow one another: a pair that was not answered was done as well, or will be.
    expect(left).toEqual(left.map((_, index) => index + 1));
    const indexed = await itemsIn(engine, 'byStatus');
    expect(numbersOf(indexed, 'left')).toEqual(left);
    expect(numbersOf(indexed, 'right')).toEqual(right);
    await engine.stop();
  }, 60_000);

  it('keeps nothing of a call that a full disk made fail, and continues when there is room', async () => {
    const file = join(directory, 'tables.sqlite');
    const db = new DatabaseSync(file);
    db.exec('PRAGMA journal_mode = WAL; PRAGMA max_page_count = 120;');
    const engine = new EmbeddedDynamoDb({
      database: new TableDatabase(db),
      account: '123456789012',
      region: 'ap-southeast-3',
      now: () => Date.now(),
    });
    for (const input of tables) await engine.call({ operation: 'CreateTable', input });
    let number = 0;
    const full = async (): Promise<unknown> => {
      for (;;) {
        try {
          await writePair(engine, number + 1);
        } catch (error) {
          return error;
        }
        number += 1;
      }
    };
    await expect(full()).resolves.toMatchObject({ code: 'InternalServerError', status: 500 });
    expect(number).toBeGreaterThan(5);
    const numbers = Array.from({ length: number }, (_, index) => index + 1);
    for (const side of ['left', 'right']) {
      expect(numbersOf(await itemsIn(engine), side)).toEqual(numbers);
      expect(numbersOf(await itemsIn(engine, 'byStatus'), side)).toEqual(numbers);
    }
    expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    db.exec('PRAGMA max_page_count = 10000');
    expect(await writePair(engine, number + 1)).toMatchObject({ status: 200 });
    await engine.stop();
    const reopened = await openIn(directory);
    expect(numbersOf(await itemsIn(reopened), 'left')).toEqual([...numbers, number + 1]);
    await reopened.stop();
  });

  it('does not open what another engine or another version kept, and says so', async () => {
    writeFileSync(join(directory, 'dynamodb.sqlite'), '');
    await expect(openIn(directory)).rejects.toThrow(
      `The tables in ${directory} were kept by dynoxide, which was the engine of earlier versions. Start with --fresh to forget them, or with DYNAMODB_ENGINE=dynoxide to go on with them.`,
    );
    rmSync(join(directory, 'dynamodb.sqlite'));
    const file = join(directory, 'tables.sqlite');
    const other = new DatabaseSync(file);
    other.exec('CREATE TABLE something (id INTEGER); PRAGMA user_version = 7;');
    other.close();
    await expect(openIn(directory)).rejects.toThrow(`${file} was written by another version`);
    vi.stubEnv('DYNAMODB_ENGINE', 'dynoxide');
    await expect(openIn(directory)).rejects.toThrow(`The tables in ${directory} were not kept by dynoxide.`);
    vi.stubEnv('DYNAMODB_ENGINE', 'dynamo');
    await expect(openIn(directory)).rejects.toThrow(
      'DYNAMODB_ENGINE is "dynamo", and may be "embedded" or "dynoxide".',
    );
  });

  it.runIf(isDynoxideInstalled())('is dynoxide where that is asked for', async () => {
    vi.stubEnv('DYNAMODB_ENGINE', 'dynoxide');
    const engine = await openIn(directory);
    expect(await writePair(engine, 1)).toMatchObject({ status: 200, units: 6 });
    expect(numbersOf(await itemsIn(engine), 'left')).toEqual([1]);
    await engine.stop();
  });
});
