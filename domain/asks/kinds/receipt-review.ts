/** Too few members confirmed a tranche: an auditor decides whether the next is paid. */
import * as z from 'zod';
import { reasonField } from '../form-values.ts';
import { choice, decide, option, reason } from '../forms.ts';
import { kindOfAsk, ordinal } from '../kind.ts';

export const receiptReview = kindOfAsk({
  name: 'receipt-review',
  subject: 'proposal',
  role: 'auditor',
  about: z.strictObject({ tranche: ordinal }),
  outcomes: ['release', 'stop', 'expired'],
  needsCode: ['release'],
  duty: 'audit',
  timing: { remindAfter: 2, reminders: 2, escalateAfter: 5, expireAfter: 15 },
  buildsOn: 'parts',
  form: {
    title: { id: 'Pemeriksaan penerimaan manfaat', en: 'Review of the receipt' },
    question: {
      id: 'Terlalu sedikit anggota menegaskan bahwa mereka menerima manfaat. Tahap pembayaran berikutnya menunggu. Periksa, lalu lepaskan atau hentikan pembayaran.',
      en: 'Too few members confirmed that they received the benefit. The next payment waits. Look into it, then release the payment or stop it.',
    },
    fields: [
      choice({ id: 'Keputusan', en: 'Decision' }, [
        option('release', 'Lepaskan pembayaran berikutnya', 'Release the next payment'),
        option('stop', 'Hentikan pembayaran berikutnya', 'Stop the next payments'),
      ]),
      reason(['release', 'stop']),
    ],
    submit: decide,
  },
  answer: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('release'), reason: reasonField() }),
    z.object({ outcome: z.literal('stop'), reason: reasonField() }),
  ]),
});
