/** What the answers about money that goes back share. */
import type { Deposit } from '#domain/money/deposit.ts';
import { WrongDepositState } from '#domain/money/deposit.ts';
import { type Problem, problem } from '#domain/text/problem.ts';

/** Which deposit, as its events have it. */
export function aboutDeposit({ number, amount }: Pick<Deposit, 'number' | 'amount'>) {
  return { deposit: number, amount };
}

/** A deposit that was cancelled while its next ask was on the way. */
export function depositRefusal(error: unknown): Problem | undefined {
  return error instanceof WrongDepositState ? problem('ask-not-answerable', 'outcome') : undefined;
}
