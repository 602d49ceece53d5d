/**
 * How a NIK is kept: encrypted to be shown to whoever may see it, hashed by key to be matched, never in the clear.
 *
 * Both keys are derived by HKDF-SHA256 from one secret, so that the secret is the only thing to guard and rotate.
 * The hash is an HMAC, because a plain hash of 16 digits is undone by trying them all. Law: UU PDP 27/2022.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** Encrypts and matches personal numbers with the keys of one secret. */
export interface PersonalData {
  /** Different at every call: AES-256-GCM with a random nonce. `v1.<nonce>.<tag>.<ciphertext>`, base64url. */
  encryptNik(nik: string): string;
  /** @throws `UnreadablePersonalData` when the text was altered or belongs to another secret */
  decryptNik(encrypted: string): string;
  /** The same for the same number: HMAC-SHA256, hexadecimal. */
  hashNik(nik: string): string;
}

/** The stored text cannot be decrypted with this secret. */
export class UnreadablePersonalData extends Error {
  override readonly name = 'UnreadablePersonalData';
  constructor() {
    super('The stored personal data cannot be decrypted: it was altered, or the secret is another one.');
  }
}

const version = 'v1';
const keyBytes = 32;
/** NIST SP 800-38D recommends 96-bit nonces for GCM. */
const nonceBytes = 12;
const tagBytes = 16;

const derive = (secret: string, purpose: string) =>
  Buffer.from(hkdfSync('sha256', secret, 'jaring', `${version}/${purpose}`, keyBytes));

/** @param secret high-entropy text, at least 32 characters */
export const personalDataWith = (secret: string): PersonalData => {
  if (secret.length < keyBytes) throw new RangeError('The secret for personal data is too short.');
  const encryptionKey = derive(secret, 'nik-encryption');
  const hashKey = derive(secret, 'nik-hash');
  return {
    encryptNik: (nik) => {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', encryptionKey, nonce, { authTagLength: tagBytes });
      const text = Buffer.concat([cipher.update(nik, 'utf8'), cipher.final()]);
      return [version, ...[nonce, cipher.getAuthTag(), text].map((part) => part.toString('base64url'))].join(
        '.',
      );
    },
    decryptNik: (encrypted) => {
      const [foundVersion, nonce, tag, text] = encrypted.split('.');
      if (foundVersion !== version || !nonce || !tag || !text) throw new UnreadablePersonalData();
      try {
        const decipher = createDecipheriv('aes-256-gcm', encryptionKey, Buffer.from(nonce, 'base64url'), {
          authTagLength: tagBytes,
        });
        decipher.setAuthTag(Buffer.from(tag, 'base64url'));
        return decipher.update(Buffer.from(text, 'base64url'), undefined, 'utf8') + decipher.final('utf8');
      } catch {
        throw new UnreadablePersonalData();
      }
    },
    hashNik: (nik) => createHmac('sha256', hashKey).update(nik, 'utf8').digest('hex'),
  };
};

const loaded = new Map<string, Promise<PersonalData>>();

/**
 * The keys from the secret in Secrets Manager, fetched once in a container.
 *
 * @param secretArn the secret whose text is the source of the keys
 */
export const personalDataFrom = (client: SecretsManagerClient, secretArn: string): Promise<PersonalData> => {
  let loading = loaded.get(secretArn);
  if (loading === undefined) {
    loading = client.send(new GetSecretValueCommand({ SecretId: secretArn })).then(({ SecretString }) => {
      if (SecretString === undefined) throw new UnreadablePersonalData();
      return personalDataWith(SecretString);
    });
    // A failed fetch is not remembered, so that the next invocation tries again.
    loading.catch(() => loaded.delete(secretArn));
    loaded.set(secretArn, loading);
  }
  return loading;
};
