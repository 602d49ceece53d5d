/** What is in the table and in the bank's bucket, in the model's terms; and the rules that must hold of it at every moment. */
import assert from 'node:assert/strict';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { readAskId } from '#domain/asks/ask-id.ts';
import { unpack } from '#functions/store/packed.ts';
import { proposalsAmong } from '#functions/store/proposal-items.ts';
import { readInstruction } from '#players/bank/instructions.ts';
import type { Item } from './memory-table.ts';
import { type Booking, lineOf, type Model, type Place } from './model.ts';
import { sha256, type World } from './world.ts';

/** What both sides say, the model and the table. */
export interface Seen {
  line: Record<string, number>;
  groups: Record<string, SeenGroup>;
  payments: Record<string, SeenPayment>;
  runs: Record<
    string,
    { payments: string[]; withheld: string[]; state?: string; count?: number; sum?: number }
  >;
  files: Record<string, { ids: string[]; sent: boolean }>;
  references: Record<string, string[]>;
  items: Record<string, { why: string; candidates: string[]; state: string; to: string }>;
  started: string[];
  /** Tokens of executions that were resumed with how their payment ended. */
  resumed: string[];
}

interface SeenGroup {
  stage: string;
  waits: boolean;
  account: string;
  moves: string[];
  tranches: {
    status: string;
    amount: number;
    attempts: number;
    returned: string[];
    corrections: Record<number, string>;
    /** Attempts after which the PPK has accepted another account. */
    accepted: Record<number, boolean>;
    /** Attempts after which an SP2D names another account. */
    ordered: Record<number, boolean>;
  }[];
  deposits: string[];
}

interface SeenPayment {
  state: string;
  run: string;
  token: string;
  amount: number;
  account: string;
  replaces: string;
  reference: string;
  bookings: string[];
  questions: string[];
}

/** A booking in a line: what it is, how it ended, its question, and how each channel tells it. */
function bookingText({ role, amount, reversal, item, ended, told }: Booking): string {
  return [
    ...[role, amount, reversal ? 'reversal' : 'booked', ended || 'stands', item || 'unasked'],
    ...told.map(({ channel, reference, day, ordinal }) => `${channel}/${reference}/${day}/${ordinal}`).sort(),
  ].join(' ');
}

function sorted<Value>(entries: Iterable<readonly [string, Value]>): Record<string, Value> {
  return Object.fromEntries([...entries].sort(([one], [other]) => (one < other ? -1 : 1)));
}

function sum(amounts: readonly number[]) {
  return amounts.reduce((before, each) => before + each, 0);
}

/** The model, in the form in which it is compared. */
export function expected(model: Model): Seen {
  return {
    line: lineOf(model),
    groups: sorted(
      Object.entries(model.groups).map(([id, { stage, waits, account, tranches, moves, deposits }]) => [
        id,
        {
          ...{ stage, waits, account, moves: [...moves].sort() },
          tranches: tranches.map(({ status, amount, attempts, returned, ...tranche }) => ({
            ...{ status, amount, attempts, returned },
            ...{ corrections: tranche.corrections, accepted: tranche.accepted, ordered: tranche.ordered },
          })),
          deposits: deposits.map(({ tranche, amount, state }) => `${tranche} ${amount} ${state}`),
        },
      ]),
    ),
    payments: sorted(
      Object.entries(model.payments).map(([id, { state, run, token, amount, account, ...payment }]) => [
        id,
        {
          ...{ state, run, token, amount, account, replaces: payment.replaces },
          reference: state === 'settled' ? payment.reference : '',
          bookings: payment.bookings.map(bookingText),
          questions: [...payment.questions].sort(),
        },
      ]),
    ),
    runs: sorted(
      Object.entries(model.runs).map(([id, { state, payments, withheld }]) => [
        id,
        {
          ...{ payments, withheld },
          ...(state !== 'being gathered' && {
            ...{ state, count: payments.length },
            sum: sum(payments.map((each) => model.payments[each]?.amount ?? 0)),
          }),
        },
      ]),
    ),
    files: sorted(Object.entries(model.files).map(([key, { ids, sent }]) => [key, { ids, sent }])),
    references: sorted(Object.entries(model.references)),
    items: sorted(
      Object.entries(model.items).map(([id, { why, candidates, state, to }]) => [
        id,
        { why, candidates: [...candidates].sort(), state, to },
      ]),
    ),
    started: [...model.started].sort(),
    resumed: Object.keys(model.resumed).sort(),
  };
}

function isWithin(some: readonly string[], all: readonly string[]): boolean {
  return some.every((each) => all.includes(each));
}

/**
 * Whether what is seen can still come of the model: what never goes away again once it is there is there in what is seen.
 * Of orders that do not lead anywhere most are given up by this.
 */
export function mayLeadTo(
  { groups, payments, files, references, items, started, resumed }: Model,
  seen: Seen,
) {
  return (
    isWithin(Object.keys(resumed), seen.resumed) &&
    isWithin(started, seen.started) &&
    isWithin(Object.keys(files), Object.keys(seen.files)) &&
    Object.entries(references).every(([reference, ids]) => isWithin(ids, seen.references[reference] ?? [])) &&
    Object.entries(items).every(([id, { state, to }]) => {
      const item = seen.items[id];
      return item !== undefined && (state === 'open' || (state === item.state && to === item.to));
    }) &&
    Object.entries(groups).every(([id, { moves }]) => isWithin(moves, seen.groups[id]?.moves ?? [])) &&
    Object.entries(payments).every(
      ([id, { bookings }]) => bookings.length <= (seen.payments[id]?.bookings.length ?? 0),
    )
  );
}

const orders = new WeakMap<Buffer, ReturnType<typeof readInstruction> & { sha256: string }>();
/** A file as the bank reads it, once. */
function orderIn(key: string, bytes: Buffer) {
  let known = orders.get(bytes);
  if (known === undefined) {
    known = { ...readInstruction(key, bytes.toString('utf8')), sha256: sha256(bytes) };
    orders.set(bytes, known);
  }
  return known;
}

interface Keyed {
  pk: string;
  sk: string;
}

interface Entry extends Keyed {
  id: string;
  step: string;
  proposalId?: string;
  from: string;
  to: string;
  amount: number;
}

interface StoredProposal extends Keyed {
  id: string;
  stage: string;
  budgetAwaitedSince?: string;
  content: { account: { number: string } };
  award?: { amount: number };
  tranches?: {
    number: number;
    status: string;
    amount: number;
    attempts: number;
    returned?: { endToEndId: string }[];
  }[];
  deposits?: { tranche?: number; amount: number; status: string }[];
}

interface StoredPayment extends Keyed {
  proposalId: string;
  tranche: number;
  attempt: number;
  endToEndId: string;
  state: string;
  amount: number;
  account: { number: string };
  runId?: string;
  taskToken: string;
  replaces?: string;
  bankReference?: string;
  bookings?: {
    role: string;
    amount: number;
    reversal?: boolean;
    item?: string;
    ended?: Booking['ended'];
    told: { channel: string; reference: string; day: string; ordinal?: number }[];
  }[];
  questions?: string[];
}

interface StoredFile extends Keyed {
  runId: string;
  prepared: { key: string };
  key: string;
  sha256: string;
  count: number;
  sum: number;
  sentAt?: string;
  sent?: { sha256: string; count: number; sum: number; withheld: string[] };
}

/** The parts of the table that are about money, as they lie there. */
export interface Records {
  line: Keyed & Record<'ceiling' | Place, number>;
  entries: Entry[];
  proposals: StoredProposal[];
  payments: StoredPayment[];
  runs: (Keyed & { id: string; state: string; count: number; sum: number })[];
  runPayments: (Keyed & { endToEndId: string; withheld?: true })[];
  files: StoredFile[];
  references: Keyed[];
  items: (Keyed & {
    id: string;
    why: string;
    candidates: string[];
    closed?: { how: string; endToEndId?: string };
  })[];
  pointers: Keyed[];
  /** Accounts that groups named. */
  corrections: (Keyed & {
    about: { tranche: number; attempt: number };
    status: string;
    answer: { number: string };
  })[];
  /** Answers of the PPK about them. */
  acceptances: (Keyed & { about: { tranche: number; attempt: number }; outcome?: string })[];
  /** SP2Ds. */
  orders: (Keyed & { about: { tranche: number; attempt?: number }; outcome?: string })[];
  deposits: (Keyed & { number: number; amount: number; state: string; why: { tranche: number } })[];
}

type Kind = keyof Records;

const recordsOfKinds: Partial<Record<string, Kind>> = {
  'account-correction': 'corrections',
  'account-acceptance': 'acceptances',
  sp2d: 'orders',
};

function kindOf(item: Item): Kind | undefined {
  const [pk, sk] = [item.pk?.S ?? '', item.sk?.S ?? ''];
  const [of] = pk.split('#');
  switch (sk.split('#')[0]) {
    case 'PROPOSAL':
      return 'proposals';
    case 'LEDGER':
      return 'entries';
    case 'LINE':
      return 'line';
    case 'RUN':
      return 'runs';
    case 'FILE':
      return 'files';
    case 'ITEM':
      return of === 'RUN' ? 'runPayments' : of === 'BANKITEM' ? 'items' : undefined;
    case 'PAYMENT':
      return of === 'PROPOSAL' ? 'payments' : of === 'BANKREF' ? 'references' : 'pointers';
    case 'DEPOSIT':
      return of === 'PROPOSAL' ? 'deposits' : undefined;
    case 'ASK':
      return recordsOfKinds[readAskId(sk.slice('ASK#'.length))?.kind ?? ''];
  }
  return undefined;
}

/** An ask is packed in its item. */
function inClear(item: Record<string, unknown>) {
  return String(item.sk).startsWith('ASK#') ? { ...item, ...Object(unpack(item.packed)) } : item;
}

/** Items are never changed, so each is read once; nothing for those that are not about money. */
const read = new WeakMap<Item, { kind: Kind; plain: Keyed } | null>();
function readOnce(item: Item) {
  let known = read.get(item);
  if (known === undefined) {
    const kind = kindOf(item);
    known =
      kind === undefined
        ? null
        : { kind, plain: inClear(unmarshall(item as Record<string, AttributeValue>)) as unknown as Keyed };
    read.set(item, known);
  }
  return known;
}

export function recordsOf({ table }: World): Records {
  const found: Record<Kind, Keyed[]> = {
    ...{ line: [], entries: [], proposals: [], payments: [], runs: [], runPayments: [], files: [] },
    ...{ references: [], items: [], pointers: [], corrections: [], deposits: [] },
    ...{ acceptances: [], orders: [] },
  };
  const ofProposals: Keyed[] = [];
  for (const item of table.items()) {
    const known = readOnce(item);
    if (known !== null) (known.kind === 'proposals' ? ofProposals : found[known.kind]).push(known.plain);
  }
  for (const [pk, proposal] of proposalsAmong(ofProposals))
    found.proposals.push({ pk, sk: 'PROPOSAL', ...proposal });
  return { ...found, line: found.line[0] } as unknown as Records;
}

function movesOf(entries: readonly Entry[]): string[] {
  return entries.map(({ from, to, amount }) => `${from} ${to} ${amount}`).sort();
}

/** The table and the bucket, in the form in which they are compared. */
export function observed({ outside }: World, records: Records): Seen {
  const { line, entries, proposals, payments, runs, runPayments, files, references, items } = records;
  const { ceiling, available, committed, reserved, paid, deposited, charges, suspense, bank } = line;
  const joined = Object.groupBy(runPayments, ({ pk }) => pk.slice('RUN#'.length));
  const named = Object.groupBy(references, ({ pk }) => pk.slice('BANKREF#'.length));
  return {
    line: { ceiling, available, committed, reserved, paid, deposited, charges, suspense, bank },
    groups: sorted(
      proposals.map(({ id, stage, budgetAwaitedSince, content, tranches = [] }): [string, SeenGroup] => [
        id,
        {
          ...{ stage, waits: budgetAwaitedSince !== undefined, account: content.account.number },
          moves: movesOf(entries.filter(({ proposalId }) => proposalId === id)),
          tranches: tranches.map(({ number, status, amount, attempts, returned = [] }) => ({
            ...{ status, amount, attempts, returned: returned.map(({ endToEndId }) => endToEndId) },
            corrections: Object.fromEntries(
              records.corrections
                .filter(
                  ({ pk, about, status: standing }) =>
                    pk === `PROPOSAL#${id}` && about.tranche === number && standing === 'answered',
                )
                .map(({ about, answer }) => [about.attempt, answer.number]),
            ),
            accepted: Object.fromEntries(
              records.acceptances
                .filter(
                  ({ pk, about, outcome }) =>
                    pk === `PROPOSAL#${id}` && about.tranche === number && outcome === 'accepted',
                )
                .map(({ about }) => [about.attempt, true]),
            ),
            // The SP2D of an attempt follows the account that was given after the one before.
            ordered: Object.fromEntries(
              records.orders
                .filter(
                  ({ pk, about, outcome }) =>
                    pk === `PROPOSAL#${id}` &&
                    about.tranche === number &&
                    about.attempt !== undefined &&
                    outcome === 'issued',
                )
                .map(({ about: { attempt = 0 } }) => [attempt - 1, true]),
            ),
          })),
          deposits: records.deposits
            .filter(({ pk }) => pk === `PROPOSAL#${id}`)
            .sort((one, other) => one.number - other.number)
            .map(({ why, amount, state }) => `${why.tranche} ${amount} ${state}`),
        },
      ]),
    ),
    payments: sorted(
      payments.map(({ endToEndId, state, amount, account, ...each }): [string, SeenPayment] => [
        endToEndId,
        {
          ...{ state, run: each.runId ?? '', token: each.taskToken, amount, account: account.number },
          replaces: each.replaces ?? '',
          reference: state === 'settled' ? (each.bankReference ?? '') : '',
          bookings: (each.bookings ?? []).map((booking) =>
            bookingText({
              ...booking,
              ...{
                item: booking.item ?? '',
                ended: booking.ended ?? '',
                reversal: booking.reversal ?? false,
              },
              told: booking.told.map((telling) => ({ ...telling, ordinal: telling.ordinal ?? 1 })),
            }),
          ),
          questions: [...(each.questions ?? [])].sort(),
        },
      ]),
    ),
    runs: sorted(
      [...new Set([...runs.map(({ id }) => id), ...Object.keys(joined)])].map((id) => {
        const { state, count, sum: total } = runs.find((run) => run.id === id) ?? {};
        const members = joined[id] ?? [];
        const idsOf = (some: typeof members) => some.map(({ endToEndId }) => endToEndId).sort();
        return [
          id,
          {
            payments: idsOf(members),
            withheld: idsOf(members.filter(({ withheld }) => withheld)),
            ...(state !== undefined &&
              count !== undefined &&
              total !== undefined && { state, count, sum: total }),
          },
        ];
      }),
    ),
    files: sorted(
      files.map(({ prepared: { key: preparedKey }, sentAt }) => {
        const bytes = outside.objects.get(preparedKey);
        const ids =
          bytes === undefined ? [] : orderIn(preparedKey, bytes).orders.map((each) => each.endToEndId);
        return [preparedKey, { ids, sent: sentAt !== undefined }];
      }),
    ),
    references: sorted(
      Object.entries(named).map(([reference, each = []]) => [
        reference,
        each.map(({ sk }) => sk.slice('PAYMENT#'.length)).sort(),
      ]),
    ),
    items: sorted(
      items.map(({ id, why, candidates, closed }) => [
        id,
        {
          ...{ why, candidates: [...candidates].sort() },
          ...{ state: closed?.how ?? 'open', to: closed?.endToEndId ?? '' },
        },
      ]),
    ),
    started: [...outside.started].sort(),
    resumed: [...outside.resumed.keys()].sort(),
  };
}

/**
 * What must hold at every moment, whatever was done, also in the middle of a step that was killed; stated without the model.
 * @param before the bucket before the step
 */
export function assertRules(world: World, records: Records, before: ReadonlyMap<string, Buffer>): void {
  assertLedger(records);
  for (const proposal of records.proposals) assertGroup(proposal, records);
  assertFiles(world, records, before);
  // Of a payment that settled and came back at once, either may have been reported first.
  for (const { endToEndId, state, taskToken } of records.payments) {
    const resumed = world.outside.resumed.get(taskToken);
    // What was refused may turn out to be paid, and one that was not needed ends as what was paid instead.
    if (resumed === 'settled')
      assert.ok(
        ['settled', 'returned', 'superseded'].includes(state),
        `${endToEndId} is ${state}, and ${resumed} was reported`,
      );
  }
}

/** Each entry moves an amount from one account to another, each line is what its entries make it, and reserved + paid ≤ ceiling. */
function assertLedger({ line, entries }: Records): void {
  const { ceiling, available, committed, reserved, paid, deposited, charges, suspense, bank } = line;
  const balance: Record<string, number> = {
    ...{ available: 0, committed: 0, reserved: 0, paid: 0, deposited: 0, charges: 0, suspense: 0, bank: 0 },
  };
  for (const { id, from, to, amount } of entries) {
    assert.ok(Number.isSafeInteger(amount) && amount > 0 && from !== to, `entry ${id} moves no amount`);
    balance[from] = (balance[from] ?? 0) - amount;
    balance[to] = (balance[to] ?? 0) + amount;
  }
  assert.equal(sum(Object.values(balance)), 0, 'debits are credits');
  const { appropriation = 0, ...made } = balance;
  assert.deepEqual(
    { ...made, bank: 0 - (made.bank ?? 0), ceiling: 0 - appropriation },
    { available, committed, reserved, paid, deposited, charges, suspense, bank, ceiling },
  );
  const parts = [available, committed, reserved, paid, deposited, charges, suspense];
  assert.equal(
    sum(parts),
    ceiling + bank,
    'the parts of the line make its ceiling, and what the bank let leave',
  );
  assert.ok(Math.min(...parts) >= 0, 'no part of the line is below nothing');
  assert.ok(reserved + paid <= ceiling, 'reserved + paid ≤ ceiling');
}

/** Settled − returned ≤ awarded, by the ledger and by the payments; and one payment at a time. */
function assertGroup({ id, award }: StoredProposal, { entries, payments }: Records): void {
  const own = entries.filter(({ proposalId }) => proposalId === id);
  const moved = (step: string, account: string) =>
    sum(own.filter((entry) => entry.step === step && entry.to === account).map(({ amount }) => amount));
  const awarded = moved('award', 'committed');
  assert.equal(award?.amount ?? 0, awarded, `${id} was awarded what the ledger says`);
  // What came back less the bank's fee is out of suspense, and the fee is spent.
  const lessFee = sum(
    own
      .filter(({ step, from, to }) =>
        step === 'suspense-end' ? to === 'reserved' : step === 'charge' && from === 'paid',
      )
      .map(({ amount }) => amount),
  );
  const kept = moved('settle', 'paid') - moved('return', 'reserved') - lessFee;
  assert.ok(kept <= awarded, `${id}: settled − returned ≤ awarded`);
  assert.ok(moved('deposit', 'deposited') <= kept, `${id}: deposited ≤ settled − returned`);
  const attempts = payments.filter(({ proposalId }) => proposalId === id);
  const settled = attempts.filter(({ state }) => state === 'settled').map(({ amount }) => amount);
  assert.ok(sum(settled) <= awarded, `${id}: the bank has paid no more than was awarded`);
  for (const each of attempts) {
    const isOver = ({ state }: StoredPayment) =>
      ['rejected', 'returned', 'superseded', 'lapsed'].includes(state);
    const others = attempts.filter(
      (other) => other.tranche === each.tranche && other.attempt !== each.attempt && !isOver(other),
    );
    assert.ok(
      isOver(each) || others.length === 0,
      `${each.endToEndId} is ${each.state}, and is not the only one`,
    );
  }
}

/** Ids lead to one payment; a payment goes into one run at a time, to the bank in one file, and only once released. */
function assertFiles(
  { outside }: World,
  { payments, pointers, runs, runPayments, files }: Records,
  before: ReadonlyMap<string, Buffer>,
): void {
  assert.equal(pointers.length, payments.length, 'each payment has its id, and each id its payment');
  const states = new Map(runs.map(({ id, state }) => [id, state]));
  const byId = new Map(payments.map((payment) => [payment.endToEndId, payment]));
  for (const { endToEndId, runId } of payments) {
    const held = runPayments
      .filter((each) => each.endToEndId === endToEndId && !each.withheld)
      .map(({ pk }) => pk.slice('RUN#'.length))
      .filter((run) => run === runId || states.get(run) !== 'withdrawn');
    assert.deepEqual(held, runId === undefined ? [] : [runId], `${endToEndId} is in the run that it names`);
  }
  const instructed: string[] = [];
  for (const [key, bytes] of outside.objects) {
    assert.ok(before.get(key)?.equals(bytes) ?? true, `${key} is written once`);
    // The list that treasurers fetch instructs nobody.
    if (key.endsWith('.list.csv')) continue;
    for (const { endToEndId, amount, account } of orderIn(key, bytes).orders) {
      const payment = byId.get(endToEndId);
      assert.deepEqual(
        [amount, account],
        [payment?.amount, payment?.account.number],
        `${endToEndId} in ${key}`,
      );
      if (!key.startsWith('outbox/')) continue;
      instructed.push(endToEndId);
      assert.ok(
        !['ready', 'gathered'].includes(payment?.state ?? ''),
        `${endToEndId} was sent before its file was`,
      );
      assert.equal(states.get(payment?.runId ?? ''), 'released', `${endToEndId} was released`);
    }
  }
  assert.equal(new Set(instructed).size, instructed.length, 'no payment is in two files that the bank has');
  for (const { prepared, key, count, sum: total, sha256: digest, sentAt, sent } of files) {
    const preparedKey = prepared.key;
    const bytes = outside.objects.get(preparedKey);
    assert.ok(bytes !== undefined, `${preparedKey} is there`);
    const { orders, sha256: found } = orderIn(preparedKey, bytes);
    const facts = [orders.length, sum(orders.map(({ amount }) => amount)), found];
    assert.deepEqual(facts, [count, total, digest], preparedKey);
    if (sentAt === undefined) continue;
    if (sent === undefined) assert.ok(outside.objects.get(key)?.equals(bytes), `${key} is what was released`);
    else {
      // What was released, but for what was withheld.
      const left = orders.filter(({ endToEndId }) => !sent.withheld.includes(endToEndId));
      const there = outside.objects.get(key);
      const gone = there === undefined ? [] : orderIn(key, there).orders;
      assert.deepEqual(gone, left, `${key} is what was released without what was withheld`);
    }
  }
}
