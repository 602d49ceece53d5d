/**
 * The columns of a table of people, and what their cells mean. Headings may be Indonesian or English, in any order and
 * any case.
 */
import { type DirectoryRole, directoryRoles } from '#domain/asks/roles.ts';
import { phoneSchema } from '#domain/packet/packet.ts';
import type { Absence } from '#domain/people/person.ts';
import { dottedCode } from '#domain/people/region.ts';
import type { Bilingual } from '#domain/text/language.ts';
import { looksLikeFormula } from '../spreadsheet.ts';

/** The columns, by the name that `problemPlace` knows, in the order in which an export has them. */
export const columnKeys = [
  'id',
  'name',
  'roles',
  'areas',
  'email',
  'phone',
  'language',
  'superior',
  'absences',
] as const;
export type ColumnKey = (typeof columnKeys)[number];

export interface Column {
  heading: Bilingual;
  /** Other headings that are taken for it. */
  also: readonly string[];
  /** Whether a table must have it. */
  required: boolean;
}

export const columns: Readonly<Record<ColumnKey, Column>> = {
  id: { heading: { id: 'id', en: 'id' }, also: [], required: true },
  name: { heading: { id: 'nama', en: 'name' }, also: [], required: true },
  roles: { heading: { id: 'jabatan', en: 'roles' }, also: ['peran', 'role'], required: true },
  areas: { heading: { id: 'wilayah', en: 'areas' }, also: ['area'], required: false },
  email: { heading: { id: 'surel', en: 'email' }, also: ['alamat surel'], required: true },
  phone: { heading: { id: 'telepon', en: 'phone' }, also: ['nomor telepon', 'no hp', 'hp'], required: false },
  language: { heading: { id: 'bahasa', en: 'language' }, also: [], required: false },
  superior: { heading: { id: 'atasan', en: 'superior' }, also: [], required: false },
  absences: {
    heading: { id: 'ketidakhadiran', en: 'absences' },
    also: ['absence', 'cuti'],
    required: false,
  },
};

function plain(heading: string) {
  return heading
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '');
}

/** The column that a heading names; both languages at once (`nama / name`) do as well. */
export function columnOf(heading: string): ColumnKey | undefined {
  const parts = [heading, ...heading.split('/')].map(plain);
  return columnKeys.find((key) => {
    const { heading: own, also } = columns[key];
    return [own.id, own.en, ...also].some((name) => parts.includes(plain(name)));
  });
}

/** How a problem names a column. */
export function columnName(key: ColumnKey): string {
  const { id, en } = columns[key].heading;
  return id === en ? id : `${id} / ${en}`;
}

/** Roles as people also call them. */
const otherRoles: Readonly<Record<string, DirectoryRole>> = {
  verifikator: 'verifier',
  pendamping: 'mentor',
  administrator: 'admin',
  ppspm: 'pp-spm',
};

/** Several things in a cell stand on lines of their own, or with semicolons or bars between them. */
function partsOf(cell: string) {
  return cell
    .split(/[;|\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function areasOf(text: string) {
  return text
    .split(/[\s,;|]+/)
    .filter((area) => area !== '')
    .map((area) => dottedCode(area) ?? area);
}

/**
 * The roles of a cell: `verifier: 33.02, 33.03; mentor: 33`. A role without areas of its own has those of the other
 * cell. Whether there are such roles and areas is not judged here.
 */
export function readRoles(cell: string, areas: string): { role: string; areas: string[] }[] {
  return partsOf(cell).map((part) => {
    const [name = '', own = areas] = part.split(':', 2).map((text) => text.trim());
    const role = name.toLowerCase();
    const known = directoryRoles.find((each) => each === role) ?? otherRoles[role];
    return { role: known ?? name, areas: areasOf(own) };
  });
}

const day = String.raw`\d{4}-\d{2}-\d{2}|\d{1,2}[/-]\d{1,2}[/-]\d{4}`;
const absenceForm = new RegExp(
  String.raw`^(${day})(?:\s*(?:\.\.|–|s\.?d\.?|sampai|to)\s*(${day}))?(?:\s+([a-z0-9.-]+))?$`,
  'i',
);

/** `4/12/2026` → `2026-12-04`. */
function isoDay(text: string): string {
  const written = /^(\d{1,2})[/-](\d{1,2})[/-](\d{4})$/.exec(text);
  if (written === null) return text;
  const [, dayOfMonth = '', month = '', year = ''] = written;
  return `${year}-${month.padStart(2, '0')}-${dayOfMonth.padStart(2, '0')}`;
}

/**
 * The absences of a cell: `2026-12-01..2026-12-14 nur.azizah; 2027-01-04`, with the substitute, if there is one, behind
 * the days. What is none comes back as it is.
 */
export function readAbsences(cell: string): { absences: Absence[]; malformed: string[] } {
  const absences: Absence[] = [];
  const malformed: string[] = [];
  for (const part of partsOf(cell)) {
    const found = absenceForm.exec(part);
    if (found === null) {
      malformed.push(part);
      continue;
    }
    const [, from = '', to = from, substitute] = found;
    absences.push({ from: isoDay(from), to: isoDay(to), ...(substitute !== undefined && { substitute }) });
  }
  return { absences, malformed };
}

/** A phone number with the zero that spreadsheets drop from what they take for a number. */
export function readPhone(cell: string): string {
  return /^8\d{7,12}$/.test(cell) ? `0${cell}` : cell;
}

/** The cell without the apostrophe by which spreadsheets, and our own export, keep a text from being a formula. */
export function unquoted(cell: string): string {
  return cell.startsWith("'") && looksLikeFormula(cell.slice(1)) ? cell.slice(1) : cell;
}

/** Whether a cell begins as formulas do and is not the phone number that may. */
export function isFormula(cell: string): boolean {
  return looksLikeFormula(cell) && !phoneSchema.safeParse(cell).success;
}
