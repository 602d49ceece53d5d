/** What a link opens: the ask, what it is about, and who holds the link. Reads only. */

import { type Ask, codedOutcomes, isOver } from '#domain/asks/ask.ts';
import { readAskId } from '#domain/asks/ask-id.ts';
import { kindOf } from '#domain/asks/ask-kinds.ts';
import { mayAct } from '#domain/asks/separation.ts';
import { isLocked, type PersonCodes } from '#domain/people/codes.ts';
import type { Person } from '#domain/people/person.ts';
import type { Actor } from '#domain/proposal/audit.ts';
import { hasOffice } from '#functions/asks/choose-person.ts';
import {
  type AskSubject,
  headOfState,
  type SubjectHead,
  subjectOfProposal,
  subjectOfRun,
} from '#functions/asks/subject.ts';
import type { AskReads } from '#functions/store/asks.ts';
import type { AuditHead } from '#functions/store/commit.ts';
import type { People } from '#functions/store/proposal-items.ts';
import type { Store } from '#functions/store/store.ts';
import type { Consistency } from '#functions/store/table.ts';
import { isSecret, paths } from '#functions/web/link.ts';

/** An ask that was opened, with what is known of its subject without its content. */
export interface OpenedAsk {
  /** Where its page lies below the public URL; its forms post there too. */
  path: string;
  /** When it was opened: business time, ISO 8601. */
  now: string;
  subject: SubjectHead;
  ask: Ask;
  /** The asks that this one builds on: its group's, or, where it builds on others, all about its subject. */
  asks: Ask[];
  /** Of a member's part: where the record ended when it was read. */
  end?: AuditHead | undefined;
  /** In whose name the link answers. */
  by: Actor;
  /** Set for people of the directory. */
  person?: Person;
  /** Why the holder may not answer, although the ask is open. */
  barred?: 'four-eyes' | 'not-asked' | 'code-locked';
  /** The person's authenticator, for asks that need a code and are open; absent while there is none. */
  codes?: PersonCodes;
  /** Whom it is about, where that is a group. */
  people: () => Promise<People | undefined>;
  /** The same with the whole subject, which is read the first time: twenty members answer without it. */
  whole: () => Promise<AskContext>;
}

/** An ask that was opened, with all of its subject. */
export interface AskContext extends OpenedAsk {
  subject: AskSubject;
}

/**
 * Whether the ask is still to be answered: a member's part also needs its group's ask to be so.
 *
 * @param now business time, ISO 8601
 */
export function isAnswerable({ ask, asks }: Pick<OpenedAsk, 'ask' | 'asks'>, now: string): boolean {
  if (ask.status !== 'open' || isOver(ask, now)) return false;
  if (ask.parent === undefined) return true;
  const parent = asks.find(({ id }) => id === ask.parent);
  return parent !== undefined && (parent.status === 'open' || parent.status === 'answered');
}

/** How a page is read that only shows: `recorded` right after a form was posted from it, `eventual` otherwise. */
export type PageReads = 'eventual' | 'recorded';

/**
 * @param now business time, ISO 8601
 * @param reads how a page is read that only shows something. Without it an answer is to be taken: that is written on the
 *   condition that nothing is other than it was read, so only what would be refused is read again, strongly.
 * @returns undefined for a secret that opens no ask, and `too-old` for one that did; the caller then shows nothing more
 */
export async function openLink(
  store: OpeningStore & Pick<Store, 'messages' | 'people'>,
  secret: string,
  now: string,
  reads?: PageReads,
): Promise<OpenedAsk | 'too-old' | undefined> {
  if (!isSecret(secret)) return undefined;
  const link = await store.messages.link(secret, now);
  if (link === 'too-old') return link;
  if (link?.to !== 'ask') return undefined;
  const { askId, personId } = link;
  const person =
    personId === undefined
      ? undefined
      : await store.people.get(personId, reads === undefined ? 'strong' : 'eventual');
  const open = async (how: AskReads) => {
    // What an answer is judged by beyond its own ask carries no condition.
    const found = await findAsk(store, askId, how, reads === undefined ? 'strong' : undefined);
    if (found === undefined) return undefined;
    const path = paths.ask(secret);
    return personId === undefined
      ? openedByGroup({ path, now, ...found })
      : openedBy(
          store,
          personId,
          person,
          { path, now, ...found },
          reads === undefined ? 'strong' : 'eventual',
        );
  };
  const opened = await open(reads ?? 'eventual');
  const isRefused = opened !== undefined && (!isAnswerable(opened, now) || opened.barred !== undefined);
  return isRefused && reads === undefined ? open('strong') : opened;
}

/**
 * One of the asks of a person who has signed in: one that they were asked, answered or delegated, and no other.
 *
 * @returns undefined for what is no ask of theirs; the caller then shows nothing more
 */
export async function openOwnAsk(
  store: OpeningStore,
  person: Person,
  askId: string,
  now: string,
): Promise<AskContext | undefined> {
  const found = await findAsk(store, askId);
  if (found === undefined || !isOwn(person, found.ask)) return undefined;
  const opened = await openedBy(store, person.id, person, { path: paths.myAsk(askId), now, ...found });
  return opened.whole();
}

function isOwn({ id }: Person, ask: Ask) {
  return (
    ask.escalatedTo === id ||
    ask.alongside?.includes(id) === true ||
    (ask.assignee.kind === 'person' && ask.assignee.personId === id) ||
    (ask.status === 'answered' && ask.answeredBy.kind === 'person' && ask.answeredBy.id === id) ||
    (ask.reassignments ?? []).some(({ from, by }) => from === id || by === id)
  );
}

/** The ask that a mail put to a person, as its reader may answer it by replying. */
export async function openMailedAsk(
  store: OpeningStore & Pick<Store, 'people'>,
  { askId, personId }: { askId: string; personId?: string | undefined },
): Promise<Omit<AskContext, 'path' | 'now'> | undefined> {
  const [found, person] = await Promise.all([
    findAsk(store, askId),
    personId === undefined ? undefined : store.people.get(personId),
  ]);
  if (found === undefined) return undefined;
  const opened =
    personId === undefined
      ? openedByGroup({ path: '', now: '', ...found })
      : await openedBy(store, personId, person, { path: '', now: '', ...found });
  return opened.whole();
}

type OpeningStore = Pick<Store, 'asks' | 'codes' | 'runs'>;
type Found = Pick<OpenedAsk, 'subject' | 'people' | 'ask' | 'asks' | 'end'> & {
  all: () => Promise<AskSubject>;
};
type Opening = Found & Pick<OpenedAsk, 'path' | 'now'>;

/** With the whole subject on demand. */
function withWhole(all: () => Promise<AskSubject>, opened: Omit<OpenedAsk, 'whole'>): OpenedAsk {
  const whole = async (): Promise<AskContext> => ({ ...opened, whole, subject: await all() });
  return { ...opened, whole };
}

function openedByGroup({ all, ...found }: Opening): OpenedAsk {
  return withWhole(all, { ...found, by: groupActor(found.ask) });
}

async function findAsk(
  store: Pick<Store, 'asks' | 'runs'>,
  askId: string,
  reads: AskReads = 'strong',
  below?: Consistency,
): Promise<Found | undefined> {
  const subject = readAskId(askId)?.subject;
  if (subject === undefined) return undefined;
  if (subject.of === 'payment-run') return findRunAsk(store, subject.id, askId);
  const found = await store.asks.withState(subject.id, askId, reads);
  if (found === undefined) return undefined;
  const { state, people, proposal, group, end } = found;
  // A part ends with the group's ask.
  const ask = group === undefined ? found.ask : { ...found.ask, expiresAt: group.expiresAt };
  const asks =
    ask.parent === undefined
      ? await asksBelow(store, ask, below ?? belowOf(ask, reads))
      : group === undefined
        ? []
        : [group];
  const all = async () => subjectOfProposal(await proposal());
  return { subject: headOfState(state), people, all, ask, asks, end };
}

async function findRunAsk(
  { asks, runs }: Pick<Store, 'asks' | 'runs'>,
  runId: string,
  askId: string,
): Promise<Found | undefined> {
  const [ask, run] = await Promise.all([asks.find(runId, askId), runs.get(runId)]);
  if (ask === undefined || run === undefined) return undefined;
  const subject = subjectOfRun(run);
  return {
    ...{ subject, ask, asks: await asksBelow({ asks }, ask, 'strong') },
    people: async () => undefined,
    all: async () => subject,
  };
}

/** What an ask that has ended was built on had ended before. */
function belowOf({ status }: Ask, reads: AskReads): Consistency {
  if (reads !== 'recorded') return reads;
  return status === 'open' ? 'strong' : 'eventual';
}

async function openedBy(
  { codes: store }: Pick<Store, 'codes'>,
  personId: string,
  person: Person | undefined,
  { all, ...found }: Opening,
  reads: Consistency = 'strong',
): Promise<OpenedAsk> {
  const { ask, subject } = found;
  const coded = ask.status === 'open' && codedOutcomes(ask.kind).length > 0;
  const codes = coded ? await store.get(personId, reads) : undefined;
  const barred =
    barTo(personId, person, ask, subject) ?? (isLocked(codes, ask.id) ? 'code-locked' : undefined);
  return withWhole(all, {
    ...found,
    by: { kind: 'person', id: personId },
    ...(person !== undefined && { person }),
    ...(codes !== undefined && { codes }),
    ...(barred !== undefined && { barred }),
  });
}

/** Twenty members open their links twice: only asks that build on others are worth reading all of them for. */
async function asksBelow({ asks }: Pick<Store, 'asks'>, ask: Ask, reads: Consistency): Promise<Ask[]> {
  switch (kindOf(ask.kind).buildsOn) {
    case 'parts':
      return asks.withParts(ask.subject.id, reads);
    case 'asks':
      return asks.bySubject(ask.subject.id, reads);
    default:
      return [];
  }
}

function groupActor({ assignee }: Ask): Actor {
  return assignee.kind === 'member' ? { kind: 'member', number: assignee.number } : { kind: 'leader' };
}

/** A person answers while they are the one asked and hold the role, or the superior; separation of duties always holds. */
function barTo(
  personId: string,
  person: Person | undefined,
  ask: Ask,
  subject: SubjectHead,
): OpenedAsk['barred'] {
  if (person === undefined || !isAsked(person, ask, subject)) return 'not-asked';
  return mayAct(personId, ask.kind, ask.about, subject.involvements) ? undefined : 'four-eyes';
}

/** Whether the ask is put to this person of the directory, as one of those asked or the one above. */
export function isAsked(
  person: Person,
  { assignee, alongside = [], escalatedTo }: Ask,
  subject: Pick<SubjectHead, 'region' | 'nationwide'>,
): boolean {
  if (escalatedTo === person.id) return true;
  if (assignee.kind === 'person')
    return (
      (assignee.personId === person.id && hasOffice(person, assignee, subject)) ||
      (alongside.includes(person.id) && hasOffice(person, { role: assignee.role }, subject))
    );
  // While no one in the group can be reached, administrators answer in its place.
  return assignee.kind === 'leader' && person.roles.some(({ role }) => role === 'admin');
}
