/** SP2D: the treasury orders the disbursement, or returns the SPM. */
import * as z from 'zod';
import { reasonField } from '../form-values.ts';
import { choice, decide, option, reason } from '../forms.ts';
import { kindOfAsk, ordinal } from '../kind.ts';
import { cancelledAnswer, type PaperFacts, paperAnswer, paperFields, paperProblems } from '../paper-rules.ts';

export const sp2d = kindOfAsk({
  name: 'sp2d',
  subject: 'proposal',
  role: 'kppn',
  /** With an attempt, the SP2D of that attempt, where the treasury moves the money itself. */
  about: z.strictObject({ tranche: ordinal, round: ordinal.default(1), attempt: ordinal.optional() }),
  outcomes: ['issued', 'refused', 'cancelled', 'expired'],
  needsCode: ['issued'],
  duty: 'release',
  timing: { remindAfter: 1, reminders: 1, escalateAfter: 3, expireAfter: 10 },
  replyWords: { reject: 'refused' },
  buildsOn: 'asks',
  form: {
    title: { id: 'Penerbitan SP2D', en: 'Issue of the SP2D' },
    question: {
      id: 'SPM telah terbit. Terbitkan Surat Perintah Pencairan Dana, dan dana dikirim ke rekening kelompok; atau kembalikan SPM dengan alasan, dan dana kembali ke pagu.',
      en: 'The SPM has been issued. Issue the disbursement order (SP2D), and the money goes to the account of the group; or return the SPM with a reason, and the money goes back to its budget line.',
    },
    fields: [
      choice({ id: 'Keputusan', en: 'Decision' }, [
        option('issued', 'Terbitkan SP2D', 'Issue the SP2D'),
        option('refused', 'Kembalikan SPM', 'Return the SPM'),
      ]),
      ...paperFields('SP2D'),
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
