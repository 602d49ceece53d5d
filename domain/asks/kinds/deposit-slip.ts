/** The group deposits the money by the billing code and hands in the slip with its NTPN. */
import * as z from 'zod';
import { ntpnSchema } from '../../money/receipt-numbers.ts';
import { formatRupiah, type Rupiah } from '../../money/rupiah.ts';
import { problem } from '../../text/problem.ts';
import type { DocumentRequirement } from '../documents.ts';
import { copiedCodeField, dateField, rupiahField } from '../form-values.ts';
import { choice, option, send } from '../forms.ts';
import { kindOfAsk, ordinal } from '../kind.ts';
import { orderProblems, type PaperBefore } from '../paper-rules.ts';

/** The slip that a bank gives for a deposit: one scan, or its pages. */
const depositSlipFile: DocumentRequirement = {
  type: 'deposit-slip',
  min: 1,
  max: 3,
  mediaTypes: ['application/pdf', 'image/jpeg', 'image/png'],
  maxBytes: 5 * 2 ** 20,
};

/** What is to be deposited, and the last day on which its billing code can be paid. */
export interface DepositFacts extends PaperBefore {
  deposit?: { amount: Rupiah; expiresOn?: string | undefined } | undefined;
}

export const depositSlip = kindOfAsk({
  name: 'deposit-slip',
  subject: 'proposal',
  role: 'leader',
  about: z.strictObject({ deposit: ordinal, round: ordinal, slip: ordinal }),
  outcomes: ['deposited', 'code-expired', 'expired'],
  documents: () => [depositSlipFile],
  withoutPapers: ['code-expired'],
  timing: { remindAfter: 2, reminders: 2, escalateAfter: null, expireAfter: 5 },
  buildsOn: 'asks',
  overdue: 'deposit',
  form: {
    title: { id: 'Setoran ke kas negara', en: 'Deposit into kas negara' },
    question: {
      id: 'Setorkan dana di bawah ini dengan kode billing di bank atau kantor pos, lalu isi NTPN dari bukti setor dan unggah pindaiannya. Jika kode billing sudah kedaluwarsa, mintalah yang baru di sini.',
      en: 'Deposit the money below with the billing code at a bank or post office, then give the NTPN of the slip and upload a scan of it. If the billing code has expired, ask for a new one here.',
    },
    fields: [
      choice({ id: 'Jawaban Anda', en: 'Your answer' }, [
        option('deposited', 'Dana sudah disetor', 'The money has been deposited'),
        option('code-expired', 'Kode billing kedaluwarsa', 'The billing code has expired'),
      ]),
      {
        name: 'ntpn',
        type: 'text',
        label: { id: 'NTPN', en: 'NTPN' },
        hint: { id: '16 huruf dan angka pada bukti setor', en: '16 letters and digits on the slip' },
        required: true,
        onlyFor: ['deposited'],
        maxLength: 25,
      },
      {
        name: 'depositedOn',
        type: 'date',
        label: { id: 'Tanggal setor', en: 'Date of the deposit' },
        required: true,
        onlyFor: ['deposited'],
      },
      {
        name: 'amount',
        type: 'rupiah',
        label: { id: 'Jumlah disetor (Rp)', en: 'Amount deposited (Rp)' },
        required: true,
        onlyFor: ['deposited'],
      },
    ],
    submit: send,
  },
  answer: z.discriminatedUnion('outcome', [
    z.object({
      outcome: z.literal('deposited'),
      ntpn: copiedCodeField(ntpnSchema, 'ntpn-malformed'),
      depositedOn: dateField(),
      amount: rupiahField(),
    }),
    z.object({ outcome: z.literal('code-expired') }),
  ]),
  problems(answer, facts: DepositFacts) {
    if (answer.outcome !== 'deposited') return [];
    const { deposit } = facts;
    const { depositedOn, amount } = answer;
    // Banks take a billing code until its last day, for its own amount and no other.
    const problems = orderProblems('depositedOn', depositedOn, facts);
    if (depositedOn > (deposit?.expiresOn ?? depositedOn))
      problems.push(problem('deposit-after-expiry', 'depositedOn', { date: deposit?.expiresOn ?? '' }));
    if (deposit !== undefined && amount !== deposit.amount)
      problems.push(problem('deposit-amount-wrong', 'amount', { owed: formatRupiah(deposit.amount) }));
    return problems;
  },
});
