import '#functions/behaviours.ts';
import { describe, expect, it } from 'vitest';
import { accountCorrection as kind } from '#domain/asks/kinds/account-correction.ts';
import { refusalProblems } from '#domain/money/refusal-texts.ts';
import { contentOf } from '#domain/proposal/proposal.ts';
import { writtenProblem } from '#domain/text/bilingual.ts';
import { accountCorrection } from '#functions/payment/asks/account-correction.ts';
import { answerForm } from '#functions/web/form-fields.ts';
import { html } from '#functions/web/markup.ts';
import { writeLetter } from '#players/bank/bank-answers.ts';
import { type TestTable, useTable } from '../../dynamodb.ts';
import { amount, openTreasury, type Treasury } from '../treasury.ts';

let table: TestTable;
let treasury: Treasury;
useTable(async (opened) => {
  table = opened;
  treasury = await openTreasury(table);
});

describe('a group whose account was refused', () => {
  it('is told the bank’s reason in words, and finds the refused account in the form', async () => {
    const { id, runId } = await treasury.sent(7);
    await treasury.answer(runId, treasury.rejectedLine(id));
    for (let again = 0; again < 2; again += 1)
      expect(await treasury.settleFirst(id)).toMatchObject({ outcome: 'rejected' });
    const proposal = await treasury.store.proposals.get(id);
    const opened = accountCorrection.opening?.(proposal, { tranche: 1, attempt: 1, turn: 1 }, []);
    expect(opened?.problems).toEqual(refusalProblems({ reasonCode: 'AC01' }));
    expect(accountCorrection.opening?.(proposal, { tranche: 1, attempt: 2, turn: 1 }, [])).toEqual({});
    const content = contentOf(proposal);
    const values = accountCorrection.page?.values?.({
      content,
      ask: { about: { tranche: 1, attempt: 1, turn: 1 } },
      asks: [],
    } as never);
    expect(values).toEqual(content?.account);
    const page = String(
      html`${answerForm({ form: kind.form, values: values ?? {}, problems: [], members: [] })}`,
    );
    expect(page).toContain(`value="${content?.account.number}"`);
    expect(page).toMatch(/<option value="009" selected>Bank Negara Indonesia \(BNI\)</);
    expect(page).not.toMatch(/<input[^>]* name="bankCode"/);
  });

  // A code that no list has, with words or without, several reasons, and words alone: quoted, and never guessed at.
  it.each([
    ['<Prtry>REK-09</Prtry>', 'Rekening dormant', 'REK-09', 'Rekening dormant'],
    ['<Cd>NARR</Cd>', 'NAMA TIDAK SESUAI', 'NARR', 'NAMA TIDAK SESUAI'],
    ['<Cd>AC01</Cd>', 'salah digit', 'AC01', 'salah digit'],
    ['<Prtry>X1</Prtry>', '', 'X1', undefined],
  ])('reads the bank’s own code and words: %s %s', async (code, words, reasonCode, reasonText) => {
    const { id, runId } = await treasury.sent(20 + reasonCode.length + (reasonText ?? '').length);
    const text = writeLetter('pain.002', {
      ...{
        id: 'OWN',
        day: '2020-08-04',
        debitAccount: treasury.debitAccount,
        original: { messageId: runId },
      },
      advices: [
        {
          ...{ endToEndId: `${id}-01-01`, amount, status: 'RJCT', day: '2020-08-04', reference: 'NO' },
          reason: 'AC01',
        },
      ],
      partial: true,
    });
    const own = words === '' ? '' : `<AddtlInf>${words}</AddtlInf>`;
    await treasury.deliver(String(text).replace('<Rsn><Cd>AC01</Cd></Rsn>', `<Rsn>${code}</Rsn>${own}`));
    const payment = await treasury.payment(id);
    expect(payment).toMatchObject({ state: 'rejected', reasonCode });
    expect(payment.state === 'rejected' ? payment.reasonText : 'not refused').toBe(reasonText);
    await treasury.settleFirst(id);
    const proposal = await treasury.store.proposals.get(id);
    const opened = accountCorrection.opening?.(proposal, { tranche: 1, attempt: 1, turn: 1 }, []);
    const meaning = (opened?.problems ?? []).map((each) => writtenProblem(each).id).join(' ');
    expect(meaning).toContain(reasonCode);
    if (reasonText !== undefined) expect(meaning).toContain(`“${reasonText}”`);
  });

  it.each([
    ['AC01', 'refused-number'],
    ['AC04', 'refused-closed'],
    ['AC06', 'refused-blocked'],
    ['BE01', 'refused-name'],
    ['CNOR', 'refused-account'],
    ['NARR', 'refused-unclear'],
    ['XX99', 'refused-unclear'],
  ])('is told of %s in both languages what it means', (code, meaning) => {
    const [problem, ...others] = refusalProblems({ reasonCode: code });
    expect([problem, others]).toEqual([{ code: meaning, where: '', facts: { code } }, []]);
    const { id, en } = writtenProblem(problem ?? expect.fail('nothing is said'));
    expect(id).toContain(code);
    expect(en).toContain(code);
  });
});
