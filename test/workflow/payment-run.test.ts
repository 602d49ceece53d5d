import { afterEach, describe, expect, it } from 'vitest';
import { type Script, setStage } from './stage.ts';

let close: () => void = () => undefined;
afterEach(() => close());

async function run(script: Script) {
  const stage = setStage(script);
  close = stage.close;
  const { output, status } = await stage.play('payment-run', {}, 'run-2026-01-05');
  return { ...stage, output, status };
}

describe('payment run', () => {
  it('gathers what is ready under the execution’s name and start, and writes one file for each rail', async () => {
    const { output, callsOf } = await run({
      functions: {
        'payment/gather-payments': { outcome: 'gathered', runId: 'R-7', rails: ['bulk-text', 'pain.001'] },
      },
    });
    expect(output).toEqual({ outcome: 'sent', runId: 'R-7', files: 2 });
    expect(callsOf('payment/gather-payments')).toEqual([
      { runName: 'run-2026-01-05', now: expect.stringMatching(/^2026-01-05T01:00:00/) },
    ]);
    expect(callsOf('payment/write-instruction').map(({ runId, rail }) => [runId, rail])).toEqual([
      ['R-7', 'bulk-text'],
      ['R-7', 'pain.001'],
    ]);
  });

  it.each(['nothing', 'holiday'])('writes no file when there is %s', async (outcome) => {
    const { output, callsOf } = await run({ functions: { 'payment/gather-payments': { outcome } } });
    expect(output).toEqual({ outcome });
    expect(callsOf('payment/write-instruction')).toHaveLength(0);
  });

  it('fails, to be alarmed and redriven, when a file cannot be written', async () => {
    const { status } = await run({ functions: { 'payment/write-instruction': new Error('no access') } });
    expect(status).toBe('FAILED');
  });
});
