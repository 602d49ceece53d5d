/**
 * A paper before it is drawn: everything that it says, as plain data, and the hash of that.
 *
 * The drawing adds places and fonts and no word. So the hash covers every word and figure of the paper, and two papers
 * that say the same have the same hash, however they are drawn.
 */
import { createHash } from 'node:crypto';
import type { DraftKind } from '#domain/papers/drafts.ts';
import { canonicalJson } from '#domain/proposal/audit.ts';
import type { WagePaperKind } from '#domain/public-works/wage-papers.ts';

/** Who signs: the office, and the name below the space for the signature; dots where no name is known. */
export interface Signature {
  capacity: string;
  name: string | undefined;
  /** The line below the name: a number that is filled in by hand. */
  below?: string;
  /** Whether a revenue stamp (meterai) is put there. */
  stamped?: boolean;
}

interface Column {
  title: string;
  /** Its part of the width. */
  weight: number;
  amount?: boolean;
}

/** A piece of a paper's body. */
export type Block =
  | { kind: 'heading'; text: string }
  | { kind: 'paragraph'; text: string }
  /** Numbered 1., 2., 3. */
  | { kind: 'list'; items: readonly string[] }
  /** `Label : value`, one below the other. */
  | { kind: 'facts'; rows: readonly (readonly [label: string, value: string])[] }
  | {
      kind: 'table';
      columns: readonly Column[];
      rows: readonly (readonly string[])[];
      /** The last line, printed bold. */
      total?: readonly string[];
    }
  /** A sum in a frame, as receipts have it. */
  | { kind: 'sum'; text: string }
  /** Side by side, two in a row; what stands above them is the place and the date. */
  | { kind: 'signatures'; dated: string; who: readonly Signature[] };

/** A paper. Everything in it is printed, and everything that is printed is in it. */
export interface Paper {
  kind: DraftKind | WagePaperKind;
  number: string;
  /** The day it bears (ISO date, Jakarta); where that day is left to the pen, the day on which it was drafted. */
  date: string;
  /** Who issues it: a line in large letters, and smaller ones below. */
  letterhead: readonly [string, ...string[]];
  title: readonly [string, ...string[]];
  /** What stands before the number, where it is not only `Nomor`. */
  numberLabel?: string;
  blocks: readonly Block[];
}

/** What is hashed: the paper as canonical JSON (sorted keys, UTF-8). It is attached to the PDF under `contentName`. */
export function contentOf(paper: Paper): string {
  return canonicalJson(paper);
}

/** The name of the file inside the PDF that holds what was hashed. */
export const contentName = 'isi.json';

export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/**
 * What the QR code says: `JARING:1:SPTJM:0007/SPTJM-I/TKM-2020/2020:<SHA-256 of the content>`. Capitals throughout, so
 * that the code takes the small alphanumeric form; the hash is hexadecimal and the same in either case.
 */
export function qrText(paper: Paper): string {
  return `JARING:1:${paper.kind}:${paper.number}:${sha256(contentOf(paper))}`.toUpperCase();
}
