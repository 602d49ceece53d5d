/**
 * How texts are kept that must not be readable in the table: AES-256-GCM by a key that is derived, for one purpose, from a
 * secret in Secrets Manager, so that the secret is the only thing to guard.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

const version = 'v1';
const keyBytes = 32;
/** NIST SP 800-38D recommends 96-bit nonces for GCM. */
const nonceBytes = 12;
const tagBytes = 16;

/** The secret has no text. */
class EmptySecret extends Error {
  override readonly name = 'EmptySecret';
  constructor(secretArn: string) {
    super(`The secret ${secretArn} holds no text.`);
  }
}

/**
 * A key for one purpose, by HKDF-SHA256.
 *
 * @param secret high-entropy text, at least 32 characters
 * @param purpose what the key is for; keys for other purposes are other keys
 * @throws `RangeError` when the secret is too short
 */
export function deriveKey(secret: string, purpose: string): Buffer {
  if (secret.length < keyBytes) throw new RangeError(`The secret for ${purpose} is too short.`);
  return Buffer.from(hkdfSync('sha256', secret, 'jaring', `${version}/${purpose}`, keyBytes));
}

/**
 * Different at every call, because the nonce is random: `v1.<nonce>.<tag>.<ciphertext>`, base64url.
 *
 * @param boundTo what the text belongs to; it can be decrypted as that only
 */
export function encrypt(key: Buffer, text: string, boundTo = ''): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(boundTo));
  const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return [version, ...[nonce, cipher.getAuthTag(), encrypted].map((part) => part.toString('base64url'))].join(
    '.',
  );
}

/** @returns undefined when the text was altered, belongs to something else, or was encrypted by another key */
export function decrypt(key: Buffer, encrypted: string, boundTo = ''): string | undefined {
  const [foundVersion, nonce, tag, text] = encrypted.split('.');
  if (foundVersion !== version || !nonce || !tag || !text) return undefined;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(Buffer.from(boundTo));
    decipher.setAuthTag(Buffer.from(tag, 'base64url'));
    return decipher.update(Buffer.from(text, 'base64url'), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}

/**
 * What is made of the text of a secret, fetched once in a container for each secret.
 *
 * @param make what to make of it
 */
export function fromSecret<Made>(make: (secret: string) => Made) {
  const loaded = new Map<string, Promise<Made>>();
  /** @throws `EmptySecret` and what Secrets Manager throws; neither is remembered */
  return (client: SecretsManagerClient, secretArn: string): Promise<Made> => {
    let loading = loaded.get(secretArn);
    if (loading === undefined) {
      loading = client.send(new GetSecretValueCommand({ SecretId: secretArn })).then(({ SecretString }) => {
        if (SecretString === undefined) throw new EmptySecret(secretArn);
        return make(SecretString);
      });
      // A failed fetch is not remembered, so that the next invocation tries again.
      loading.catch(() => loaded.delete(secretArn));
      loaded.set(secretArn, loading);
    }
    return loading;
  };
}
