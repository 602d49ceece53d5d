import '#functions/behaviours.ts';
import { describe, expect, it } from 'vitest';
import { accountCorrection as kind } from '#domain/asks/kinds/account-correction.ts';
import { refusalInWords } from '#domain/money/refusal-words.ts';
import { contentOf } from '#domain/proposal/proposal.ts';
import { writtenProblem } from '#domain/text/bilingual.ts';
import { accountCorrection } from '#functions/payment/asks/account-correction.ts';
import { answerForm } from '#functions/web/form-fields.ts';
import { html } from '#functions/web/markup.ts';
import { type TestTable, useTable } from '../../dynamodb.ts';
import { openTreasury, type Treasury } from '../treasury.ts';

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
    const opened = accountCorrection.opening?.(proposal, { tranche: 1, attempt: 1 }, []);
    expect(opened?.problems).toEqual([refusalInWords('AC01')]);
    expect(accountCorrection.opening?.(proposal, { tranche: 1, attempt: 2 }, [])).toEqual({});
    const content = contentOf(proposal);
    const values = accountCorrection.page?.values?.({ content } as never);
    expect(values).toEqual(content?.account);
    const page = String(
      html`${answerForm({ form: kind.form, values: values ?? {}, problems: [], members: [] })}`,
    );
    expect(page).toContain(`value="${content?.account.number}"`);
    expect(page).toMatch(/<option value="009" selected>Bank Negara Indonesia \(BNI\)</);
    expect(page).not.toMatch(/<input[^>]* name="bankCode"/);
  });

  it.each([
    ['AC01', 'refused-number'],
    ['AC04', 'refused-closed'],
    ['AC06', 'refused-blocked'],
    ['BE01', 'refused-name'],
    ['CNOR', 'refused-account'],
    ['NARR', 'refused-unclear'],
    ['XX99', 'refused-unclear'],
  ])('is told of %s in both languages what it means', (code, said) => {
    const problem = refusalInWords(code);
    expect(problem).toEqual({ code: said, where: '', facts: { code } });
    const { id, en } = writtenProblem(problem);
    expect(id).toContain(code);
    expect(en).toContain(code);
  });
});
