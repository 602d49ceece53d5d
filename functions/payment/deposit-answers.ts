/** What the asks about money that goes back share. */
import type { Ask } from '#domain/asks/ask.ts';
import { WrongDepositState } from '#domain/money/deposit.ts';
import { formatRupiah } from '#domain/money/rupiah.ts';
import { type Problem, problem } from '#domain/text/problem.ts';
import type { Mail } from '#functions/asks/behaviour.ts';

/** A deposit that was cancelled while its next ask was on the way. */
export function depositRefusal(error: unknown): Problem | undefined {
  return error instanceof WrongDepositState ? problem('ask-not-answerable', 'outcome') : undefined;
}

/** What is to be deposited, so that a person who pays at a counter has it in the message. */
export function amountInMail({ facts: { deposit, toDeposit } }: Ask): { amount: string } | undefined {
  return deposit !== undefined && toDeposit !== undefined ? { amount: formatRupiah(toDeposit) } : undefined;
}

/** The messages of an ask about a deposit say the amount. */
export const depositMail: Mail = {
  async facts(_, ask) {
    const deposit = amountInMail(ask);
    return deposit === undefined ? {} : { deposit };
  },
};
