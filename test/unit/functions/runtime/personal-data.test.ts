import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  personalDataFrom,
  personalDataWith,
  UnreadablePersonalData,
} from '#functions/runtime/personal-data.ts';

const secret = 'a secret of the test, long enough to be one';
const keys = personalDataWith(secret);
const niks = fc.stringMatching(/^\d{16}$/);

describe('personal data', () => {
  it('decrypts to what was encrypted, and never encrypts the same number to the same text', () => {
    fc.assert(
      fc.property(niks, (nik) => {
        const [one, other] = [keys.encryptNik(nik), keys.encryptNik(nik)];
        expect(one).not.toBe(other);
        expect(one).not.toContain(nik);
        expect(keys.decryptNik(one)).toBe(nik);
      }),
    );
  });

  it('hashes the same number to the same text, and to another under another secret', () => {
    const others = personalDataWith(`${secret} changed`);
    fc.assert(
      fc.property(niks, (nik) => {
        expect(keys.hashNik(nik)).toBe(personalDataWith(secret).hashNik(nik));
        expect(keys.hashNik(nik)).not.toBe(others.hashNik(nik));
      }),
    );
  });

  it('refuses a text that was altered anywhere', () => {
    const encrypted = keys.encryptNik('3302151205800001');
    fc.assert(
      fc.property(fc.nat(encrypted.length - 1), (at) => {
        const altered = `${encrypted.slice(0, at)}${encrypted[at] === 'A' ? 'Q' : 'A'}${encrypted.slice(at + 1)}`;
        expect(() => keys.decryptNik(altered)).toThrow(UnreadablePersonalData);
      }),
    );
  });

  it('reads what earlier versions have stored', () => {
    expect(keys.decryptNik('v1.0SsxvECKF5m54FW1.8Xqjq5IOVOJTChsTE3TOtA.poox8Pn8t9Wnjxi3Fi6dLw')).toBe(
      '3302151205800001',
    );
  });

  it('refuses a text of another secret, and a secret that is too short', () => {
    expect(() => personalDataWith(`${secret}!`).decryptNik(keys.encryptNik('1'.repeat(16)))).toThrow(
      UnreadablePersonalData,
    );
    expect(() => personalDataWith('short')).toThrow(RangeError);
  });

  it('fetches the secret once, and tries again after a failed fetch', async () => {
    const answers = [new Error('not now'), { SecretString: secret, $metadata: {} }];
    const asked: unknown[] = [];
    const client = new SecretsManagerClient({ region: 'ap-southeast-3' });
    client.middlewareStack.add(
      () => async (args) => {
        asked.push(args.input);
        const answer = answers.shift();
        if (answer === undefined || answer instanceof Error) throw answer ?? new Error('asked too often');
        return { output: answer, response: undefined };
      },
      { step: 'initialize' },
    );
    const arn = 'arn:aws:secretsmanager:ap-southeast-3:000000000000:secret:test';
    await expect(personalDataFrom(client, arn)).rejects.toThrow('not now');
    const loaded = await personalDataFrom(client, arn);
    expect(await personalDataFrom(client, arn)).toBe(loaded);
    expect(loaded.hashNik('1')).toBe(keys.hashNik('1'));
    expect(asked).toEqual([{ SecretId: arn }, { SecretId: arn }]);
    expect(GetSecretValueCommand).toBeDefined();
  });
});
