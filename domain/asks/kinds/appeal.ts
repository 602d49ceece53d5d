/** A person who took no other part decides on the objection. */
import * as z from 'zod';
import { reasonField } from '../form-values.ts';
import { choice, decide, option, reason } from '../forms.ts';
import { kindOfAsk } from '../kind.ts';

export const appeal = kindOfAsk({
  name: 'appeal',
  subject: 'proposal',
  role: 'pa',
  about: z.strictObject({}),
  outcomes: ['granted', 'dismissed', 'expired'],
  duty: 'appeal',
  timing: { remindAfter: 5, reminders: 1, escalateAfter: 8, expireAfter: 15 },
  replyWords: { approve: 'granted', reject: 'dismissed' },
  buildsOn: 'asks',
  form: {
    title: { id: 'Keputusan atas keberatan', en: 'Decision on an objection' },
    question: {
      id: 'Kelompok mengajukan keberatan atas penolakan proposalnya. Kabulkan, sehingga proposal diperiksa dari awal, atau tolak. Keputusan ini bersifat akhir.',
      en: 'The group objects to the rejection of its proposal. Grant the objection, so that the proposal is verified again, or dismiss it. This decision is final.',
    },
    fields: [
      choice({ id: 'Keputusan', en: 'Decision' }, [
        option('granted', 'Kabulkan keberatan', 'Grant the objection'),
        option('dismissed', 'Tolak keberatan', 'Dismiss the objection'),
      ]),
      reason(['granted', 'dismissed']),
    ],
    submit: decide,
  },
  answer: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('granted'), reason: reasonField() }),
    z.object({ outcome: z.literal('dismissed'), reason: reasonField() }),
  ]),
});
