/**
 * Which person of the directory is asked: by role and area, the person who is there and has the fewest open asks, and never one
 * whom separation of duties bars.
 */

import type { Assignee } from '#domain/asks/ask.ts';
import type { AskKind } from '#domain/asks/ask-kinds.ts';
import type { AnyAbout } from '#domain/asks/kind.ts';
import type { DirectoryRole } from '#domain/asks/roles.ts';
import { mayAct } from '#domain/asks/separation.ts';
import {
  absenceOn,
  holdersByCloseness,
  holdsRole,
  holdsRoleSomewhere,
  type Person,
  whoHolds,
} from '#domain/people/person.ts';
import { jakartaDate } from '#domain/working-days.ts';
import type { SubjectHead } from '#functions/asks/subject.ts';
import type { WhyUnassigned } from '#functions/notifications/messages/ask-messages.ts';
import type { Store } from '#functions/store/store.ts';

/** Stands for an assignee while no one is eligible: there is no such person, and no link is made for it. */
export const unassigned = 'nobody';

export interface Choice {
  people: readonly Person[];
  subject: SubjectHead;
  kind: AskKind;
  about: AnyAbout;
  role: DirectoryRole;
  /** Business time, ISO 8601. */
  now: string;
}

/** A person who can be asked now. */
export interface Candidate {
  person: Person;
  /** The id of the absent person whose substitute this is. */
  standsInFor?: string;
}

/** Whether the person may be asked, apart from who else could be: holds the role there, and separation of duties allows it. */
function isEligible(person: Person, { subject, kind, about, role }: Choice): boolean {
  return holdsRole(person, role, subject.region) && mayAct(person.id, kind, about, subject.involvements);
}

function isAway(person: Person, now: string) {
  return absenceOn(person, jakartaDate(now)) !== undefined;
}

/** Those who can be asked now, in groups, the most local first. */
function candidates(choice: Choice): Candidate[][] {
  const { people, role, now } = choice;
  return holdersByCloseness(people, role, choice.subject.region).map((holders) => {
    const found = new Map<string, Candidate>();
    for (const person of holders.filter((holder) => isEligible(holder, choice))) {
      const absence = absenceOn(person, jakartaDate(now));
      if (absence === undefined) found.set(person.id, { person });
      const substitute = people.find(({ id }) => id === absence?.substitute);
      if (substitute === undefined || isAway(substitute, now) || !isEligible(substitute, choice)) continue;
      if (!found.has(substitute.id)) found.set(substitute.id, { person: substitute, standsInFor: person.id });
    }
    return [...found.values()];
  });
}

/**
 * The person to ask: of the most local who are there, the one with the fewest open asks; the first by id among equals.
 *
 * @returns undefined when no one holds the role there, or all who do are away or have acted at another stage
 */
export async function choosePerson(
  { assignments }: Pick<Store, 'assignments'>,
  choice: Choice,
): Promise<Candidate | undefined> {
  const level = candidates(choice).find((group) => group.length > 0) ?? [];
  if (level.length < 2) return level[0];
  const loads = await Promise.all(
    level.map(async (candidate) => ({ candidate, load: await assignments.load(candidate.person.id) })),
  );
  const least = Math.min(...loads.map(({ load }) => load));
  return loads.find(({ load }) => load === least)?.candidate;
}

/** All who can be asked now besides the one who is: for what ends on the day on which it is asked. */
export function chooseAlongside(choice: Choice, askedId: string): string[] {
  return [...new Set(candidates(choice).flatMap((level) => level.map(({ person }) => person.id)))]
    .filter((id) => id !== askedId)
    .toSorted();
}

/**
 * The person to whom an unanswered ask goes: the superior of the one who was asked, else another holder of the role.
 * Separation of duties holds for both, and neither is away.
 */
export function chooseEscalation(choice: Choice, askedId: string): Person | undefined {
  const { people, subject, kind, about, now } = choice;
  const superiorId = people.find((person) => person.id === askedId)?.superior;
  const superior = people.find((person) => person.id === superiorId);
  if (
    superior !== undefined &&
    !isAway(superior, now) &&
    mayAct(superior.id, kind, about, subject.involvements)
  )
    return superior;
  return candidates(choice)
    .flat()
    .find(({ person }) => person.id !== askedId)?.person;
}

/** To whom an ask can be put: a person of the directory. */
export type AskedPerson = Extract<Assignee, { kind: 'person' }>;

/**
 * Whether the one who was asked has the office that the ask wants: the role for the subject's region, or anywhere, where
 * an administrator named them for what has its place.
 */
export function hasOffice(
  person: Person,
  { role, namedBy }: Pick<AskedPerson, 'role' | 'namedBy'>,
  { region, nationwide }: Pick<SubjectHead, 'region' | 'nationwide'>,
): boolean {
  return namedBy === undefined || nationwide
    ? holdsRole(person, role, region)
    : holdsRoleSomewhere(person, role);
}

/** Whether the person who was asked can still answer: is in the directory, has the office, and is not away. */
export function canStillAnswer(choice: Choice, assignee: AskedPerson): boolean {
  const { people, subject, kind, about, now } = choice;
  const asked = people.find(({ id }) => id === assignee.personId);
  return (
    asked !== undefined &&
    !isAway(asked, now) &&
    hasOffice(asked, assignee, subject) &&
    mayAct(asked.id, kind, about, subject.involvements)
  );
}

/** The reason, given that `candidates` finds no one: of the holders, those whom separation of duties allows are all away. */
export function whyUnassigned({ people, subject, kind, about, role }: Choice): WhyUnassigned {
  const holders = whoHolds(people, role, subject.region);
  if (holders.length === 0) return 'none-listed';
  return holders.some(({ id }) => mayAct(id, kind, about, subject.involvements)) ? 'all-away' : 'four-eyes';
}

/** Those to whom a person who was asked may delegate the ask, the most local first: all who could be asked instead. */
export function delegates(choice: Choice, asked: readonly string[]): Person[] {
  const people = candidates(choice)
    .flat()
    .map(({ person }) => person);
  return [...new Set(people)].filter(({ id }) => !asked.includes(id));
}

/**
 * Those whom an administrator may name while no one is eligible: all who hold the role, in any area of what has its place, are there, and have
 * taken no part that bars them; those of the group's own province first. No one names themselves.
 */
export function nameable(choice: Choice, adminId: string): Person[] {
  const { people, subject, kind, about, role, now } = choice;
  const province = subject.region.slice(0, 2);
  const isNear = (person: Person) =>
    person.roles.some(
      (held) => held.role === role && held.areas.some((area) => area === '*' || area.startsWith(province)),
    );
  const found = people.filter(
    (person) =>
      person.id !== adminId &&
      hasOffice(person, { role, namedBy: adminId }, subject) &&
      !isAway(person, now) &&
      mayAct(person.id, kind, about, subject.involvements),
  );
  return [...found.filter(isNear), ...found.filter((person) => !isNear(person))];
}
