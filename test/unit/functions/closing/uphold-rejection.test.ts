import { describe, expect, it } from 'vitest';
import { upholdRejection } from '#functions/closing/objection.ts';
import { idOfAsk } from '#test/asks.ts';
import { openStage, person, type Stage } from '../asks/stage.ts';
import { useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { objectionSteps } from './objection-steps.ts';

let stage: Stage;
let steps: ReturnType<typeof objectionSteps>;
useTable(async (opened) => {
  stage = await openStage(opened);
  steps = objectionSteps(stage);
  const changes = stage.store.people.put(person('pram', 'pa', ['*']));
  await stage.store.commit({ journal: 'settings', now: at(0), events: [], changes });
});

describe('an objection', () => {
  it.each([
    ['dismissed', 'dismissed'],
    ['left undecided', 'expired'],
  ])('that is %s leaves the rejection final, recorded once', async (_how, outcome) => {
    const { id, secret } = await steps.objected(outcome === 'dismissed' ? 16 : 17);
    if (outcome === 'dismissed') await steps.decide(secret, 'dismissed');
    else {
      const { turns } = await stage.store.asks.get(id, idOfAsk(id, 'appeal', ''));
      await stage.turn(id, 'appeal', '', turns.length - 1, 'pa', at(74));
    }
    await upholdRejection(stage.store, { proposalId: id, now: at(75) });
    const again = await upholdRejection(stage.store, { proposalId: id, now: at(76) });
    expect(again.proposal.upheld).toEqual({ at: at(75), outcome });
    expect(again.comment).toBe(outcome === 'dismissed' ? 'Sudah saya periksa' : undefined);
    expect((await stage.actions(id)).filter((action) => action === 'rejection.upheld')).toHaveLength(1);
  });
});
