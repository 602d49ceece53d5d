/** The group is notified of a rejection and may object to it, once. */
import * as z from 'zod';
import type { DocumentRequirement } from '../documents.ts';
import { reasonField } from '../form-values.ts';
import { choice, option, reason, send } from '../forms.ts';
import { kindOfAsk } from '../kind.ts';

/** What a group may hand in to support its objection; it need not. */
const objectionFiles: DocumentRequirement = {
  type: 'objection',
  min: 0,
  max: 10,
  mediaTypes: ['application/pdf', 'image/jpeg', 'image/png'],
  maxBytes: 10 * 2 ** 20,
};

export const objection = kindOfAsk({
  name: 'objection',
  subject: 'proposal',
  role: 'leader',
  about: z.strictObject({}),
  outcomes: ['objected', 'accepted', 'expired'],
  documents: () => [objectionFiles],
  withoutPapers: ['accepted'],
  timing: { remindAfter: 5, reminders: 1, escalateAfter: null, expireAfter: 14 },
  buildsOn: 'asks',
  form: {
    title: { id: 'Keberatan atas penolakan', en: 'Objection to the rejection' },
    question: {
      id: 'Proposal kelompok Anda ditolak. Anda dapat mengajukan keberatan satu kali, dengan alasan dan, bila perlu, berkas pendukung. Orang yang belum pernah memutuskan proposal ini akan menilainya, dan keputusannya bersifat akhir.',
      en: 'The proposal of your group was rejected. You may object once, with a reason and, if it helps, with files. An official who has decided nothing about this proposal will judge it, and that decision is final.',
    },
    fields: [
      choice({ id: 'Tanggapan Anda', en: 'Your response' }, [
        option('objected', 'Mengajukan keberatan', 'Object'),
        option('accepted', 'Menerima penolakan', 'Accept the rejection'),
      ]),
      reason(['objected']),
    ],
    submit: send,
  },
  answer: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('objected'), reason: reasonField() }),
    z.object({ outcome: z.literal('accepted') }),
  ]),
});
