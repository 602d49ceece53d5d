import { expect, test } from 'vitest';
import { enrolmentUri, stepOf } from '#functions/identity/totp.ts';
import { Authenticators, NoAuthenticator, nextCodeAfter } from '#players/authenticators.ts';

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const now = '2020-10-05T01:00:10.000Z';

test('an authenticator shows codes that count, each for one use', () => {
  const phones = new Authenticators();
  expect([phones.has('a@x.example'), phones.take('a@x.example', now)]).toEqual([false, undefined]);
  phones.add('a@x.example', enrolmentUri('paula', secret));
  const code = phones.take('a@x.example', now) ?? '';
  expect(stepOf(secret, code, now)).toBe(Date.parse('2020-10-05T01:00:00.000Z') / 30_000);
  expect(phones.take('a@x.example', '2020-10-05T01:00:29.999Z')).toBeUndefined();
  expect(nextCodeAfter(now)).toBe('2020-10-05T01:00:30.000Z');
  expect(nextCodeAfter(nextCodeAfter(now))).toBe('2020-10-05T01:01:00.000Z');
  expect(phones.take('a@x.example', nextCodeAfter(now))).toMatch(/^\d{6}$/);
});

test('an authenticator takes no other kind of secret', () => {
  const hotp = `otpauth://hotp/Jaring:paula?issuer=Jaring&secret=${secret}&counter=0`;
  expect(() => new Authenticators().add('a@x.example', hotp)).toThrow(NoAuthenticator);
});
