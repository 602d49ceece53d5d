/**
 * How a NIK is kept: encrypted to be shown to those who may see it, hashed by key to be matched, never in the clear.
 *
 * Both keys are derived from one secret, so that the secret is the only thing to guard and rotate.
 * The hash is an HMAC, because a plain hash of 16 digits is undone by trying them all. Law: UU PDP 27/2022.
 */
import { createHmac } from 'node:crypto';
import { comparableAccount } from '#domain/money/account-text.ts';
import { decrypt, deriveKey, encrypt, fromSecret } from '#functions/runtime/encryption.ts';

/** Encrypts and matches personal numbers with the keys of one secret. */
export interface PersonalData {
  /** Different at every call; see `encrypt`. */
  encryptNik(nik: string): string;
  /** @throws `UnreadablePersonalData` when the text was altered or belongs to another secret */
  decryptNik(encrypted: string): string;
  /** The same for the same number: HMAC-SHA256, hexadecimal. */
  hashNik(nik: string): string;
  /** The same for the same account, whatever zeros stand in front of its number: HMAC-SHA256, hexadecimal. */
  hashAccount(account: { bankCode: string; number: string }): string;
}

/** The stored text cannot be decrypted with this secret. */
export class UnreadablePersonalData extends Error {
  override readonly name = 'UnreadablePersonalData';
  constructor() {
    super('The stored personal data cannot be decrypted: it was altered, or the secret is another one.');
  }
}

/** @param secret high-entropy text, at least 32 characters */
export function personalDataWith(secret: string): PersonalData {
  const encryptionKey = deriveKey(secret, 'nik-encryption');
  const hashKey = deriveKey(secret, 'nik-hash');
  const accountKey = deriveKey(secret, 'account-hash');
  const hash = (key: typeof hashKey, text: string) =>
    createHmac('sha256', key).update(text, 'utf8').digest('hex');
  return {
    encryptNik: (nik) => encrypt(encryptionKey, nik),
    decryptNik: (encrypted) => {
      const nik = decrypt(encryptionKey, encrypted);
      if (nik === undefined) throw new UnreadablePersonalData();
      return nik;
    },
    hashNik: (nik) => hash(hashKey, nik),
    hashAccount: (account) => hash(accountKey, comparableAccount(account)),
  };
}

/** The keys from the secret in Secrets Manager whose text is their source, fetched once in a container. */
export const personalDataFrom = fromSecret(personalDataWith);
