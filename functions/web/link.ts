/** What a personal link looks like; its secret is made and hashed by `functions/store/links.ts`. */

/** The only form a secret has: 32 bytes in base64url without padding. */
const secretForm = /^[A-Za-z0-9_-]{43}$/;

/** Whether a text could be a secret at all; what cannot is not looked up. */
export function isSecret(text: string) {
  return secretForm.test(text);
}

/** Where pages lie below the public URL. */
export const paths = {
  /** An ask, by the secret of a personal link. */
  ask: (secret: string) => `/a/${secret}`,
  /** Where a proposal stands, by the secret of a link. */
  status: (secret: string) => `/s/${secret}`,
  /** Where a person enrols for one-time codes, by the secret of a link. */
  enrolment: (secret: string) => `/kode/${secret}`,
  /** Where a person of the directory asks for a sign-in link. */
  signIn: '/masuk',
  /** The page of a sign-in link, by its secret. */
  signInBy: (secret: string) => `/masuk/${secret}`,
  /** What a person who has signed in is asked for. */
  myAsks: '/tugas',
  /** One of them. */
  myAsk: (askId: string) => `/tugas/${askId}`,
};

/** A page's own address as seen from itself, wherever the API's public URL puts it. */
export function lastSegment(path: string) {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Where an ask is delegated, below its page: seen from there it is `<the page's last segment>/delegasi`. */
export const delegationPlace = 'delegasi';

/** The address of a page. @param base the public URL of the HTTP API, with or without a slash at its end */
export function urlOf(base: string, path: string) {
  return `${base.replace(/\/+$/, '')}${path}`;
}

/** The address of an ask's page, by the secret of a personal link. */
export function linkUrl(base: string, secret: string) {
  return urlOf(base, paths.ask(secret));
}

/** How long after its ask a link still shows what became of it. */
const afterwardsDays = 180;

/** When the link of an ask ends. @param askEnd when the ask ends without an answer (ISO) */
export function linkEnd(askEnd: string) {
  return new Date(Date.parse(askEnd) + afterwardsDays * 86_400_000).toISOString();
}
