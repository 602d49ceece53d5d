/**
 * Keeps the book of a paying account by a file's statements: what payments did not take is posted, with a question behind it where it is
 * not the bank's own, and each statement has to go on from the last.
 *
 * Done after the lines were applied, and again whenever the file is delivered again: each posting, statement and question is made once.
 * Lines of a step that another statement has told already are not posted again, in whatever format that came.
 */
import { createHash } from 'node:crypto';
import {
  type BookBreak,
  type BookStep,
  chainOf,
  dayWithin,
  endSuspense,
  isTold,
  postLine,
  type StatementLine,
  stepKey,
} from '#domain/money/account-book.ts';
import type { Statement } from '#domain/money/bank-entry.ts';
import { bookingsOf } from '#domain/money/payment.ts';
import { rupiah } from '#domain/money/rupiah.ts';
import { type BankItem, closeBalanceItem, placeOfClosed } from '#domain/money/worklist-item.ts';
import {
  type BankEntry,
  type BankReport,
  bankItemIdOf,
} from '#functions/payment/reconciliation/bank-entry.ts';
import { type Effect, isPlaced } from '#functions/payment/reconciliation/reconciling.ts';
import { AlreadyExists, StaleBankItem } from '#functions/store/errors.ts';
import { retryOnConflict } from '#functions/store/retry-on-conflict.ts';
import type { Store } from '#functions/store/store.ts';

type BookStore = Pick<Store, 'accountBooks' | 'bankItems' | 'commit' | 'payments'>;

/** A line and what it did; undefined where no payment was looked for, because it is the bank's own. */
export interface BookedLine {
  entry: BankEntry;
  effect: Effect | undefined;
}

interface Arrived {
  file: BankItem['file'];
  now: string;
}

const maxRounds = 8;

export async function keepBooks(
  store: BookStore,
  { statements, steps: allSteps }: Pick<BankReport, 'statements' | 'steps'>,
  lines: readonly BookedLine[],
  arrived: Arrived,
): Promise<void> {
  const ofStatement = Map.groupBy(lines, ({ entry }) => entry.statement);
  const accounts = new Set<string>();
  for (const [index, statement] of statements.entries()) {
    if (statement.source.kind !== 'statement') continue;
    const { account } = statement;
    accounts.add(account);
    const steps = allSteps[index];
    // Without balances it cannot be known which of its entries another statement has: its lines raise their questions, and that is all.
    if (steps === undefined) continue;
    const known = (await store.accountBooks.statements(account)).flatMap((each) => each.steps);
    const fresh = new Map(steps.flatMap((step) => (isTold(step, known) ? [] : [[step.day, step]])));
    for (const booked of ofStatement.get(index) ?? []) {
      const line = lineOf(booked.entry, statement);
      const step = fresh.get(line.day);
      if (step === undefined) continue;
      if (await isTaken(store, booked)) step.ours += line.side === 'credit' ? line.sen : -line.sen;
      else await post(store, booked, line, arrived);
      await postRest(store, booked.entry, line, arrived);
    }
    await record(store, statement, steps, arrived);
  }
  for (const account of accounts) await askAboutBreaks(store, account, arrived);
}

/** What a line moved besides the bank's fee, and when. */
function lineOf(
  { outcome, amount = rupiah(0), sen = 0, valueDate = '', bookedOn }: BankEntry,
  statement: Statement,
): StatementLine {
  return {
    account: statement.account,
    side: outcome === 'RETURNED' || outcome === 'CREDIT' ? 'credit' : 'debit',
    day: dayWithin(statement, bookedOn ?? valueDate),
    sen: amount * 100 + sen,
  };
}

/** Whether a payment has the line, also where it has noted it as beyond it. */
async function isTaken({ payments }: BookStore, { entry, effect }: BookedLine): Promise<boolean> {
  if (effect === undefined || effect.effect === 'unknown') return false;
  if (isPlaced(effect)) return true;
  const { proposalId, tranche, attempt } = effect.payment;
  const after = await payments.get(proposalId, tranche, attempt);
  const item = bankItemIdOf(entry);
  return bookingsOf(after).some((booking) => booking.item === item);
}

/** What is the bank's own is charged; everything else is in suspense, with a question behind it. */
async function post(
  store: BookStore,
  { entry }: BookedLine,
  line: StatementLine,
  { file, now }: Arrived,
): Promise<void> {
  const id = bankItemIdOf(entry);
  if (line.sen === 0) return;
  if (entry.own) return postOnce(store, line, `own:${id}`, now);
  const what = `Bank item ${id}`;
  await retryOnConflict({ what, rounds: maxRounds, conflicts: [StaleBankItem] }, async () => {
    const item = await store.bankItems.find(id);
    const into = store.accountBooks.post(postLine(line, 'suspense', { id, item: id, at: now }));
    const changes =
      item === undefined
        ? store.bankItems.create({
            ...{
              id,
              version: 1,
              why: 'unknown',
              entry: { ...entry, line },
              candidates: [],
              file,
              at: now,
              posted: true,
            },
          })
        : item.closed === undefined
          ? [store.bankItems.amend(item, { ...item, entry: { ...item.entry, line }, posted: true })]
          : // It was dealt with before the statement came: in and out.
            [store.accountBooks.post(endSuspense(line, placeOfClosed(item.closed), { item: id, at: now }))];
    await unlessThere(() => store.commit({ journal: 'bank', now, events: [], changes: [into, ...changes] }));
  });
}

/** What the entry moved besides: the bank's fee; and what nobody explains, which is a question of its own. */
async function postRest(
  store: BookStore,
  entry: BankEntry,
  line: StatementLine,
  arrived: Arrived,
): Promise<void> {
  const { charges = 0, rest = 0 } = entry;
  const id = bankItemIdOf(entry);
  if (charges > 0)
    await postOnce(store, { ...line, sen: charges, side: 'debit' }, `charge:${id}`, arrived.now);
  if (rest === 0) return;
  const side = rest > 0 ? line.side : line.side === 'debit' ? 'credit' : 'debit';
  const sen = Math.abs(rest);
  const unexplained: BankEntry = {
    ...{ outcome: side === 'debit' ? 'SETTLED' : 'CREDIT', textDigest: `rest of ${id}` },
    ...{ amount: rupiah(Math.floor(sen / 100)), valueDate: entry.valueDate, account: entry.account },
    ...(sen % 100 > 0 && { sen: sen % 100 }),
  };
  await post(store, { entry: unexplained, effect: undefined }, { ...line, side, sen }, arrived);
}

async function postOnce(store: BookStore, line: StatementLine, id: string, at: string): Promise<void> {
  const changes = [store.accountBooks.post(postLine(line, 'charges', { id, at }))];
  await unlessThere(() => store.commit({ journal: 'bank', now: at, events: [], changes }));
}

async function unlessThere(write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
  }
}

async function record(
  store: BookStore,
  { account, source, opening, closing }: Statement,
  steps: BookStep[],
  { file, now }: Arrived,
): Promise<void> {
  if (opening?.day === undefined || closing?.day === undefined) return;
  const balances = {
    opening: { day: opening.day, sen: opening.sen },
    closing: { day: closing.day, sen: closing.sen },
  };
  const { format, id: name = '' } = source;
  const statement = { account, format, name, ...balances, steps, file: file.key, at: now };
  const change = store.accountBooks.add(statement, digest([balances, steps.map(stepKey)]));
  await unlessThere(() => store.commit({ journal: 'bank', now, events: [], changes: [change] }));
}

function digest(of: unknown): string {
  return createHash('sha256').update(JSON.stringify(of)).digest('hex').slice(0, 12).toUpperCase();
}

/** One question for each place where the statements break off; answered when a statement comes that closes the gap. */
async function askAboutBreaks(store: BookStore, account: string, { file, now }: Arrived): Promise<void> {
  const { breaks } = chainOf(await store.accountBooks.statements(account));
  const wanted = new Map(breaks.map((each) => [`B-${digest(['balance', each])}`, each]));
  for (const [id, each] of wanted) {
    if ((await store.bankItems.find(id)) !== undefined) continue;
    const changes = store.bankItems.create(balanceItem(id, each, { file, now }));
    await unlessThere(() => store.commit({ journal: 'bank', now, events: [], changes }));
  }
  for (const item of await store.bankItems.open()) {
    if (item.why !== 'balance' || item.balance?.account !== account || wanted.has(item.id)) continue;
    try {
      const changes = store.bankItems.close(item, closeBalanceItem(item, now));
      await store.commit({ journal: 'bank', now, events: [], changes });
    } catch (error) {
      // A person, or another file, was faster.
      if (!(error instanceof StaleBankItem)) throw error;
    }
  }
}

function balanceItem(id: string, balance: BookBreak, { file, now }: Arrived): BankItem {
  const { day, expected, found } = balance;
  const amount = rupiah(Math.floor(Math.abs(found - expected) / 100));
  return {
    ...{ id, version: 1, why: 'balance', candidates: [], file, at: now, balance },
    entry: { outcome: found > expected ? 'CREDIT' : 'SETTLED', amount, valueDate: day },
  };
}
