/** The release of a payment run: a treasurer sends its files to the bank, holds single payments first, or holds all of it. */
import * as z from 'zod';
import { type Problem, problem } from '../../text/problem.ts';
import { paymentListField, reasonField } from '../form-values.ts';
import { choice, option, reason } from '../forms.ts';
import { kindOfAsk, ordinal } from '../kind.ts';

export const runRelease = kindOfAsk({
  name: 'run-release',
  subject: 'payment-run',
  role: 'treasurer',
  /** `round`: it is asked again each time that payments were held. */
  about: z.strictObject({ round: ordinal.default(1) }),
  outcomes: ['released', 'partly-held', 'held', 'expired'],
  needsCode: ['released'],
  /** Who verified, approved or ordered one of its payments releases none of them. */
  duty: 'disburse',
  /** The bank's cut-off of the day is its end, and it lasts some hours. */
  ofTheDay: true,
  form: {
    title: { id: 'Pelepasan pembayaran ke bank', en: 'Release of payments to the bank' },
    question: {
      id: 'Berkas kelompok bayar ini siap dikirim ke bank. Periksa penerima, rekening, nilai, dan sidik berkas (SHA-256), lalu lepaskan, tahan beberapa pembayaran, atau tahan semuanya. Bila beberapa ditahan, berkas ditulis ulang tanpa pembayaran itu dan Anda ditanya lagi. Tanpa keputusan sebelum batas waktu bank, berkas tidak dikirim; pembayarannya menunggu hari kerja bank berikutnya.',
      en: 'The files of this payment run are ready to go to the bank. Check who gets how much where and the files’ SHA-256, then release them, hold some of the payments, or hold all. Where some are held, the files are written again without them and you are asked again. Without a decision before the bank’s cut-off nothing is sent; the payments wait for its next working day.',
    },
    fields: [
      choice({ id: 'Keputusan', en: 'Decision' }, [
        option('released', 'Lepaskan ke bank', 'Release to the bank'),
        option('partly-held', 'Tahan pembayaran yang dicentang', 'Hold the payments that are ticked'),
        option('held', 'Tahan semuanya', 'Hold all'),
      ]),
      {
        name: 'payments',
        type: 'numbers',
        label: { id: 'Pembayaran yang ditahan', en: 'Payments to hold' },
        hint: {
          id: 'Centang pada daftar di atas, atau tulis nomor pembayarannya di sini.',
          en: 'Tick them in the list above, or write their payment numbers here.',
        },
        required: true,
        onlyFor: ['partly-held'],
      },
      reason(['partly-held', 'held']),
    ],
    submit: { id: 'Kirim keputusan', en: 'Send the decision' },
  },
  answer: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('released'), payments: paymentListField().optional() }),
    z.object({ outcome: z.literal('partly-held'), payments: paymentListField(), reason: reasonField() }),
    z.object({
      outcome: z.literal('held'),
      payments: paymentListField().optional(),
      reason: reasonField(),
    }),
  ]),
  problems({ outcome, payments = [] }): Problem[] {
    const count = payments.length;
    if (outcome === 'partly-held') return count === 0 ? [problem('payments-none', 'payments')] : [];
    return count === 0 ? [] : [problem('payments-ticked', 'payments', { count })];
  },
});
