import { describe, expect, it } from 'vitest';
import { resumeAsk } from '#functions/asks/resume-ask.ts';
import { idOfAsk } from '#test/asks.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { jpeg, openStage, type Stage } from './stage.ts';

let table: TestTable;
let stage: Stage;
useTable(async (opened) => {
  table = opened;
  stage = await openStage(table);
});

/** A proposal whose site is to be visited by vera, with her link. */
async function visit(group: number, change?: Parameters<Stage['submitted']>[1]) {
  const id = await stage.submitted(group, change);
  const token = await stage.turn(id, 'site-visit', '1');
  const secret = stage.linksOf(id)[0] ?? '';
  return { id, token, secret };
}
const passed = { outcome: 'pass', visitedOn: '2020-08-03', latitude: '-7,42', longitude: '109.24' };
function photograph(id: string) {
  for (const name of ['a.jpg', 'b.jpg']) stage.upload(id, 'site-visit', '1', 'visit-photos', name, jpeg);
}

describe('answering', () => {
  it('is not lost when the function dies before it resumes: the sweeper finds it, once', async () => {
    const { id, token, secret } = await visit(16);
    photograph(id);
    stage.stepFunctionsFault.next = new Error('killed');
    await stage.post(secret, passed);
    stage.stepFunctionsFault.next = undefined;
    const unresumed = await stage.store.asks.answeredUnresumed();
    expect(unresumed.map((ask) => ask.id)).toEqual([idOfAsk(id, 'site-visit', '1')]);
    for (const ask of unresumed) await resumeAsk(stage.deps, ask, at(75));
    expect(stage.resumed.at(-1)).toEqual({ taskToken: token, outcome: 'pass' });
    expect(await stage.store.asks.answeredUnresumed()).toEqual([]);
  });
});
