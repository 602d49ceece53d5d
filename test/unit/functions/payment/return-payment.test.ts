import { describe, expect, it } from 'vitest';
import { recipientAsOf } from '#cli/commands/report.ts';
import { readRegions } from '#cli/regions.ts';
import { verifyLedger } from '#domain/money/ledger.ts';
import { rupiah } from '#domain/money/rupiah.ts';
import { startFollowUp } from '#domain/proposal/follow-up.ts';
import { awardOf, tranchesOf } from '#domain/proposal/proposal.ts';
import { closeProposal, TrancheReopened } from '#functions/closing/close-proposal.ts';
import { leaveTrancheUnpaid } from '#functions/payment/leave-unpaid.ts';
import type { BankAdvice } from '#players/bank/bank-answers.ts';
import { useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { amount, line, openTreasury, type Treasury } from './treasury.ts';

let treasury: Treasury;
useTable(async (table) => {
  treasury = await openTreasury(table);
});

function advice(id: string, status: BankAdvice['status'], attempt = 1): BankAdvice {
  return {
    endToEndId: `${id}-01-0${attempt}`,
    amount,
    status,
    day: '2020-08-04',
    reference: `${status} ${id} ${attempt}`,
    reason: 'AC04',
  };
}
async function settledBy(group: number) {
  const { id } = await treasury.sent(group);
  await treasury.letter('camt.054', [advice(id, 'ACSC')]);
  await treasury.settleFirst(id);
  return id;
}
async function trancheOf(id: string) {
  const proposal = await treasury.store.proposals.get(id);
  return tranchesOf(proposal)[0];
}
function followUp(id: string) {
  return treasury.store.proposals.update(id, at(81), (before) => ({
    ...startFollowUp(before, { settledOn: '2020-08-04', items: [] }, at(81)),
    result: undefined,
  }));
}
function startedFor(id: string) {
  return treasury.started.filter(({ name }) => name.startsWith(id));
}
function noticesTo(id: string) {
  return treasury.mails.filter(
    ({ subject }) => subject.startsWith('Dana tahap 1 dikembalikan') && subject.includes(id),
  );
}

describe('money that had settled and comes back', () => {
  it('is reserved again, its tranche is in payment again and taken up by an execution; all of it once', async () => {
    const before = await treasury.budget();
    const id = await settledBy(1);
    expect(await treasury.budget()).toMatchObject({ paid: (before.paid ?? 0) + amount });
    await Promise.all([0, 1].map(() => treasury.letter('camt.053', [advice(id, 'RETURNED')])));
    await treasury.letter('mt940', [advice(id, 'RETURNED')]);
    expect(await treasury.payment(id)).toMatchObject({ state: 'returned', reasonCode: 'AC04' });
    expect(await treasury.budget()).toMatchObject({
      paid: before.paid,
      reserved: (before.reserved ?? 0) + amount,
    });
    expect(await trancheOf(id)).toMatchObject({
      status: 'reserved',
      returned: [{ endToEndId: `${id}-01-01`, returnedAt: at(80) }],
    });
    expect(await trancheOf(id)).not.toHaveProperty('settledAt');
    expect(startedFor(id)).toEqual([
      {
        name: `${id}-payment-1-returned-1`,
        input: JSON.stringify({ proposalId: id, tranche: 1, redrives: 0 }),
      },
    ]);
    expect(
      noticesTo(id)
        .map(({ to }) => to)
        .sort(),
    ).toHaveLength(2);
    expect((await treasury.actions(id)).filter((action) => /returned|reopened/.test(action))).toEqual([
      'payment.returned',
      'tranche.reopened',
    ]);
  });

  it('counts in the report as paid for the time that the group had it', async () => {
    const id = await settledBy(10);
    await treasury.letter('camt.054', [advice(id, 'RETURNED')]);
    // As if it had come back ten minutes later than it was settled.
    const proposal = await treasury.store.proposals.get(id);
    if (proposal.stage !== 'payment') throw new Error(proposal.stage);
    const tranches = proposal.tranches.map((each) => ({
      ...each,
      returned: each.returned?.map((back) => ({ ...back, settledAt: at(70), returnedAt: at(80) })),
    }));
    const regions = await readRegions();
    const paidAsOf = (minute: number) =>
      recipientAsOf({ ...proposal, tranches }, at(minute), regions).map(({ paid }) => paid);
    expect([69, 70, 79, 80].map(paidAsOf)).toEqual([[0], [amount], [amount], [0]]);
  });

  it('is paid again to the account that the group names then, and may come back again', async () => {
    const id = await settledBy(2);
    await treasury.letter('camt.054', [advice(id, 'RETURNED')]);
    await treasury.instruct(id, 1, 'again 1', at(82));
    expect(treasury.resumed.at(-1)).toEqual({ taskToken: 'again 1', outcome: 'rejected' });
    const account = { bankCode: '008', number: '7777777777', holder: 'KELOMPOK' };
    await treasury.correct(id, 1, account);
    await treasury.instruct(id, 2, 'again 2', at(84));
    const { runId, rails } = await treasury.gather(`again ${id}`, at(85));
    await treasury.carryOut({ runId, rails }, at(86));
    await treasury.letter('camt.054', [advice(id, 'ACSC', 2)]);
    await treasury.settleFirst(id, at(88));
    expect(await trancheOf(id)).toMatchObject({ status: 'settled', bankReference: `ACSC ${id} 2` });
    // The first attempt's return comes again, late: it is an old story.
    await treasury.letter('camt.053', [advice(id, 'RETURNED')]);
    expect(await trancheOf(id)).toMatchObject({ status: 'settled' });
    expect(startedFor(id)).toHaveLength(1);
    await treasury.letter('camt.053', [advice(id, 'RETURNED', 2)]);
    expect(await trancheOf(id)).toMatchObject({ status: 'reserved', returned: [{}, {}] });
    expect(startedFor(id).map(({ name }) => name)).toEqual([
      `${id}-payment-1-returned-1`,
      `${id}-payment-1-returned-2`,
    ]);
  });

  it('before it was recorded as settled, is found by the execution that was about to record it', async () => {
    const { id } = await treasury.sent(3);
    await treasury.letter('camt.053', [advice(id, 'ACSC'), advice(id, 'RETURNED')]);
    expect(await treasury.payment(id)).toMatchObject({ state: 'returned' });
    expect(await treasury.settleFirst(id)).toMatchObject({ outcome: 'returned' });
    expect(await trancheOf(id)).toMatchObject({ status: 'reserved' });
    expect(startedFor(id)).toEqual([]);
  });

  it('agrees with the tranche and the budget, whichever of settlement and return is recorded first', async () => {
    const before = await treasury.budget();
    for (let group = 4; group < 8; group++) {
      const { id } = await treasury.sent(group);
      await treasury.letter('camt.054', [advice(id, 'ACSC')]);
      const [{ outcome }] = await Promise.all([
        treasury.settleFirst(id),
        treasury.letter('camt.054', [advice(id, 'RETURNED')]),
      ]);
      expect(await trancheOf(id)).toMatchObject({ status: 'reserved' });
      expect(startedFor(id)).toHaveLength(outcome === 'settled' ? 1 : 0);
    }
    expect(await treasury.budget()).toMatchObject({
      paid: before.paid,
      reserved: (before.reserved ?? 0) + 4 * amount,
    });
  });

  it('keeps its proposal from being closed until it is paid again, or left unpaid', async () => {
    const id = await settledBy(8);
    await followUp(id);
    await treasury.letter('camt.054', [advice(id, 'RETURNED')]);
    const closing = () => closeProposal(treasury.store, { proposalId: id, now: at(90) });
    await expect(closing()).rejects.toThrow(TrancheReopened);
    await leaveTrancheUnpaid(treasury.store, {
      proposalId: id,
      tranche: 1,
      reason: 'account-refused',
      now: at(91),
    });
    expect(await closing()).toMatchObject({ closed: { result: 'partly-paid' } });
  });

  it('after the close, stays unpaid and its money is free', async () => {
    const before = await treasury.budget();
    const id = await settledBy(9);
    await followUp(id);
    await closeProposal(treasury.store, { proposalId: id, now: at(90) });
    for (let time = 0; time < 2; time++) await treasury.letter('camt.054', [advice(id, 'RETURNED')]);
    expect(await trancheOf(id)).toMatchObject({ status: 'unpaid', unpaidReason: 'returned-after-close' });
    expect(await treasury.budget()).toEqual(before);
    expect(startedFor(id)).toEqual([]);
    expect(noticesTo(id)[0]?.text).toContain('Proposal sudah ditutup');
  });

  it('leaves a ledger in which everything agrees', async () => {
    const { budgets, proposals } = treasury.store;
    const all = (await Promise.all((['payment', 'follow-up', 'closed'] as const).map(proposals.list))).flat();
    const money = all.flatMap((proposal) => {
      const award = awardOf(proposal);
      if (award === undefined) return [];
      const settled = tranchesOf(proposal).filter(({ status }) => status === 'settled');
      const sums = new Map(settled.map((tranche) => [tranche.number, tranche.amount]));
      return [{ id: proposal.id, awarded: award.amount, settled: sums, deposited: rupiah(0) }];
    });
    const record = await budgets.get(line);
    const entries = await budgets.entriesOn(line);
    expect(entries.filter(({ step }) => step === 'return').length).toBeGreaterThanOrEqual(6);
    expect(verifyLedger(entries, record === undefined ? [] : [record], money)).toEqual([]);
  });
});
