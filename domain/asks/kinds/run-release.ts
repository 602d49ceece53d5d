/** The release of a payment run: a treasurer sends its files to the bank, or holds them. */
import * as z from 'zod';
import { reasonField } from '../form-values.ts';
import { choice, option, reason } from '../forms.ts';
import { kindOfAsk } from '../kind.ts';

export const runRelease = kindOfAsk({
  name: 'run-release',
  subject: 'payment-run',
  role: 'treasurer',
  about: z.strictObject({}),
  outcomes: ['released', 'held', 'expired'],
  needsCode: ['released'],
  /** Who verified, approved or ordered one of its payments releases none of them. */
  duty: 'disburse',
  /** The bank's cut-off of the day is its end, and it lasts some hours. */
  ofTheDay: true,
  form: {
    title: { id: 'Pelepasan pembayaran ke bank', en: 'Release of payments to the bank' },
    question: {
      id: 'Berkas kelompok bayar ini siap dikirim ke bank. Periksa jumlah pembayaran, nilai, rekening, dan sidik berkas (SHA-256), lalu lepaskan atau tahan. Tanpa keputusan sebelum batas waktu bank, berkas tidak dikirim; pembayarannya menunggu hari kerja bank berikutnya.',
      en: 'The files of this payment run are ready to go to the bank. Check how many payments there are, their sum, the accounts and the files’ SHA-256, then release or hold them. Without a decision before the bank’s cut-off nothing is sent; the payments wait for its next working day.',
    },
    fields: [
      choice({ id: 'Keputusan', en: 'Decision' }, [
        option('released', 'Lepaskan ke bank', 'Release to the bank'),
        option('held', 'Tahan', 'Hold'),
      ]),
      reason(['held']),
    ],
    submit: { id: 'Kirim keputusan', en: 'Send the decision' },
  },
  answer: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('released') }),
    z.object({ outcome: z.literal('held'), reason: reasonField() }),
  ]),
});
