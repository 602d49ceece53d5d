import { afterEach, describe, expect, it } from 'vitest';
import { LambdaFunctionError } from '#local/step-functions/ports.ts';
import { type Script, setStage, silence } from './stage.ts';

let close: () => void = () => undefined;
afterEach(() => close());

async function approve(script: Script, round = 1) {
  const stage = setStage(script);
  close = stage.close;
  const { output, status } = await stage.play('approval', { proposalId: 'P-ABCDEFGHJK', round });
  return { ...stage, output, status };
}

function ladder(returnsLeft: number, ...roles: string[]) {
  return {
    'approval/open-approval': {
      steps: roles.map((role, index) => ({ index: index + 1, role })),
      ...{ returnsLeft, budgetWaitDays: 2 },
    },
  };
}

describe('approval', () => {
  it('asks the signatories one after the other, in the ladder’s order, and awards', async () => {
    const { output, callsOf } = await approve({});
    expect(output).toEqual({ outcome: 'awarded', tranches: [1], works: false });
    expect(callsOf('asks/run-turn').map(({ kind, key, role }) => [kind, key, role])).toEqual([
      ['approval', '1-1', 'ppk'],
      ['approval', '1-2', 'kpa'],
    ]);
    expect(callsOf('approval/award-grant')).toHaveLength(1);
  });

  it('has as many steps as the rule-pack says', async () => {
    const { output, askedKeys } = await approve({ functions: { ...ladder(0, 'ppk', 'kpa', 'director') } }, 2);
    expect(output).toMatchObject({ outcome: 'awarded' });
    expect(askedKeys('approval')).toEqual(['2-1', '2-2', '2-3']);
  });

  it('works with a ladder of one', async () => {
    const { askedKeys } = await approve({ functions: ladder(0, 'ppk') });
    expect(askedKeys('approval')).toEqual(['1-1']);
  });

  it('passes the numbers of all tranches, and whether wages are paid by the day', async () => {
    const { output } = await approve({
      functions: { 'approval/award-grant': { outcome: 'awarded', tranches: [1, 2], works: true } },
    });
    expect(output).toEqual({ outcome: 'awarded', tranches: [1, 2], works: true });
  });

  it('returns the proposal to verification while the pack allows it', async () => {
    const { output, callsOf } = await approve({ people: { approval: ['approve', 'return'] } });
    expect(output).toEqual({ outcome: 'returned' });
    expect(callsOf('approval/award-grant')).toHaveLength(0);
  });

  it.each<[string, Script, string]>([
    ['the first signatory rejects', { people: { approval: 'reject' } }, 'rejected'],
    ['the last signatory rejects', { people: { approval: ['approve', 'reject'] } }, 'rejected'],
    ['a signatory is silent to the end', { people: { approval: ['approve', silence] } }, 'approver-silent'],
    [
      'it is returned and the pack allows no more returns',
      { people: { approval: 'return' }, functions: ladder(0, 'ppk') },
      'returned-too-often',
    ],
    [
      'the budget line has no room',
      { functions: { 'approval/award-grant': { outcome: 'no-budget' } } },
      'no-budget',
    ],
  ])('rejects when %s', async (_what, script, reason) => {
    const { output } = await approve(script);
    expect(output).toEqual({ outcome: 'rejected', reason });
  });

  it('waits for room on the budget line, a day at a time, and awards as soon as there is', async () => {
    const none = { outcome: 'no-budget' };
    const { output, callsOf } = await approve({
      functions: { 'approval/award-grant': [none, none, { outcome: 'awarded', tranches: [1] }] },
    });
    expect(output).toEqual({ outcome: 'awarded', tranches: [1], works: false });
    expect(callsOf('approval/award-grant')).toHaveLength(3);
  });

  it('waits no longer than the rule-pack says', async () => {
    const { callsOf } = await approve({ functions: { 'approval/award-grant': { outcome: 'no-budget' } } });
    expect(callsOf('approval/award-grant')).toHaveLength(3);
  });

  it('asks no one after a rejection', async () => {
    const { askedKeys } = await approve({ people: { approval: 'reject' } });
    expect(askedKeys('approval')).toEqual(['1-1']);
  });

  it('takes an answer that comes after reminder and escalation', async () => {
    const { output, callsOf } = await approve({
      turns: 4,
      people: { approval: [{ outcome: 'approve', turn: 2 }, 'approve'] },
    });
    expect(output).toMatchObject({ outcome: 'awarded' });
    expect(callsOf('asks/run-turn').map(({ key, turn }) => [key, turn])).toEqual([
      ['1-1', 0],
      ['1-1', 1],
      ['1-1', 2],
      ['1-2', 0],
    ]);
  });

  it('awards once when the writer lost a race the first time', async () => {
    const race = new LambdaFunctionError({ errorType: 'StaleBudgetLine', errorMessage: 'lost' });
    const { output, callsOf } = await approve({
      functions: { 'approval/award-grant': [race, { outcome: 'awarded', tranches: [1] }] },
    });
    expect(output).toMatchObject({ outcome: 'awarded' });
    expect(callsOf('approval/award-grant')).toHaveLength(2);
  });
});
