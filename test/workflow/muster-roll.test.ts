import { afterEach, describe, expect, it } from 'vitest';
import { type Script, setStage, silence } from './stage.ts';

let close: () => void = () => undefined;
afterEach(() => close());

const proposalId = 'P-ABCDEFGHJK';
const opensAt = '2026-06-01T02:00:00Z';

async function play(script: Script = {}) {
  const stage = setStage({
    ...script,
    functions: { 'public-works/open-muster-roll': { opensAt, turns: 3 }, ...script.functions },
  });
  close = stage.close;
  const { output, arn } = await stage.play('muster-roll', { proposalId });
  return { ...stage, output, path: stage.harness.path(arn) };
}

const returned = { outcome: 'returned' };
const accepted = { outcome: 'accepted' };

describe('the muster roll', () => {
  it('is asked for on its day and not before, checked, and its wage papers drafted', async () => {
    const { output, callsOf, path } = await play();
    expect(output).toEqual(accepted);
    const [asked] = callsOf('asks/run-turn');
    expect(asked).toMatchObject({ kind: 'muster-roll', about: { turn: 1 } });
    expect(Date.parse(String(asked?.now))).toBe(Date.parse(opensAt));
    expect(callsOf('public-works/check-muster-roll')).toEqual([
      expect.objectContaining({ proposalId, turn: 1 }),
    ]);
    expect(callsOf('public-works/draft-wage-papers')).toHaveLength(1);
    expect(callsOf('training/record-overdue')).toEqual([]);
    expect(path).toHaveLength(8);
  });

  it('that comes back is asked for again, each time under a key of its own', async () => {
    const { output, askedKeys, callsOf } = await play({
      functions: { 'public-works/check-muster-roll': [returned, returned, accepted] },
    });
    expect(output).toEqual(accepted);
    expect(askedKeys('muster-roll')).toEqual(['1', '2', '3']);
    expect(callsOf('public-works/check-muster-roll').map(({ turn }) => turn)).toEqual([1, 2, 3]);
  });

  it('that came back too often is overdue, and nothing is drafted', async () => {
    const { output, callsOf, askedKeys } = await play({
      functions: { 'public-works/check-muster-roll': returned },
    });
    expect(output).toEqual({ outcome: 'overdue' });
    expect(askedKeys('muster-roll')).toEqual(['1', '2', '3']);
    expect(callsOf('training/record-overdue')).toEqual([
      expect.objectContaining({ kind: 'muster-roll', about: { turn: 1 } }),
    ]);
    expect(callsOf('public-works/draft-wage-papers')).toEqual([]);
  });

  it.each<[string, Script, string[]]>([
    ['never', { people: { 'muster-roll': silence } }, ['1']],
    [
      'not again',
      {
        people: { 'muster-roll': ['handed-in', silence] },
        functions: { 'public-works/check-muster-roll': returned },
      },
      ['1', '2'],
    ],
  ])('that is handed in %s is overdue', async (_when, script, keys) => {
    const { output, askedKeys, callsOf } = await play(script);
    expect(output).toEqual({ outcome: 'overdue' });
    expect(askedKeys('muster-roll')).toEqual(keys);
    expect(callsOf('training/record-overdue')).toHaveLength(1);
  });

  it('counts when it comes after a reminder', async () => {
    const { output } = await play({ people: { 'muster-roll': { outcome: 'handed-in', turn: 2 } } });
    expect(output).toEqual(accepted);
  });
});
