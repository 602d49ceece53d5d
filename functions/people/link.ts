/** What a personal link looks like; its secret is made and hashed by `functions/store/links.ts`. */

/** The only form a secret has: 32 bytes in base64url without padding. */
const secretForm = /^[A-Za-z0-9_-]{43}$/;

/** Whether a text could be a secret at all; what cannot is not looked up. */
export const isSecret = (text: string) => secretForm.test(text);

/** @param base the public URL of the HTTP API, with or without a slash at its end */
export const linkUrl = (base: string, secret: string) => `${base.replace(/\/+$/, '')}/a/${secret}`;

/** So long after its ask a link still tells what became of it. */
const afterwardsDays = 180;

/** When the link of an ask ends. @param askEnd when the ask ends without an answer (ISO) */
export const linkEnd = (askEnd: string) =>
  new Date(Date.parse(askEnd) + afterwardsDays * 86_400_000).toISOString();
