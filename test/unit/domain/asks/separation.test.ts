import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { askKinds } from '#domain/asks/ask-kinds.ts';
import { dutyOf, type Involvement, mayAct } from '#domain/asks/separation.ts';
import { aboutOf } from '#test/asks.ts';

const anyInvolvement: fc.Arbitrary<Involvement> = fc.record({
  kind: fc.constantFrom(...askKinds),
  about: fc.record({ round: fc.constantFrom(1, 2), step: fc.constantFrom(0, 1, 2) }),
  personId: fc.constantFrom('ani', 'budi', 'citra', 'dewi'),
});

/** Lets people try anything, in any order; only what the rule allows happens. */
function played(tries: readonly Involvement[]): Involvement[] {
  const history: Involvement[] = [];
  for (const involvement of tries)
    if (mayAct(involvement.personId, involvement.kind, involvement.about, history)) history.push(involvement);
  return history;
}

describe('separation of duties', () => {
  test('keep verifying, approving and releasing in different hands, whatever is tried', () => {
    fc.assert(
      fc.property(fc.array(anyInvolvement, { maxLength: 60 }), (tries) => {
        const duties = new Map<string, Set<string>>();
        for (const { kind, personId } of played(tries)) {
          const duty = dutyOf(kind);
          if (duty === undefined) continue;
          duties.set(personId, (duties.get(personId) ?? new Set()).add(duty));
        }
        for (const done of duties.values()) expect(done.size).toBe(1);
      }),
    );
  });

  test('let no one take two steps of the ladder, in any round', () => {
    fc.assert(
      fc.property(fc.array(anyInvolvement, { maxLength: 60 }), (tries) => {
        const steps = new Map<string, Set<number | undefined>>();
        for (const { kind, about, personId } of played(tries)) {
          if (kind !== 'approval') continue;
          steps.set(personId, (steps.get(personId) ?? new Set()).add(about.step));
        }
        for (const taken of steps.values()) expect(taken.size).toBe(1);
      }),
    );
  });

  test('do not depend on the order in which the history is given', () => {
    fc.assert(
      fc.property(fc.array(anyInvolvement), anyInvolvement, (history, involvement) => {
        const forwards = mayAct(involvement.personId, involvement.kind, involvement.about, history);
        expect(mayAct(involvement.personId, involvement.kind, involvement.about, history.toReversed())).toBe(
          forwards,
        );
      }),
    );
  });

  test('let the PPK who approved ask for the payment, but not test or pay it', () => {
    const history: Involvement[] = [{ kind: 'approval', about: { round: 1, step: 0 }, personId: 'ppk' }];
    expect(mayAct('ppk', 'spp', aboutOf('spp', '1'), history)).toBe(true);
    expect(mayAct('ppk', 'spm', aboutOf('spm', '1'), history)).toBe(false);
    expect(mayAct('ppk', 'sp2d', aboutOf('sp2d', '1'), history)).toBe(false);
    expect(mayAct('ppk', 'approval', aboutOf('approval', '2-0'), history)).toBe(true);
    expect(mayAct('ppk', 'approval', aboutOf('approval', '1-1'), history)).toBe(false);
  });

  test('let only a person who took no part decide on an objection, and then take no other part', () => {
    const involvements: Involvement[] = [
      { kind: 'membership-review', about: { round: 1 }, personId: 'vera' },
      { kind: 'site-visit', about: { round: 1 }, personId: 'vino' },
      { kind: 'approval', about: { round: 1, step: 0 }, personId: 'paula' },
    ];
    for (const { personId } of involvements)
      expect(mayAct(personId, 'appeal', aboutOf('appeal', ''), involvements)).toBe(false);
    expect(mayAct('pram', 'appeal', aboutOf('appeal', ''), involvements)).toBe(true);
    const decided: Involvement[] = [...involvements, { kind: 'appeal', about: {}, personId: 'pram' }];
    for (const kind of [
      'membership-review',
      'site-visit',
      'approval',
      'spp',
      'spm',
      'receipt-review',
    ] as const)
      expect(mayAct('pram', kind, { round: 2, step: 1 }, decided)).toBe(false);
  });

  test('let no one who paid a tranche say that its benefit arrived', () => {
    const history: Involvement[] = [{ kind: 'sp2d', about: { tranche: 1, round: 1 }, personId: 'kas' }];
    expect(mayAct('kas', 'receipt-review', aboutOf('receipt-review', '1'), history)).toBe(false);
    expect(mayAct('audi', 'receipt-review', aboutOf('receipt-review', '1'), history)).toBe(true);
  });

  test('let no one who brought the billing code confirm the deposit', () => {
    const history: Involvement[] = [
      { kind: 'deposit-billing', about: { deposit: 1, round: 1 }, personId: 'paula' },
    ];
    expect(mayAct('paula', 'deposit-check', aboutOf('deposit-check', '1-1-1-1'), history)).toBe(false);
    expect(mayAct('kas', 'deposit-check', aboutOf('deposit-check', '1-1-1-1'), history)).toBe(true);
  });

  test('do not stand in the way of mentoring', () => {
    const history: Involvement[] = [{ kind: 'site-visit', about: { round: 1 }, personId: 'ani' }];
    expect(mayAct('ani', 'mentor-visit', aboutOf('mentor-visit', '30'), history)).toBe(true);
    expect(mayAct('ani', 'approval', aboutOf('approval', '1-0'), history)).toBe(false);
  });
});
