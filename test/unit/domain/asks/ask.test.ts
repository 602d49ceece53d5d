import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AskTurn,
  askDocuments,
  askPlan,
  expiryGraceSeconds,
  groupOutcome,
  needsCode,
} from '#domain/asks/ask.ts';
import { askIdOf, readAskId } from '#domain/asks/ask-id.ts';
import { askKinds, kindOf } from '#domain/asks/ask-kinds.ts';
import { UnknownTranche } from '#domain/money/tranche.ts';
import { indonesia } from '../../../calendars.ts';
import { padatKarya, tkm } from '../packet/packets.ts';

/** Kinds that rule-packs plan. */
const planned = askKinds.filter((kind) => kindOf(kind).timing !== undefined);

const anyMoment = fc
  .date({ min: new Date('2020-04-01T00:00:00Z'), max: new Date('2035-01-01T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());

describe('the plan of an ask', () => {
  test('asks first, expires last, and in between reminds and escalates', () => {
    const { turns, expiresAt } = askPlan('approval', tkm, '2020-08-03T02:00:00.000Z', indonesia);
    expect(turns.map((turn) => turn.do)).toEqual(['ask', 'remind', 'remind', 'escalate', 'expire']);
    expect(expiresAt).toBe('2020-08-18T10:00:00.000Z'); // ten working days, over independence day
  });

  test('waits exactly until it expires, however it is divided into turns', () => {
    fc.assert(
      fc.property(fc.constantFrom(...planned), anyMoment, (kind, now) => {
        const { turns, expiresAt } = askPlan(kind, padatKarya, now, indonesia);
        const millis = ({ at, until }: AskTurn) => Date.parse(until) - Date.parse(at);
        const waited = turns.slice(0, -1).reduce((sum, turn) => sum + millis(turn), 0);
        expect(waited).toBe(Date.parse(expiresAt) - Date.parse(now));
        expect(turns.every((turn) => millis(turn) > 0)).toBe(true);
        expect(turns.filter((turn) => turn.do === 'escalate').length).toBeLessThanOrEqual(1);
        expect(turns.at(-1)).toEqual({
          do: 'expire',
          at: expiresAt,
          until: new Date(Date.parse(expiresAt) + expiryGraceSeconds * 1000).toISOString(),
        });
      }),
    );
  });

  test('lets a reminder give way to the escalation of the same day, and leaves out what comes too late', () => {
    const timing = { remindAfter: 2, reminders: 3, escalateAfter: 4, expireAfter: 5 };
    const pack = { ...tkm, asks: { ...tkm.asks, spm: timing } };
    const { turns } = askPlan('spm', pack, '2020-08-03T02:00:00.000Z', indonesia);
    expect(turns.map((turn) => turn.do)).toEqual(['ask', 'remind', 'escalate', 'expire']);
  });
});

describe('an ask', () => {
  test('offers on its form only outcomes that the state machine knows, or a member may give', () => {
    for (const kind of askKinds) {
      const form = kindOf(kind).form;
      const choice = form.fields.find((field) => field.name === 'outcome');
      const offered = form.outcome ?? choice?.options?.map((option) => option.value) ?? [];
      const known: readonly string[] = [
        ...kindOf(kind).outcomes,
        ...(kind === 'membership' || kind === 'receipt' ? ['confirmed', 'denied'] : []),
      ];
      expect(known, kind).toEqual(expect.arrayContaining([offered].flat()));
      expect([offered].flat().length, kind).toBeGreaterThan(0);
    }
  });

  test('wants the papers of the pack', () => {
    const types = (...of: Parameters<typeof askDocuments>) => askDocuments(...of).map(({ type }) => type);
    expect(types('site-visit', tkm, { round: 1 })).toEqual(['visit-photos']);
    expect(types('tranche-documents', tkm, { tranche: 1 })).toContain('bast');
    expect(types('tranche-documents', padatKarya, { tranche: 2 })).toContain('progress-report');
    expect(() => types('tranche-documents', tkm, { tranche: 2 })).toThrow(UnknownTranche);
    expect(types('lpj', tkm, { report: 1 })).toEqual(['lpj']);
    expect(types('spp', tkm, { tranche: 1 })).toEqual([]);
    expect(askDocuments('objection', tkm, {})).toMatchObject([{ type: 'objection', min: 0, max: 10 }]);
  });

  test('about membership ends at the first denial, or when enough have confirmed', () => {
    const quorum = { needed: 15, of: 20 };
    expect(groupOutcome('membership', quorum, { confirmed: 14, denied: 0 })).toBe('open');
    expect(groupOutcome('membership', quorum, { confirmed: 15, denied: 0 })).toBe('quorum');
    expect(groupOutcome('membership', quorum, { confirmed: 19, denied: 1 })).toBe('denied');
  });

  test('about receipt ends when enough have confirmed, or when too few are left who could', () => {
    const quorum = { needed: 15, of: 20 };
    expect(groupOutcome('receipt', quorum, { confirmed: 14, denied: 5 })).toBe('open');
    expect(groupOutcome('receipt', quorum, { confirmed: 15, denied: 5 })).toBe('quorum');
    expect(groupOutcome('receipt', quorum, { confirmed: 0, denied: 6 })).toBe('short');
  });

  test('needs a code exactly where the answer moves money', () => {
    const coded = askKinds.flatMap((kind) =>
      kindOf(kind)
        .outcomes.filter((outcome) => needsCode(kind, outcome))
        .map((outcome) => `${kind}/${outcome}`),
    );
    expect(coded.toSorted()).toEqual([
      'account-acceptance/accepted',
      'approval/approve',
      'bank-inquiry/rejected',
      'bank-inquiry/settled',
      'deposit-check/confirmed',
      'payment-hold/freed',
      'receipt-review/release',
      'run-release/released',
      'sp2d/issued',
      'spm/issued',
      'spp/issued',
    ]);
  });
});

describe('the id of an ask', () => {
  test.each(['P-0123456789.spm.2-3', 'P-0123456789.membership.1.m03', 'R20200803-0A1B2C3D.run-release'])(
    '%s says what it is about',
    (id) => {
      const parts = readAskId(id);
      expect(parts && askIdOf(parts.subject.id, parts.kind, parts.about as never, parts.member)).toBe(id);
      expect(parts?.subject.of).toBe(parts && kindOf(parts.kind).subject);
    },
  );

  test.each(['P-0123456789.run-release', 'R20200803-0A1B2C3D.spm.2', 'X-1.spm.2', 'P-0123456789.none'])(
    '%s is none',
    (id) => {
      expect(readAskId(id)).toBeUndefined();
    },
  );
});
