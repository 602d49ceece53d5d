/**
 * The ledger: where the money of each budget line is, in double entry, append only.
 *
 * A line (programme, fiscal year, province) has accounts of two kinds. In credit stand the appropriation, what the state granted, and
 * the bank, what left the paying account although no line was to pay it. In debit stands where all that lies: available, committed
 * by an award, reserved by an SPM, paid, deposited back into kas negara, where it cannot be awarded again, kept by the bank as charges,
 * or in suspense. In suspense is what was booked and is not allocated yet: a second debit, a debit after a refusal, a part that came back.
 * What lies there has a question behind it until an administrator has answered it.
 * An entry is one posting, an amount with its source and its destination, so debits equal credits at every moment; and what
 * a line has bound can never be more than its ceiling, because each entry takes from an account what is there. An entry is written in the transaction of what it records and never changed;
 * its id follows from that, so that nothing is entered twice.
 */
import * as z from 'zod';
import { programmeIdSchema } from '../identifiers.ts';
import { minusRupiah, type Rupiah, rupiah, rupiahSchema, sumRupiah, zeroRupiah } from './rupiah.ts';

/**
 * Where a line's money can be: free, awarded, on its way to the bank, with a group, back with the treasury, kept by the bank, or
 * booked and not placed yet.
 */
export const budgetParts = [
  'available',
  'committed',
  'reserved',
  'paid',
  'deposited',
  'charges',
  'suspense',
] as const;
type BudgetPart = (typeof budgetParts)[number];

/** Where money comes from: what the state granted, and what the bank let leave beyond that. They stand in credit. */
const sources = ['appropriation', 'bank'] as const;

export const ledgerAccounts = [...sources, ...budgetParts] as const;
type LedgerAccount = (typeof ledgerAccounts)[number];

/** What names a budget line. @see `domain.md` for the province: two digits of the ministry of the interior's code */
const budgetLineIdSchema = z.strictObject({
  programme: programmeIdSchema,
  year: z.int(),
  province: z.string().regex(/^\d{2}$/),
});
export type BudgetLineId = z.output<typeof budgetLineIdSchema>;

/** A line's id as people read it, for example `tkm-2020/2020/33`. */
export function showBudgetLine({ programme, year, province }: BudgetLineId): string {
  return `${programme}/${year}/${province}`;
}

/**
 * What an entry records: a ceiling set, an award (SK), a reservation (SPM), one that was cancelled with its SPM, a settlement,
 * money that the bank sent back after it, money that will not be paid and is free again, money that a group deposited into
 * kas negara, what was booked and is not allocated yet and how that ended, or the bank's charge on a return and what makes up for it.
 */
const ledgerStepSchema = z.enum([
  'ceiling',
  'award',
  'reserve',
  'cancel',
  'settle',
  'return',
  'release',
  'deposit',
  'suspense',
  'suspense-end',
  'charge',
  'top-up',
]);

/** One posting: an amount that moves from one account of its line to another. */
export const ledgerEntrySchema = z
  .strictObject({
    /** Unique within its proposal, or within its line for ceilings; it follows from what is recorded. */
    id: z.string(),
    /** Business time, ISO 8601. */
    at: z.iso.datetime(),
    step: ledgerStepSchema,
    line: budgetLineIdSchema,
    proposalId: z.string().optional(),
    tranche: z.int().min(1).optional(),
    endToEndId: z.string().optional(),
    /** Of a deposit: the number that the treasury knows it by. */
    ntpn: z.string().optional(),
    /** The source, which is credited. */
    from: z.enum(ledgerAccounts),
    /** The destination, which is debited. */
    to: z.enum(ledgerAccounts),
    /** What moves, more than 0. */
    amount: rupiahSchema.positive(),
  })
  .refine(({ from, to }) => from !== to, { message: 'money moves from one account to another' });
export type LedgerEntry = z.output<typeof ledgerEntrySchema>;

/** What the entries of one proposal have in common. */
interface OfProposal {
  line: BudgetLineId;
  proposalId: string;
  at: string;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

/**
 * A ceiling that is set, raised or lowered.
 * @param count how often this line's ceiling has been set, this time included
 */
export function ceilingEntry(
  line: BudgetLineId,
  { from, to, count, at }: { from: Rupiah; to: Rupiah; count: number; at: string },
): LedgerEntry {
  return {
    id: `ceiling:${String(count).padStart(4, '0')}`,
    at,
    step: 'ceiling',
    line,
    ...(to > from
      ? { from: 'appropriation', to: 'available', amount: minusRupiah(to, from) }
      : { from: 'available', to: 'appropriation', amount: minusRupiah(from, to) }),
  };
}

/** An award binds its amount. */
export function awardEntry(of: OfProposal, amount: Rupiah): LedgerEntry {
  return { ...of, id: 'award', step: 'award', from: 'available', to: 'committed', amount };
}

/** An SPM takes a tranche out of the commitment. @param round counts from 1; more where one before was cancelled */
export function reserveEntry(of: OfProposal, { tranche, amount, round = 1 }: Reserved): LedgerEntry {
  return { ...of, ...ofRound('reserve', tranche, round), from: 'committed', to: 'reserved', amount };
}

/** Its SPP or SPM was cancelled before the SP2D: the tranche is in the commitment again. */
export function cancelEntry(of: OfProposal, { tranche, amount, round = 1 }: Reserved): LedgerEntry {
  return { ...of, ...ofRound('cancel', tranche, round), from: 'reserved', to: 'committed', amount };
}

/** The bank has settled a tranche. @param payment.round counts from 1; more where the same attempt had come back before */
export function settleEntry(of: OfProposal, payment: Payment): LedgerEntry {
  return { ...of, ...ofPayment('settle', payment), from: 'reserved', to: 'paid', amount: payment.amount };
}

/** Money that had settled came back: it is reserved again for another attempt. */
export function returnEntry(of: OfProposal, payment: Payment): LedgerEntry {
  return { ...of, ...ofPayment('return', payment), from: 'paid', to: 'reserved', amount: payment.amount };
}

/** A booking of a payment that was not to be, by its place among the payment's bookings, from 1. */
interface Suspended extends Payment {
  number: number;
  /** A debit beyond what was to be paid, or a credit of a part of it. */
  role: 'surplus' | 'part';
}

/** A booking comes into suspense: a debit from the bank, a part that came back from what was paid. */
export function suspenseEntry(of: OfProposal, booking: Suspended): LedgerEntry {
  const { role, amount } = booking;
  const from = role === 'surplus' ? 'bank' : 'paid';
  return { ...of, ...ofSuspense('suspense', booking), from, to: 'suspense', amount };
}

/**
 * It is in suspense no more. What left beyond what was to be paid is the bank's again; a part is free for others where it came back
 * for good, reserved again where it was all of it less a charge, and paid where it was not to come back.
 */
export function suspenseEndEntry(
  of: OfProposal,
  booking: Suspended,
  how: 'undone' | 'part-for-good' | 'whole-less-charge',
): LedgerEntry {
  const places = { undone: 'paid', 'part-for-good': 'available', 'whole-less-charge': 'reserved' } as const;
  const to = booking.role === 'surplus' ? 'bank' : places[how];
  return { ...of, ...ofSuspense('suspense-end', booking), from: 'suspense', to, amount: booking.amount };
}

/**
 * What came back lacks the bank's charge: that is spent, and as much of what is available makes up for it, so that the tranche can
 * be paid whole.
 *
 * @param charged `amount`: the charge; `from`: where the tranche's money lay
 */
export function chargeEntries(
  of: OfProposal,
  charged: Payment & { number: number; from: 'paid' | 'reserved' },
): LedgerEntry[] {
  const { amount, from } = charged;
  return [
    { ...of, ...ofSuspense('charge', charged), from, to: 'charges', amount },
    { ...of, ...ofSuspense('top-up', charged), from: 'available', to: 'reserved', amount },
  ];
}

/**
 * Money that a proposal held and will not be paid is free again: an entry for each account that it lies in.
 * @param why the tranche that stays unpaid, or the proposal's end
 */
export function releaseEntries(
  of: OfProposal,
  why: { tranche: number } | 'end',
  held: { committed: Rupiah; reserved: Rupiah },
): LedgerEntry[] {
  const id = why === 'end' ? 'release:end' : `release:${two(why.tranche)}`;
  return (['committed', 'reserved'] as const)
    .filter((from) => held[from] > 0)
    .map((from, index) => ({
      ...of,
      // The first is named alike wherever the money lies, so that nothing is released twice.
      id: index === 0 ? id : `${id}:${two(index + 1)}`,
      step: 'release',
      ...(why !== 'end' && why),
      ...{ from, to: 'available', amount: held[from] },
    }));
}

/**
 * A group has deposited money into kas negara.
 * @param deposit its number within the proposal; `tranche` where it was recalled from one
 */
export function depositEntry(
  of: OfProposal,
  { deposit, amount, ntpn, tranche }: { deposit: number; amount: Rupiah; ntpn: string; tranche?: number },
): LedgerEntry {
  return {
    ...of,
    id: `deposit:${two(deposit)}`,
    step: 'deposit',
    ...(tranche !== undefined && { tranche }),
    ntpn,
    from: 'paid',
    to: 'deposited',
    amount,
  };
}

interface Tranche {
  tranche: number;
  amount: Rupiah;
}
interface Reserved extends Tranche {
  round?: number;
}
interface Payment extends Tranche {
  attempt: number;
  endToEndId: string;
  round?: number;
}

function ofRound<Step extends 'reserve' | 'cancel'>(step: Step, tranche: number, round: number) {
  return {
    id: `${step}:${two(tranche)}${round === 1 ? '' : `:${two(round)}`}`,
    step,
    tranche,
  };
}

function ofPayment<Step extends 'settle' | 'return'>(
  step: Step,
  { tranche, attempt, endToEndId, round = 1 }: Payment,
) {
  const id = `${step}:${two(tranche)}:${two(attempt)}${round === 1 ? '' : `:${two(round)}`}`;
  return { id, step, tranche, endToEndId };
}

function ofSuspense<Step extends 'suspense' | 'suspense-end' | 'charge' | 'top-up'>(
  step: Step,
  { tranche, attempt, endToEndId, number }: Payment & { number: number },
) {
  return { id: `${step}:${two(tranche)}:${two(attempt)}:${two(number)}`, step, tranche, endToEndId };
}

type LinePart = 'ceiling' | 'bank' | BudgetPart;

/** What has become of a line's ceiling, and of what the bank let leave beyond it; the parts add up to both. */
export type LineBalances = Readonly<Record<LinePart, Rupiah>>;

export const emptyLine: LineBalances = {
  ceiling: zeroRupiah,
  available: zeroRupiah,
  committed: zeroRupiah,
  reserved: zeroRupiah,
  paid: zeroRupiah,
  deposited: zeroRupiah,
  charges: zeroRupiah,
  suspense: zeroRupiah,
  bank: zeroRupiah,
};

/** One side of an entry, as bookkeepers write it: the other amount is 0. */
interface EntrySide {
  account: LedgerAccount;
  debit: Rupiah;
  credit: Rupiah;
}

/** The two sides of an entry: the destination is debited, the source is credited. */
export function sidesOf({ from, to, amount }: Pick<LedgerEntry, 'from' | 'to' | 'amount'>): EntrySide[] {
  return [
    { account: to, debit: amount, credit: zeroRupiah },
    { account: from, debit: zeroRupiah, credit: amount },
  ];
}

/** Thrown when an entry takes more than lies in an account. */
export class AccountShort extends Error {
  override readonly name = 'AccountShort';
  constructor({ id, line, proposalId }: LedgerEntry, part: LinePart) {
    super(`${proposalId ?? showBudgetLine(line)} ${id}: more is taken from "${part}" than lies there`);
  }
}

const lineParts = ['ceiling', 'bank', ...budgetParts] as const;

/** What lies on a line while entries of one moment are read in any order, so that a part may be below nothing: whole rupiah. */
type Tally = Readonly<Record<LinePart, number>>;

/** By how much an entry changes each part of its line: whole rupiah. What stands in credit grows by what comes from it. */
export function changesOf({
  from,
  to,
  amount,
}: Pick<LedgerEntry, 'from' | 'to' | 'amount'>): [LinePart, number][] {
  return [
    from === 'appropriation' ? ['ceiling', amount] : [from, from === 'bank' ? amount : -amount],
    to === 'appropriation' ? ['ceiling', -amount] : [to, to === 'bank' ? -amount : amount],
  ];
}

function add(line: Tally, entry: LedgerEntry): Tally {
  const after = { ...line };
  for (const [part, change] of changesOf(entry)) after[part] += change;
  return after;
}

/**
 * The line after an entry. The store keeps the same rule as a condition of its write, and is compared with this one.
 *
 * @public
 * @throws {AccountShort}
 */
export function post(line: LineBalances, entry: LedgerEntry): LineBalances {
  const after = add(line, entry);
  const short = lineParts.find((part) => after[part] < 0);
  if (short !== undefined) throw new AccountShort(entry, short);
  return Object.fromEntries(lineParts.map((part) => [part, rupiah(after[part])])) as LineBalances;
}

/** A row of the trial balance: the sums of both sides of one account of one line. */
export interface AccountSums extends EntrySide {
  line: BudgetLineId;
}

/** The trial balance: every account's debits and credits, line by line, of entries up to a moment. @param asOf ISO 8601 */
export function trialBalance(entries: readonly LedgerEntry[], asOf?: string): AccountSums[] {
  const sums = new Map<string, AccountSums>();
  for (const entry of entries) {
    const { line, at } = entry;
    if (asOf !== undefined && at > asOf) continue;
    for (const { account, debit, credit } of sidesOf(entry)) {
      const key = `${showBudgetLine(line)} ${ledgerAccounts.indexOf(account)}`;
      const row = sums.get(key) ?? { line, account, debit: zeroRupiah, credit: zeroRupiah };
      sums.set(key, {
        ...row,
        debit: sumRupiah([row.debit, debit]),
        credit: sumRupiah([row.credit, credit]),
      });
    }
  }
  return [...sums].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
}

/** What a proposal says of its own money, to be compared with its entries. */
export interface ProposalMoney {
  id: string;
  awarded: Rupiah;
  /** By tranche number. */
  settled: ReadonlyMap<number, Rupiah>;
  /** What it has deposited into kas negara. */
  deposited: Rupiah;
  /** EndToEndIds of its payments of whose bookings in suspense each has its question, and that is open. */
  questioned?: ReadonlySet<string>;
}

/** Something that does not agree. */
export interface LedgerFinding {
  where: string;
  what: string;
}

/** Entries by the moment at which they took effect, in its order; which came first within a moment is not known. */
function byMoment(entries: readonly LedgerEntry[]): LedgerEntry[][] {
  const moments = new Map<string, LedgerEntry[]>();
  for (const entry of entries) moments.set(entry.at, [...(moments.get(entry.at) ?? []), entry]);
  return [...moments].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, group]) => group);
}

/** What the entries make of a proposal's money: whole rupiah, below 0 where a return is read before its settlement. */
interface EnteredMoney {
  awarded: number;
  settled: Map<number, number>;
  deposited: number;
}

/**
 * How long after its moment an entry is written at most: the moment is when a step was begun, and the step may be tried for
 * some minutes. So of two steps that ran at once the one that began first may have been written last, on room that the other
 * made.
 */
const writtenWithin = 15 * 60_000;

/**
 * Compares the ledger with itself, with its lines as they stand, and with the proposals: no
 * account below nothing for longer than steps that run at once explain (so reserved + paid ≤ ceiling), settled − returned ≤
 * awarded, deposited ≤ settled − returned, each line what its entries make it, each tranche settled and each deposit made as
 * its proposal says, nothing in suspense without an open question.
 * @returns everything that does not agree; nothing, when the ledger is sound
 */
export function verifyLedger(
  entries: readonly LedgerEntry[],
  lines: readonly (BudgetLineId & LineBalances)[],
  proposals: readonly ProposalMoney[],
): LedgerFinding[] {
  const findings: LedgerFinding[] = [];
  const say = (where: string, what: string) => findings.push({ where, what });
  const balances = new Map<string, Tally>();
  const money = new Map<string, EnteredMoney>();
  const below = new Map<string, { name: string; part: LinePart; since: string }>();
  for (const moment of byMoment(entries)) {
    for (const entry of moment) {
      const { line, proposalId } = entry;
      const name = showBudgetLine(line);
      balances.set(name, add(balances.get(name) ?? emptyLine, entry));
      if (proposalId !== undefined) money.set(proposalId, enter(money.get(proposalId), entry));
    }
    const at = moment[0]?.at ?? '';
    for (const name of new Set(moment.map(({ line }) => showBudgetLine(line))))
      for (const part of lineParts) {
        const key = `${name} ${part}`;
        const { since } = below.get(key) ?? {};
        if ((balances.get(name)?.[part] ?? 0) < 0) below.set(key, { name, part, since: since ?? at });
        else if (since !== undefined) {
          below.delete(key);
          if (Date.parse(at) - Date.parse(since) > writtenWithin)
            say(name, `"${part}" was below nothing from ${since} to ${at}`);
        }
      }
    for (const id of new Set(moment.flatMap(({ proposalId = [] }) => proposalId))) {
      const { awarded = 0, settled, deposited = 0 } = money.get(id) ?? {};
      if (sumOf(settled) > awarded) say(id, `${sumOf(settled)} was settled of ${awarded} awarded at ${at}`);
      if (deposited > sumOf(settled))
        say(id, `${deposited} was deposited of ${sumOf(settled)} settled at ${at}`);
    }
  }
  for (const { name, part, since } of below.values()) say(name, `"${part}" is below nothing since ${since}`);
  for (const line of lines) {
    const name = showBudgetLine(line);
    const made = balances.get(name) ?? emptyLine;
    balances.delete(name);
    for (const part of lineParts)
      if (made[part] !== line[part]) say(name, `"${part}" is ${line[part]}, its entries make ${made[part]}`);
  }
  for (const name of balances.keys()) say(name, 'has entries and is no line');
  for (const { id, awarded, settled, deposited } of proposals) {
    const own = money.get(id);
    money.delete(id);
    if ((own?.awarded ?? 0) !== awarded)
      say(id, `was awarded ${awarded}, its entries say ${own?.awarded ?? 0}`);
    if ((own?.deposited ?? 0) !== deposited)
      say(id, `has deposited ${deposited}, its entries say ${own?.deposited ?? 0}`);
    for (const tranche of new Set([...settled.keys(), ...(own?.settled.keys() ?? [])])) {
      const [stated, entered] = [settled.get(tranche) ?? 0, own?.settled.get(tranche) ?? 0];
      if (stated !== entered) say(id, `tranche ${tranche} has settled ${stated}, its entries say ${entered}`);
    }
  }
  const questioned = new Map(proposals.map((proposal) => [proposal.id, proposal.questioned]));
  for (const [endToEndId, { proposalId, amount }] of suspenseIn(entries))
    if (amount !== 0 && questioned.get(proposalId)?.has(endToEndId) !== true)
      say(proposalId, `${amount} of ${endToEndId} is in suspense, and no question is open about it`);
  for (const id of money.keys()) say(id, 'has entries and is no awarded proposal');
  return findings;
}

/** What lies in suspense of each payment, by its EndToEndId: whole rupiah. */
export function suspenseIn(
  entries: readonly LedgerEntry[],
): Map<string, { proposalId: string; amount: number }> {
  const suspense = new Map<string, { proposalId: string; amount: number }>();
  for (const { proposalId, endToEndId, from, to, amount } of entries) {
    const change = amount * (Number(to === 'suspense') - Number(from === 'suspense'));
    if (change === 0 || endToEndId === undefined || proposalId === undefined) continue;
    const known = suspense.get(endToEndId) ?? { proposalId, amount: 0 };
    suspense.set(endToEndId, { proposalId, amount: known.amount + change });
  }
  return suspense;
}

function enter(
  { awarded, settled, deposited }: EnteredMoney = { awarded: 0, settled: new Map(), deposited: 0 },
  { step, tranche, from, to, amount }: LedgerEntry,
): EnteredMoney {
  // What a group deposits it was paid before: that stays settled, and so does a part of which it is not known yet, or that came back.
  const undone = from === 'paid' && (step === 'return' || step === 'charge');
  const wholeLessCharge = step === 'suspense-end' && to === 'reserved';
  const paid = step === 'settle' ? amount : undone || wholeLessCharge ? -amount : 0;
  if (tranche !== undefined) settled.set(tranche, (settled.get(tranche) ?? 0) + paid);
  return {
    awarded: awarded + (step === 'award' ? amount : 0),
    settled,
    deposited: deposited + (to === 'deposited' ? amount : 0),
  };
}

function sumOf(amounts: ReadonlyMap<number, number> | undefined): number {
  return [...(amounts?.values() ?? [])].reduce((sum, amount) => sum + amount, 0);
}
