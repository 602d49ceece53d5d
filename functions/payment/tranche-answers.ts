/** What the asks of a tranche brought: the papers SPP, SPM, SP2D, the progress, a corrected account, the bank's word. */

import type { AnsweredAsk, Ask } from '#domain/asks/ask.ts';
import type { Answer, AskKind } from '#domain/asks/ask-kinds.ts';
import type { Evidence } from '#domain/asks/documents.ts';
import { kinds } from '#domain/asks/kinds.ts';
import { attemptKey, roundKey, roundOf } from '#domain/asks/tranche-asks.ts';
import { depositOf } from '#domain/money/deposit.ts';
import {
  applyBankAnswer,
  type BankAnswer,
  type PaymentAttempt,
  type PaymentState,
} from '#domain/money/payment.ts';
import type { BankAccount } from '#domain/packet/packet.ts';
import type { Paper } from '#domain/proposal/proposal.ts';

/** A step was taken whose paper nobody issued. The workflow never does. */
export class PaperMissing extends Error {
  override readonly name = 'PaperMissing';
  constructor(proposalId: string, tranche: number, paper: string) {
    super(`Tranche ${tranche} of proposal ${proposalId} cannot go on: there is no ${paper}.`);
  }
}

/** The answered ask of a kind and key. */
function answered(asks: readonly Ask[], kind: AskKind, key: string): AnsweredAsk | undefined {
  return asks.find(
    (ask): ask is AnsweredAsk => ask.status === 'answered' && ask.kind === kind && ask.key === key,
  );
}

function answerIn<Kind extends AskKind>(ask: AnsweredAsk | undefined, kind: Kind): Answer<Kind> | undefined {
  return ask === undefined ? undefined : (kinds[kind].answer.parse(ask.answer) as Answer<Kind>);
}

/** An answer as its kind reads it. */
export interface AnswerAs<Kind extends AskKind>
  extends Pick<AnsweredAsk, 'answeredBy' | 'answeredAt' | 'evidence'> {
  answer: Answer<Kind>;
}

/** The answer to the ask of a kind and key, with who gave it and when; undefined while there is none. */
export function answeredAs<Kind extends AskKind>(
  asks: readonly Ask[],
  kind: Kind,
  key: string,
): AnswerAs<Kind> | undefined {
  const ask = answered(asks, kind, key);
  const answer = answerIn(ask, kind);
  if (ask === undefined || answer === undefined) return undefined;
  const { answeredBy, answeredAt, evidence } = ask;
  return { answer, answeredBy, answeredAt, evidence };
}

/** The last answer of a kind about a deposit: what it rests on now. */
export function lastAbout<Kind extends 'deposit-billing' | 'deposit-slip' | 'deposit-check'>(
  asks: readonly Ask[],
  kind: Kind,
  deposit: number,
): AnswerAs<Kind> | undefined {
  const last = asks
    .filter((ask): ask is AnsweredAsk => ask.status === 'answered' && ask.kind === kind)
    .filter(({ key }) => depositOf(key).deposit === deposit)
    .sort((one, other) => (one.answeredAt < other.answeredAt ? -1 : 1))
    .at(-1);
  return last && answeredAs(asks, kind, last.key);
}

/** The answered asks of a kind for a tranche's rounds, oldest round first. */
function rounds(asks: readonly Ask[], kind: AskKind, tranche: number): (AnsweredAsk & { round: number })[] {
  return asks
    .filter((ask): ask is AnsweredAsk => ask.status === 'answered' && ask.kind === kind)
    .flatMap((ask) => {
      const round = roundOf(ask.key);
      return round === undefined || ask.key !== roundKey(tranche, round) ? [] : [{ ...ask, round }];
    })
    .sort((one, other) => one.round - other.round);
}

/**
 * The files that the group handed in for a tranche: of each paper those of the last round that brought it, because what
 * was accepted is not handed in again.
 *
 * @param last the last round that counts; all, if absent
 */
export function handedInFor(
  asks: readonly Ask[],
  tranche: number,
  last = Number.POSITIVE_INFINITY,
): readonly Evidence[] {
  const files = new Map<string, readonly Evidence[]>();
  for (const { round, evidence } of rounds(asks, 'tranche-documents', tranche))
    if (round <= last)
      for (const [type, those] of Object.entries(Object.groupBy(evidence, (each) => each.documentType)))
        files.set(type, those);
  return [...files.values()].flat();
}

/**
 * The paper as it was issued, with its number, its date and who answers for it.
 *
 * @param round the round that it was issued in; the last one in which it was, if absent
 */
export function paperOf(
  asks: readonly Ask[],
  kind: 'spp' | 'spm' | 'sp2d',
  tranche: number,
  round?: number,
): Paper | undefined {
  const ask = rounds(asks, kind, tranche).findLast(
    (each) => each.outcome === 'issued' && (round === undefined || each.round === round),
  );
  const answer = answerIn(ask, kind);
  if (ask === undefined || answer === undefined || !('number' in answer)) return undefined;
  const by = ask.answeredBy.kind === 'person' ? ask.answeredBy.id : ask.answeredBy.kind;
  return { number: answer.number, date: answer.date, by };
}

/** Whether SPP or SPM of a round were cancelled before the SP2D. */
export function wasCancelled(asks: readonly Ask[], tranche: number, round: number): boolean {
  return (['spm', 'sp2d'] as const).some((kind) =>
    rounds(asks, kind, tranche).some((ask) => ask.round === round && ask.outcome === 'cancelled'),
  );
}

/** The SP2D of a further attempt, where the treasury moves the money itself: each needs one of its own. */
export function sp2dOfAttempt(asks: readonly Ask[], tranche: number, attempt: number): Paper | undefined {
  const found = answeredAs(asks, 'sp2d', attemptKey(tranche, attempt));
  if (found === undefined || !('number' in found.answer)) return undefined;
  const { answer, answeredBy } = found;
  return {
    number: answer.number,
    date: answer.date,
    by: answeredBy.kind === 'person' ? answeredBy.id : answeredBy.kind,
  };
}

/** The progress of the works in percent, as the group reported it with the tranche's documents. */
export function progressOf(asks: readonly Ask[], tranche: number): number | undefined {
  return rounds(asks, 'tranche-documents', tranche)
    .map((ask) => answerIn(ask, 'tranche-documents')?.progress)
    .findLast((progress) => progress !== undefined);
}

/** A further attempt, or its papers, were asked for without a corrected account. The workflow never does. */
export class AccountNotCorrected extends Error {
  override readonly name = 'AccountNotCorrected';
  constructor(proposalId: string, tranche: number, attempt: number) {
    super(
      `Attempt ${attempt} of tranche ${tranche} of proposal ${proposalId} was refused, and no other account has been given.`,
    );
  }
}

/** The account that the group named after the bank refused this attempt, and when it did (ISO 8601). */
export function correctedAccount(
  asks: readonly Ask[],
  tranche: number,
  attempt: number,
): { account: BankAccount; at: string } | undefined {
  const ask = answered(asks, 'account-correction', `${tranche}-${attempt}`);
  const answer = answerIn(ask, 'account-correction');
  if (ask === undefined || answer === undefined) return undefined;
  const { bankCode, number, holder } = answer;
  return { account: { bankCode, number, holder }, at: ask.answeredAt };
}

/** What the bank said about an attempt when it was asked, if it said how it ended. The last word counts. */
function inquiredAnswer(asks: readonly Ask[], tranche: number, attempt: number): BankAnswer | undefined {
  const inquiries = asks
    .filter((ask) => ask.kind === 'bank-inquiry' && ask.key.startsWith(`${tranche}-${attempt}-`))
    .filter((ask): ask is AnsweredAsk => ask.status === 'answered' && ask.outcome !== 'wait')
    .sort((a, b) => (a.answeredAt < b.answeredAt ? -1 : 1));
  const answer = answerIn(inquiries.at(-1), 'bank-inquiry');
  if (answer?.outcome === 'settled') {
    const { bankReference, valueDate } = answer;
    return { status: 'SETTLED', bankReference, valueDate, heard: true };
  }
  // The bank's own reason code is not known here; what the person wrote is in the ask.
  return answer?.outcome === 'rejected' ? { status: 'REJECTED', reasonCode: 'INQUIRY' } : undefined;
}

/** The attempt as it is by the bank's word to a person, where no file of the bank's has said how it ended. */
export function withInquiry(asks: readonly Ask[], payment: PaymentAttempt, now: string): PaymentAttempt {
  if (bankOutcome(payment.state) !== undefined) return payment;
  const inquired = inquiredAnswer(asks, payment.tranche, payment.attempt);
  return inquired === undefined ? payment : applyBankAnswer(payment, inquired, now).payment;
}

/** How a payment ended; undefined while the bank has neither settled nor refused it. */
export function bankOutcome(state: PaymentState): 'settled' | 'rejected' | undefined {
  if (state === 'settled') return 'settled';
  return state === 'rejected' || state === 'returned' ? 'rejected' : undefined;
}
