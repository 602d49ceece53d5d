/** SPP: the PPK tests the papers of a tranche and requests its payment, or returns papers to the group. */
import * as z from 'zod';
import { paperDecisionSchema } from '../../papers/paper-review.ts';
import { choice, decide, option } from '../forms.ts';
import { kindOfAsk, ordinal } from '../kind.ts';
import { type PaperFacts, paperAnswer, paperFields, paperProblems } from '../paper-rules.ts';

export const spp = kindOfAsk({
  name: 'spp',
  subject: 'proposal',
  role: 'ppk',
  about: z.strictObject({ tranche: ordinal, round: ordinal.default(1) }),
  outcomes: ['issued', 'returned', 'expired'],
  needsCode: ['issued'],
  /** The SPP is the PPK’s own request for the money that the PPK’s decree awarded, so it counts as approving. */
  duty: 'approve',
  drafts: 'office',
  timing: { remindAfter: 2, reminders: 1, escalateAfter: 4, expireAfter: 10 },
  buildsOn: 'asks',
  form: {
    title: { id: 'Penerbitan SPP', en: 'Issue of the SPP' },
    question: {
      id: 'Kelompok sudah menyerahkan dokumen tahap ini. Uji setiap dokumen: terima, atau kembalikan dengan alasan. Bila semua diterima, terbitkan Surat Permintaan Pembayaran dan isi nomor serta tanggalnya.',
      en: 'The group has handed in the documents of this tranche. Test each of them: accept it, or return it with a reason. When all are accepted, issue the payment request (SPP) and give its number and date.',
    },
    fields: [
      choice({ id: 'Keputusan', en: 'Decision' }, [
        option('issued', 'Terbitkan SPP', 'Issue the SPP'),
        option('returned', 'Kembalikan dokumen kepada kelompok', 'Return papers to the group'),
      ]),
      ...paperFields('SPP'),
    ],
    submit: decide,
  },
  answer: z.discriminatedUnion('outcome', [
    z.object({
      outcome: z.literal('issued'),
      ...paperAnswer,
      papers: z.array(paperDecisionSchema).optional(),
    }),
    z.object({ outcome: z.literal('returned'), papers: z.array(paperDecisionSchema).optional() }),
  ]),
  problems(answer, facts: PaperFacts) {
    return paperProblems(answer, facts);
  },
});
