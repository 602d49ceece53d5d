/**
 * Applies what a file of the bank's says of one payment, once, however often and by whichever caller it is applied.
 *
 * The payment is written first, with the questions that the lines raise and the ledger's entries, in one transaction; then the
 * execution that waits for it is resumed. A line that fits no payment changes nothing; one that contradicts the payment, or cannot be
 * placed, is a question which the payment notes, and which holds its tranche until an administrator has answered it.
 */
import type { SFNClient } from '@aws-sdk/client-sfn';
import { awaitsBooking } from '#domain/money/late-booking.ts';
import {
  type AnswerEffect,
  applyBookings,
  applyReport,
  bookingsOf,
  type PaymentAttempt,
  type Question,
  type QuestionWhy,
  withoutQuestions,
  withQuestions,
} from '#domain/money/payment.ts';
import { type BankItem, matchItem } from '#domain/money/worklist-item.ts';
import type { Actor } from '#domain/proposal/audit.ts';
import { event, type ProposalEvent } from '#domain/proposal/events.ts';
import { type BankEntry, bankItemIdOf, lateItemId } from '#functions/payment/reconciliation/bank-entry.ts';
import { matchOf } from '#functions/payment/reconciliation/matching.ts';
import {
  isBooking,
  isCredible,
  isOfOurMessage,
  reportIn,
  toldBookings,
} from '#functions/payment/reconciliation/meaning.ts';
import {
  DepositedMeanwhile,
  Overtaken,
  type Returns,
  recordMoney,
} from '#functions/payment/return-payment.ts';
import { bankOutcome } from '#functions/payment/tranche-answers.ts';
import { resume } from '#functions/runtime/resume.ts';
import type { Change } from '#functions/store/commit.ts';
import { retryOnConflict } from '#functions/store/retry-on-conflict.ts';
import type { Store } from '#functions/store/store.ts';

export interface ReconcileDeps {
  store: Pick<Store, 'bankItems' | 'bankReferences' | 'budgets' | 'commit' | 'payments' | 'proposals'>;
  stepFunctions: SFNClient;
  returned: Returns;
  /** Who says it: by default the bank. */
  by?: Actor;
}

/** What a line did, and of which payments it may speak. */
export type Effect = Placed | Odd;
export interface Placed {
  effect: 'moved' | 'nothing-new';
  payment: PaymentAttempt;
}
/** A person has to look at it. */
type Odd =
  | { effect: 'contradiction'; payment: PaymentAttempt; why: QuestionWhy }
  | { effect: 'unknown'; candidates: PaymentAttempt[] };

export function isPlaced(effect: Effect): effect is Placed {
  return effect.effect === 'moved' || effect.effect === 'nothing-new';
}

/** Where lines come from. */
export interface Origin {
  runId?: string | undefined;
  file: BankItem['file'];
  /** The payment that the lines name, as it was just read. */
  known?: PaymentAttempt | undefined;
  /** The lines contradict each other: none of them is believed. */
  contradicted?: boolean;
  /** What cannot be applied whole changes nothing, and raises no question: a person reports it, and reads why. */
  wholly?: boolean;
  now: string;
}

/** Rounds of read and write when other files speak of the same payment at the same moment. */
const maxRounds = 8;

/**
 * @param lines all that the file says of one payment, in its order; or one line that names none
 * @returns what each line did
 * @throws what the network throws; what was applied stays applied, and the lines may be applied again
 */
export async function reconcile(
  deps: ReconcileDeps,
  lines: readonly BankEntry[],
  at: Origin,
): Promise<Effect[]> {
  const [first] = lines;
  if (first === undefined) return [];
  const what = `Payment ${first.endToEndId ?? first.bankReference ?? ''}`;
  return retryOnConflict({ what, rounds: maxRounds, conflicts: [Overtaken] }, async (round) => {
    const match = await matchOf(deps.store, first, at.runId, round === 0 ? at.known : undefined);
    return match.payment === undefined
      ? lines.map((): Effect => ({ effect: 'unknown', candidates: match.candidates }))
      : applyTo(deps, match.payment, lines, at);
  });
}

/** What all lines make of the payment, and what each of them did. */
interface Judged {
  payment: PaymentAttempt;
  events: ProposalEvent[];
  questions: (Question & { entry: BankEntry })[];
  answered: string[];
  effects: Effect[];
  /** Lines that the payment has taken, or noted as beyond it: they teach the bank's references. */
  teaching: BankEntry[];
}

/** Judges each line: reports one by one, bookings together. */
function judge(deps: ReconcileDeps, before: PaymentAttempt, lines: readonly BankEntry[], at: Origin): Judged {
  const { now } = at;
  const judged: Judged = {
    ...{ payment: before, events: [], questions: [], answered: [], effects: [], teaching: [] },
  };
  const effects = new Map<BankEntry, Effect>();
  const ask = (entry: BankEntry, why: QuestionWhy) => {
    judged.questions.push({ item: bankItemIdOf(entry), why, entry });
    effects.set(entry, { effect: 'contradiction', payment: before, why });
  };
  const take = (done: AnswerEffect, entries: readonly BankEntry[]) => {
    const { payment, events, questions, answered } = done;
    const moved = payment !== judged.payment;
    judged.payment = payment;
    judged.events.push(...events);
    judged.answered.push(...answered);
    for (const line of entries) {
      const question = questions.find(({ item }) => item === bankItemIdOf(line));
      if (question !== undefined) ask(line, question.why);
      else if (done.effect === 'contradiction' && questions.length === 0) ask(line, 'state');
      else effects.set(line, { effect: moved ? 'moved' : 'nothing-new', payment });
    }
  };
  const bookings: BankEntry[] = [];
  for (const entry of lines) {
    const source = { now, by: deps.by, reference: entry.bankReference };
    if (at.contradicted || entry.doubt !== undefined) ask(entry, 'state');
    else if (entry.certain !== true && !isCredible(entry, judged.payment, now)) ask(entry, 'doubt');
    else if (isBooking(entry)) bookings.push(entry);
    else if (!isOfOurMessage(entry, judged.payment)) ask(entry, 'state');
    else if (entry.amount !== undefined && entry.amount !== before.amount) ask(entry, 'amount');
    else take(applyReport(judged.payment, reportIn(entry, now), source), [entry]);
  }
  const told = toldBookings(bookings, now);
  for (const [index, entry] of bookings.entries()) if (told[index] === undefined) ask(entry, 'amount');
  const whole = told.filter((each) => each !== undefined);
  if (whole.length > 0)
    take(
      applyBookings(judged.payment, whole, { now, by: deps.by }),
      bookings.filter((_, index) => told[index] !== undefined),
    );
  // What was asked because nothing was booked is answered.
  const late = lateItemId(before.endToEndId);
  if (before.questions?.includes(late) && !awaitsBooking(judged.payment)) judged.answered.push(late);
  judged.effects = lines.map(
    (entry) => effects.get(entry) ?? { effect: 'nothing-new', payment: judged.payment },
  );
  judged.teaching = lines.filter((_, index) => {
    const effect = judged.effects[index];
    return (
      effect !== undefined &&
      (isPlaced(effect) || (effect.effect === 'contradiction' && effect.why === 'twice'))
    );
  });
  return judged;
}

/** Applies what was said to this payment. @throws {Overtaken} */
async function applyTo(
  deps: ReconcileDeps,
  before: PaymentAttempt,
  lines: readonly BankEntry[],
  at: Origin,
): Promise<Effect[]> {
  let judged = judge(deps, before, lines, at);
  if (at.wholly && judged.questions.length > 0) return judged.effects;
  try {
    await write(deps, before, judged, at);
  } catch (error) {
    if (!(error instanceof DepositedMeanwhile)) throw error;
    // The group has given a part of it back to the treasury: both cannot be.
    judged = judge(deps, before, lines, { ...at, contradicted: true });
    await write(deps, before, judged, at);
  }
  const { payment, effects } = judged;
  // Also when it says nothing new: the delivery that recorded it may have died before it resumed.
  await wake(deps, payment);
  if (payment.state === 'returned') await deps.returned.takeUp(payment, at.now);
  return effects;
}

async function write(
  deps: ReconcileDeps,
  before: PaymentAttempt,
  { payment: moved, events, questions, answered, teaching }: Judged,
  { file, now }: Origin,
): Promise<void> {
  const { store } = deps;
  const { fresh, open } = await askedOf(store, questions);
  const closing = await openAmong(store, answered);
  const asked = [...fresh, ...open.map(({ question }) => question)];
  const after = withoutQuestions(
    withQuestions(
      moved,
      asked.map(({ item }) => item),
    ),
    answered,
  );
  const learnt = await learning(store, before, after, teaching);
  const changes: Change[] = [
    ...(after === before ? [] : [store.payments.put(before, after)]),
    ...learnt,
    ...fresh.flatMap(({ item: id, why, entry }) =>
      store.bankItems.create({
        ...{ id, version: 1, why, entry, candidates: [before.endToEndId], file, at: now },
      }),
    ),
    // What waited for a payment has found it, and is a question about that.
    ...open.flatMap(({ item, question: { why } }) =>
      item.why === why && item.candidates.includes(before.endToEndId)
        ? []
        : [store.bankItems.amend(item, { ...item, why, candidates: [before.endToEndId] })],
    ),
    ...closing.map((item) => store.bankItems.close(item, matchItem(item, before.endToEndId, now).item)),
  ];
  if (changes.length === 0) return;
  const questionEvents = (action: 'payment.questioned' | 'payment.answered', ids: readonly string[]) =>
    ids.length === 0 ? [] : [event(now, action, { ...attemptFacts(before), items: ids.join(' ') })];
  const own = {
    events: [
      ...events,
      ...questionEvents(
        'payment.questioned',
        asked.map(({ item }) => item).filter((item) => before.questions?.includes(item) !== true),
      ),
      ...questionEvents(
        'payment.answered',
        closing.map(({ id }) => id),
      ),
    ],
    changes,
  };
  await recordMoney(deps, { before, after }, own, now);
}

function attemptFacts({ tranche, attempt, endToEndId }: PaymentAttempt) {
  return { tranche, attempt, endToEndId };
}

/** Those of the questions that have not been put before, each once; and those that were, and are open. */
async function askedOf<Each extends Question>(
  { bankItems }: Pick<Store, 'bankItems'>,
  questions: readonly Each[],
): Promise<{ fresh: Each[]; open: { item: BankItem; question: Each }[] }> {
  const fresh: Each[] = [];
  const open: { item: BankItem; question: Each }[] = [];
  for (const question of questions) {
    if (fresh.some(({ item }) => item === question.item)) continue;
    const item = await bankItems.find(question.item);
    if (item === undefined) fresh.push(question);
    // What a person has dealt with is not asked again.
    else if (item.closed === undefined) open.push({ item, question });
  }
  return { fresh, open };
}

/** The items of these that are open. */
async function openAmong(
  { bankItems }: Pick<Store, 'bankItems'>,
  ids: readonly string[],
): Promise<BankItem[]> {
  const found = await Promise.all(ids.map((id) => bankItems.find(id)));
  return found.filter((item): item is BankItem => item !== undefined && item.closed === undefined);
}

/** The references by which the lines name the payment, as far as the bank has not named it so before. */
async function learning(
  { bankReferences }: Pick<Store, 'bankReferences'>,
  before: PaymentAttempt,
  after: PaymentAttempt,
  lines: readonly BankEntry[],
): Promise<Change[]> {
  // What raised a question may not have taught its reference.
  const taken = bookingsOf(before).filter(({ item }) => item === undefined);
  const told = new Set(taken.flatMap((booking) => booking.told.map(({ reference }) => reference)));
  if (before.state === 'settled') told.add(before.bankReference);
  const changes: Change[] = [];
  for (const reference of new Set(
    lines.flatMap(({ bankReference, sp2d }) => (sp2d ? [] : (bankReference ?? []))),
  )) {
    const isNamed = lines.some((line) => line.bankReference === reference && line.endToEndId !== undefined);
    if (told.has(reference) || !isNamed) continue;
    if (after === before) {
      const named = await bankReferences.payments(reference);
      const { proposalId, tranche, attempt } = before;
      if (
        named.some(
          (each) => each.proposalId === proposalId && each.tranche === tranche && each.attempt === attempt,
        )
      )
        continue;
    }
    changes.push(bankReferences.learn(reference, before));
  }
  return changes;
}

export async function wake(
  { stepFunctions }: Pick<ReconcileDeps, 'stepFunctions'>,
  { state, taskToken }: PaymentAttempt,
): Promise<void> {
  const outcome = bankOutcome(state);
  if (outcome !== undefined && taskToken !== undefined) await resume(stepFunctions, taskToken, { outcome });
}
