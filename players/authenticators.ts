/** The authenticators on people's phones: each shows one code at a time, and a code serves once. */
import { TOTP, URI } from 'otpauth';

/** What a page gave is no secret for codes by time. */
export class NoAuthenticator extends Error {
  override readonly name = 'NoAuthenticator';
  constructor(uri: string) {
    super(`"${uri.slice(0, 20)}…" is no secret for codes by time.`);
  }
}

export class Authenticators {
  /** By e-mail address. `used`: the last step whose code was given away. */
  readonly #phones = new Map<string, { totp: TOTP; used: number }>();

  /** Takes over a secret, as by its QR code. @param uri `otpauth://totp/…` @throws {NoAuthenticator} */
  add(address: string, uri: string): void {
    const totp = URI.parse(uri);
    if (!(totp instanceof TOTP)) throw new NoAuthenticator(uri);
    this.#phones.set(address, { totp, used: -1 });
  }

  has(address: string): boolean {
    return this.#phones.has(address);
  }

  /**
   * The code that is shown now, for one use.
   * @param now ISO 8601
   * @returns undefined when it was used already, or there is no authenticator
   */
  take(address: string, now: string): string | undefined {
    const phone = this.#phones.get(address);
    if (phone === undefined) return undefined;
    const timestamp = Date.parse(now);
    const step = phone.totp.counter({ timestamp });
    if (step <= phone.used) return undefined;
    phone.used = step;
    return phone.totp.generate({ timestamp });
  }
}

/** Milliseconds for which a code is shown. */
const shown = 30_000;

/** When the next code is shown after `now`: ISO 8601. */
export function nextCodeAfter(now: string): string {
  return new Date((Math.floor(Date.parse(now) / shown) + 1) * shown).toISOString();
}
