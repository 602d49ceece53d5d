/** What the asks of a tranche brought: the papers SPP, SPM, SP2D, the progress, a corrected account, the bank's word. */

import { type AnswerAs, type Asked, answerAs, answeredAs, answeredOf } from '#domain/asks/answered.ts';
import type { AnsweredAsk, Ask } from '#domain/asks/ask.ts';
import type { AskKind } from '#domain/asks/ask-kinds.ts';
import type { Evidence } from '#domain/asks/documents.ts';
import { accountAcceptance } from '#domain/asks/kinds/account-acceptance.ts';
import { accountCorrection } from '#domain/asks/kinds/account-correction.ts';
import { bankInquiry } from '#domain/asks/kinds/bank-inquiry.ts';
import { sp2d } from '#domain/asks/kinds/sp2d.ts';
import { spm } from '#domain/asks/kinds/spm.ts';
import { trancheDocuments } from '#domain/asks/kinds/tranche-documents.ts';
import { roundOf } from '#domain/asks/paper-rules.ts';
import {
  applyReport,
  type BankReport,
  type PaymentAttempt,
  type PaymentState,
} from '#domain/money/payment.ts';
import type { BankAccount } from '#domain/packet/packet.ts';
import type { Paper } from '#domain/proposal/tranche.ts';

/** The papers of the chain SPP → SPM → SP2D. */
type PaperKind = 'spp' | 'spm' | 'sp2d';

/** A step was taken whose paper was not issued. The workflow never does. */
export class PaperMissing extends Error {
  override readonly name = 'PaperMissing';
  constructor(proposalId: string, tranche: number, paper: string) {
    super(`Tranche ${tranche} of proposal ${proposalId} cannot go on: there is no ${paper}.`);
  }
}

/** The last answer of a kind about a deposit: what it rests on now. */
export function lastAbout<Kind extends 'deposit-billing' | 'deposit-slip' | 'deposit-check'>(
  asks: readonly Ask[],
  kind: Asked<Kind>,
  deposit: number,
): AnswerAs<Kind> | undefined {
  const last = answeredOf(asks, kind)
    .filter(({ about }) => about.deposit === deposit)
    .sort((one, other) => (one.answeredAt < other.answeredAt ? -1 : 1))
    .at(-1);
  return answerAs(last, kind);
}

/** The answered asks of a kind for a tranche's rounds, oldest round first. */
function rounds(
  asks: readonly Ask[],
  kind: { readonly name: AskKind },
  tranche: number,
): (AnsweredAsk & { round: number })[] {
  return answeredOf(asks, kind)
    .flatMap((ask) => {
      const round = roundOf(ask);
      return round === undefined || ask.about.tranche !== tranche ? [] : [{ ...ask, round }];
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
  for (const { round, evidence } of rounds(asks, trancheDocuments, tranche))
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
  kind: Asked<PaperKind>,
  tranche: number,
  round?: number,
): Paper | undefined {
  const ask = rounds(asks, kind, tranche).findLast(
    (each) => each.outcome === 'issued' && (round === undefined || each.round === round),
  );
  return paperIn(answerAs(ask, kind));
}

/** Whether SPP or SPM of a round were cancelled before the SP2D. */
export function wasCancelled(asks: readonly Ask[], tranche: number, round: number): boolean {
  return [spm, sp2d].some((kind) =>
    rounds(asks, kind, tranche).some((ask) => ask.round === round && ask.outcome === 'cancelled'),
  );
}

/** The SP2D of a further attempt: each needs one of its own, because the first names another account. */
export function sp2dOfAttempt(asks: readonly Ask[], tranche: number, attempt: number): Paper | undefined {
  return paperIn(answeredAs(asks, sp2d, { tranche, attempt }));
}

function paperIn(found: AnswerAs<PaperKind> | undefined): Paper | undefined {
  if (found?.answer.outcome !== 'issued') return undefined;
  const { answer, answeredBy } = found;
  return {
    number: answer.number,
    date: answer.date,
    by: answeredBy.kind === 'person' ? answeredBy.id : answeredBy.kind,
  };
}

/** The progress of the works in percent, as the group reported it with the tranche's documents. */
export function progressOf(asks: readonly Ask[], tranche: number): number | undefined {
  return rounds(asks, trancheDocuments, tranche)
    .map((ask) => answerAs(ask, trancheDocuments)?.answer.progress)
    .findLast((progress) => progress !== undefined);
}

/** A further attempt, or its papers, were asked for without a corrected account. The workflow never does. */
export class AccountNotCorrected extends Error {
  override readonly name = 'AccountNotCorrected';
  constructor(proposalId: string, tranche: number, attempt: number) {
    super(
      `Attempt ${attempt} of tranche ${tranche} of proposal ${proposalId} was refused, and the PPK has accepted no other account.`,
    );
  }
}

/** The account that the group gave in a turn after an attempt was refused, when it did (ISO 8601), and the bank's letters with it. */
export function givenAccount(
  asks: readonly Ask[],
  { tranche, attempt, turn = 1 }: { tranche: number; attempt: number; turn?: number | undefined },
): { account: BankAccount; at: string; letters: readonly Evidence[] } | undefined {
  const found = answeredAs(asks, accountCorrection, { tranche, attempt, turn });
  if (found === undefined) return undefined;
  const { bankCode, number, holder } = found.answer;
  const letters = found.evidence.filter(({ documentType }) => documentType === 'bank-reference');
  return { account: { bankCode, number, holder }, at: found.answeredAt, letters };
}

/** When the PPK accepted another account after this attempt was refused (ISO 8601), and who; undefined before that. */
export function acceptanceAfter(
  asks: readonly Ask[],
  tranche: number,
  attempt: number,
): { at: string; by: string; givenAt: string } | undefined {
  const ask = answeredOf(asks, accountAcceptance).findLast(
    ({ about, outcome }) => about.tranche === tranche && about.attempt === attempt && outcome === 'accepted',
  );
  if (ask?.answeredBy.kind !== 'person') return undefined;
  const { turn = 1 } = ask.about;
  const given = givenAccount(asks, { tranche, attempt, turn });
  return { at: ask.answeredAt, by: ask.answeredBy.id, givenAt: given?.at ?? ask.answeredAt };
}

/** What the bank said about an attempt when it was asked, if it said how it ended. The last word counts. */
function inquiredAnswer(asks: readonly Ask[], tranche: number, attempt: number): BankReport | undefined {
  const inquiries = answeredOf(asks, bankInquiry)
    .filter(
      ({ about, outcome }) => about.tranche === tranche && about.attempt === attempt && outcome !== 'wait',
    )
    .sort((a, b) => (a.answeredAt < b.answeredAt ? -1 : 1));
  const answer = answerAs(inquiries.at(-1), bankInquiry)?.answer;
  if (answer?.outcome === 'settled') {
    const { bankReference, valueDate } = answer;
    return { status: 'DONE', bankReference, valueDate, heard: true };
  }
  // The bank's own reason code is not known here; what the person wrote is in the ask.
  return answer?.outcome === 'rejected'
    ? { status: 'REJECTED', reasonCode: 'INQUIRY', heard: true }
    : undefined;
}

/** The attempt as it is by the bank's word to a person, where no file of the bank's has said how it ended. */
export function withInquiry(asks: readonly Ask[], payment: PaymentAttempt, now: string): PaymentAttempt {
  if (bankOutcome(payment.state) !== undefined) return payment;
  const inquired = inquiredAnswer(asks, payment.tranche, payment.attempt);
  return inquired === undefined ? payment : applyReport(payment, inquired, { now }).payment;
}

/** How a payment ended; undefined while the bank has neither settled nor refused it, and may still be instructed. */
export function bankOutcome(state: PaymentState): 'settled' | 'rejected' | undefined {
  // An attempt that was not needed ends as the one that was paid instead.
  if (state === 'settled' || state === 'superseded') return 'settled';
  return state === 'rejected' || state === 'returned' || state === 'lapsed' ? 'rejected' : undefined;
}
