/** The delimited file of `domain/bank-file.ts`. */
import { type InstructionLine, writeInstruction } from '#domain/bank-file.ts';
import type { PaymentAttempt } from '#domain/payment.ts';
import type { RailWriter } from './rail.ts';

const lineOf = ({ endToEndId, amount, account, service, remittance }: PaymentAttempt): InstructionLine => ({
  endToEndId,
  amount,
  bankCode: account.bankCode,
  account: account.number,
  holder: account.holder,
  service,
  remittance,
});

export const bulkText: RailWriter = {
  extension: 'txt',
  mediaType: 'text/plain; charset=utf-8',
  write: ({ runId, date, payments }) => [
    writeInstruction({
      runId,
      date,
      debitAccount: payments[0]?.debitAccount.number ?? '',
      lines: payments.map(lineOf),
    }),
  ],
};
