import { expect, test } from 'vitest';
import { enrolmentUri, stepOf } from '#functions/identity/totp.ts';
import {
  type Authenticator,
  Authenticators,
  NoAuthenticator,
  nextCodeAfter,
} from '#players/authenticators.ts';

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

test('an authenticator can be kept: what was used stays used, and what was forgotten is gone', () => {
  let kept: readonly Authenticator[] = [];
  const keep = (all: readonly Authenticator[]) => {
    kept = all;
  };
  const phones = new Authenticators([], keep);
  phones.add('a@x.example', enrolmentUri('paula', secret));
  expect(kept).toEqual([{ address: 'a@x.example', uri: enrolmentUri('paula', secret), used: -1 }]);
  const code = phones.take('a@x.example', now);
  const again = new Authenticators(kept, keep);
  expect(again.take('a@x.example', now)).toBeUndefined();
  // To show a code is not to use it.
  expect([again.show('a@x.example', now), again.show('b@x.example', now)]).toEqual([code, undefined]);
  expect(again.take('a@x.example', nextCodeAfter(now))).toMatch(/^\d{6}$/);
  again.forget('a@x.example');
  expect([kept, again.has('a@x.example')]).toEqual([[], false]);
});
