import { describe, expect, it } from 'vitest';
import { rollFormKey } from '#domain/public-works/wages.ts';
import { openMusterRoll } from '#functions/public-works/open-muster-roll.ts';
import { NoWorks } from '#functions/public-works/works-of-proposal.ts';
import { indonesia } from '../../../calendars.ts';
import { useTable } from '../dynamodb.ts';
import { openTreasury, type Treasury } from '../payment/treasury.ts';
import { at, personalData } from '../scene.ts';
import { worksSteps } from './works-steps.ts';

let treasury: Treasury;
let steps: ReturnType<typeof worksSteps>;
useTable(async (opened) => {
  treasury = await openTreasury(opened);
  steps = worksSteps(treasury, { ...treasury.deps, personalData: async () => personalData });
});

function open(proposalId: string, now = at(50)) {
  return openMusterRoll(treasury.deps, indonesia, { proposalId, now });
}

describe('a muster roll', () => {
  it('is due as the rule-pack says, counted from the first payment, and has its form laid out once', async () => {
    const { id } = await steps.works(2);
    // 2 September 2020, 9 o'clock in Jakarta.
    const expected = { opensAt: '2020-09-02T02:00:00.000Z', turns: 4 };
    expect(await open(id)).toEqual(expected);
    const form = treasury.objects.get(rollFormKey(id));
    expect(form?.subarray(0, 2).toString()).toBe('PK');
    expect(await open(id, at(50))).toEqual(expected);
    expect(treasury.objects.get(rollFormKey(id))).toBe(form);
  });

  it('is not asked of a group without paid works', async () => {
    const id = await treasury.awarded(3);
    await expect(open(id)).rejects.toThrow(NoWorks);
    expect(treasury.objects.has(rollFormKey(id))).toBe(false);
  });
});
