/**
 * On the morning of a working day: mails everyone who has several open asks one list of them, with the address of
 * the page where they sign in. A schedule knows no public holidays, so this asks the calendar.
 *
 * The morning's lists: one mail to each person who has several open asks. Who they are is read at once from the index;
 * on most mornings that is all that is read.
 */
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import * as z from 'zod';
import { chunk } from '#domain/chunk.ts';
import { absenceOn, type Person } from '#domain/people/person.ts';
import { isWorkingDay, jakartaDate } from '#domain/working-days.ts';
import { soonestFirst } from '#functions/asks/pages/my-asks-page.ts';
import { factsOfAssignment } from '#functions/asks/subject.ts';
import { postOf } from '#functions/notifications/post.ts';
import { type MessageDeps, postMessages, writeMessage } from '#functions/notifications/write-message.ts';
import { calendarInForce } from '#functions/runtime/calendar-in-force.ts';
import { asError } from '#functions/runtime/errors.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import type { QueuedMessage } from '#functions/store/outbox.ts';
import type { Store } from '#functions/store/store.ts';
import { paths, urlOf } from '#functions/web/link.ts';

export interface DigestDeps extends MessageDeps {
  store: MessageDeps['store'] & Pick<Store, 'assignments' | 'calendar' | 'people'>;
  linkBaseUrl: string;
  logger: { warn(message: string, ...extra: [{ personId: string; error: Error }]): void };
}

/** Thrown when some lists could not be written; the retry writes them. */
export class DigestsUnwritten extends Error {
  override readonly name = 'DigestsUnwritten';
  constructor(count: number, last: Error) {
    super(`${count} morning lists could not be written`, { cause: last });
  }
}

/** A person with fewer has the mail of the ask itself. */
const fewest = 2;
const peopleAtOnce = 8;

/**
 * Writes the lists of the day; each person's is sent once, however often this runs.
 *
 * @param now when the day's run was due; ISO 8601
 * @returns how many people have one
 * @throws `DigestsUnwritten` after everyone was tried
 */
export async function sendDigests(deps: DigestDeps, now: string): Promise<number> {
  const today = jakartaDate(now);
  if (!isWorkingDay(today, await calendarInForce(deps.store, now))) return 0;
  const busy = new Set(await deps.store.assignments.busyPeople(fewest));
  if (busy.size === 0) return 0;
  const present = (await deps.store.people.byIds(busy)).filter(
    (person) => absenceOn(person, today) === undefined,
  );
  const written: QueuedMessage[] = [];
  const failures: Error[] = [];
  for (const group of chunk(present, peopleAtOnce))
    await Promise.all(
      group.map(async (person) => {
        try {
          const digest = await digestOf(deps, person, today, now);
          if (digest !== undefined) written.push(digest);
        } catch (error) {
          // One list that fails must not keep the others waiting.
          failures.push(asError(error));
          deps.logger.warn('A morning list could not be written.', {
            personId: person.id,
            error: asError(error),
          });
        }
      }),
    );
  await postMessages(deps, written, now);
  const last = failures.at(-1);
  if (last !== undefined) throw new DigestsUnwritten(failures.length, last);
  return written.length;
}

async function digestOf(
  deps: DigestDeps,
  person: Person,
  today: string,
  now: string,
): Promise<QueuedMessage | undefined> {
  const asks = soonestFirst(await deps.store.assignments.of(person.id));
  if (asks.length < fewest) return undefined;
  return writeMessage(deps, {
    id: `digest.${person.id}.${today}`,
    to: person,
    language: person.language,
    template: 'digest',
    facts: {
      name: person.name,
      asks: asks.map((ask) => ({ kind: ask.kind, subject: factsOfAssignment(ask), until: ask.expiresAt })),
      url: urlOf(deps.linkBaseUrl, paths.signIn),
    },
    now,
  });
}

/** EventBridge Scheduler fills in the scheduled time; see `infra/`. */
const eventSchema = z.object({ now: nowSchema });

export const handler = taskHandler(
  'asks/send-digests',
  eventSchema,
  async ({ now }, { env, store, logger, metrics }) => {
    const sent = await sendDigests(
      {
        store,
        ...postOf(env),
        linkBaseUrl: env.LINK_BASE_URL,
        logger,
      },
      now,
    );
    metrics.addMetric('DigestsWritten', MetricUnit.Count, sent);
    return { sent };
  },
);
