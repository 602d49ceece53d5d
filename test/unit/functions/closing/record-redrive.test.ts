import { describe, expect, it } from 'vitest';
import { recordFailure, recordRedrive } from '#functions/closing/halt.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { at, openScene, type Scene } from '../scene.ts';
import { awardSteps } from './award-steps.ts';

let table: TestTable;
let scene: Scene;
let steps: ReturnType<typeof awardSteps>;
useTable((opened) => {
  table = opened;
  scene = openScene(table);
  steps = awardSteps(scene);
});

describe('a failure', () => {
  it('is over once the execution is redriven, and may come again', async () => {
    const id = await steps.awarded(10);
    const before = await scene.store.proposals.get(id);
    const fail = (redrives: number, minute: number) =>
      recordFailure(scene.store, { proposalId: id, error: 'Broken', redrives, now: at(minute) });
    await fail(0, 9);
    for (const minute of [10, 11])
      await recordRedrive(scene.store, { proposalId: id, redrives: 1, now: at(minute) });
    expect(await scene.store.proposals.get(id)).toEqual({
      ...before,
      version: before.version + 2,
      redrives: 1,
      updatedAt: at(10),
    });
    await fail(1, 12);
    expect((await scene.store.proposals.get(id)).halted).toEqual({ at: at(12), error: 'Broken' });
    expect((await steps.actions(id)).slice(-3)).toEqual([
      'proposal.halted',
      'proposal.redriven',
      'proposal.halted',
    ]);
  });
});
