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
  it('halts the proposal once, and keeps its people and its money', async () => {
    const id = await steps.awarded(8);
    const before = await steps.lineNow();
    for (const minute of [9, 10])
      await recordFailure(scene.store, {
        proposalId: id,
        error: 'States.TaskFailed',
        redrives: 0,
        now: at(minute),
      });
    expect(await scene.store.proposals.get(id)).toMatchObject({
      stage: 'payment',
      halted: { at: at(9), error: 'States.TaskFailed' },
    });
    expect(await steps.locksOf(8)).toHaveLength(20);
    expect(await steps.lineNow()).toEqual(before);
    expect((await steps.actions(id)).filter((action) => action === 'proposal.halted')).toHaveLength(1);
  });

  it('of a proposal that was never registered is in the record all the same, once', async () => {
    const proposalId = 'P-ZZZZZZZZZZ';
    for (const minute of [1, 2])
      expect(
        await recordFailure(scene.store, { proposalId, error: 'NotFound', redrives: 0, now: at(minute) }),
      ).toBeUndefined();
    expect(await steps.actions(proposalId)).toEqual(['proposal.halted']);
    await recordRedrive(scene.store, { proposalId, redrives: 1, now: at(3) });
  });
});
