/**
 * The one path by which an answer is recorded, whether it comes from a form, from a revised packet, or by any way
 * that is added later.
 *
 * The answer, its audit event, what the person has now done for the proposal (separation of duties) and what the answer changes
 * are one transaction; the first answer stands. Only then is the execution resumed, and if that fails, the next turn
 * or the sweeper does it.
 */

import {
  type AnsweredAsk,
  type Ask,
  groupOutcome,
  isOver,
  needsCode,
  type OpenAsk,
} from '#domain/asks/ask.ts';
import { askAnswered } from '#domain/asks/ask-events.ts';
import { groupAskIdOf, readAskId } from '#domain/asks/ask-id.ts';
import type { Answer } from '#domain/asks/ask-kinds.ts';
import type { Evidence } from '#domain/asks/documents.ts';
import type { GroupStanding, MemberOutcome } from '#domain/asks/group-standing.ts';
import { answeredPart } from '#domain/asks/member-part.ts';
import { dutyOf, mayAct } from '#domain/asks/separation.ts';
import type { Actor } from '#domain/proposal/audit.ts';
import type { EventOf, ProposalEvent } from '#domain/proposal/events.ts';
import { type Proposal, recordInvolvement } from '#domain/proposal/proposal.ts';
import type { Problem } from '#domain/text/problem.ts';
import { asKind, behaviourOf, type Consequences } from '#functions/asks/behaviour.ts';
import { outcomeOf, type ResumeDeps, resumeAsk } from '#functions/asks/resume-ask.ts';
import {
  type AskSubject,
  type SubjectDecision,
  subjectOfProposal,
  updateSubject,
} from '#functions/asks/subject.ts';
import type { Report } from '#functions/notifications/report.ts';
import { asError } from '#functions/runtime/errors.ts';
import type { PartOfGroup } from '#functions/store/asks.ts';
import { askedPeople } from '#functions/store/assignments.ts';
import type { AuditHead, Change } from '#functions/store/commit.ts';
import { AskAlreadyAnswered, NotFound, StaleAsk } from '#functions/store/errors.ts';
import type { Decision } from '#functions/store/proposals.ts';
import type { Store } from '#functions/store/store.ts';

export interface AnswerRequest {
  askId: string;
  /** As `kinds[kind].answer` reads it. */
  answer: Answer;
  /** Who answers. */
  by: Actor;
  evidence?: readonly Evidence[];
  /** How it came, where that was not by the form. */
  via?: 'reply';
  /** Whether a one-time code of theirs was taken for it (`require-code.ts`); what moves money is not recorded without. */
  code?: boolean;
  /** What the caller has just read of it: what changed since makes the writing fail, and is read again. */
  known?: {
    subject?: AskSubject;
    asks: readonly Ask[];
    /** Of a member's part: where the record ended. */
    end?: AuditHead | undefined;
  };
  /** Business time, ISO 8601. */
  now: string;
  /** What else the answer to a proposal's ask changes, in the same transaction; asked again when that changed meanwhile. */
  also?: (proposal: Proposal) => {
    proposal?: Proposal;
    changes?: Change[];
    events?: readonly ProposalEvent[];
  };
  /** What reports a member's denial that comes too late, in the same transaction. */
  reportLate?: Report<LateDenial>;
}

/** A member denied being one, or having received anything, after the group's answer was clear. */
export interface LateDenial {
  part: AnsweredAsk;
  /** With the answer noted. */
  proposal: Proposal;
}

export type Recorded =
  /**
   * The answer was recorded. `settles` is the ask whose outcome is known by it, if one is: itself or its group's.
   */
  | { status: 'recorded'; ask: AnsweredAsk; settles: Ask | undefined }
  /** Another answer was faster, or the time was up; nothing was recorded. */
  | { status: 'closed'; ask: Ask }
  /** The person has acted at another stage of this proposal; nothing was recorded. */
  | { status: 'four-eyes'; ask: Ask }
  /** The ask was delegated to another person meanwhile; nothing was recorded. */
  | { status: 'not-asked'; ask: Ask }
  /** What was true of it when it was judged is not true any more, because another change was faster; nothing was recorded. */
  | { status: 'refused'; ask: Ask; problems: Problem[] }
  /** The answer moves money and came without a one-time code; nothing was recorded. */
  | { status: 'code-missing'; ask: Ask };

function answered(
  ask: OpenAsk,
  request: Omit<AnswerRequest, 'answer'> & { answer: { outcome: string } },
): AnsweredAsk {
  const { answer, by, now, evidence = [] } = request;
  return {
    ...ask,
    status: 'answered',
    outcome: answer.outcome,
    answer: { ...answer },
    answeredBy: by,
    answeredAt: now,
    evidence: [...evidence],
  };
}

function answeredEvent(ask: Ask, outcome: string, request: AnswerRequest): EventOf<'ask.answered'> {
  return askAnswered(ask, { ...request, outcome }, request.now);
}

/** What the answer brings about, and that the person has now done this for the proposal. */
async function consequencesOf(
  store: AnswerStore,
  subject: AskSubject,
  ask: OpenAsk,
  { answer, by, now }: AnswerRequest,
): Promise<Consequences> {
  const own = await behaviourOf(ask.kind).consequences?.(store, {
    ...{ ...subject, ask: asKind(ask), answer, by, now },
  });
  if (subject.of !== 'proposal') return own ?? {};
  const proposal = own?.proposal ?? subject.proposal;
  // Mentors and administrators perform no duty that must lie in other hands, so there is nothing to record.
  if (by.kind !== 'person' || dutyOf(ask.kind) === undefined) return { ...own, proposal };
  return {
    ...own,
    proposal: recordInvolvement(proposal, { kind: ask.kind, about: ask.about, personId: by.id }),
  };
}

/**
 * A member's part of a group ask: recorded as an event, and counted with the others' while the group's ask is open.
 *
 * What the members have said stands at the end of the record. The answer counts only if nothing was recorded since that was read, so
 * two members who answer at the same instant cannot both count without the other, and no member counts twice.
 */
async function memberAnswer(
  store: Pick<Store, 'asks' | 'proposals'>,
  { part, group, end }: PartOfGroup,
  request: AnswerRequest,
): Promise<Decision<Recorded>> {
  if (part.status !== 'open') return { result: { status: 'closed', ask: part } };
  const ask = answeredPart(part, { answer: request.answer, by: request.by, at: request.now });
  const own = answeredEvent(ask, ask.outcome, request);
  const changes = store.asks.putMemberText(ask);
  const standing = end.groups.get(group.id);
  if (standing?.status === 'expired') return { result: { status: 'closed', ask: part } };
  // One of the two was read before the other's last change.
  if (standing?.status !== group.status) throw new StaleAsk(group.id);
  if (group.status === 'answered') {
    // The group's answer was clear before. A denial that comes now is recorded and reported.
    const { late } = behaviourOf(part.kind);
    const deniedLate = late !== undefined && ask.outcome === 'denied' && (await late.isSettled(store, group));
    const denial = deniedLate ? [late.denied(own)] : [];
    const proposal = late?.noted && (await store.proposals.get(part.subject.id));
    const noted = proposal && late?.noted?.(proposal, group, ask);
    const report = deniedLate ? request.reportLate : undefined;
    const denied = report && (noted ?? (await store.proposals.get(part.subject.id)));
    return {
      changes: [
        ...changes,
        ...(proposal === undefined || noted === undefined || noted === proposal
          ? []
          : store.proposals.put(proposal, noted)),
        ...(report === undefined || denied === undefined
          ? []
          : await report({ part: ask, proposal: denied })),
      ],
      events: [own, ...denial],
      restsOn: end,
      result: { status: 'recorded', ask, settles: undefined },
    };
  }
  const settled = group.status === 'open' ? settledBy(group, standing, ask, request) : undefined;
  const clear: ProposalEvent[] =
    settled === undefined
      ? []
      : [{ ...answeredEvent(group, settled.outcome, request), actor: { kind: 'system' } }];
  return {
    changes: [
      ...changes,
      // Whatever became of the group's ask meanwhile, this answer is looked at again.
      ...(settled === undefined ? [] : store.asks.put(group, settled)).map((change) => ({
        ...change,
        onConflict: () => new StaleAsk(group.id),
      })),
    ],
    events: [own, ...clear],
    restsOn: end,
    result: { status: 'recorded', ask, settles: settled },
  };
}

/** The group's ask with its answer, if it is clear by this member's. */
function settledBy(
  group: OpenAsk,
  standing: GroupStanding,
  { outcome: given }: AnsweredAsk,
  request: AnswerRequest,
): AnsweredAsk | undefined {
  const count = (outcome: MemberOutcome) => standing[outcome].length + (given === outcome ? 1 : 0);
  const [confirmed, denied] = [count('confirmed'), count('denied')];
  const quorum = group.quorum ?? { needed: 1, of: 1 };
  const outcome = groupOutcome(group.kind, quorum, { confirmed, denied });
  if (outcome === 'open') return undefined;
  const isDenial = outcome === 'denied';
  return answered(group, {
    ...request,
    answer: isDenial ? { ...request.answer, outcome } : { outcome, confirmed, of: quorum.of },
    by: isDenial ? request.by : { kind: 'system' },
    evidence: [],
  });
}

function standingOf({ group, end }: PartOfGroup) {
  return end.groups.get(group.id)?.status;
}

type AnswerStore = Pick<
  Store,
  'asks' | 'commit' | 'deposits' | 'paperNumbers' | 'payments' | 'proposals' | 'runs'
>;

/** Records the answer; resumes nothing. @throws `NotFound`, what `also` throws and the conflicts of its changes */
async function recordAnswer(store: AnswerStore, request: AnswerRequest): Promise<Recorded> {
  const { askId, by, now, also, known } = request;
  const about = readAskId(askId)?.subject;
  if (about === undefined) throw new NotFound(`Ask ${askId}`);
  let asks = known?.asks ?? [];
  const read = (id: string) => asks.find((each) => each.id === id) ?? store.asks.get(about.id, id);
  let end = known?.end;
  const decidePart = async (groupId: string): Promise<Decision<Recorded>> => {
    const [part, group] = [askId, groupId].map((id) => asks.find((each) => each.id === id));
    const seen = part && group && end && { part, group, end };
    asks = [];
    end = undefined;
    // What was known may be old: it says that the ask is open at most, which the write proves.
    const isOld = seen === undefined || seen.part.status !== 'open' || seen.group.status !== standingOf(seen);
    return memberAnswer(store, isOld ? await store.asks.part(about.id, askId) : seen, request);
  };
  const decide = async (subject: AskSubject): Promise<SubjectDecision<Recorded>> => {
    const ask = await read(askId);
    if (ask.status !== 'open' || isOver(ask, now)) return { result: { status: 'closed', ask } };
    if (by.kind === 'person' && ask.assignee.kind === 'person' && !askedPeople(ask).includes(by.id))
      return { result: { status: 'not-asked', ask } };
    if (by.kind === 'person' && !mayAct(by.id, ask.kind, ask.about, subject.involvements))
      return { result: { status: 'four-eyes', ask } };
    if (needsCode(ask.kind, request.answer.outcome) && request.code !== true)
      return { result: { status: 'code-missing', ask } };
    asks = [];
    const before = subject.of === 'proposal' ? subject.proposal : undefined;
    const more = (before && also?.(before)) ?? {};
    const after = more.proposal === undefined ? subject : subjectOfProposal(more.proposal);
    const own = await consequencesOf(store, after, ask, request);
    const recorded = answered({ ...ask, facts: { ...ask.facts, ...own.facts } }, request);
    return {
      ...(own.proposal === undefined || own.proposal === before ? {} : { proposal: own.proposal }),
      events: [
        answeredEvent(recorded, recorded.outcome, request),
        ...(own.events ?? []),
        ...(more.events ?? []),
      ],
      changes: [...store.asks.put(ask, recorded), ...(own.changes ?? []), ...(more.changes ?? [])],
      result: { status: 'recorded', ask: recorded, settles: recorded },
    };
  };
  try {
    const group = groupAskIdOf(askId);
    return group === undefined
      ? await updateSubject(store, about, now, decide, known?.subject)
      : await store.proposals.record(about.id, now, () => decidePart(group));
  } catch (error) {
    const ask = await store.asks.get(about.id, askId);
    const refusal = behaviourOf(ask.kind).refusal?.(error);
    if (refusal !== undefined) return { status: 'refused', ask, problems: [refusal] };
    if (!(error instanceof AskAlreadyAnswered)) throw error;
    return { status: 'closed', ask };
  }
}

export interface AnswerDeps extends ResumeDeps {
  store: AnswerStore;
  /** Called when the execution could not be resumed at once. */
  logger: { warn(message: string, ...extra: [{ askId: string; error: Error }]): void };
}

/**
 * Records the answer, then resumes the execution. Whether the resume succeeds does not change what is recorded: the
 * ask's next turn or the sweeper resumes what this could not.
 */
export async function recordAndResume(deps: AnswerDeps, request: AnswerRequest): Promise<Recorded> {
  const recorded = await recordAnswer(deps.store, request);
  const settled = recorded.status === 'recorded' ? recorded.settles : undefined;
  // A second delivery of the same answer may find it recorded and its execution not resumed.
  const untold =
    recorded.status === 'closed' && outcomeOf(recorded.ask) !== undefined && !wasTold(recorded.ask);
  const toTell = settled ?? (untold ? recorded.ask : undefined);
  if (toTell !== undefined) await resumeExecution(deps, toTell, request.now);
  return recorded;
}

/** Resumes the execution that waits for an answer that is recorded; what keeps it from that is logged. */
export async function resumeExecution(deps: AnswerDeps, ask: Ask, now: string): Promise<void> {
  try {
    await resumeAsk(deps, ask, now);
  } catch (error) {
    deps.logger.warn('The answer is recorded; its execution could not be resumed yet.', {
      askId: ask.id,
      error: asError(error),
    });
  }
}

function wasTold(ask: Ask) {
  return ask.status !== 'answered' || ask.resumedAt !== undefined;
}
