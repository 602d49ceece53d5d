import { expect, test } from 'vitest';
import { createEngineHarness } from '#local/step-functions/testing.ts';
import { askMachine } from './one-ask.ts';

/** Three turns of a minute each. */
function planned(now: string): object {
  const minute = (count: number) => new Date(Date.parse(now) + count * 60_000).toISOString();
  const turns = [0, 1, 2].map((turn) => ({ at: minute(turn), until: minute(turn + 1) }));
  return { askId: 'A', kind: 'approval', about: { round: 1 }, turns, expiresAt: minute(2) };
}

/** The transitions of an ask alone, when it is answered in the given turn. */
async function costOf(answeredIn: number): Promise<number> {
  const tokens: string[] = [];
  const harness = createEngineHarness({
    definitions: { ask: askMachine('approval') },
    invoke: (_, payload) => {
      if ((payload as { step: string }).step === 'asks/plan-ask')
        return planned((payload as { now: string }).now);
      tokens.push((payload as { taskToken: string }).taskToken);
      return {};
    },
  });
  const arn = await harness.start('ask', { proposalId: 'P-1' });
  for (let turn = 0; turn < answeredIn; turn += 1) await harness.skip();
  await harness.sendTaskSuccess(tokens.at(-1) ?? '', { outcome: 'approve', askId: 'A' });
  expect(harness.status(arn)).toEqual({ status: 'SUCCEEDED', output: { outcome: 'approve' } });
  expect(tokens).toHaveLength(answeredIn + 1);
  const beginAndDone = 2;
  const cost = harness.transitions() - beginAndDone;
  harness.close();
  return cost;
}

test('an ask costs three transitions at most, and one more for each reminder or escalation', async () => {
  const straight = await costOf(0);
  expect(straight).toBeLessThanOrEqual(3);
  expect(await costOf(1)).toBe(straight + 1);
  expect(await costOf(2)).toBe(straight + 2);
});
