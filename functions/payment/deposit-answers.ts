/** What the answers about money that goes back share. */
import { WrongDepositState } from '#domain/money/deposit.ts';
import { type Problem, problem } from '#domain/text/problem.ts';

/** A deposit that was cancelled while its next ask was on the way. */
export function depositRefusal(error: unknown): Problem | undefined {
  return error instanceof WrongDepositState ? problem('ask-not-answerable', 'outcome') : undefined;
}
