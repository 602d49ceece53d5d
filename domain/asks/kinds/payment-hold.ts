/** A payment that a treasurer took out of its run: it is freed, or held on, and is free when no one decides in time. */
import * as z from 'zod';
import { noteAnswer, reasonField } from '../form-values.ts';
import { choice, decide, noteField, option, reason } from '../forms.ts';
import { kindOfAsk, ordinal } from '../kind.ts';

export const paymentHold = kindOfAsk({
  name: 'payment-hold',
  subject: 'proposal',
  role: 'treasurer',
  /** `hold`: how often it was decided to hold this attempt. */
  about: z.strictObject({ tranche: ordinal, attempt: ordinal, hold: ordinal.default(1) }),
  outcomes: ['freed', 'kept', 'expired'],
  needsCode: ['freed'],
  duty: 'disburse',
  timing: { remindAfter: 1, reminders: 3, escalateAfter: null, expireAfter: 5 },
  form: {
    title: { id: 'Pembayaran yang ditahan', en: 'A payment that is held' },
    question: {
      id: 'Pembayaran ini ditahan oleh bendahara. Bebaskan bila sudah jelas: pembayaran ikut kelompok bayar berikutnya, yang dilepas seperti biasa. Tanpa keputusan sampai batas waktu, pembayaran bebas dengan sendirinya.',
      en: 'A treasurer holds this payment. Free it when the matter is clear: it joins the next payment run, which is released as ever. Without a decision by the deadline it is free by itself.',
    },
    fields: [
      choice({ id: 'Keputusan', en: 'Decision' }, [
        option('freed', 'Bebaskan', 'Free it'),
        option('kept', 'Tetap tahan', 'Hold it on'),
      ]),
      { ...noteField, onlyFor: ['freed'] },
      reason(['kept']),
    ],
    submit: decide,
  },
  answer: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('freed'), note: noteAnswer }),
    z.object({ outcome: z.literal('kept'), reason: reasonField() }),
  ]),
});
