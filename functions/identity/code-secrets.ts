/**
 * How the secrets are kept from which people's authenticators make one-time codes: encrypted, each bound to its person,
 * so that a secret that is copied to another person's record is of no use there.
 *
 * The key comes from a secret of its own: what checks codes cannot read a NIK, and what reads a NIK cannot make codes.
 */
import { decrypt, deriveKey, encrypt, fromSecret } from '#functions/runtime/encryption.ts';

/** Encrypts the secrets of one-time codes. */
export interface CodeSecrets {
  /** @param secret in base 32 (RFC 4648) */
  encrypt(personId: string, secret: string): string;
  /** @throws `UnreadableCodeSecret` when the text was altered, is another person's, or belongs to another key */
  decrypt(personId: string, encrypted: string): string;
}

/** The stored secret of a person's codes cannot be decrypted. */
export class UnreadableCodeSecret extends Error {
  override readonly name = 'UnreadableCodeSecret';
  constructor(personId: string) {
    super(
      `The secret of ${personId}'s codes cannot be decrypted: it was altered, or the key is another one.`,
    );
  }
}

/** @param secret high-entropy text, at least 32 characters */
export function codeSecretsWith(secret: string): CodeSecrets {
  const key = deriveKey(secret, 'code-secrets');
  return {
    encrypt: (personId, text) => encrypt(key, text, personId),
    decrypt: (personId, encrypted) => {
      const text = decrypt(key, encrypted, personId);
      if (text === undefined) throw new UnreadableCodeSecret(personId);
      return text;
    },
  };
}

/** The same from the secret in Secrets Manager, fetched once in a container. */
export const codeSecretsFrom = fromSecret(codeSecretsWith);
