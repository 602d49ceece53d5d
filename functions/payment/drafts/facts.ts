/** What the papers of one tranche are made from, gathered in one place. */

import type { DocumentRequirement } from '#domain/documents.ts';
import { type DraftKind, draftNumber, roman } from '#domain/drafts.ts';
import type { RulePack } from '#domain/programme.ts';
import type { AwardedProposal, Content, Tranche } from '#domain/proposal.ts';
import { formatRupiah, type Rupiah, rupiah, sumRupiah } from '#domain/rupiah.ts';
import { terbilang, terbilangRupiah } from '#domain/terbilang.ts';
import { trancheRule } from '#domain/tranche.ts';
import { writtenDate } from '#functions/people/words.ts';

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
  /** Names from the directory; undefined where the ladder has no such office. */
  ppk: string | undefined;
  kpa: string | undefined;
}

/** Facts of a tranche. @param names names of those who approved, by role; and of the regions */
export const factsOf = (
  { content, award, tranches }: Pick<AwardedProposal, 'award' | 'content' | 'tranches'>,
  pack: RulePack,
  tranche: Tranche,
  names: Pick<PaperFacts, 'date' | 'attempt' | 'place' | 'province' | 'ppk' | 'kpa'>,
): PaperFacts => {
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
    trancheName: rule.name.id,
    documents: rule.documents,
    leader:
      content.members.find(({ number }) => number === content.group.leader)?.name ?? content.contact.name,
  };
};

export const numberOf = ({ award, tranche, attempt }: PaperFacts, kind: DraftKind): string =>
  draftNumber(award, kind, tranche.number, attempt);

/** The day of a paper of the award: the award's, or of its change. */
export const dayOf = ({ attempt, date }: PaperFacts, ofAward: { date: string }): string =>
  attempt === 1 ? ofAward.date : date;

/** `Rp28.000.000 (dua puluh delapan juta rupiah)` */
export const inFull = (amount: Rupiah): string => `${formatRupiah(amount)} (${terbilangRupiah(amount)})`;

/** `3 Agustus 2020` */
export const inWriting = (date: string): string => writtenDate(date).id;

const weekday = new Intl.DateTimeFormat('id-ID', { weekday: 'long', timeZone: 'UTC' });
const month = new Intl.DateTimeFormat('id-ID', { month: 'long', timeZone: 'UTC' });

/** A day as records begin with it: `Senin tanggal tiga bulan Agustus tahun dua ribu dua puluh (3 Agustus 2020)`. */
export const inWords = (date: string): string => {
  const day = new Date(`${date}T00:00:00Z`);
  const say = (number: number) => terbilang(rupiah(number));
  return `${weekday.format(day)} tanggal ${say(day.getUTCDate())} bulan ${month.format(day)} tahun ${say(day.getUTCFullYear())} (${inWriting(date)})`;
};

/** `Tahap I (70%)`; `sekaligus` where there is one payment only. */
export const trancheText = ({ tranche, tranches }: Pick<PaperFacts, 'tranche' | 'tranches'>): string =>
  tranches.length === 1 ? 'sekaligus (100%)' : `Tahap ${roman(tranche.number)} (${tranche.percent}%)`;

/** What the tranches before this one pay, whether or not the bank has settled them. */
export const paidBefore = ({ tranche, tranches }: Pick<PaperFacts, 'tranche' | 'tranches'>): Rupiah =>
  sumRupiah(tranches.filter(({ number }) => number < tranche.number).map(({ amount }) => amount));

/** The account as whoever pays to it must see it: whole. */
export const accountText = ({ content: { account } }: PaperFacts): string =>
  `${account.number}, bank dengan kode ${account.bankCode}, atas nama ${account.holder}`;

/** `Peraturan Menteri Keuangan Nomor 168/PMK.05/2015 tentang …`; texts without a number stay unnamed. */
export const basisTexts = ({ legalBasis }: PaperFacts): string[] =>
  legalBasis
    .filter(({ number }) => number !== null)
    .map(({ title, number, about }) => `${title} Nomor ${number} tentang ${about}`);
