/**
 * The steps that move money, each as the application takes it and as the model does.
 *
 * A step calls the application's own functions with the hands that it is given, and says in what the model's terms is to
 * come of it: parts that take effect one after the other, each made of lines that may take effect in any order.
 */

import { createHash } from 'node:crypto';
import '#functions/behaviours.ts';
import { askSchema, needsCode } from '#domain/asks/ask.ts';
import type { Answer, AskKind } from '#domain/asks/ask-kinds.ts';
import { subjectOf } from '#domain/asks/subject.ts';
import { writeBankAnswer } from '#domain/money/bank-file.ts';
import { rupiah } from '#domain/money/rupiah.ts';
import { startFollowUp } from '#domain/proposal/follow-up.ts';
import { awardGrant } from '#functions/approval/award-grant.ts';
import { recordAndResume } from '#functions/asks/record-answer.ts';
import { closeProposal } from '#functions/closing/close-proposal.ts';
import { recordRejection } from '#functions/closing/record-rejection.ts';
import {
  type Gathering,
  type GatherRequest,
  gatherPayments,
  runIdOf,
} from '#functions/payment/gather-payments.ts';
import { instructBank } from '#functions/payment/instruct-bank.ts';
import { leaveTrancheUnpaid } from '#functions/payment/leave-unpaid.ts';
import { openTranche } from '#functions/payment/open-tranche.ts';
import { messageIdOf } from '#functions/payment/rails/message-id.ts';
import { applyBankFile } from '#functions/payment/read-bank-answer.ts';
import { cancelDeposit, recallMoney } from '#functions/payment/recall-money.ts';
import { reserveTranche } from '#functions/payment/reserve-tranche.ts';
import { resolveBankItem } from '#functions/payment/resolve-bank-item.ts';
import { sendRun } from '#functions/payment/send-run.ts';
import { settleDeposit } from '#functions/payment/settle-deposit.ts';
import { settle } from '#functions/payment/settle-tranche.ts';
import { withdraw } from '#functions/payment/withdraw-run.ts';
import { writeRunFile } from '#functions/payment/write-instruction.ts';
import { chainOfSubject } from '#functions/store/keys.ts';
import { type AnswerFormat, type BankAdvice, canReport, writeLetter } from '#players/bank/bank-answers.ts';
import { aboutOf, idOfAsk } from '#test/asks.ts';
import { bankDays } from '../calendars.ts';
import { at } from '../unit/functions/scene.ts';
import type { Line, Model } from './model.ts';
import * as rules from './model.ts';
import type { Seen } from './observed.ts';
import type { Hands, World } from './world.ts';

/** One change of the model, whole. @returns whether it is accepted */
export interface Change {
  (model: Model): boolean;
  /** The change of the same part that comes before it; others may come between them. */
  after?: Change | undefined;
}

export interface Step {
  name: string;
  run: (hands: Hands) => Promise<unknown>;
  /** Parts in order; the changes of a part in any order that `after` leaves. @param seen what came of it in the end, with what ran at the same time */
  parts: (seen: Seen, outcome: 'done' | 'refused') => Change[][];
  /** Whether the application may refuse it by an error with a name. Files and runs are never refused so. */
  mayRefuse: boolean;
}

function step(name: string, run: Step['run'], change: Change): Step {
  return {
    name,
    run,
    parts: () => [[change]],
    mayRefuse: true,
  };
}

const line = { programme: 'tkm-2020', year: 2020, province: '33' };
const debitAccount = '000100000001';

export function awarding(world: World, id: string): Step {
  const now = world.tick();
  return step(
    `award ${id}`,
    ({ store }) => awardGrant(store, { proposalId: id, now }),
    (model) => rules.award(model, id),
  );
}

export function settingCeiling(world: World, ceiling: number): Step {
  const now = world.tick();
  return step(
    `set the ceiling to ${ceiling}`,
    async ({ store }) => {
      for (;;) {
        const found = await store.budgets.get(line);
        if (found === undefined || found.ceiling === ceiling) return;
        try {
          const changes = store.budgets.setCeiling(found, rupiah(ceiling), now);
          await store.commit({ journal: 'settings', now, events: [], changes });
        } catch (error) {
          // As the import would: look again.
          if (!(error instanceof Error && error.name === 'StaleBudgetLine')) throw error;
        }
      }
    },
    (model) => rules.setCeiling(model, ceiling),
  );
}

export function opening(world: World, id: string, tranche: number): Step {
  const now = world.tick();
  return step(
    `open ${id}/${tranche}`,
    ({ store }) => openTranche(store, { proposalId: id, tranche, now }),
    (model) => rules.open(model, id, tranche),
  );
}

/** A person is asked and answers, both once. */
async function asked(
  hands: Hands,
  id: string,
  kind: AskKind,
  key: string,
  answer: Answer,
  by: string,
  now: string,
) {
  const { store } = hands;
  const askId = idOfAsk(id, kind, key);
  const assignee =
    by === '' ? { kind: 'leader' as const } : { kind: 'person' as const, personId: by, role: 'ppk' as const };
  const subject = subjectOf(id);
  if (subject === undefined) throw new Error(`nothing has the id ${id}`);
  if ((await store.asks.find(id, askId)) === undefined) {
    const ask = askSchema.parse({
      ...{
        status: 'open',
        schemaVersion: 1,
        version: 1,
        id: askId,
        subject,
        kind,
        about: aboutOf(kind, key),
        assignee,
      },
      ...{
        role: by === '' ? 'leader' : 'ppk',
        openedAt: now,
        expiresAt: at(100_000),
        turn: 0,
        documents: [],
        facts: {},
      },
      turns: [
        { do: 'ask', at: now, until: at(100_000) },
        { do: 'expire', at: at(100_000), until: at(100_060) },
      ],
    });
    try {
      await store.commit({
        ...{ ...chainOfSubject(subject), now },
        ...{ events: [], changes: store.asks.create(ask) },
      });
    } catch (error) {
      // The same question, put twice at once.
      if (!(error instanceof Error && error.name === 'AlreadyExists')) throw error;
    }
  }
  const who = by === '' ? ({ kind: 'leader' } as const) : ({ kind: 'person', id: by } as const);
  const code = needsCode(kind, answer.outcome);
  return recordAndResume(hands, { askId, answer, by: who, code, now });
}

const issuers = { spp: 'paula', spm: 'sinta', sp2d: 'kas' } as const;
export type PaperKind = keyof typeof issuers;

export function issuing(world: World, id: string, tranche: number, paper: PaperKind): Step {
  const now = world.tick();
  const answer = { outcome: 'issued' as const, number: `${paper} ${id} ${tranche}`, date: '2020-08-03' };
  return step(
    `issue ${paper} of ${id}/${tranche}`,
    (hands) => asked(hands, id, paper, String(tranche), answer, issuers[paper], now),
    (model) => rules.issue(model, id, tranche, paper),
  );
}

export function reserving(world: World, id: string, tranche: number): Step {
  const now = world.tick();
  return step(
    `reserve ${id}/${tranche}`,
    ({ store }) => reserveTranche(store, { proposalId: id, tranche, now }),
    (model) => rules.reserve(model, id, tranche),
  );
}

export function instructing(world: World, id: string, tranche: number, attempt: number): Step {
  const now = world.tick();
  const taskToken = `${id}/${tranche}/${attempt} ${now.slice(11, 19)}`;
  return step(
    `instruct ${id}/${tranche}/${attempt}`,
    (hands) => instructBank(hands, { proposalId: id, tranche, attempt, taskToken, now }),
    (model) => rules.instruct(model, id, tranche, attempt, taskToken),
  );
}

/** A run that begins at half past nine in Jakarta, each time that it is tried. */
const startedAt = at(30);

/** Goes through what is ready in parts of two, as the state machine goes through it in larger ones. */
async function gatherAll(store: Hands['store'], request: GatherRequest): Promise<Gathering> {
  let found = await gatherPayments(store, bankDays, request, 2);
  while (found.outcome === 'more')
    found = await gatherPayments(store, bankDays, { ...request, after: found.after }, 2);
  return found;
}

/**
 * @param late whether it is tried after the bank's cut-off
 * @param alone whether nothing else happens meanwhile; else a payment may become ready too late to be gathered
 */
export function gathering(world: World, name: string, late: boolean, alone: boolean): Step {
  const now = late ? at(24 * 60 - 300) : world.tick();
  const run = runIdOf(name, startedAt);
  return {
    name: `gather ${run}${late ? ', late' : ''}`,
    run: ({ store }) => gatherAll(store, { runName: name, startedAt, now }),
    parts: ({ runs }) =>
      alone
        ? [[(model) => rules.gather(model, run, late)]]
        : [
            (late ? [] : (runs[run]?.payments ?? [])).map(
              (id): Change =>
                (model) =>
                  model.runs[run]?.payments.includes(id) === true || rules.join(model, id, run),
            ),
            [(model) => rules.closeRun(model, run, late)],
          ],
    mayRefuse: false,
  };
}

/** A run on the first bank day of the year after, as nothing else is. */
export function gatheringNextYear(name: string): Step {
  const monday = '2021-01-04T02:30:00.000Z';
  return {
    name: `gather ${name} in the year after`,
    run: ({ store }) => gatherAll(store, { runName: name, startedAt: monday, now: monday }),
    parts: () => [[rules.gatherNextYear]],
    mayRefuse: false,
  };
}

export function writing(world: World, run: string, rail: string): Step {
  const key = `prepared/${run}.${rail}.${rail.startsWith('pain') ? 'xml' : 'txt'}`;
  return step(
    `write ${key}`,
    // Each try is later than the one before, and the bytes are to be the same.
    (hands) => writeRunFile(hands, { runId: run, rail, now: world.tick() }),
    (model) => rules.writeFile(model, run, rail, key),
  );
}

/** A treasurer releases the run, or holds it. */
export function deciding(world: World, run: string, released: boolean): Step {
  const now = world.tick();
  const answer = released
    ? { outcome: 'released' as const }
    : { outcome: 'held' as const, reason: 'jumlah tidak cocok' };
  return step(
    `${released ? 'release' : 'hold'} ${run}`,
    (hands) => asked(hands, run, 'run-release', '', answer, 'tari', now),
    (model) => rules.decide(model, run, released),
  );
}

/** How many payments are gone through at a time. */
const part = 2;

/** Goes through a run a part at a time, as the workflow does. */
async function inParts(go: (after: string | undefined) => Promise<{ outcome: string; after?: string }>) {
  for (let after: string | undefined; ; ) {
    const done = await go(after);
    if (done.outcome !== 'more') return;
    after = done.after;
  }
}

export function sending(world: World, run: string): Step {
  const now = world.tick();
  return {
    name: `send ${run}`,
    run: (hands) =>
      inParts((after) => sendRun(hands, { runId: run, now, ...(after !== undefined && { after }) }, part)),
    parts: ({ runs }) => [
      [(model) => rules.isReleased(model, run)],
      (runs[run]?.payments ?? []).map((id) => (model) => rules.markSent(model, id, run)),
      [(model) => rules.sendFiles(model, run)],
    ],
    mayRefuse: true,
  };
}

/** The run was not released in time. */
export function withdrawing(world: World, run: string): Step {
  const now = world.tick();
  return {
    name: `withdraw ${run}`,
    run: (hands) =>
      inParts((after) => withdraw(hands, { runId: run, now, ...(after !== undefined && { after }) }, part)),
    parts: ({ runs }) => [
      [(model) => rules.withdraw(model, run)],
      (runs[run]?.payments ?? []).map((id) => (model) => rules.giveBack(model, id, run)),
    ],
    mayRefuse: true,
  };
}

export function settling(world: World, id: string, tranche: number): Step {
  const now = world.tick();
  return step(
    `settle ${id}/${tranche}`,
    ({ store }) => settle(store, { proposalId: id, tranche, now }),
    (model) => rules.settle(model, id, tranche),
  );
}

export function leavingUnpaid(world: World, id: string, tranche: number): Step {
  const now = world.tick();
  return step(
    `leave unpaid ${id}/${tranche}`,
    ({ store }) => leaveTrancheUnpaid(store, { proposalId: id, tranche, reason: 'account-refused', now }),
    (model) => rules.leaveUnpaid(model, id, tranche),
  );
}

/** An answer to what is asked after an attempt that was refused or came back. */
function answeringAfter(
  step: Pick<Step, 'name' | 'run'>,
  isAnswered: (seen: Seen) => boolean,
  change: Change,
): Step {
  return {
    ...step,
    // The end of a proposal calls off what is asked: then there is no answer, and it is not refused either.
    parts: (seen, outcome) => (outcome === 'refused' || isAnswered(seen) ? [[change]] : []),
    mayRefuse: true,
  };
}

/** The group gives another account. */
function correcting(world: World, id: string, tranche: number, attempt: number): Step {
  const now = world.tick();
  const number = `77${now.slice(11, 19).replaceAll(':', '')}${tranche}${attempt}`;
  const answer = { outcome: 'corrected' as const, bankCode: '008', number, holder: 'KEL BARU' };
  return answeringAfter(
    {
      name: `correct the account of ${id}/${tranche}/${attempt}`,
      run: (hands) => asked(hands, id, 'account-correction', `${tranche}-${attempt}`, answer, '', now),
    },
    ({ groups }) => groups[id]?.tranches[tranche - 1]?.corrections[attempt] !== undefined,
    (model) => rules.correct(model, id, tranche, attempt, number),
  );
}

/** The PPK accepts the account that the group gave: before that, nothing is paid to it. */
function acceptingAccount(world: World, id: string, tranche: number, attempt: number): Step {
  const now = world.tick();
  const answer = { outcome: 'accepted' as const, compared: true };
  return answeringAfter(
    {
      name: `accept the account of ${id}/${tranche}/${attempt}`,
      run: (hands) => asked(hands, id, 'account-acceptance', `${tranche}-${attempt}`, answer, 'paula', now),
    },
    ({ groups }) => groups[id]?.tranches[tranche - 1]?.accepted[attempt] === true,
    (model) => rules.acceptAccount(model, id, tranche, attempt),
  );
}

/** The treasury orders the payment to the account that was accepted: before that, nothing is paid to it. */
function orderingForAccount(world: World, id: string, tranche: number, attempt: number): Step {
  const now = world.tick();
  const number = `SP2D-${id}-${tranche}-${attempt}`;
  const answer = { outcome: 'issued' as const, number, date: now.slice(0, 10) };
  return answeringAfter(
    {
      name: `issue the SP2D for the account of ${id}/${tranche}/${attempt}`,
      run: (hands) => asked(hands, id, 'sp2d', `${tranche}-a${attempt + 1}`, answer, 'kas', now),
    },
    ({ groups }) => groups[id]?.tranches[tranche - 1]?.ordered[attempt] === true,
    (model) => rules.orderForAccount(model, id, tranche, attempt),
  );
}

/** What is still missing before another account is paid to, in turn; at last the SP2D once more. */
export function movingToAccount(world: World, id: string, tranche: number, attempt: number): Step {
  const found = world.model.groups[id]?.tranches[tranche - 1];
  if (found?.corrections[attempt] === undefined) return correcting(world, id, tranche, attempt);
  if (!found.accepted[attempt]) return acceptingAccount(world, id, tranche, attempt);
  return orderingForAccount(world, id, tranche, attempt);
}

/** The treasury passes what the bank said. */
export function inquiring(
  world: World,
  payment: { id: string; group: string; tranche: number; attempt: number },
  outcome: 'settled' | 'rejected' | 'wait',
): Step {
  const now = world.tick();
  const { group, tranche, attempt } = payment;
  const reference = `T${now.slice(11, 19).replaceAll(':', '')}`;
  const answers = {
    settled: { outcome: 'settled' as const, bankReference: reference, valueDate: '2020-08-03' },
    rejected: { outcome: 'rejected' as const, reason: 'rekening tutup' },
    wait: { outcome: 'wait' as const },
  };
  // Each inquiry is one of its own, as its moment is.
  const inquiry = 1 + Number(now.slice(11, 19).replaceAll(':', ''));
  const key = `${tranche}-${attempt}-${inquiry}`;
  return step(
    `the bank says of ${payment.id}: ${outcome}`,
    (hands) => asked(hands, group, 'bank-inquiry', key, answers[outcome], 'kas', now),
    (model) =>
      outcome === 'wait' ||
      rules.inquire(model, payment.id, {
        ...{ at: now, outcome },
        reference: outcome === 'settled' ? reference : '',
      }),
  );
}

export function rejecting(world: World, id: string): Step {
  const now = world.tick();
  return step(
    `reject ${id}`,
    ({ store }) => recordRejection(store, { proposalId: id, at: 'payment', reason: 'unpaid', now }),
    (model) => rules.reject(model, id),
  );
}

export function followingUp(world: World, id: string): Step {
  const now = world.tick();
  return step(
    `follow up ${id}`,
    ({ store }) =>
      store.proposals.update(id, now, (before) =>
        before.stage === 'follow-up'
          ? { result: undefined }
          : {
              ...startFollowUp(before, { settledOn: '2020-08-04', items: [] }, now),
              result: undefined,
            },
      ),
    (model) => rules.followUp(model, id),
  );
}

export function closing(world: World, id: string): Step {
  const now = world.tick();
  return step(
    `close ${id}`,
    ({ store }) => closeProposal(store, { proposalId: id, now }),
    (model) => rules.close(model, id),
  );
}

/**
 * @param to the payment that it is, or nothing where it was dealt with elsewhere
 * @param alone whether nothing else happens meanwhile; else the payment may change after it was looked at
 * @param less whether what came back is all, less the bank's fee
 */
export function resolving(
  world: World,
  itemId: string,
  to: string,
  { alone, less }: { alone: boolean; less: boolean },
): Step {
  const now = world.tick();
  const wish = {
    ...{ itemId, by: 'ada', now, reason: 'asked the bank', isWhole: less },
    ...(to !== '' && { endToEndId: to }),
  };
  return {
    name: `${to === '' ? 'dismiss' : `assign to ${to}`}${less ? ', less a fee,' : ''} ${itemId}`,
    run: (hands) => resolveBankItem(hands, wish),
    parts: (seen) =>
      alone
        ? [[(model) => rules.resolve(model, itemId, to, less)]]
        : [
            [
              (model) => {
                const item = model.items[itemId];
                const became = item?.state === 'open' && seen.items[itemId]?.to === to && to !== '';
                return (became || rules.mayResolve(model, itemId, to)) && rules.closeItem(model, itemId, to);
              },
            ],
            [(model) => model.items[itemId]?.to !== to || rules.placeResolved(model, itemId, to)],
          ],
    mayRefuse: true,
  };
}

/** An official wants money back. */
export function recalling(world: World, id: string, tranche: number, amount: number, decision: string): Step {
  const now = world.tick();
  return step(
    `recall ${amount} of ${id}/${tranche} by ${decision}`,
    (hands) =>
      recallMoney(hands, { proposalId: id, tranche, amount, decision, reason: 'fiktif', by: 'ada', now }),
    (model) => rules.recall(model, id, tranche, amount, decision),
  );
}

/** The papers of a deposit, in order; the group's slip names the transfer. */
export const papersOfDeposit = ['deposit-billing', 'deposit-slip', 'deposit-check'] as const;

export function proving(
  world: World,
  id: string,
  number: number,
  paper: (typeof papersOfDeposit)[number],
): Step {
  const now = world.tick();
  const { amount = 0 } = world.model.groups[id]?.deposits[number - 1] ?? {};
  const ntpn = rules.ntpnOf(id, number);
  const given = {
    'deposit-billing': {
      ...{ key: `${number}-1`, by: 'paula', change: rules.bill },
      answer: { outcome: 'issued' as const, billingCode: '820220922465628', expiresOn: '2020-08-10' },
    },
    'deposit-slip': {
      ...{ key: `${number}-1-1`, by: '', change: rules.handIn },
      answer: { outcome: 'deposited' as const, ntpn, depositedOn: '2020-08-03', amount: rupiah(amount) },
    },
    'deposit-check': {
      ...{ key: `${number}-1-1-1`, by: 'kas', change: rules.confirmDeposit },
      answer: { outcome: 'confirmed' as const },
    },
  }[paper];
  return step(
    `${paper} ${number} of ${id}`,
    (hands) => asked(hands, id, paper, given.key, given.answer, given.by, now),
    (model) => given.change(model, id, number),
  );
}

export function settlingDeposit(world: World, id: string, number: number): Step {
  const now = world.tick();
  return step(
    `settle deposit ${number} of ${id}`,
    ({ store }) =>
      settleDeposit(store, {
        proposalId: id,
        deposit: number,
        about: aboutOf('deposit-check', `${number}-1-1-1`),
        now,
      }),
    (model) => rules.settleDeposit(model, id, number),
  );
}

export function cancellingDeposit(world: World, id: string, number: number): Step {
  const now = world.tick();
  return step(
    `cancel deposit ${number} of ${id}`,
    (hands) => cancelDeposit(hands, { proposalId: id, deposit: number, reason: 'keliru', by: 'ada', now }),
    (model) => rules.cancelDeposit(model, id, number),
  );
}

/** A bank's file as it is sent: the formats of `samples/`, and our own text. */
export interface Letter {
  format: AnswerFormat | 'bulk-text';
  advices: BankAdvice[];
  /** The run that it answers, and which of its files. */
  run: string;
  rail: string;
  /** Whether a status of the whole message is given, too: the one that all advices share, or a refusal that they belie. */
  whole: 'not given' | 'given' | 'a lie';
}

/** What a format makes of an advice. */
function lineOf(format: Letter['format'], advice: BankAdvice): Line {
  const back = advice.status === 'RETURNED';
  const refused = advice.status === 'RJCT';
  // An entry that takes another back says no more.
  const given = advice.byReversal ? 'NARR' : (advice.reason ?? 'AC04');
  const reasons = {
    'pain.002': refused ? (advice.reason ?? 'AC01') : undefined,
    'camt.053': back ? given : undefined,
    'camt.054': back ? given : undefined,
    mt940: back ? given : undefined,
    csv: refused || back ? (advice.reason ?? 'NARR') : undefined,
    'bulk-text': refused ? (advice.reason ?? 'AC01') : undefined,
  };
  const outcomes = {
    ACSC: 'SETTLED',
    RJCT: 'REJECTED',
    RETURNED: 'RETURNED',
    REVERSED: 'REVERSED',
    CREDIT: 'CREDIT',
  } as const;
  const outcome = advice.status in outcomes ? outcomes[advice.status as keyof typeof outcomes] : 'ACCEPTED';
  const reasonCode = reasons[format];
  return {
    outcome,
    ...(advice.endToEndId !== undefined && { endToEndId: advice.endToEndId }),
    ...(advice.reference !== undefined && { bankReference: advice.reference }),
    // Only camt has the fee apart from the amount; of a debit the payee has the rest.
    ...(format !== 'bulk-text' && {
      amount: rupiah(
        advice.amount -
          (format.startsWith('camt') && (advice.status === 'ACSC' || advice.status === 'REVERSED')
            ? (advice.fee ?? 0)
            : 0),
      ),
    }),
    valueDate: advice.day,
    ...(reasonCode !== undefined && { reasonCode }),
    channel: format,
  };
}

const letterDay = '2020-08-04';

function bulkText({ run, advices }: Letter): string {
  return writeBankAnswer({
    ...{ runId: run, date: letterDay },
    lines: advices.map(({ endToEndId = '', status, reference = '', reason = 'AC01', day: date }) =>
      status === 'ACSC'
        ? { endToEndId, status: 'SETTLED', bankReference: reference, date }
        : { endToEndId, status: 'REJECTED', bankReference: reference, date, reasonCode: reason },
    ),
  });
}

/** The advices that the format can report; our own text names each payment once and knows two ends. */
function advicesIn({ format, advices }: Letter): BankAdvice[] {
  if (format !== 'bulk-text') return advices.filter((advice) => canReport(format, advice));
  const fit = advices.filter(
    ({ endToEndId, status, reference }) =>
      endToEndId !== undefined &&
      /^[A-Z0-9-]+$/.test(endToEndId) &&
      (status === 'RJCT' || (status === 'ACSC' && reference)),
  );
  return fit.filter(
    ({ endToEndId }, index) => fit.findIndex((each) => each.endToEndId === endToEndId) === index,
  );
}

/**
 * A second debit, or credit, of the same payment in one statement is a second one. Lines without a payment's id are told apart by their number
 * among their equals, and where they have no reference either by what the bank writes next to them.
 */
function numbered(lines: readonly Line[], format: Letter['format']): Line[] {
  const times = new Map<string, number>();
  return lines.map((each) => {
    const nameless = each.endToEndId === undefined;
    const line: Line =
      nameless && each.bankReference === undefined
        ? { ...each, textDigest: writtenBeside(each, format) }
        : each;
    const key = nameless ? JSON.stringify(line) : `${each.outcome} ${each.endToEndId}`;
    const time = (times.get(key) ?? 0) + 1;
    times.set(key, time);
    if (time === 1) return line;
    return nameless ? { ...line, ordinal: time } : { ...line, again: time };
  });
}

function writtenBeside({ outcome, reasonCode }: Line, format: Letter['format']): string {
  const back = outcome === 'RETURNED' && reasonCode !== 'NARR' ? `/RTRN/${reasonCode}` : '';
  const remittance =
    format === 'mt940' ? `${back}/REMI/BANTUAN PEMERINTAH UNTUK KELOMPOK TENAGA KERJA MANDIRI` : '';
  return createHash('sha256')
    .update(JSON.stringify([debitAccount, '', remittance]))
    .digest('hex')
    .slice(0, 12);
}

function isClosed(model: Model, run: string) {
  return (model.runs[run]?.state ?? 'being gathered') !== 'being gathered';
}

let letters = 0;

/** A file of the bank's arrives. @param late minutes ago its event says that it came */
export function receiving(world: World, letter: Letter, late: number): Step {
  const { format, run, rail, whole } = letter;
  const now = new Date(Date.parse(world.tick()) - late * 60_000).toISOString();
  const advices = advicesIn(letter);
  const messageId = format === 'pain.002' ? messageIdOf({ runId: run, file: rail }) : run;
  const text =
    format === 'bulk-text'
      ? bulkText({ ...letter, advices })
      : writeLetter(format, {
          ...{ id: `L${letters}`, day: letterDay, debitAccount, advices, partial: whole !== 'given' },
          original: { messageId },
        }).replace(/<GrpSts>\w+</, (mark) => (whole === 'a lie' ? '<GrpSts>RJCT<' : mark));
  const versionId = `letter-${++letters}`;
  const bookings = format === 'camt.053' || format === 'camt.054' || format === 'mt940';
  const message = format === 'pain.002' ? { message: { run, rail } } : {};
  const plain = advices.map((advice): Line => ({ ...lineOf(format, advice), ...message }));
  const lines = bookings ? numbered(plain, format) : plain;
  const only = format === 'bulk-text' ? run : undefined;
  const named = lines.filter(({ endToEndId }) => endToEndId !== undefined);
  const nameless = lines.filter(({ endToEndId }) => endToEndId === undefined);
  const torn = (id: string | undefined) =>
    ['SETTLED', 'REJECTED'].every((outcome) =>
      named.some((each) => each.endToEndId === id && each.outcome === outcome),
    );
  // Lines of one payment are taken together, those of others concurrently; those without an id one by one.
  const together: Change[] = [...Map.groupBy(named, ({ endToEndId }) => endToEndId).values()].map(
    (own) => (model) => rules.applyLines(model, own, { run: only, contradicted: torn(own[0]?.endToEndId) }),
  );
  const oneByOne: Change[] = [...Map.groupBy(nameless, (each) => each.bankReference).values()].flatMap(
    (own) => {
      let before: Change | undefined;
      return own.map((each) => {
        const change: Change = (model) => rules.applyLines(model, [each], { run: only });
        change.after = before;
        before = change;
        return change;
      });
    },
  );
  const [status] = new Set(lines.map(({ outcome }) => outcome));
  const alike = new Set(advices.map((advice) => advice.status)).size === 1;
  const spoken = new Set(named.map(({ endToEndId }) => endToEndId));
  // The status of the whole message counts for those of its payments that the file does not name.
  const others: Change = (model) => {
    const believed = whole === 'given' || (whole === 'a lie' && status === 'REJECTED');
    if (format !== 'pain.002' || !believed || !alike || status === undefined) return true;
    const reasonCode = status === 'REJECTED' ? { reasonCode: 'NARR' } : {};
    const members = isClosed(model, run) ? rules.membersOf(model, run, rail) : [];
    // A message that was not sent: what is said of it is a question.
    if (members.length === 0)
      rules.applyLines(model, [
        {
          ...{ outcome: status, bankReference: messageId, valueDate: letterDay, channel: format },
          ...reasonCode,
        },
      ]);
    for (const endToEndId of members)
      if (!spoken.has(endToEndId) && model.runs[run]?.withheld.includes(endToEndId) !== true)
        rules.applyLines(model, [
          { outcome: status, endToEndId, valueDate: letterDay, channel: format, ...reasonCode },
        ]);
    return true;
  };
  return {
    name: `${format} of ${run}: ${lines.map((each) => JSON.stringify(each)).join(' ')}${late > 0 ? ` ${late} minutes late` : ''}`,
    run: (hands) =>
      applyBankFile(hands, { key: 'inbox/letter', versionId, content: { bytes: Buffer.from(text) }, now }),
    parts: () => [together, oneByOne, [others]],
    mayRefuse: false,
  };
}

/** Files that must change nothing but what is noted of the file itself. */
export const brokenFiles: readonly [what: string, spoil: (text: string) => string][] = [
  ['cut', (text) => text.slice(0, Math.floor(text.length * 0.8))],
  ['of another account', (text) => text.replaceAll(debitAccount, '999999999999')],
  ['in another currency', (text) => text.replaceAll('IDR', 'USD')],
  ['with a wrong sum', (text) => text.replace('TOTAL;', 'TOTAL;9')],
  ['with a fraction of a rupiah', (text) => text.replace(/;(\d{4,});IDR/, ';$1,50;IDR')],
  ['of nothing we know', () => 'dear treasurer'],
];

export function receivingBroken(world: World, advices: BankAdvice[], which: number): Step {
  const now = world.tick();
  const [what, spoil] = brokenFiles[which % brokenFiles.length] ?? ['', (text: string) => text];
  const text = spoil(writeLetter('csv', { id: 'X', day: letterDay, debitAccount, advices }));
  const versionId = `letter-${++letters}`;
  return {
    name: `a file ${what}`,
    run: async (hands) => {
      const content = { bytes: Buffer.from(text) };
      const { outcome } = await applyBankFile(hands, { key: 'inbox/broken', versionId, content, now });
      if (outcome !== 'refused') throw new TypeError(`a file ${what} was ${outcome}`);
    },
    parts: () => [],
    mayRefuse: false,
  };
}
