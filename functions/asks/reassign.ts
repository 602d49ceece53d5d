/**
 * Delegates an ask to another person, or assigns it to one, in one transaction with its audit event and the message to them.
 *
 * Who may delegate, and to whom, is judged against what the table says in that moment: a race with an answer, a reminder
 * or another delegation is decided by the ask's version. Nothing else about the ask changes, least of all its deadline.
 */
import { type Ask, maxReassignments, type OpenAsk, type Reassignment } from '#domain/asks/ask.ts';
import { askAssigned, askDelegated } from '#domain/asks/ask-events.ts';
import type { ReassignmentOption, ReassignmentWay } from '#domain/asks/reassignment.ts';
import { mayAct } from '#domain/asks/separation.ts';
import type { Subject } from '#domain/asks/subject.ts';
import { holdsRole, type Person } from '#domain/people/person.ts';
import type { EventOf } from '#domain/proposal/events.ts';
import { isAsked } from '#functions/asks/ask-context.ts';
import {
  type AskedPerson,
  type Choice,
  delegates,
  nameable,
  unassigned,
} from '#functions/asks/choose-person.ts';
import { type AskSubject, type SubjectHead, updateSubject } from '#functions/asks/subject.ts';
import { askedPeople } from '#functions/store/assignments.ts';
import { AskAlreadyAnswered } from '#functions/store/errors.ts';
import type { QueuedMessage } from '#functions/store/outbox.ts';
import type { Store } from '#functions/store/store.ts';

type PersonsAsk = OpenAsk & { assignee: AskedPerson };

function isPersonsAsk(ask: Ask): ask is PersonsAsk {
  return ask.status === 'open' && ask.assignee.kind === 'person';
}

/**
 * In which way, if any, the person may pass the ask on: those who are asked delegate; while no one is eligible, the
 * administrators of the region name a person.
 */
export function reassignmentWay(person: Person, ask: Ask, subject: SubjectHead): ReassignmentWay | undefined {
  if (!isPersonsAsk(ask)) return undefined;
  if (isAsked(person, ask, subject))
    return mayAct(person.id, ask.kind, ask.about, subject.involvements) ? 'delegate' : undefined;
  const isUnassigned = ask.assignee.personId === unassigned;
  return isUnassigned && holdsRole(person, 'admin', subject.region) ? 'name' : undefined;
}

/** What is chosen from, at a moment. */
export function choiceFor(
  people: readonly Person[],
  subject: SubjectHead,
  ask: PersonsAsk,
  now: string,
): Choice {
  return { people, subject, kind: ask.kind, about: ask.about, role: ask.assignee.role, now };
}

/** To whom the person may hand the ask on, as the form offers them. */
export function reassignmentOptions(
  way: ReassignmentWay,
  person: Person,
  ask: Ask,
  { people, subject, now }: { people: readonly Person[]; subject: SubjectHead; now: string },
): ReassignmentOption[] {
  if (!isPersonsAsk(ask)) return [];
  const choice = choiceFor(people, subject, ask, now);
  const found = way === 'delegate' ? delegates(choice, askedPeople(ask)) : nameable(choice, person.id);
  return found.map(({ id, name, roles }) => {
    const areas = roles.filter(({ role }) => role === choice.role).flatMap((held) => held.areas);
    const where = areas.length === 0 ? '' : `, ${areas.join(', ')}`;
    return { personId: id, label: `${name} (${choice.role}${where})` };
  });
}

/** The people among whom it is decided who may get the ask: those around its role and area, or all who hold the role. */
export async function peopleFor(
  { people }: Pick<Store, 'people'>,
  way: ReassignmentWay,
  { assignee }: Ask,
  { region }: SubjectHead,
): Promise<Person[]> {
  if (assignee.kind !== 'person') return [];
  return way === 'delegate'
    ? people.around(assignee.role, region, [assignee.personId])
    : people.inRole(assignee.role);
}

export interface ReassignmentRequest {
  subject: Subject;
  askId: string;
  /** The person of the directory who decides it. */
  by: string;
  to: string;
  reason?: string | undefined;
  /** Business time, ISO 8601. */
  now: string;
  /** The messages that say so, which are written in the same transaction. */
  messages: (done: Handed) => Promise<QueuedMessage[]>;
}

/** Who gave an ask to whom, and how. */
export interface Handed {
  ask: OpenAsk;
  subject: AskSubject;
  to: Person;
  by: Person;
  way: ReassignmentWay;
}

export type Reassigned =
  /** `queued`: the ids of the messages in the outbox, of which the sender is to be told. */
  | { status: 'reassigned'; queued: string[] }
  /** The ask is answered, over, or no longer this person's to delegate. */
  | { status: 'not-theirs' }
  /** The person chosen may not answer, or no longer. */
  | { status: 'not-eligible' }
  | { status: 'too-often' };

/** @throws `NotFound`, `TooMuchContention` */
export async function reassign(
  store: Pick<Store, 'asks' | 'commit' | 'outbox' | 'people' | 'proposals' | 'runs'>,
  request: ReassignmentRequest,
): Promise<Reassigned> {
  const { askId, by, to, reason, now } = request;
  try {
    return await updateSubject<Reassigned>(store, request.subject, now, async (subject) => {
      const [ask, person] = await Promise.all([store.asks.get(subject.id, askId), store.people.get(by)]);
      const way = person && reassignmentWay(person, ask, subject);
      if (person === undefined || way === undefined || !isPersonsAsk(ask))
        return { result: { status: 'not-theirs' } };
      const before = ask.reassignments ?? [];
      if (way === 'delegate' && before.length >= maxReassignments) return { result: { status: 'too-often' } };
      const people = await peopleFor(store, way, ask, subject);
      const options = reassignmentOptions(way, person, ask, { people, subject, now });
      const chosen = people.find(({ id }) => id === to);
      if (chosen === undefined || !options.some(({ personId }) => personId === to))
        return { result: { status: 'not-eligible' } };
      const from = ask.assignee.personId;
      const reassignment: Reassignment = { from, to, by, at: now, ...(reason !== undefined && { reason }) };
      const after = reassigned(ask, reassignment, way);
      const messages = await request.messages({ ask: after, subject, to: chosen, by: person, way });
      const { ids, changes } = store.outbox.put(messages, now);
      return {
        events: [eventOf(ask, reassignment, way)],
        changes: [...store.asks.put(ask, after), ...changes],
        result: { status: 'reassigned', queued: ids },
      };
    });
  } catch (error) {
    if (!(error instanceof AskAlreadyAnswered)) throw error;
    return { status: 'not-theirs' };
  }
}

/** The person who delegated it is asked no longer; a superior who does so takes it from the silent person as well. */
function reassigned(ask: PersonsAsk, reassignment: Reassignment, way: ReassignmentWay): OpenAsk {
  const { escalatedTo, ...rest } = ask;
  const { to, by } = reassignment;
  return {
    ...rest,
    assignee: {
      kind: 'person',
      personId: to,
      role: ask.assignee.role,
      ...(way === 'name' && { namedBy: by }),
    },
    ...(escalatedTo !== undefined && escalatedTo !== by && { escalatedTo }),
    reassignments: [...(ask.reassignments ?? []), reassignment],
  };
}

/** What the record says; the reason is not in it, because people write of illness. */
function eventOf(
  ask: Ask,
  { from, to, by, at }: Reassignment,
  way: ReassignmentWay,
): EventOf<'ask.delegated' | 'ask.assigned'> {
  const actor = { kind: 'person', id: by } as const;
  return way === 'delegate'
    ? askDelegated(ask, { from, to, by: actor }, at)
    : askAssigned(ask, { assignee: to, before: from, by: actor }, at);
}

/**
 * What became of the ask for a person who was asked and is no longer: the last time that it went from them, or that
 * they delegated it.
 */
export function lastReassignmentOf(ask: Ask, personId: string): Reassignment | undefined {
  return ask.reassignments?.findLast(({ from, by }) => from === personId || by === personId);
}
