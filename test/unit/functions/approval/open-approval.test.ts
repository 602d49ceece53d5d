import { describe, expect, it } from 'vitest';
import { WrongStage } from '#domain/proposal/proposal.ts';
import { returnToVerification } from '#domain/proposal/verification.ts';
import { openApproval } from '#functions/approval/open-approval.ts';
import { recordVerification } from '#functions/verification/record-verification.ts';
import { newestRulePack } from '#programmes/index.ts';
import { digestOf, type TestTable, useTable } from '../dynamodb.ts';
import { openTreasury, type Treasury } from '../payment/treasury.ts';
import { at } from '../scene.ts';

let table: TestTable;
let treasury: Treasury;
useTable(async (opened) => {
  table = opened;
  treasury = await openTreasury(table);
});

const { approval } = newestRulePack('tkm-2020');

describe('the approval of a proposal', () => {
  it('has the steps of the ladder for its amount, and what the rule-pack allows; asking for them writes nothing', async () => {
    const id = await treasury.approved(1);
    const before = await digestOf(table);
    const opened = await openApproval(treasury.store, id);
    expect(opened.steps.map(({ role }) => role)).toEqual(['ppk', 'kpa']);
    expect(opened).toMatchObject({
      returnsLeft: approval.maxReturns,
      budgetWaitDays: approval.budgetWaitDays,
    });
    expect(await digestOf(table)).toBe(before);
  });

  it('may be returned fewer times with each return, and never less than no time', async () => {
    const id = await treasury.approved(2);
    for (let times = 1; times <= approval.maxReturns + 1; times++) {
      await treasury.store.proposals.update(id, at(40 + times), (proposal) => ({
        ...returnToVerification(
          proposal,
          { round: times, by: 'paula', role: 'ppk', reason: 'Uji', at: at(40 + times) },
          at(40 + times),
        ),
        result: undefined,
      }));
      await recordVerification(treasury.store, { proposalId: id, round: times + 1, now: at(40 + times) });
      const left = Math.max(0, approval.maxReturns - times);
      expect(await openApproval(treasury.store, id)).toMatchObject({ returnsLeft: left });
    }
  });

  it('is opened again by a redriven execution that had come as far as the award, and not before it was verified', async () => {
    const id = await treasury.awarded(3);
    expect(await openApproval(treasury.store, id)).toMatchObject({ returnsLeft: approval.maxReturns });
    const early = await treasury.submitted(4);
    await expect(openApproval(treasury.store, early)).rejects.toThrow(WrongStage);
  });
});
