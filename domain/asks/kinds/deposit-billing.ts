/** The PPK has a billing code issued for a deposit into kas negara, and gives it with its last day. */
import * as z from 'zod';
import { billingCodeSchema } from '../../money/receipt-numbers.ts';
import { problem } from '../../text/problem.ts';
import { copiedCodeField, dateField } from '../form-values.ts';
import { send } from '../forms.ts';
import { kindOfAsk, ordinal } from '../kind.ts';

export const depositBilling = kindOfAsk({
  name: 'deposit-billing',
  subject: 'proposal',
  role: 'ppk',
  about: z.strictObject({ deposit: ordinal, round: ordinal }),
  outcomes: ['issued', 'expired'],
  duty: 'approve',
  timing: { remindAfter: 2, reminders: 1, escalateAfter: 4, expireAfter: 10 },
  overdue: 'deposit',
  form: {
    title: { id: 'Kode billing setoran ke kas negara', en: 'Billing code for a deposit into kas negara' },
    question: {
      id: 'Kelompok harus menyetor dana di bawah ini ke kas negara. Buat kode billing di SIMPONI (pengembalian belanja) untuk jumlah yang persis sama, lalu isi di sini. Sistem ini tidak dapat membuatnya.',
      en: 'The group has to deposit the money below into kas negara. Have SIMPONI issue a billing code (return of expenditure) for exactly this amount, then give it here. This system cannot issue it.',
    },
    outcome: 'issued',
    fields: [
      {
        name: 'billingCode',
        type: 'text',
        label: { id: 'Kode billing', en: 'Billing code' },
        hint: { id: '15 angka', en: '15 digits' },
        required: true,
        maxLength: 25,
      },
      {
        name: 'expiresOn',
        type: 'date',
        label: { id: 'Tanggal kedaluwarsa kode billing', en: 'Day on which the billing code expires' },
        required: true,
        ahead: true,
      },
    ],
    submit: send,
  },
  answer: z.object({
    outcome: z.literal('issued'),
    billingCode: copiedCodeField(billingCodeSchema, 'billing-code-malformed'),
    expiresOn: dateField(),
  }),
  problems({ expiresOn }, { today }: { today: string }) {
    return expiresOn < today ? [problem('billing-code-expired', 'expiresOn')] : [];
  },
});
