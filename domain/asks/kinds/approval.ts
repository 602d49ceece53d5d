/** A signatory of the ladder approves the grant, rejects it, or returns it to verification. */
import * as z from 'zod';
import { problem } from '../../text/problem.ts';
import { noteAnswer, reasonField, yesNoField } from '../form-values.ts';
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
      {
        name: 'account',
        type: 'yes-no',
        label: {
          id: 'Bank, nomor rekening, dan nama pemilik sama dengan surat bank, dan rekening ini saya terima',
          en: 'Bank, account number and holder are those of the bank’s letter, and I accept this account',
        },
        hint: {
          id: 'Bila tidak sama, kembalikan proposal dengan alasan.',
          en: 'Where they are not, return the proposal with a reason.',
        },
        required: true,
        onlyFor: ['approve'],
        askedOf: 'ppk',
      },
      reason(['reject', 'return']),
      { ...noteField, onlyFor: ['approve'] },
    ],
    submit: decide,
  },
  /**
   * @param facts.acceptsAccount whether who approves accepts the account with it
   * @param facts.accountClaimed whether another proposal gave the account, and no official has accepted it yet
   */
  problems(
    answer,
    {
      acceptsAccount,
      accountClaimed,
    }: { acceptsAccount?: boolean | undefined; accountClaimed?: boolean | undefined },
  ) {
    if (answer.outcome !== 'approve') return [];
    return [
      ...(acceptsAccount !== true || answer.account === true
        ? []
        : [problem(answer.account === undefined ? 'field-missing' : 'account-not-accepted', 'account')]),
      ...(accountClaimed === true && answer.note === undefined
        ? [problem('account-claim-note-missing', 'note')]
        : []),
    ];
  },
  answer: z.discriminatedUnion('outcome', [
    z.object({
      outcome: z.literal('approve'),
      /** Of the PPK: that the account is the one of the bank's letter, and is accepted. */
      account: yesNoField().optional(),
      note: noteAnswer,
    }),
    z.object({ outcome: z.literal('reject'), reason: reasonField() }),
    z.object({ outcome: z.literal('return'), reason: reasonField() }),
  ]),
});
