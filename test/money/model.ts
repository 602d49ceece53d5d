/**
 * The money of a few groups on one budget line as plain numbers: what ought to be so after each step.
 *
 * Written from the rules, sharing no code with the application but the way in which it names an item of the worklist. Each
 * function is one step that takes effect at once and whole; it answers whether the step is accepted.
 */
import type { Rupiah } from '#domain/money/rupiah.ts';
import { bankItemIdOf } from '#functions/payment/reconciliation/bank-entry.ts';

export type Place =
  | 'available'
  | 'committed'
  | 'reserved'
  | 'paid'
  | 'deposited'
  | 'charges'
  | 'suspense'
  | 'bank';

/** How one channel tells a booking. */
interface Telling {
  channel: string;
  reference: string;
  day: string;
  ordinal: number;
}

/** A debit or credit on the paying account. */
export interface Booking {
  role: string;
  amount: number;
  /** It takes an earlier booking back. */
  reversal: boolean;
  told: Telling[];
  item: string;
  ended: '' | 'undone' | 'confirmed' | 'dismissed';
}

export interface Payment {
  id: string;
  group: string;
  tranche: number;
  attempt: number;
  amount: number;
  account: string;
  replaces: string;
  state:
    | 'ready'
    | 'lapsed'
    | 'gathered'
    | 'sent'
    | 'accepted'
    | 'settled'
    | 'rejected'
    | 'returned'
    | 'superseded';
  /** The bank's, once it has settled; empty before. */
  reference: string;
  /** The bank says that it has paid, under this reference, and has not booked it. */
  done: string | null;
  /** A person heard that it has settled, and nothing is booked yet. */
  claimed: boolean;
  bookings: Booking[];
  /** Items that put it in question. */
  questions: string[];
  /** Empty before it joined one. */
  run: string;
  token: string;
}

interface Tranche {
  amount: number;
  status: 'planned' | 'open' | 'reserved' | 'settled' | 'unpaid';
  /** Where its money lies. */
  place: Place;
  attempts: number;
  papers: string[];
  /** The account that was named after this attempt. */
  corrections: Record<number, string>;
  /** After which attempts another account was accepted, and after which an SP2D names it. */
  accepted: Record<number, true>;
  ordered: Record<number, true>;
  /** What the bank said of an attempt to a person, the last word last. */
  inquiries: Record<number, { at: string; outcome: 'settled' | 'rejected'; reference: string }[]>;
  returned: string[];
}

/** Money that an official wants back. */
interface Deposit {
  tranche: number;
  amount: number;
  decision: string;
  state: 'owed' | 'billed' | 'handed-in' | 'deposited' | 'cancelled';
  /** Whether the treasury has confirmed it. */
  confirmed: boolean;
}

interface Group {
  stage: 'approval' | 'payment' | 'follow-up' | 'closed' | 'rejected';
  waits: boolean;
  amount: number;
  account: string;
  /** Percent of each tranche. */
  schedule: number[];
  rail: string;
  tranches: Tranche[];
  /** Every entry of the ledger: from, to, how much. */
  moves: string[];
  deposits: Deposit[];
}

interface Run {
  state: 'being gathered' | 'gathered' | 'released' | 'withdrawn';
  /** Whatever has joined, also what was given back. */
  payments: string[];
  /** Those that were taken out of it again by themselves. */
  withheld: string[];
}

/** A line of the bank's. */
export interface Line {
  outcome: 'ACCEPTED' | 'SETTLED' | 'REJECTED' | 'RETURNED' | 'CREDIT' | 'REVERSED';
  endToEndId?: string;
  bankReference?: string;
  amount?: Rupiah;
  valueDate?: string;
  reasonCode?: string;
  /** Which booking of this payment in its statement it is, from the second on. */
  again?: number;
  /** Of a line without a payment's id: which one of its equals it is, from the second on; and without any reference, a digest of its text. */
  ordinal?: number;
  textDigest?: string;
  /** The format that says it. */
  channel?: string;
  /** A person has said that it is a booking of its own. */
  certain?: true;
  /** The message that it answers: which file of which run. */
  message?: { run: string; rail: string };
}

interface WorkItem {
  line: Line;
  why: string;
  candidates: string[];
  state: 'open' | 'matched' | 'assigned' | 'dismissed';
  to: string;
}

export interface Model {
  ceiling: number;
  groups: Record<string, Group>;
  payments: Record<string, Payment>;
  runs: Record<string, Run>;
  /** The ids in each file that was written. */
  files: Record<string, { run: string; ids: string[]; sent: boolean }>;
  references: Record<string, string[]>;
  items: Record<string, WorkItem>;
  /** Credits on our own account whose reference looks like an NTPN, by that; of several, the last. */
  credits: Record<string, Line>;
  /** Executions that take a returned payment up. */
  started: string[];
  /** What each waiting execution was resumed with, by its token. */
  resumed: Record<string, string>;
}

/** The day on which everything happens here. */
const today = '2020-08-03';

function mapped<Value>(record: Record<string, Value>, copy: (value: Value) => Value): Record<string, Value> {
  const copied: Record<string, Value> = {};
  for (const key in record) copied[key] = copy(record[key] as Value);
  return copied;
}

/** By hand, because it is made for every step that is tried. Transfers, words and lines are never changed. */
export function copyOf(model: Model): Model {
  return {
    ...model,
    groups: mapped(model.groups, (group) => ({
      ...group,
      moves: [...group.moves],
      deposits: group.deposits.map((deposit) => ({ ...deposit })),
      tranches: group.tranches.map((tranche) => ({
        ...tranche,
        papers: [...tranche.papers],
        corrections: { ...tranche.corrections },
        accepted: { ...tranche.accepted },
        ordered: { ...tranche.ordered },
        inquiries: { ...tranche.inquiries },
        returned: [...tranche.returned],
      })),
    })),
    payments: mapped(model.payments, (payment) => ({ ...payment })),
    runs: mapped(model.runs, (run) => ({ ...run, payments: [...run.payments], withheld: [...run.withheld] })),
    files: mapped(model.files, (file) => ({ ...file })),
    references: mapped(model.references, (ids) => [...ids]),
    items: mapped(model.items, (item) => ({ ...item })),
    credits: { ...model.credits },
    started: [...model.started],
    resumed: { ...model.resumed },
  };
}

function two(number: number) {
  return String(number).padStart(2, '0');
}
function idOf(group: string, tranche: number, attempt: number) {
  return `${group}-${two(tranche)}-${two(attempt)}`;
}

/** Resumes the execution that waits for the payment with how it ended, once. */
function wake(model: Model, { state, token }: Payment): void {
  if (!ended({ state })) return;
  model.resumed[token] ??= state === 'settled' || state === 'superseded' ? 'settled' : 'rejected';
}

function inPayment(group: Group) {
  return group.stage === 'payment' || group.stage === 'follow-up';
}
function wasAwarded(group: Group) {
  return inPayment(group) || group.stage === 'closed';
}

function groupOf(model: Model, id: string): Group {
  const group = model.groups[id];
  if (group === undefined) throw new Error(`no group ${id}`);
  return group;
}
function trancheOf(model: Model, id: string, number: number): Tranche | undefined {
  return groupOf(model, id).tranches[number - 1];
}
export function attemptsOf(model: Model, group: string, tranche: number): Payment[] {
  return Object.values(model.payments)
    .filter((each) => each.group === group && each.tranche === tranche)
    .sort((one, other) => one.attempt - other.attempt);
}

/** How much of the line lies where: what has been moved makes it. What stands in credit grows by what comes from it. */
export function lineOf({ ceiling, groups }: Model): Record<Place | 'ceiling', number> {
  const line = {
    ...{ ceiling, available: ceiling, committed: 0, reserved: 0, paid: 0, deposited: 0 },
    ...{ charges: 0, suspense: 0, bank: 0 },
  };
  for (const { moves } of Object.values(groups))
    for (const each of moves) {
      const [from, to, amount] = each.split(' ') as [Place, Place, string];
      line[from] += Number(amount) * (from === 'bank' ? 1 : -1);
      line[to] += Number(amount) * (to === 'bank' ? -1 : 1);
    }
  return line;
}

function move(group: Group, from: Place, to: Place, amounts: number[]): void {
  const sum = amounts.reduce((before, each) => before + each, 0);
  if (sum > 0) group.moves.push(`${from} ${to} ${sum}`);
}
function moveTranche(group: Group, tranche: Tranche, to: Place): void {
  move(group, tranche.place, to, [tranche.amount]);
  tranche.place = to;
}
/** Free again, all of it by one entry with a line for each place that it lay in. */
function free(group: Group, tranches: Tranche[]): void {
  for (const place of ['committed', 'reserved'] as const) {
    const held = tranches.filter((each) => each.place === place);
    move(
      group,
      place,
      'available',
      held.map(({ amount }) => amount),
    );
    for (const each of held) each.place = 'available';
  }
}

export function setCeiling(model: Model, ceiling: number): boolean {
  const { available } = lineOf(model);
  if (ceiling < model.ceiling - available) return false;
  model.ceiling = ceiling;
  return true;
}

export function award(model: Model, id: string): boolean {
  const group = groupOf(model, id);
  if (wasAwarded(group)) return true;
  if (group.stage !== 'approval') return false;
  if (lineOf(model).available < group.amount) {
    group.waits = true;
    return true;
  }
  group.stage = 'payment';
  group.waits = false;
  group.tranches = group.schedule.map((percent) => ({
    ...{ amount: (group.amount * percent) / 100, status: 'planned', place: 'committed', attempts: 0 },
    ...{ papers: [], corrections: {}, accepted: {}, ordered: {}, inquiries: {}, returned: [] },
  }));
  move(group, 'available', 'committed', [group.amount]);
  return true;
}

export function open(model: Model, id: string, number: number): boolean {
  const tranche = trancheOf(model, id, number);
  if (!inPayment(groupOf(model, id)) || tranche === undefined) return false;
  if (tranche.status === 'planned') tranche.status = 'open';
  return true;
}

export function issue(model: Model, id: string, number: number, paper: string): boolean {
  const tranche = trancheOf(model, id, number);
  if (tranche !== undefined && !tranche.papers.includes(paper)) tranche.papers.push(paper);
  return true;
}

export function reserve(model: Model, id: string, number: number): boolean {
  const [group, tranche] = [groupOf(model, id), trancheOf(model, id, number)];
  if (!inPayment(group) || tranche === undefined || tranche.status === 'unpaid') return false;
  if (tranche.status === 'reserved' || tranche.status === 'settled') return true;
  if (!tranche.papers.includes('spp') || !tranche.papers.includes('spm')) return false;
  tranche.status = 'reserved';
  moveTranche(group, tranche, 'reserved');
  return true;
}

function ended({ state }: Pick<Payment, 'state'>) {
  return ['settled', 'rejected', 'returned', 'superseded', 'lapsed'].includes(state);
}

/** The payment after what the bank said to a person, where no file of the bank's has said how it ended. */
function inquired(model: Model, payment: Payment): Payment {
  const word = trancheOf(model, payment.group, payment.tranche)?.inquiries[payment.attempt]?.at(-1);
  if (ended(payment) || word === undefined) return payment;
  const after = { ...payment };
  const outcome = word.outcome === 'settled' ? 'SETTLED' : 'REJECTED';
  report(after, { outcome, bankReference: word.reference, reasonCode: 'INQUIRY' }, true);
  return after;
}

export function instruct(model: Model, id: string, number: number, attempt: number, token: string): boolean {
  const [group, tranche] = [groupOf(model, id), trancheOf(model, id, number)];
  if (!inPayment(group) || tranche === undefined) return false;
  const known = model.payments[idOf(id, number, attempt)];
  if (known !== undefined) {
    known.token = token;
    wake(model, known);
    return true;
  }
  // One that was refused or had come back has turned out to be paid.
  if (attemptsOf(model, id, number).some((each) => each.state === 'settled' && each.attempt < attempt)) {
    model.resumed[token] ??= 'settled';
    return true;
  }
  if (!tranche.papers.includes('sp2d') || tranche.status !== 'reserved') return false;
  const { account } = group;
  let replaces = '';
  if (attempt > 1) {
    const before = model.payments[idOf(id, number, attempt - 1)];
    if (before === undefined || !tranche.accepted[attempt - 1] || !tranche.ordered[attempt - 1]) return false;
    const after = inquired(model, before);
    if (!ofNoUse.has(after.state)) return false;
    model.payments[before.id] = after;
    replaces = before.id;
  }
  tranche.attempts = attempt;
  const payment = idOf(id, number, attempt);
  model.payments[payment] = {
    ...{ id: payment, group: id, tranche: number, attempt, amount: tranche.amount, account, replaces, token },
    ...{ state: 'ready', reference: '', done: null, claimed: false, bookings: [], questions: [], run: '' },
  };
  return true;
}

export function join(model: Model, payment: string, run: string): boolean {
  const found = model.payments[payment];
  const known = model.runs[run] ?? { state: 'being gathered', payments: [], withheld: [] };
  if (found?.state !== 'ready' || known.state !== 'being gathered' || isHeld(model, found)) return false;
  model.runs[run] = known;
  found.state = 'gathered';
  found.run = run;
  known.payments.push(payment);
  known.payments.sort();
  return true;
}

/** @param late after the bank's cut-off: what had joined before is then withdrawn */
export function closeRun(model: Model, run: string, late: boolean): boolean {
  const known = model.runs[run];
  if (known?.state === 'being gathered') known.state = late ? 'withdrawn' : 'gathered';
  return true;
}

/** A run in the year after: nothing leaves for a fiscal year that is over, and what waited for it lapses. */
export function gatherNextYear(model: Model): boolean {
  for (const payment of Object.values(model.payments))
    if (payment.state === 'ready') payment.state = 'lapsed';
  return true;
}

export function gather(model: Model, run: string, late: boolean): boolean {
  if (!late) for (const { id } of Object.values(model.payments)) join(model, id, run);
  return closeRun(model, run, late);
}

function isClosed(run: Run | undefined): run is Run {
  return run !== undefined && run.state !== 'being gathered';
}

/** The payments of a run that go into one file. */
export function membersOf(model: Model, run: string, rail: string): string[] {
  return (model.runs[run]?.payments ?? []).filter(
    (id) => groupOf(model, model.payments[id]?.group ?? '').rail === rail,
  );
}

/** Takes a payment out of its run, by itself. */
function withhold(model: Model, payment: Payment): void {
  const run = model.runs[payment.run];
  if (run !== undefined) run.withheld = [...run.withheld, payment.id].sort();
}

export function writeFile(model: Model, run: string, rail: string, key: string): boolean {
  const ids = membersOf(model, run, rail);
  if (!isClosed(model.runs[run]) || ids.length === 0) return false;
  model.files[key] ??= { run, ids, sent: false };
  return true;
}

/** A payment that is held does not go with its run: it is ready again. @returns whether it is held */
function letGo(model: Model, id: string, run: string): boolean {
  const payment = model.payments[id];
  if (payment?.state !== 'gathered' || payment.run !== run || !isHeld(model, payment)) return false;
  withhold(model, payment);
  payment.state = 'ready';
  payment.run = '';
  return true;
}

/** A treasurer releases the run, or holds it; the first decision stands. */
export function decide(model: Model, id: string, released: boolean): boolean {
  const run = model.runs[id];
  if (!isClosed(run)) return false;
  if (run.state === 'gathered') run.state = released ? 'released' : 'withdrawn';
  return true;
}

export function isReleased(model: Model, run: string): boolean {
  return model.runs[run]?.state === 'released';
}

/** A payment of a run that was released goes to the bank. */
export function markSent(model: Model, id: string, run: string): boolean {
  const payment = model.payments[id];
  if (letGo(model, id, run)) return true;
  if (payment?.state === 'gathered' && payment.run === run) payment.state = 'sent';
  return true;
}

export function sendFiles(model: Model, run: string): boolean {
  for (const file of Object.values(model.files)) if (file.run === run) file.sent = true;
  return true;
}

/** The run was not released in time; one that was released stays so. */
export function withdraw(model: Model, id: string): boolean {
  const run = model.runs[id];
  if (!isClosed(run)) return false;
  if (run.state === 'gathered') run.state = 'withdrawn';
  return true;
}

/** A payment of a run that was withdrawn is ready for the next. */
export function giveBack(model: Model, id: string, run: string): boolean {
  const payment = model.payments[id];
  if (model.runs[run]?.state === 'withdrawn' && payment?.state === 'gathered' && payment.run === run) {
    payment.state = 'ready';
    payment.run = '';
  }
  return true;
}

/** The bookings that are in suspense: it is not decided yet what becomes of them. */
function isOpen({ role, ended }: Booking) {
  return (role === 'surplus' || role === 'part') && ended === '';
}
function isDebit({ role }: Booking) {
  return role === 'payment' || role === 'surplus' || role === 'part-back';
}
function timesOf({ bookings }: Payment, role: string) {
  return bookings.filter((each) => each.role === role).length;
}
/** What came back of it in part and is not known to be a mistake. */
function partsOf({ bookings }: Payment) {
  return bookings.reduce(
    (sum, { role, ended, amount }) =>
      sum + (role === 'part' && (ended === '' || ended === 'confirmed') ? amount : 0),
    0,
  );
}

const copies = new Set(['AM05', 'DUPL']);

type Answered = 'moved' | 'nothing' | 'contradiction';

/** Applies what the bank reports of the instruction: it moves no money. @param heard whether a person asked the bank */
function report(payment: Payment, line: Line, heard = false): Answered {
  const { outcome, bankReference = '', reasonCode = '' } = line;
  const { state } = payment;
  const become = (after: Payment['state']): Answered => {
    payment.state = after;
    return 'moved';
  };
  if (['ready', 'gathered', 'superseded', 'lapsed'].includes(state)) return 'contradiction';
  if (state === 'rejected')
    return outcome === 'ACCEPTED' || outcome === 'REJECTED' ? 'nothing' : 'contradiction';
  if (state === 'returned' || (outcome === 'REJECTED' && copies.has(reasonCode))) return 'nothing';
  if (state === 'settled') {
    if (outcome === 'REJECTED' || outcome === 'RETURNED') return 'contradiction';
    if (outcome !== 'SETTLED' || payment.reference !== '' || bankReference === '' || heard) return 'nothing';
    payment.reference = bankReference;
    return 'moved';
  }
  if (outcome === 'RETURNED') return 'contradiction';
  if (outcome === 'REJECTED') return payment.done === null || heard ? become('rejected') : 'contradiction';
  if (outcome === 'ACCEPTED') return state === 'accepted' ? 'nothing' : become('accepted');
  if (heard) {
    payment.reference = bankReference;
    payment.claimed = true;
    return become('settled');
  }
  if (payment.done !== null) return 'nothing';
  payment.done = bankReference;
  return become('accepted');
}

interface Question {
  item: string;
  why: string;
  line: Line;
}

/** What the lines of one file book of a payment. @returns the questions that they raise, and the items that they answer */
function book(payment: Payment, lines: readonly Line[]): { questions: Question[]; answered: string[] } {
  const times = new Map<string, number>();
  const told = lines.map((line) => {
    const [reference, day] = [line.bankReference ?? '', line.valueDate ?? today];
    const debit = line.outcome === 'SETTLED' || line.outcome === 'REVERSED';
    const equals = `${debit} ${line.amount} ${reference || day}`;
    times.set(equals, (times.get(equals) ?? 0) + 1);
    const channel = line.channel ?? 'person';
    return {
      line,
      debit,
      telling: { channel, reference, day, ordinal: line.ordinal ?? times.get(equals) ?? 1 },
    };
  });
  const before = payment.bookings.map((each) => each);
  const taken = new Set<Booking>();
  const is = new Map<(typeof told)[number], Booking | 'doubtful'>();
  const claim = (which: (booking: Booking, line: (typeof told)[number]) => boolean, doubtful = false) => {
    for (const one of told) {
      if (is.has(one)) continue;
      const found = before.find(
        (booking) =>
          !taken.has(booking) &&
          isDebit(booking) === one.debit &&
          booking.amount === one.line.amount &&
          which(booking, one),
      );
      if (found === undefined) continue;
      taken.add(found);
      is.set(one, doubtful ? 'doubtful' : found);
    }
  };
  claim((booking, { telling }) => booking.told.some((each) => isSameTelling(each, telling)));
  claim(
    ({ told: all, reversal }, { line, telling }) =>
      line.certain !== true &&
      all.every(({ channel }) => channel !== telling.channel) &&
      (reversal || line.outcome !== 'REVERSED'),
  );
  claim(
    ({ reversal }, { line }) => line.certain !== true && reversal === (line.outcome === 'REVERSED'),
    true,
  );
  const questions: Question[] = [];
  const answered: string[] = [];
  for (const one of told) {
    const { line, debit, telling } = one;
    const known = is.get(one);
    const item = bankItemIdOf(line);
    const ask = (why: string) => questions.push({ item, why, line });
    if (known === 'doubtful') ask('doubt');
    else if (known !== undefined) tellAgain(payment, before.indexOf(known), telling);
    else if (!debit && line.outcome !== 'RETURNED') ask('credit');
    else {
      const reversal = line.outcome === 'REVERSED';
      bookNew(payment, { debit, amount: line.amount ?? 0, reversal, telling, item }, { ask, answered });
    }
  }
  return { questions, answered };
}

function isSameTelling(one: Telling, other: Telling) {
  return (
    one.channel === other.channel &&
    one.ordinal === other.ordinal &&
    (one.reference !== '' && other.reference !== ''
      ? one.reference === other.reference
      : one.day === other.day)
  );
}

function tellAgain(payment: Payment, index: number, telling: Telling): void {
  const booking = payment.bookings[index];
  if (booking === undefined) return;
  const at = booking.told.findIndex((each) => isSameTelling(each, telling));
  const same = booking.told[at];
  if (same !== undefined && (same.reference !== '' || telling.reference === '')) return;
  const all = at < 0 ? [...booking.told, telling] : booking.told.with(at, telling);
  payment.bookings = payment.bookings.with(index, { ...booking, told: all });
  if (payment.state === 'settled' && payment.reference === '' && booking.role === 'payment')
    payment.reference = all.find(({ reference }) => reference !== '')?.reference ?? '';
}

function bookNew(
  payment: Payment,
  {
    debit,
    amount,
    reversal,
    telling,
    item,
  }: Omit<Booking, 'role' | 'told' | 'ended'> & {
    debit: boolean;
    telling: Telling;
  },
  { ask, answered }: { ask: (why: string) => void; answered: string[] },
): void {
  const { state } = payment;
  const add = (role: string, raised = '') => {
    payment.bookings = [
      ...payment.bookings,
      { role, amount, reversal, told: [telling], item: raised, ended: '' },
    ];
  };
  // Money is alike: what was not to be is undone first.
  const open = payment.bookings.findIndex(
    (each) => isOpen(each) && each.amount === amount && each.role === (debit ? 'part' : 'surplus'),
  );
  const undone = payment.bookings[open];
  if (undone !== undefined) {
    payment.bookings = payment.bookings.with(open, { ...undone, ended: 'undone' });
    add(debit ? 'part-back' : 'surplus-back');
    answered.push(undone.item);
    return;
  }
  const whole = amount === payment.amount;
  const isOut = state === 'settled' || state === 'sent' || state === 'accepted';
  if (debit) {
    const wasTaken = timesOf(payment, 'return') > timesOf(payment, 'payment');
    // What takes a return back is never the payment by itself: a person says so.
    if (
      whole &&
      !reversal &&
      (wasTaken || state === 'sent' || state === 'accepted' || (state === 'settled' && payment.claimed))
    ) {
      if (!wasTaken) {
        payment.reference =
          telling.reference || (state === 'settled' ? payment.reference : (payment.done ?? ''));
        payment.state = 'settled';
        payment.claimed = false;
      }
      add('payment');
      return;
    }
    add('surplus', item);
    ask(whole ? (state === 'settled' ? 'twice' : 'state') : 'amount');
    return;
  }
  const parts = partsOf(payment);
  if (whole && parts === 0 && (isOut || (state === 'rejected' && timesOf(payment, 'return') === 0))) {
    if (isOut) payment.state = 'returned';
    add('return');
  } else if (isOut && parts + amount <= payment.amount) {
    add('part', item);
    ask('amount');
  } else ask('credit');
}

/** What the ledger says of bookings that came into suspense or left it. */
function moveSuspense(model: Model, before: Payment, after: Payment): void {
  const group = groupOf(model, after.group);
  const isPaid = wasAwarded(group) && trancheOf(model, after.group, after.tranche)?.status === 'settled';
  for (const [index, booking] of after.bookings.entries()) {
    const was = before.bookings[index];
    const wasOpen = was !== undefined && isOpen(was);
    if (isOpen(booking) === wasOpen) continue;
    const role = wasOpen ? was.role : booking.role;
    if (role === 'part' && !isPaid) continue;
    const place = role === 'surplus' ? 'bank' : booking.ended === 'confirmed' ? 'available' : 'paid';
    if (wasOpen) move(group, 'suspense', place, [booking.amount]);
    else move(group, role === 'surplus' ? 'bank' : 'paid', 'suspense', [booking.amount]);
  }
}

/** Whether money of an attempt is out, may be, or is going to be. */
function mayBeOut({ state, questions, bookings }: Payment) {
  return (
    !['rejected', 'returned', 'superseded', 'lapsed'].includes(state) ||
    questions.length > 0 ||
    bookings.some((each) => isOpen(each) && each.role === 'surplus')
  );
}

/** Whether a payment has to wait: it or an earlier attempt at its tranche is in question, or an earlier one may be out. */
function isHeld(model: Model, payment: Payment): boolean {
  return (
    payment.questions.length > 0 ||
    attemptsOf(model, payment.group, payment.tranche).some(
      (each) => each.attempt < payment.attempt && mayBeOut(each),
    )
  );
}

function learn(model: Model, reference: string, payment: string): void {
  const named = model.references[reference] ?? [];
  model.references[reference] = [...new Set([...named, payment])].sort();
}

/** Letters and digits alone: what a bank leaves of an id that it spoils. */
function bare(id: string) {
  return id.replaceAll(/[^A-Za-z0-9]/g, '').toUpperCase();
}

type Found = { payment: Payment } | { payment?: undefined; candidates: string[] };

function find(model: Model, { endToEndId, bankReference, amount }: Line, run?: string): Found {
  if (endToEndId !== undefined) {
    const payment = model.payments[endToEndId];
    if (payment !== undefined)
      return run !== undefined && payment.run !== '' && payment.run !== run
        ? { candidates: [payment.id] }
        : { payment };
    return { candidates: Object.keys(model.payments).filter((id) => bare(id) === bare(endToEndId)) };
  }
  const named = bankReference === undefined ? [] : (model.references[bankReference] ?? []);
  const fitting = named.flatMap((id) => model.payments[id] ?? []).filter((each) => each.amount === amount);
  const [payment, ...others] = fitting;
  return payment !== undefined && others.length === 0 ? { payment } : { candidates: [...named] };
}

const booking = new Set(['camt.053', 'camt.054', 'mt940']);
function isMoney({ outcome, channel = '', certain }: Line) {
  return outcome !== 'ACCEPTED' && outcome !== 'REJECTED' && (certain === true || booking.has(channel));
}

/** What an item keeps of a line: not which message it was in. */
function itemOf({ message: _, ...line }: Line): Line {
  return line;
}

/** Puts questions about a payment: each once, and none that a person has answered. */
function put(model: Model, payment: Payment, questions: readonly Question[]): void {
  for (const { item: id, why, line } of questions) {
    const item = model.items[id];
    if (item !== undefined && item.state !== 'open') continue;
    if (item === undefined)
      model.items[id] = { line: itemOf(line), why, candidates: [payment.id], state: 'open', to: '' };
    else Object.assign(item, { why, candidates: [payment.id] });
    if (!payment.questions.includes(id)) payment.questions = [...payment.questions, id];
  }
}

/** Ends a question: it holds no payment any more. */
function unquestion(model: Model, id: string, payments: readonly string[]): void {
  for (const each of payments) {
    const payment = model.payments[each];
    if (payment !== undefined) payment.questions = payment.questions.filter((item) => item !== id);
  }
}

/** Lines of one file about one payment. @returns of each whether the payment has taken it, or noted it as beyond */
function applyTo(model: Model, payment: Payment, lines: readonly Line[], contradicted: boolean): boolean[] {
  const before = { ...payment };
  const questions: Question[] = [];
  const ask = (line: Line, why: string) => questions.push({ item: bankItemIdOf(line), why, line });
  const money: Line[] = [];
  for (const line of lines) {
    const { run, rail } = line.message ?? {};
    const isOther =
      payment.run !== '' &&
      run !== undefined &&
      (run !== payment.run || rail !== groupOf(model, payment.group).rail);
    if (contradicted) ask(line, 'state');
    else if (isMoney(line)) money.push(line);
    else if (isOther) ask(line, 'state');
    else if (line.amount !== undefined && line.amount !== payment.amount) ask(line, 'amount');
    else if (report(payment, line) === 'contradiction') ask(line, 'state');
  }
  const { questions: more, answered } =
    money.length > 0 ? book(payment, money) : { questions: [], answered: [] };
  questions.push(...more);
  if (before.state === 'settled' && payment.state === 'returned' && isDeposited(model, payment)) {
    Object.assign(payment, before);
    return applyTo(model, payment, lines, true);
  }
  put(model, payment, questions);
  for (const id of answered) {
    unquestion(model, id, [payment.id]);
    const item = model.items[id];
    if (item?.state === 'open') Object.assign(item, { state: 'matched', to: payment.id });
  }
  const taught = lines.map((line) => {
    const question = questions.find(({ item }) => item === bankItemIdOf(line));
    return question === undefined || question.why === 'twice';
  });
  for (const [index, line] of lines.entries())
    if (taught[index] && line.bankReference !== undefined && line.endToEndId !== undefined)
      learn(model, line.bankReference, payment.id);
  moveSuspense(model, before, payment);
  if (before.state === 'settled' && payment.state === 'returned') cameBack(model, payment);
  wake(model, payment);
  if (payment.state === 'returned') takeUp(model, payment);
  return lines.map((line) => !questions.some(({ item }) => item === bankItemIdOf(line)));
}

/** What the group still has of a tranche that it was paid, and that is not wanted back. */
function kept({ tranches, deposits }: Group, number: number): number {
  const sumOf = (amounts: number[]) => amounts.reduce((before, each) => before + each, 0);
  const demanded = deposits.filter(({ state }) => state !== 'cancelled');
  const settled = tranches.filter(({ status }) => status === 'settled');
  const all = sumOf(settled.map(({ amount }) => amount)) - sumOf(demanded.map(({ amount }) => amount));
  const own = tranches[number - 1];
  const ofOwn = sumOf(demanded.filter(({ tranche }) => tranche === number).map(({ amount }) => amount));
  return own?.status === 'settled' ? Math.min(all, own.amount - ofOwn) : 0;
}

function receivedIn({ tranches }: Group) {
  return tranches.reduce((sum, { amount, status }) => sum + (status === 'settled' ? amount : 0), 0);
}
function depositedIn({ deposits }: Group) {
  return deposits.reduce((sum, { amount, state }) => sum + (state === 'deposited' ? amount : 0), 0);
}

/** Whether a part of money that came back went to kas negara before. */
function isDeposited(model: Model, { group: id, tranche: number, amount }: Payment): boolean {
  const group = groupOf(model, id);
  const settled = wasAwarded(group) && group.tranches[number - 1]?.status === 'settled';
  return settled && depositedIn(group) > receivedIn(group) - amount;
}

/** Money that was entered as paid is reserved again. */
function cameBack(model: Model, { group: id, tranche: number, id: payment }: Payment): void {
  const [group, tranche] = [groupOf(model, id), trancheOf(model, id, number)];
  if (!wasAwarded(group) || tranche?.status !== 'settled') return;
  tranche.status = 'reserved';
  tranche.returned.push(payment);
  moveTranche(group, tranche, 'reserved');
}

function takeUp(model: Model, { group: id, tranche: number, attempt, id: payment }: Payment): void {
  const [group, tranche] = [groupOf(model, id), trancheOf(model, id, number)];
  if (!wasAwarded(group) || tranche === undefined || !tranche.returned.includes(payment)) return;
  const last = attemptsOf(model, id, number).findLast(({ state }) => state !== 'superseded');
  if (last?.attempt !== attempt) return;
  if (group.stage !== 'closed') {
    const execution = `${id}-payment-${number}-returned-${attempt}`;
    if (!model.started.includes(execution)) model.started.push(execution);
  } else if (tranche.status === 'reserved') {
    free(group, [tranche]);
    tranche.status = 'unpaid';
  }
}

/** What waited for this reference, looked at again. */
function matchWaiting(model: Model, reference: string): void {
  const waiting = Object.entries(model.items)
    .filter(
      ([, { line, state }]) =>
        state === 'open' && line.endToEndId === undefined && line.bankReference === reference,
    )
    .sort(([one], [other]) => (one < other ? -1 : 1));
  for (const [id, item] of waiting) {
    const { payment } = find(model, item.line);
    if (payment === undefined) continue;
    const candidates = item.candidates;
    const [placed] = applyTo(model, payment, [item.line], false);
    if (!placed || item.state !== 'open') continue;
    Object.assign(item, { state: 'matched', to: payment.id });
    unquestion(model, id, [...candidates, ...item.candidates]);
  }
}

function enter(model: Model, line: Line, candidates: string[]): void {
  const id = bankItemIdOf(line);
  if (model.items[id] !== undefined) return;
  model.items[id] = { line: itemOf(line), why: 'unknown', candidates, state: 'open', to: '' };
  const [only, ...others] = candidates.map((each) => model.payments[each]);
  if (only !== undefined && others.length === 0) only.questions = [...only.questions, id];
}

/** The number of the treasury's receipt for a deposit, as groups give it here. */
export function ntpnOf(id: string, number: number) {
  return `${id.replaceAll(/[^A-Z0-9]/g, '')}${number}`.padStart(16, '0').slice(-16);
}

/** A credit proves no deposit: it is a question, once a group has handed its reference in as an NTPN. */
function noteCredit(model: Model, line: Line): void {
  const { bankReference: ntpn = '' } = line;
  if (!/^[0-9A-Z]{16}$/.test(ntpn)) return;
  model.credits[ntpn] = itemOf(line);
  const isHandedIn = Object.entries(model.groups).some(([id, { deposits }]) =>
    deposits.some(
      ({ state }, index) =>
        (state === 'handed-in' || state === 'deposited') && ntpnOf(id, index + 1) === ntpn,
    ),
  );
  if (isHandedIn) askAboutCredit(model, ntpn);
}

function askAboutCredit(model: Model, ntpn: string): void {
  const line = model.credits[ntpn];
  if (line !== undefined)
    model.items[bankItemIdOf(line)] ??= { line, why: 'deposit', candidates: [], state: 'open', to: '' };
}

/** Lines of a file about one payment, or one that names none: applied, or entered into the worklist. */
export function applyLines(
  model: Model,
  lines: readonly Line[],
  { run, contradicted = false }: { run?: string | undefined; contradicted?: boolean } = {},
): boolean {
  const [first] = lines;
  if (first === undefined) return true;
  const { payment, ...rest } = find(model, first, run);
  if (payment === undefined) {
    for (const line of lines) {
      // Another's money, and a statement has much of it.
      if (line.outcome === 'CREDIT') {
        noteCredit(model, line);
        continue;
      }
      enter(model, line, 'candidates' in rest ? rest.candidates : []);
      if (line.endToEndId !== undefined || line.bankReference === undefined) continue;
      matchWaiting(model, line.bankReference);
      const again = find(model, line);
      if (again.payment !== undefined) applyTo(model, again.payment, [line], false);
    }
    return true;
  }
  const questionsBefore = lines.map((line) => model.items[bankItemIdOf(line)]?.why);
  const placed = applyTo(model, payment, lines, contradicted);
  for (const [index, line] of lines.entries()) {
    const isTwice = model.items[bankItemIdOf(line)]?.why === 'twice' || questionsBefore[index] === 'twice';
    if ((placed[index] || isTwice) && line.endToEndId !== undefined && line.bankReference !== undefined)
      matchWaiting(model, line.bankReference);
  }
  return true;
}

/**
 * A person says which payment an item is, or that it was dealt with elsewhere (no payment).
 * @param less whether what came back is all, less the bank's fee
 */
export function resolve(model: Model, id: string, to: string, less = false): boolean {
  return mayResolve(model, id, to, less) && closeItem(model, id, to) && placeResolved(model, id, to, less);
}

/** What an item says once its payment is named: money of its own amount; what was reported has none. */
function named({ line: { amount, ...line }, why }: WorkItem, to: string): Line {
  const entry: Line = {
    ...line,
    endToEndId: to,
    outcome: line.outcome === 'CREDIT' ? 'RETURNED' : line.outcome,
  };
  if (!isMoney(line) && line.outcome !== 'RETURNED') return entry;
  return {
    ...entry,
    ...(amount !== undefined && { amount }),
    ...(why !== 'unknown' && { certain: true as const }),
  };
}

/** The payment that has a booking in suspense by this item. */
function suspendedBy(model: Model, id: string): Payment | undefined {
  return (model.items[id]?.candidates ?? [])
    .flatMap((each) => model.payments[each] ?? [])
    .find(({ bookings }) => bookings.some((each) => each.item === id && isOpen(each)));
}

const ofNoUse = new Set(['rejected', 'returned', 'superseded']);

/** Whether a person may confirm what is in suspense. */
function mayConfirm(model: Model, payment: Payment, id: string, less: boolean): boolean {
  const { role, amount = 0 } = payment.bookings.find((each) => each.item === id && isOpen(each)) ?? {};
  if (role === 'part')
    return payment.state === 'settled' && (!less || (amount < payment.amount && partsOf(payment) === amount));
  if (less || amount !== payment.amount) return false;
  if (!['sent', 'accepted', 'rejected', 'returned'].includes(payment.state)) return false;
  if (trancheOf(model, payment.group, payment.tranche)?.status !== 'reserved') return false;
  return attemptsOf(model, payment.group, payment.tranche).every(
    ({ attempt, state }) =>
      attempt <= payment.attempt || ofNoUse.has(state) || state === 'ready' || state === 'gathered',
  );
}

/** Nothing is booked of it, so that a person may believe its refusal. */
function mayBeRefused({ state, done, claimed, bookings }: Payment) {
  return (
    bookings.length === 0 &&
    ((state === 'accepted' && done !== null) || state === 'accepted' || (state === 'settled' && claimed))
  );
}

/** Whether the item is open and what it says fits the payment, or the same was said before. */
export function mayResolve(model: Model, id: string, to: string, less = false): boolean {
  const item = model.items[id];
  if (item === undefined) return false;
  if (item.state !== 'open' && !(item.state === (to === '' ? 'dismissed' : 'assigned') && item.to === to))
    return false;
  const payment = model.payments[to];
  if (to === '' || payment === undefined) return to === '';
  const suspended = suspendedBy(model, id);
  if (suspended !== undefined) return suspended.id === to && mayConfirm(model, suspended, id, less);
  if (item.state !== 'open') return true;
  if (item.why === 'twice') return false;
  const line = named(item, to);
  if (isMoney(line)) return true;
  return (
    report({ ...payment }, line) !== 'contradiction' || (line.outcome === 'REJECTED' && mayBeRefused(payment))
  );
}

export function closeItem(model: Model, id: string, to: string): boolean {
  const item = model.items[id];
  if (item === undefined) return false;
  item.state = to === '' ? 'dismissed' : 'assigned';
  item.to = to;
  return true;
}

/** What a person's word does, once it is written down. */
export function placeResolved(model: Model, id: string, to: string, less = false): boolean {
  const item = model.items[id];
  if (item === undefined) return true;
  const suspended = suspendedBy(model, id);
  const payment = model.payments[to];
  if (suspended !== undefined && (to === '' || suspended.id === to))
    endSuspense(model, suspended, id, to !== '', less);
  else if (payment !== undefined) {
    const line = named(item, to);
    if (
      !isMoney(line) &&
      report({ ...payment }, line) === 'contradiction' &&
      line.outcome === 'REJECTED' &&
      mayBeRefused(payment)
    ) {
      const before = { ...payment };
      payment.state = payment.state === 'settled' ? 'returned' : 'rejected';
      Object.assign(payment, { done: null, claimed: false });
      if (before.state === 'settled') cameBack(model, payment);
      wake(model, payment);
      if (payment.state === 'returned') takeUp(model, payment);
    } else applyLines(model, [line]);
  }
  unquestion(model, id, [...item.candidates, to]);
  return true;
}

/** What is in suspense ends by a person's word: confirmed as what it seemed, or made good elsewhere. */
function endSuspense(model: Model, payment: Payment, id: string, confirmed: boolean, less: boolean): void {
  const before = { ...payment };
  const index = payment.bookings.findIndex((each) => each.item === id && isOpen(each));
  const booking = payment.bookings[index];
  if (booking === undefined) return;
  const isPaidByIt = confirmed && booking.role === 'surplus';
  const isReturn = confirmed && booking.role === 'part' && less;
  payment.bookings = payment.bookings.with(index, {
    ...booking,
    role: isPaidByIt ? 'payment' : isReturn ? 'return' : booking.role,
    ended: confirmed ? 'confirmed' : 'dismissed',
  });
  if (isPaidByIt) {
    Object.assign(payment, { state: 'settled', done: null, claimed: false });
    payment.reference = booking.told.find(({ reference }) => reference !== '')?.reference ?? '';
    for (const later of attemptsOf(model, payment.group, payment.tranche)) {
      if (later.attempt <= payment.attempt || ofNoUse.has(later.state)) continue;
      if (later.state === 'gathered') withhold(model, later);
      later.state = 'superseded';
      later.run = '';
      wake(model, later);
    }
  }
  if (isReturn) returnLess(model, payment, booking.amount);
  else moveSuspense(model, before, payment);
  wake(model, payment);
  if (isReturn) takeUp(model, payment);
}

/** All of a payment is back but for the bank's fee, which is spent; what is available makes up for it. */
function returnLess(model: Model, payment: Payment, amount: number): void {
  const [group, tranche] = [groupOf(model, payment.group), trancheOf(model, payment.group, payment.tranche)];
  payment.state = 'returned';
  Object.assign(payment, { done: null, claimed: false });
  if (!wasAwarded(group) || tranche === undefined) return;
  const isPaid = tranche.status === 'settled';
  if (isPaid) {
    move(group, 'suspense', 'reserved', [amount]);
    tranche.status = 'reserved';
    tranche.returned.push(payment.id);
    tranche.place = 'reserved';
  }
  move(group, isPaid ? 'paid' : 'reserved', 'charges', [payment.amount - amount]);
  move(group, 'available', 'reserved', [payment.amount - amount]);
}

/** Whether a person may say that an item is all that comes back, and there is money to make up for the fee. */
export function mayBeLess(model: Model, id: string, to: string): boolean {
  const payment = suspendedBy(model, id);
  const { role, amount = 0 } = payment?.bookings.find((each) => each.item === id && isOpen(each)) ?? {};
  return (
    payment?.id === to &&
    role === 'part' &&
    groupOf(model, payment.group).deposits.length === 0 &&
    lineOf(model).available >= payment.amount - amount
  );
}

export function inquire(
  model: Model,
  payment: string,
  word: { at: string; outcome: 'settled' | 'rejected'; reference: string },
): boolean {
  const { group, tranche, attempt } = model.payments[payment] ?? { group: '', tranche: 0, attempt: 0 };
  const inquiries = trancheOf(model, group, tranche)?.inquiries;
  if (inquiries !== undefined)
    inquiries[attempt] = [...(inquiries[attempt] ?? []), word].sort((a, b) => (a.at < b.at ? -1 : 1));
  return true;
}

export function correct(model: Model, id: string, number: number, attempt: number, account: string): boolean {
  const tranche = trancheOf(model, id, number);
  if (tranche !== undefined) tranche.corrections[attempt] ??= account;
  return true;
}

/** The PPK accepts what was given after an attempt, once: it is the group's account from then on. */
export function acceptAccount(model: Model, id: string, number: number, attempt: number): boolean {
  const group = model.groups[id];
  const tranche = trancheOf(model, id, number);
  const account = tranche?.corrections[attempt];
  if (group === undefined || tranche === undefined || account === undefined) return false;
  const isPayable = group.stage === 'payment' || group.stage === 'follow-up';
  if (tranche.accepted[attempt]) return true;
  if (!isPayable || tranche.status !== 'reserved') return false;
  tranche.accepted[attempt] = true;
  group.account = account;
  return true;
}

/** An SP2D names the account that was accepted. */
export function orderForAccount(model: Model, id: string, number: number, attempt: number): boolean {
  const tranche = trancheOf(model, id, number);
  if (!tranche?.accepted[attempt]) return false;
  tranche.ordered[attempt] = true;
  return true;
}

export function settle(model: Model, id: string, number: number): boolean {
  const [group, tranche] = [groupOf(model, id), trancheOf(model, id, number)];
  if (!inPayment(group) || tranche === undefined) return false;
  if (tranche.status === 'settled') return true;
  const attempts = attemptsOf(model, id, number);
  const last =
    attempts.find(({ state }) => state === 'settled') ??
    attempts.findLast(({ state }) => state !== 'superseded');
  if (last === undefined) return false;
  const payment = inquired(model, last);
  if (['returned', 'rejected', 'lapsed'].includes(payment.state)) return true;
  if (payment.state !== 'settled' || tranche.status !== 'reserved') return false;
  model.payments[payment.id] = payment;
  tranche.status = 'settled';
  moveTranche(group, tranche, 'paid');
  // Parts that came back before it was entered as paid.
  for (const { role, ended: end, amount } of payment.bookings) {
    if (role !== 'part' || end === 'undone' || end === 'dismissed') continue;
    move(group, 'paid', 'suspense', [amount]);
    if (end === 'confirmed') move(group, 'suspense', 'available', [amount]);
  }
  return true;
}

export function leaveUnpaid(model: Model, id: string, number: number): boolean {
  const [group, tranche] = [groupOf(model, id), trancheOf(model, id, number)];
  if (!inPayment(group) || tranche === undefined) return false;
  if (tranche.status === 'unpaid') return true;
  const attempts = attemptsOf(model, id, number);
  const last = attempts.at(-1);
  const payment = last && inquired(model, last);
  if ([...attempts.slice(0, -1), ...(payment === undefined ? [] : [payment])].some(mayBeOut)) return false;
  const later = tranche.returned.length > 0 ? [] : group.tranches.slice(number);
  const left = [tranche, ...later].filter(({ status }) => status !== 'unpaid');
  if (left.some(({ status }) => status === 'settled')) return false;
  if (payment !== undefined) model.payments[payment.id] = payment;
  free(group, left);
  for (const each of left) each.status = 'unpaid';
  return true;
}

/** Attempts whose money may be with the bank. */
function mayBeOnItsWay(model: Model, id: string, number: number) {
  return attemptsOf(model, id, number).some((each) => each.state !== 'settled' && mayBeOut(each));
}

/** A proposal's end frees what will not be paid, except what may be on its way. */
function freeAll(model: Model, id: string): void {
  const group = groupOf(model, id);
  free(
    group,
    group.tranches.filter((_, index) => !mayBeOnItsWay(model, id, index + 1)),
  );
}

export function reject(model: Model, id: string): boolean {
  const group = groupOf(model, id);
  if (group.stage === 'rejected') return true;
  if (group.stage !== 'approval' && group.stage !== 'payment') return false;
  freeAll(model, id);
  group.stage = 'rejected';
  group.waits = false;
  return true;
}

export function followUp(model: Model, id: string): boolean {
  const group = groupOf(model, id);
  if (!inPayment(group)) return false;
  group.stage = 'follow-up';
  return true;
}

export function close(model: Model, id: string): boolean {
  const group = groupOf(model, id);
  if (group.stage === 'closed') return true;
  if (group.stage !== 'follow-up') return false;
  const reopened = group.tranches.some(
    ({ status, returned }) => returned.length > 0 && status !== 'settled' && status !== 'unpaid',
  );
  if (reopened) return false;
  freeAll(model, id);
  group.stage = 'closed';
  return true;
}

/** An official wants an amount of a tranche back, of which the group still has as much; one decision is one demand. */
export function recall(model: Model, id: string, tranche: number, amount: number, decision: string): boolean {
  const group = groupOf(model, id);
  const same = group.deposits.find((each) => each.decision === decision);
  if (same !== undefined)
    return (
      same.amount === amount &&
      same.tranche === tranche &&
      same.state !== 'deposited' &&
      same.state !== 'cancelled'
    );
  if (group.stage !== 'follow-up' && group.stage !== 'closed') return false;
  if (group.tranches[tranche - 1]?.status !== 'settled' || amount > kept(group, tranche)) return false;
  group.deposits.push({ tranche, amount, decision, state: 'owed', confirmed: false });
  model.started.push(`${id}-deposit-${group.deposits.length}-1`);
  return true;
}

function depositOf(model: Model, id: string, number: number): Deposit | undefined {
  return groupOf(model, id).deposits[number - 1];
}

/** The next paper of a deposit: the billing code, the slip, the treasury's word. Each is asked for once. */
export function bill(model: Model, id: string, number: number): boolean {
  const deposit = depositOf(model, id, number);
  if (deposit === undefined || deposit.state === 'cancelled') return false;
  if (deposit.state === 'owed') deposit.state = 'billed';
  return true;
}
export function handIn(model: Model, id: string, number: number): boolean {
  const deposit = depositOf(model, id, number);
  if (deposit === undefined || deposit.state === 'cancelled' || deposit.state === 'owed') return false;
  if (deposit.state === 'billed') deposit.state = 'handed-in';
  return true;
}
export function confirmDeposit(model: Model, id: string, number: number): boolean {
  const deposit = depositOf(model, id, number);
  if (deposit !== undefined) deposit.confirmed = true;
  return deposit !== undefined;
}

export function settleDeposit(model: Model, id: string, number: number): boolean {
  const deposit = depositOf(model, id, number);
  if (deposit === undefined) return false;
  if (deposit.state === 'handed-in' && !deposit.confirmed) askAboutCredit(model, ntpnOf(id, number));
  if (deposit.state !== 'handed-in' || !deposit.confirmed) return true;
  const group = groupOf(model, id);
  if (deposit.amount > receivedIn(group) - depositedIn(group)) return false;
  deposit.state = 'deposited';
  move(group, 'paid', 'deposited', [deposit.amount]);
  return true;
}

export function cancelDeposit(model: Model, id: string, number: number): boolean {
  const deposit = depositOf(model, id, number);
  if (deposit === undefined) return false;
  if (deposit.state !== 'owed' && deposit.state !== 'billed') return deposit.state === 'cancelled';
  deposit.state = 'cancelled';
  return true;
}
