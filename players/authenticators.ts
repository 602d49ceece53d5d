/** The authenticators on people's phones: each shows one code at a time, and a code serves once. */
import { TOTP, URI } from 'otpauth';

/** What a page gave is no secret for codes by time. */
export class NoAuthenticator extends Error {
  override readonly name = 'NoAuthenticator';
  constructor(uri: string) {
    super(`"${uri.slice(0, 20)}…" is no secret for codes by time.`);
  }
}

/** A person's authenticator, as it can be kept. */
export interface Authenticator {
  /** The person's e-mail address. */
  address: string;
  /** What the codes are made from, as the page's QR code has it: `otpauth://totp/…`. */
  uri: string;
  /** The last time step (30 s since 1970) whose code was given away; -1 while none was. */
  used: number;
}

export class Authenticators {
  readonly #phones = new Map<string, Authenticator & { totp: TOTP }>();
  readonly #changed: (all: readonly Authenticator[]) => void;

  /**
   * @param kept authenticators of before
   * @param changed called with all of them after each change, before anyone makes use of it
   * @throws {NoAuthenticator}
   */
  constructor(
    kept: readonly Authenticator[] = [],
    changed: (all: readonly Authenticator[]) => void = () => undefined,
  ) {
    this.#changed = changed;
    for (const each of kept) this.#phones.set(each.address, { ...each, totp: totpOf(each.uri) });
  }

  /** Takes over a secret, as by its QR code. @param uri `otpauth://totp/…` @throws {NoAuthenticator} */
  add(address: string, uri: string): void {
    this.#phones.set(address, { address, uri, used: -1, totp: totpOf(uri) });
    this.#report();
  }

  /** Forgets a secret that no longer counts. */
  forget(address: string): void {
    if (this.#phones.delete(address)) this.#report();
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
    this.#report();
    return phone.totp.generate({ timestamp });
  }

  /** The code that is shown at a moment (ISO 8601), whether or not it was used; undefined without an authenticator. */
  show(address: string, now: string): string | undefined {
    return this.#phones.get(address)?.totp.generate({ timestamp: Date.parse(now) });
  }

  #report(): void {
    this.#changed([...this.#phones.values()].map(({ address, uri, used }) => ({ address, uri, used })));
  }
}

function totpOf(uri: string): TOTP {
  const totp = URI.parse(uri);
  if (!(totp instanceof TOTP)) throw new NoAuthenticator(uri);
  return totp;
}

/** Milliseconds for which a code is shown. */
const shown = 30_000;

/** The time step (30 s since 1970) of a moment: ISO 8601. */
export function stepAt(now: string): number {
  return Math.floor(Date.parse(now) / shown);
}

/** When the next code is shown after `now`: ISO 8601. */
export function nextCodeAfter(now: string): string {
  return new Date((stepAt(now) + 1) * shown).toISOString();
}
