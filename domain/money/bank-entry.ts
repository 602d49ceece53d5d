/**
 * What a bank says about our account and our instructions, whichever format it says it in.
 *
 * Two things, never mixed. An *entry* is what was booked on our account (or is going to be): it moves the balance, and it is
 * the truth about money. A *status* is what the bank says about an instruction of ours: a hint, which moves no money. Entries
 * come in statements, notifications and lists; statuses in reports.
 *
 * Readers give both as the file has them, one after the other, and keep neither; what they mean for a payment is decided elsewhere.
 */
import type { Problem } from '../text/problem.ts';
import type { ReasonAbout, StatusMeaning } from './bank-codes.ts';
import type { Sen } from './sen.ts';

/** Whether money left our account or came in. A reversal is on the side on which it moved the balance. */
type EntrySide = 'debit' | 'credit';

/**
 * Whose reference it is. Banks give one transfer several, and another channel gives it others: an entry is known by all of
 * them together with amount, side and days, never by one alone.
 */
export type ReferenceKind =
  /** The bank's, of the entry: `NtryRef`. */
  | 'entry'
  /** The bank's, of the booking: `AcctSvcrRef` of the entry, what follows `//` in `:61:`. */
  | 'servicer'
  /** The bank's, of one transfer in the entry: `AcctSvcrRef` of a detail. */
  | 'detail-servicer'
  /** Ours for the bank, as `:61:` has it. */
  | 'owner'
  | 'end-to-end'
  | 'instruction'
  | 'message'
  | 'payment-information'
  | 'transaction'
  | 'uetr'
  | 'clearing'
  | 'mandate'
  | 'cheque'
  | 'proprietary'
  /** The number of the SP2D, in the treasury's list. */
  | 'sp2d';

export interface BankReference {
  kind: ReferenceKind;
  value: string;
}

/** A reason in the bank's words: a code of ISO 20022, one of the bank's own, a text, or several of them. */
export interface BankReason {
  /** Of the external code list. */
  code?: string;
  /** The bank's own. */
  proprietary?: string;
  /** What the bank adds in words (`AddtlInf`): with `NARR` it is all that there is. */
  text?: string;
  /** What the reason is about, by the code list; `unknown` for what is not in it. */
  about: ReasonAbout;
}

/** That the money is one of a payment that came back. */
export interface ReturnInformation {
  reasons: BankReason[];
  /** The reference of the payment that came back, where it is given apart from the transfer's own. */
  original?: string;
}

/** One transfer of an entry. */
export interface TransferDetail {
  /**
   * The EndToEndIds that it bears: one as a rule, none, or several that differ, of which none may be believed (a name can
   * hold a word such as `/EREF/`).
   */
  endToEndIds: string[];
  /**
   * What of the entry's amount it moved, its charges included; undefined where the bank does not say. A single detail moved what
   * the entry did, whatever it says itself.
   */
  booked?: Sen;
  /** The fees in `booked`: beyond what the payee got of a debit, kept from what came back of a credit. */
  charges: Sen;
  /** What the bank says that was instructed (`InstdAmt`) or transferred (`TxAmt`): for show. */
  instructed?: Sen;
  references: BankReference[];
  returned?: ReturnInformation;
  counterparty?: { name?: string; account?: string; bank?: string };
  text: string;
}

/** What one statement, notification or list is called. */
export interface StatementSource {
  /** A statement holds every booking once; a notification or list announces some of them, also repeatedly. */
  kind: 'statement' | 'notification' | 'list';
  format: string;
  /** Its id: `Id`, `:20:`. */
  id?: string;
  /** Its number: `LglSeqNb` or `ElctrncSeqNb`, the first of `:28C:`. */
  number?: string;
  /** Where it is divided into pages, which of them this file begins with. Pages that follow each other in one file are one. */
  page?: number;
  /** When it was made, and the message it came in. */
  createdOn?: string;
  messageId?: string;
}

/** One entry on our account. */
export interface StatementEntry {
  /** The number of the account, as the paying office has it. */
  account: string;
  status: 'booked' | 'pending';
  side: EntrySide;
  /** Whether it takes back an earlier booking (`RvslInd`, `RC`, `RD`). A reversed credit is a debit. */
  reversal: boolean;
  /** What moved the balance, whatever the details say. */
  amount: Sen;
  /** `yyyy-mm-dd`: when it was booked, and from when it counts. A booked entry has one of them at least. */
  bookingDay?: string;
  valueDay?: string;
  /** Its own; those of its transfers stand with them. */
  references: BankReference[];
  /** What of its amount are fees besides its transfers, where the bank says so (`Chrgs`). */
  charges: Sen;
  /** The bank's word for the kind: `BkTxCd`, the type of `:61:`. */
  transactionCode?: string;
  /** None where the bank gives none: then the entry itself is the transfer. */
  details: TransferDetail[];
  /** How many transfers it holds according to the bank, where it says so. */
  transfers?: number;
  /** Words on the entry as a whole. */
  text: string;
  /**
   * Which one of its equals it is, from 1: entries of one account and day that are alike in everything that tells bookings
   * apart. Part of its identity, see `entryIdentity`.
   */
  ordinal: number;
  /** Why a person has to look at it before it is believed. */
  doubts: Problem[];
}

/** A balance, in sen; below 0 where the account is overdrawn. */
export interface Balance {
  sen: number;
  day?: string;
}

/** One statement, notification or list about one of our accounts; pages of a statement that came in one file are one. */
export interface Statement {
  account: string;
  source: StatementSource;
  /** Opening + booked entries = closing: checked where both are given. */
  opening?: Balance;
  closing?: Balance;
  /** Only where the reader was asked to keep them: a hundred thousand of them are much. */
  entries?: StatementEntry[];
}

/** Of what a status was said: one payment, all payments of a part, or all of a message. */
export type StatusLevel = 'transaction' | 'payment' | 'message';

/** What the bank says about an instruction, or a group of them. */
export interface InstructionStatus {
  level: StatusLevel;
  /** The code as the bank wrote it, what it means, and at which level it was said: a payment without its own has its part's. */
  code: string;
  means: StatusMeaning;
  statedLevel: StatusLevel;
  reasons: BankReason[];
  /** Our ids, as the bank repeats them. */
  original: { messageId?: string; paymentId?: string; instructionId?: string; endToEndIds: string[] };
  /** The report's own id, and who sent it, as far as it says. */
  report: { messageId?: string; sender?: string };
  /** The debit account that it names. */
  account?: string;
  /** What was instructed. */
  amount?: Sen;
  references: BankReference[];
  /** `yyyy-mm-dd`: of what it says, or else of the report. */
  day?: string;
  /** Of a level above single payments: whether nothing beneath it says otherwise. */
  unanimous: boolean;
  /** Why a person has to look at it before it is believed. */
  doubts: Problem[];
}

/** What was not read as ours, and was kept in the file: what it is, where, and how often. */
export interface Kept {
  what: Problem;
  times: number;
}
