/** The papers of a grant: what each is called, in which form it may come, and how many are wanted. */
import * as z from 'zod';
import { type MediaType, mediaTypeSchema } from '../packet/media-type.ts';
import type { Bilingual } from '../text/language.ts';
import { type Problem, problem } from '../text/problem.ts';

/** Papers that are asked for after submission, by type. Statutory names stay as they are. */
const documentNames = {
  pks: { id: 'Perjanjian Kerja Sama (PKS) bertanda tangan', en: 'Signed cooperation agreement (PKS)' },
  sptjm: {
    id: 'Surat Pernyataan Tanggung Jawab Mutlak (SPTJM)',
    en: 'Statement of absolute responsibility (SPTJM)',
  },
  sptjb: {
    id: 'Surat Pernyataan Tanggung Jawab Belanja (SPTJB)',
    en: 'Statement of responsibility for spending (SPTJB)',
  },
  'pakta-integritas': { id: 'Pakta integritas', en: 'Integrity pact' },
  sk: { id: 'Surat Keputusan (SK) penetapan penerima', en: 'Decree that names the recipient (SK)' },
  ruk: { id: 'Rencana Usaha Kelompok (RUK)', en: "The group's business plan (RUK)" },
  'ruk-2': { id: 'Rencana Usaha Kelompok tahap II (RUK II)', en: 'Business plan, second part (RUK II)' },
  'bank-reference': { id: 'Surat referensi bank', en: 'Bank reference letter' },
  kuitansi: { id: 'Kuitansi bermeterai', en: 'Stamped receipt (kuitansi)' },
  bast: { id: 'Berita Acara Serah Terima (BAST)', en: 'Record of handover (BAST)' },
  photos: { id: 'Foto kegiatan', en: 'Photos of the activity' },
  'progress-report': { id: 'Laporan kemajuan pekerjaan', en: 'Progress report' },
  'berita-acara': { id: 'Berita acara kemajuan', en: 'Record of progress (berita acara)' },
  'visit-photos': { id: 'Foto kunjungan', en: 'Photos of the visit' },
  'attendance-list': { id: 'Daftar hadir bertanda tangan', en: 'Signed attendance list' },
  'muster-roll': { id: 'Daftar hadir pekerja (.xlsx atau JSON)', en: 'Muster roll (.xlsx or JSON)' },
  'signed-muster-roll': {
    id: 'Pindaian daftar hadir bertanda tangan',
    en: 'Scan of the signed muster roll',
  },
  'village-decision': {
    id: 'Keputusan desa tentang pekerja pengganti',
    en: 'Decision of the village on substitutes',
  },
  objection: { id: 'Berkas pendukung keberatan', en: 'Files in support of the objection' },
  'deposit-slip': { id: 'Bukti setor ke kas negara (BPN)', en: 'Slip of the deposit into kas negara (BPN)' },
  lpj: { id: 'Laporan Pertanggungjawaban (LPJ)', en: 'Accountability report (LPJ)' },
} as const satisfies Record<string, Bilingual>;

export type DocumentType = keyof typeof documentNames;
const documentTypes = Object.keys(documentNames) as [DocumentType, ...DocumentType[]];
export const documentTypeSchema = z.enum(documentTypes);

/** A paper wanted before a step may continue. */
export const documentRequirementSchema = z.strictObject({
  type: documentTypeSchema,
  /** At least and at most this many files. */
  min: z.int().min(0),
  max: z.int().min(1),
  mediaTypes: z.array(mediaTypeSchema).min(1),
  /** The largest file, in bytes. */
  maxBytes: z.int().positive(),
  /** At least and at most this many pages in all files together; a picture is one page. Not judged where absent. */
  minPages: z.int().min(1).optional(),
  maxPages: z.int().min(1).optional(),
});
export type DocumentRequirement = z.output<typeof documentRequirementSchema>;

/** A paper that was handed in: an object under `evidence/` in the uploads bucket. */
export const evidenceSchema = z.strictObject({
  documentType: documentTypeSchema,
  /** The key in the uploads bucket. */
  key: z.string(),
  /** Which version of the object was looked into when the answer was given: pages show that one, whatever was put in its place. */
  versionId: z.string().optional(),
  bytes: z.int().nonnegative(),
  /** What the first bytes say the file is; null when they say nothing we know. */
  mediaType: mediaTypeSchema.nullable(),
  uploadedAt: z.iso.datetime().optional(),
  /** SHA-256 of the bytes when the answer was given, which the official who decides on it can compare. */
  sha256: z.string().optional(),
  /** How many pages it has; a picture is one page. */
  pages: z.int().min(1).optional(),
});
export type Evidence = z.output<typeof evidenceSchema>;

/** Why a file is not taken, although its size and its first bytes are as they should be. */
export type ScanFault = 'broken' | 'encrypted' | 'active' | 'too-complex' | 'too-many-pixels';

/** The largest picture, in millions of pixels: telephones take up to 50, and who looks at one unpacks it whole. */
export const maxMegapixels = 64;

/** A file as it was looked into before an answer is taken. */
export type InspectedEvidence = Evidence & { fault?: ScanFault };

/** The name of a paper for people. */
export function documentName(type: DocumentType): Bilingual {
  return documentNames[type];
}

/** The folder into which evidence for an ask is uploaded: `evidence/<subject's id>/<askId>/<documentType>/`. */
export function evidencePrefix(subjectId: string, askId: string, type?: DocumentType): string {
  const folder = `evidence/${subjectId}/${askId}/`;
  return type === undefined ? folder : `${folder}${type}/`;
}

/** The papers of which files are still missing, and how many, by what lies there. */
export function missingDocuments(
  wanted: readonly DocumentRequirement[],
  found: readonly Pick<Evidence, 'documentType' | 'bytes'>[],
): { type: DocumentType; count: number }[] {
  return wanted.flatMap(({ type, min }) => {
    const there = found.filter((file) => file.documentType === type && file.bytes > 0).length;
    return there < min ? [{ type, count: min - there }] : [];
  });
}

/** Every way in which the papers handed in fall short of the papers wanted. */
export function evidenceProblems(
  wanted: readonly DocumentRequirement[],
  found: readonly InspectedEvidence[],
): Problem[] {
  return wanted.flatMap((document) => {
    const files = found.filter((file) => file.documentType === document.type);
    const usable = files.filter((file) => file.bytes > 0);
    const name = documentName(document.type);
    const facts = { document: `${name.id} / ${name.en}` };
    const problems: Problem[] = [];
    if (usable.length < document.min) {
      problems.push(
        problem('document-missing', document.type, { ...facts, found: usable.length, needed: document.min }),
      );
    }
    if (files.length > document.max) {
      problems.push(
        problem('document-too-many', document.type, {
          ...facts,
          found: files.length,
          maximum: document.max,
        }),
      );
    }
    for (const file of files) {
      const fileName = file.key.slice(file.key.lastIndexOf('/') + 1);
      problems.push(...fileProblems(fileName, file.bytes, file.mediaType, document));
      if (file.fault !== undefined)
        problems.push(problem(`scan-${file.fault}`, fileName, { name: fileName, megapixels: maxMegapixels }));
    }
    return [...problems, ...pageProblems(document, usable)];
  });
}

/** Too few or too many pages, once those of every file are known. */
function pageProblems(
  { type, min, minPages = 0, maxPages = Number.POSITIVE_INFINITY }: DocumentRequirement,
  files: readonly InspectedEvidence[],
): Problem[] {
  if (files.length < Math.max(1, min) || files.some(({ pages }) => pages === undefined)) return [];
  const pages = files.reduce((sum, file) => sum + (file.pages ?? 0), 0);
  const name = documentName(type);
  const facts = { document: `${name.id} / ${name.en}`, pages };
  if (pages < minPages) return [problem('document-pages-too-few', type, { ...facts, minimum: minPages })];
  return pages > maxPages ? [problem('document-pages-too-many', type, { ...facts, maximum: maxPages })] : [];
}

/** Problems with one file's size and content, for attachments and evidence alike. */
export function fileProblems(
  name: string,
  bytes: number,
  mediaType: MediaType | null,
  allowed: { mediaTypes: readonly MediaType[]; maxBytes: number },
): Problem[] {
  const problems: Problem[] = [];
  if (bytes === 0) return [problem('attachment-empty', name, { name })];
  if (bytes > allowed.maxBytes) {
    problems.push(problem('attachment-too-large', name, { name, bytes, maxBytes: allowed.maxBytes }));
  }
  if (mediaType === null || !allowed.mediaTypes.includes(mediaType)) {
    problems.push(
      problem('attachment-wrong-content', name, {
        name,
        found: mediaType ?? 'tidak dikenal / unknown',
        allowed: allowed.mediaTypes.join(', '),
      }),
    );
  }
  return problems;
}
