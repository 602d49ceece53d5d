/**
 * How instructions reach the bank: the format of the file, and what bank and customer have agreed about it.
 *
 * What stands here differs from bank to bank and is not a rule of ours, so it belongs to the paying office. A payment
 * keeps the rail that it was planned for: the bytes of a run's file follow from its payments alone.
 */
import * as z from 'zod';
import { type Problem, problem } from '../text/problem.ts';
import { bankServiceSchema } from './bank-service.ts';
import { bankName, bankNames, fitsBank } from './banks.ts';
import { bulkLayoutSchema, layoutAccountProblems } from './bulk-layout.ts';

/** An identification as banks give it. Letters and digits only: it also names files. */
const agreedId = z.string().regex(/^[A-Za-z0-9]{1,35}$/);

/** ISO 20022 leaves a choice between its external code list and the bank's own word. */
function codeOrProprietary(codeLength: number) {
  return z.union([
    z.strictObject({ code: z.string().regex(new RegExp(`^[A-Z0-9]{1,${codeLength}}$`)) }),
    z.strictObject({ proprietary: z.string().regex(/^[A-Za-z0-9-]{1,35}$/) }),
  ]);
}

/** How a transaction says which service carries it: the elements of `PmtTpInf`, as the bank wants them. */
const serviceMarkSchema = z
  .strictObject({
    priority: z.enum(['HIGH', 'NORM']).optional(),
    serviceLevel: codeOrProprietary(4).optional(),
    localInstrument: codeOrProprietary(35).optional(),
  })
  .refine((mark) => Object.keys(mark).length > 0, { message: 'a service must be marked by something' });

/** ISO 20022 `pain.001` (customer credit transfer initiation), as agreed with a bank. */
export const pain001RailSchema = z.strictObject({
  format: z.literal('pain.001'),
  version: z.enum(['001.001.09', '001.001.03']),
  /** Who sends the file: its name, and the id under which the bank knows it. */
  initiatingParty: z.strictObject({ name: z.string().min(1).max(140), id: agreedId }),
  /** What the bank calls the scheme of the member ids (`ClrSysId`); many banks want none. */
  clearingSystem: codeOrProprietary(5).optional(),
  /**
   * Clearing member ids (`MmbId`) of this agreement, by Bank Indonesia's three-digit code. A bank that is not named
   * here has that code itself as its member id, if it is a bank that we know.
   */
  memberIds: z.record(z.string().regex(/^\d{3}$/), agreedId).default({}),
  services: z.record(bankServiceSchema, serviceMarkSchema),
});
export type Pain001Rail = z.output<typeof pain001RailSchema>;

/**
 * The treasury itself (LS): the SP2D moves the money, and no file goes to a bank. What became of each SP2D is read from
 * the treasury's lists, or recorded by hand.
 */
const treasuryRailSchema = z.strictObject({
  format: z.literal('treasury'),
  /** The work unit (satuan kerja) that the SP2Ds are issued to, by its six digits: lists of others are not ours. */
  satker: z.string().regex(/^\d{6}$/),
});
export type TreasuryRail = z.output<typeof treasuryRailSchema>;

/**
 * A rail that instructs a bank by a file: `bulk-text` alone needs no agreement and has a layout of ours; a bank's own layout
 * (`bulk-layout.ts`) and `pain.001` stand with what was agreed.
 */
const fileRailSchema = z.union([z.literal('bulk-text'), bulkLayoutSchema, pain001RailSchema]);
export type FileRail = z.output<typeof fileRailSchema>;

/** How money leaves: by a file to a bank, or by the treasury's own SP2D. */
export const railSchema = z.union([fileRailSchema, treasuryRailSchema]);
export type Rail = z.output<typeof railSchema>;

/** Whether the SP2D itself moves the money. */
export function isTreasury(rail: Rail): rail is TreasuryRail {
  return rail !== 'bulk-text' && rail.format === 'treasury';
}

/**
 * What a file of this rail is called: everything that all payments of one file must have in common, besides the
 * account that is debited.
 */
export function railName(rail: FileRail): string {
  if (rail === 'bulk-text') return rail;
  if (rail.format === 'bulk-text') return `bulk-text-${rail.id}`;
  return `pain.${rail.version}-${rail.initiatingParty.id}`;
}

/** The bank's id among the members of the clearing, or undefined where neither the agreement nor we know the bank. */
export function clearingMemberId({ memberIds }: Pain001Rail, bankCode: string): string | undefined {
  return memberIds[bankCode] ?? (bankNames.has(bankCode) ? bankCode : undefined);
}

/** An account as it was given, as far as it could be read. */
interface GivenAccount {
  bankCode?: string | undefined;
  number?: string | undefined;
  holder?: string | undefined;
}

/**
 * What is wrong with an account that a group gives: a bank that does not exist, or that has no account of such a number, and what
 * the rail cannot carry. It is known before anyone works on a proposal, and before a corrected account is taken.
 *
 * @param where names the account's fields, `/account/` in a packet, nothing in a form
 */
export function givenAccountProblems(rail: Rail, account: GivenAccount, where = ''): Problem[] {
  const carried = accountProblems(rail, account, where);
  return [
    ...bankProblems(rail, account, where),
    // No bank of ours is out of the clearing, so that it would be said twice.
    ...carried.filter(({ code }) => code !== 'bank-not-in-clearing'),
  ];
}

/** A paying office may know banks that we do not. */
function bankProblems(rail: Rail, { bankCode, number }: GivenAccount, where: string): Problem[] {
  if (bankCode === undefined) return [];
  const agreed = rail !== 'bulk-text' && rail.format === 'pain.001' && rail.memberIds[bankCode] !== undefined;
  const known = agreed || bankNames.has(bankCode);
  const { fits, digits } = fitsBank(bankCode, number ?? '');
  const length = { bank: bankName(bankCode), digits, found: number?.length ?? 0 };
  return [
    ...(known ? [] : [problem('bank-unknown', `${where}bankCode`, { bankCode })]),
    ...(number === undefined || fits ? [] : [problem('account-length', `${where}number`, length)]),
  ];
}

/** Why the rail cannot carry a payment into the account. `where` as for `givenAccountProblems`. */
export function accountProblems(rail: Rail, account: GivenAccount, where = ''): Problem[] {
  if (rail === 'bulk-text' || rail.format === 'treasury') return [];
  if (rail.format === 'bulk-text') return layoutAccountProblems(rail, account, where);
  const { bankCode, holder } = account;
  const problems: Problem[] = [];
  if (bankCode !== undefined && clearingMemberId(rail, bankCode) === undefined)
    problems.push(problem('bank-not-in-clearing', `${where}bankCode`, { bankCode }));
  if (holder !== undefined && !/[\p{L}\p{N}]/u.test(holder))
    problems.push(problem('name-not-writable', `${where}holder`));
  return problems;
}

/** When a payment of an office counts as settled. */
export const settlementSchema = z.strictObject({
  /** By what is booked on the account; or, where the bank sends no statements, also by what it reports. */
  settledBy: z.enum(['booking', 'report']).default('booking'),
  /** Working days within which the bank books what it reports as done; what takes longer becomes a question. */
  bookedWithinWorkingDays: z.int().min(1).max(30).default(3),
});
