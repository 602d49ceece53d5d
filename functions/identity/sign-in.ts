/**
 * Signing in: by a one-time link to the address that the directory has. Asking for one always looks the same, whether
 * the address is known or not.
 */
import * as z from 'zod';
import { readForm } from '#domain/asks/answers.ts';
import {
  addressPage,
  confirmPage,
  foreignFormPage,
  linkSentPage,
  unknownSignInPage,
} from '#functions/identity/pages/sign-in-pages.ts';
import {
  isOwnForm,
  noCookie,
  sessionCookie,
  sessionEnd,
  sessionMinutes,
  sessionSecretIn,
} from '#functions/identity/session.ts';
import { type MessageDeps, postMessage } from '#functions/notifications/write-message.ts';
import { asError } from '#functions/runtime/errors.ts';
import type { HttpAnswer, HttpRequest } from '#functions/runtime/handler.ts';
import { NotFound } from '#functions/store/errors.ts';
import { hashLinkSecret, newLinkSecret } from '#functions/store/links.ts';
import type { Store } from '#functions/store/store.ts';
import { isSecret, paths, urlOf } from '#functions/web/link.ts';
import { oldLinkPage, pageHeaders } from '#functions/web/page.ts';

export interface SignInDeps extends MessageDeps {
  store: MessageDeps['store'] & Pick<Store, 'links' | 'people'>;
  linkBaseUrl: string;
  /** Called when a link could not be sent; the page does not say so, because that would reveal who is known. */
  logger: { warn(message: string, ...extra: [{ personId: string; error: Error }]): void };
}

const addressSchema = z.string().trim().toLowerCase().pipe(z.email().max(254));

/** The longest form with an address in it, in bytes. */
const maxFormBytes = 2_048;

/** Minutes in which an address gets one link, however often it is asked for. */
const quietMinutes = 5;

/**
 * Mails a sign-in link to the person of the directory who has the address.
 *
 * @returns the same page for every address
 */
export async function requestSignIn(
  deps: SignInDeps,
  { body, now }: { body: string; now: string },
): Promise<HttpAnswer> {
  const given = Buffer.byteLength(body) > maxFormBytes ? undefined : readForm(body).email;
  const address = addressSchema.safeParse(given);
  if (!address.success) return addressPage({ given: typeof given === 'string' ? given : '' });
  const known = await deps.store.people.byAddress(address.data);
  for (const person of known) {
    try {
      await postMessage(deps, {
        id: `sign-in.${person.id}.${Math.floor(Date.parse(now) / (quietMinutes * 60_000))}`,
        to: person,
        language: person.language,
        template: 'sign-in',
        facts: async (linkTo) => {
          const secret = linkTo({
            to: 'sign-in',
            personId: person.id,
            createdAt: now,
            expiresAt: sessionEnd(now),
          });
          return {
            name: person.name,
            url: urlOf(deps.linkBaseUrl, paths.signInBy(secret)),
            minutes: sessionMinutes,
          };
        },
        now,
      });
    } catch (error) {
      deps.logger.warn('A sign-in link could not be sent.', { personId: person.id, error: asError(error) });
    }
  }
  return linkSentPage({ minutes: sessionMinutes });
}

/** The page of a sign-in link: a button, because whatever opens links in mails must not use them up. Reads only. */
export async function showSignIn(
  { store }: { store: Pick<Store, 'links' | 'people'> },
  { secret, now }: { secret: string; now: string },
): Promise<HttpAnswer> {
  const link = await signInLink(store, secret, now);
  if (link === 'too-old') return oldLinkPage();
  const person = link === undefined ? undefined : await store.people.get(link.personId);
  return person === undefined ? unknownSignInPage() : confirmPage(person);
}

/** Uses the link up and begins a session, in one transaction: of two browsers, one is signed in. */
export async function signIn(
  { store, linkBaseUrl }: Pick<SignInDeps, 'store' | 'linkBaseUrl'>,
  { secret, request }: { secret: string; request: Pick<HttpRequest, 'headers' | 'now'> },
): Promise<HttpAnswer> {
  const { now } = request;
  // The page of this form sends no referrer, and with it browsers send the origin `null`.
  const { origin: _, ...headers } = request.headers;
  if (!isOwnForm({ headers }, linkBaseUrl)) return foreignFormPage();
  const link = await signInLink(store, secret, now);
  if (link === 'too-old') return oldLinkPage();
  if (link === undefined || (await store.people.get(link.personId)) === undefined) return unknownSignInPage();
  const session = newLinkSecret();
  try {
    await store.commit({
      journal: 'settings',
      now,
      events: [],
      changes: [
        store.links.use(hashLinkSecret(secret)),
        store.links.create(hashLinkSecret(session), {
          to: 'session',
          personId: link.personId,
          createdAt: now,
          expiresAt: sessionEnd(now),
        }),
      ],
    });
  } catch (error) {
    if (error instanceof NotFound) return unknownSignInPage();
    throw error;
  }
  return seeOther('../tugas', sessionCookie(session));
}

/** Ends the session at once, wherever its cookie has got to. */
export async function signOut(
  { store, linkBaseUrl }: Pick<SignInDeps, 'store' | 'linkBaseUrl'>,
  request: Pick<HttpRequest, 'headers' | 'cookies' | 'now'>,
): Promise<HttpAnswer> {
  if (!isOwnForm(request, linkBaseUrl)) return foreignFormPage();
  const secret = sessionSecretIn(request.cookies);
  const link = secret === undefined ? undefined : await store.links.find(hashLinkSecret(secret), request.now);
  if (secret !== undefined && typeof link === 'object' && link.to === 'session') {
    try {
      await store.commit({
        journal: 'settings',
        now: request.now,
        events: [],
        changes: [store.links.use(hashLinkSecret(secret))],
      });
    } catch (error) {
      if (!(error instanceof NotFound)) throw error;
    }
  }
  return seeOther('masuk', noCookie);
}

async function signInLink(store: Pick<Store, 'links'>, secret: string, now: string) {
  if (!isSecret(secret)) return undefined;
  const link = await store.links.find(hashLinkSecret(secret), now);
  return link === 'too-old' || link?.to === 'sign-in' ? link : undefined;
}

/** @param location relative to the page, wherever the API's public URL puts it */
function seeOther(location: string, cookie: string): HttpAnswer {
  return {
    statusCode: 303,
    headers: { ...pageHeaders([]), location },
    cookies: [cookie],
    body: '',
  };
}
