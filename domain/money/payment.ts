/**
 * A payment attempt, from plan to settlement.
 *
 * The end-to-end id is computed and unique for ever: the same payment sent again carries the same id, a corrected
 * payment is a new attempt with a new id that points at the old. A time-out is not a failure, so nothing here turns
 * silence into a rejection. Bank answers come in any order and more than once.
 *
 * What the bank reports of an instruction and what it books on our account are two things. A report moves the instruction: taken
 * over, said to be done, refused; never further. Money is what was booked: a payment has settled when its debit is booked, and has
 * come back when a credit is. Only where the paying office has declared that reports count, or where a person has heard it from the
 * bank, does a report stand for the booking until that comes.
 */
import * as z from 'zod';
import { endToEndIdSchema } from '../identifiers.ts';
import { bankAccountSchema } from '../packet/packet.ts';
import { personIdSchema } from '../people/person.ts';
import type { Actor } from '../proposal/audit.ts';
import { event, type FactsOf, type ProposalEvent } from '../proposal/events.ts';
import type { Problem } from '../text/problem.ts';
import { reasonAbout } from './bank-codes.ts';
import { bankServiceFor, bankServiceSchema } from './bank-service.ts';
import {
  alsoTold,
  type Booking,
  type BookingRole,
  bookingSchema,
  isInSuspense,
  newBooking,
  recognise,
  referenceOf,
  type ToldBooking,
} from './booking.ts';
import { layoutPaymentProblems } from './bulk-layout.ts';
import { payeeSchema } from './payee.ts';
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

/**
 * Why a payment may not go to the bank yet, although it is its turn: a question is open about it or an earlier attempt at its
 * tranche, money of an earlier attempt may be out, or a person holds it.
 */
const holdSchema = z.discriminatedUnion('why', [
  z.object({ why: z.literal('question'), items: z.array(z.string()) }),
  z.object({ why: z.literal('earlier'), endToEndId: z.string() }),
  /** A treasurer took it out of a run. The reason is shown to officials and is in no audit event. */
  z.object({ why: z.literal('person'), by: personIdSchema, reason: z.string(), askId: z.string() }),
]);
export type Hold = z.output<typeof holdSchema>;

/** That a person had held a payment: who, why, since when; and until when, and who freed it. */
export const freedSchema = z.strictObject({
  heldBy: personIdSchema,
  reason: z.string(),
  since: z.iso.datetime(),
  at: z.iso.datetime(),
  by: personIdSchema.optional(),
});
export type Freed = z.output<typeof freedSchema>;

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
  payee: payeeSchema,
  debitAccount: z.strictObject({ bankCode: z.string(), number: z.string(), holder: z.string() }),
  rail: railSchema,
  /** Set where the paying office has no statements and has declared that the bank's reports count. */
  settledBy: z.literal('report').optional(),
  service: bankServiceSchema,
  /** The fiscal year whose budget pays it; no bank is instructed for it once that is over. */
  fiscalYear: z.int().optional(),
  /** What the group reads on its statement. */
  remittance: z.string().max(140),
  createdAt: z.iso.datetime(),
  /** The Step Functions token of the state that waits for the bank's answer. It is nowhere else. */
  taskToken: z.string().optional(),
  /** What was booked of it on our account, in the order in which it became known. */
  bookings: z.array(bookingSchema).optional(),
  /** Items of the worklist that are open and put it in question: its tranche is held as long as there are any. */
  questions: z.array(z.string()).optional(),
  /** Why it was left out of a run, and since when; gone as soon as it joins one. */
  held: z.intersection(holdSchema, z.object({ since: z.iso.datetime() })).optional(),
  /** How often treasurers have decided to hold it. */
  timesHeld: z.int().min(1).optional(),
  /** That a treasurer had held it, and who freed it; nobody, where the time to decide was over. */
  freed: freedSchema.optional(),
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
/** That the bank said, without having booked it yet, that it has paid. */
const reportedDone = {
  done: z
    .strictObject({ bankReference: z.string(), valueDate: z.iso.date(), at: z.iso.datetime() })
    .optional(),
};
const settled = {
  settledAt: z.iso.datetime(),
  /** The bank's reference, empty where it gave none, and the day of the value. */
  bankReference: z.string(),
  valueDate: z.iso.date(),
  /** It counts as settled although nothing is booked yet: by whose word. */
  claimedBy: z.enum(['report', 'person']).optional(),
};

/** Why the bank refused it or sent it back: a code, and what the bank adds in its own words. */
const reason = { reasonCode: z.string(), reasonText: z.string().max(500).optional() };

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
  /** The bank has taken it over, or says that it is done, and has not booked it. */
  z.strictObject({
    state: z.literal('accepted'),
    ...common,
    ...sent,
    acceptedAt: z.iso.datetime(),
    ...reportedDone,
  }),
  z.strictObject({ state: z.literal('settled'), ...common, ...sent, ...settled }),
  z.strictObject({
    state: z.literal('rejected'),
    ...common,
    ...sent,
    rejectedAt: z.iso.datetime(),
    ...reason,
  }),
  /** The money came back. */
  z.strictObject({
    state: z.literal('returned'),
    ...common,
    ...sent,
    returnedAt: z.iso.datetime(),
    ...reason,
  }),
  /** It was never sent, because an earlier attempt turned out to have been paid. */
  z.strictObject({
    state: z.literal('superseded'),
    ...common,
    readyAt: z.iso.datetime().optional(),
    supersededAt: z.iso.datetime(),
    supersededBy: endToEndIdSchema,
  }),
]);
export type PaymentAttempt = z.output<typeof paymentAttemptSchema>;
export type PaymentState = PaymentAttempt['state'];

/** What the bank reports of an instruction, in a file or on the telephone. It moves no money. */
export type BankReport =
  | { status: 'ACCEPTED' }
  /** `heard`: a person asked the bank. */
  | { status: 'DONE'; bankReference: string; valueDate: string; heard?: true }
  | { status: 'REJECTED'; reasonCode: string; reasonText?: string | undefined; heard?: true }
  /** A list says that it came back; only a booked credit is money. */
  | { status: 'RETURNED' };

/** A payment as it is after a transition, and what the record of its proposal says of that. */
export interface DecidedPayment<P extends PaymentAttempt = PaymentAttempt> {
  payment: P;
  events: readonly ProposalEvent[];
}
/** An attempt in one state. */
export type PaymentIn<State extends PaymentState> = Extract<PaymentAttempt, { state: State }>;

/** When a bank was instructed, or the SP2D moved the money; undefined where neither was. */
export function sentAtOf(payment: PaymentAttempt): string | undefined {
  return isUnsent(payment) ? undefined : payment.sentAt;
}

/** The run that the payment lies in, or went with; undefined where it is in none. */
export function runOf(payment: PaymentAttempt): string | undefined {
  return isUnsent(payment) && payment.state !== 'gathered' ? undefined : payment.runId;
}

/** The states before the bank is instructed, and those that end there. */
const unsentStates = ['planned', 'ready', 'lapsed', 'gathered', 'superseded'] as const;
type UnsentState = (typeof unsentStates)[number];

function isUnsent(payment: PaymentAttempt): payment is PaymentIn<UnsentState> {
  return unsentStates.some((state) => state === payment.state);
}

/** Which payment, as its events have it. */
function about({ tranche, attempt, endToEndId }: PaymentAttempt) {
  return { tranche, attempt, endToEndId };
}

/** A payment that the SP2D with this number orders, as its events have it. */
function ordered(payment: PaymentAttempt, sp2d: string) {
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
    | 'proposalId'
    | 'tranche'
    | 'amount'
    | 'account'
    | 'payee'
    | 'debitAccount'
    | 'rail'
    | 'remittance'
    | 'fiscalYear'
    | 'settledBy'
  >,
  now: string,
  replaces?: PaymentAttempt,
): PaymentIn<'planned'> {
  const ended = replaces === undefined || ['rejected', 'returned', 'superseded'].includes(replaces.state);
  if (!ended) throw new WrongPaymentState(replaces, 'replaced');
  const attempt = (replaces?.attempt ?? 0) + 1;
  return {
    state: 'planned',
    schemaVersion: 1,
    version: 1,
    ...facts,
    attempt,
    endToEndId: endToEndId(facts.proposalId, facts.tranche, attempt),
    ...(replaces !== undefined && { replaces: replaces.endToEndId }),
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
    events: [event(now, 'payment.ready', ordered(payment, sp2d))],
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
    events: [event(now, 'payment.sent', ordered(payment, number))],
  };
}

/** Claims a ready payment for a run. @throws {WrongPaymentState} */
export function gatherInto(
  payment: PaymentAttempt,
  runId: string,
  now: string,
): DecidedPayment<PaymentIn<'gathered'>> {
  if (payment.state !== 'ready') throw new WrongPaymentState(payment, 'gathered');
  const { held: _, ...rest } = payment;
  return {
    payment: { ...rest, state: 'gathered', runId, gatheredAt: now },
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
 * Notes that a payment which is ready was left out of a run, and why.
 *
 * @returns undefined where that is noted already
 */
export function noteHold(
  payment: PaymentIn<'ready'>,
  hold: Hold,
  now: string,
): DecidedPayment<PaymentIn<'ready'>> | undefined {
  const { held } = payment;
  if (held !== undefined && holdFacts(held) === holdFacts(hold)) return undefined;
  return {
    payment: { ...payment, held: { ...hold, since: now } },
    events: [event(now, 'payment.held', { ...about(payment), because: hold.why, of: holdFacts(hold) })],
  };
}

/** What holds it: the items, the earlier attempt, or the ask by whose answer a person does. */
export function holdFacts(hold: Hold): string {
  switch (hold.why) {
    case 'question':
      return hold.items.join(' ');
    case 'earlier':
      return hold.endToEndId;
    case 'person':
      return hold.askId;
  }
}

/** A person's decision to hold a payment: who, why, and by which answer. */
export type PersonsHold = Omit<Extract<Hold, { why: 'person' }>, 'why'>;

/** A treasurer takes a payment out of its run: it is ready, keeps its id and its reservation, and joins no run until it is freed. @throws {WrongPaymentState} */
export function holdPayment(
  payment: PaymentAttempt,
  decision: PersonsHold,
  now: string,
): DecidedPayment<PaymentIn<'ready'>> {
  const { payment: ready, events } = giveBack(payment, 'held', now);
  const hold = { why: 'person', ...decision } as const;
  return {
    payment: { ...ready, held: { ...hold, since: now }, timesHeld: (payment.timesHeld ?? 0) + 1 },
    events: [...events, heldEvent(ready, hold, now)],
  };
}

function heldEvent(payment: PaymentAttempt, hold: PersonsHold & { why: 'person' }, now: string) {
  const facts = { ...about(payment), because: hold.why, of: holdFacts(hold) };
  return event(now, 'payment.held', facts, { kind: 'person', id: hold.by });
}

/** A ready payment that a person holds. */
export type HeldPayment = PaymentIn<'ready'> & {
  held: PersonsHold & { why: 'person'; since: string };
  timesHeld: number;
};

/** Whether a person holds it. */
export function isHeldByPerson(payment: PaymentAttempt): payment is HeldPayment {
  return payment.state === 'ready' && payment.held?.why === 'person';
}

/** The decision to hold it is taken again, so that the next question about it can be asked. */
export function keepHolding(
  payment: HeldPayment,
  decision: PersonsHold,
  now: string,
): DecidedPayment<PaymentIn<'ready'>> {
  const hold = { why: 'person', ...decision } as const;
  const { since } = payment.held;
  return {
    payment: { ...payment, held: { ...hold, since }, timesHeld: payment.timesHeld + 1 },
    events: [heldEvent(payment, hold, now)],
  };
}

/** A held payment may join the next run. @param by who freed it; undefined where the time to decide was over */
export function freePayment(
  payment: HeldPayment,
  by: string | undefined,
  now: string,
): DecidedPayment<PaymentIn<'ready'>> {
  const { held, ...rest } = payment;
  const freed = { heldBy: held.by, reason: held.reason, since: held.since, at: now, ...(by && { by }) };
  const actor = by === undefined ? ({ kind: 'system' } as const) : ({ kind: 'person', id: by } as const);
  return {
    payment: { ...rest, freed },
    events: [event(now, 'payment.freed', { ...about(payment), of: held.askId }, actor)],
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
 * What a word of the bank's did: it moved the payment, said nothing new, or raised questions, which the payment has noted as far as
 * they are about money. What changed nothing has no event.
 */
export interface AnswerEffect extends DecidedPayment {
  effect: 'moved' | 'nothing-new' | 'contradiction';
  /** Why a person has to look at it: for each question, by the item that reports it. */
  questions: readonly Question[];
  /** Items whose question is answered by it. */
  answered: readonly string[];
}

/**
 * `state`: it contradicts what was said before; `amount`: another amount; `credit`: money came in without a word why; `twice`:
 * money left a second time; `doubt`: it cannot be known whether it is a booking that is known.
 */
export type QuestionWhy = 'state' | 'amount' | 'credit' | 'twice' | 'doubt';
export interface Question {
  item: string;
  why: QuestionWhy;
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
  | `payment.${'accepted' | 'done' | 'settled' | 'rejected' | 'returned'}`
  | `payment.${'booked' | 'suspense' | 'suspense-ended'}`;

function eventOf(
  action: BankAction,
  payment: PaymentAttempt,
  { now, by = { kind: 'bank' }, reference }: AnswerSource,
): ProposalEvent {
  const reason = payment.state === 'rejected' || payment.state === 'returned' ? payment.reasonCode : null;
  return event(now, action, { ...about(payment), reason, bankReference: reference ?? null }, by);
}

function moved(action: BankAction, payment: PaymentAttempt, source: AnswerSource): AnswerEffect {
  return {
    effect: 'moved',
    payment,
    events: [eventOf(action, payment, source)],
    questions: [],
    answered: [],
  };
}

function unchanged(effect: 'nothing-new' | 'contradiction', payment: PaymentAttempt): AnswerEffect {
  return { effect, payment, events: [], questions: [], answered: [] };
}

/** The bookings of a payment, in the order in which they became known. */
export function bookingsOf({ bookings = [] }: PaymentAttempt): readonly Booking[] {
  return bookings;
}

/** How many of its bookings are of a role. */
export function timesBooked(payment: PaymentAttempt, role: BookingRole): number {
  return bookingsOf(payment).filter((booking) => booking.role === role).length;
}

/**
 * Applies what the bank reports of the instruction. Reports come in any order, so an older one never overwrites a newer one, and
 * none overwrites what was booked: a refusal after that is a contradiction, which a person resolves with the bank. A refusal of a
 * copy says nothing of the original.
 */
export function applyReport(payment: PaymentAttempt, report: BankReport, source: AnswerSource): AnswerEffect {
  switch (payment.state) {
    case 'planned':
    case 'lapsed':
    case 'ready':
    case 'gathered':
    case 'superseded':
      return unchanged('contradiction', payment);
    case 'sent':
    case 'accepted':
      return firstReport(payment, report, source);
    case 'settled':
      switch (report.status) {
        case 'ACCEPTED':
          return unchanged('nothing-new', payment);
        case 'DONE':
          return payment.bankReference === '' && report.bankReference !== '' && !report.heard
            ? moved('payment.booked', { ...payment, bankReference: report.bankReference }, source)
            : unchanged('nothing-new', payment);
        default:
          return isOfCopy(report) ? unchanged('nothing-new', payment) : unchanged('contradiction', payment);
      }
    case 'rejected':
      return unchanged(
        report.status === 'DONE' || report.status === 'RETURNED' ? 'contradiction' : 'nothing-new',
        payment,
      );
    case 'returned':
      return unchanged('nothing-new', payment);
  }
}

function firstReport(
  before: PaymentIn<'sent' | 'accepted'>,
  report: BankReport,
  source: AnswerSource,
): AnswerEffect {
  const { now } = source;
  const { state: _, acceptedAt = now, done, ...rest } = { acceptedAt: undefined, done: undefined, ...before };
  switch (report.status) {
    case 'ACCEPTED':
      return before.state === 'accepted'
        ? unchanged('nothing-new', before)
        : moved('payment.accepted', { ...rest, state: 'accepted', acceptedAt }, source);
    case 'DONE': {
      const { bankReference, valueDate, heard } = report;
      const claimedBy = heard ? ('person' as const) : before.settledBy;
      if (claimedBy !== undefined) {
        const settlement = { settledAt: now, bankReference, valueDate, claimedBy };
        return moved('payment.settled', { ...rest, state: 'settled', ...settlement }, source);
      }
      if (done !== undefined) return unchanged('nothing-new', before);
      const word = { bankReference, valueDate, at: now };
      return moved('payment.done', { ...rest, state: 'accepted', acceptedAt, done: word }, source);
    }
    case 'REJECTED':
      if (isOfCopy(report)) return unchanged('nothing-new', before);
      // It was said to be done: which of both is true, the bank has to say, or its bookings.
      return done !== undefined && !report.heard
        ? unchanged('contradiction', before)
        : moved(
            'payment.rejected',
            { ...rest, state: 'rejected', rejectedAt: now, ...reasonIn(report) },
            source,
          );
    case 'RETURNED':
      return unchanged('contradiction', before);
  }
}

/** A reason as a payment has it. */
function reasonIn({ reasonCode, reasonText }: { reasonCode: string; reasonText?: string | undefined }) {
  return { reasonCode, ...(reasonText !== undefined && { reasonText }) };
}

function isOfCopy(report: BankReport): boolean {
  return report.status === 'REJECTED' && reasonAbout(report.reasonCode) === 'copy';
}

/**
 * A person has found out that a report which contradicted the payment is true: it was refused, although it had been said to be
 * done and nothing is booked.
 *
 * @returns undefined where bookings say otherwise
 */
export function believeRefusal(
  payment: PaymentAttempt,
  reason: { reasonCode: string; reasonText?: string | undefined },
  source: AnswerSource,
): AnswerEffect | undefined {
  const { now } = source;
  if (bookingsOf(payment).length > 0) return undefined;
  if (payment.state === 'accepted') {
    const { state: _, acceptedAt: __, done: ___, ...rest } = payment;
    return moved(
      'payment.rejected',
      { ...rest, state: 'rejected', rejectedAt: now, ...reasonIn(reason) },
      source,
    );
  }
  if (payment.state !== 'settled' || payment.claimedBy === undefined) return undefined;
  const { state: _, settledAt: __, bankReference: ___, valueDate: ____, claimedBy: _____, ...rest } = payment;
  return moved(
    'payment.returned',
    { ...rest, state: 'returned', returnedAt: now, ...reasonIn(reason) },
    source,
  );
}

/**
 * Applies what one file books of the payment: all its lines together, since each of them moved the balance.
 *
 * The debit that was ordered settles it, the credit of its amount returns it. Any other debit or credit is noted and held in
 * suspense with a question: a second debit, one of another amount, one after a refusal or of what was never sent, a part that
 * came back, a return that was taken back. Money is alike, so a credit first undoes the debit of its amount that is in suspense.
 */
export function applyBookings(
  payment: PaymentAttempt,
  lines: readonly ToldBooking[],
  source: AnswerSource,
): AnswerEffect {
  const known = recognise(bookingsOf(payment), lines);
  let after = payment;
  const events: ProposalEvent[] = [];
  const questions: Question[] = [];
  const answered: string[] = [];
  for (const [index, line] of lines.entries()) {
    const is = known[index] ?? 'new';
    if (is === 'doubtful') questions.push({ item: line.item, why: 'doubt' });
    else if (is === 'new') {
      if (line.side === 'credit' && !line.isReturn) questions.push({ item: line.item, why: 'credit' });
      else {
        const done = book(after, line, { ...source, reference: line.reference || undefined });
        after = done.payment;
        events.push(...done.events);
        questions.push(...done.questions);
        answered.push(...done.answered);
      }
    } else after = tellAgain(after, is.known, line);
  }
  if (after === payment) return { ...unchanged('nothing-new', payment), ...questioned(questions) };
  if (events.length === 0) events.push(eventOf('payment.booked', after, source));
  return {
    effect: questions.length > 0 ? 'contradiction' : 'moved',
    payment: after,
    events,
    questions,
    answered,
  };
}

function questioned(questions: readonly Question[]): Pick<AnswerEffect, 'effect' | 'questions'> {
  return { effect: questions.length > 0 ? 'contradiction' : 'nothing-new', questions };
}

/** A booking that is known, told by another channel or with the reference that it had not had. */
function tellAgain(payment: PaymentAttempt, index: number, line: ToldBooking): PaymentAttempt {
  const bookings = bookingsOf(payment);
  const booking = bookings[index];
  if (booking === undefined) return payment;
  const told = alsoTold(booking, line);
  if (told === booking) return payment;
  const after = { ...payment, bookings: bookings.with(index, told) };
  return after.state === 'settled' && after.bankReference === '' && told.role === 'payment'
    ? { ...after, bankReference: referenceOf(told) }
    : after;
}

type Decision = Pick<AnswerEffect, 'payment' | 'events' | 'questions' | 'answered'>;

/** A booking that was not known, on the side that the line says. */
function book(before: PaymentAttempt, line: ToldBooking, source: AnswerSource): Decision {
  const bookings = bookingsOf(before);
  const suspended = bookings.findIndex(
    (booking) =>
      isInSuspense(booking) &&
      booking.amount === line.amount &&
      booking.role === (line.side === 'credit' ? 'surplus' : 'part'),
  );
  const open = bookings[suspended];
  if (open !== undefined) {
    const counterpart = newBooking(line, line.side === 'credit' ? 'surplus-back' : 'part-back');
    const after = {
      ...before,
      bookings: [...bookings.with(suspended, { ...open, ended: 'undone' as const }), counterpart],
    };
    const events = [eventOf('payment.suspense-ended', after, source)];
    return { payment: after, events, questions: [], answered: open.item === undefined ? [] : [open.item] };
  }
  return line.side === 'debit' ? debited(before, line, source) : credited(before, line, source);
}

function noted(payment: PaymentAttempt, line: ToldBooking, role: BookingRole, item?: string) {
  return [...bookingsOf(payment), newBooking(line, role, item)];
}

function debited(before: PaymentAttempt, line: ToldBooking, source: AnswerSource): Decision {
  const { amount, day: valueDate, reference: bankReference } = line;
  const none = { questions: [], answered: [] };
  if (amount === before.amount && !line.reversal) {
    const bookings = noted(before, line, 'payment');
    // The credit that undoes it was told first.
    if (timesBooked(before, 'return') > timesBooked(before, 'payment')) {
      const after = { ...before, bookings };
      return { payment: after, events: [eventOf('payment.booked', after, source)], ...none };
    }
    if (before.state === 'sent' || before.state === 'accepted') {
      const {
        state: _,
        acceptedAt: __,
        done,
        ...rest
      } = { acceptedAt: undefined, done: undefined, ...before };
      const settlement = {
        settledAt: source.now,
        bankReference: bankReference || (done?.bankReference ?? ''),
        valueDate,
      };
      const after: PaymentAttempt = { ...rest, bookings, state: 'settled', ...settlement };
      return { payment: after, events: [eventOf('payment.settled', after, source)], ...none };
    }
    if (before.state === 'settled' && before.claimedBy !== undefined) {
      const { claimedBy: _, ...rest } = before;
      const after = { ...rest, bookings, bankReference: bankReference || before.bankReference };
      return { payment: after, events: [eventOf('payment.booked', after, source)], ...none };
    }
  }
  const why = amount !== before.amount ? 'amount' : before.state === 'settled' ? 'twice' : 'state';
  return suspended(before, line, 'surplus', why, source);
}

/** What of the payment came back in part, for good or as long as it is not decided otherwise: whole rupiah. */
function returnedInPart(payment: PaymentAttempt): number {
  return bookingsOf(payment)
    .filter(({ role, ended }) => role === 'part' && (ended === undefined || ended === 'confirmed'))
    .reduce((sum, { amount }) => sum + amount, 0);
}

function credited(before: PaymentAttempt, line: ToldBooking, source: AnswerSource): Decision {
  const none = { questions: [], answered: [] };
  const { now } = source;
  const { amount } = line;
  const alreadyReturned = returnedInPart(before);
  const isOut = before.state === 'settled' || before.state === 'sent' || before.state === 'accepted';
  if (amount === before.amount && alreadyReturned === 0) {
    const bookings = noted(before, line, 'return');
    if (isOut) {
      const after = returned({ ...before, bookings }, line, now);
      return { payment: after, events: [eventOf('payment.returned', after, source)], ...none };
    }
    // What the bank refused it may have booked and taken back, or the debit comes later; once.
    if (before.state === 'rejected' && timesBooked(before, 'return') === 0) {
      const after = { ...before, bookings };
      return { payment: after, events: [eventOf('payment.booked', after, source)], ...none };
    }
  }
  if (isOut && alreadyReturned + amount <= before.amount)
    return suspended(before, line, 'part', 'amount', source);
  // More than is out, or of what is not out: it is not known what it is.
  return { payment: before, events: [], questions: [{ item: line.item, why: 'credit' }], answered: [] };
}

function suspended(
  before: PaymentAttempt,
  line: ToldBooking,
  role: 'surplus' | 'part',
  why: QuestionWhy,
  source: AnswerSource,
): Decision {
  const after = { ...before, bookings: noted(before, line, role, line.item) };
  return {
    payment: after,
    events: [eventOf('payment.suspense', after, source)],
    questions: [{ item: line.item, why }],
    answered: [],
  };
}

function returned(
  before: PaymentIn<'sent' | 'accepted' | 'settled'>,
  reason: { reasonCode: string; reasonText?: string | undefined },
  returnedAt: string,
): PaymentIn<'returned'> {
  return { ...commonOf(before), state: 'returned', ...sendingOf(before), returnedAt, ...reasonIn(reason) };
}

/** How an attempt was sent. */
function sendingOf({
  readyAt,
  sentAt,
  runId,
  sp2d,
}: PaymentIn<'sent' | 'accepted' | 'settled' | 'rejected' | 'returned'>) {
  return {
    ...{ readyAt, sentAt },
    ...(runId !== undefined && { runId }),
    ...(sp2d !== undefined && { sp2d }),
  };
}

/** What an attempt has in every state. */
function commonOf(payment: PaymentAttempt): Omit<PaymentIn<'planned'>, 'state'> {
  const { schemaVersion, version, proposalId, tranche, attempt, endToEndId, replaces, amount } = payment;
  const { account, payee, debitAccount, rail, settledBy, service, fiscalYear, remittance, createdAt } =
    payment;
  const { taskToken, bookings, questions, timesHeld, freed } = payment;
  return {
    ...{ schemaVersion, version, proposalId, tranche, attempt, endToEndId, amount },
    ...(replaces !== undefined && { replaces }),
    ...{ account, payee, debitAccount, rail, service, remittance, createdAt },
    ...(settledBy !== undefined && { settledBy }),
    ...(fiscalYear !== undefined && { fiscalYear }),
    ...(taskToken !== undefined && { taskToken }),
    ...(bookings !== undefined && { bookings }),
    ...(questions !== undefined && { questions }),
    ...(timesHeld !== undefined && { timesHeld }),
    ...(freed !== undefined && { freed }),
  };
}

/** The booking in suspense that an item of the worklist asks about, and where it is among all; undefined where none is. */
function inSuspense(payment: PaymentAttempt, item: string) {
  const bookings = bookingsOf(payment);
  const index = bookings.findIndex((booking) => isInSuspense(booking) && booking.item === item);
  const booking = bookings[index];
  return booking && { bookings, index, booking };
}

/**
 * A person confirms what a booking in suspense seemed to be: a debit of the right amount, that it is this payment's after all; a
 * credit, that it is a part of it that came back for good, or all of it less the bank's fee.
 *
 * @param isWhole of a credit: whether what it lacks is the bank's fee
 * @returns undefined where it cannot be: money that left a second time, or of another amount, stays in question until it is back
 */
export function confirmSuspense(
  before: PaymentAttempt,
  { item, isWhole = false }: { item: string; isWhole?: boolean | undefined },
  source: AnswerSource,
): DecidedPayment | undefined {
  const suspended = inSuspense(before, item);
  if (suspended === undefined) return undefined;
  const { bookings, index, booking } = suspended;
  if (booking.role === 'part') {
    if (before.state !== 'settled') return undefined;
    if (!isWhole) {
      const after = { ...before, bookings: bookings.with(index, { ...booking, ended: 'confirmed' }) };
      return { payment: after, events: [eventOf('payment.suspense-ended', after, source)] };
    }
    if (booking.amount >= before.amount || returnedInPart(before) !== booking.amount) return undefined;
    const whole: Booking = { ...booking, role: 'return', ended: 'confirmed' };
    const after = returned(
      { ...before, bookings: bookings.with(index, whole) },
      { reasonCode: 'CHRG' },
      source.now,
    );
    return { payment: after, events: [eventOf('payment.returned', after, source)] };
  }
  if (isWhole || booking.amount !== before.amount) return undefined;
  switch (before.state) {
    case 'sent':
    case 'accepted':
    case 'rejected':
    case 'returned': {
      const after: PaymentAttempt = {
        ...commonOf(before),
        bookings: bookings.with(index, { ...booking, role: 'payment', ended: 'confirmed' }),
        state: 'settled',
        ...sendingOf(before),
        ...{ settledAt: source.now, bankReference: referenceOf(booking), valueDate: booking.day },
      };
      return { payment: after, events: [eventOf('payment.settled', after, source)] };
    }
    default:
      return undefined;
  }
}

/** A person says that a booking in suspense was made good elsewhere, or taken back by the bank: it ends there. */
export function dismissSuspense(
  before: PaymentAttempt,
  item: string,
  source: AnswerSource,
): DecidedPayment | undefined {
  const suspended = inSuspense(before, item);
  if (suspended === undefined) return undefined;
  const { bookings, index, booking } = suspended;
  const after = { ...before, bookings: bookings.with(index, { ...booking, ended: 'dismissed' }) };
  return { payment: after, events: [eventOf('payment.suspense-ended', after, source)] };
}

/** The payment with questions that are open about it. */
export function withQuestions<P extends PaymentAttempt>(payment: P, items: readonly string[]): P {
  const { questions = [] } = payment;
  const more = items.filter((item) => !questions.includes(item));
  return more.length === 0 ? payment : { ...payment, questions: [...questions, ...more] };
}

/** The payment without questions that were answered. */
export function withoutQuestions<P extends PaymentAttempt>(payment: P, items: readonly string[]): P {
  const { questions, ...rest } = payment;
  const left = questions?.filter((item) => !items.includes(item));
  if (left === undefined || left.length === questions?.length) return payment;
  return (left.length === 0 ? rest : { ...rest, questions: left }) as P;
}

/** Notes that an attempt which was not sent is not needed: an earlier one has been paid. @throws {WrongPaymentState} */
export function supersede(
  payment: PaymentAttempt,
  by: PaymentAttempt,
  now: string,
): DecidedPayment<PaymentIn<'superseded'>> {
  if (payment.state !== 'planned' && payment.state !== 'ready' && payment.state !== 'gathered')
    throw new WrongPaymentState(payment, 'superseded');
  return {
    payment: {
      ...commonOf(payment),
      state: 'superseded',
      ...(payment.state !== 'planned' && { readyAt: payment.readyAt }),
      ...{ supersededAt: now, supersededBy: by.endToEndId },
    },
    events: [event(now, 'payment.superseded', { ...about(payment), by: by.endToEndId })],
  };
}

/**
 * What holds a payment, if anything does.
 *
 * @param payment one that there is, or that is going to be
 * @param attempts all at the payment's tranche, or those before it
 */
export function holdOf(
  payment: Pick<PaymentAttempt, 'tranche' | 'attempt' | 'questions' | 'held'>,
  attempts: readonly PaymentAttempt[],
): Hold | undefined {
  const earlier = attempts.filter(
    ({ tranche, attempt }) => tranche === payment.tranche && attempt < payment.attempt,
  );
  if (payment.held?.why === 'person') {
    const { since: _, ...hold } = payment.held;
    return hold;
  }
  const items = [...earlier, payment].flatMap(({ questions = [] }) => questions);
  if (items.length > 0) return { why: 'question', items };
  const out = earlier.find(mayBeOut);
  return out === undefined ? undefined : { why: 'earlier', endToEndId: out.endToEndId };
}

/** Whether money of the attempt is out, may be, or is going to be. */
export function mayBeOut(payment: PaymentAttempt): boolean {
  switch (payment.state) {
    case 'rejected':
    case 'returned':
    case 'lapsed':
    case 'superseded':
      return (
        (payment.questions ?? []).length > 0 ||
        bookingsOf(payment).some((each) => isInSuspense(each) && each.role === 'surplus')
      );
    default:
      return true;
  }
}
