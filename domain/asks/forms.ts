/**
 * The form of an ask, as data: pages render it, answers are read by it, tests fill it in. Each kind has its own.
 *
 * A form either offers its outcomes as a choice (a field named `outcome`), or has one outcome only (`outcome` of the
 * form). Documents are not fields: they are uploaded next to the form.
 */

import type { Bilingual } from '../text/language.ts';
import type { Role } from './roles.ts';

export interface FormOption {
  value: string;
  label: Bilingual;
}

/**
 * One field. `members` is a list of ticks, one for each member; `numbers` is a list of numbers to type, or to tick elsewhere on the page; `yes-no` sends `yes` or `no`; `select` is a long choice;
 * `code` is a one-time code, which is no part of the answer and never shown again.
 */
export interface FormField {
  name: string;
  type:
    | 'choice'
    | 'select'
    | 'text'
    | 'paragraph'
    | 'date'
    | 'whole'
    | 'decimal'
    | 'rupiah'
    | 'yes-no'
    | 'members'
    | 'numbers'
    | 'code';
  label: Bilingual;
  hint?: Bilingual;
  /** Whether it must be filled in; with `onlyFor`, only then. */
  required: boolean;
  options?: readonly FormOption[];
  /** The outcomes that the field belongs to; absent: all. */
  onlyFor?: readonly string[];
  /** The role of those asked whose form has the field; absent: all. */
  askedOf?: Role;
  /** The longest text, in characters, or the limits of a number. */
  maxLength?: number;
  min?: number;
  max?: number;
  /** For a date: whether it may lie ahead. */
  ahead?: true;
}

/** Fields of a posted form: a name that came twice has a list. */
export type FormFields = Record<string, string | readonly string[] | undefined>;

export interface AskForm {
  title: Bilingual;
  /** What is asked, in one or two sentences. */
  question: Bilingual;
  /** The outcome, where there is no choice. */
  outcome?: string;
  fields: readonly FormField[];
  submit: Bilingual;
}

/** What the button of an answer says. */
export const send: Bilingual = { id: 'Kirim jawaban', en: 'Send the answer' };
/** What the button of a decision says. */
export const decide: Bilingual = { id: 'Kirim keputusan', en: 'Send the decision' };

/** A note, which need not be given. */
export const noteField: FormField = {
  name: 'note',
  type: 'paragraph',
  label: { id: 'Catatan', en: 'Note' },
  required: false,
  maxLength: 2000,
};
/** When somewhere was visited. */
export const visitedOn: FormField = {
  name: 'visitedOn',
  type: 'date',
  label: { id: 'Tanggal kunjungan', en: 'Date of the visit' },
  required: true,
};
/** Where it was. */
export const positionFields: FormField[] = [
  {
    name: 'latitude',
    type: 'decimal',
    label: { id: 'Lintang', en: 'Latitude' },
    hint: { id: 'Derajat, misalnya -7.42', en: 'Degrees, for example -7.42' },
    required: false,
    min: -90,
    max: 90,
  },
  {
    name: 'longitude',
    type: 'decimal',
    label: { id: 'Bujur', en: 'Longitude' },
    hint: { id: 'Derajat, misalnya 109.24', en: 'Degrees, for example 109.24' },
    required: false,
    min: -180,
    max: 180,
  },
];
/** The reason of a decision. @param onlyFor the outcomes that need one */
export function reason(onlyFor: readonly string[]): FormField {
  return {
    name: 'reason',
    type: 'paragraph',
    label: { id: 'Alasan', en: 'Reason' },
    required: true,
    onlyFor,
    maxLength: 2000,
  };
}
/** The choice of an outcome. */
export function choice(label: Bilingual, options: readonly FormOption[]): FormField {
  return {
    name: 'outcome',
    type: 'choice',
    label,
    required: true,
    options,
  };
}
/** An outcome that can be chosen. */
export function option(value: string, id: string, en: string): FormOption {
  return { value, label: { id, en } };
}
/** Whether the business or the work still continues. */
export const running: FormField = {
  name: 'running',
  type: 'yes-no',
  label: { id: 'Usaha atau pekerjaan masih berjalan?', en: 'Is the business or the work still going on?' },
  required: true,
};

/** The field for a one-time code. @param onlyFor the outcomes that need one, where there are others */
export function codeField(hint: Bilingual, onlyFor?: readonly string[]): FormField {
  return {
    name: 'code',
    type: 'code',
    label: {
      id: 'Kode 6 angka dari aplikasi autentikator',
      en: 'Code of 6 digits from your authenticator app',
    },
    hint,
    required: true,
    ...(onlyFor !== undefined && { onlyFor }),
    // Six digits, with blanks wherever a person puts them.
    maxLength: 16,
  };
}

/** The form as it is put to a role. */
export function formFor(form: AskForm, role: Role): AskForm {
  return { ...form, fields: form.fields.filter(({ askedOf }) => askedOf === undefined || askedOf === role) };
}

/** The outcomes that a form can have. */
export function offeredOutcomes({ outcome, fields }: AskForm): readonly string[] {
  if (outcome !== undefined) return [outcome];
  return fields.find(({ name }) => name === 'outcome')?.options?.map(({ value }) => value) ?? [];
}
