/** Files that are refused: a clear word in both languages, nothing changed but the record that they came, and no right to touch them. */

import { beforeEach, describe, expect, it } from 'vitest';
import { writtenProblem } from '#domain/text/bilingual.ts';
import type { ProblemCode } from '#domain/text/problem.ts';
import { lambdaNamed, lambdaOf } from '#functions/lambdas.ts';
import { type AnswerFormat, type BankAdvice, writeLetter } from '#players/bank/bank-answers.ts';
import { digestOf, type TestTable, useTable } from '../../dynamodb.ts';
import { amount, debitAccount, openTreasury, type Treasury } from '../treasury.ts';

let treasury: Treasury;
let table: TestTable;
let id: string;
let before: string;
useTable(async (opened) => {
  table = opened;
  treasury = await openTreasury(opened);
  ({ id } = await treasury.sent(1));
});
/** All but the record of the files themselves. */
function rest() {
  return digestOf(table, 'BANKFILE#', 'JOURNAL#bank');
}
beforeEach(async () => {
  before = await rest();
});

const day = '2020-08-04';
function settled(change: Partial<BankAdvice> = {}): BankAdvice {
  return {
    ...{ endToEndId: `${id}-01-01`, amount, status: 'ACSC', reference: 'REF', day },
    ...change,
  };
}
/** A letter that would settle the payment, were it not for what is done to it. */
function letter(format: AnswerFormat, account = debitAccount) {
  return writeLetter(format, { id: 'L-1', day, debitAccount: account, advices: [settled()] });
}

function laughs(text: string) {
  return text.replace(
    '<Document',
    `<!DOCTYPE lolz [<!ENTITY lol "lol">${Array.from({ length: 9 }, (_, index) => `<!ENTITY lol${index} "${`&lol${index - 1};`.repeat(10)}">`).join('')}]><Document`,
  );
}

describe('changes nothing, says what is wrong and stays where it is:', () => {
  it.each<[string, () => string | Uint8Array, ProblemCode]>([
    [
      'an external entity in a message that is sound otherwise',
      () =>
        letter('camt.054')
          .replace('<Document', '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><Document')
          .replace('<Id>L-1</Id>', '<Id>&x;</Id>'),
      'bank-file-doctype',
    ],
    ['a billion laughs', () => laughs(letter('pain.002')), 'bank-file-doctype'],
    ['UTF-16 without its mark', () => Buffer.from(letter('mt940'), 'utf16le'), 'bank-file-encoding'],
    [
      'Latin-1 in what says it is UTF-8',
      () => Buffer.from(letter('pain.002').replace('L-1', 'L\u{e9}'), 'latin1'),
      'bank-file-encoding',
    ],
    ['a file that was cut off', () => letter('camt.053').slice(0, -20), 'bank-file-xml'],
    ['a list that was cut off', () => letter('csv').replace(/TOTAL.*/s, ''), 'bank-file-trailer'],
    ['a negative amount', () => letter('pain.002').replace(`${amount}.00`, `-${amount}`), 'bank-file-amount'],
    ['a fraction of a sen', () => letter('camt.054').replaceAll('.00<', '.505<'), 'bank-file-amount'],
    ['1e7', () => letter('csv').replace(`;${amount};`, ';1e7;'), 'bank-file-amount'],
    ['1e7 in MT940', () => letter('mt940').replace(`D${amount},00`, 'D1e7,00'), 'bank-file-line'],
    ['another currency', () => letter('mt940').replaceAll('IDR', 'USD'), 'bank-file-currency'],
    ['another account', () => letter('camt.053', '999000111'), 'bank-file-account'],
    [
      'our account without the zeros that it begins with',
      () => letter('csv', debitAccount.replace(/^0+/, '')),
      'bank-file-account-zeros',
    ],
    ['another sum', () => letter('mt940').replace(/(:62F:C\d{6}IDR)/, '$11'), 'bank-file-sum'],
    ['another count', () => letter('csv').replace('TOTAL;1;', 'TOTAL;2;'), 'bank-file-count'],
    ['a day that there is not', () => letter('csv').replace(day, '2020-02-30'), 'bank-file-date'],
  ])('%s', async (_what, write, code) => {
    const file = await treasury.deliver(write());
    expect(file).toMatchObject({ outcome: 'refused', moved: 0 });
    expect(file.problems.map((problem) => problem.code)).toContain(code);
    for (const problem of file.problems) {
      const { id: indonesian, en } = writtenProblem(problem);
      expect(indonesian).toMatch(/[Mm]inta|[Tt]anya/);
      expect(en).toMatch(/\bask\b/i);
    }
    expect(await rest()).toBe(before);
    expect((await treasury.store.audit.list({ journal: 'bank' })).at(-1)).toMatchObject({
      action: 'answer.refused',
      facts: { problems: file.problems.length },
    });
  });

  it('the function that reads it may read it, and neither write nor delete in the bank’s bucket', () => {
    const grants = lambdaNamed(lambdaOf('payment/read-bank-answer')).uses.flatMap((use) => use.grants);
    expect(grants.filter((grant) => 'bucket' in grant)).toEqual([
      expect.objectContaining({ bucket: 'bank', keys: 'inbox/*', actions: ['GetObjectVersion'] }),
    ]);
  });

  it('and the right file settles the payment afterwards', async () => {
    expect(await treasury.deliver(letter('camt.054'))).toMatchObject({ outcome: 'read', moved: 1 });
    expect(await treasury.payment(id)).toMatchObject({ state: 'settled', bankReference: 'REF' });
    expect(await rest()).not.toBe(before);
  });
});

describe('is read, but moves nothing where it speaks of no payment of ours:', () => {
  it('an id that differs by case goes onto the worklist', async () => {
    const text = writeLetter('camt.054', {
      ...{ id: 'L-2', day, debitAccount },
      advices: [settled({ endToEndId: `${id}-01-01`.toLowerCase(), reference: 'CASE' })],
    });
    expect(await treasury.deliver(text)).toMatchObject({
      outcome: 'read',
      moved: 0,
      unknown: [`${id}-01-01`.toLowerCase()],
    });
    expect(await treasury.payment(id)).toMatchObject({ bankReference: 'REF' });
  });
});
