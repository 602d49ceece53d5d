/** The group hands in the roll of those who worked, and the signed sheets. */
import * as z from 'zod';
import { noteAnswer } from '../form-values.ts';
import { noteField, send } from '../forms.ts';
import { kindOfAsk, ordinal } from '../kind.ts';

export const musterRoll = kindOfAsk({
  name: 'muster-roll',
  subject: 'proposal',
  role: 'leader',
  /** Counts the rolls: one that is not in order comes back. */
  about: z.strictObject({ turn: ordinal }),
  outcomes: ['handed-in', 'expired'],
  documents: (pack) => pack.works?.musterRoll.documents ?? [],
  timing: { remindAfter: 5, reminders: 2, escalateAfter: null, expireAfter: 15 },
  /** Followed up by a machine of its own, because it is checked and may come back. */
  overdue: 'follow-up',
  form: {
    title: { id: 'Daftar hadir pekerja', en: 'Muster roll' },
    question: {
      id: 'Unggah daftar hadir pekerja (formulir .xlsx atau JSON) dan pindaian lembar yang ditandatangani, lalu kirim. Jika ada pekerja pengganti, unggah juga keputusan desa. Upah dihitung dari hari hadir dan upah per hari; jika ada yang belum benar, daftar hadir dikembalikan dengan penjelasan.',
      en: 'Upload the muster roll (the .xlsx form, or JSON) and scans of the signed sheets, then send. If there were substitutes, upload the decision of the village as well. Wages follow from the days present and the day rates; if something is not right, the roll comes back with an explanation.',
    },
    outcome: 'handed-in',
    fields: [{ ...noteField, maxLength: 500 }],
    submit: send,
  },
  answer: z.object({ outcome: z.literal('handed-in'), note: noteAnswer }),
});
