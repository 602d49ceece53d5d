/**
 * Who has signed in: a session begins with a one-time link and lasts for half an hour. Its secret is in a cookie, its
 * hash in the table (`store/links.ts`), so a reader of the table cannot continue one.
 */
import type { Person } from '#domain/people/person.ts';
import type { HttpRequest } from '#functions/runtime/handler.ts';
import { hashLinkSecret } from '#functions/store/links.ts';
import type { Store } from '#functions/store/store.ts';
import { isSecret } from '#functions/web/link.ts';

/** How long a sign-in link can be used, and how long the session lasts that it begins. */
export const sessionMinutes = 30;

/** @param now ISO 8601 */
export function sessionEnd(now: string) {
  return new Date(Date.parse(now) + sessionMinutes * 60_000).toISOString();
}

/**
 * `__Host-` binds the cookie to this host and to HTTPS: browsers take one only with `Secure`, with `Path=/` and without
 * `Domain` (RFC 6265bis, section 4.1.3.2). They count a machine's own addresses as secure.
 */
const cookieName = '__Host-jaring';
const attributes = 'Path=/; Secure; HttpOnly; SameSite=Strict';

/** The `Set-Cookie` value that gives a browser the session. */
export function sessionCookie(secret: string) {
  return `${cookieName}=${secret}; Max-Age=${sessionMinutes * 60}; ${attributes}`;
}

/** The `Set-Cookie` value that takes it away. */
export const noCookie = `${cookieName}=; Max-Age=0; ${attributes}`;

/** The session's secret that a browser sent, if it sent one that could be one. */
export function sessionSecretIn(cookies: readonly string[]): string | undefined {
  const start = `${cookieName}=`;
  const secret = cookies.find((cookie) => cookie.startsWith(start))?.slice(start.length);
  return secret !== undefined && isSecret(secret) ? secret : undefined;
}

/** Who has signed in; undefined when no one has, when the session is over, or when they left the directory. */
export async function signedIn(
  store: Pick<Store, 'links' | 'people'>,
  { cookies, now }: Pick<HttpRequest, 'cookies' | 'now'>,
): Promise<Person | undefined> {
  const secret = sessionSecretIn(cookies);
  if (secret === undefined) return undefined;
  const link = await store.links.find(hashLinkSecret(secret), now);
  return link === undefined || link === 'too-old' || link.to !== 'session'
    ? undefined
    : store.people.get(link.personId);
}

/**
 * Whether a form was sent by a page of ours. Browsers say from where (`Sec-Fetch-Site`, W3C Fetch Metadata); older
 * ones give the origin; those that give neither send no `SameSite=Strict` cookie with a form of another site.
 *
 * @param publicUrl the public URL of the HTTP API
 */
export function isOwnForm({ headers }: Pick<HttpRequest, 'headers'>, publicUrl: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  return headers.origin === undefined || headers.origin === new URL(publicUrl).origin;
}
