import { describe, expect, it } from 'vitest';
import { codedOutcomes, needsCode } from '#domain/asks/ask.ts';
import { askKinds, kindOf } from '#domain/asks/ask-kinds.ts';
import { offeredOutcomes } from '#domain/asks/forms.ts';
import {
  afterProof,
  afterRightCode,
  afterWrongCode,
  isInvited,
  isLocked,
  type PersonCodes,
  personCodesSchema,
  resetSecret,
  triesLeft,
  unlock,
  withNewSecret,
} from '#domain/people/codes.ts';

const [ask, other] = ['P-0123456789.spp.1', 'P-0123456789.sp2d.1'];
const fresh = withNewSecret(undefined, { personId: 'paula', secret: 'v1.a.b.c' });
const now = '2020-10-05T01:00:00.000Z';
function wrongTimes(times: number): PersonCodes {
  return Array.from({ length: times }).reduce<PersonCodes>(
    (codes) => afterWrongCode(codes, ask, now).codes,
    fresh,
  );
}

describe('a person’s codes', () => {
  it('count wrong codes by ask, five at most, until a right one', () => {
    expect([0, 1, 4, 5, 6].map((times) => triesLeft(wrongTimes(times), ask))).toEqual([5, 4, 1, 0, 0]);
    expect([4, 5, 6].map((times) => isLocked(wrongTimes(times), ask))).toEqual([false, true, true]);
    expect(isLocked(wrongTimes(5), other)).toBe(false);
    expect(triesLeft(afterRightCode(wrongTimes(4), 7, ask), ask)).toBe(5);
    expect(triesLeft(afterRightCode(wrongTimes(4), 7, other), ask)).toBe(1);
    expect(personCodesSchema.parse(wrongTimes(6))).toEqual(wrongTimes(6));
  });

  it('forget the wrong codes of asks that are long over', () => {
    const { codes: later } = afterWrongCode(wrongTimes(5), other, '2021-11-20T01:00:00.000Z');
    expect(Object.keys(later.wrong)).toEqual([other]);
    const { codes: sooner } = afterWrongCode(wrongTimes(5), other, '2021-10-20T01:00:00.000Z');
    expect(Object.keys(sooner.wrong)).toEqual([ask, other]);
  });

  it('begin again with another secret: nothing of the old one counts, nor does its last step', () => {
    const invited = { ...wrongTimes(5), invitedUntil: '2020-10-12T01:00:00.000Z' };
    const { codes: enrolled } = afterProof(invited, 7, now);
    expect(enrolled).toMatchObject({ status: 'enrolled', lastStep: 7 });
    expect(enrolled).not.toHaveProperty('invitedUntil');
    const { codes: renewed } = resetSecret(enrolled, { personId: 'paula', secret: 'v1.d.e.f' }, now);
    expect(renewed).toEqual({ ...fresh, enrolment: 2, secret: 'v1.d.e.f' });
  });

  it('record what was done to them, and of wrong codes only the one that locks', () => {
    const system = { kind: 'system' };
    expect(afterWrongCode(wrongTimes(3), ask, now).events).toEqual([]);
    expect(afterWrongCode(wrongTimes(4), ask, now).events).toEqual([
      ...[
        { at: now, actor: system, action: 'code.locked', facts: { askId: ask, personId: 'paula', wrong: 5 } },
      ],
    ]);
    const opened = unlock(afterWrongCode(wrongTimes(5), other, now).codes, ask, now);
    expect([ask, other].map((id) => triesLeft(opened.codes, id))).toEqual([5, 4]);
    expect(opened.events).toEqual([
      ...[{ at: now, actor: system, action: 'code.unlocked', facts: { askId: ask, personId: 'paula' } }],
    ]);
    const facts = { personId: 'paula', enrolment: 1 };
    expect(afterProof(fresh, 7, now).events).toEqual([
      { at: now, actor: { kind: 'person', id: 'paula' }, action: 'code.enrolled', facts },
    ]);
    expect(resetSecret(fresh, { personId: 'paula', secret: 'v1.d.e.f' }, now).events).toEqual([
      { at: now, actor: system, action: 'code.reset', facts: { ...facts, enrolment: 2 } },
    ]);
  });

  it('are invited for while a link is good that was mailed and not used', () => {
    const invited: PersonCodes = { ...fresh, invitedUntil: '2020-10-12T01:00:00.000Z' };
    expect(isInvited(fresh, '2020-10-05T01:00:00.000Z')).toBe(false);
    expect(isInvited(invited, '2020-10-12T00:59:59.999Z')).toBe(true);
    expect(isInvited(invited, '2020-10-12T01:00:00.000Z')).toBe(false);
    expect(isInvited(afterProof(invited, 7, now).codes, '2020-10-05T01:00:00.000Z')).toBe(false);
  });
});

describe('what needs a code', () => {
  it('is on the form that asks for it, and is never to refuse, to return or to wait', () => {
    for (const kind of askKinds) {
      const offered = offeredOutcomes(kindOf(kind).form);
      expect(offered).toEqual(expect.arrayContaining([...codedOutcomes(kind)]));
      for (const outcome of ['reject', 'refused', 'return', 'wait', 'stop', 'expired'])
        expect([kind, outcome, needsCode(kind, outcome)]).toEqual([kind, outcome, false]);
    }
    expect(askKinds.filter((kind) => codedOutcomes(kind).length > 0)).toEqual([
      ...[
        'account-acceptance',
        'approval',
        'bank-inquiry',
        'deposit-check',
        'payment-hold',
        'receipt-review',
      ],
      ...['run-release', 'sp2d', 'spm', 'spp'],
    ]);
  });
});
