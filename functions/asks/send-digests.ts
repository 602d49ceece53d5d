/**
 * On the morning of a working day: mails everyone who has several open asks one list of them, with the address of
 * the page where they sign in. A schedule knows no public holidays, so this asks the calendar.
 *
 * The morning's lists: one mail to each person who has several open asks. Who they are is read at once from the index;
 * on most mornings that is all that is read.
 */
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import * as z from 'zod';
import { absenceOn, type Person } from '#domain/people/person.ts';
import { isWorkingDay, jakartaDate } from '#domain/working-days.ts';
import { soonestFirst } from '#functions/asks/pages/my-asks-page.ts';
import { factsOfAssignment } from '#functions/asks/subject.ts';
import { messengerOf } from '#functions/notifications/messenger.ts';
import { type MessageDeps, sendMessage } from '#functions/notifications/send-message.ts';
import { calendarInForce } from '#functions/runtime/calendar-in-force.ts';
import { chunk } from '#functions/runtime/chunk.ts';
import { asError } from '#functions/runtime/errors.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import type { Store } from '#functions/store/store.ts';
import { paths, urlOf } from '#functions/web/link.ts';

export interface DigestDeps extends MessageDeps {
  store: MessageDeps['store'] & Pick<Store, 'assignments' | 'calendar' | 'people'>;
  linkBaseUrl: string;
  logger: { warn(message: string, ...extra: [{ personId: string; error: Error }]): void };
}

/** Thrown when some lists could not be sent; the retry sends those and no others. */
export class DigestsUnsent extends Error {
  override readonly name = 'DigestsUnsent';
  constructor(count: number, last: Error) {
    super(`${count} morning lists could not be sent`, { cause: last });
  }
}

/** A person with fewer has the mail of the ask itself. */
const fewest = 2;
const peopleAtOnce = 8;

/**
 * Sends the lists of the day, each person's once, however often it runs.
 *
 * @param now when the day's run was due; ISO 8601
 * @returns how many were sent
 * @throws `DigestsUnsent` after everyone was tried
 */
export async function sendDigests(deps: DigestDeps, now: string): Promise<number> {
  const today = jakartaDate(now);
  if (!isWorkingDay(today, await calendarInForce(deps.store, now))) return 0;
  const busy = new Set(await deps.store.assignments.busyPeople(fewest));
  if (busy.size === 0) return 0;
  const present = (await deps.store.people.byIds(busy)).filter(
    (person) => absenceOn(person, today) === undefined,
  );
  let sent = 0;
  const failures: Error[] = [];
  for (const group of chunk(present, peopleAtOnce))
    await Promise.all(
      group.map(async (person) => {
        try {
          if (await sendDigest(deps, person, today, now)) sent += 1;
        } catch (error) {
          // One address that fails must not keep the others waiting.
          failures.push(asError(error));
          deps.logger.warn('A morning list could not be sent.', {
            personId: person.id,
            error: asError(error),
          });
        }
      }),
    );
  const last = failures.at(-1);
  if (last !== undefined) throw new DigestsUnsent(failures.length, last);
  return sent;
}

async function sendDigest(deps: DigestDeps, person: Person, today: string, now: string): Promise<boolean> {
  const asks = soonestFirst(await deps.store.assignments.of(person.id));
  if (asks.length < fewest) return false;
  const sending = await sendMessage(deps, {
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
  return sending === 'sent';
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
        ...messengerOf(env),
        linkBaseUrl: env.LINK_BASE_URL,
        logger,
      },
      now,
    );
    metrics.addMetric('DigestsSent', MetricUnit.Count, sent);
    return { sent };
  },
);
