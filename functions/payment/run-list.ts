/**
 * The list of a file's payments for people, as CSV: who gets how much where, and what is other than at the payment before. It opens
 * in a spreadsheet program on an Indonesian computer: semicolons between the columns, and a mark of UTF-8 in front.
 */
import { bankName } from '#domain/money/banks.ts';
import { type MaskedAccount, maskedAccount } from '#domain/money/payee.ts';
import type { PaymentAttempt } from '#domain/money/payment.ts';
import { readable } from '#functions/web/markup.ts';

const columns = [
  'No.',
  'Nomor pembayaran / Payment',
  'Kelompok / Group',
  'Proposal',
  'Tahap / Tranche',
  'Pemilik rekening / Holder',
  'Bank',
  'Rekening / Account',
  'Jumlah (Rp) / Amount',
  'Berubah / Changed',
  'Pembayaran sebelumnya / Payment before',
  'Rekening sebelumnya / Account before',
];

/** The list of these payments, in their order. */
export function listOf(payments: readonly PaymentAttempt[]): Buffer {
  const rows = payments.map(({ endToEndId, proposalId, tranche, account, amount, payee }, index) => {
    const { before } = payee;
    return [
      ...[index + 1, endToEndId, payee.group, proposalId, tranche],
      ...[account.holder, bankName(account.bankCode), maskedAccount(account).number, amount],
      before === undefined
        ? 'pembayaran pertama / first payment'
        : before.changed.map((what) => changedWords[what]).join(', '),
      before?.endToEndId ?? '',
      before === undefined ? '' : accountText(before.account),
    ];
  });
  return Buffer.from(`\ufeff${[columns, ...rows].map((row) => `${row.map(cell).join(';')}\r\n`).join('')}`);
}

const changedWords = { bank: 'bank', number: 'rekening / account', holder: 'pemilik / holder' } as const;

function accountText({ bankCode, number, holder }: MaskedAccount): string {
  return `${bankName(bankCode)} ${number} ${holder}`;
}

/**
 * A name that begins like a formula is made plain text, so that no spreadsheet program runs it.
 * Source: https://owasp.org/www-community/attacks/CSV_Injection
 */
function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = readable(value).replaceAll(/\s+/gu, ' ').trim();
  const plain = /^[=+\-@|%]/.test(text) ? `'${text}` : text;
  return /[";]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
