/** A process that runs executions is killed without warning, again and again; nothing is lost and nothing doubled. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { StepFunctionsStore } from '#local/step-functions/store.ts';
import { childArn, stateMachineArn } from './step-functions-killed.ts';

const kills = 6;
const executions = 40;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sfn-kill-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Runs the victim until it has printed `lines` lines, then kills it; with none, until it ends by itself. */
async function live(lines?: number): Promise<void> {
  const victim = fileURLToPath(new URL('./step-functions-killed.ts', import.meta.url));
  const child: ChildProcess = spawn(
    process.execPath,
    [victim, join(directory, 'states.db'), String(executions)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  let seen = 0;
  child.stdout?.on('data', (chunk: Buffer) => {
    seen += chunk.toString('utf8').split('\n').length - 1;
    if (lines !== undefined && seen >= lines) child.kill('SIGKILL');
  });
  const code = await ended;
  if (lines === undefined) expect(code).toBe(0);
}

it('survives being killed at any moment', async () => {
  for (let kill = 1; kill <= kills; kill += 1) await live(kill * 7);
  await live();
  const db = new DatabaseSync(join(directory, 'states.db'));
  const store = new StepFunctionsStore(db);
  const all = { before: Number.MAX_SAFE_INTEGER, limit: 1000 };
  const rows = store.executions({ stateMachineArn, ...all });
  expect(rows).toHaveLength(executions);
  for (const row of rows) {
    expect(row.status).toBe('SUCCEEDED');
    expect(JSON.parse(row.output ?? '')).toEqual([{ n: Number(row.name) }, { n: Number(row.name) }]);
    const events = store.history(row.id, 1, Number.MAX_SAFE_INTEGER);
    expect(events.map((event) => event.id)).toEqual(events.map((_, index) => index + 1));
    // One straight history, as if nothing had happened.
    expect(events.map((event) => event.type).toSorted()).toEqual(
      [
        ...[
          'ExecutionStarted',
          'PassStateEntered',
          'PassStateExited',
          'ParallelStateEntered',
          'ParallelStateStarted',
        ],
        ...['TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskSucceeded', 'TaskStateExited'],
        ...['WaitStateEntered', 'WaitStateExited', 'ParallelStateSucceeded', 'ParallelStateExited'],
        ...[
          'TaskStateEntered',
          'TaskScheduled',
          'TaskStarted',
          'TaskSubmitted',
          'TaskSucceeded',
          'TaskStateExited',
        ],
        'ExecutionSucceeded',
      ].toSorted(),
    );
  }
  // Each parent has one nested execution, however often its start was tried.
  const children = store.executions({ stateMachineArn: childArn, ...all });
  expect(children.map((row) => row.status)).toEqual(Array.from({ length: executions }, () => 'SUCCEEDED'));
  db.close();
});
