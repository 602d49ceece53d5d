/**
 * Who of the directory is asked: by role and area, whoever is there and has the fewest open asks, and never somebody
 * whom four eyes forbid.
 */

import type { AskKind } from '#domain/ask.ts';
import type { DirectoryRole } from '#domain/ask-kinds.ts';
import { mayAct } from '#domain/four-eyes.ts';
import { absenceOn, holdersByCloseness, holdsRole, type Person } from '#domain/person.ts';
import type { Proposal } from '#domain/proposal.ts';
import { jakartaDate } from '#domain/working-days.ts';
import { contentOf } from '#functions/people/new-ask.ts';
import type { Store } from '#functions/store/store.ts';

/** Stands for an assignee while nobody is eligible: there is no such person, and no link is made for it. */
export const nobody = 'nobody';

/** The group's place; while the packet is unreadable, none, so that only nation-wide officers are eligible. */
export const regionOf = (proposal: Proposal): string => contentOf(proposal)?.group.village ?? '';

export interface Choice {
  people: readonly Person[];
  proposal: Proposal;
  kind: AskKind;
  key: string;
  role: DirectoryRole;
  /** Business time, ISO 8601. */
  now: string;
}

/** Somebody who can be asked now. */
export interface Candidate {
  person: Person;
  /** The id of the absent person whose substitute this is. */
  standsInFor?: string;
}

/** Whether the person may be asked, whoever else could be: holds the role there, and four eyes allow it. */
export const isEligible = (person: Person, { proposal, kind, key, role }: Choice): boolean =>
  holdsRole(person, role, regionOf(proposal)) && mayAct(person.id, kind, key, proposal.acts);

const isAway = (person: Person, now: string) => absenceOn(person, jakartaDate(now)) !== undefined;

/** Those who can be asked now, in groups, the most local first. */
export const candidates = (choice: Choice): Candidate[][] => {
  const { people, role, now } = choice;
  return holdersByCloseness(people, role, regionOf(choice.proposal)).map((holders) => {
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
};

/**
 * The person to ask: of the most local who are there, the one with the fewest open asks; the first by id among equals.
 *
 * @returns undefined when nobody holds the role there, or all who do are away or have acted at another stage
 */
export const choosePerson = async (
  { assignments }: Pick<Store, 'assignments'>,
  choice: Choice,
): Promise<Candidate | undefined> => {
  const level = candidates(choice).find((group) => group.length > 0) ?? [];
  if (level.length < 2) return level[0];
  const loads = await Promise.all(
    level.map(async (candidate) => ({ candidate, load: await assignments.load(candidate.person.id) })),
  );
  const least = Math.min(...loads.map(({ load }) => load));
  return loads.find(({ load }) => load === least)?.candidate;
};

/**
 * The person to whom an unanswered ask goes: the superior of the one who was asked, else another holder of the role.
 * Four eyes hold for both, and neither is away.
 */
export const chooseEscalation = (choice: Choice, askedId: string): Person | undefined => {
  const { people, proposal, kind, key, now } = choice;
  const superiorId = people.find((person) => person.id === askedId)?.superior;
  const superior = people.find((person) => person.id === superiorId);
  if (superior !== undefined && !isAway(superior, now) && mayAct(superior.id, kind, key, proposal.acts))
    return superior;
  return candidates(choice)
    .flat()
    .find(({ person }) => person.id !== askedId)?.person;
};

/** Whether the person who was asked can still answer: is in the directory, holds the role, and is not away. */
export const canStillAnswer = (choice: Choice, askedId: string): boolean => {
  const asked = choice.people.find(({ id }) => id === askedId);
  return asked !== undefined && !isAway(asked, choice.now) && isEligible(asked, choice);
};
