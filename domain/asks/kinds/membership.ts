/** Each member says whether they are one and agree with the proposal. */
import * as z from 'zod';
import { noteAnswer } from '../form-values.ts';
import { choice, noteField, option, send } from '../forms.ts';
import { kindOfAsk, ordinal } from '../kind.ts';

export const membership = kindOfAsk({
  name: 'membership',
  subject: 'proposal',
  role: 'members',
  about: z.strictObject({ round: ordinal }),
  outcomes: ['quorum', 'denied', 'expired'],
  group: {
    quorum: (pack) => pack.verification.membership.quorum,
    // One denial decides: a person's name was used.
    outcome: ({ needed }, { confirmed, denied }) =>
      denied > 0 ? 'denied' : confirmed >= needed ? 'quorum' : 'open',
  },
  timing: { remindAfter: 2, reminders: 2, escalateAfter: null, expireAfter: 10 },
  replyWords: { approve: 'confirmed', reject: 'denied' },
  form: {
    title: { id: 'Penegasan keanggotaan', en: 'Confirmation of membership' },
    question: {
      id: 'Nama Anda tercantum sebagai anggota kelompok ini. Apakah benar Anda anggota dan setuju dengan proposal ini?',
      en: 'You are named as a member of this group. Are you a member, and do you agree with this proposal?',
    },
    fields: [
      choice({ id: 'Jawaban Anda', en: 'Your answer' }, [
        option('confirmed', 'Ya, saya anggota dan setuju', 'Yes, I am a member and I agree'),
        option('denied', 'Tidak, itu bukan saya', 'No, that is not me'),
      ]),
      { ...noteField, onlyFor: ['denied'] },
    ],
    submit: send,
  },
  answer: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('confirmed') }),
    z.object({ outcome: z.literal('denied'), note: noteAnswer }),
    /** The group ask's own answer, once enough members confirmed; not a form's answer. */
    z.object({ outcome: z.literal('quorum'), confirmed: z.int(), of: z.int() }),
  ]),
});
