/** The group gave another account: the PPK accepts it next to the bank's letter, or sends it back to the group with a reason. */
import * as z from 'zod';
import { problem } from '../../text/problem.ts';
import { noteAnswer, reasonField, yesNoField } from '../form-values.ts';
import { choice, decide, noteField, option, reason } from '../forms.ts';
import { kindOfAsk, ordinal } from '../kind.ts';

export const accountAcceptance = kindOfAsk({
  name: 'account-acceptance',
  subject: 'proposal',
  role: 'ppk',
  /** The attempt is the one that was refused; the turn counts the accounts that the group gave for it. */
  about: z.strictObject({ tranche: ordinal, attempt: ordinal, turn: ordinal.default(1) }),
  outcomes: ['accepted', 'refused', 'expired'],
  needsCode: ['accepted'],
  /** Like the approval, with which the first account is accepted. */
  duty: 'approve',
  timing: { remindAfter: 2, reminders: 1, escalateAfter: 4, expireAfter: 10 },
  replyWords: { reject: 'refused' },
  buildsOn: 'asks',
  form: {
    title: { id: 'Penerimaan rekening baru', en: 'Acceptance of a new account' },
    question: {
      id: 'Pembayaran ke rekening lama gagal, dan kelompok memberi rekening lain. Cocokkan bank, nomor, dan nama pemilik dengan surat bank. Terima rekening ini, atau kembalikan kepada kelompok dengan alasan. Tidak ada dana dikirim sebelum Anda menerima.',
      en: 'The payment to the old account failed, and the group has given another. Compare bank, number and holder with the bank’s letter. Accept this account, or send it back to the group with a reason. No money is sent before you accept.',
    },
    fields: [
      choice({ id: 'Keputusan', en: 'Decision' }, [
        option('accepted', 'Terima rekening ini', 'Accept this account'),
        option('refused', 'Kembalikan kepada kelompok', 'Send it back to the group'),
      ]),
      reason(['refused']),
      // A field of its own, so that it is answered where the letter is and not from a list.
      {
        name: 'compared',
        type: 'yes-no',
        label: {
          id: 'Bank, nomor rekening, dan nama pemilik sama dengan surat bank',
          en: 'Bank, account number and holder are those of the bank’s letter',
        },
        required: true,
        onlyFor: ['accepted'],
      },
      { ...noteField, onlyFor: ['accepted'] },
    ],
    submit: decide,
  },
  answer: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('accepted'), compared: yesNoField(), note: noteAnswer }),
    z.object({ outcome: z.literal('refused'), reason: reasonField() }),
  ]),
  /** @param facts.accountClaimed whether another proposal has given this very account since the group did */
  problems(answer, { accountClaimed }: { accountClaimed?: boolean | undefined }) {
    if (answer.outcome !== 'accepted') return [];
    return [
      ...(answer.compared ? [] : [problem('account-not-the-letters', 'compared')]),
      ...(accountClaimed === true && answer.note === undefined
        ? [problem('account-claim-note-missing', 'note')]
        : []),
    ];
  },
});
