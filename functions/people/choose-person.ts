/** Who of the directory is asked: by role and area, and never somebody whom four eyes forbid. */

import type { AskKind } from '#domain/ask.ts';
import type { DirectoryRole } from '#domain/ask-kinds.ts';
import { mayAct } from '#domain/four-eyes.ts';
import { type Person, whoHolds } from '#domain/person.ts';
import type { Proposal } from '#domain/proposal.ts';
import { contentOf } from '#functions/people/new-ask.ts';

/** Stands for an assignee while nobody is eligible: there is no such person, and no link is made for it. */
export const nobody = 'nobody';

/** The group's place; while the packet is unreadable, none, so that only nation-wide officers are eligible. */
export const regionOf = (proposal: Proposal): string => contentOf(proposal)?.group.village ?? '';

interface Choice {
  people: readonly Person[];
  proposal: Proposal;
  kind: AskKind;
  key: string;
  role: DirectoryRole;
}

/** Those who may be asked, the most local first. */
const eligible = ({ people, proposal, kind, key, role }: Choice): Person[] =>
  whoHolds(people, role, regionOf(proposal)).filter((person) => mayAct(person.id, kind, key, proposal.acts));

/** The person to ask; undefined when nobody holds the role there, or all who do have acted at another stage. */
export const choosePerson = (choice: Choice): Person | undefined => eligible(choice)[0];

/**
 * The person to whom an unanswered ask goes: the superior of the one who was asked, else another holder of the role.
 * Four eyes hold for both.
 */
export const chooseEscalation = (choice: Choice, askedId: string): Person | undefined => {
  const superiorId = choice.people.find((person) => person.id === askedId)?.superior;
  const superior = choice.people.find((person) => person.id === superiorId);
  if (superior !== undefined && mayAct(superior.id, choice.kind, choice.key, choice.proposal.acts))
    return superior;
  return eligible(choice).find((person) => person.id !== askedId);
};
