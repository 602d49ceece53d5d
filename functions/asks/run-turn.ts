/**
 * Asks a person, or all members, for something, one turn at a time: the first mail, reminders, the escalation, the
 * expiry. The state that called waits with its token until an answer comes or the turn's time is up.
 *
 * An ask that is answered already, because the answer crossed the turn's end or the resume failed, is resumed at once.
 *
 * One turn of an ask: opens it or takes it over with the new turn's token, then asks, reminds, escalates or lets it
 * expire, as its plan says. Running it again for the same turn changes nothing and mails no one twice.
 */

import '#functions/behaviours.ts';
import type { SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import {
  type Ask,
  type AskPlan,
  type AskTurn,
  type Assignee,
  askPlanSchema,
  codedOutcomes,
  isOver,
  type OpenAsk,
} from '#domain/asks/ask.ts';
import { askAssigned, askEscalated, askExpired, askOpened, askReminded } from '#domain/asks/ask-events.ts';
import { askIdOf, readAskId } from '#domain/asks/ask-id.ts';
import { type About, type AskKind, askKindSchema, kindOf, readAboutOf } from '#domain/asks/ask-kinds.ts';
import { anyAboutSchema } from '#domain/asks/kind.ts';
import { openPart } from '#domain/asks/member-part.ts';
import { directoryRoleSchema, type Role, roleSchema } from '#domain/asks/roles.ts';
import type { Subject } from '#domain/asks/subject.ts';
import type { Person } from '#domain/people/person.ts';
import {
  type AskMailDeps,
  addresseeOf,
  askUrl,
  type MailKind,
  personAddressee,
  writeAsk,
} from '#functions/asks/ask-mails.ts';
import {
  type Candidate,
  type Choice,
  canStillAnswer,
  chooseAlongside,
  chooseEscalation,
  choosePerson,
  unassigned,
  whyUnassigned,
} from '#functions/asks/choose-person.ts';
import { newAsk } from '#functions/asks/new-ask.ts';
import {
  adminAddressee,
  membersNumbered,
  writeOrEscalate,
  writeUnreached,
} from '#functions/asks/notify-or-escalate.ts';
import { outcomeOf, resumeAsk } from '#functions/asks/resume-ask.ts';
import { type AskSubject, readSubject } from '#functions/asks/subject.ts';
import { codeSecretsFrom } from '#functions/identity/code-secrets.ts';
import { type InviteDeps, inviteToEnrol } from '#functions/identity/enrolment.ts';
import { writeNotices } from '#functions/notifications/notify.ts';
import { postOf } from '#functions/notifications/post.ts';
import { adminsIn } from '#functions/notifications/recipients.ts';
import { postMessages } from '#functions/notifications/write-message.ts';
import { s3, secretsManager, stepFunctions } from '#functions/runtime/clients.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import { AlreadyExists, Stale } from '#functions/store/errors.ts';
import { chainOfSubject } from '#functions/store/keys.ts';
import type { QueuedMessage } from '#functions/store/outbox.ts';
import { retryOnConflict } from '#functions/store/retry-on-conflict.ts';
import type { Store } from '#functions/store/store.ts';

export interface TurnDeps extends AskMailDeps, InviteDeps {
  store: Store;
  stepFunctions: SFNClient;
  /** The alias of the machine `deposit`, for an LPJ that was answered and did not resume its execution. */
  depositMachineArn?: string | undefined;
}

export interface Turn {
  subject: Subject;
  kind: AskKind;
  about: About;
  role?: Role | undefined;
  /** The schedule as it was computed before the first turn. */
  plan: AskPlan;
  /** Counts from 0. */
  turn: number;
  /** The token of the state that waits; it goes into the table and nowhere else. */
  taskToken: string;
  now: string;
}

/** Rounds of read and write before it is reported that the ask is too busy. */
const maxRounds = 8;

/** @returns what became of the turn, for the log */
export async function runTurn(deps: TurnDeps, turn: Turn): Promise<string> {
  const subject = await readSubject(deps.store, turn.subject.id);
  const { ask, people, queued } = await takeOver(deps, subject, turn);
  if (ask.status !== 'open') return resumeAsk(deps, ask, turn.now);
  // A delivery that was overtaken by the next turn has nothing left to do.
  if (ask.taskToken !== turn.taskToken) return 'overtaken';
  const what = isOver(ask, turn.now) ? 'expire' : plannedTurn(ask, turn.turn);
  if (what === 'expire') return resumeAsk(deps, await expire(deps.store, ask, turn.now), turn.now);
  if (queued !== undefined) await deps.nudge(queued, turn.now);
  // Who was asked has to be changed first, or the turn was taken before: its messages are written now.
  else await putToOthers(deps, subject, ask, await messagesOf(deps, subject, ask, { ...turn, people }), turn);
  return what;
}

/** The messages of a turn, and the ask as it must be for them: with others who are asked. */
interface TurnMessages {
  messages: QueuedMessage[];
  reassigned?: { to: OpenAsk; found?: Candidate | undefined };
}

/** What is known of a turn without reading it. */
interface KnownOfTurn extends Pick<Taken, 'people'> {
  /** The members' parts of a group's ask that is being opened. */
  parts?: OpenAsk[];
}

/** What a turn says to whom. Writes nothing of the ask. */
async function messagesOf(
  deps: TurnDeps,
  subject: AskSubject,
  ask: OpenAsk,
  turn: Turn & KnownOfTurn,
): Promise<TurnMessages> {
  const what = isOver(ask, turn.now) ? 'expire' : plannedTurn(ask, turn.turn);
  if (what === 'expire') return { messages: [] };
  if (ask.assignee.kind === 'members') return { messages: await toMembers(deps, subject, ask, turn) };
  return toOne(deps, subject, ask, what, turn);
}

/** Writes the messages of a turn, with the change of who is asked where there is one, and tells their sender. */
async function putToOthers(
  deps: TurnDeps,
  subject: AskSubject,
  ask: OpenAsk,
  { messages, reassigned }: TurnMessages,
  { now }: Turn,
): Promise<void> {
  if (reassigned === undefined) return postMessages(deps, messages, now);
  const { ids, changes } = deps.store.outbox.put(messages, now);
  const { to, found } = reassigned;
  await deps.store.commit({
    ...chainOfSubject(subject),
    now,
    events: [assignedEvent(ask, to, now, found)],
    changes: [...deps.store.asks.put(ask, to), ...changes],
  });
  await deps.nudge(ids, now);
}

/** What a turn does; one beyond the plan ends the ask. */
function plannedTurn(ask: OpenAsk, turn: number): AskTurn['do'] {
  return ask.turns[turn]?.do ?? 'expire';
}

/**
 * The ask with this turn's token: opened if it is new, overwritten if it is not. The state that was entered last holds
 * the ask, not the highest turn: a redriven execution begins again with the first, and brings its own schedule.
 */
async function takeOver(deps: TurnDeps, subject: AskSubject, turn: Turn): Promise<Taken> {
  const { store } = deps;
  const askId = askIdOf(subject.id, turn.kind, turn.about);
  const conflicts = [AlreadyExists, Stale];
  const { taskToken, now } = turn;
  const isDone = (ask: Ask) => ask.taskToken === taskToken || now < (ask.turnSince ?? ask.openedAt);
  return retryOnConflict({ what: `Ask ${askId}`, rounds: maxRounds, conflicts }, async (round) => {
    // What was not seen at first, or is seen as it was, is refused by the write's condition.
    const seen = round === 0 ? await store.asks.find(subject.id, askId, 'eventual') : undefined;
    const isFirstSight = round === 0 && (seen === undefined || !isDone(seen));
    const before = isFirstSight ? seen : await store.asks.find(subject.id, askId);
    if (before === undefined) return open(deps, subject, turn);
    if (isDone(before)) return { ask: before };
    const after = {
      ...withoutResumption(before),
      ...(before.status === 'open' ? turn.plan : {}),
      ...{ turn: turn.turn, turnSince: now, taskToken },
    };
    const written = after.status === 'open' ? await messagesOf(deps, subject, after, turn) : { messages: [] };
    const outbox = store.outbox.put(written.reassigned === undefined ? written.messages : [], now);
    await store.commit({
      ...chainOfSubject(subject),
      now: turn.now,
      events: reminding(after) ? [askReminded(after, turn.turn, now)] : [],
      changes: [...store.asks.put(before, after), ...outbox.changes],
    });
    return {
      ask: { ...after, version: before.version + 1 },
      ...(written.reassigned === undefined && { queued: outbox.ids }),
    };
  });
}

/** An ask with this turn's token, and the people among whom it was chosen who is asked, if that was done right now. */
interface Taken {
  ask: Ask;
  people?: Person[] | undefined;
  /** The messages of this turn, if they were written with it: their ids in the outbox. */
  queued?: string[];
}

/** Whether the person asked is written to again in this turn; in an escalation the superior is as well. */
function reminding(ask: Ask): boolean {
  if (ask.status !== 'open') return false;
  const what = plannedTurn(ask, ask.turn);
  return what === 'remind' || what === 'escalate';
}

/** An answer that resumed an earlier turn's execution resumes the turn that waits now, too. */
function withoutResumption(ask: Ask): Ask {
  if (ask.status !== 'answered') return ask;
  const { resumedAt: _, ...rest } = ask;
  return rest;
}

async function open(deps: TurnDeps, subject: AskSubject, turn: Turn): Promise<Taken> {
  const { store, byText: texts } = deps;
  const { kind, about, plan, now, taskToken } = turn;
  const role = turn.role ?? kindOf(kind).role;
  const { assignee, alongside, standsInFor, people } = await firstAssignee(store, subject, {
    kind,
    about,
    role,
    now,
  });
  const ask = newAsk(subject, { kind, about, role, plan, now, texts }, assignee);
  const opened: OpenAsk = {
    ...ask,
    turn: turn.turn,
    taskToken,
    ...(alongside !== undefined && { alongside }),
  };
  const { messages, reassigned } = await messagesOf(deps, subject, opened, {
    ...{ ...turn, people },
    parts: (opened.members ?? []).map((number) => openPart(opened, number)),
  });
  const outbox = store.outbox.put(reassigned === undefined ? messages : [], now);
  await store.commit({
    ...chainOfSubject(subject),
    now,
    events: [askOpened(ask, { assignee: shown(assignee), standsInFor }, now)],
    changes: [...store.asks.create(opened), ...outbox.changes],
  });
  return { ask: opened, people, ...(reassigned === undefined && { queued: outbox.ids }) };
}

/** Who is asked first, and the people among whom that was chosen. */
interface FirstAssignee {
  assignee: Assignee;
  alongside?: string[];
  standsInFor?: string | undefined;
  people?: Person[];
}

async function firstAssignee(
  store: Store,
  subject: AskSubject,
  { role, ...of }: { kind: AskKind; about: About; role: Role; now: string },
): Promise<FirstAssignee> {
  if (role === 'leader' || role === 'members') return { assignee: { kind: role } };
  const people = await store.people.around(role, subject.region, []);
  const choice = { people, subject, role, ...of };
  const chosen = await choosePerson(store, choice);
  const personId = chosen?.person.id ?? unassigned;
  return {
    assignee: { kind: 'person', personId, role },
    ...(kindOf(of.kind).ofTheDay && { alongside: chooseAlongside(choice, personId) }),
    standsInFor: chosen?.standsInFor,
    people,
  };
}

function shown(assignee: Assignee) {
  return assignee.kind === 'person' ? assignee.personId : assignee.kind;
}

/** The end without an answer, unless an answer came in the same instant: then that. */
function expire(store: Store, read: OpenAsk, now: string): Promise<Ask> {
  const { subject, id } = read;
  return retryOnConflict({ what: `Ask ${id}`, rounds: expiryRounds, conflicts: [Stale] }, async (round) => {
    // An answer that came in the same instant, or another turn: what is there then is looked at.
    const ask = round === 0 ? read : await store.asks.get(subject.id, id);
    if (ask.status !== 'open' || outcomeOf(ask) !== undefined) return ask;
    await store.commit({
      ...chainOfSubject(ask.subject),
      now,
      events: [askExpired(ask, now)],
      changes: store.asks.put(ask, { ...ask, status: 'expired', expiredAt: now }),
    });
    return store.asks.get(subject.id, id);
  });
}

/** As `maxRounds`, where every member of a group may answer at the same moment. */
const expiryRounds = 25;

/** To every member whose part is still open a message of their own; to the administrators who cannot be reached. */
async function toMembers(
  deps: TurnDeps,
  subject: AskSubject,
  ask: OpenAsk,
  { turn, now, parts }: Turn & KnownOfTurn,
): Promise<QueuedMessage[]> {
  const open = parts ?? (await deps.store.asks.group(ask)).parts.filter((part) => part.status === 'open');
  const addressees = open.map((part) => ({ part, to: addresseeOf(subject, part, undefined) }));
  const dead = await deps.store.addresses.deadAmong(
    addressees.flatMap(({ to }) => (to?.email === undefined ? [] : [to.email])),
  );
  const messages: QueuedMessage[] = [];
  const unreached: number[] = [];
  for (const { part, to: addressee } of addressees) {
    if (addressee === undefined || part.assignee.kind !== 'member') continue;
    const to = { ...addressee, deadMail: addressee.email !== undefined && dead.has(addressee.email) };
    const template = turn === 0 ? 'ask' : 'ask-reminder';
    // A part ends with the group's ask.
    const asked = { ...part, expiresAt: ask.expiresAt };
    const message = await writeAsk(deps, subject, asked, { template, turn, to, now });
    if (message === undefined) unreached.push(part.assignee.number);
    else messages.push(message);
  }
  if (unreached.length === 0) return messages;
  const who = membersNumbered(unreached);
  return [...messages, ...(await writeUnreached(deps, subject, { ask, who, now }))];
}

/** To the leader, or a person of the directory; a missing person is looked for again each turn. */
async function toOne(
  deps: TurnDeps,
  subject: AskSubject,
  ask: OpenAsk,
  what: 'ask' | 'remind' | 'escalate',
  { turn, now, ...known }: Turn & Pick<Taken, 'people'>,
): Promise<TurnMessages> {
  const messages: QueuedMessage[] = [];
  const { assignee } = ask;
  const template = what === 'ask' ? 'ask' : 'ask-reminder';
  if (assignee.kind !== 'person') {
    const leader = addresseeOf(subject, ask, undefined);
    for (const to of leader === undefined ? await admins(deps.store, subject) : [leader])
      messages.push(...(await writeOrEscalate(deps, subject, ask, { template, turn, to, now })));
    return { messages };
  }
  const named = [assignee.personId, ask.escalatedTo, ...(ask.alongside ?? [])];
  const people = known.people ?? (await deps.store.people.around(assignee.role, subject.region, named));
  const choice = { people, subject, kind: ask.kind, about: ask.about, role: assignee.role, now };
  // A person who left, went away or acted at another stage since is asked no longer; the next person is.
  if (!canStillAnswer(choice, assignee)) {
    const found = await choosePerson(deps.store, choice);
    const personId = found?.person.id ?? unassigned;
    const next: Assignee = { kind: 'person', personId, role: assignee.role };
    const others = kindOf(ask.kind).ofTheDay && { alongside: chooseAlongside(choice, personId) };
    const after = { ...ask, assignee: next, ...others };
    const reassigned = personId === assignee.personId ? {} : { reassigned: { to: after, found } };
    if (found === undefined) return { messages: await toAdmins(deps, choice, ask, turn), ...reassigned };
    for (const id of [personId, ...(after.alongside ?? [])]) {
      const to = people.find((person) => person.id === id);
      if (to !== undefined)
        messages.push(...(await toPerson(deps, subject, after, to, { template: 'ask', turn, now })));
    }
    return { messages, ...reassigned };
  }
  for (const other of people.filter(({ id }) => ask.alongside?.includes(id)))
    if (canStillAnswer(choice, { ...assignee, personId: other.id }))
      messages.push(...(await toPerson(deps, subject, ask, other, { template, turn, now })));
  const asked = people.find(({ id }) => id === assignee.personId);
  const above =
    what === 'escalate'
      ? (people.find(({ id }) => id === ask.escalatedTo) ?? chooseEscalation(choice, assignee.personId))
      : undefined;
  if (above !== undefined) {
    const silent = asked?.name ?? assignee.personId;
    const how = { template: 'ask-escalated' as const, silent, turn, now };
    messages.push(...(await toPerson(deps, subject, ask, above, how)));
  }
  if (asked !== undefined)
    messages.push(...(await toPerson(deps, subject, ask, asked, { template, turn, now })));
  return above === undefined || ask.escalatedTo === above.id
    ? { messages }
    : { messages, reassigned: { to: { ...ask, escalatedTo: above.id } } };
}

/** To a person of the directory. One who needs a code to answer, and has no authenticator, is invited to enrol one first. */
async function toPerson(
  deps: TurnDeps,
  subject: AskSubject,
  ask: OpenAsk,
  person: Person,
  how: { turn: number; now: string } & MailKind,
): Promise<QueuedMessage[]> {
  const { turn, now } = how;
  if (codedOutcomes(ask.kind).length > 0)
    await inviteToEnrol(deps, person, { occasion: `${ask.id}#${turn}#${now}`, now });
  return writeOrEscalate(deps, subject, ask, { ...how, to: personAddressee(person) });
}

/** Who the ask goes to now. A conflict means an answer or another turn: the retried turn sees which. */
function assignedEvent(before: OpenAsk, after: OpenAsk, now: string, found?: Candidate) {
  return after.escalatedTo === before.escalatedTo
    ? askAssigned(
        after,
        {
          ...{ assignee: shown(after.assignee), before: shown(before.assignee) },
          standsInFor: found?.standsInFor,
        },
        now,
      )
    : askEscalated(after, after.escalatedTo ?? '', now);
}

async function admins(store: Store, { region }: AskSubject) {
  return (await adminsIn(store.people, region)).map(adminAddressee);
}

/** No one may act: to each administrator why, with a link by which they may name a person. */
async function toAdmins(
  deps: TurnDeps,
  choice: Choice,
  ask: OpenAsk,
  turn: number,
): Promise<QueuedMessage[]> {
  const { subject, now } = choice;
  return writeNotices(deps, await adminsIn(deps.store.people, subject.region), {
    idPrefix: `${ask.id}#${turn}#${now}#nobody#`,
    subjectId: subject.id,
    template: 'nobody-eligible',
    facts:
      ({ key: personId }) =>
      async (linkTo) => ({
        kind: ask.kind,
        subject: subject.facts,
        role: directoryRoleSchema.parse(ask.role),
        area: subject.nationwide ? '*' : subject.region,
        why: whyUnassigned(choice),
        until: ask.expiresAt,
        url: askUrl(deps, linkTo, ask, { personId, now }),
      }),
    now,
  });
}

const eventSchema = z.object({
  /** It begins with what it is about. */
  askId: z.string(),
  kind: askKindSchema,
  about: anyAboutSchema,
  ...askPlanSchema.shape,
  role: roleSchema.optional(),
  turn: z.int().nonnegative(),
  taskToken: z.string().min(1),
  now: nowSchema,
});

export const handler = taskHandler('asks/run-turn', eventSchema, async (event, { env, store, logger }) => {
  const { askId, turns, expiresAt, ...turn } = event;
  const subject = readAskId(askId)?.subject;
  if (subject === undefined) throw new RangeError(`${askId} is the id of no ask.`);
  const done = await runTurn(
    {
      store,
      ...postOf(env),
      linkBaseUrl: env.LINK_BASE_URL,
      codeSecrets: () => codeSecretsFrom(secretsManager(), env.CODE_SECRETS_ARN),
      stepFunctions: stepFunctions(),
      depositMachineArn: env.DEPOSIT_STATE_MACHINE_ARN,
      uploads: { s3: s3(), bucket: env.UPLOADS_BUCKET },
    },
    { ...turn, subject, about: readAboutOf(turn.kind, turn.about), plan: { turns, expiresAt } },
  );
  logger.info('A turn of an ask was conducted.', { askId, turn: turn.turn, done });
});
