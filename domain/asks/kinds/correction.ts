/** The checks found something wrong with the packet: the group corrects it, or withdraws the proposal. */
import * as z from 'zod';
import { reasonField } from '../form-values.ts';
import { choice, decide, option, reason } from '../forms.ts';
import { kindOfAsk, ordinal } from '../kind.ts';

export const correction = kindOfAsk({
  name: 'correction',
  subject: 'proposal',
  role: 'leader',
  /** The packet of this revision is to be corrected, in this round of verification. */
  about: z.strictObject({ revision: ordinal, round: ordinal.default(1) }),
  outcomes: ['revised', 'withdrawn', 'expired'],
  timing: { remindAfter: 3, reminders: 2, escalateAfter: null, expireAfter: 10 },
  form: {
    title: { id: 'Perbaikan proposal', en: 'Correction of the proposal' },
    question: {
      id: 'Proposal belum dapat diterima. Perbaiki semua hal di bawah ini, lalu unggah proposal.json dan lampirannya lagi ke folder yang sama. Formulir ini hanya untuk menarik kembali proposal.',
      en: 'The proposal cannot be accepted yet. Correct everything below, then upload proposal.json and its attachments again to the same folder. This form serves only to withdraw the proposal.',
    },
    fields: [
      choice({ id: 'Keputusan', en: 'Decision' }, [
        option('withdrawn', 'Tarik kembali proposal', 'Withdraw the proposal'),
      ]),
      reason(['withdrawn']),
    ],
    submit: decide,
  },
  answer: z.discriminatedUnion('outcome', [
    /** A new `proposal.json` was uploaded; not a form's answer. */
    z.object({ outcome: z.literal('revised'), revision: z.int().min(1) }),
    z.object({ outcome: z.literal('withdrawn'), reason: reasonField() }),
  ]),
});

/** Which correction this revision needs. After a granted objection the same revision is asked about again. */
export function correctionAbout({
  revision,
  rejections,
}: {
  revision: number;
  rejections: readonly unknown[];
}): z.output<typeof correction.about> {
  return { revision, round: rejections.length + 1 };
}
