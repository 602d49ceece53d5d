/** The bank is silent about a payment: the treasury asks it what became of it. */
import * as z from 'zod';
import { dateField, noteAnswer, reasonField, textField } from '../form-values.ts';
import { choice, noteField, option, reason, send } from '../forms.ts';
import { kindOfAsk, ordinal } from '../kind.ts';
import { orderProblems, type PaperBefore } from '../paper-rules.ts';

export const bankInquiry = kindOfAsk({
  name: 'bank-inquiry',
  subject: 'proposal',
  role: 'kppn',
  about: z.strictObject({ tranche: ordinal, attempt: ordinal, inquiry: ordinal }),
  outcomes: ['settled', 'rejected', 'wait', 'expired'],
  needsCode: ['settled', 'rejected'],
  duty: 'release',
  timing: { remindAfter: 1, reminders: 2, escalateAfter: 3, expireAfter: 10 },
  buildsOn: 'asks',
  form: {
    title: { id: 'Pertanyaan kepada bank', en: 'Inquiry at the bank' },
    question: {
      id: 'Bank belum menjawab pembayaran ini. Tanyakan kepada bank; pembayaran tidak dikirim ulang selama nasibnya belum jelas.',
      en: 'The bank has not answered for this payment. Ask the bank; the payment is not sent again while its fate is unclear.',
    },
    fields: [
      choice({ id: 'Jawaban bank', en: "The bank's answer" }, [
        option('settled', 'Dana sudah masuk', 'The money has arrived'),
        option('rejected', 'Ditolak', 'Rejected'),
        option('wait', 'Masih diproses', 'Still in process'),
      ]),
      {
        name: 'bankReference',
        type: 'text',
        label: { id: 'Nomor referensi bank', en: 'Reference of the bank' },
        required: true,
        onlyFor: ['settled'],
        maxLength: 35,
      },
      {
        name: 'valueDate',
        type: 'date',
        label: { id: 'Tanggal dana masuk', en: 'Value date' },
        required: true,
        onlyFor: ['settled'],
      },
      reason(['rejected']),
      { ...noteField, onlyFor: ['wait'] },
    ],
    submit: send,
  },
  answer: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('settled'), bankReference: textField(35), valueDate: dateField() }),
    z.object({ outcome: z.literal('rejected'), reason: reasonField() }),
    z.object({ outcome: z.literal('wait'), note: noteAnswer }),
  ]),
  problems(answer, facts: PaperBefore) {
    return answer.outcome === 'settled' ? orderProblems('valueDate', answer.valueDate, facts) : [];
  },
});
