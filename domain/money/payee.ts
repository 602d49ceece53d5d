/**
 * Whom a payment is for, and what is other than at the group's payment before: what a treasurer is shown before money leaves. It is
 * kept by the payment, so that a run of thousands is shown without reading a proposal for each.
 */
import * as z from 'zod';
import { endToEndIdSchema } from '../identifiers.ts';
import type { BankAccount } from '../packet/packet.ts';
import { personIdSchema } from '../people/person.ts';
import { comparableAccount, maskAccount } from './account-text.ts';

/** An account without the number: the bank, the number's end, and the holder. */
export const maskedAccountSchema = z.strictObject({
  bankCode: z.string(),
  /** Its last digits, masked. */
  number: z.string(),
  holder: z.string(),
});
export type MaskedAccount = z.output<typeof maskedAccountSchema>;

/** The account as a person sees it who need not pay to it. */
export function maskedAccount({ bankCode, number, holder }: BankAccount): MaskedAccount {
  return { bankCode, number: maskAccount(number), holder };
}

export const payeeSchema = z.strictObject({
  group: z.string(),
  /** The payment to the group before this one, whatever became of it; absent for its first. */
  before: z
    .strictObject({
      endToEndId: endToEndIdSchema,
      account: maskedAccountSchema,
      /** What of the account is another now. */
      changed: z.array(z.enum(['bank', 'number', 'holder'])),
      /** When the group gave the new account. */
      at: z.iso.datetime().optional(),
      /** Who accepted it for the office that pays, where one did. */
      acceptedBy: personIdSchema.optional(),
    })
    .optional(),
});
export type Payee = z.output<typeof payeeSchema>;

/** How the group gave the account that is paid to, and who accepted it. */
export interface AccountChange {
  at?: string | undefined;
  acceptedBy?: string | undefined;
}

/**
 * @param account what is paid to now
 * @param before the group's payment before this one; undefined for its first
 * @param change when the account was given and who accepted it, where that is known
 */
export function payeeOf(
  group: string,
  account: BankAccount,
  before: { endToEndId: string; account: BankAccount } | undefined,
  { at, acceptedBy }: AccountChange = {},
): Payee {
  if (before === undefined) return { group };
  const changed = changesOf(before.account, account);
  return {
    group,
    before: {
      endToEndId: endToEndIdSchema.parse(before.endToEndId),
      account: maskedAccount(before.account),
      changed,
      ...(changed.length > 0 && at !== undefined && { at }),
      ...(changed.length > 0 && acceptedBy !== undefined && { acceptedBy }),
    },
  };
}

/** A holder's name that is only written otherwise (letter case, blanks) is the same; zeros in front of a number are. */
function changesOf(before: BankAccount, now: BankAccount): ('bank' | 'number' | 'holder')[] {
  const digits = (account: BankAccount) => comparableAccount({ ...account, bankCode: '' });
  return [
    ...(before.bankCode === now.bankCode ? [] : ['bank' as const]),
    ...(digits(before) === digits(now) ? [] : ['number' as const]),
    ...(plain(before.holder) === plain(now.holder) ? [] : ['holder' as const]),
  ];
}

function plain(name: string): string {
  return name.normalize('NFKC').toLowerCase().replaceAll(/\s+/gu, ' ').trim();
}

/** Whether the money goes elsewhere than the group's payment before did. */
export function isChanged({ before }: Payee): boolean {
  return before !== undefined && before.changed.length > 0;
}
