import { expect, it } from 'vitest';
import { booksOf, checkLedger } from '#cli/commands/ledger.ts';
import { bookBalance } from '#domain/money/account-book.ts';
import { resolveBankItem } from '#functions/payment/resolve-bank-item.ts';
import { useTable } from '../../dynamodb.ts';
import { at } from '../../scene.ts';
import { amount, debitAccount, openTreasury, type Treasury } from '../treasury.ts';

let treasury: Treasury;
useTable(async (table) => {
  treasury = await openTreasury(table);
});

const booked = amount * 100;
/** A statement of MT940 by its balances in sen and its lines, each `D`, `C` or a reversal with sen, type, reference and words. */
function mt940(
  id: string,
  [opening, closing]: [day: string, sen: number][],
  lines: readonly (readonly [mark: string, sen: number, type: string, reference: string, words: string])[],
): string {
  const short = (day = '') => day.slice(2).replaceAll('-', '');
  const money = (sen = 0) => `${Math.floor(sen / 100)},${String(sen % 100).padStart(2, '0')}`;
  return [
    ...[`:20:${id}`, `:25:${debitAccount}`, ':28C:1/1'],
    `:60F:C${short(opening?.[0])}IDR${money(opening?.[1])}`,
    ...lines.flatMap(([mark, sen, type, reference, words]) => [
      `:61:${short(closing?.[0])}${mark}${money(sen)}${type}NONREF//${reference}`,
      `:86:${words}`,
    ]),
    `:62F:C${short(closing?.[0])}IDR${money(closing?.[1])}`,
    '-',
    '',
  ].join('\r\n');
}
async function book() {
  const [found] = (await booksOf(treasury)).filter(({ account }) => account === debitAccount);
  if (found === undefined) throw new Error('There is no book.');
  return found;
}
async function balances() {
  const { postings } = await book();
  return {
    suspense: bookBalance(postings, 'suspense'),
    charges: bookBalance(postings, 'charges'),
    elsewhere: bookBalance(postings, 'elsewhere'),
  };
}
async function ofTheBook() {
  return (await checkLedger(treasury)).findings.filter(({ where }) => where.startsWith('account '));
}
async function questions(why: string) {
  return (await treasury.store.bankItems.open()).filter((item) => item.why === why);
}

it('keeps the book of an account: payments, charges, suspense in sen, a gap, and the same day in another format', async () => {
  const { id } = await treasury.sent(1);
  const start = 100_000_000_000_035;
  const ofDay: [string, number][] = [
    ['2020-08-04', start],
    ['2020-08-04', start - booked - 650_000 - 1235],
  ];
  const day = mt940('S-1', ofDay, [
    ['D', booked, 'NTRF', 'OURS', `/EREF/${id}-01-01`],
    ['D', 650_000, 'NCHG', 'FEE', 'BIAYA ADMINISTRASI'],
    ['D', 1235, 'NMSC', 'STRANGER', 'LAIN'],
  ]);
  await treasury.deliver(day);
  expect(await balances()).toEqual({ suspense: 1235, charges: 650_000, elsewhere: 0 });
  const [item, ...others] = await questions('unknown');
  expect(others).toEqual([]);
  expect(item).toMatchObject({ posted: true, entry: { amount: 12, sen: 35, bankReference: 'STRANGER' } });
  expect(await ofTheBook()).toEqual([]);

  // Once more, it changes nothing.
  await treasury.deliver(day);
  expect(await balances()).toEqual({ suspense: 1235, charges: 650_000, elsewhere: 0 });
  expect((await book()).statements).toHaveLength(1);

  // A day is missing, until its statement comes.
  const [, [, end]] = ofDay as [[string, number], [string, number]];
  await treasury.deliver(
    mt940(
      'S-3',
      [
        ['2020-08-05', end + 500],
        ['2020-08-06', end + 400],
      ],
      [['D', 100, 'NTAX', 'TAX', 'PAJAK']],
    ),
  );
  expect(await questions('balance')).toMatchObject([
    { balance: { account: debitAccount, day: '2020-08-06', expected: end, found: end + 500 } },
  ]);
  await treasury.deliver(
    mt940(
      'S-2',
      [
        ['2020-08-04', end],
        ['2020-08-05', end + 500],
      ],
      [['C', 500, 'NINT', 'BUNGA', 'BUNGA']],
    ),
  );
  expect(await questions('balance')).toEqual([]);
  expect(await balances()).toEqual({ suspense: 1235, charges: 650_000 + 100 - 500, elsewhere: 0 });
  expect(await ofTheBook()).toEqual([]);

  // A person has dealt with the stranger's line.
  await resolveBankItem(treasury.answerDeps, {
    itemId: item?.id ?? '',
    by: 'ada',
    reason: 'lain',
    now: at(90),
  });
  expect(await balances()).toEqual({ suspense: 0, charges: 649_600, elsewhere: 1235 });
  expect(await ofTheBook()).toEqual([]);
});
