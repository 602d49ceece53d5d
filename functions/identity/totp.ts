/**
 * One-time codes by time (RFC 6238): SHA-1, 6 digits, 30 s, as every authenticator app knows them. The library compares
 * in constant time (`timingSafeEqual` of Node).
 */

import { Secret, TOTP } from 'otpauth';
import type { FormFields } from '#domain/asks/forms.ts';

/** RFC 4226, section 4, recommends 160 bits. */
const secretBytes = 20;
const settings = { algorithm: 'SHA1', digits: 6, period: 30 } as const;
/** RFC 6238, section 5.2: one step either way, for a clock that is wrong and a person who types slowly. */
const window = 1;

/** A new random secret, in base 32. */
export function newCodeSecret(): string {
  return new Secret({ size: secretBytes }).base32;
}

/**
 * What the QR code says (https://github.com/google/google-authenticator/wiki/Key-Uri-Format). The label is the person's
 * id: shorter than an e-mail address, so that the QR code is coarser, and it stays when the address changes.
 */
export function enrolmentUri(personId: string, secret: string): string {
  return new TOTP({
    ...settings,
    issuer: 'Jaring',
    label: personId,
    secret: Secret.fromBase32(secret),
  }).toString();
}

/** The six digits that a field holds, blanks left out; undefined for anything else. */
export function readCode(value: FormFields[string]): string | undefined {
  const text = typeof value === 'string' ? value : value?.length === 1 ? value[0] : undefined;
  const digits = text?.replaceAll(/\s/g, '') ?? '';
  return /^[0-9]{6}$/.test(digits) ? digits : undefined;
}

/**
 * The time step whose code this is, of those that are good now.
 *
 * @param secret in base 32
 * @param digits as `readCode` gives them
 * @param now business time, ISO 8601
 * @returns undefined for a wrong code
 */
export function stepOf(secret: string, digits: string, now: string): number | undefined {
  const timestamp = Date.parse(now);
  const { period } = settings;
  const delta = TOTP.validate({
    ...settings,
    secret: Secret.fromBase32(secret),
    token: digits,
    timestamp,
    window,
  });
  return delta === null ? undefined : TOTP.counter({ period, timestamp }) + delta;
}
