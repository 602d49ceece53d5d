/**
 * A payment attempt, from plan to settlement.
 *
 * The end-to-end id is computed and unique for ever: the same payment sent again carries the same id, a corrected
 * payment is a new attempt with a new id that points at the old. A time-out is not a failure, so nothing here turns
 * silence into a rejection. Bank answers come in any order and more than once.
 */
import * as z from 'zod';
import { bankServiceFor, bankServiceSchema } from './bank-service.ts';
import { bankAccountSchema } from './packet.ts';
import type { Problem } from './problem.ts';
import { accountProblems, railSchema } from './rail.ts';
import { rupiahSchema } from './rupiah.ts';

export const endToEndIdSchema = z.string().regex(/^[A-Z0-9-]{1,35}$/);

/** The id that a payment carries through all banks: `P-0123456789-01-01`, well within 35 characters. */
export function endToEndId(proposalId: string, tranche: number, attempt: number): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return endToEndIdSchema.parse(`${proposalId}-${two(tranche)}-${two(attempt)}`);
}

const common = {
  schemaVersion: z.literal(1),
  /** Counts the writes, for optimistic locking. */
  version: z.int().min(1),
  proposalId: z.string(),
  tranche: z.int().min(1),
  attempt: z.int().min(1),
  endToEndId: endToEndIdSchema,
  /** The id of the rejected attempt that this one replaces. */
  replaces: endToEndIdSchema.optional(),
  amount: rupiahSchema,
  account: bankAccountSchema,
  debitAccount: z.strictObject({ bankCode: z.string(), number: z.string(), holder: z.string() }),
  rail: railSchema,
  service: bankServiceSchema,
  /** What the group reads on its statement. */
  remittance: z.string().max(140),
  createdAt: z.iso.datetime(),
  /** The Step Functions token of the state that waits for the bank's answer. It is nowhere else. */
  taskToken: z.string().optional(),
};
const sent = { readyAt: z.iso.datetime(), sentAt: z.iso.datetime(), runId: z.string() };
const settled = {
  settledAt: z.iso.datetime(),
  /** Empty while the bank has not told it. */
  bankReference: z.string(),
  valueDate: z.iso.date(),
};

/** A payment attempt by its state. */
export const paymentAttemptSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('planned'), ...common }),
  /** Released for the next payment run. */
  z.strictObject({ state: z.literal('ready'), ...common, readyAt: z.iso.datetime() }),
  z.strictObject({ state: z.literal('sent'), ...common, ...sent }),
  /** The bank has taken it over, without having settled it. */
  z.strictObject({ state: z.literal('accepted'), ...common, ...sent, acceptedAt: z.iso.datetime() }),
  z.strictObject({ state: z.literal('settled'), ...common, ...sent, ...settled }),
  z.strictObject({
    state: z.literal('rejected'),
    ...common,
    ...sent,
    rejectedAt: z.iso.datetime(),
    reasonCode: z.string(),
    /** It came back before anybody had said that it had settled; who says so later only completes this. */
    cameBack: z.literal(true).optional(),
  }),
  /** The money came back after it had settled. */
  z.strictObject({
    state: z.literal('returned'),
    ...common,
    ...sent,
    ...settled,
    returnedAt: z.iso.datetime(),
    reasonCode: z.string(),
  }),
]);
export type PaymentAttempt = z.output<typeof paymentAttemptSchema>;
export type PaymentState = PaymentAttempt['state'];

/** What the bank says about one payment, in a file or on the telephone. */
export const bankAnswerSchema = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('ACCEPTED') }),
  z.strictObject({ status: z.literal('SETTLED'), bankReference: z.string(), valueDate: z.iso.date() }),
  z.strictObject({ status: z.literal('REJECTED'), reasonCode: z.string() }),
  z.strictObject({ status: z.literal('RETURNED'), reasonCode: z.string() }),
]);
export type BankAnswer = z.output<typeof bankAnswerSchema>;

/** Thrown when a payment is moved from a state that does not lead there. */
export class WrongPaymentState extends Error {
  override readonly name = 'WrongPaymentState';
  constructor(payment: PaymentAttempt, step: string) {
    super(`payment ${payment.endToEndId} is ${payment.state}; it cannot be ${step}`);
  }
}

/** A new attempt at paying a tranche. @param replaces the rejected attempt, when this one corrects it. */
export function planPayment(
  facts: Pick<
    PaymentAttempt,
    'proposalId' | 'tranche' | 'amount' | 'account' | 'debitAccount' | 'rail' | 'remittance'
  >,
  now: string,
  replaces?: PaymentAttempt,
): Extract<PaymentAttempt, { state: 'planned' }> {
  if (replaces !== undefined && replaces.state !== 'rejected' && replaces.state !== 'returned') {
    throw new WrongPaymentState(replaces, 'replaced');
  }
  const attempt = (replaces?.attempt ?? 0) + 1;
  return {
    state: 'planned',
    schemaVersion: 1,
    version: 1,
    ...facts,
    attempt,
    endToEndId: endToEndId(facts.proposalId, facts.tranche, attempt),
    ...(replaces === undefined ? {} : { replaces: replaces.endToEndId }),
    service: bankServiceFor(facts.amount),
    createdAt: now,
  };
}

/** Why its rail cannot carry the payment, all at once; nothing where it can. */
export function railProblems({ rail, account, debitAccount }: PaymentAttempt): Problem[] {
  return [
    ...accountProblems(rail, account, '/account/'),
    ...accountProblems(rail, debitAccount, '/payment/debitAccount/'),
  ];
}

/** Releases a planned payment for the next run. @throws {WrongPaymentState} */
export function makeReady(payment: PaymentAttempt, now: string): Extract<PaymentAttempt, { state: 'ready' }> {
  if (payment.state !== 'planned') throw new WrongPaymentState(payment, 'released');
  return { ...payment, state: 'ready', readyAt: now };
}

/** Notes the run that took the payment to the bank. @throws {WrongPaymentState} */
export function markSent(
  payment: PaymentAttempt,
  runId: string,
  now: string,
): Extract<PaymentAttempt, { state: 'sent' }> {
  if (payment.state !== 'ready') throw new WrongPaymentState(payment, 'sent');
  return { ...payment, state: 'sent', runId, sentAt: now };
}

/** What an answer did: it moved the payment, told nothing new, or contradicts what was told before. */
export interface AnswerEffect {
  effect: 'moved' | 'nothing-new' | 'contradiction';
  payment: PaymentAttempt;
}

/**
 * Applies the bank's answer to a payment. Answers come in any order, so an older state never overwrites a newer one:
 * ACCEPTED after SETTLED tells nothing new, and RETURNED before SETTLED ends as RETURNED after it does. A rejection after
 * settlement is the money's return. A settlement after a rejection, or under another reference, and any answer to a
 * payment that was never sent, is a contradiction that a person resolves.
 */
export function applyBankAnswer(payment: PaymentAttempt, answer: BankAnswer, now: string): AnswerEffect {
  const nothingNew: AnswerEffect = { effect: 'nothing-new', payment };
  const contradiction: AnswerEffect = { effect: 'contradiction', payment };
  switch (payment.state) {
    case 'planned':
    case 'ready':
      return contradiction;
    case 'sent':
    case 'accepted': {
      if (answer.status === 'ACCEPTED') {
        return payment.state === 'accepted'
          ? nothingNew
          : { effect: 'moved', payment: { ...payment, state: 'accepted', acceptedAt: now } };
      }
      const { state: _, acceptedAt: __, ...rest } = { acceptedAt: undefined, ...payment };
      if (answer.status === 'SETTLED') {
        const { bankReference, valueDate } = answer;
        const moved = { ...rest, state: 'settled' as const, settledAt: now, bankReference, valueDate };
        return { effect: 'moved', payment: moved };
      }
      // A return before we heard of the settlement: the money is back either way.
      const { reasonCode } = answer;
      return {
        effect: 'moved',
        payment: {
          ...rest,
          state: 'rejected',
          rejectedAt: now,
          reasonCode,
          ...(answer.status === 'RETURNED' && { cameBack: true as const }),
        },
      };
    }
    case 'settled':
      if (answer.status === 'ACCEPTED') return nothingNew;
      if (answer.status === 'SETTLED') {
        if (payment.bankReference === '' && answer.bankReference !== '')
          return { effect: 'moved', payment: { ...payment, bankReference: answer.bankReference } };
        return sameReference(answer.bankReference, payment.bankReference) ? nothingNew : contradiction;
      }
      return {
        effect: 'moved',
        payment: { ...payment, state: 'returned', returnedAt: now, reasonCode: answer.reasonCode },
      };
    case 'rejected': {
      if (answer.status !== 'SETTLED') return nothingNew;
      if (payment.cameBack === undefined) return contradiction;
      const { state: _, rejectedAt: returnedAt, cameBack: __, ...rest } = payment;
      const { bankReference, valueDate } = answer;
      return {
        effect: 'moved',
        payment: { ...rest, state: 'returned', settledAt: now, bankReference, valueDate, returnedAt },
      };
    }
    case 'returned':
      if (answer.status !== 'SETTLED') return nothingNew;
      if (payment.bankReference === '' && answer.bankReference !== '')
        return { effect: 'moved', payment: { ...payment, bankReference: answer.bankReference } };
      return sameReference(answer.bankReference, payment.bankReference) ? nothingNew : contradiction;
  }
}

/** The reference field of MT940 holds 16 characters: what is longer elsewhere is cut off there. */
const mt940Reference = 16;

/** Whether both may be the bank's reference of one transfer; who tells none does not say another. */
function sameReference(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  return short === long || short === '' || (short.length === mt940Reference && long.startsWith(short));
}
