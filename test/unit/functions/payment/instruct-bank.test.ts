import '#functions/behaviours.ts';
import { describe, expect, it } from 'vitest';
import { WrongTranche } from '#domain/proposal/proposal.ts';
import { instructBank } from '#functions/payment/instruct-bank.ts';
import { leaveTrancheUnpaid } from '#functions/payment/leave-unpaid.ts';
import { AccountNotCorrected } from '#functions/payment/tranche-answers.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { openTreasury, type Treasury } from './treasury.ts';

let table: TestTable;
let treasury: Treasury;
useTable(async (opened) => {
  table = opened;
  treasury = await openTreasury(table);
});

function resumedWith(token: string) {
  return treasury.resumed.filter(({ taskToken }) => taskToken === token).map(({ outcome }) => outcome);
}

describe('a tranche', () => {
  it('is instructed once: asked again, the same payment only takes the new token', async () => {
    const id = await treasury.ready(4);
    const first = await treasury.payment(id);
    await treasury.instruct(id, 1, 'another token', at(90));
    expect(await treasury.payment(id)).toEqual({ ...first, version: 2, taskToken: 'another token' });
    expect(await treasury.store.payments.list(id)).toHaveLength(1);
  });

  it('is not instructed any more once it was left unpaid, however late the call comes', async () => {
    const id = await treasury.reserved(10);
    await treasury.done(id, 'sp2d', '1', treasury.paper('SP2D-1'), 'kas');
    await leaveTrancheUnpaid(treasury.store, {
      proposalId: id,
      tranche: 1,
      reason: 'sp2d-not-issued',
      now: at(50),
    });
    await expect(treasury.instruct(id, 1, 'late')).rejects.toThrow(WrongTranche);
    expect(await treasury.store.payments.list(id)).toEqual([]);
  });

  it('takes the new token also where the bank’s answer comes at the same moment', async () => {
    const { id, runId } = await treasury.sent(11);
    const { store } = treasury.deps;
    let answers = 1;
    const overtaken = {
      ...store,
      payments: {
        ...store.payments,
        find: async (...of: Parameters<typeof store.payments.find>) => {
          const found = await store.payments.find(...of);
          if (answers-- > 0) await treasury.answer(runId, treasury.settledLine(id));
          return found;
        },
      },
    };
    const step = { proposalId: id, tranche: 1, attempt: 1, taskToken: 'after', now: at(75) };
    expect(await instructBank({ ...treasury.deps, store: overtaken }, step)).toBe('settled');
    expect(await treasury.payment(id)).toMatchObject({ state: 'settled', taskToken: 'after' });
    expect(resumedWith('after')).toEqual(['settled']);
  });

  it('is paid to the corrected account by a new attempt with a new id, after the bank refused the old', async () => {
    const { id, runId } = await treasury.sent(7);
    await treasury.answer(runId, treasury.rejectedLine(id));
    expect(resumedWith(`bank ${id} 1`)).toEqual(['rejected']);
    await expect(treasury.instruct(id, 2, 'early')).rejects.toThrow(AccountNotCorrected);
    const account = { bankCode: '009', number: '0099887766', holder: 'KEL SUMBER REJEKI' };
    await treasury.done(id, 'account-correction', '1-1', { outcome: 'corrected', ...account });
    await expect(treasury.instruct(id, 2, 'not accepted')).rejects.toThrow(AccountNotCorrected);
    await treasury.done(id, 'account-acceptance', '1-1', { outcome: 'accepted', compared: true }, 'paula');
    // The SP2D of the first attempt names the old account.
    await expect(treasury.instruct(id, 2, 'old paper')).rejects.toThrow('there is no SP2D');
    await treasury.done(id, 'sp2d', '1-a2', treasury.paper(`SP2D-2 ${id}`), 'kas');
    await treasury.instruct(id, 2, `bank ${id} 2`);
    expect(await treasury.payment(id, 2)).toMatchObject({
      state: 'ready',
      attempt: 2,
      endToEndId: `${id}-01-02`,
      replaces: `${id}-01-01`,
      account,
    });
    expect(await treasury.store.proposals.get(id)).toMatchObject({
      content: { account },
      tranches: [{ attempts: 2 }],
    });
    const run = await treasury.gather('corrected', at(65));
    await treasury.carryOut(run, at(66));
    await treasury.answer(run.runId, treasury.settledLine(id, 2));
    expect(await treasury.settleFirst(id)).toMatchObject({ remaining: 0 });
  });

  it('is corrected also where the bank reported the refusal to a person', async () => {
    const { id } = await treasury.sent(8);
    await treasury.done(
      id,
      'bank-inquiry',
      '1-1-1',
      { outcome: 'rejected', reason: 'rekening tutup' },
      'kas',
    );
    await treasury.correct(id, 1, { bankCode: '009', number: '0099887766', holder: 'KEL' });
    await treasury.instruct(id, 2, 'second');
    expect(await treasury.payment(id)).toMatchObject({ state: 'rejected', reasonCode: 'INQUIRY' });
    expect(await treasury.payment(id, 2)).toMatchObject({ state: 'ready' });
  });

  it('resumes at once when the bank answered while nothing waited', async () => {
    const { id, runId } = await treasury.sent(9);
    treasury.timedOut.add(`bank ${id} 1`);
    await treasury.answer(runId, treasury.settledLine(id));
    expect(await treasury.instruct(id, 1, `bank ${id} again`, at(75))).toBe('settled');
    expect(resumedWith(`bank ${id} again`)).toEqual(['settled']);
  });
});
