import { describe, expect, test } from 'vitest';
import { UnknownName } from '#cli/errors.ts';
import { checkAbout, isForeseen, isWanted, readTarget, readWanted } from '#cli/play/target.ts';
import { everyRulePack, newestRulePack } from '#programmes/index.ts';

function ask(kind: 'spm' | 'mentor-visit' | 'run-release', about: string, tranche?: number) {
  return {
    kind,
    about,
    tranche,
  };
}

describe('where a play is to stop', () => {
  test('is a stage, a kind of ask, or that of something', () => {
    expect(readTarget('closed')).toEqual({ text: 'closed', stage: 'closed' });
    expect(readTarget('spm')).toEqual({ text: 'spm', ask: { kind: 'spm' } });
    expect(readTarget('spm:2')).toEqual({ text: 'spm:2', ask: { kind: 'spm', about: '2' } });
    expect(readTarget('mentor-visit:30').ask).toEqual({ kind: 'mentor-visit', about: '30' });
    expect(readTarget('run-release').ask).toEqual({ kind: 'run-release' });
  });

  test('is either where a stage and a kind have one name', () => {
    expect(readTarget('approval')).toEqual({
      text: 'approval',
      stage: 'approval',
      ask: { kind: 'approval' },
    });
    expect(readTarget('approval:1')).toEqual({ text: 'approval:1', ask: { kind: 'approval', about: '1' } });
  });

  test('is nowhere by a name that nothing bears: what there is, is listed', () => {
    expect(() => readTarget('spmm')).toThrow(UnknownName);
    expect(() => readTarget('spmm')).toThrow(/received, .*closed.*run-release.*spm/);
    expect(() => readTarget('payment:2')).toThrow(UnknownName);
    expect(() => readTarget('')).toThrow(UnknownName);
  });

  test('what is left unanswered is a kind of ask', () => {
    expect(readWanted('mentor-visit')).toEqual({ kind: 'mentor-visit' });
    expect(readWanted('mentor-visit:90')).toEqual({ kind: 'mentor-visit', about: '90' });
    expect(() => readWanted('payment')).toThrow(UnknownName);
  });

  test('tranche 2 is meant in whatever round', () => {
    const wanted = { kind: 'spm', about: '2' } as const;
    for (const about of ['2', '2-2', '2-a3'])
      expect(isWanted(wanted, ask('spm', about, 2)), about).toBe(true);
    for (const about of ['1', '1-2', '12', '22'])
      expect(isWanted(wanted, ask('spm', about)), about).toBe(false);
    expect(isWanted({ kind: 'spm' }, ask('spm', '1', 1))).toBe(true);
    expect(isWanted({ kind: 'run-release', about: '2' }, ask('run-release', 'R20201006-E75A6879', 2))).toBe(
      true,
    );
    expect(isWanted({ kind: 'spm', about: '1' }, ask('spm', '1-2'))).toBe(true);
  });

  test('refuses what nothing is about under any pack', () => {
    const packs = everyRulePack();
    const check = (text: string) => checkAbout(readWanted(text), packs, []);
    for (const text of [
      'spm',
      'spm:1',
      'spm:2',
      'spm:2-2',
      'mentor-visit:30',
      'lpj:1',
      'appeal:1',
      'muster-roll:1',
    ])
      expect(() => check(text), text).not.toThrow();
    expect(() => check('spm:3')).toThrow('There is no spm about "3". There is: 1, 2.');
    expect(() => check('spm:x')).toThrow(UnknownName);
    expect(() => check('appeal:x')).toThrow(UnknownName);
    expect(() => check('mentor-visit:31')).toThrow(/30, 90, 180/);
    // What the record holds is known, whatever the packs say.
    expect(() => checkAbout(readWanted('spm:3'), packs, [{ about: '3', tranche: 3 }])).not.toThrow();
  });

  test('knows what a programme has no place for', () => {
    expect(isForeseen(readWanted('spm:2'), newestRulePack('tkm-2020'))).toBe(false);
    expect(isForeseen(readWanted('spm:2'), newestRulePack('padat-karya-2020'))).toBe(true);
    expect(isForeseen(readWanted('run-release:R20201006-E75A6879'), newestRulePack('tkm-2020'))).toBe(true);
  });
});
