/**
 * The ledger: where the money of each budget line is, in double entry, append only.
 *
 * A line (programme, fiscal year, province) has six accounts. The appropriation is what the state granted, and stands in
 * credit; the five others say where it lies, and stand in debit: available, committed by an award, reserved by an SPM, paid,
 * deposited back into kas negara, where it cannot be awarded again.
 * So debits equal credits at every moment, and what a line has bound can never be more than its ceiling, because each
 * entry takes from an account what is there. An entry is written in the transaction of what it records and never changed;
 * its id follows from that, so that nothing is entered twice.
 */
import * as z from 'zod';
import { programmeIdSchema } from '../identifiers.ts';
import { type Rupiah, rupiahSchema, sumRupiah } from './rupiah.ts';

/** Where a line's money can be: free, awarded, on its way to the bank, with a group, or back with the treasury. */
export const budgetParts = ['available', 'committed', 'reserved', 'paid', 'deposited'] as const;
type BudgetPart = (typeof budgetParts)[number];

export const ledgerAccounts = ['appropriation', ...budgetParts] as const;
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

/** One side of an entry; the other amount is 0. */
const postingSchema = z
  .strictObject({ account: z.enum(ledgerAccounts), debit: rupiahSchema, credit: rupiahSchema })
  .refine(({ debit, credit }) => (debit === 0) !== (credit === 0), {
    message: 'a posting is a debit or a credit',
  });
type Posting = z.output<typeof postingSchema>;

/**
 * What an entry records: a ceiling set, an award (SK), a reservation (SPM), one that was cancelled with its SPM, a settlement,
 * money that the bank sent back after it, money that will not be paid and is free again, or money that a group deposited into
 * kas negara.
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
]);

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
    postings: z.array(postingSchema).min(2),
  })
  .refine(({ postings }) => isBalanced(postings), { message: 'debits and credits differ' });
export type LedgerEntry = z.output<typeof ledgerEntrySchema>;

function isBalanced(postings: readonly Posting[]): boolean {
  return sumRupiah(postings.map(({ debit }) => debit)) === sumRupiah(postings.map(({ credit }) => credit));
}

/** Postings that move an amount from one account to another. @param amount whole rupiah, more than 0 */
function moving(from: LedgerAccount, to: LedgerAccount, amount: number): Posting[] {
  return [
    { account: to, debit: rupiahSchema.parse(amount), credit: rupiahSchema.parse(0) },
    { account: from, debit: rupiahSchema.parse(0), credit: rupiahSchema.parse(amount) },
  ];
}

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
  { from, to, count, at }: { from: number; to: number; count: number; at: string },
): LedgerEntry {
  return {
    id: `ceiling:${String(count).padStart(4, '0')}`,
    at,
    step: 'ceiling',
    line,
    postings:
      to > from
        ? moving('appropriation', 'available', to - from)
        : moving('available', 'appropriation', from - to),
  };
}

/** An award binds its amount. */
export function awardEntry(of: OfProposal, amount: number): LedgerEntry {
  return {
    ...of,
    id: 'award',
    step: 'award',
    postings: moving('available', 'committed', amount),
  };
}

/** An SPM takes a tranche out of the commitment. @param round counts from 1; more where one before was cancelled */
export function reserveEntry(of: OfProposal, { tranche, amount, round = 1 }: Reserved): LedgerEntry {
  return {
    ...of,
    ...ofRound('reserve', tranche, round),
    postings: moving('committed', 'reserved', amount),
  };
}

/** Its SPP or SPM was cancelled before the SP2D: the tranche is in the commitment again. */
export function cancelEntry(of: OfProposal, { tranche, amount, round = 1 }: Reserved): LedgerEntry {
  return {
    ...of,
    ...ofRound('cancel', tranche, round),
    postings: moving('reserved', 'committed', amount),
  };
}

/** The bank has settled a tranche. */
export function settleEntry(of: OfProposal, payment: Payment): LedgerEntry {
  return {
    ...of,
    ...ofPayment('settle', payment),
    postings: moving('reserved', 'paid', payment.amount),
  };
}

/** Money that had settled came back: it is reserved again for another attempt. */
export function returnEntry(of: OfProposal, payment: Payment): LedgerEntry {
  return {
    ...of,
    ...ofPayment('return', payment),
    postings: moving('paid', 'reserved', payment.amount),
  };
}

/**
 * Money that a proposal held and will not be paid is free again.
 * @param why the tranche that stays unpaid, or the proposal's end
 * @param held whole rupiah, together more than 0
 */
export function releaseEntry(
  of: OfProposal,
  why: { tranche: number } | 'end',
  held: { committed: number; reserved: number },
): LedgerEntry {
  return {
    ...of,
    id: why === 'end' ? 'release:end' : `release:${two(why.tranche)}`,
    step: 'release',
    ...(why !== 'end' && why),
    postings: (['committed', 'reserved'] as const).flatMap((part) =>
      held[part] > 0 ? moving(part, 'available', held[part]) : [],
    ),
  };
}

/**
 * A group has deposited money into kas negara.
 * @param deposit its number within the proposal; `tranche` where it was recalled from one
 */
export function depositEntry(
  of: OfProposal,
  { deposit, amount, ntpn, tranche }: { deposit: number; amount: number; ntpn: string; tranche?: number },
): LedgerEntry {
  return {
    ...of,
    id: `deposit:${two(deposit)}`,
    step: 'deposit',
    ...(tranche !== undefined && { tranche }),
    ntpn,
    postings: moving('paid', 'deposited', amount),
  };
}

interface Tranche {
  tranche: number;
  amount: number;
}
interface Reserved extends Tranche {
  round?: number;
}
interface Payment extends Tranche {
  attempt: number;
  endToEndId: string;
}

function ofRound<Step extends 'reserve' | 'cancel'>(step: Step, tranche: number, round: number) {
  return {
    id: `${step}:${two(tranche)}${round === 1 ? '' : `:${two(round)}`}`,
    step,
    tranche,
  };
}

function ofPayment<Step extends 'settle' | 'return'>(step: Step, { tranche, attempt, endToEndId }: Payment) {
  return { id: `${step}:${two(tranche)}:${two(attempt)}`, step, tranche, endToEndId };
}

/** What has become of a line's ceiling; the parts add up to it. */
export type LineBalances = Readonly<Record<'ceiling' | BudgetPart, number>>;

export const emptyLine: LineBalances = {
  ceiling: 0,
  available: 0,
  committed: 0,
  reserved: 0,
  paid: 0,
  deposited: 0,
};

/** By how much an entry changes the ceiling and the parts of its line: whole rupiah, negative where it takes away. */
export function changesOf({ postings }: Pick<LedgerEntry, 'postings'>): LineBalances {
  const changes = { ...emptyLine } as Record<keyof LineBalances, number>;
  for (const { account, debit, credit } of postings) {
    if (account === 'appropriation') changes.ceiling += credit - debit;
    else changes[account] += debit - credit;
  }
  return changes;
}

/** Thrown when an entry takes more than lies in an account. */
export class AccountShort extends Error {
  override readonly name = 'AccountShort';
  constructor({ id, line, proposalId }: LedgerEntry, part: keyof LineBalances) {
    super(`${proposalId ?? showBudgetLine(line)} ${id}: more is taken from "${part}" than lies there`);
  }
}

const lineParts = ['ceiling', ...budgetParts] as const;

function add(line: LineBalances, entry: LedgerEntry): LineBalances {
  const changes = changesOf(entry);
  const after = { ...line } as Record<keyof LineBalances, number>;
  for (const part of lineParts) after[part] += changes[part];
  return after;
}

/** The line after an entry. @throws {AccountShort} */
export function post(line: LineBalances, entry: LedgerEntry): LineBalances {
  const after = add(line, entry);
  const short = lineParts.find((part) => after[part] < 0);
  if (short !== undefined) throw new AccountShort(entry, short);
  return after;
}

/** A row of the trial balance: the sums of one account of one line. */
export interface AccountSums {
  line: BudgetLineId;
  account: LedgerAccount;
  debit: Rupiah;
  credit: Rupiah;
}

/** The trial balance: every account's debits and credits, line by line, of entries up to a moment. @param asOf ISO 8601 */
export function trialBalance(entries: readonly LedgerEntry[], asOf?: string): AccountSums[] {
  const sums = new Map<string, AccountSums>();
  for (const { line, at, postings } of entries) {
    if (asOf !== undefined && at > asOf) continue;
    for (const { account, debit, credit } of postings) {
      const key = `${showBudgetLine(line)} ${ledgerAccounts.indexOf(account)}`;
      const row = sums.get(key) ?? { line, account, debit: sumRupiah([]), credit: sumRupiah([]) };
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
  awarded: number;
  /** By tranche number. */
  settled: ReadonlyMap<number, number>;
  /** What it has deposited into kas negara. */
  deposited: number;
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

/** What the entries make of a proposal's money. */
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
 * Compares the ledger with itself, with its lines as they stand, and with the proposals: every entry in balance, no
 * account below nothing for longer than steps that run at once explain (so reserved + paid ≤ ceiling), settled − returned ≤
 * awarded, deposited ≤ settled − returned, each line what its entries make it, each tranche settled and each deposit made as
 * its proposal says.
 * @returns everything that does not agree; nothing, when the ledger is sound
 */
export function verifyLedger(
  entries: readonly LedgerEntry[],
  lines: readonly (BudgetLineId & LineBalances)[],
  proposals: readonly ProposalMoney[],
): LedgerFinding[] {
  const findings: LedgerFinding[] = [];
  const say = (where: string, what: string) => findings.push({ where, what });
  const balances = new Map<string, LineBalances>();
  const money = new Map<string, EnteredMoney>();
  const below = new Map<string, { name: string; part: keyof LineBalances; since: string }>();
  for (const moment of byMoment(entries)) {
    for (const entry of moment) {
      const { id, line, postings, proposalId } = entry;
      const name = showBudgetLine(line);
      if (!isBalanced(postings)) say(`${proposalId ?? name} ${id}`, 'debits and credits differ');
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
      const [said, entered] = [settled.get(tranche) ?? 0, own?.settled.get(tranche) ?? 0];
      if (said !== entered) say(id, `tranche ${tranche} has settled ${said}, its entries say ${entered}`);
    }
  }
  for (const id of money.keys()) say(id, 'has entries and is no awarded proposal');
  return findings;
}

function enter(
  { awarded, settled, deposited }: EnteredMoney = { awarded: 0, settled: new Map(), deposited: 0 },
  entry: LedgerEntry,
): EnteredMoney {
  const changes = changesOf(entry);
  // What a group deposits it was paid before: that stays settled.
  if (entry.tranche !== undefined)
    settled.set(entry.tranche, (settled.get(entry.tranche) ?? 0) + changes.paid + changes.deposited);
  return {
    awarded: awarded + (entry.step === 'award' ? changes.committed : 0),
    settled,
    deposited: deposited + changes.deposited,
  };
}

function sumOf(amounts: ReadonlyMap<number, number> | undefined): number {
  return [...(amounts?.values() ?? [])].reduce((sum, amount) => sum + amount, 0);
}
