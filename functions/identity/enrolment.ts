/**
 * Enrolling people for one-time codes: they are mailed a one-time link, see the secret behind it, and prove by a code
 * that their authenticator has it. From then on it is never shown again.
 */
import { afterProof, isInvited, type PersonCodes, resetSecret, withNewSecret } from '#domain/people/codes.ts';
import type { Person } from '#domain/people/person.ts';
import type { CodeSecrets } from '#functions/identity/code-secrets.ts';
import { newCodeSecret, stepOf } from '#functions/identity/totp.ts';
import { type MessageDeps, type Posting, writeMessage } from '#functions/notifications/write-message.ts';
import { StaleCodes } from '#functions/store/errors.ts';
import { hashLinkSecret } from '#functions/store/links.ts';
import type { QueuedMessage } from '#functions/store/outbox.ts';
import { retryOnConflict } from '#functions/store/retry-on-conflict.ts';
import type { Store } from '#functions/store/store.ts';
import { isSecret, paths, urlOf } from '#functions/web/link.ts';

export interface InviteDeps extends MessageDeps {
  store: MessageDeps['store'] & Pick<Store, 'codes' | 'messages'>;
  linkBaseUrl: string;
  /** Fetched only when a person is invited. */
  codeSecrets: () => Promise<CodeSecrets>;
}

/** So long a link to enrol is good. */
const linkDays = 7;

/** Rounds of read and write before it is reported that the record is too busy. */
const maxRounds = 8;

/**
 * Mails the person a link to enrol, unless they are enrolled, or were mailed one that is still good.
 *
 * @param occasion names what the mail is sent for: each occasion mails the person once
 * @param again whether to mail them another link although one is still good
 */
export async function inviteToEnrol(
  deps: InviteDeps,
  person: Person,
  { occasion, now, again = false }: { occasion: string; now: string; again?: boolean },
): Promise<Posting | 'sent-before' | 'not-needed'> {
  const codes = await deps.store.codes.get(person.id);
  if (codes?.status === 'enrolled' || (!again && isInvited(codes, now))) return 'not-needed';
  const until = new Date(Date.parse(now) + linkDays * 86_400_000).toISOString();
  const id = `code-enrolment#${person.id}#${occasion}`;
  if ((await deps.store.messages.find(undefined, id)) !== undefined) return 'sent-before';
  const message = await writeMessage(deps, {
    id,
    to: person,
    language: person.language,
    template: 'code-enrolment',
    facts: async (linkTo) => {
      const enrolment = await openEnrolment(deps, person.id, now);
      const times = { createdAt: now, expiresAt: until };
      const secret = linkTo({ to: 'enrolment', personId: person.id, enrolment, ...times });
      return { name: person.name, url: urlOf(deps.linkBaseUrl, paths.enrolment(secret)), until };
    },
    now,
  });
  if (message === undefined) return 'unreachable';
  await noteInvitation(deps, message, { personId: person.id, until, now });
  return 'posted';
}

/**
 * The secret that the link shows: a new one, unless a link of before still shows one.
 *
 * @returns which of the person's secrets it is
 */
async function openEnrolment(
  { store, codeSecrets }: InviteDeps,
  personId: string,
  now: string,
): Promise<number> {
  const secrets = await codeSecrets();
  return inRounds(personId, async () => {
    const before = await store.codes.get(personId);
    if (before !== undefined && !hasEnded(before, now)) return before.enrolment;
    const secret = secrets.encrypt(personId, newCodeSecret());
    const codes = withNewSecret(before, { personId, secret });
    await store.commit({ journal: 'settings', now, events: [], changes: [store.codes.put(before, codes)] });
    return codes.enrolment;
  });
}

/** Whether the links to a secret that was never proved have all ended, so that it is of no use to anyone. */
function hasEnded({ status, invitedUntil }: PersonCodes, now: string) {
  return status === 'enrolling' && invitedUntil !== undefined && invitedUntil <= now;
}

/** Notes that the person is invited, with the mail that invites them. */
async function noteInvitation(
  { store, nudge }: InviteDeps,
  message: QueuedMessage,
  { personId, until, now }: { personId: string; until: string; now: string },
): Promise<void> {
  const { ids, changes } = store.outbox.put([message], now);
  const isInvited = await inRounds(personId, async () => {
    const codes = await store.codes.get(personId);
    if (codes?.status !== 'enrolling') return false;
    const noted = store.codes.put(codes, { ...codes, invitedUntil: until });
    await store.commit({ journal: 'settings', now, events: [], changes: [noted, ...changes] });
    return true;
  });
  if (isInvited) await nudge(ids, now);
}

/** Writes again what met another change of the record. @throws `TooMuchContention` */
function inRounds<Result>(personId: string, write: () => Promise<Result>): Promise<Result> {
  const conflicts = [StaleCodes];
  return retryOnConflict({ what: `The codes of ${personId}`, rounds: maxRounds, conflicts }, write);
}

/**
 * Takes a person's secret from them, at once: it was lost, or another person has it. Asks that were locked for them are
 * open again. They can give codes when they have enrolled again, for which they must be invited.
 *
 * @returns the number of the enrolment that begins
 */
export async function resetCodes(
  { store, codeSecrets }: Pick<InviteDeps, 'store' | 'codeSecrets'>,
  { personId, now }: { personId: string; now: string },
): Promise<number> {
  const secrets = await codeSecrets();
  return inRounds(personId, async () => {
    const before = await store.codes.get(personId);
    const secret = secrets.encrypt(personId, newCodeSecret());
    const { codes, events } = resetSecret(before, { personId, secret }, now);
    await store.commit({ journal: 'settings', now, events, changes: [store.codes.put(before, codes)] });
    return codes.enrolment;
  });
}

/** What a link to enrol leads to. */
export type OpenedEnrolment =
  /** The person may see their secret and prove it. */
  | { status: 'enrolling'; codes: PersonCodes }
  /** They have done so. */
  | { status: 'enrolled' };

/**
 * Reads only.
 *
 * @returns undefined for a secret that is no link to enrol; `too-old` when its time is over, or another secret has
 *   taken the place of the one it was for
 */
export async function openEnrolmentLink(
  { links, codes: store }: Pick<Store, 'links' | 'codes'>,
  secret: string,
  now: string,
): Promise<OpenedEnrolment | 'too-old' | undefined> {
  if (!isSecret(secret)) return undefined;
  const link = await links.find(hashLinkSecret(secret), now);
  if (link === 'too-old') return link;
  if (link?.to !== 'enrolment') return undefined;
  const codes = await store.get(link.personId);
  if (codes === undefined || codes.enrolment !== link.enrolment) return 'too-old';
  return codes.status === 'enrolled' ? { status: 'enrolled' } : { status: 'enrolling', codes };
}

/**
 * Enrols the person if the code is one of their secret. The code is used up by it.
 *
 * @param proof the record as the link opened it; the secret in the clear, base 32; the code's digits
 * @returns whether the person is enrolled now, by this or by a faster request
 */
export async function proveEnrolment(
  store: Pick<Store, 'codes' | 'commit'>,
  { codes, secret, digits, now }: { codes: PersonCodes; secret: string; digits: string; now: string },
): Promise<boolean> {
  const step = stepOf(secret, digits, now);
  if (step === undefined) return false;
  const { personId, enrolment } = codes;
  await inRounds(personId, async () => {
    const before = await store.codes.get(personId);
    if (before?.status !== 'enrolling' || before.enrolment !== enrolment) return;
    const { codes: after, events } = afterProof(before, step, now);
    await store.commit({ journal: 'settings', now, events, changes: [store.codes.put(before, after)] });
  });
  return true;
}
