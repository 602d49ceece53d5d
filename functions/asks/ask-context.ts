/** What a link opens: the ask, the proposal, and who holds the link. Reads only. */

import { type Ask, codedOutcomes } from '#domain/asks/ask.ts';
import { readAskId } from '#domain/asks/ask-id.ts';
import { kindOf } from '#domain/asks/ask-kinds.ts';
import { mayAct } from '#domain/asks/separation.ts';
import { isLocked, type PersonCodes } from '#domain/people/codes.ts';
import type { Person } from '#domain/people/person.ts';
import type { Actor } from '#domain/proposal/audit.ts';
import type { Proposal } from '#domain/proposal/proposal.ts';
import { hasOffice } from '#functions/asks/choose-person.ts';
import type { Store } from '#functions/store/store.ts';
import { isSecret, paths } from '#functions/web/link.ts';

export interface AskContext {
  /** Where its page lies below the public URL; its forms post there too. */
  path: string;
  /** When it was opened: business time, ISO 8601. */
  now: string;
  proposal: Proposal;
  ask: Ask;
  /** The asks that this one builds on: its group's, or, where it builds on others, all of the proposal. */
  asks: Ask[];
  /** In whose name the link answers. */
  by: Actor;
  /** Set for people of the directory. */
  person?: Person;
  /** Why the holder may not answer, although the ask is open. */
  barred?: 'four-eyes' | 'not-asked' | 'code-locked';
  /** The person's authenticator, for asks that need a code and are open; absent while there is none. */
  codes?: PersonCodes;
}

/** Whether the ask is still to be answered: a member's part also needs its group's ask to be so. */
export function isAnswerable({ ask, asks }: Pick<AskContext, 'ask' | 'asks'>): boolean {
  if (ask.status !== 'open') return false;
  if (ask.parent === undefined) return true;
  const parent = asks.find(({ id }) => id === ask.parent);
  return parent !== undefined && (parent.status === 'open' || parent.status === 'answered');
}

/**
 * @param now business time, ISO 8601
 * @returns undefined for a secret that opens no ask, and `too-old` for one that did; the caller then shows nothing more
 */
export async function openLink(
  store: Pick<Store, 'messages' | 'asks' | 'proposals' | 'people' | 'codes'>,
  secret: string,
  now: string,
): Promise<AskContext | 'too-old' | undefined> {
  if (!isSecret(secret)) return undefined;
  const link = await store.messages.link(secret, now);
  if (link === 'too-old') return link;
  if (link?.to !== 'ask') return undefined;
  const { proposalId, askId, personId } = link;
  const [found, person] = await Promise.all([
    findAsk(store, proposalId, askId),
    personId === undefined ? undefined : store.people.get(personId),
  ]);
  if (found === undefined) return undefined;
  const path = paths.ask(secret);
  return personId === undefined
    ? { path, now, ...found, by: groupActor(found.ask) }
    : openedBy(store, personId, person, { path, now, ...found });
}

/**
 * One of the asks of a person who has signed in: one that they were asked, answered or delegated, and no other.
 *
 * @returns undefined for what is no ask of theirs; the caller then shows nothing more
 */
export async function openOwnAsk(
  store: Pick<Store, 'asks' | 'proposals' | 'codes'>,
  person: Person,
  askId: string,
  now: string,
): Promise<AskContext | undefined> {
  const proposalId = readAskId(askId)?.proposalId;
  const found = proposalId === undefined ? undefined : await findAsk(store, proposalId, askId);
  if (found === undefined || !isOwn(person, found.ask)) return undefined;
  return openedBy(store, person.id, person, { path: paths.myAsk(askId), now, ...found });
}

function isOwn({ id }: Person, ask: Ask) {
  return (
    ask.escalatedTo === id ||
    (ask.assignee.kind === 'person' && ask.assignee.personId === id) ||
    (ask.status === 'answered' && ask.answeredBy.kind === 'person' && ask.answeredBy.id === id) ||
    (ask.reassignments ?? []).some(({ from, by }) => from === id || by === id)
  );
}

/** The ask that a mail put to a person, as its reader may answer it by replying. */
export async function openMailedAsk(
  store: Pick<Store, 'asks' | 'proposals' | 'people' | 'codes'>,
  { proposalId, askId, personId }: { proposalId: string; askId: string; personId?: string | undefined },
): Promise<Omit<AskContext, 'path' | 'now'> | undefined> {
  const [found, person] = await Promise.all([
    findAsk(store, proposalId, askId),
    personId === undefined ? undefined : store.people.get(personId),
  ]);
  if (found === undefined) return undefined;
  return personId === undefined
    ? { ...found, by: groupActor(found.ask) }
    : openedBy(store, personId, person, { path: '', now: '', ...found });
}

type Found = Pick<AskContext, 'proposal' | 'ask' | 'asks'>;

async function findAsk(
  store: Pick<Store, 'asks' | 'proposals'>,
  proposalId: string,
  askId: string,
): Promise<Found | undefined> {
  const found = await store.asks.withProposal(proposalId, askId);
  if (found === undefined) return undefined;
  const { proposal, group } = found;
  // A part ends with the group's ask.
  const ask = group === undefined ? found.ask : { ...found.ask, expiresAt: group.expiresAt };
  const asks = group === undefined ? await asksBelow(store, ask) : [group];
  return { proposal, ask, asks };
}

async function openedBy(
  { codes: store }: Pick<Store, 'codes'>,
  personId: string,
  person: Person | undefined,
  found: Found & Pick<AskContext, 'path' | 'now'>,
): Promise<AskContext> {
  const { ask } = found;
  const coded = ask.status === 'open' && codedOutcomes(ask.kind).length > 0;
  const codes = coded ? await store.get(personId) : undefined;
  const barred =
    barTo(personId, person, ask, found.proposal) ?? (isLocked(codes, ask.id) ? 'code-locked' : undefined);
  return {
    ...found,
    by: { kind: 'person', id: personId },
    ...(person !== undefined && { person }),
    ...(codes !== undefined && { codes }),
    ...(barred !== undefined && { barred }),
  };
}

/** Twenty members open their links twice: only asks that build on others are worth reading all of them for. */
async function asksBelow({ asks }: Pick<Store, 'asks'>, ask: Ask): Promise<Ask[]> {
  switch (kindOf(ask.kind).buildsOn) {
    case 'parts':
      return asks.withParts(ask.proposalId);
    case 'asks':
      return asks.byProposal(ask.proposalId);
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
  proposal: Proposal,
): AskContext['barred'] {
  if (person === undefined || !isAsked(person, ask, proposal)) return 'not-asked';
  return mayAct(personId, ask.kind, ask.about, proposal.acts) ? undefined : 'four-eyes';
}

/** Whether the ask is put to this person of the directory, as the one asked or the one above. */
export function isAsked(person: Person, { assignee, escalatedTo }: Ask, proposal: Proposal): boolean {
  if (escalatedTo === person.id) return true;
  if (assignee.kind === 'person')
    return assignee.personId === person.id && hasOffice(person, assignee, proposal);
  // While no one in the group can be reached, administrators answer in its place.
  return assignee.kind === 'leader' && person.roles.some(({ role }) => role === 'admin');
}
