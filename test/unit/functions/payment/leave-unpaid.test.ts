import { describe, expect, it } from 'vitest';
import { rupiah } from '#domain/money/rupiah.ts';
import { startFollowUp } from '#domain/proposal/follow-up.ts';
import { inStage, tranchesOf, WrongTranche } from '#domain/proposal/proposal.ts';
import { closeProposal } from '#functions/closing/close-proposal.ts';
import { recordRejection } from '#functions/closing/record-rejection.ts';
import { leaveTrancheUnpaid, PaymentNotRefused } from '#functions/payment/leave-unpaid.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { amount, openTreasury, type Treasury } from './treasury.ts';

let table: TestTable;
let treasury: Treasury;
useTable(async (opened) => {
  table = opened;
  treasury = await openTreasury(table);
});

function leave(proposalId: string, tranche: number, reason: string, minute = 90) {
  return leaveTrancheUnpaid(treasury.store, { proposalId, tranche, reason, now: at(minute) });
}
async function tranchesIn(id: string) {
  return tranchesOf(await treasury.store.proposals.get(id));
}
function reject(proposalId: string) {
  return recordRejection(treasury.store, { proposalId, at: 'payment', reason: 'unpaid', now: at(95) });
}

/** Further planned tranches, cut from the first one's money. */
function cutInto(id: string, ...amounts: number[]) {
  return treasury.store.proposals.update(id, at(40), (before) => {
    const proposal = inStage(before, ['payment'], 'be cut');
    const [first] = proposal.tranches;
    if (first === undefined) throw new Error('an award has a tranche');
    const tranches = amounts.map((each, index) => ({
      ...first,
      number: index + 1,
      amount: rupiah(each),
    }));
    return { proposal: { ...proposal, tranches }, result: undefined };
  });
}

describe('a tranche that stays unpaid', () => {
  it('says why, and frees its committed money in the same moment, once', async () => {
    const before = await treasury.budget();
    const id = await treasury.awarded(1);
    for (const minute of [90, 91]) await leave(id, 1, 'documents-missing', minute);
    expect(await tranchesIn(id)).toMatchObject([{ status: 'unpaid', unpaidReason: 'documents-missing' }]);
    expect(await treasury.budget()).toEqual(before);
    expect((await treasury.actions(id)).filter((action) => action === 'tranche.unpaid')).toHaveLength(1);
  });

  it('frees its reserved money, and the rejection that follows frees nothing twice', async () => {
    const before = await treasury.budget();
    const id = await treasury.reserved(2);
    await leave(id, 1, 'sp2d-not-issued');
    expect(await treasury.budget()).toEqual(before);
    await reject(id);
    expect(await treasury.budget()).toEqual(before);
  });

  it('frees its money after the bank refused the last account', async () => {
    const before = await treasury.budget();
    const { id, runId } = await treasury.sent(3);
    await treasury.answer(runId, treasury.rejectedLine(id));
    await leave(id, 1, 'account-refused');
    expect(await treasury.budget()).toEqual(before);
  });

  it('frees its money also where the bank reported the refusal to a person', async () => {
    const before = await treasury.budget();
    const { id } = await treasury.sent(4);
    await treasury.done(id, 'bank-inquiry', '1-1-1', { outcome: 'rejected', reason: 'tutup' }, 'kas');
    await leave(id, 1, 'account-not-corrected');
    expect(await treasury.payment(id)).toMatchObject({ state: 'rejected', reasonCode: 'INQUIRY' });
    expect(await treasury.budget()).toEqual(before);
  });

  it('is refused while its money may be with the bank, or has arrived', async () => {
    const { id, runId } = await treasury.sent(5);
    const before = await treasury.budget();
    await expect(leave(id, 1, 'account-refused')).rejects.toThrow(PaymentNotRefused);
    await treasury.answer(runId, treasury.settledLine(id));
    await expect(leave(id, 1, 'account-refused')).rejects.toThrow(PaymentNotRefused);
    expect(await treasury.budget()).toEqual(before);
    await treasury.settleFirst(id);
    await expect(leave(id, 1, 'account-refused')).rejects.toThrow(WrongTranche);
  });

  it('takes the tranches after it with it; the close frees only what is left', async () => {
    const before = await treasury.budget();
    const id = await treasury.awarded(6);
    await cutInto(id, 10_000_000, 10_000_000, amount - 20_000_000);
    await treasury.store.proposals.update(id, at(50), (proposal) => ({
      ...startFollowUp(proposal, { settledOn: '2020-08-03', items: [] }, at(50)),
      result: undefined,
    }));
    await leave(id, 2, 'documents-missing');
    expect(await tranchesIn(id)).toMatchObject([
      { status: 'planned' },
      { status: 'unpaid', unpaidReason: 'documents-missing' },
      { status: 'unpaid', unpaidReason: 'earlier-tranche-unpaid' },
    ]);
    expect(await treasury.budget()).toEqual({
      ...before,
      available: (before.available ?? 0) - 10_000_000,
      committed: (before.committed ?? 0) + 10_000_000,
    });
    await closeProposal(treasury.store, { proposalId: id, now: at(95) });
    expect(await treasury.budget()).toEqual(before);
  });
});

it('a rejection frees a reserved tranche and a committed one of the same award together', async () => {
  const before = await treasury.budget();
  const id = await treasury.reserved(7);
  await treasury.store.proposals.update(id, at(50), (proposal) => {
    const paid = inStage(proposal, ['payment'], 'be cut');
    const [first] = paid.tranches;
    if (first === undefined) throw new Error('an award has a tranche');
    const half = rupiah(amount / 2);
    return {
      proposal: {
        ...paid,
        tranches: [
          { ...first, amount: half },
          { ...first, number: 2, amount: half, status: 'planned' as const },
        ],
      },
      changes: treasury.store.budgets.book({
        ...{ id: 'cut', at: at(50), step: 'release', line: paid.award.budgetLine, proposalId: id },
        ...{ from: 'reserved', to: 'committed', amount: half },
      }),
      result: undefined,
    };
  });
  await reject(id);
  expect(await treasury.budget()).toEqual(before);
});
