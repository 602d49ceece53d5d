/**
 * A payment attempt, from plan to settlement.
 *
 * The end-to-end id is computed and unique for ever: the same payment sent again carries the same id, a corrected
 * payment is a new attempt with a new id that points at the old. A time-out is not a failure, so nothing here turns
 * silence into a rejection. Bank answers come in any order and more than once.
 */
import * as z from 'zod';
import { endToEndIdSchema } from '../identifiers.ts';
import { bankAccountSchema } from '../packet/packet.ts';
import type { Actor } from '../proposal/audit.ts';
import { event, type FactsOf, type ProposalEvent } from '../proposal/events.ts';
import type { Problem } from '../text/problem.ts';
import { bankServiceFor, bankServiceSchema } from './bank-service.ts';
import { layoutPaymentProblems } from './bulk-layout.ts';
import { accountProblems, isTreasury, railSchema } from './rail.ts';
import { rupiahSchema } from './rupiah.ts';

/** The id that a payment carries through all banks: `P-0123456789-01-01`, well within 35 characters. */
export function endToEndId(proposalId: string, tranche: number, attempt: number): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return endToEndIdSchema.parse(`${proposalId}-${two(tranche)}-${two(attempt)}`);
}

/** Where the payment with this id is; undefined for an id that is not of ours, letter by letter. */
export function readEndToEndId(
  id: string,
): { proposalId: string; tranche: number; attempt: number } | undefined {
  const [, proposalId, tranche, attempt] = /^(P-[0-9A-Z]{10})-(\d\d)-(\d\d)$/.exec(id) ?? [];
  return proposalId === undefined
    ? undefined
    : { proposalId, tranche: Number(tranche), attempt: Number(attempt) };
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
  /** The fiscal year whose budget pays it; no bank is instructed for it once that is over. */
  fiscalYear: z.int().optional(),
  /** What the group reads on its statement. */
  remittance: z.string().max(140),
  createdAt: z.iso.datetime(),
  /** The Step Functions token of the state that waits for the bank's answer. It is nowhere else. */
  taskToken: z.string().optional(),
};
const gathered = { readyAt: z.iso.datetime(), gatheredAt: z.iso.datetime(), runId: z.string() };
const sent = {
  readyAt: z.iso.datetime(),
  sentAt: z.iso.datetime(),
  /** The run whose file instructed the bank; absent where the treasury moved the money by its SP2D. */
  runId: z.string().optional(),
  /** The SP2D that moved the money, where no bank was instructed. */
  sp2d: z.strictObject({ number: z.string(), date: z.iso.date() }).optional(),
};
/** A transfer by the bank: its reference, empty where the bank gave none, and the day of its value. */
const transfer = { bankReference: z.string(), valueDate: z.iso.date() };
/** The transfer by which the money came back, where the bank said which. */
const cameBackBy = { returnedBy: z.strictObject(transfer).optional() };
const settled = {
  settledAt: z.iso.datetime(),
  ...transfer,
  /** A person heard it from the bank, and no file has said so yet: the reference is as it was heard. */
  heard: z.literal(true).optional(),
  /** The day of the entry by which a statement reported it without a reference: such an entry of another day is another transfer. */
  bookedOn: z.iso.date().optional(),
  /** Transfers beyond the one that was ordered: the bank's own error, to be got back, until they come back. */
  paidAgain: z
    .array(
      z.strictObject({
        ...transfer,
        notedAt: z.iso.datetime(),
        /** The item of the worklist that reports it to a person. */
        item: z.string().optional(),
        cameBack: z.strictObject({ ...transfer, at: z.iso.datetime() }).optional(),
      }),
    )
    .optional(),
};

/** A payment attempt by its state. */
export const paymentAttemptSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('planned'), ...common }),
  /** Released for the next payment run. */
  z.strictObject({ state: z.literal('ready'), ...common, readyAt: z.iso.datetime() }),
  /** Held for good: its fiscal year was over before a bank was instructed. */
  z.strictObject({
    state: z.literal('lapsed'),
    ...common,
    readyAt: z.iso.datetime().optional(),
    lapsedAt: z.iso.datetime(),
  }),
  /** In a run that has not been released to the bank yet. */
  z.strictObject({ state: z.literal('gathered'), ...common, ...gathered }),
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
    /** It came back before anyone had said that it had settled; who says so later only completes this. */
    cameBack: z.literal(true).optional(),
    ...cameBackBy,
  }),
  /** The money came back after it had settled. */
  z.strictObject({
    state: z.literal('returned'),
    ...common,
    ...sent,
    ...settled,
    returnedAt: z.iso.datetime(),
    reasonCode: z.string(),
    ...cameBackBy,
  }),
]);
export type PaymentAttempt = z.output<typeof paymentAttemptSchema>;
export type PaymentState = PaymentAttempt['state'];

/** What the bank says about one payment, in a file or on the telephone. */
const bankAnswerSchema = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('ACCEPTED') }),
  z.strictObject({
    status: z.literal('SETTLED'),
    ...transfer,
    /** Reported to a person, not by a file. */
    heard: z.literal(true).optional(),
    /** The day of the entry, where a statement books it without a reference. */
    bookedOn: z.iso.date().optional(),
    /** Which booking of the payment in its statement this is, from the second on: money left so often, whatever its references. */
    again: z.int().min(2).optional(),
    /** The item of the worklist that would report it to a person. */
    item: z.string().optional(),
  }),
  z.strictObject({ status: z.literal('REJECTED'), reasonCode: z.string() }),
  z.strictObject({
    status: z.literal('RETURNED'),
    reasonCode: z.string(),
    /** The transfer by which it came back. */
    by: z.strictObject(transfer).optional(),
  }),
]);
export type BankAnswer = z.output<typeof bankAnswerSchema>;

/** A payment as it is after a transition, and what the record of its proposal says of that. */
export interface DecidedPayment<P extends PaymentAttempt = PaymentAttempt> {
  payment: P;
  events: readonly ProposalEvent[];
}
/** An attempt in one state. */
export type PaymentIn<State extends PaymentState> = Extract<PaymentAttempt, { state: State }>;

/** Which payment, as its events have it. */
function about({ tranche, attempt, endToEndId }: PaymentAttempt) {
  return { tranche, attempt, endToEndId };
}

/** A payment that is due, by the SP2D with this number, as its events have it. */
function due(payment: PaymentAttempt, sp2d: string) {
  const { replaces = null, amount } = payment;
  return { ...about(payment), replaces, amount, sp2d };
}

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
    'proposalId' | 'tranche' | 'amount' | 'account' | 'debitAccount' | 'rail' | 'remittance' | 'fiscalYear'
  >,
  now: string,
  replaces?: PaymentAttempt,
): PaymentIn<'planned'> {
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

/** Whether the fiscal year whose budget pays is over on a day (`yyyy-mm-dd`, Jakarta): nothing leaves for it any more. */
export function isOfClosedYear({ fiscalYear }: Pick<PaymentAttempt, 'fiscalYear'>, day: string): boolean {
  return fiscalYear !== undefined && day.slice(0, 4) > String(fiscalYear);
}

/** A payment that no bank was instructed for is held for good, because its fiscal year is over. @throws {WrongPaymentState} */
export function lapsePayment(payment: PaymentAttempt, now: string): DecidedPayment<PaymentIn<'lapsed'>> {
  if (payment.state !== 'planned' && payment.state !== 'ready')
    throw new WrongPaymentState(payment, 'lapsed');
  return {
    payment: { ...payment, state: 'lapsed', lapsedAt: now },
    events: [
      event(now, 'payment.lapsed', {
        ...about(payment),
        amount: payment.amount,
        year: payment.fiscalYear ?? Number(now.slice(0, 4)),
      }),
    ],
  };
}

/** Why its rail cannot carry the payment, all at once; nothing where it can. */
export function railProblems({ rail, account, debitAccount, remittance }: PaymentAttempt): Problem[] {
  if (rail !== 'bulk-text' && rail.format === 'bulk-text')
    return [
      ...accountProblems(rail, account, '/account/'),
      ...layoutPaymentProblems(rail, { debitAccount, remittance }),
    ];
  return [
    ...accountProblems(rail, account, '/account/'),
    ...accountProblems(rail, debitAccount, '/payment/debitAccount/'),
  ];
}

/**
 * Releases a planned payment for the next run.
 * @param sp2d the number of the SP2D that it rests on
 * @throws {WrongPaymentState}
 */
export function makeReady(
  payment: PaymentAttempt,
  sp2d: string,
  now: string,
): DecidedPayment<PaymentIn<'ready'>> {
  if (payment.state !== 'planned' || isTreasury(payment.rail))
    throw new WrongPaymentState(payment, 'released');
  return {
    payment: { ...payment, state: 'ready', readyAt: now },
    events: [event(now, 'payment.ready', due(payment, sp2d))],
  };
}

/** The reference by which an SP2D is found, however its number is written: blanks and case do not count. */
export function sp2dReference(number: string): string {
  return `SP2D:${number.replaceAll(/\s/g, '').toUpperCase()}`;
}

/**
 * Notes that the SP2D itself has sent a planned payment: it is ready for no run, and no file instructs a bank.
 * @throws {WrongPaymentState}
 */
export function sendBySp2d(
  payment: PaymentAttempt,
  { number, date }: { number: string; date: string },
  now: string,
): DecidedPayment<PaymentIn<'sent'>> {
  if (payment.state !== 'planned' || !isTreasury(payment.rail))
    throw new WrongPaymentState(payment, 'sent by an SP2D');
  return {
    payment: { ...payment, state: 'sent', readyAt: now, sentAt: now, sp2d: { number, date } },
    events: [event(now, 'payment.sent', due(payment, number))],
  };
}

/** Claims a ready payment for a run. @throws {WrongPaymentState} */
export function gatherInto(
  payment: PaymentAttempt,
  runId: string,
  now: string,
): DecidedPayment<PaymentIn<'gathered'>> {
  if (payment.state !== 'ready') throw new WrongPaymentState(payment, 'gathered');
  return {
    payment: { ...payment, state: 'gathered', runId, gatheredAt: now },
    events: [event(now, 'payment.gathered', { ...about(payment), runId })],
  };
}

/** Gives a payment back whose run was withdrawn: ready for the next run, under the same id. @throws {WrongPaymentState} */
export function giveBack(
  payment: PaymentAttempt,
  why: FactsOf<'payment.withdrawn'>['why'],
  now: string,
): DecidedPayment<PaymentIn<'ready'>> {
  if (payment.state !== 'gathered') throw new WrongPaymentState(payment, 'given back');
  const { state: _, runId, gatheredAt: __, ...rest } = payment;
  return {
    payment: { ...rest, state: 'ready' },
    events: [event(now, 'payment.withdrawn', { ...about(payment), runId, why })],
  };
}

/**
 * Notes that the payment's run was released to the bank.
 * @param releasedBy the id of the person who did
 * @throws {WrongPaymentState}
 */
export function markSent(
  payment: PaymentAttempt,
  releasedBy: string,
  now: string,
): DecidedPayment<PaymentIn<'sent'>> {
  if (payment.state !== 'gathered') throw new WrongPaymentState(payment, 'sent');
  const { state: _, gatheredAt: __, ...rest } = payment;
  const facts = { ...about(payment), runId: payment.runId };
  return {
    payment: { ...rest, state: 'sent', sentAt: now },
    events: [event(now, 'payment.sent', facts, { kind: 'person', id: releasedBy })],
  };
}

/**
 * What an answer did: it moved the payment, said nothing new, contradicts what was said before, or reports money that left
 * a second time (the payment then has it noted, once). What changed nothing has no event.
 */
export interface AnswerEffect extends DecidedPayment {
  effect: 'moved' | 'nothing-new' | 'contradiction' | 'paid-again';
}

/** When an answer came, who says it, and under which of the bank's references, where it gave one. */
export interface AnswerSource {
  now: string;
  /** By default the bank. */
  by?: Actor | undefined;
  reference?: string | undefined;
}

/** What moves a payment by the bank's word. */
type BankAction =
  | `payment.${'accepted' | 'settled' | 'rejected' | 'returned'}`
  | `payment.${'booked' | 'reference' | 'paid-again' | 'second-came-back'}`;

/** An answer that changed the payment. @param payment as it is afterwards */
function changed(
  effect: 'moved' | 'paid-again',
  action: BankAction,
  payment: PaymentAttempt,
  { now, by = { kind: 'bank' }, reference }: AnswerSource,
): AnswerEffect {
  const reason = payment.state === 'rejected' || payment.state === 'returned' ? payment.reasonCode : null;
  const facts = { ...about(payment), reason, bankReference: reference ?? null };
  return { effect, payment, events: [event(now, action, facts, by)] };
}

function unchanged(
  effect: 'nothing-new' | 'contradiction' | 'paid-again',
  payment: PaymentAttempt,
): AnswerEffect {
  return { effect, payment, events: [] };
}

/**
 * Applies the bank's answer to a payment. Answers come in any order, so an older state never overwrites a newer one:
 * ACCEPTED after SETTLED says nothing new, and RETURNED before SETTLED ends as RETURNED after it does. A rejection after
 * settlement is the money's return. A settlement after a rejection, and any answer to a payment that was never sent, is a
 * contradiction that a person resolves.
 *
 * A settlement under another reference is money that left a second time. Money is alike, so the next return is of that
 * second transfer, and the payment stays settled: the group has what it was to have.
 */
export function applyBankAnswer(
  payment: PaymentAttempt,
  answer: BankAnswer,
  source: AnswerSource,
): AnswerEffect {
  const { now } = source;
  switch (payment.state) {
    case 'planned':
    case 'lapsed':
    case 'ready':
    case 'gathered':
      return unchanged('contradiction', payment);
    case 'sent':
    case 'accepted':
      return firstAnswer(payment, answer, source);
    case 'settled':
      switch (answer.status) {
        case 'ACCEPTED':
          return unchanged('nothing-new', payment);
        case 'SETTLED':
          return settledAgain(payment, answer, source);
        case 'RETURNED': {
          const { paidAgain = [] } = payment;
          if (paidAgain.some(({ cameBack }) => cameBack !== undefined && sameTransfer(cameBack, answer.by)))
            return unchanged('nothing-new', payment);
          return secondCameBack(payment, answer, source) ?? returnedNow(payment, answer, source);
        }
        case 'REJECTED':
          // Which of two transfers it means cannot be known.
          return payment.paidAgain?.some(isOut)
            ? unchanged('contradiction', payment)
            : returnedNow(payment, answer, source);
      }
      return unchanged('contradiction', payment);
    case 'rejected': {
      if (answer.status !== 'SETTLED') return unchanged('nothing-new', payment);
      if (payment.cameBack === undefined) return unchanged('contradiction', payment);
      const { state: _, rejectedAt: returnedAt, cameBack: __, ...rest } = payment;
      const { bankReference, valueDate } = answer;
      const returned = { settledAt: now, bankReference, valueDate, returnedAt };
      return changed('moved', 'payment.returned', { ...rest, state: 'returned', ...returned }, source);
    }
    case 'returned':
      if (answer.status === 'SETTLED') return settledAgain(payment, answer, source);
      if (answer.status !== 'RETURNED' || sameTransfer(payment.returnedBy, answer.by))
        return unchanged('nothing-new', payment);
      return secondCameBack(payment, answer, source) ?? unchanged('nothing-new', payment);
  }
}

type Paid = PaymentIn<'settled' | 'returned'>;
type Transfer = NonNullable<Extract<BankAnswer, { status: 'RETURNED' }>['by']>;
type Answer<Status> = Extract<BankAnswer, { status: Status }>;

/** What the bank says first of a payment that was sent, or next after it had only taken it over. */
function firstAnswer(
  payment: PaymentIn<'sent' | 'accepted'>,
  answer: BankAnswer,
  source: AnswerSource,
): AnswerEffect {
  const { now } = source;
  if (answer.status === 'ACCEPTED')
    return payment.state === 'accepted'
      ? unchanged('nothing-new', payment)
      : changed('moved', 'payment.accepted', { ...payment, state: 'accepted', acceptedAt: now }, source);
  const { state: _, acceptedAt: __, ...rest } = { acceptedAt: undefined, ...payment };
  if (answer.status === 'SETTLED') {
    const { bankReference, valueDate, heard, bookedOn } = answer;
    const settlement = {
      ...{ settledAt: now, bankReference, valueDate },
      ...(heard && { heard }),
      ...(bookedOn && { bookedOn }),
    };
    return changed('moved', 'payment.settled', { ...rest, state: 'settled', ...settlement }, source);
  }
  // A return before the settlement was reported: the money is back either way.
  const { reasonCode } = answer;
  const rejection = {
    ...{ rejectedAt: now, reasonCode },
    ...(answer.status === 'RETURNED' && { cameBack: true as const }),
    ...returnedByIn(answer),
  };
  return changed('moved', 'payment.rejected', { ...rest, state: 'rejected', ...rejection }, source);
}

function isOut({ cameBack }: { cameBack?: unknown }): boolean {
  return cameBack === undefined;
}

function returnedNow(
  payment: PaymentIn<'settled'>,
  answer: Answer<'RETURNED' | 'REJECTED'>,
  source: AnswerSource,
): AnswerEffect {
  const { reasonCode } = answer;
  const returned = { returnedAt: source.now, reasonCode, ...returnedByIn(answer) };
  return changed('moved', 'payment.returned', { ...payment, state: 'returned', ...returned }, source);
}

function returnedByIn(answer: Answer<'RETURNED' | 'REJECTED'>) {
  return answer.status === 'RETURNED' && answer.by !== undefined ? { returnedBy: answer.by } : {};
}

/** A settlement of what had settled: the same reported again, its reference reported later, or a second transfer. */
function settledAgain(payment: Paid, answer: Answer<'SETTLED'>, source: AnswerSource): AnswerEffect {
  const { bankReference, valueDate, again, item, bookedOn } = answer;
  const { paidAgain = [] } = payment;
  // What was reported to a person is not another transfer than the one in the bank's file.
  if (answer.heard) return unchanged('nothing-new', payment);
  if (payment.heard) {
    const { heard: _, ...rest } = payment;
    const reported = { bankReference: bankReference || payment.bankReference, ...(bookedOn && { bookedOn }) };
    const booked = bookedOn !== undefined && payment.bookedOn === undefined;
    return changed(
      'moved',
      booked ? 'payment.booked' : 'payment.reference',
      { ...rest, ...reported },
      source,
    );
  }
  if (again === undefined) {
    if (payment.bankReference === '' && bankReference !== '')
      return changed('moved', 'payment.reference', { ...payment, bankReference }, source);
    if (bookedOn !== undefined && payment.bookedOn === undefined)
      return changed('moved', 'payment.booked', { ...payment, bookedOn }, source);
    const sameDay = bookedOn === undefined || bookedOn === payment.bookedOn;
    if (sameDay && sameReference(bankReference, payment.bankReference))
      return unchanged('nothing-new', payment);
  }
  const known = paidAgain.filter((each) => sameTransfer(each, { bankReference, valueDate }));
  // Bookings that no reference distinguishes are distinguished by their number.
  const apart = again === undefined || !sameReference(bankReference, payment.bankReference);
  const same = known[apart ? 0 : (again ?? 2) - 2];
  // The same transfer in other words is nothing new.
  if (same !== undefined) return unchanged(same.item === item ? 'paid-again' : 'nothing-new', payment);
  const noted = { bankReference, valueDate, notedAt: source.now, ...(item !== undefined && { item }) };
  return changed(
    'paid-again',
    'payment.paid-again',
    { ...payment, paidAgain: [...paidAgain, noted] },
    source,
  );
}

/** Notes that a second transfer has come back, where one is out. */
function secondCameBack(
  payment: Paid,
  { by }: Answer<'RETURNED'>,
  source: AnswerSource,
): AnswerEffect | undefined {
  const { paidAgain = [] } = payment;
  const index = paidAgain.findIndex(isOut);
  const found = paidAgain[index];
  if (found === undefined) return undefined;
  const { bankReference = '', valueDate = found.valueDate } = by ?? {};
  const back = { ...found, cameBack: { bankReference, valueDate, at: source.now } };
  return changed(
    'moved',
    'payment.second-came-back',
    { ...payment, paidAgain: paidAgain.with(index, back) },
    source,
  );
}

/** Whether both are one transfer: by their references, or, where one has none, by their day. */
function sameTransfer(one: Transfer | undefined, other: Transfer | undefined): boolean {
  if (one === undefined || other === undefined) return true;
  if (one.bankReference !== '' && other.bankReference !== '')
    return sameReference(one.bankReference, other.bankReference);
  return one.valueDate === other.valueDate;
}

/** The reference field of MT940 holds 16 characters: what is longer elsewhere is cut off there. */
const mt940Reference = 16;

/** Whether both may be the bank's reference of one transfer; a missing one does not contradict. */
function sameReference(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  return short === long || short === '' || (short.length === mt940Reference && long.startsWith(short));
}
