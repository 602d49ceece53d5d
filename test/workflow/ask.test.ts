import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AskPlan, askPlan } from '#domain/asks/ask.ts';
import type { AskKind } from '#domain/asks/ask-kinds.ts';
import { LambdaFunctionError } from '#local/step-functions/ports.ts';
import { createEngineHarness } from '#local/step-functions/testing.ts';
import { rulePack } from '#programmes/index.ts';
import { indonesia } from '../calendars.ts';
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

/** Around midnight in Jakarta, where a day begins, and at any other time. */
const anyMoment = fc.oneof(
  fc
    .integer({ min: -90, max: 90 })
    .map((seconds) => new Date(Date.parse('2026-03-02T17:00:00Z') + seconds * 1000).toISOString()),
  fc
    .date({
      min: new Date('2021-01-04T00:00:00Z'),
      max: new Date('2030-01-01T00:00:00Z'),
      noInvalidDate: true,
    })
    .map((date) => date.toISOString()),
);

test('an ask ends at the moment that people are given, to the second, also where its planning was tried again or its execution was redriven', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyMoment,
      fc.constantFrom<AskKind>('approval', 'spm', 'sp2d', 'deposit-slip', 'membership'),
      fc.integer({ min: 0, max: 3 }),
      fc.constantFrom<'asks/plan-ask' | 'asks/run-turn' | undefined>(
        'asks/plan-ask',
        'asks/run-turn',
        undefined,
      ),
      async (startAt, kind, hiccups, breaks) => {
        let [hiccupsLeft, breaksLeft] = [hiccups, breaks === undefined ? 0 : 1];
        let ended: { given: string; kept: number; token: string } | undefined;
        const harness = createEngineHarness({
          definitions: { ask: askMachine('approval') },
          startAt,
          invoke: (_, payload) => {
            const call = payload as { step: string; now: string; turn: number; taskToken: string } & AskPlan;
            if (call.step === breaks && breaksLeft-- > 0)
              throw new LambdaFunctionError({ errorType: 'Broken', errorMessage: 'broken' });
            if (call.step === 'asks/plan-ask') {
              if (hiccupsLeft-- > 0)
                throw new LambdaFunctionError({ errorType: 'TooMuchContention', errorMessage: 'busy' });
              const plan = askPlan(kind, rulePack('tkm-2020', 2), call.now, indonesia);
              return { askId: 'A', kind, about: { round: 1 }, ...plan };
            }
            const isLast = call.turns[call.turn]?.do === 'expire';
            if (isLast) ended = { given: call.expiresAt, kept: harness.clock.now(), token: call.taskToken };
            return {};
          },
        });
        const arn = await harness.start('ask', { proposalId: 'P-1' });
        while (ended === undefined) {
          if (harness.status(arn).status === 'FAILED') await harness.redrive(arn);
          if (!(await harness.skip())) expect(harness.status(arn).status).not.toBe('RUNNING');
        }
        await harness.sendTaskSuccess(ended.token, { outcome: 'expired', askId: 'A' });
        expect(harness.status(arn)).toEqual({ status: 'SUCCEEDED', output: { outcome: 'expired' } });
        const late = ended.kept - Date.parse(ended.given);
        harness.close();
        expect(late).toBeGreaterThanOrEqual(0);
        expect(late).toBeLessThan(1000);
      },
    ),
    { numRuns: 40 },
  );
});
