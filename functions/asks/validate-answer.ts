/**
 * Whether what a person wrote is an answer to their ask: the form's fields, then the rules, with the papers handed in
 * and what is known of the proposal. Every way to answer (the form, the page of one's own asks, a reply by mail)
 * judges here and records with `record-answer.ts`. Reads only.
 */

import type { S3Client } from '@aws-sdk/client-s3';
import { answerProblems, readAnswer } from '#domain/asks/answers.ts';
import type { Ask } from '#domain/asks/ask.ts';
import type { Answer, AskKind } from '#domain/asks/ask-kinds.ts';
import type { Evidence } from '#domain/asks/documents.ts';
import type { FormFields } from '#domain/asks/forms.ts';
import { depositBilling } from '#domain/asks/kinds/deposit-billing.ts';
import { sp2d } from '#domain/asks/kinds/sp2d.ts';
import { spm } from '#domain/asks/kinds/spm.ts';
import { spp } from '#domain/asks/kinds/spp.ts';
import { roundOf } from '#domain/asks/paper-rules.ts';
import type { RulePack } from '#domain/programme.ts';
import { depositsOf, keptAmount, type Proposal } from '#domain/proposal/proposal.ts';
import { type Problem, problem } from '#domain/text/problem.ts';
import { jakartaDate } from '#domain/working-days.ts';
import type { AskContext } from '#functions/asks/ask-context.ts';
import { inspectEvidence } from '#functions/asks/evidence.ts';
import { contentOf } from '#functions/asks/new-ask.ts';
import { papersToReview } from '#functions/asks/pages/handed-in.ts';
import { groupNameOf } from '#functions/notifications/recipients.ts';
import { lastAbout, paperOf } from '#functions/payment/tranche-answers.ts';
import type { Store } from '#functions/store/store.ts';
import { packOf } from '#programmes/index.ts';

export interface ValidateDeps {
  store: Pick<Store, 'payments'>;
  s3: S3Client;
  uploadsBucket: string;
}

/** An answer that may be recorded, or everything that is wrong with it; and the papers that lie there either way. */
export type Validation =
  | { answer: Answer; problems: []; evidence: Evidence[] }
  | { answer?: undefined; problems: Problem[]; evidence: Evidence[] };

/**
 * @param values the form's fields by name, as `readForm` gives them; those that the form does not have are ignored
 * @param now business time, ISO 8601
 */
export async function validateAnswer(
  { store, s3, uploadsBucket }: ValidateDeps,
  {
    ask,
    proposal,
    asks,
    values,
    now,
  }: Pick<AskContext, 'ask' | 'proposal' | 'asks'> & { values: FormFields; now: string },
): Promise<Validation> {
  const evidence = ask.documents.length > 0 ? await inspectEvidence(s3, uploadsBucket, ask) : [];
  const { answer, problems } = readAnswer(ask.kind, values, papersToReview(proposal, ask, asks));
  if (answer === undefined) return { problems, evidence };
  const broken = [
    ...answerProblems(ask.kind, answer, { ...factsFor(ask, proposal, asks, now), evidence }),
    ...(await notSent(store, ask, answer)),
  ];
  if (broken.length > 0) return { problems: broken, evidence };
  return { answer, problems: [], evidence: evidence.map(({ fault: _, ...file }) => file) };
}

/**
 * The bank cannot have settled or refused what nobody has sent it: a payment waits for a run, or for the run's release.
 * To take such an answer for true would pay the group twice, or never.
 */
async function notSent(
  { payments }: ValidateDeps['store'],
  { kind, about, proposalId }: Pick<Ask, 'kind' | 'about' | 'proposalId'>,
  { outcome }: Answer,
): Promise<Problem[]> {
  if (kind !== 'bank-inquiry' || outcome === 'wait') return [];
  const { tranche = 1, attempt = 1 } = about;
  const payment = await payments.find(proposalId, tranche, attempt);
  return payment?.state === 'ready' || payment?.state === 'gathered'
    ? [problem('payment-not-sent', 'outcome', { endToEndId: payment.endToEndId })]
    : [];
}

/** What the rules about an answer need to know of the proposal. */
function factsFor(ask: Ask, proposal: Proposal, asks: readonly Ask[], now: string) {
  const tranche = ask.about.tranche;
  const rules = packOf(proposal);
  const planned =
    'tranches' in proposal ? proposal.tranches?.find(({ number }) => number === tranche) : undefined;
  const paperBefore = tranche === undefined ? undefined : before(ask, tranche, proposal, asks);
  // Progress is reported once: papers that are handed in again, or name another account, say nothing new of it.
  const reports = ask.kind !== 'tranche-documents' || roundOf(ask) === 1;
  const paidOut = proposal.stage === 'payment' || proposal.stage === 'follow-up';
  return {
    today: jakartaDate(now),
    documents: ask.documents,
    positionNeeded: rules.verification.siteVisit.position,
    rail: rules.payment.rail,
    ...(planned !== undefined && reports && { requiredProgress: planned.requiredProgress }),
    ...(paperKinds.has(ask.kind) &&
      'award' in proposal &&
      proposal.award !== undefined && { fiscalYear: proposal.award.budgetLine.year }),
    numberRule: numberRuleOf(rules, ask.kind),
    groupName: groupNameOf(proposal),
    members: (contentOf(proposal)?.members ?? []).map(({ number }) => number),
    ...(paidOut && { received: keptAmount(proposal) }),
    ...depositOwed(ask, proposal, asks),
    ...(paperBefore !== undefined && { paperBefore }),
  };
}

/** What is to be deposited, and how long its billing code can be paid; the slip is not older than that code. */
function depositOwed(ask: Ask, proposal: Proposal, asks: readonly Ask[]) {
  if (ask.kind !== 'deposit-slip') return {};
  const { deposit } = ask.about;
  const owed = depositsOf(proposal).find(({ number }) => number === deposit);
  const billing = lastAbout(asks, depositBilling, deposit ?? 0);
  return {
    ...(owed !== undefined && {
      deposit: { amount: owed.amount, ...(billing && { expiresOn: billing.answer.expiresOn }) },
    }),
    ...(billing && { paperBefore: { name: 'kode billing', date: jakartaDate(billing.answeredAt) } }),
  };
}
const paperKinds: ReadonlySet<AskKind> = new Set(['spp', 'spm', 'sp2d']);

function numberRuleOf({ payment: { paperNumbers } }: RulePack, kind: AskKind) {
  return kind === 'spp' || kind === 'spm' || kind === 'sp2d' ? paperNumbers[kind] : undefined;
}

/** SK → SPP → SPM → SP2D → what the bank did: none is dated before the one it follows. */
function before({ kind, about }: Ask, tranche: number, proposal: Proposal, asks: readonly Ask[]) {
  if (kind === 'spp') {
    const sk = 'award' in proposal ? proposal.award?.sk : undefined;
    return sk && { name: 'SK', date: sk.date };
  }
  const follows = ({ spm: spp, sp2d: spm, 'bank-inquiry': sp2d } as const)[String(kind)];
  const paper =
    follows && paperOf(asks, follows, tranche, kind === 'bank-inquiry' ? undefined : roundOf({ about }));
  return paper && follows && { name: follows.name.toUpperCase(), date: paper.date };
}
