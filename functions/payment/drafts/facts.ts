/** What the papers of one tranche are made from, gathered in one place. */

import type { DocumentRequirement } from '#domain/asks/documents.ts';
import { bankNames } from '#domain/money/banks.ts';
import { isTreasury } from '#domain/money/rail.ts';
import { formatRupiah, type Rupiah, rupiah, sumRupiah } from '#domain/money/rupiah.ts';
import { trancheRule } from '#domain/money/tranche.ts';
import { type BudgetIdentity, budgetIdentity } from '#domain/papers/budget-identity.ts';
import { type DraftKind, draftNumber, roman } from '#domain/papers/drafts.ts';
import type { RulePack } from '#domain/programme.ts';
import type { Content } from '#domain/proposal/content.ts';
import type { AwardedProposal } from '#domain/proposal/proposal.ts';
import type { Tranche } from '#domain/proposal/tranche.ts';
import { writtenDate } from '#domain/text/bilingual.ts';
import { terbilang, terbilangRupiah } from '#domain/text/terbilang.ts';
import { spendingUnits } from '#programmes/spending-units.ts';

export interface PaperFacts {
  /** The day that the papers bear (ISO date, Jakarta). */
  date: string;
  /** The payment attempt whose account they name, from 1; more where the bank refused the account of the one before. */
  attempt: number;
  programme: string;
  component: RulePack['component'];
  legalBasis: RulePack['legalBasis'];
  content: Content;
  award: AwardedProposal['award'];
  tranches: readonly Tranche[];
  tranche: Tranche;
  /** How the decree calls the tranche: `Tahap I`. */
  trancheName: string;
  documents: readonly DocumentRequirement[];
  leader: string;
  /** The regency, as it is written for the place of a signature: `Kabupaten Gunungkidul`. */
  place: string;
  province: string;
  /** The spending unit and its budget; undefined where the settings do not have the programme. */
  budget: BudgetIdentity | undefined;
  /** The office's account and rail that the money leaves by. */
  payer: Pick<RulePack['payment'], 'debitAccount' | 'rail'>;
  /** Names from the directory; undefined where the ladder has no such office. */
  ppk: string | undefined;
  kpa: string | undefined;
}

/** Facts of a tranche. @param names names of those who approved, by role; and of the regions */
export function draftFacts(
  { content, award, tranches }: Pick<AwardedProposal, 'award' | 'content' | 'tranches'>,
  pack: RulePack,
  tranche: Tranche,
  names: Pick<PaperFacts, 'date' | 'attempt' | 'place' | 'province' | 'ppk' | 'kpa'>,
): PaperFacts {
  const rule = trancheRule(pack, tranche.number);
  return {
    ...names,
    programme: pack.name.id,
    component: pack.component,
    legalBasis: pack.legalBasis,
    content,
    award,
    tranches,
    tranche,
    budget: budgetIdentity(spendingUnits, award.budgetLine),
    payer: pack.payment,
    trancheName: rule.name.id,
    documents: rule.documents,
    leader:
      content.members.find(({ number }) => number === content.group.leader)?.name ?? content.contact.name,
  };
}

export function numberOf({ award, tranche, attempt }: PaperFacts, kind: DraftKind): string {
  return draftNumber(award, kind, tranche.number, attempt);
}

/** The day of a paper of the award: the award's, or of its change. */
export function dayOf({ attempt, date }: PaperFacts, ofAward: { date: string }): string {
  return attempt === 1 ? ofAward.date : date;
}

/** `Rp28.000.000 (dua puluh delapan juta rupiah)` */
export function inFull(amount: Rupiah): string {
  return `${formatRupiah(amount)} (${terbilangRupiah(amount)})`;
}

/** `3 Agustus 2020` */
export function inWriting(date: string): string {
  return writtenDate(date).id;
}

const weekday = new Intl.DateTimeFormat('id-ID', { weekday: 'long', timeZone: 'UTC' });
const month = new Intl.DateTimeFormat('id-ID', { month: 'long', timeZone: 'UTC' });

/** A day as records begin with it: `Senin tanggal tiga bulan Agustus tahun dua ribu dua puluh (3 Agustus 2020)`. */
export function dateInWords(date: string): string {
  const day = new Date(`${date}T00:00:00Z`);
  const say = (number: number) => terbilang(rupiah(number));
  return `${weekday.format(day)} tanggal ${say(day.getUTCDate())} bulan ${month.format(day)} tahun ${say(day.getUTCFullYear())} (${inWriting(date)})`;
}

/** `Tahap I (70%)`; `sekaligus` where there is one payment only. */
export function trancheText({ tranche, tranches }: Pick<PaperFacts, 'tranche' | 'tranches'>): string {
  return tranches.length === 1 ? 'sekaligus (100%)' : `Tahap ${roman(tranche.number)} (${tranche.percent}%)`;
}

/** What the tranches before this one pay, whether or not the bank has settled them. */
export function paidBefore({ tranche, tranches }: Pick<PaperFacts, 'tranche' | 'tranches'>): Rupiah {
  return sumRupiah(tranches.filter(({ number }) => number < tranche.number).map(({ amount }) => amount));
}

/** Of the tranches before this one those whose money came, and when. */
export function receivedBefore({
  tranche,
  tranches,
}: Pick<PaperFacts, 'tranche' | 'tranches'>): { tranche: Tranche; on: string | undefined }[] {
  return tranches
    .filter(({ number, status }) => number < tranche.number && status === 'settled')
    .map((each) => ({ tranche: each, on: each.valueDate }));
}

/** The account as the payer must see it: whole. */
export function accountText({ content: { account } }: PaperFacts): string {
  return `nomor ${account.number} pada ${bankText(account.bankCode)} atas nama ${account.holder}`;
}

/** `Bank Negara Indonesia (kode 009)` */
export function bankText(code: string): string {
  const name = bankNames.get(code);
  return name === undefined ? `bank dengan kode ${code}` : `${name} (kode ${code})`;
}

/**
 * The kind of payment that the SPP asks for: straight to the recipient (LS), or to the office's own account (RPL), from
 * which its bank pays the recipients.
 */
export function paymentKind({ payer: { rail, debitAccount } }: Pick<PaperFacts, 'payer'>): string {
  if (isTreasury(rail)) return 'Langsung (LS) ke rekening penerima bantuan';
  const { number, bankCode, holder } = debitAccount;
  return `Melalui Rekening Penampungan Lainnya (RPL) nomor ${number} pada ${bankText(bankCode)} atas nama ${holder}, yang membayar ke rekening penerima bantuan`;
}

/** `Peraturan Menteri Keuangan Nomor 168/PMK.05/2015 tentang …`; texts without a number stay unnamed. */
export function basisTexts({ legalBasis }: PaperFacts): string[] {
  return legalBasis
    .filter(({ number }) => number !== null)
    .map(({ title, number, about }) => `${title} Nomor ${number} tentang ${about}`);
}
