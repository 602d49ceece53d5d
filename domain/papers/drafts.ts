/**
 * The papers that are drafted for people to print and sign: which there are, which a tranche calls for, their numbers.
 *
 * What a paper says is in `functions/payment/drafts/`; what a paper that was signed and handed in must be is in
 * `documents.ts`.
 */

import * as z from 'zod';
import type { DocumentType } from '../asks/documents.ts';
import type { DraftSigner } from '../asks/kind.ts';
import { trancheRule } from '../money/tranche.ts';
import type { RulePack } from '../programme.ts';
import type { Bilingual } from '../text/language.ts';

/** Every paper that can be drafted, in the order in which they are shown. Statutory names stay as they are. */
export const draftNames = {
  pks: { id: 'Perjanjian Kerja Sama (PKS)', en: 'Cooperation agreement (PKS)' },
  sk: { id: 'Surat Keputusan (SK) penetapan penerima', en: 'Decree that names the recipient (SK)' },
  'sk-attachment': {
    id: 'Lampiran Surat Keputusan (SK) penetapan penerima',
    en: 'Attachment to the decree that names the recipient (SK)',
  },
  sptjm: {
    id: 'Surat Pernyataan Tanggung Jawab Mutlak (SPTJM)',
    en: 'Statement of absolute responsibility (SPTJM)',
  },
  sptjb: {
    id: 'Surat Pernyataan Tanggung Jawab Belanja (SPTJB)',
    en: 'Statement of responsibility for spending (SPTJB)',
  },
  ruk: { id: 'Rencana Usaha Kelompok (RUK)', en: "The group's business plan (RUK)" },
  kuitansi: { id: 'Kuitansi', en: 'Receipt (kuitansi)' },
  bast: { id: 'Berita Acara Serah Terima (BAST)', en: 'Record of handover (BAST)' },
  bap: { id: 'Berita Acara Pembayaran (BAP)', en: 'Record of payment (BAP)' },
  'spp-summary': {
    id: 'Ringkasan Surat Permintaan Pembayaran (SPP)',
    en: 'Summary of the request for payment (SPP)',
  },
} as const satisfies Record<string, Bilingual>;

export type DraftKind = keyof typeof draftNames;
export const draftKinds = Object.keys(draftNames) as [DraftKind, ...DraftKind[]];

/** A paper as it was drafted: an object under `drafts/` in the uploads bucket. */
export const draftSchema = z.strictObject({
  kind: z.enum(draftKinds),
  /** The payment attempt whose account it names, where that is not the first. */
  attempt: z.int().min(2).optional(),
  number: z.string(),
  /** The day that the paper bears (Jakarta). */
  date: z.iso.date(),
  key: z.string(),
  bytes: z.int().positive(),
  /** SHA-256 of what the paper says, which its QR code names; see functions/payment/drafts/README.md. */
  contentSha256: z.string(),
  /** SHA-256 of the file. */
  sha256: z.string(),
});
export type Draft = z.output<typeof draftSchema>;

/** What a document that the rule-pack asks for is drafted as. The others come from elsewhere: photos, the bank. */
const draftOf: Partial<Record<DocumentType, readonly DraftKind[]>> = {
  pks: ['pks'],
  sk: ['sk', 'sk-attachment'],
  sptjm: ['sptjm'],
  sptjb: ['sptjb'],
  ruk: ['ruk'],
  'ruk-2': ['ruk'],
  kuitansi: ['kuitansi'],
  bast: ['bast'],
};

/** The papers that name the account to which the money goes, so that another account makes others of them. */
export const accountDrafts: readonly DraftKind[] = [
  'pks',
  'sk',
  'sk-attachment',
  'sptjm',
  'kuitansi',
  'bap',
  'spp-summary',
];

/** Whether a document that the rule-pack asks for names the account. */
export function namesAccount(type: DocumentType): boolean {
  return draftOf[type]?.some((kind) => accountDrafts.includes(kind)) ?? false;
}

/** Of what was drafted for a tranche, that which names the account of an attempt. @param attempt counts from 1 */
export function draftsOfAttempt(
  { drafts = [] }: { drafts?: readonly Draft[] | undefined },
  attempt: number,
): Draft[] {
  return drafts.filter((draft) => (draft.attempt ?? 1) === attempt);
}

/** What the documents of an ask are drafted as. */
export function draftsOf(documents: readonly { type: DocumentType }[]): DraftKind[] {
  return documents.flatMap(({ type }) => draftOf[type] ?? []);
}

/** What is drafted again for another account, of what a tranche calls for. @throws {UnknownTranche} */
export function trancheAccountDrafts(pack: RulePack, tranche: number): DraftKind[] {
  return trancheDrafts(pack, tranche).filter((kind) => accountDrafts.includes(kind));
}

/** The papers that the office signs for every payment. */
const officePapers: readonly DraftKind[] = ['bap', 'spp-summary'];
/** The papers that the office signs once. */
const awardPapers = ['pks', 'sk', 'sk-attachment'] as const satisfies readonly DraftKind[];

/** What the group signs and hands in of what is drafted for a tranche, counting from 1. @throws {UnknownTranche} */
function groupDrafts(pack: RulePack, tranche: number): ReadonlySet<DraftKind> {
  return new Set(trancheRule(pack, tranche).documents.flatMap(({ type }) => draftOf[type] ?? []));
}

/** What is drafted when a tranche opens, counting from 1. @throws {UnknownTranche} */
export function trancheDrafts(pack: RulePack, tranche: number): DraftKind[] {
  const wanted = groupDrafts(pack, tranche);
  const office = new Set(tranche === 1 ? [...awardPapers, ...officePapers] : officePapers);
  return draftKinds.filter((kind) => wanted.has(kind) || office.has(kind));
}

/** Which of a tranche's drafts the group signs, or the office that pays. @throws {UnknownTranche} */
export function draftsFor(signer: DraftSigner, pack: RulePack, tranche: number): DraftKind[] {
  const ofGroup = groupDrafts(pack, tranche);
  const ofOffice: readonly DraftKind[] = [...awardPapers, ...officePapers];
  return trancheDrafts(pack, tranche).filter((kind) =>
    signer === 'group' ? ofGroup.has(kind) : ofOffice.includes(kind),
  );
}

/** Whether the award itself gives the paper its number. */
export function isAwardPaper(kind: DraftKind): kind is (typeof awardPapers)[number] {
  return awardPapers.some((each) => each === kind);
}

/** What stands in the numbers of papers that the award itself does not number. */
const numberCodes: Record<Exclude<DraftKind, (typeof awardPapers)[number]>, string> = {
  sptjm: 'SPTJM',
  sptjb: 'SPTJB',
  ruk: 'RUK',
  kuitansi: 'KUITANSI',
  bast: 'BAST',
  bap: 'BAP',
  'spp-summary': 'RSPP',
};

/** Thrown when a decree's number is not of the form in which decrees are numbered. */
class UnreadableDecreeNumber extends Error {
  override readonly name = 'UnreadableDecreeNumber';
  constructor(number: string) {
    super(`the decree's number ${number} is not of the form 0007/SK/TKM-2020/2020`);
  }
}

/**
 * The paper's number. Agreement and decree have theirs from the award; all others follow the decree's, with the tranche
 * in Roman numerals: `0007/SK/TKM-2020/2020` → `0007/SPTJM-I/TKM-2020/2020`. Decrees are counted for each programme and
 * year, so the number is as unique, and needs no counter of its own: drafted again, the paper bears the same. A paper for
 * another account is a change of the first, `0007/SPTJM-I-P1/TKM-2020/2020`, of agreement and decree too.
 *
 * @param tranche counts from 1
 * @param attempt the payment attempt whose account it names, from 1
 * @throws {UnreadableDecreeNumber}
 */
export function draftNumber(
  { sk, pks }: { sk: { number: string }; pks: { number: string } },
  kind: DraftKind,
  tranche: number,
  attempt = 1,
): string {
  const change = attempt === 1 ? '' : `-P${attempt - 1}`;
  const own = kind === 'pks' ? pks : sk;
  const [, register, code, rest] = /^(\d+)\/([A-Z]+)\/(.+)$/.exec(own.number) ?? [];
  const ofAward = isAwardPaper(kind);
  if (ofAward && change === '') return own.number;
  if (register === undefined || rest === undefined || (!ofAward && code !== 'SK'))
    throw new UnreadableDecreeNumber(own.number);
  return ofAward
    ? `${register}/${code}${change}/${rest}`
    : numberAfterDecree(sk.number, `${numberCodes[kind]}-${roman(tranche)}${change}`);
}

/** `0007/SK/TKM-2020/2020` with another code in the place of SK. @throws {UnreadableDecreeNumber} */
export function numberAfterDecree(decree: string, code: string): string {
  const [, register, rest] = /^(\d+)\/SK\/(.+)$/.exec(decree) ?? [];
  if (register === undefined || rest === undefined) throw new UnreadableDecreeNumber(decree);
  return `${register}/${code}/${rest}`;
}

/** A tranche in Roman numerals, from 1 to 9: a rule-pack has no more. */
export function roman(tranche: number): string {
  return ['I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX'][tranche - 1] ?? String(tranche);
}
