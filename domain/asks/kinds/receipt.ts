/** Each member says whether the benefit of a tranche reached them. */
import * as z from 'zod';
import { noteAnswer } from '../form-values.ts';
import { choice, noteField, option, send } from '../forms.ts';
import { kindOfAsk, ordinal } from '../kind.ts';

export const receipt = kindOfAsk({
  name: 'receipt',
  subject: 'proposal',
  role: 'members',
  about: z.strictObject({ tranche: ordinal }),
  outcomes: ['quorum', 'short', 'expired'],
  group: {
    quorum: (pack) => pack.payment.receipt.quorum,
    // All answers count, because a member who got nothing is distinguished from a group that got nothing.
    outcome: ({ needed, of }, { confirmed, denied }) =>
      confirmed >= needed ? 'quorum' : of - denied < needed ? 'short' : 'open',
  },
  timing: { remindAfter: 3, reminders: 2, escalateAfter: null, expireAfter: 10 },
  replyWords: { approve: 'confirmed', reject: 'denied' },
  buildsOn: 'asks',
  form: {
    title: { id: 'Penegasan penerimaan manfaat', en: 'Confirmation of receipt' },
    question: {
      id: 'Dana bantuan telah masuk ke rekening kelompok. Apakah Anda sendiri sudah menerima manfaatnya (upah, bahan, alat, atau bagian usaha)?',
      en: 'The grant has reached the account of the group. Have you yourself received the benefit (wages, materials, tools, or a share in the business)?',
    },
    fields: [
      choice({ id: 'Jawaban Anda', en: 'Your answer' }, [
        option('confirmed', 'Ya, saya sudah menerima', 'Yes, I have received it'),
        option('denied', 'Belum, saya tidak menerima', 'No, I have not received it'),
      ]),
      { ...noteField, onlyFor: ['denied'] },
    ],
    submit: send,
  },
  answer: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('confirmed') }),
    z.object({ outcome: z.literal('denied'), note: noteAnswer }),
    /** The group ask's own answers, once the members' decided it; not a form's answer. */
    z.object({ outcome: z.enum(['quorum', 'short']), confirmed: z.int(), of: z.int() }),
  ]),
});
