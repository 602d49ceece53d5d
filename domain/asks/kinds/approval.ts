/** A signatory of the ladder approves the grant, rejects it, or returns it to verification. */
import * as z from 'zod';
import { problem } from '../../text/problem.ts';
import { noteAnswer, reasonField } from '../form-values.ts';
import { choice, decide, noteField, option, reason } from '../forms.ts';
import { kindOfAsk, ordinal } from '../kind.ts';

export const approval = kindOfAsk({
  name: 'approval',
  subject: 'proposal',
  role: 'ppk',
  /** `step` is the place on the ladder, from 0. */
  about: z.strictObject({ round: ordinal, step: z.int().min(0) }),
  outcomes: ['approve', 'reject', 'return', 'expired'],
  needsCode: ['approve'],
  duty: 'approve',
  step: ({ step }) => step,
  timing: { remindAfter: 2, reminders: 2, escalateAfter: 5, expireAfter: 10 },
  replyWords: { approve: 'approve', reject: 'reject', return: 'return' },
  form: {
    title: { id: 'Persetujuan bantuan', en: 'Approval of the grant' },
    question: {
      id: 'Proposal telah diverifikasi. Setujui, tolak, atau kembalikan untuk diperbaiki.',
      en: 'The proposal has been verified. Approve it, reject it, or return it for correction.',
    },
    fields: [
      choice({ id: 'Keputusan', en: 'Decision' }, [
        option('approve', 'Setuju', 'Approve'),
        option('reject', 'Tolak', 'Reject'),
        option('return', 'Kembalikan untuk diperbaiki', 'Return for correction'),
      ]),
      reason(['reject', 'return']),
      { ...noteField, onlyFor: ['approve'] },
    ],
    submit: decide,
  },
  /** @param facts.accountClaimed whether another proposal gave the account, and no official has accepted it yet */
  problems(answer, { accountClaimed }: { accountClaimed?: boolean | undefined }) {
    return accountClaimed === true && answer.outcome === 'approve' && answer.note === undefined
      ? [problem('account-claim-note-missing', 'note')]
      : [];
  },
  answer: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('approve'), note: noteAnswer }),
    z.object({ outcome: z.literal('reject'), reason: reasonField() }),
    z.object({ outcome: z.literal('return'), reason: reasonField() }),
  ]),
});
