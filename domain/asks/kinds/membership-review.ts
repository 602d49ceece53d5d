/** A member denied being one: a verifier looks into it. */
import * as z from 'zod';
import { reasonField } from '../form-values.ts';
import { choice, decide, option, reason } from '../forms.ts';
import { kindOfAsk, ordinal } from '../kind.ts';

export const membershipReview = kindOfAsk({
  name: 'membership-review',
  subject: 'proposal',
  role: 'verifier',
  about: z.strictObject({ round: ordinal }),
  outcomes: ['mistaken', 'upheld', 'expired'],
  duty: 'verify',
  timing: { remindAfter: 2, reminders: 1, escalateAfter: 4, expireAfter: 10 },
  buildsOn: 'parts',
  form: {
    title: { id: 'Pemeriksaan keanggotaan', en: 'Review of the membership' },
    question: {
      id: 'Seseorang yang tercantum sebagai anggota menyatakan bukan anggota. Proposal berhenti sampai Anda memeriksanya: hubungi orang itu dan kelompoknya, lalu putuskan.',
      en: 'A person who is named as a member says that they are not. The proposal stands still until you have looked into it: speak with that person and the group, then decide.',
    },
    fields: [
      choice({ id: 'Hasil pemeriksaan', en: 'Finding' }, [
        option('mistaken', 'Keliru: orang itu memang anggota', 'A mistake: the person is a member'),
        option('upheld', 'Benar: namanya dipakai tanpa izin', 'True: the name was used without consent'),
      ]),
      reason(['mistaken', 'upheld']),
    ],
    submit: decide,
  },
  answer: z.discriminatedUnion('outcome', [
    /** The denial was a mistake: the proposal continues. */
    z.object({ outcome: z.literal('mistaken'), reason: reasonField() }),
    z.object({ outcome: z.literal('upheld'), reason: reasonField() }),
  ]),
});
