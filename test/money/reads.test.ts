import { expect, it } from 'vitest';
import { ledgerOf } from '#cli/commands/ledger.ts';
import { beginnings } from './commands.ts';
import { firstWorld } from './world.ts';

it('reads the whole ledger of one proposal in at most three calls to DynamoDB', async () => {
  for (const world of await beginnings(await firstWorld()))
    for (const [id, { moves }] of Object.entries(world.model.groups)) {
      let calls = 0;
      const { store } = world.hands(async (effect) => {
        calls += 1;
        return effect();
      });
      expect(await ledgerOf({ store }, id)).toHaveLength(moves.length);
      expect(calls).toBeLessThanOrEqual(3);
    }
});
