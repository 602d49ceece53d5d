/**
 * That the office which pays has accepted a group's account, and by which letter of the bank: at first with the PPK's approval,
 * and again at every change. Nothing is paid to an account that is not accepted.
 */
import * as z from 'zod';
import { comparableAccount, maskAccount } from '../money/account-text.ts';
import { type BankAccount, bankAccountSchema } from '../packet/packet.ts';
import type { FactsOf } from './events.ts';

/** The bank's letter as it lay before the person who accepted: which version, and the SHA-256 of its bytes. */
const accountLetterSchema = z.strictObject({ versionId: z.string(), sha256: z.string() });
export type AccountLetter = z.output<typeof accountLetterSchema>;

const accepted = {
  account: bankAccountSchema,
  /** The person of the directory who did. */
  by: z.string(),
  at: z.iso.datetime(),
};

/** An account that was accepted. */
export const acceptedAccountSchema = z.strictObject({
  ...accepted,
  /** Absent where the rule-pack asks for none. */
  letter: accountLetterSchema.optional(),
  /** The accounts that were accepted before, oldest first; each was given up for the next one. */
  before: z.array(z.strictObject(accepted)).optional(),
});
export type AcceptedAccount = z.output<typeof acceptedAccountSchema>;

/** Whether both are one account in one name, however the number is written. */
export function isSameAccount(one: BankAccount, other: BankAccount): boolean {
  return comparableAccount(one) === comparableAccount(other) && one.holder === other.holder;
}

/** The facts of the event that says so: the end of the number, never all of it. */
export function acceptanceFacts(
  { bankCode, number }: BankAccount,
  letter: AccountLetter | undefined,
  change?: { tranche: number; attempt: number; from: BankAccount },
): FactsOf<'account.accepted'> {
  return {
    ...{ bank: bankCode, account: maskAccount(number) },
    ...(letter !== undefined && { letterVersion: letter.versionId, letterSha256: letter.sha256 }),
    ...(change !== undefined && {
      ...{ tranche: change.tranche, attempt: change.attempt },
      from: `${change.from.bankCode} ${maskAccount(change.from.number)}`,
    }),
  };
}

/** The last change of an accepted account: from which one, since when, and who accepted it. */
export function accountChange(
  accepted: AcceptedAccount | undefined,
): { from: BankAccount; to: BankAccount; at: string; acceptedBy: string } | undefined {
  const from = accepted?.before?.at(-1)?.account;
  if (accepted === undefined || from === undefined) return undefined;
  return { from, to: accepted.account, at: accepted.at, acceptedBy: accepted.by };
}

/** Whether the account that the group has now is the one that was accepted. */
export function isPayable({
  content,
  award,
}: {
  content: { account: BankAccount };
  award: { account?: AcceptedAccount | undefined };
}): boolean {
  return award.account !== undefined && isSameAccount(award.account.account, content.account);
}
