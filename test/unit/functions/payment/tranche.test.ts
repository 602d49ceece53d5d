import '#functions/behaviours.ts';
import { describe, expect, it } from 'vitest';
import type { AskKind } from '#domain/asks/ask-kinds.ts';
import type { FormFields } from '#domain/asks/forms.ts';
import { WrongTranche } from '#domain/proposal/proposal.ts';
import { recordAndResume } from '#functions/asks/record-answer.ts';
import { validateAnswer } from '#functions/asks/validate-answer.ts';
import { instructBank } from '#functions/payment/instruct-bank.ts';
import { leaveTrancheUnpaid } from '#functions/payment/leave-unpaid.ts';
import { openTranche } from '#functions/payment/open-tranche.ts';
import { reserveTranche } from '#functions/payment/reserve-tranche.ts';
import { PaymentNotSettled } from '#functions/payment/settle-tranche.ts';
import { AccountNotCorrected, PaperMissing } from '#functions/payment/tranche-answers.ts';
import { idOfAsk } from '#test/asks.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { amount, openTreasury, type Treasury } from './treasury.ts';

let table: TestTable;
let treasury: Treasury;
useTable(async (opened) => {
  table = opened;
  treasury = await openTreasury(table);
});

const resumedWith = (token: string) =>
  treasury.resumed.filter(({ taskToken }) => taskToken === token).map(({ outcome }) => outcome);

describe('a tranche', () => {
  it('opens and is reserved once, with the numbers and dates of its papers', async () => {
    const id = await treasury.reserved(1);
    const before = await treasury.budget();
    await openTranche(treasury.store, { proposalId: id, tranche: 1, now: at(50) });
    await reserveTranche(treasury.store, { proposalId: id, tranche: 1, now: at(50) });
    expect(await treasury.budget()).toEqual(before);
    expect(await treasury.store.proposals.get(id)).toMatchObject({
      tranches: [
        {
          status: 'reserved',
          progress: 40,
          spp: { number: `SPP-1 ${id}`, date: '2020-08-03', by: 'paula' },
          spm: { number: `SPM-1 ${id}`, by: 'sinta' },
        },
      ],
    });
    expect((await treasury.actions(id)).filter((action) => action.startsWith('tranche.'))).toEqual([
      'tranche.opened',
      'tranche.reserved',
    ]);
  });

  it('takes no paper that is dated before the one it follows: SK, SPP, SPM, SP2D, and what the bank did', async () => {
    const id = await treasury.awarded(20);
    await openTranche(treasury.store, { proposalId: id, tranche: 1, now: at(41) });
    const dated = (date: string, number = '9') => ({ outcome: 'issued', number, date });
    const judged = async (kind: AskKind, key: string, values: FormFields) => {
      await treasury.turn(id, kind, key);
      const proposal = await treasury.store.proposals.get(id);
      const ask = await treasury.store.asks.get(id, idOfAsk(id, kind, key));
      const asks = await treasury.store.asks.byProposal(id);
      const { problems } = await validateAnswer(treasury.deps, {
        ask,
        whole: async () => ({ proposal }),
        asks,
        values,
        now: at(7 * 1440),
      });
      return problems.map(({ code, facts }) => `${code} ${facts.paper}`);
    };
    const issue = async (kind: 'spp' | 'spm' | 'sp2d', date: string) => {
      const { assignee } = await treasury.store.asks.get(id, idOfAsk(id, kind, '1'));
      if (assignee.kind !== 'person') throw new Error('a person issues it');
      const by = { kind: 'person' as const, id: assignee.personId };
      const answer = { outcome: 'issued' as const, number: '9', date };
      const given = { proposalId: id, askId: idOfAsk(id, kind, '1'), answer, by, code: true, now: at(60) };
      expect(await recordAndResume(treasury.deps, given)).toMatchObject({ status: 'recorded' });
    };
    expect(await judged('spp', '1', dated('2020-08-02'))).toEqual(['date-before-paper SK']);
    expect(await judged('spp', '1', dated('2020-08-03'))).toEqual([]);
    await issue('spp', '2020-08-05');
    expect(await judged('spm', '1', dated('2020-08-04'))).toEqual(['date-before-paper SPP']);
    await issue('spm', '2020-08-06');
    expect(await judged('sp2d', '1', dated('2020-08-05'))).toEqual(['date-before-paper SPM']);
    await issue('sp2d', '2020-08-07');
    const bank = { outcome: 'settled', bankReference: 'B1', valueDate: '2020-08-06' };
    expect(await judged('bank-inquiry', '1-1-1', bank)).toEqual(['date-before-paper SP2D']);
    expect(await judged('bank-inquiry', '1-1-1', { ...bank, valueDate: '2020-08-07' })).toEqual([]);
  });

  it('cannot be reserved without SPP and SPM, nor paid without SP2D', async () => {
    const id = await treasury.awarded(2);
    await expect(reserveTranche(treasury.store, { proposalId: id, tranche: 1, now: at(50) })).rejects.toThrow(
      PaperMissing,
    );
    const other = await treasury.reserved(3);
    await expect(treasury.instruct(other, 1, 'token')).rejects.toThrow(PaperMissing);
  });

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

  it('settles once the bank said so: budget, tranche and payment agree, and nothing is counted twice', async () => {
    const { id, runId } = await treasury.sent(5);
    const before = await treasury.budget();
    await expect(treasury.settleFirst(id)).rejects.toThrow(PaymentNotSettled);
    await treasury.answer(runId, treasury.settledLine(id));
    expect(resumedWith(`bank ${id} 1`)).toEqual(['settled']);
    for (const minute of [80, 85])
      expect(await treasury.settleFirst(id, at(minute))).toMatchObject({
        remaining: 0,
        tranche: { valueDate: '2020-08-04' },
      });
    const after = await treasury.budget();
    expect(after.reserved).toBe((before.reserved ?? 0) - amount);
    expect(after.paid).toBe((before.paid ?? 0) + amount);
  });

  it('settles by the word of the bank to a person, where no file came', async () => {
    const { id } = await treasury.sent(6);
    await treasury.done(id, 'bank-inquiry', '1-1-1', { outcome: 'wait' }, 'kas');
    await expect(treasury.settleFirst(id)).rejects.toThrow(PaymentNotSettled);
    await treasury.done(
      id,
      'bank-inquiry',
      '1-1-2',
      { outcome: 'settled', bankReference: 'TELP-1', valueDate: '2020-08-05' },
      'kas',
    );
    expect(await treasury.settleFirst(id)).toMatchObject({ tranche: { bankReference: 'TELP-1' } });
    expect(await treasury.payment(id)).toMatchObject({ state: 'settled' });
  });

  it('is paid to the corrected account by a new attempt with a new id, after the bank refused the old', async () => {
    const { id, runId } = await treasury.sent(7);
    await treasury.answer(runId, treasury.rejectedLine(id));
    expect(resumedWith(`bank ${id} 1`)).toEqual(['rejected']);
    await expect(treasury.instruct(id, 2, 'early')).rejects.toThrow(AccountNotCorrected);
    const account = { bankCode: '009', number: '0099887766', holder: 'KEL SUMBER REJEKI' };
    await treasury.done(id, 'account-correction', '1-1', { outcome: 'corrected', ...account });
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
    await treasury.done(id, 'account-correction', '1-1', {
      outcome: 'corrected',
      bankCode: '009',
      number: '0099887766',
      holder: 'KEL',
    });
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
