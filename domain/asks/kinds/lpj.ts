/** LPJ: the group accounts for the money that it received. */
import * as z from 'zod';
import { formatRupiah, type Rupiah } from '../../money/rupiah.ts';
import { problem } from '../../text/problem.ts';
import { optionalTextField, rupiahField } from '../form-values.ts';
import { noteField, send } from '../forms.ts';
import { kindOfAsk, ordinal } from '../kind.ts';

export const lpj = kindOfAsk({
  name: 'lpj',
  subject: 'proposal',
  role: 'leader',
  about: z.strictObject({ report: ordinal }),
  outcomes: ['submitted', 'expired'],
  documents: (pack, { report }) => pack.training.lpj[report - 1]?.documents ?? [],
  drafts: 'group',
  timing: { remindAfter: 5, reminders: 2, escalateAfter: 15, expireAfter: 30 },
  overdue: 'follow-up',
  followUp: ({ training }) =>
    training.lpj.map(({ afterDays }, index) => ({ about: { report: index + 1 }, afterDays })),
  form: {
    title: { id: 'Laporan pertanggungjawaban (LPJ)', en: 'Accountability report (LPJ)' },
    question: {
      id: 'Unggah LPJ dan isi jumlah dana yang terpakai dan sisanya. Sisa dana harus disetor ke kas negara; Anda akan menerima kode billing dan batas waktunya.',
      en: 'Upload the LPJ and give the money spent and what is left of it. What is left goes back to kas negara; you will receive a billing code and a deadline.',
    },
    outcome: 'submitted',
    fields: [
      {
        name: 'spent',
        type: 'rupiah',
        label: { id: 'Dana terpakai (Rp)', en: 'Money spent (Rp)' },
        required: true,
      },
      {
        name: 'leftover',
        type: 'rupiah',
        label: { id: 'Sisa dana (Rp)', en: 'Money left over (Rp)' },
        hint: { id: 'Isi 0 jika tidak ada', en: 'Give 0 if there is none' },
        required: true,
      },
      { ...noteField, maxLength: 500 },
    ],
    submit: send,
  },
  answer: z.object({
    outcome: z.literal('submitted'),
    /** What was spent, and what is left and goes back to kas negara, in rupiah. */
    spent: rupiahField(),
    leftover: rupiahField(),
    note: optionalTextField(500),
  }),
  problems({ spent, leftover }, { received }: { received?: Rupiah | undefined }) {
    return received === undefined || spent + leftover === received
      ? []
      : [
          problem('lpj-sum-wrong', 'spent', {
            spent: formatRupiah(spent),
            leftover: formatRupiah(leftover),
            received: formatRupiah(received),
          }),
        ];
  },
});
