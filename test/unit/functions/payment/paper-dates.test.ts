import '#functions/behaviours.ts';
import { describe, expect, it } from 'vitest';
import type { AskKind } from '#domain/asks/ask-kinds.ts';
import type { FormFields } from '#domain/asks/forms.ts';
import { recordAndResume } from '#functions/asks/record-answer.ts';
import { subjectOfProposal } from '#functions/asks/subject.ts';
import { validateAnswer } from '#functions/asks/validate-answer.ts';
import { openTranche } from '#functions/payment/open-tranche.ts';
import { idOfAsk } from '#test/asks.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { openTreasury, type Treasury } from './treasury.ts';

let table: TestTable;
let treasury: Treasury;
useTable(async (opened) => {
  table = opened;
  treasury = await openTreasury(table);
});

describe('a tranche', () => {
  it('takes no paper that is dated before the one it follows: SK, SPP, SPM, SP2D, and what the bank did', async () => {
    const id = await treasury.awarded(20);
    await openTranche(treasury.store, { proposalId: id, tranche: 1, now: at(41) });
    const dated = (date: string, number = '9') => ({ outcome: 'issued', number, date });
    const judged = async (kind: AskKind, key: string, values: FormFields) => {
      await treasury.turn(id, kind, key);
      const proposal = await treasury.store.proposals.get(id);
      const ask = await treasury.store.asks.get(id, idOfAsk(id, kind, key));
      const asks = await treasury.store.asks.bySubject(id);
      const { problems } = await validateAnswer(treasury.deps, {
        ask,
        whole: async () => ({ subject: subjectOfProposal(proposal) }),
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
      const given = { askId: idOfAsk(id, kind, '1'), answer, by, code: true, now: at(60) };
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
});
