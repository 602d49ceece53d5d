/**
 * The money of a few groups on one budget line as plain numbers: what ought to be so after each step.
 *
 * Written from the rules, sharing no code with the application but the way in which it names an item of the worklist. Each
 * function is one step that takes effect at once and whole; it answers whether the step is accepted.
 */
import type { Rupiah } from '#domain/money/rupiah.ts';
import { bankItemIdOf } from '#functions/payment/reconciliation/bank-entry.ts';

export type Place = 'available' | 'committed' | 'reserved' | 'paid' | 'deposited';

/** A transfer of the bank's, as far as it is known. */
export interface Transfer {
  reference: string;
  day: string;
}

export interface Payment {
  id: string;
  group: string;
  tranche: number;
  attempt: number;
  amount: number;
  account: string;
  replaces: string;
  state: 'ready' | 'gathered' | 'sent' | 'accepted' | 'settled' | 'rejected' | 'returned';
  /** The bank's, once it has settled; empty before. */
  reference: string;
  /** A person heard that it has settled, and no file has said so yet. */
  heard: boolean;
  /** The day of the entry by which a statement reported it without a reference, or nothing. */
  bookedOn: string;
  cameBack: boolean;
  /** The transfer by which it came back; empty where none is given. */
  returnedBy: Transfer | null;
  /** What the bank paid beyond the one transfer that was ordered, and by which each came back. */
  extra: { transfer: Transfer; back: Transfer | null; item: string }[];
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

export interface Group {
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
}

/** A line of the bank's. */
export interface Line {
  verdict: 'ACCEPTED' | 'SETTLED' | 'REJECTED' | 'RETURNED' | 'CREDIT';
  endToEndId?: string;
  bankReference?: string;
  amount?: Rupiah;
  valueDate?: string;
  reasonCode?: string;
  /** Which booking of this payment in its statement it is, from the second on. */
  again?: number;
  /** Whether a statement says it, in which every booking stands once. */
  booked?: true;
  /** Of a line without a payment's id: which one of its equals it is, from the second on; and without any reference, its words. */
  ordinal?: number;
  words?: string;
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
  /** Executions that take a returned payment up. */
  started: string[];
  /** What each waiting execution was resumed with, by its token. */
  resumed: Record<string, string>;
}

/** The day on which everything happens here. */
const today = '2020-08-03';

const mapped = <Value>(
  record: Record<string, Value>,
  copy: (value: Value) => Value,
): Record<string, Value> => {
  const copied: Record<string, Value> = {};
  for (const key in record) copied[key] = copy(record[key] as Value);
  return copied;
};

/** By hand, because it is made for every step that is tried. Transfers, words and lines are never changed. */
export const copyOf = (model: Model): Model => ({
  ...model,
  groups: mapped(model.groups, (group) => ({
    ...group,
    moves: [...group.moves],
    deposits: group.deposits.map((deposit) => ({ ...deposit })),
    tranches: group.tranches.map((tranche) => ({
      ...tranche,
      papers: [...tranche.papers],
      corrections: { ...tranche.corrections },
      inquiries: { ...tranche.inquiries },
      returned: [...tranche.returned],
    })),
  })),
  payments: mapped(model.payments, (payment) => ({ ...payment })),
  runs: mapped(model.runs, (run) => ({ ...run, payments: [...run.payments] })),
  files: mapped(model.files, (file) => ({ ...file })),
  references: mapped(model.references, (ids) => [...ids]),
  items: mapped(model.items, (item) => ({ ...item })),
  started: [...model.started],
  resumed: { ...model.resumed },
});

const two = (number: number) => String(number).padStart(2, '0');
const idOf = (group: string, tranche: number, attempt: number) => `${group}-${two(tranche)}-${two(attempt)}`;

/** Resumes the execution that waits for the payment with how it ended, once. */
const wake = (model: Model, payment: Payment): void => {
  if (ended(payment)) model.resumed[payment.token] ??= payment.state === 'settled' ? 'settled' : 'rejected';
};

const inPayment = (group: Group) => group.stage === 'payment' || group.stage === 'follow-up';
const wasAwarded = (group: Group) => inPayment(group) || group.stage === 'closed';

const groupOf = (model: Model, id: string): Group => {
  const group = model.groups[id];
  if (group === undefined) throw new Error(`no group ${id}`);
  return group;
};
const trancheOf = (model: Model, id: string, number: number): Tranche | undefined =>
  groupOf(model, id).tranches[number - 1];
export const attemptsOf = (model: Model, group: string, tranche: number): Payment[] =>
  Object.values(model.payments)
    .filter((each) => each.group === group && each.tranche === tranche)
    .sort((one, other) => one.attempt - other.attempt);

/** How much of the line lies where. */
export const lineOf = ({ ceiling, groups }: Model): Record<Place | 'ceiling', number> => {
  const line = { ceiling, available: ceiling, committed: 0, reserved: 0, paid: 0, deposited: 0 };
  for (const { tranches, deposits } of Object.values(groups)) {
    for (const { amount, place } of tranches) {
      line.available -= amount;
      line[place] += amount;
    }
    for (const { amount, state } of deposits) {
      if (state !== 'deposited') continue;
      line.paid -= amount;
      line.deposited += amount;
    }
  }
  return line;
};

const move = (group: Group, from: Place, to: Place, amounts: number[]): void => {
  const sum = amounts.reduce((before, each) => before + each, 0);
  if (sum > 0) group.moves.push(`${from} ${to} ${sum}`);
};
const moveTranche = (group: Group, tranche: Tranche, to: Place): void => {
  move(group, tranche.place, to, [tranche.amount]);
  tranche.place = to;
};
/** Free again, all of it by one entry with a line for each place that it lay in. */
const free = (group: Group, tranches: Tranche[]): void => {
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
};

export const setCeiling = (model: Model, ceiling: number): boolean => {
  const { available } = lineOf(model);
  if (ceiling < model.ceiling - available) return false;
  model.ceiling = ceiling;
  return true;
};

export const award = (model: Model, id: string): boolean => {
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
    ...{ papers: [], corrections: {}, inquiries: {}, returned: [] },
  }));
  move(group, 'available', 'committed', [group.amount]);
  return true;
};

export const open = (model: Model, id: string, number: number): boolean => {
  const tranche = trancheOf(model, id, number);
  if (!inPayment(groupOf(model, id)) || tranche === undefined) return false;
  if (tranche.status === 'planned') tranche.status = 'open';
  return true;
};

export const issue = (model: Model, id: string, number: number, paper: string): boolean => {
  const tranche = trancheOf(model, id, number);
  if (tranche !== undefined && !tranche.papers.includes(paper)) tranche.papers.push(paper);
  return true;
};

export const reserve = (model: Model, id: string, number: number): boolean => {
  const [group, tranche] = [groupOf(model, id), trancheOf(model, id, number)];
  if (!inPayment(group) || tranche === undefined || tranche.status === 'unpaid') return false;
  if (tranche.status === 'reserved' || tranche.status === 'settled') return true;
  if (!tranche.papers.includes('spp') || !tranche.papers.includes('spm')) return false;
  tranche.status = 'reserved';
  moveTranche(group, tranche, 'reserved');
  return true;
};

const ended = ({ state }: Payment) => state === 'settled' || state === 'rejected' || state === 'returned';

/** The payment after what the bank said to a person, where no file of the bank's has said how it ended. */
const inquired = (model: Model, payment: Payment): Payment => {
  const word = trancheOf(model, payment.group, payment.tranche)?.inquiries[payment.attempt]?.at(-1);
  if (ended(payment) || word === undefined) return payment;
  const after = { ...payment };
  answer(after, {
    verdict: word.outcome === 'settled' ? 'SETTLED' : 'REJECTED',
    bankReference: word.reference,
    valueDate: today,
  });
  after.heard = after.state === 'settled';
  return after;
};

export const instruct = (
  model: Model,
  id: string,
  number: number,
  attempt: number,
  token: string,
): boolean => {
  const [group, tranche] = [groupOf(model, id), trancheOf(model, id, number)];
  if (!inPayment(group) || tranche === undefined) return false;
  const known = model.payments[idOf(id, number, attempt)];
  if (known !== undefined) {
    known.token = token;
    wake(model, known);
    return true;
  }
  if (!tranche.papers.includes('sp2d') || tranche.status !== 'reserved') return false;
  let account = group.account;
  let replaces = '';
  if (attempt > 1) {
    const before = model.payments[idOf(id, number, attempt - 1)];
    const corrected = tranche.corrections[attempt - 1];
    if (before === undefined || corrected === undefined) return false;
    const after = inquired(model, before);
    if (after.state !== 'rejected' && after.state !== 'returned') return false;
    model.payments[before.id] = after;
    [account, replaces] = [corrected, before.id];
  }
  group.account = account;
  tranche.attempts = attempt;
  const payment = idOf(id, number, attempt);
  model.payments[payment] = {
    ...{ id: payment, group: id, tranche: number, attempt, amount: tranche.amount, account, replaces, token },
    ...{ state: 'ready', reference: '', heard: false, bookedOn: '', cameBack: false, returnedBy: null },
    ...{ extra: [], run: '' },
  };
  return true;
};

export const join = (model: Model, payment: string, run: string): boolean => {
  const found = model.payments[payment];
  const known = model.runs[run] ?? { state: 'being gathered', payments: [] };
  if (found?.state !== 'ready' || known.state !== 'being gathered') return false;
  model.runs[run] = known;
  found.state = 'gathered';
  found.run = run;
  known.payments.push(payment);
  known.payments.sort();
  return true;
};

/** @param late after the bank's cut-off: what had joined before is then withdrawn */
export const closeRun = (model: Model, run: string, late: boolean): boolean => {
  const known = model.runs[run];
  if (known?.state === 'being gathered') known.state = late ? 'withdrawn' : 'gathered';
  return true;
};

export const gather = (model: Model, run: string, late: boolean): boolean => {
  if (!late) for (const { id } of Object.values(model.payments)) join(model, id, run);
  return closeRun(model, run, late);
};

const isClosed = (run: Run | undefined): run is Run => run !== undefined && run.state !== 'being gathered';

/** The payments of a run that go into one file. */
export const membersOf = (model: Model, run: string, rail: string): string[] =>
  (model.runs[run]?.payments ?? []).filter(
    (id) => groupOf(model, model.payments[id]?.group ?? '').rail === rail,
  );

export const writeFile = (model: Model, run: string, rail: string, key: string): boolean => {
  const ids = membersOf(model, run, rail);
  if (!isClosed(model.runs[run]) || ids.length === 0) return false;
  model.files[key] ??= { run, ids, sent: false };
  return true;
};

/** A treasurer releases the run, or holds it; the first decision stands. */
export const decide = (model: Model, id: string, released: boolean): boolean => {
  const run = model.runs[id];
  if (!isClosed(run)) return false;
  if (run.state === 'gathered') run.state = released ? 'released' : 'withdrawn';
  return true;
};

export const isReleased = (model: Model, run: string): boolean => model.runs[run]?.state === 'released';

/** A payment of a run that was released goes to the bank. */
export const markSent = (model: Model, id: string, run: string): boolean => {
  const payment = model.payments[id];
  if (payment?.state === 'gathered' && payment.run === run) payment.state = 'sent';
  return true;
};

export const sendFiles = (model: Model, run: string): boolean => {
  for (const file of Object.values(model.files)) if (file.run === run) file.sent = true;
  return true;
};

/** The run was not released in time; one that was released stays so. */
export const withdraw = (model: Model, id: string): boolean => {
  const run = model.runs[id];
  if (!isClosed(run)) return false;
  if (run.state === 'gathered') run.state = 'withdrawn';
  return true;
};

/** A payment of a run that was withdrawn is ready for the next. */
export const giveBack = (model: Model, id: string, run: string): boolean => {
  const payment = model.payments[id];
  if (model.runs[run]?.state === 'withdrawn' && payment?.state === 'gathered' && payment.run === run) {
    payment.state = 'ready';
    payment.run = '';
  }
  return true;
};

/** Whether two references may be of one transfer; a missing one does not contradict. */
const sameReference = (one: string, other: string) => one === other || one === '' || other === '';
/** Whether both may be one transfer: by reference, or by day where one has none. */
const sameTransfer = (one: Transfer | null, other: Transfer) =>
  one === null ||
  (one.reference === '' || other.reference === ''
    ? one.day === other.day
    : one.reference === other.reference);

type Answered = 'moved' | 'nothing' | 'contradiction' | 'paid again' | 'noted as paid again';

/** Applies a word of the bank's. @returns what it did */
const answer = (payment: Payment, line: Line): Answered => {
  const { verdict } = line;
  const reported: Transfer = { reference: line.bankReference ?? '', day: line.valueDate ?? today };
  const { state, extra } = payment;
  const bookedOn = line.booked && reported.reference === '' ? reported.day : '';
  const become = (after: Payment['state']): Answered => {
    payment.state = after;
    if (verdict === 'RETURNED') payment.returnedBy = reported;
    return 'moved';
  };
  if (state === 'ready' || state === 'gathered') return 'contradiction';
  if (state === 'sent' || state === 'accepted') {
    if (verdict === 'ACCEPTED') return state === 'accepted' ? 'nothing' : become('accepted');
    if (verdict === 'SETTLED') Object.assign(payment, { reference: reported.reference, bookedOn });
    payment.cameBack = verdict === 'RETURNED';
    return become(verdict === 'SETTLED' ? 'settled' : 'rejected');
  }
  if (state === 'rejected') {
    if (verdict !== 'SETTLED') return 'nothing';
    if (!payment.cameBack) return 'contradiction';
    payment.reference = reported.reference;
    return become('returned');
  }
  // It has settled: what the bank says now is of this transfer, or of one too many.
  if (verdict === 'SETTLED') {
    if (payment.heard) {
      payment.heard = false;
      payment.reference = reported.reference || payment.reference;
      payment.bookedOn = bookedOn;
      return 'moved';
    }
    const same = sameReference(reported.reference, payment.reference);
    if (line.again === undefined) {
      if (payment.reference === '' && reported.reference !== '') {
        payment.reference = reported.reference;
        return 'moved';
      }
      if (bookedOn !== '' && payment.bookedOn === '') {
        payment.bookedOn = bookedOn;
        return 'moved';
      }
      if (same && (bookedOn === '' || bookedOn === payment.bookedOn)) return 'nothing';
    }
    const item = bankItemIdOf(line);
    const known = extra.filter((each) => sameTransfer(each.transfer, reported))[
      same ? (line.again ?? 2) - 2 : 0
    ];
    // The same transfer in other words is nothing new.
    if (known !== undefined) return known.item === item ? 'paid again' : 'nothing';
    payment.extra = [...extra, { transfer: reported, back: null, item }];
    return 'noted as paid again';
  }
  const out = extra.find(({ back }) => back === null);
  if (verdict === 'REJECTED' && state === 'settled')
    return out === undefined ? become('returned') : 'contradiction';
  if (verdict !== 'RETURNED') return 'nothing';
  if (state === 'returned' && sameTransfer(payment.returnedBy, reported)) return 'nothing';
  if (state === 'settled' && extra.some(({ back }) => back !== null && sameTransfer(back, reported)))
    return 'nothing';
  if (out === undefined) return state === 'settled' ? become('returned') : 'nothing';
  // Money is alike: what is too much comes back first.
  payment.extra = extra.map((each) => (each === out ? { ...each, back: reported } : each));
  return 'moved';
};

const learn = (model: Model, reference: string, payment: string): void => {
  const named = model.references[reference] ?? [];
  model.references[reference] = [...new Set([...named, payment])].sort();
};

/** Letters and digits alone: what a bank leaves of an id that it spoils. */
const bare = (id: string) => id.replaceAll(/[^A-Za-z0-9]/g, '').toUpperCase();

type Found = { payment: Payment } | { payment?: undefined; candidates: string[] };

const find = (model: Model, { endToEndId, bankReference, amount }: Line, run?: string): Found => {
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
};

type Effect = 'placed' | { why: string; candidates: string[] };

/** One line, applied to the payment that it speaks of. */
const apply = (model: Model, line: Line, run?: string): Effect => {
  const { payment, ...rest } = find(model, line, run);
  if (payment === undefined)
    return { why: 'unknown', candidates: 'candidates' in rest ? rest.candidates : [] };
  const odd = (why: string): Effect => ({ why, candidates: [payment.id] });
  if (line.amount !== undefined && line.amount !== payment.amount) return odd('amount');
  if (line.verdict === 'CREDIT') return odd('credit');
  const before = payment.state;
  const after = { ...payment };
  const effect = answer(after, line);
  if (before === 'settled' && after.state === 'returned' && isDeposited(model, payment)) return odd('state');
  Object.assign(payment, after);
  if (effect === 'contradiction') return odd('state');
  const learns =
    effect === 'moved' ||
    effect === 'noted as paid again' ||
    (effect === 'nothing' && line.endToEndId !== undefined);
  if (line.bankReference !== undefined && learns) learn(model, line.bankReference, payment.id);
  if (effect === 'paid again' || effect === 'noted as paid again') return odd('twice');
  if (before === 'settled' && payment.state === 'returned') cameBack(model, payment);
  wake(model, payment);
  if (payment.state === 'returned') takeUp(model, payment);
  return 'placed';
};

/** What the group still has of a tranche that it was paid, and that is not wanted back. */
const kept = ({ tranches, deposits }: Group, number: number): number => {
  const sumOf = (amounts: number[]) => amounts.reduce((before, each) => before + each, 0);
  const demanded = deposits.filter(({ state }) => state !== 'cancelled');
  const settled = tranches.filter(({ status }) => status === 'settled');
  const all = sumOf(settled.map(({ amount }) => amount)) - sumOf(demanded.map(({ amount }) => amount));
  const own = tranches[number - 1];
  const ofOwn = sumOf(demanded.filter(({ tranche }) => tranche === number).map(({ amount }) => amount));
  return own?.status === 'settled' ? Math.min(all, own.amount - ofOwn) : 0;
};

const receivedIn = ({ tranches }: Group) =>
  tranches.reduce((sum, { amount, status }) => sum + (status === 'settled' ? amount : 0), 0);
const depositedIn = ({ deposits }: Group) =>
  deposits.reduce((sum, { amount, state }) => sum + (state === 'deposited' ? amount : 0), 0);

/** Whether a part of money that came back went to kas negara before. */
const isDeposited = (model: Model, { group: id, tranche: number, amount }: Payment): boolean => {
  const group = groupOf(model, id);
  const settled = wasAwarded(group) && group.tranches[number - 1]?.status === 'settled';
  return settled && depositedIn(group) > receivedIn(group) - amount;
};

/** Money that was entered as paid is reserved again. */
const cameBack = (model: Model, { group: id, tranche: number, id: payment }: Payment): void => {
  const [group, tranche] = [groupOf(model, id), trancheOf(model, id, number)];
  if (!wasAwarded(group) || tranche?.status !== 'settled') return;
  tranche.status = 'reserved';
  tranche.returned.push(payment);
  moveTranche(group, tranche, 'reserved');
};

const takeUp = (model: Model, { group: id, tranche: number, attempt, id: payment }: Payment): void => {
  const [group, tranche] = [groupOf(model, id), trancheOf(model, id, number)];
  if (!wasAwarded(group) || tranche === undefined || !tranche.returned.includes(payment)) return;
  if (tranche.attempts !== attempt) return;
  if (group.stage !== 'closed') {
    const execution = `${id}-payment-${number}-returned-${attempt}`;
    if (!model.started.includes(execution)) model.started.push(execution);
  } else if (tranche.status === 'reserved') {
    free(group, [tranche]);
    tranche.status = 'unpaid';
  }
};

/** What waited for this reference, looked at again. */
const matchWaiting = (model: Model, reference: string): void => {
  const waiting = Object.entries(model.items)
    .filter(
      ([, { line, state }]) =>
        state === 'open' && line.endToEndId === undefined && line.bankReference === reference,
    )
    .sort(([one], [other]) => (one < other ? -1 : 1));
  for (const [, item] of waiting) {
    const { payment } = find(model, item.line);
    if (apply(model, item.line) !== 'placed') continue;
    item.state = 'matched';
    item.to = payment?.id ?? '';
  }
};

const enter = (model: Model, line: Line, odd: Exclude<Effect, 'placed'>): void => {
  model.items[bankItemIdOf(line)] ??= { line, ...odd, state: 'open', to: '' };
};

/** What was paid too much and has come back need not be reported any more. */
const closeMadeGood = (model: Model, line: Line, run?: string): void => {
  const { payment } = find(model, line, run);
  for (const { item: id, back } of payment?.extra ?? []) {
    const item = model.items[id];
    if (back === null || item?.state !== 'open') continue;
    item.state = 'matched';
    item.to = payment?.id ?? '';
  }
};

/** A line that its own file contradicts: it changes nothing. */
export const quarantine = (model: Model, line: Line, run?: string): boolean => {
  const { payment, ...rest } = find(model, line, run);
  const candidates = payment === undefined && 'candidates' in rest ? rest.candidates : [];
  enter(
    model,
    line,
    payment === undefined ? { why: 'unknown', candidates } : { why: 'state', candidates: [payment.id] },
  );
  return true;
};

/** A line of a file: applied, or entered into the worklist. */
export const applyLine = (model: Model, line: Line, run?: string): boolean => {
  const effect = apply(model, line, run);
  if (effect === 'placed') {
    if (line.verdict === 'RETURNED') closeMadeGood(model, line, run);
    if (line.endToEndId !== undefined && line.bankReference !== undefined)
      matchWaiting(model, line.bankReference);
    return true;
  }
  if (line.verdict === 'CREDIT' && effect.why === 'unknown') return true;
  enter(model, line, effect);
  const taught = effect.why === 'twice' && line.endToEndId !== undefined;
  const waits = effect.why === 'unknown' && line.endToEndId === undefined;
  if ((taught || waits) && line.bankReference !== undefined) matchWaiting(model, line.bankReference);
  return true;
};

/** A person says which payment an item is, or that it was dealt with elsewhere (no payment). */
export const resolve = (model: Model, id: string, to: string): boolean =>
  mayResolve(model, id, to) && closeItem(model, id, to) && placeResolved(model, id, to);

/** What an item says once its payment is named. */
const named = ({ line: { amount: _, ...line } }: WorkItem, to: string): Line => ({
  ...line,
  ...{ endToEndId: to, verdict: line.verdict === 'CREDIT' ? 'RETURNED' : line.verdict },
});

/** Whether the item is open and what it says fits the payment, or the same was said before. */
export const mayResolve = (model: Model, id: string, to: string): boolean => {
  const item = model.items[id];
  if (item === undefined) return false;
  if (item.state !== 'open') return item.state === (to === '' ? 'dismissed' : 'assigned') && item.to === to;
  const payment = model.payments[to];
  if (to === '' || payment === undefined) return to === '';
  return item.why !== 'twice' && answer({ ...payment }, named(item, to)) !== 'contradiction';
};

export const closeItem = (model: Model, id: string, to: string): boolean => {
  const item = model.items[id];
  if (item === undefined) return false;
  item.state = to === '' ? 'dismissed' : 'assigned';
  item.to = to;
  return true;
};

/** What was assigned, as if the bank had named its payment. */
export const placeResolved = (model: Model, id: string, to: string): boolean => {
  const item = model.items[id];
  return item === undefined || to === '' || applyLine(model, named(item, to));
};

export const inquire = (
  model: Model,
  payment: string,
  word: { at: string; outcome: 'settled' | 'rejected'; reference: string },
): boolean => {
  const { group, tranche, attempt } = model.payments[payment] ?? { group: '', tranche: 0, attempt: 0 };
  const said = trancheOf(model, group, tranche)?.inquiries;
  if (said !== undefined)
    said[attempt] = [...(said[attempt] ?? []), word].sort((a, b) => (a.at < b.at ? -1 : 1));
  return true;
};

export const correct = (
  model: Model,
  id: string,
  number: number,
  attempt: number,
  account: string,
): boolean => {
  const tranche = trancheOf(model, id, number);
  if (tranche !== undefined) tranche.corrections[attempt] ??= account;
  return true;
};

export const settle = (model: Model, id: string, number: number): boolean => {
  const [group, tranche] = [groupOf(model, id), trancheOf(model, id, number)];
  if (!inPayment(group) || tranche === undefined) return false;
  if (tranche.status === 'settled') return true;
  const last = attemptsOf(model, id, number).at(-1);
  if (last === undefined) return false;
  const payment = inquired(model, last);
  if (payment.state === 'returned' || payment.state === 'rejected') return true;
  if (payment.state !== 'settled' || tranche.status !== 'reserved') return false;
  model.payments[payment.id] = payment;
  tranche.status = 'settled';
  moveTranche(group, tranche, 'paid');
  return true;
};

export const leaveUnpaid = (model: Model, id: string, number: number): boolean => {
  const [group, tranche] = [groupOf(model, id), trancheOf(model, id, number)];
  if (!inPayment(group) || tranche === undefined) return false;
  if (tranche.status === 'unpaid') return true;
  const last = attemptsOf(model, id, number).at(-1);
  const payment = last && inquired(model, last);
  if (payment !== undefined && payment.state !== 'rejected' && payment.state !== 'returned') return false;
  const later = tranche.returned.length > 0 ? [] : group.tranches.slice(number);
  const left = [tranche, ...later].filter(({ status }) => status !== 'unpaid');
  if (left.some(({ status }) => status === 'settled')) return false;
  if (payment !== undefined) model.payments[payment.id] = payment;
  free(group, left);
  for (const each of left) each.status = 'unpaid';
  return true;
};

/** Attempts whose money may be with the bank. */
const mayBeOnItsWay = (model: Model, id: string, number: number) =>
  attemptsOf(model, id, number).some((each) => !ended(each));

/** A proposal's end frees what will not be paid, except what may be on its way. */
const freeAll = (model: Model, id: string): void => {
  const group = groupOf(model, id);
  free(
    group,
    group.tranches.filter((_, index) => !mayBeOnItsWay(model, id, index + 1)),
  );
};

export const reject = (model: Model, id: string): boolean => {
  const group = groupOf(model, id);
  if (group.stage === 'rejected') return true;
  if (group.stage !== 'approval' && group.stage !== 'payment') return false;
  freeAll(model, id);
  group.stage = 'rejected';
  group.waits = false;
  return true;
};

export const followUp = (model: Model, id: string): boolean => {
  const group = groupOf(model, id);
  if (!inPayment(group)) return false;
  group.stage = 'follow-up';
  return true;
};

export const close = (model: Model, id: string): boolean => {
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
};

/** An official wants an amount of a tranche back, of which the group still has as much; one decision is one demand. */
export const recall = (
  model: Model,
  id: string,
  tranche: number,
  amount: number,
  decision: string,
): boolean => {
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
};

const depositOf = (model: Model, id: string, number: number): Deposit | undefined =>
  groupOf(model, id).deposits[number - 1];

/** The next paper of a deposit: the billing code, the slip, the treasury's word. Each is asked for once. */
export const bill = (model: Model, id: string, number: number): boolean => {
  const deposit = depositOf(model, id, number);
  if (deposit === undefined || deposit.state === 'cancelled') return false;
  if (deposit.state === 'owed') deposit.state = 'billed';
  return true;
};
export const handIn = (model: Model, id: string, number: number): boolean => {
  const deposit = depositOf(model, id, number);
  if (deposit === undefined || deposit.state === 'cancelled' || deposit.state === 'owed') return false;
  if (deposit.state === 'billed') deposit.state = 'handed-in';
  return true;
};
export const confirmDeposit = (model: Model, id: string, number: number): boolean => {
  const deposit = depositOf(model, id, number);
  if (deposit !== undefined) deposit.confirmed = true;
  return deposit !== undefined;
};

export const settleDeposit = (model: Model, id: string, number: number): boolean => {
  const deposit = depositOf(model, id, number);
  if (deposit === undefined) return false;
  if (deposit.state !== 'handed-in' || !deposit.confirmed) return true;
  const group = groupOf(model, id);
  if (deposit.amount > receivedIn(group) - depositedIn(group)) return false;
  deposit.state = 'deposited';
  move(group, 'paid', 'deposited', [deposit.amount]);
  return true;
};

export const cancelDeposit = (model: Model, id: string, number: number): boolean => {
  const deposit = depositOf(model, id, number);
  if (deposit === undefined) return false;
  if (deposit.state !== 'owed' && deposit.state !== 'billed') return deposit.state === 'cancelled';
  deposit.state = 'cancelled';
  return true;
};
