/** The group hands in the papers of a tranche: all of them, those that were returned, or those that name another account. */
import * as z from 'zod';
import { trancheRule } from '../../money/tranche.ts';
import { problem } from '../../text/problem.ts';
import { noteAnswer, optionalWholeField } from '../form-values.ts';
import { noteField, send } from '../forms.ts';
import { kindOfAsk, ordinal } from '../kind.ts';

export const trancheDocuments = kindOfAsk({
  name: 'tranche-documents',
  subject: 'proposal',
  role: 'leader',
  /** With an attempt, the papers that name the account of that attempt. */
  about: z.strictObject({ tranche: ordinal, round: ordinal.default(1), attempt: ordinal.optional() }),
  outcomes: ['provided', 'expired'],
  documents: (pack, { tranche }) => trancheRule(pack, tranche).documents,
  drafts: 'group',
  timing: { remindAfter: 5, reminders: 3, escalateAfter: null, expireAfter: 30 },
  buildsOn: 'asks',
  form: {
    title: { id: 'Dokumen pencairan', en: 'Documents for the payment' },
    question: {
      id: 'Unggah semua dokumen di bawah ini, lalu kirim. Untuk tahap yang bergantung pada kemajuan, isi kemajuan pekerjaan.',
      en: 'Upload all documents below, then send. For a tranche that depends on progress, give the progress of the works.',
    },
    outcome: 'provided',
    fields: [
      {
        name: 'progress',
        type: 'whole',
        label: { id: 'Kemajuan pekerjaan (%)', en: 'Progress of the works (%)' },
        required: false,
        min: 0,
        max: 100,
      },
      noteField,
    ],
    submit: send,
  },
  answer: z.object({
    outcome: z.literal('provided'),
    /** Progress of the works in percent. */
    progress: optionalWholeField(0, 100),
    note: noteAnswer,
  }),
  problems({ progress }, { requiredProgress: required = 0 }: { requiredProgress?: number | undefined }) {
    if (required === 0) return [];
    if (progress === undefined) return [problem('field-missing', 'progress')];
    return progress < required ? [problem('progress-too-low', 'progress', { progress, required })] : [];
  },
});
