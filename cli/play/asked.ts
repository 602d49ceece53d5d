/** What people are asked for about a proposal and its payment runs, as the record has it, with the links that they were sent. */
import type { Ask } from '#domain/asks/ask.ts';
import { groupAskIdOf, readAskId } from '#domain/asks/ask-id.ts';
import type { AskKind } from '#domain/asks/ask-kinds.ts';
import { runOf } from '#domain/money/payment.ts';
import type { Store } from '#functions/store/store.ts';
import { aboutOf, trancheAbout } from './about.ts';
import { addresseeOf, type Links } from './links.ts';

/** Something that a person is, or was, asked for. Of a group's ask, each member's part is one while it is open. */
export interface Asked {
  ask: string;
  kind: AskKind;
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

type AskedStore = Pick<Store, 'asks' | 'payments'>;

/** All that was asked about a proposal, the oldest first, and about the payment runs with its money. */
export async function askedAbout(store: AskedStore, proposalId: string, links: Links): Promise<Asked[]> {
  const [own, ofRuns] = await Promise.all([
    store.asks.withParts(proposalId),
    askedAboutRuns(store, proposalId),
  ]);
  const parts = new Map(own.filter(({ parent }) => parent !== undefined).map((part) => [part.id, part]));
  const groups = own.filter(({ parent }) => parent === undefined);
  const asked = [...groups.map((ask) => ({ ask, tranche: trancheAbout(ask) })), ...ofRuns];
  return asked
    .flatMap(({ ask, tranche }) => askedBy(ask, tranche, parts, links))
    .sort((one, other) => (one.openedAt < other.openedAt ? -1 : 1));
}

/** An ask as it stands; of a group's that is open, each part. */
function askedBy(
  ask: Ask,
  tranche: number | undefined,
  parts: ReadonlyMap<string, Ask>,
  links: Links,
): Asked[] {
  const { kind, openedAt, expiresAt } = ask;
  const of = { kind, about: aboutOf(ask), tranche, openedAt, expiresAt };
  if (ask.status === 'open' && ask.assignee.kind === 'members')
    return openParts(ask, parts, links).map((part) => ({
      ...{ ...of, ask: part, open: true, url: links.to(part).at(-1)?.url ?? null },
      person: personOf(part),
    }));
  const personId = ask.assignee.kind === 'person' ? ask.assignee.personId : undefined;
  const url = urlTo(links, ask.id, personId);
  return [{ ...of, ask: ask.id, open: ask.status === 'open', person: personOf(ask.id, personId), url }];
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
  const own = all.filter(({ link }) => addresseeOf(link) === personId);
  return (own.at(-1) ?? all.at(-1))?.url ?? null;
}

/** The asks about payment runs that hold money for the proposal, each with the tranche that it holds. */
async function askedAboutRuns({ asks, payments }: AskedStore, proposalId: string) {
  const tranches = new Map<string, number>();
  for (const payment of await payments.list(proposalId)) {
    const runId = runOf(payment);
    if (runId !== undefined) tranches.set(runId, payment.tranche);
  }
  const found = await Promise.all(
    [...tranches].map(async ([runId, tranche]) =>
      (await asks.bySubject(runId)).map((ask) => ({ ask, tranche })),
    ),
  );
  return found.flat();
}
