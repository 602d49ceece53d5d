/**
 * The check of a one-time code, for an answer that moves money. A right code is used up by it, for whatever ask; five
 * wrong ones lock the ask for the person, and the administrators are notified, by messages that are written with the lock.
 *
 * The person's record is read, judged and written under its version until no other request was faster: two requests with the same
 * code are one right code and one that was used, and a thousand guesses at once are five.
 */

import { readAskId } from '#domain/asks/ask-id.ts';
import { kindOf } from '#domain/asks/ask-kinds.ts';
import type { Subject } from '#domain/asks/subject.ts';
import {
  afterRightCode,
  afterWrongCode,
  isLocked,
  type PersonCodes,
  triesLeft,
} from '#domain/people/codes.ts';
import { type Bilingual, both } from '#domain/text/bilingual.ts';
import { chainOfCoded } from '#functions/identity/code-journal.ts';
import type { CodeSecrets } from '#functions/identity/code-secrets.ts';
import { readCode, stepOf } from '#functions/identity/totp.ts';
import { writeNotices } from '#functions/notifications/notify.ts';
import { adminsIn, groupNameIn } from '#functions/notifications/recipients.ts';
import type { MessageDeps } from '#functions/notifications/write-message.ts';
import { asError } from '#functions/runtime/errors.ts';
import { NotFound, StaleCodes } from '#functions/store/errors.ts';
import type { QueuedMessage } from '#functions/store/outbox.ts';
import { retryOnConflict } from '#functions/store/retry-on-conflict.ts';
import type { Store } from '#functions/store/store.ts';

export interface CodeDeps extends MessageDeps {
  store: MessageDeps['store'] & Pick<Store, 'codes' | 'commit' | 'people' | 'proposals'>;
  /** Fetched only when a code is to be checked. */
  codeSecrets: () => Promise<CodeSecrets>;
  /** Called when the administrators could not be notified. */
  logger: { warn(message: string, ...extra: [{ askId: string; error: Error }]): void };
}

export interface GivenCode {
  personId: string;
  askId: string;
  /** As it was typed; blanks do not count. */
  code: string;
  /** Business time, ISO 8601: the code must be one of this time. */
  now: string;
}

/**
 * - `accepted`: right, and used up by this;
 * - `wrong`: not a code of this time; `triesLeft` says how many more may be wrong;
 * - `used`: right, but it or a later one was taken before: the person waits for the next;
 * - `locked`: five were wrong, this the last or before; even a right one is not looked at;
 * - `not-enrolled`: the person has proved no authenticator.
 */
export type CodeCheck = 'accepted' | 'wrong' | 'used' | 'locked' | 'not-enrolled';

/** Rounds of read and write before it is reported that the record is too busy. Five wrong codes end every race. */
const maxRounds = 25;

/** @throws `TooMuchContention`; `UnreadableCodeSecret`; `NotFound` for an ask of no proposal */
export async function checkCode(deps: CodeDeps, given: GivenCode): Promise<CodeCheck> {
  const { personId, askId, now } = given;
  const digits = readCode(given.code);
  if (digits === undefined) return 'wrong';
  const chain = chainOfCoded(askId);
  if (chain === undefined) throw new NotFound(`Ask ${askId}`);
  const { codes: store } = deps.store;
  const conflicts = [StaleCodes];
  return retryOnConflict({ what: `The codes of ${personId}`, rounds: maxRounds, conflicts }, async () => {
    const codes = await store.get(personId);
    if (codes?.status !== 'enrolled') return 'not-enrolled';
    if (isLocked(codes, askId)) return 'locked';
    const secret = (await deps.codeSecrets()).decrypt(personId, codes.secret);
    const step = stepOf(secret, digits, now);
    if (step !== undefined && step <= (codes.lastStep ?? -1)) return 'used';
    const { codes: after, events } =
      step === undefined
        ? afterWrongCode(codes, askId, now)
        : { codes: afterRightCode(codes, step, askId), events: [] };
    const locks = isLocked(after, askId);
    const notices = deps.store.outbox.put(locks ? await lockNotices(deps, after, askId, now) : [], now);
    await deps.store.commit({
      ...{ ...chain, now, events },
      changes: [store.put(codes, after), ...notices.changes],
    });
    await deps.nudge(notices.ids, now);
    if (locks) return 'locked';
    return step === undefined ? 'wrong' : 'accepted';
  });
}

/** How many wrong codes the person may still give for the ask. */
export async function codeTriesLeft(
  { codes }: Pick<Store, 'codes'>,
  { personId, askId }: Pick<GivenCode, 'personId' | 'askId'>,
): Promise<number> {
  return triesLeft(await codes.get(personId), askId);
}

/** What says to the administrators that an ask is locked for a person. */
async function lockNotices(
  deps: CodeDeps,
  { personId, wrong }: PersonCodes,
  askId: string,
  now: string,
): Promise<QueuedMessage[]> {
  try {
    const { subject, region, ...about } = await aboutOf(deps, askId);
    const person = await deps.store.people.get(personId);
    return await writeNotices(deps, await adminsIn(deps.store.people, region), {
      idPrefix: `${askId}.code-locked.${personId}.${wrong[askId]?.at ?? now}.`,
      ...(subject !== undefined && { subjectId: subject.id }),
      template: 'code-locked',
      facts: { ...about, askId, personId, name: person?.name ?? personId },
      now,
    });
  } catch (error) {
    // The lock must not wait for whom it is reported to.
    deps.logger.warn('An ask is locked; the administrators could not be notified.', {
      askId,
      error: asError(error),
    });
    return [];
  }
}

/** What is locked, for people: its form's title, and what it is about. */
async function aboutOf(
  { store }: CodeDeps,
  askId: string,
): Promise<{ title: Bilingual; of: string; subject?: Subject; region: string }> {
  const asked = readAskId(askId);
  if (asked === undefined) return { title: both(askId), of: askId, region: '' };
  const { subject, kind } = asked;
  const { title } = kindOf(kind).form;
  if (subject.of !== 'proposal') return { title, of: subject.id, subject, region: '' };
  const state = await store.proposals.state(subject.id);
  const of = `${groupNameIn(state)} (${subject.id})`;
  return { title, of, subject, region: state.group?.village ?? '' };
}
