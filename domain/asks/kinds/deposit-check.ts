/** The treasury looks up what the group says it deposited, and confirms it or refuses the slip. */
import * as z from 'zod';
import { reasonField } from '../form-values.ts';
import { choice, decide, option, reason } from '../forms.ts';
import { kindOfAsk, ordinal } from '../kind.ts';

export const depositCheck = kindOfAsk({
  name: 'deposit-check',
  subject: 'proposal',
  role: 'kppn',
  about: z.strictObject({ deposit: ordinal, round: ordinal, slip: ordinal, check: ordinal }),
  outcomes: ['confirmed', 'refused', 'expired'],
  needsCode: ['confirmed'],
  /** A person who brought the billing code of the deposit does not confirm it. */
  duty: 'release',
  timing: { remindAfter: 2, reminders: 1, escalateAfter: 4, expireAfter: 10 },
  buildsOn: 'asks',
  overdue: 'deposit',
  form: {
    title: { id: 'Konfirmasi setoran ke kas negara', en: 'Confirmation of a deposit into kas negara' },
    question: {
      id: 'Kelompok menyatakan sudah menyetor. Periksa NTPN, tanggal, dan jumlahnya pada sistem penerimaan negara, lalu nyatakan setoran ada, atau tolak dengan alasan.',
      en: 'The group says that it has deposited the money. Look up the NTPN, the date and the amount in the state revenue system, then confirm the deposit, or refuse it with a reason.',
    },
    fields: [
      choice({ id: 'Keputusan', en: 'Decision' }, [
        option('confirmed', 'Setoran ada di kas negara', 'The deposit is in kas negara'),
        option('refused', 'Tolak bukti setor', 'Refuse the slip'),
      ]),
      reason(['refused']),
    ],
    submit: decide,
  },
  answer: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('confirmed') }),
    z.object({ outcome: z.literal('refused'), reason: reasonField() }),
  ]),
});
