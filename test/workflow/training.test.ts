import { afterEach, describe, expect, it } from 'vitest';
import { aboutText } from '#domain/asks/about.ts';
import { followUpPlan } from '#domain/training/training.ts';
import { newestRulePack } from '#programmes/index.ts';
import { indonesia } from '../calendars.ts';
import { type Script, setStage, silence } from './stage.ts';

let close: () => void = () => undefined;
afterEach(() => close());

const items = followUpPlan(newestRulePack('tkm-2020'), '2026-01-05', indonesia);

async function train(script: Script, followUp: readonly object[] = items) {
  const stage = setStage({
    ...script,
    functions: { 'training/open-training': { items: followUp }, ...script.functions },
  });
  close = stage.close;
  const { output, status, arn } = await stage.play('training', { proposalId: 'P-ABCDEFGHJK' });
  return { ...stage, output, status, path: stage.harness.path(arn) };
}

describe('training follow-up', () => {
  it('asks for every item of the plan, not before its day, and none is overdue', async () => {
    const { output, callsOf } = await train({});
    expect(output).toEqual({ overdue: 0 });
    const asked = callsOf('asks/run-turn').map(({ kind, key, now }) => ({ kind, key, opensAt: now }));
    expect(asked.map(({ kind, key }) => `${kind} ${key}`)).toEqual(
      items.map(({ kind, about }) => `${kind} ${aboutText(kind, about)}`),
    );
    for (const [index, item] of items.entries()) {
      expect(Date.parse(String(asked[index]?.opensAt))).toBe(Date.parse(item.opensAt));
    }
  });

  it('costs two transitions for an item done in time', async () => {
    const { path } = await train({});
    expect(path).toHaveLength(2 + 2 * items.length);
  });

  it('records what is not done as overdue, once, and continues with the rest', async () => {
    const { output, callsOf } = await train({ people: { 'mentor-visit': ['visited', silence, 'visited'] } });
    expect(output).toEqual({ overdue: 1 });
    expect(callsOf('training/record-overdue').map(({ kind, key }) => [kind, key])).toEqual([
      ['mentor-visit', '90'],
    ]);
    expect(callsOf('asks/run-turn').filter(({ kind }) => kind === 'lpj')).not.toHaveLength(0);
  });

  it('counts everything as overdue when no one ever answers, and still ends', async () => {
    const { output, callsOf } = await train({
      people: { 'training-session': silence, 'mentor-visit': silence, outcome: silence, lpj: silence },
    });
    expect(output).toEqual({ overdue: items.length });
    expect(callsOf('training/record-overdue')).toHaveLength(items.length);
  });

  it('takes what is done after a reminder', async () => {
    const { output, callsOf } = await train({ people: { lpj: { outcome: 'submitted', turn: 1 } } });
    expect(output).toEqual({ overdue: 0 });
    expect(callsOf('asks/run-turn').filter(({ kind }) => kind === 'lpj')).toHaveLength(2);
  });

  it('does not call overdue what was done in the moment it would have expired', async () => {
    const { output, callsOf } = await train({ people: { lpj: { outcome: 'submitted', turn: 2 } } });
    expect(output).toEqual({ overdue: 0 });
    expect(callsOf('training/record-overdue')).toHaveLength(0);
  });

  it('works with asks of two turns, where the first silence is the last', async () => {
    const { output } = await train({ turns: 2, people: { lpj: silence } });
    expect(output).toEqual({ overdue: 1 });
  });

  it('waits for several items at the same time', async () => {
    const opensAt = '2026-02-02T02:00:00Z';
    const { harness, callsOf } = await train({}, [
      { kind: 'training-session', about: { session: 1 }, opensAt },
      { kind: 'mentor-visit', about: { day: 30 }, opensAt },
    ]);
    expect(callsOf('asks/run-turn').map(({ now }) => Date.parse(String(now)))).toEqual([
      Date.parse(opensAt),
      Date.parse(opensAt),
    ]);
    expect(harness.clock.now()).toBe(Date.parse(opensAt));
  });

  it('ends at once when the pack plans nothing', async () => {
    const { output } = await train({}, []);
    expect(output).toEqual({ overdue: 0 });
  });
});
