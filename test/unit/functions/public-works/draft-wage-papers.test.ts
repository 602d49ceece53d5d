import { describe, expect, it } from 'vitest';
import { draftWagePapers, NoRollAccepted } from '#functions/public-works/draft-wage-papers.ts';
import { regions } from '../../domain/packet/packets.ts';
import { digestOf, type TestTable, useTable } from '../dynamodb.ts';
import { openTreasury, type Treasury } from '../payment/treasury.ts';
import { at, personalData } from '../scene.ts';
import { worksSteps } from './works-steps.ts';

let table: TestTable;
let treasury: Treasury;
let steps: ReturnType<typeof worksSteps>;
useTable(async (opened) => {
  table = opened;
  treasury = await openTreasury(table);
  steps = worksSteps(treasury, { ...treasury.deps, personalData: async () => personalData });
});

function draft(proposalId: string, now = steps.now) {
  return draftWagePapers({ ...treasury.deps, regions }, { proposalId, now });
}

describe('the papers of wages', () => {
  it('are a wage bill and a list of receipts, once a muster roll was accepted, and once only', async () => {
    const group = await steps.works(1);
    await steps.handIn(group, 1, steps.replaced(group, 1));
    expect(await steps.check(group)).toEqual({ outcome: 'accepted' });
    const papers = await draft(group.id);
    expect(papers.map(({ kind, number }) => [kind, number.replace(/^\d+/, 'n')])).toEqual([
      ['wage-bill', 'n/DPU/TKM-2020/2020'],
      ['wage-receipts', 'n/DTTU/TKM-2020/2020'],
    ]);
    for (const { key, bytes } of papers) expect(treasury.objects.get(key)).toHaveLength(bytes);
    const after = await digestOf(table);
    expect(await draft(group.id, at(99_999))).toEqual(papers);
    expect(await digestOf(table)).toBe(after);
  });

  it('are not drafted before a roll was accepted', async () => {
    const group = await steps.works(2);
    await expect(draft(group.id)).rejects.toThrow(NoRollAccepted);
    await steps.handIn(group, 1, steps.replaced(group, 2), false);
    expect(await steps.check(group)).toEqual({ outcome: 'returned' });
    await expect(draft(group.id)).rejects.toThrow(NoRollAccepted);
  });
});
