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
import type { AskReads } from '#functions/store/asks.ts';
import type { People, ProposalState } from '#functions/store/proposal-items.ts';
import type { Store } from '#functions/store/store.ts';
import type { Consistency } from '#functions/store/table.ts';
import { isSecret, paths } from '#functions/web/link.ts';

/** An ask that was opened, with what of its proposal needs no content. */
export interface OpenedAsk {
  /** Where its page lies below the public URL; its forms post there too. */
  path: string;
  /** When it was opened: business time, ISO 8601. */
  now: string;
  state: ProposalState;
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
  /** Whom the proposal is about. */
  people: () => Promise<People | undefined>;
  /** The same with the whole proposal, which is read the first time: twenty members answer without it. */
  whole: () => Promise<AskContext>;
}

/** An ask that was opened, with its whole proposal. */
export interface AskContext extends OpenedAsk {
  proposal: Proposal;
}

/** Whether the ask is still to be answered: a member's part also needs its group's ask to be so. */
export function isAnswerable({ ask, asks }: Pick<OpenedAsk, 'ask' | 'asks'>): boolean {
  if (ask.status !== 'open') return false;
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
  store: Pick<Store, 'messages' | 'asks' | 'proposals' | 'people' | 'codes'>,
  secret: string,
  now: string,
  reads?: PageReads,
): Promise<OpenedAsk | 'too-old' | undefined> {
  if (!isSecret(secret)) return undefined;
  const link = await store.messages.link(secret, now);
  if (link === 'too-old') return link;
  if (link?.to !== 'ask') return undefined;
  const { proposalId, askId, personId } = link;
  const person =
    personId === undefined
      ? undefined
      : await store.people.get(personId, reads === undefined ? 'strong' : 'eventual');
  const open = async (how: AskReads) => {
    // What an answer is judged by beyond its own ask carries no condition.
    const found = await findAsk(store, proposalId, askId, how, reads === undefined ? 'strong' : undefined);
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
  const isRefused = opened !== undefined && (!isAnswerable(opened) || opened.barred !== undefined);
  return isRefused && reads === undefined ? open('strong') : opened;
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
  const opened = await openedBy(store, person.id, person, { path: paths.myAsk(askId), now, ...found });
  return opened.whole();
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
  const opened =
    personId === undefined
      ? openedByGroup({ path: '', now: '', ...found })
      : await openedBy(store, personId, person, { path: '', now: '', ...found });
  return opened.whole();
}

type Found = Pick<OpenedAsk, 'state' | 'people' | 'ask' | 'asks'> & { proposal: () => Promise<Proposal> };
type Opening = Found & Pick<OpenedAsk, 'path' | 'now'>;

/** With the whole proposal on demand. */
function withWhole(proposal: () => Promise<Proposal>, opened: Omit<OpenedAsk, 'whole'>): OpenedAsk {
  const whole = async (): Promise<AskContext> => ({ ...opened, whole, proposal: await proposal() });
  return { ...opened, whole };
}

function openedByGroup({ proposal, ...found }: Opening): OpenedAsk {
  return withWhole(proposal, { ...found, by: groupActor(found.ask) });
}

async function findAsk(
  store: Pick<Store, 'asks' | 'proposals'>,
  proposalId: string,
  askId: string,
  reads: AskReads = 'strong',
  below?: Consistency,
): Promise<Found | undefined> {
  const found = await store.asks.withState(proposalId, askId, reads);
  if (found === undefined) return undefined;
  const { state, people, proposal, group } = found;
  // A part ends with the group's ask.
  const ask = group === undefined ? found.ask : { ...found.ask, expiresAt: group.expiresAt };
  const asks =
    ask.parent === undefined
      ? await asksBelow(store, ask, below ?? belowOf(ask, reads))
      : group === undefined
        ? []
        : [group];
  return { state, people, proposal, ask, asks };
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
  { proposal, ...found }: Opening,
  reads: Consistency = 'strong',
): Promise<OpenedAsk> {
  const { ask, state } = found;
  const coded = ask.status === 'open' && codedOutcomes(ask.kind).length > 0;
  const codes = coded ? await store.get(personId, reads) : undefined;
  const barred = barTo(personId, person, ask, state) ?? (isLocked(codes, ask.id) ? 'code-locked' : undefined);
  return withWhole(proposal, {
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
      return asks.withParts(ask.proposalId, reads);
    case 'asks':
      return asks.byProposal(ask.proposalId, reads);
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
  { acts, group }: ProposalState,
): OpenedAsk['barred'] {
  if (person === undefined || !isAsked(person, ask, group?.village ?? '')) return 'not-asked';
  return mayAct(personId, ask.kind, ask.about, acts) ? undefined : 'four-eyes';
}

/**
 * Whether the ask is put to this person of the directory, as the one asked or the one above.
 *
 * @param region the group's place, as `regionOf` has it
 */
export function isAsked(person: Person, { assignee, escalatedTo }: Ask, region: string): boolean {
  if (escalatedTo === person.id) return true;
  if (assignee.kind === 'person')
    return assignee.personId === person.id && hasOffice(person, assignee, region);
  // While no one in the group can be reached, administrators answer in its place.
  return assignee.kind === 'leader' && person.roles.some(({ role }) => role === 'admin');
}
