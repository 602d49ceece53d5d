/** Text for a bank's payroll upload, in the layout that was agreed (`domain/money/bulk-layout.ts`). */
import type { InstructionLine } from '#domain/money/bank-file.ts';
import { type BulkLayout, writeByLayout } from '#domain/money/bulk-layout.ts';
import type { PaymentAttempt } from '#domain/money/payment.ts';
import { latinText } from './latin-text.ts';
import type { RailWriter } from './rail.ts';

function lineOf({ endToEndId, amount, account, service, remittance }: PaymentAttempt): InstructionLine {
  return {
    ...{ endToEndId, amount, service, remittance },
    bankCode: account.bankCode,
    account: account.number,
    holder: account.holder,
  };
}

export function bulkText(layout: BulkLayout): RailWriter {
  return {
    extension: 'txt',
    mediaType: `text/plain; charset=${layout.encoding === 'ascii' ? 'us-ascii' : layout.encoding}`,
    // ASCII is the half of ISO 8859-1 that its texts were judged by.
    encoding: layout.encoding === 'utf-8' ? 'utf8' : 'latin1',
    *write({ runId, date, payments }) {
      const [first] = payments;
      if (first === undefined) return;
      const { bankCode: debitBankCode, number: debitAccount, holder: debitHolder } = first.debitAccount;
      yield* writeByLayout(
        layout,
        { runId, date, debitAccount, debitBankCode, debitHolder, lines: payments.map(lineOf) },
        latinText,
      );
    },
  };
}
