/** What a file is by its content, not by its name: the few kinds that packets and evidence may hold. */
import * as z from 'zod';

/** Workbooks as spreadsheets save them today (ECMA-376). */
export const xlsxType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

export const mediaTypeSchema = z.enum([
  'application/pdf',
  'image/jpeg',
  'image/png',
  'application/json',
  xlsxType,
]);
export type MediaType = z.output<typeof mediaTypeSchema>;

/** How many first bytes `sniffMediaType` wants to see. */
export const sniffedBytes = 1024;

/** The usual endings of a file's name, by what the file is. */
const endings: Record<MediaType, readonly string[]> = {
  'application/pdf': ['.pdf'],
  'image/jpeg': ['.jpg', '.jpeg'],
  'image/png': ['.png'],
  'application/json': ['.json'],
  [xlsxType]: ['.xlsx'],
};

/** What the first bytes say the file is; null when they say nothing we know. */
export function sniffMediaType(head: Uint8Array): MediaType | null {
  if (startsWith(head, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'image/png';
  if (startsWith(head, [0xff, 0xd8, 0xff])) return 'image/jpeg';
  // Any ZIP archive: its content is checked by its reader.
  if (startsWith(head, [0x50, 0x4b, 0x03, 0x04])) return xlsxType;
  // Scanners put bytes before the header; readers accept it within the first 1024 (ISO 32000-1, annex H.3.4.1).
  const text = String.fromCharCode(...head.slice(0, sniffedBytes));
  if (text.includes('%PDF-')) return 'application/pdf';
  if (/^(?:\u00ef\u00bb\u00bf)?\s*[{[]/.test(text)) return 'application/json';
  return null;
}

/** Whether a file's name may end as it does, given what it is. */
export function nameFits(name: string, mediaType: MediaType): boolean {
  return endings[mediaType].some((ending) => name.toLowerCase().endsWith(ending));
}

function startsWith(head: Uint8Array, bytes: readonly number[]): boolean {
  return bytes.every((byte, index) => head[index] === byte);
}
