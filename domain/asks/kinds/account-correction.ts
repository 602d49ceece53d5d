/** The bank refused the account: the group names another one of its own. */
import * as z from 'zod';
import { namesGroup } from '../../money/account-names.ts';
import { banksByName } from '../../money/banks.ts';
import { givenAccountProblems, type Rail } from '../../money/rail.ts';
import { bankAccountSchema } from '../../packet/packet.ts';
import type { RulePack } from '../../programme.ts';
import { problem } from '../../text/problem.ts';
import type { DocumentRequirement } from '../documents.ts';
import { option, send } from '../forms.ts';
import { kindOfAsk, ordinal } from '../kind.ts';

export const accountCorrection = kindOfAsk({
  name: 'account-correction',
  subject: 'proposal',
  role: 'leader',
  /** The attempt is the one that was refused; the turn counts the accounts that were asked for since. */
  about: z.strictObject({ tranche: ordinal, attempt: ordinal, turn: ordinal.default(1) }),
  outcomes: ['corrected', 'expired'],
  documents: bankReference,
  timing: { remindAfter: 3, reminders: 2, escalateAfter: null, expireAfter: 15 },
  buildsOn: 'asks',
  form: {
    title: { id: 'Perbaikan rekening', en: 'Correction of the account' },
    question: {
      id: 'Bank menolak pembayaran ke rekening kelompok. Isi rekening yang benar, atas nama kelompok.',
      en: 'The bank refused the payment to the account of the group. Give the right account, in the name of the group.',
    },
    outcome: 'corrected',
    fields: [
      {
        name: 'bankCode',
        type: 'select',
        label: { id: 'Bank', en: 'Bank' },
        hint: { id: 'Pilih nama bank pada buku tabungan', en: 'Choose the name of the bank in the passbook' },
        required: true,
        options: banksByName().map(({ code, name }) => option(code, name, name)),
      },
      {
        name: 'number',
        type: 'text',
        label: { id: 'Nomor rekening', en: 'Account number' },
        hint: {
          id: 'Nomor yang lama sudah terisi: perbaiki angka yang keliru. BRI 15 angka, Mandiri 13, BNI, BCA, dan BSI 10',
          en: 'The old number is filled in: correct the digit that is wrong. BRI 15 digits, Mandiri 13, BNI, BCA and BSI 10',
        },
        required: true,
        maxLength: 30,
      },
      {
        name: 'holder',
        type: 'text',
        label: { id: 'Atas nama', en: 'Account holder' },
        required: true,
        maxLength: 70,
      },
    ],
    submit: send,
  },
  answer: z.object({
    outcome: z.literal('corrected'),
    bankCode: z.preprocess(trimmed, bankAccountSchema.shape.bankCode),
    number: z.preprocess(trimmed, bankAccountSchema.shape.number),
    holder: bankAccountSchema.shape.holder,
  }),
  problems(answer, { rail, groupName }: { rail: Rail; groupName?: string | undefined }) {
    return [
      ...givenAccountProblems(rail, answer),
      ...(groupName === undefined || namesGroup(answer.holder, groupName)
        ? []
        : [problem('account-holder-not-the-group', 'holder', { group: groupName })]),
    ];
  },
});

/** The letter by which a bank says whose an account is, where the pack asks for one with the proposal. */
function bankReference({ attachments }: RulePack): DocumentRequirement[] {
  return attachments
    .filter(({ type, required }) => type === 'bank-reference' && required)
    .map(({ mediaTypes, maxBytes }) => ({
      type: 'bank-reference',
      min: 1,
      max: 1,
      mediaTypes,
      maxBytes,
      minPages: 1,
    }));
}

function trimmed(value: unknown): unknown {
  return typeof value === 'string' ? value.trim() || undefined : value;
}
