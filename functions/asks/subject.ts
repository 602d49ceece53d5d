/** What an ask is about, as the engine reads and changes it: the same of every subject. */
import type { Ask } from '#domain/asks/ask.ts';
import type { Involvement } from '#domain/asks/separation.ts';
import { type Subject, type SubjectKind, subjectOf } from '#domain/asks/subject.ts';
import type { PaymentRun } from '#domain/money/payment-run.ts';
import { formatRupiah, rupiah } from '#domain/money/rupiah.ts';
import type { BankEvent, ProposalEvent } from '#domain/proposal/events.ts';
import { contentOf, type Proposal } from '#domain/proposal/proposal.ts';
import type { SubjectFacts } from '#functions/notifications/messages/subject-facts.ts';
import { groupNameIn, groupNameOf } from '#functions/notifications/recipients.ts';
import type { AuditHead, Change } from '#functions/store/commit.ts';
import { NotFound, Stale } from '#functions/store/errors.ts';
import type { ProposalState } from '#functions/store/proposal-items.ts';
import { retryOnConflict } from '#functions/store/retry-on-conflict.ts';
import type { Store } from '#functions/store/store.ts';

/** What is known of it without reading all of it. */
export interface SubjectHead {
  readonly of: SubjectKind;
  readonly id: string;
  /** The village of its group; empty while that is unknown, so that only officials of the whole country are eligible. */
  readonly region: string;
  /** Whether it belongs to no area: then only a holder of an office for the whole country answers, also after a delegation. */
  readonly nationwide: boolean;
  /** What people did for it, for separation of duties. */
  readonly involvements: readonly Involvement[];
  /** How messages and pages call it. */
  readonly facts: SubjectFacts;
}

interface Whole {
  proposal: { proposal: Proposal };
  'payment-run': { run: PaymentRun };
}

/** All of it. */
export type AskSubject<Of extends SubjectKind = SubjectKind> = Of extends SubjectKind
  ? SubjectHead & { readonly of: Of } & Readonly<Whole[Of]>
  : never;

/** An event on the chain of such a subject. */
export type SubjectEvent<Of extends SubjectKind = SubjectKind> = Of extends 'proposal'
  ? ProposalEvent
  : BankEvent;

export function headOfState(state: ProposalState): SubjectHead {
  const { id, group, involvements } = state;
  return {
    ...{ of: 'proposal', id, region: group?.village ?? '', nationwide: false, involvements },
    facts: { of: 'proposal', id, groupName: groupNameIn(state) },
  };
}

export function subjectOfProposal(proposal: Proposal): AskSubject<'proposal'> {
  const { id, involvements } = proposal;
  return {
    ...{
      of: 'proposal',
      id,
      region: contentOf(proposal)?.group.village ?? '',
      nationwide: false,
      involvements,
    },
    facts: { of: 'proposal', id, groupName: groupNameOf(proposal) },
    proposal,
  };
}

export function subjectOfRun(run: PaymentRun): AskSubject<'payment-run'> {
  const { id, involvements, count, sum } = run;
  return {
    ...{ of: 'payment-run', id, region: '', nationwide: true, involvements },
    facts: { of: 'payment-run', id, count, sum: formatRupiah(sum) },
    run,
  };
}

type SubjectStore = Pick<Store, 'proposals' | 'runs'>;

/** The subject with this id; undefined where there is none. */
export async function findSubject(store: SubjectStore, id: string): Promise<AskSubject | undefined> {
  if (subjectOf(id)?.of === 'payment-run') {
    const run = await store.runs.get(id);
    return run && subjectOfRun(run);
  }
  const proposal = await store.proposals.find(id);
  return proposal && subjectOfProposal(proposal);
}

/** @throws {NotFound} */
export async function readSubject(store: SubjectStore, id: string): Promise<AskSubject> {
  const found = await findSubject(store, id);
  if (found === undefined) throw new NotFound(`Proposal or payment run ${id}`);
  return found;
}

/** What a step decided about a subject. */
export interface SubjectDecision<Result> {
  /** A proposal as it is to be, if it changes. What else changes is in `changes`, a payment run too. */
  proposal?: Proposal | undefined;
  events?: readonly SubjectEvent[];
  changes?: Change[];
  restsOn?: AuditHead;
  result: Result;
}

/** Rounds of read and decide before it is reported that a payment run is too busy. */
const maxRounds = 8;

/**
 * Reads a subject, lets the step decide, and writes what it decided in one transaction; again when another writer was faster.
 *
 * @param known the subject, if it was just read
 * @throws {NotFound}, what `decide` throws, the named conflict of one of its changes, {TooMuchContention}
 */
export async function updateSubject<Result>(
  store: SubjectStore & Pick<Store, 'commit'>,
  subject: Subject,
  now: string,
  decide: (subject: AskSubject) => Promise<SubjectDecision<Result>>,
  known?: AskSubject,
): Promise<Result> {
  const { of, id } = subject;
  if (of === 'proposal')
    return store.proposals.update(
      id,
      now,
      async (before) => {
        const { proposal, events, ...decided } = await decide(subjectOfProposal(before));
        // The kind's behaviour gives events of the chain of its subject.
        const own = events as readonly ProposalEvent[] | undefined;
        return {
          ...decided,
          ...(proposal !== undefined && { proposal }),
          ...(own !== undefined && { events: own }),
        };
      },
      known?.of === 'proposal' ? { proposal: known.proposal } : undefined,
    );
  return retryOnConflict(
    { what: `Payment run ${id}`, rounds: maxRounds, conflicts: [Stale] },
    async (round) => {
      const read = (round === 0 ? known : undefined) ?? (await readSubject(store, id));
      const { events = [], changes = [], result } = await decide(read);
      if (events.length > 0 || changes.length > 0)
        await store.commit({ journal: 'bank', now, events: events as readonly BankEvent[], changes });
      return result;
    },
  );
}

/** How messages and lists call what an open ask is about, by the ask's own facts. */
export function factsOfAssignment({ subject, facts }: Pick<Ask, 'subject' | 'facts'>): SubjectFacts {
  switch (subject.of) {
    case 'proposal':
      return { of: subject.of, id: subject.id, groupName: facts.groupName ?? subject.id };
    case 'payment-run':
      return {
        of: subject.of,
        id: subject.id,
        count: facts.payments ?? 0,
        sum: formatRupiah(facts.sum ?? rupiah(0)),
      };
  }
}
