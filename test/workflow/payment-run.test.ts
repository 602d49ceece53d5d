import { afterEach, describe, expect, it } from 'vitest';
import { gathered, type Script, setStage, silence } from './stage.ts';

let close: () => void = () => undefined;
afterEach(() => close());

async function run(script: Script) {
  const stage = setStage(script);
  close = stage.close;
  const { output, status, arn } = await stage.play('payment-run', {}, 'run-2026-01-05');
  return { ...stage, output, status, arn };
}

function turnsOf({ callsOf }: Pick<Awaited<ReturnType<typeof run>>, 'callsOf'>) {
  return callsOf('asks/run-turn').map(({ kind, turn, now }) => [kind, turn, now]);
}
const start = expect.stringMatching(/^2026-01-05T01:00:00/);

describe('payment run', () => {
  it('gathers under the execution’s name and start, writes one file for each rail, and sends what is released', async () => {
    const played = await run({
      functions: {
        'payment/gather-payments': { ...gathered, runId: 'R-7', rails: ['bulk-text', 'pain.001'] },
        'payment/send-run': { outcome: 'sent', files: 2 },
      },
    });
    const { output, callsOf } = played;
    expect(output).toEqual({ outcome: 'sent', runId: 'R-7', files: 2 });
    expect(callsOf('payment/gather-payments')).toEqual([
      { runName: 'run-2026-01-05', startedAt: start, after: null, now: start },
    ]);
    expect(callsOf('payment/write-instruction').map(({ runId, rail }) => [runId, rail])).toEqual([
      ['R-7', 'bulk-text'],
      ['R-7', 'pain.001'],
    ]);
    expect(turnsOf(played)).toEqual([['run-release', 0, start]]);
    expect(callsOf('payment/send-run')).toEqual([{ runId: 'R-7', after: null, now: start }]);
    expect(callsOf('payment/withdraw-run')).toHaveLength(0);
  });

  it('gathers what is much a part at a time', async () => {
    const parts = [
      { outcome: 'more', runId: 'R-1', rails: [], after: '2026-01-04#E2' },
      { outcome: 'more', runId: 'R-1', rails: [], after: '2026-01-04#E4' },
      gathered,
    ];
    const { output, callsOf } = await run({ functions: { 'payment/gather-payments': parts } });
    expect(output).toMatchObject({ outcome: 'sent' });
    expect(callsOf('payment/gather-payments').map(({ after }) => after)).toEqual([
      null,
      '2026-01-04#E2',
      '2026-01-04#E4',
    ]);
    expect(callsOf('payment/send-run')).toMatchObject([{ after: null }]);
  });

  it('sends a large run a part at a time', async () => {
    const parts = [
      { outcome: 'more', after: 'E2' },
      { outcome: 'more', after: 'E4' },
      { outcome: 'sent', files: 1 },
    ];
    const { output, callsOf } = await run({ functions: { 'payment/send-run': parts } });
    expect(output).toMatchObject({ outcome: 'sent' });
    expect(callsOf('payment/send-run').map(({ after }) => after)).toEqual([null, 'E2', 'E4']);
  });

  it.each(['nothing', 'holiday', 'after-cut-off'])('writes no file when there is %s', async (outcome) => {
    const { output, callsOf } = await run({ functions: { 'payment/gather-payments': { outcome } } });
    expect(output).toEqual({ outcome });
    expect(callsOf('payment/write-instruction')).toHaveLength(0);
    expect(callsOf('asks/run-turn')).toHaveLength(0);
  });

  it('reminds at the reminder’s time, and sends what is released then', async () => {
    const played = await run({ people: { 'run-release': { outcome: 'released', turn: 1 } } });
    expect(played.output).toMatchObject({ outcome: 'sent' });
    expect(turnsOf(played)).toEqual([
      ['run-release', 0, start],
      ['run-release', 1, expect.stringMatching(/^2026-01-05T02:30:0/)],
    ]);
  });

  it('withdraws at the cut-off what was not released, and gives a large run back a part at a time', async () => {
    const played = await run({
      people: { 'run-release': silence },
      functions: {
        'payment/withdraw-run': [
          { outcome: 'more', after: 'E2' },
          { outcome: 'withdrawn', why: 'not-released' },
        ],
      },
    });
    expect(played.output).toEqual({ outcome: 'withdrawn', runId: 'R-1', why: 'not-released' });
    expect(played.callsOf('payment/withdraw-run')).toEqual([
      { runId: 'R-1', after: null, now: expect.stringMatching(/^2026-01-05T03:00:0/) },
      { runId: 'R-1', after: 'E2', now: expect.stringMatching(/^2026-01-05T03:00:0/) },
    ]);
    expect(played.callsOf('payment/send-run')).toHaveLength(0);
  });

  it('withdraws a run that is held', async () => {
    const outcome = 'held';
    const { output, callsOf } = await run({
      people: { 'run-release': outcome },
      functions: { 'payment/withdraw-run': { outcome: 'withdrawn', why: outcome } },
    });
    expect(output).toEqual({ outcome: 'withdrawn', runId: 'R-1', why: outcome });
    expect(callsOf('payment/send-run')).toHaveLength(0);
  });

  it('writes the files again and asks again where some of its payments are held', async () => {
    const again = {
      ...gathered,
      rails: ['bulk-text', 'pain.001'],
      ask: { ...gathered.ask, askId: 'R-1.run-release.2', about: { round: 2 } },
    };
    const played = await run({
      people: { 'run-release': ['partly-held', 'released'] },
      functions: { 'payment/gather-payments': [gathered, again] },
    });
    expect(played.output).toMatchObject({ outcome: 'sent' });
    expect(played.callsOf('payment/write-instruction')).toHaveLength(3);
    expect(played.callsOf('asks/run-turn').map(({ about }) => about)).toEqual([{ round: 1 }, { round: 2 }]);
    const [first, second] = played.callsOf('payment/gather-payments');
    expect(second?.runName).toBe(first?.runName);
  });

  it('is withdrawn where the cut-off is past when some of its payments were held', async () => {
    const { output, callsOf } = await run({
      people: { 'run-release': 'partly-held' },
      functions: {
        'payment/gather-payments': [gathered, { ...gathered, outcome: 'late' }],
        'payment/withdraw-run': { outcome: 'withdrawn', why: 'not-released' },
      },
    });
    expect(output).toMatchObject({ outcome: 'withdrawn' });
    expect(callsOf('payment/send-run')).toHaveLength(0);
  });

  it('sends a run that was released at the very cut-off', async () => {
    const { output, callsOf } = await run({
      people: { 'run-release': silence },
      functions: { 'payment/withdraw-run': { outcome: 'released' } },
    });
    expect(output).toMatchObject({ outcome: 'sent' });
    expect(callsOf('payment/send-run').map(({ after }) => after)).toEqual([null]);
  });

  it('only gives back what an earlier attempt had claimed, when it is gathered too late', async () => {
    const { output, callsOf } = await run({
      functions: {
        'payment/gather-payments': { ...gathered, outcome: 'late' },
        'payment/withdraw-run': { outcome: 'withdrawn', why: 'late' },
      },
    });
    expect(output).toEqual({ outcome: 'withdrawn', runId: 'R-1', why: 'late' });
    expect(callsOf('payment/write-instruction')).toHaveLength(0);
  });

  it('fails, to be alarmed and redriven, when a file cannot be written or sent', async () => {
    expect((await run({ functions: { 'payment/write-instruction': new Error('no access') } })).status).toBe(
      'FAILED',
    );
    const altered = {
      functions: { 'payment/send-run': [new Error('FileAltered'), { outcome: 'sent', files: 1 }] },
    };
    const { status, redrive, arn, callsOf } = await run(altered);
    expect(status).toBe('FAILED');
    expect((await redrive(arn)).output).toMatchObject({ outcome: 'sent' });
    expect(callsOf('asks/run-turn')).toHaveLength(1);
  });
});
