/**
 * A problem with something that a person sent: what is wrong, where, and what to do about it.
 *
 * Problems are data (a code and its facts), so that a form, an e-mail and the console say the same thing in two
 * languages. They are always listed all at once. Facts never hold personal data: no NIK, no account number.
 */
import * as z from 'zod';
import type { Language } from './language.ts';
import { type ProblemCode, problemTexts } from './problem-texts.ts';

export type { ProblemCode } from './problem-texts.ts';

/** A value that a problem's text quotes. */
const factSchema = z.union([z.string(), z.number(), z.boolean()]);

export const problemSchema = z.strictObject({
  /** One of the codes of `problem-texts.ts`. */
  code: z.string().refine((code): code is ProblemCode => code in problemTexts),
  /** A JSON pointer into proposal.json or a settings file (`/members/3/nik`), a file's name, or a form field's name. */
  where: z.string(),
  /** What the text quotes: limits, sums, names of files. */
  facts: z.record(z.string(), factSchema),
});
export type Problem = z.output<typeof problemSchema>;
export type ProblemFacts = Problem['facts'];

/** Makes a problem. */
export function problem(code: ProblemCode, where: string, facts: ProblemFacts = {}): Problem {
  return { code, where, facts };
}

/** What is wrong and what to do, in one language: one or two sentences. The place is `problemPlace`'s. */
export function problemText(problem: Problem, language: Language): string {
  return problemTexts[problem.code][language].replace(/\{(\w+)\}/g, (_, fact: string) =>
    String(problem.facts[fact] ?? '?'),
  );
}

/** Where the problem lies, in words: `/members/3/nik` → `anggota ke-4: NIK` / `member 4: NIK`. */
export function problemPlace(problem: Problem, language: Language): string {
  if (!problem.where.startsWith('/')) return problem.where;
  const steps = problem.where.slice(1).split('/');
  const labels = steps.flatMap((step, index) => {
    if (/^\d+$/.test(step)) return [];
    const next = steps[index + 1] ?? '';
    const label = placeNames[step]?.[language] ?? step;
    if (!/^\d+$/.test(next)) return [label];
    return [language === 'id' ? `${label} ke-${Number(next) + 1}` : `${label} ${Number(next) + 1}`];
  });
  return labels.join(': ');
}

const placeNames: Record<string, { id: string; en: string }> = {
  schemaVersion: { id: 'versi skema', en: 'schema version' },
  programme: { id: 'program', en: 'programme' },
  group: { id: 'kelompok', en: 'group' },
  village: { id: 'kode desa', en: 'village code' },
  businessField: { id: 'bidang usaha', en: 'business field' },
  leader: { id: 'ketua', en: 'leader' },
  members: { id: 'anggota', en: 'member' },
  number: { id: 'nomor', en: 'number' },
  name: { id: 'nama', en: 'name' },
  nik: { id: 'NIK', en: 'NIK' },
  birthDate: { id: 'tanggal lahir', en: 'birth date' },
  sex: { id: 'jenis kelamin', en: 'sex' },
  phone: { id: 'nomor telepon', en: 'phone' },
  email: { id: 'surel', en: 'e-mail' },
  address: { id: 'alamat', en: 'address' },
  plan: { id: 'rencana kegiatan', en: 'activity plan' },
  title: { id: 'judul', en: 'title' },
  summary: { id: 'ringkasan', en: 'summary' },
  activities: { id: 'kegiatan', en: 'activity' },
  works: { id: 'rencana pekerjaan', en: 'works plan' },
  description: { id: 'uraian', en: 'description' },
  days: { id: 'jumlah hari', en: 'days' },
  workers: { id: 'jumlah pekerja', en: 'workers' },
  dayRate: { id: 'upah harian', en: 'day rate' },
  rab: { id: 'baris RAB', en: 'RAB line' },
  item: { id: 'uraian barang', en: 'item' },
  quantity: { id: 'jumlah', en: 'quantity' },
  unit: { id: 'satuan', en: 'unit' },
  unitPrice: { id: 'harga satuan', en: 'unit price' },
  total: { id: 'total', en: 'total' },
  category: { id: 'golongan', en: 'category' },
  amountAsked: { id: 'jumlah yang diminta', en: 'amount asked' },
  account: { id: 'rekening', en: 'account' },
  bankCode: { id: 'kode bank', en: 'bank code' },
  holder: { id: 'atas nama', en: 'holder' },
  contact: { id: 'kontak', en: 'contact' },
  language: { id: 'bahasa', en: 'language' },
  attachments: { id: 'lampiran', en: 'attachment' },
  type: { id: 'jenis', en: 'type' },
  sha256: { id: 'SHA-256', en: 'SHA-256' },
  bytes: { id: 'ukuran', en: 'size' },
  member: { id: 'nomor anggota', en: 'member number' },
  people: { id: 'orang', en: 'person' },
  roles: { id: 'jabatan', en: 'role' },
  role: { id: 'nama jabatan', en: 'name of the role' },
  areas: { id: 'wilayah', en: 'area' },
  superior: { id: 'atasan', en: 'superior' },
  absences: { id: 'ketidakhadiran', en: 'absence' },
  from: { id: 'mulai', en: 'first day' },
  to: { id: 'sampai', en: 'last day' },
  substitute: { id: 'pengganti', en: 'substitute' },
  rows: { id: 'baris', en: 'row' },
  columns: { id: 'kolom', en: 'column' },
  task: { id: 'peran', en: 'role' },
  present: { id: 'hari hadir', en: 'day present' },
  replaces: { id: 'menggantikan nomor', en: 'replaces' },
  decisionNumber: { id: 'nomor keputusan desa', en: 'village decision' },
  decisionDate: { id: 'tanggal keputusan desa', en: 'decision date' },
  ceilings: { id: 'pagu', en: 'ceiling' },
  ceiling: { id: 'jumlah pagu', en: 'amount of the ceiling' },
  year: { id: 'tahun', en: 'year' },
  province: { id: 'provinsi', en: 'province' },
  holidays: { id: 'keputusan hari libur', en: 'decree about days off' },
  yearEnds: { id: 'keputusan akhir tahun', en: 'year-end decree' },
  add: { id: 'hari yang ditambah', en: 'day added' },
  move: { id: 'hari yang digeser', en: 'day moved' },
  cancel: { id: 'hari yang dihapus', en: 'day cancelled' },
  date: { id: 'tanggal', en: 'date' },
  on: { id: 'tanggal keputusan', en: 'day of the decree' },
  source: { id: 'sumber', en: 'source' },
  lastDays: { id: 'hari terakhir', en: 'last days' },
  spp: { id: 'SPP', en: 'SPP' },
  spm: { id: 'SPM', en: 'SPM' },
  sp2d: { id: 'SP2D', en: 'SP2D' },
  daysBack: { id: 'batas tanggal mundur', en: 'days back' },
  loadedBy: { id: 'dimuat oleh', en: 'loaded by' },
  why: { id: 'alasan', en: 'reason' },
};
