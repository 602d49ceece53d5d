/**
 * POST below an ask's page, by a personal link or by a person who has signed in: passes the ask to another person who may
 * answer it. By it a person who was asked delegates, and an administrator names a person while no one is eligible;
 * neither answers anything.
 *
 * A posted form delegates an ask, or comes back with everything that is wrong.
 */

import '#functions/behaviours.ts';
import { readForm } from '#domain/asks/answers.ts';
import { maxReassignments } from '#domain/asks/ask.ts';
import { readReassignment } from '#domain/asks/reassignment.ts';
import { type Problem, problem } from '#domain/text/problem.ts';
import type { AskContext } from '#functions/asks/ask-context.ts';
import { openOwnAsk } from '#functions/asks/ask-context.ts';
import { type AskMailDeps, personAddressee } from '#functions/asks/ask-mails.ts';
import { writeOrEscalate } from '#functions/asks/notify-or-escalate.ts';
import { notDelegablePage, reassignmentPage } from '#functions/asks/pages/reassignment-pages.ts';
import {
  type Handed,
  lastReassignmentOf,
  peopleFor,
  reassign,
  reassignmentOptions,
  reassignmentWay,
} from '#functions/asks/reassign.ts';
import { withLink } from '#functions/asks/with-link.ts';
import { foreignFormPage, signedOutPage } from '#functions/identity/pages/sign-in-pages.ts';
import { isOwnForm, signedIn } from '#functions/identity/session.ts';
import { postOf } from '#functions/notifications/post.ts';
import { postMessages } from '#functions/notifications/write-message.ts';
import type { HttpAnswer } from '#functions/runtime/handler.ts';
import { httpHandler } from '#functions/runtime/handler.ts';
import type { QueuedMessage } from '#functions/store/outbox.ts';
import type { Store } from '#functions/store/store.ts';
import { lastSegment } from '#functions/web/link.ts';
import {
  failurePage,
  forSession,
  justRecorded,
  pageHeaders,
  tooLargePage,
  unknownLinkPage,
} from '#functions/web/page.ts';

export interface ReassignmentDeps extends AskMailDeps {
  store: Store;
}

/** The longest form, in bytes: a reason of 2000 characters, each of which may take twelve. */
const maxFormBytes = 32_768;

/** By a personal link. @param post the secret of the link, the form-encoded body, and when it came */
export function submitReassignment(
  deps: ReassignmentDeps,
  { secret, body, now }: { secret: string; body: string; now: string },
): Promise<HttpAnswer> {
  return withLink(deps.store, { secret, now }, async (opened) =>
    takeReassignmentOf(deps, await opened.whole(), { body, now }),
  );
}

/** Of an ask that was opened, whatever opened it. */
export async function takeReassignmentOf(
  deps: ReassignmentDeps,
  opened: AskContext,
  { body, now }: { body: string; now: string },
): Promise<HttpAnswer> {
  const { person, subject, ask } = opened;
  const way = person && reassignmentWay(person, ask, subject);
  if (person === undefined || way === undefined) return notTheirs(deps, opened);
  if (Buffer.byteLength(body) > maxFormBytes) return tooLargePage();
  const values = readForm(body);
  const people = await peopleFor(deps.store, way, ask, subject);
  const options = reassignmentOptions(way, person, ask, { people, subject, now });
  const again = (problems: readonly Problem[]) =>
    reassignmentPage({ opened, way, options, values, problems });
  // The button on the ask's page sends nothing: it asks for the form.
  if (Object.keys(values).length === 0) return again([]);
  const read = readReassignment(way, options, values);
  if (read.to === undefined) return again(read.problems);
  const { to, reason } = read;
  const done = await reassign(deps.store, {
    ...{ subject: ask.subject, askId: ask.id, by: person.id },
    ...{ to, reason, now },
    messages: (handed) => delegateMessages(deps, handed),
  });
  switch (done.status) {
    case 'reassigned':
      await deps.nudge(done.queued, now);
      return backToAsk(opened);
    case 'not-eligible':
      return again([problem('reassignment-not-eligible', 'delegateTo')]);
    case 'too-often':
      return again([problem('reassignment-too-often', 'delegateTo', { times: maxReassignments })]);
    case 'not-theirs':
      return backToAsk(opened);
  }
}

/** The ask's own page shows what became of it. The form is posted to a place below it. */
function backToAsk({ path }: AskContext): HttpAnswer {
  return {
    statusCode: 303,
    headers: { ...pageHeaders([]), location: `../${lastSegment(path)}?${justRecorded}` },
    body: '',
  };
}

/**
 * The holder of this link may not delegate, or has done so already. A form that is sent a second time, because the
 * first answer was lost, notifies the new person again if that failed; the message's own id keeps that to one.
 */
async function notTheirs(deps: ReassignmentDeps, opened: AskContext): Promise<HttpAnswer> {
  const { person, subject, ask } = opened;
  if (person === undefined) return notDelegablePage(opened);
  const { assignee } = ask;
  const last = lastReassignmentOf(ask, person.id);
  if (last === undefined || last !== ask.reassignments?.at(-1)) return backToAsk(opened);
  if (ask.status !== 'open' || assignee.kind !== 'person' || assignee.personId !== last.to)
    return backToAsk(opened);
  const to = await deps.store.people.get(last.to);
  const way = assignee.namedBy === person.id ? 'name' : 'delegate';
  if (to !== undefined)
    await postMessages(deps, await delegateMessages(deps, { ask, subject, to, by: person, way }), opened.now);
  return backToAsk(opened);
}

/**
 * The new person gets a message with a link of their own, once for each time that the ask was delegated. They hold the
 * role, so they were invited to enrol for codes when the directory was imported; the form invites those who have not.
 */
function delegateMessages(
  deps: ReassignmentDeps,
  { ask, subject, to, by, way }: Handed,
): Promise<QueuedMessage[]> {
  const times = ask.reassignments?.length ?? 0;
  return writeOrEscalate(deps, subject, ask, {
    to: personAddressee(to),
    now: ask.reassignments?.at(-1)?.at ?? ask.openedAt,
    turn: `reassigned-${times}`,
    ...(way === 'delegate' ? { template: 'ask-delegated', delegator: by.name } : { template: 'ask' }),
  });
}

export const handler = httpHandler(
  'asks/delegate-ask',
  async (request, { env, store }) => {
    const { pathParameters, body, now } = request;
    const { askId, secret = '' } = pathParameters;
    const deps = { store, linkBaseUrl: env.LINK_BASE_URL, ...postOf(env) };
    if (askId === undefined) return submitReassignment(deps, { secret, body, now });
    if (!isOwnForm(request, env.LINK_BASE_URL)) return foreignFormPage();
    const person = await signedIn(store, request);
    if (person === undefined) return signedOutPage('../../masuk');
    const opened = await openOwnAsk(store, person, askId, now);
    return opened === undefined
      ? unknownLinkPage()
      : forSession(await takeReassignmentOf(deps, opened, { body, now }));
  },
  failurePage(),
);
