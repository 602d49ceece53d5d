/**
 * The two forms by which an ask comes to another person: the person who was asked delegates it, or an administrator
 * names a person while no one is eligible. Who may be chosen is not decided here; the form offers them and refuses
 * everyone else.
 */

import * as z from 'zod';
import type { Bilingual } from '../text/language.ts';
import { type Problem, problem } from '../text/problem.ts';
import { problemsOf } from '../text/zod-problems.ts';
import { reasonField, textField } from './form-values.ts';
import type { AskForm, FormField, FormFields } from './forms.ts';

/** `delegate`: by the person who was asked; `name`: by an administrator. */
export type ReassignmentWay = 'delegate' | 'name';

/** A person who may be chosen. */
export interface ReassignmentOption {
  personId: string;
  /** The name and what distinguishes people of one name. */
  label: string;
}

/** More people than this are not listed on a page; one of them is then chosen by the id in the directory. */
const listedAtMost = 200;

const byId: Bilingual = {
  id: 'Terlalu banyak orang untuk ditampilkan. Tulis ID orang itu seperti dalam direktori petugas.',
  en: 'There are too many people to list. Write the person’s id as it stands in the directory.',
};

function personField(options: readonly ReassignmentOption[]): FormField {
  const label = { id: 'Diteruskan kepada', en: 'Delegate to' };
  const field = { name: 'delegateTo', label, required: true };
  return options.length > listedAtMost
    ? { ...field, type: 'text', hint: byId, maxLength: 60 }
    : {
        ...field,
        type: 'select',
        options: options.map(({ personId, label: text }) => ({
          value: personId,
          label: { id: text, en: text },
        })),
      };
}

/** The form that offers these people. */
export function reassignmentForm(way: ReassignmentWay, options: readonly ReassignmentOption[]): AskForm {
  if (way === 'name')
    return {
      title: { id: 'Tunjuk petugas', en: 'Name a person' },
      question: {
        id: 'Tidak ada petugas yang dapat menjawab permintaan ini. Tunjuk seorang pemegang jabatan; ia menerima surel dengan tautannya sendiri. Batas waktu tidak berubah.',
        en: 'No one can answer this request. Name a holder of the role, who gets a mail with a link of their own. The deadline stays as it is.',
      },
      fields: [{ ...personField(options), label: { id: 'Petugas', en: 'Person' } }],
      submit: { id: 'Tunjuk', en: 'Name' },
    };
  return {
    title: { id: 'Delegasikan kepada orang lain', en: 'Delegate to another person' },
    question: {
      id: 'Orang yang Anda pilih menerima surel dengan tautannya sendiri; tautan Anda tidak dapat lagi dipakai untuk menjawab. Batas waktu tidak berubah.',
      en: 'The person you choose gets a mail with a link of their own; your link can no longer be used to answer. The deadline stays as it is.',
    },
    fields: [
      personField(options),
      {
        name: 'delegateReason',
        type: 'paragraph',
        label: { id: 'Alasan', en: 'Reason' },
        required: true,
        maxLength: 2000,
      },
    ],
    submit: { id: 'Delegasikan', en: 'Delegate' },
  };
}

/** What was chosen, or everything that is wrong with the form. */
export type ReassignmentReading =
  | { to: string; reason?: string | undefined; problems: [] }
  | { to?: undefined; problems: Problem[] };

const schemas = {
  delegate: z.object({ delegateTo: textField(60), delegateReason: reasonField() }),
  name: z.object({ delegateTo: textField(60), delegateReason: z.undefined().optional() }),
};

/** Reads a posted form. A person who is not among the options is refused, however the form was made. */
export function readReassignment(
  way: ReassignmentWay,
  options: readonly ReassignmentOption[],
  fields: FormFields,
): ReassignmentReading {
  const { fields: known } = reassignmentForm(way, options);
  const first = (value: FormFields[string]) => (typeof value === 'string' ? value : value?.[0]);
  const doubled = known
    .filter(({ name }) => Array.isArray(fields[name]))
    .map(({ name }) => problem('field-doubled', name));
  const values = Object.fromEntries(known.map(({ name }) => [name, first(fields[name])]));
  const read = schemas[way].safeParse(values, { reportInput: true });
  const problems = [...doubled, ...(read.success ? [] : problemsOf(read.error, { style: 'field' }))];
  const to = first(fields.delegateTo)?.trim() ?? '';
  if (to !== '' && !options.some(({ personId }) => personId === to))
    problems.push(problem('reassignment-not-eligible', 'delegateTo'));
  if (!read.success || problems.length > 0) return { problems };
  return { to: read.data.delegateTo, reason: read.data.delegateReason, problems: [] };
}
