/** What people are asked for about a proposal, as the record has it, with the links that they were sent. */
import type { Ask } from '#domain/asks/ask.ts';
import { groupAskIdOf, readAskId } from '#domain/asks/ask-id.ts';
import type { Store } from '#functions/store/store.ts';
import type { Matter } from '#players/replies.ts';
import { aboutOf, trancheAbout } from './about.ts';
import type { Links } from './links.ts';

/** Something that a person is, or was, asked for. Of a group's ask, each member's part is one while it is open. */
export interface Asked {
  /** The ask's id, or the payment run's. */
  ask: string;
  kind: Matter;
  /** What it is about, as one writes it behind the kind. */
  about: string;
  tranche?: number | undefined;
  /** The id of the person in the directory, `leader`, or `member-3`. */
  person: string;
  /** The person's link; null where none was sent. */
  url: string | null;
  open: boolean;
  /** ISO 8601. */
  openedAt: string;
  /** When it runs out without an answer: ISO 8601. */
  expiresAt: string;
}

type AskedStore = Pick<Store, 'asks' | 'payments' | 'runs'>;

/** All that was asked about a proposal, the oldest first, payment runs with its money among them. */
export async function askedAbout(store: AskedStore, proposalId: string, links: Links): Promise<Asked[]> {
  const [asks, runs] = await Promise.all([
    store.asks.withParts(proposalId),
    runsOf(store, proposalId, links),
  ]);
  const parts = new Map(asks.filter(({ parent }) => parent !== undefined).map((part) => [part.id, part]));
  const asked = asks.flatMap((ask) => {
    if (ask.parent !== undefined) return [];
    const { kind, openedAt, expiresAt } = ask;
    const of = { kind, about: aboutOf(ask), tranche: trancheAbout(ask), openedAt, expiresAt };
    if (ask.status === 'open' && ask.assignee.kind === 'members')
      return openParts(ask, parts, links).map((part) => ({
        ...{ ...of, ask: part, open: true, url: links.to(part).at(-1)?.url ?? null },
        person: personOf(part),
      }));
    const personId = ask.assignee.kind === 'person' ? ask.assignee.personId : undefined;
    const url = urlTo(links, ask.id, personId);
    return [{ ...of, ask: ask.id, open: ask.status === 'open', person: personOf(ask.id, personId), url }];
  });
  return [...asked, ...runs].sort((one, other) => (one.openedAt < other.openedAt ? -1 : 1));
}

/** The ids of the members' parts of a group's ask that are unanswered, of those who were asked. */
function openParts(group: Ask, parts: ReadonlyMap<string, Ask>, links: Links): string[] {
  const own = [...parts.keys()].filter((id) => groupAskIdOf(id) === group.id);
  return [...new Set([...own, ...links.asksUnder(`${group.id}.m`)])]
    .filter((id) => (parts.get(id)?.status ?? 'open') === 'open')
    .sort();
}

/** Who is asked: the person of the directory, or a member by number, or the leader. */
export function personOf(ask: string, personId?: string): string {
  const member = readAskId(ask)?.member;
  return personId ?? (member === undefined ? 'leader' : `member-${member}`);
}

/** The newest link that the person was sent; where they were sent none, the newest of all. */
function urlTo(links: Links, ask: string, personId: string | undefined): string | null {
  const all = links.to(ask);
  const own = all.filter(({ link }) => 'personId' in link && link.personId === personId);
  return (own.at(-1) ?? all.at(-1))?.url ?? null;
}

/** The payment runs that hold money for the proposal. */
async function runsOf(
  { payments, runs }: Pick<AskedStore, 'payments' | 'runs'>,
  proposalId: string,
  links: Links,
): Promise<Asked[]> {
  const tranches = new Map<string, number>();
  for (const payment of await payments.list(proposalId))
    if ('runId' in payment && payment.runId !== undefined) tranches.set(payment.runId, payment.tranche);
  const found = await Promise.all([...tranches.keys()].map((id) => runs.get(id)));
  return found.flatMap((run): Asked[] => {
    if (run === undefined) return [];
    const last = links.to(run.id).at(-1);
    const person = last !== undefined && last.link.to === 'run' ? last.link.personId : 'treasurer';
    const { id, startedAt: openedAt, cutOffAt: expiresAt } = run;
    const of = { ask: id, kind: 'run-release' as const, about: id, tranche: tranches.get(id) };
    return [{ ...of, person, url: last?.url ?? null, open: run.state === 'gathered', openedAt, expiresAt }];
  });
}
