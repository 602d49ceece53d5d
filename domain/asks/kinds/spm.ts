/** SPM: the payment order officer tests the request and orders the payment, or refuses. */
import * as z from 'zod';
import { reasonField } from '../form-values.ts';
import { choice, decide, option, reason } from '../forms.ts';
import { kindOfAsk, ordinal } from '../kind.ts';
import { cancelledAnswer, type PaperFacts, paperAnswer, paperFields, paperProblems } from '../paper-rules.ts';

export const spm = kindOfAsk({
  name: 'spm',
  subject: 'proposal',
  role: 'pp-spm',
  about: z.strictObject({ tranche: ordinal, round: ordinal.default(1) }),
  outcomes: ['issued', 'refused', 'cancelled', 'expired'],
  needsCode: ['issued'],
  duty: 'release',
  drafts: 'office',
  timing: { remindAfter: 2, reminders: 1, escalateAfter: 4, expireAfter: 10 },
  replyWords: { reject: 'refused' },
  buildsOn: 'asks',
  form: {
    title: { id: 'Pengujian dan penerbitan SPM', en: 'Test and issue of the SPM' },
    question: {
      id: 'Uji SPP dan kelengkapannya. Terbitkan Surat Perintah Membayar, atau tolak dengan alasan.',
      en: 'Test the SPP and its papers. Issue the payment order (SPM), or refuse it with a reason.',
    },
    fields: [
      choice({ id: 'Keputusan', en: 'Decision' }, [
        option('issued', 'Terbitkan SPM', 'Issue the SPM'),
        option('refused', 'Tolak', 'Refuse'),
      ]),
      ...paperFields('SPM'),
      reason(['refused']),
    ],
    submit: decide,
  },
  answer: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('issued'), ...paperAnswer }),
    z.object({ outcome: z.literal('refused'), reason: reasonField() }),
    cancelledAnswer,
  ]),
  problems(answer, facts: PaperFacts) {
    return paperProblems(answer, facts);
  },
});
