import { describe, expect, it } from 'vitest';
import { planAsk } from '#functions/asks/plan-ask.ts';
import { newestRulePack } from '#programmes/index.ts';
import { indonesia } from '../../../calendars.ts';
import { at } from '../scene.ts';

const pack = newestRulePack('tkm-2020');
const proposalId = 'P-0123456789';

describe('the plan of an ask', () => {
  it('names the ask, and has each turn begin where the one before ends, in working days from the opening', () => {
    const about = { round: 1 };
    const planned = planAsk(pack, { proposalId, kind: 'site-visit', about, opensAt: at(0) }, indonesia);
    expect(planned).toMatchObject({ askId: `${proposalId}.site-visit.1`, kind: 'site-visit', about });
    const { turns, expiresAt } = planned;
    expect(turns[0]).toMatchObject({ do: 'ask', at: at(0) });
    expect(turns.at(-1)).toMatchObject({ do: 'expire', at: expiresAt });
    for (const [index, { until }] of turns.entries()) {
      const next = turns[index + 1];
      if (next === undefined) expect(until > expiresAt).toBe(true);
      else expect(until).toBe(next.at);
    }
  });

  it('is the same however often it is made from the same moment, and as the pack times the kind', () => {
    const one = { proposalId, kind: 'correction', about: { revision: 1, round: 1 }, opensAt: at(0) } as const;
    expect(planAsk(pack, one, indonesia)).toEqual(planAsk(pack, one, indonesia));
    const timing = { remindAfter: 1, reminders: 1, escalateAfter: null, expireAfter: 2 };
    const hurried = { ...pack, asks: { ...pack.asks, correction: timing } };
    // 3 August 2020 is a Monday: reminded at the end of Tuesday, over at the end of Wednesday, in Jakarta.
    expect(planAsk(hurried, one, indonesia).turns.map((turn) => [turn.do, turn.at.slice(0, 10)])).toEqual([
      ['ask', '2020-08-03'],
      ['remind', '2020-08-04'],
      ['expire', '2020-08-05'],
    ]);
  });

  it('is not made for what the kind is not about', () => {
    const wrong = { proposalId, kind: 'spp', about: { round: 1 }, opensAt: at(0) } as const;
    expect(() => planAsk(pack, wrong, indonesia)).toThrow();
  });
});
