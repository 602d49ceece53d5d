/**
 * An ask: one question to one person (or to all members), from the first message to its answer or its expiry.
 *
 * The schedule (`askPlan`) is computed once, before the ask is opened. The state machine carries it and waits one turn at
 * a time, until the moment that people are given. What a kind of ask is stands in its own file in
 * `kinds/`.
 */

import * as z from 'zod';
import { rupiahSchema } from '../money/rupiah.ts';
import { memberNumberSchema } from '../packet/packet.ts';
import { personIdSchema } from '../people/person.ts';
import type { AskTiming, RulePack } from '../programme.ts';
import { actorSchema } from '../proposal/audit.ts';
import { problemSchema } from '../text/problem.ts';
import { type Calendar, endOfWorkingDay } from '../working-days.ts';
import { type About, type AskKind, askKindSchema, kindOf } from './ask-kinds.ts';
import { type DocumentRequirement, documentRequirementSchema, evidenceSchema } from './documents.ts';
import { type AnyAbout, anyAboutSchema, type Quorum } from './kind.ts';
import { directoryRoleSchema, roleSchema } from './roles.ts';
import { subjectSchema } from './subject.ts';

/** One turn of an ask: what is done when it begins, when that is, and when the next begins. */
const askTurnSchema = z.strictObject({
  do: z.enum(['ask', 'remind', 'escalate', 'expire']),
  at: z.iso.datetime(),
  until: z.iso.datetime(),
});
export type AskTurn = z.output<typeof askTurnSchema>;

/** The schedule of an ask. It is computed once, carried by the state machine, and kept by the ask. */
export const askPlanSchema = z.strictObject({
  /** At least two: the first is `ask`, the last is `expire`. */
  turns: z.array(askTurnSchema).min(2),
  /** When the ask ends without an answer, as ISO 8601 in UTC: of a proposal's asks, 17:00 in Jakarta of a working day. */
  expiresAt: z.iso.datetime(),
});
export type AskPlan = z.output<typeof askPlanSchema>;

/**
 * How long the last turn may take, in seconds. It resumes by itself at once; the time is for the attempts to do so when a
 * service is disturbed.
 */
export const expiryGraceSeconds = 3600;

/** The schedule of an ask that is opened at `now`, from the pack's timing, in working days. */
export function askPlan(kind: AskKind, pack: RulePack, now: string, calendar: Calendar): AskPlan {
  return planOf(
    turnDays(timingOf(kind, pack)).map(({ do: what, day }) => ({
      do: what,
      at: day === 0 ? now : endOfWorkingDay(now, day, calendar),
    })),
  );
}

/** The schedule of these turns, in their order, each of which lasts until the next; the first is `ask`, the last `expire`. */
export function planOf(moments: readonly Omit<AskTurn, 'until'>[]): AskPlan {
  const expiresAt = moments.at(-1)?.at ?? '';
  const end = new Date(Date.parse(expiresAt) + expiryGraceSeconds * 1000).toISOString();
  return {
    turns: moments.map((moment, index) => ({ ...moment, until: moments[index + 1]?.at ?? end })),
    expiresAt,
  };
}

/** When an ask of this kind is repeated and ends, by the pack. */
export function timingOf(kind: AskKind, pack: Pick<RulePack, 'asks'>): AskTiming {
  const timing = pack.asks[kind] ?? kindOf(kind).timing;
  if (timing === undefined) throw new RangeError(`The stage of ${kind} plans it; no pack does.`);
  return timing;
}

/** On which working day after the asking each turn begins; a reminder gives way to an escalation of the same day. */
function turnDays(timing: AskTiming): { do: AskTurn['do']; day: number }[] {
  const reminders = Array.from({ length: timing.reminders }, (_, index) => ({
    do: 'remind' as const,
    day: timing.remindAfter * (index + 1),
  })).filter(({ day }) => day < timing.expireAfter && day !== timing.escalateAfter);
  const escalation =
    timing.escalateAfter === null ? [] : [{ do: 'escalate' as const, day: timing.escalateAfter }];
  return [
    { do: 'ask', day: 0 },
    ...[...reminders, ...escalation].sort((a, b) => a.day - b.day),
    { do: 'expire', day: timing.expireAfter },
  ];
}

/** To whom the ask is put. */
const assigneeSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('person'),
    personId: personIdSchema,
    role: directoryRoleSchema,
    /** The administrator who named the person: then the role counts wherever the person holds it. */
    namedBy: personIdSchema.optional(),
  }),
  z.strictObject({ kind: z.literal('leader') }),
  /** All members at once: the parent of a group ask, which itself is never answered by a form. */
  z.strictObject({ kind: z.literal('members') }),
  /** One member's part in a group ask. */
  z.strictObject({ kind: z.literal('member'), number: memberNumberSchema }),
]);
export type Assignee = z.output<typeof assigneeSchema>;

/**
 * How an ask came to another person by a decision: the person who was asked, or the superior, delegated it, or an
 * administrator named a person while no one was eligible.
 */
const reassignmentSchema = z.strictObject({
  from: personIdSchema,
  to: personIdSchema,
  by: personIdSchema,
  at: z.iso.datetime(),
  /** Why it was delegated. It is shown to the people concerned and is in no audit event. */
  reason: z.string().optional(),
});
export type Reassignment = z.output<typeof reassignmentSchema>;

/** How often an ask may be delegated at most; after that it is not passed around any more. */
export const maxReassignments = 10;

/** What is shown next to a question, so that a list of asks need not read their proposals; never personal data. */
const askFactsSchema = z
  .strictObject({
    tranche: z.int().min(1),
    /** What the tranche pays. */
    amount: rupiahSchema,
    deposit: z.int().min(1),
    /** What the deposit owes. */
    toDeposit: rupiahSchema,
    groupName: z.string(),
    village: z.string(),
    /** The title of the business plan. */
    plan: z.string(),
    /** How many people the group has. */
    members: z.int(),
    amountAsked: rupiahSchema,
    /** How many notes the automatic checks made. */
    warnings: z.int(),
    /** How many members confirmed their membership, of how many. */
    confirmed: z.int(),
    confirmedOf: z.int(),
    /** The day of the site visit. */
    visitedOn: z.iso.date(),
    /** How many payments the run has, and their sum. */
    payments: z.int(),
    sum: rupiahSchema,
  })
  .partial();

const common = {
  schemaVersion: z.literal(1),
  /** Counts the writes, for optimistic locking. */
  version: z.int().min(1),
  /** `askIdOf` what follows. */
  id: z.string(),
  subject: subjectSchema,
  kind: askKindSchema,
  /** What distinguishes it from others of its kind: as its kind says, in the order of its schema. */
  about: anyAboutSchema,
  role: roleSchema,
  assignee: assigneeSchema,
  /** Others who hold the same office and were asked at the same time, where there is no time to wait for one. */
  alongside: z.array(personIdSchema).optional(),
  /** The superior who was notified that no answer came. They may answer too. */
  escalatedTo: personIdSchema.optional(),
  /** Who delegated it to whom, oldest first. */
  reassignments: z.array(reassignmentSchema).optional(),
  /** For a member's part: the id of the group ask. */
  parent: z.string().optional(),
  /** For a group ask: how many must confirm, of how many. */
  quorum: z.strictObject({ needed: z.int().min(1), of: z.int().min(1) }).optional(),
  /** For a group ask: the members who are asked. */
  members: z.array(memberNumberSchema).optional(),
  openedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  turns: z.array(askTurnSchema).min(1),
  /** The index of the turn that was begun last. */
  turn: z.int().min(0),
  /** When the state that waits for it was entered; the opening, if absent. */
  turnSince: z.iso.datetime().optional(),
  /** The Step Functions token of that turn. It is nowhere else: not in links, mails, logs or events. */
  taskToken: z.string().optional(),
  /** The papers that the answer must bring. */
  documents: z.array(documentRequirementSchema),
  facts: askFactsSchema,
  /** For a correction: everything that is wrong. */
  problems: z.array(problemSchema).optional(),
};

/** An ask by its status. `answered` may still have to be resumed: see `resumedAt`. */
export const askSchema = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('open'), ...common }),
  z.strictObject({
    status: z.literal('answered'),
    ...common,
    /** One of its kind's outcomes, or `confirmed`/`denied` for a member's part. */
    outcome: z.string(),
    /** The answer, as its kind's schema gave it. */
    answer: z.record(z.string(), z.unknown()),
    answeredBy: actorSchema,
    answeredAt: z.iso.datetime(),
    evidence: z.array(evidenceSchema),
    /** When the execution was resumed; absent while that is still to be done. */
    resumedAt: z.iso.datetime().optional(),
  }),
  z.strictObject({ status: z.literal('expired'), ...common, expiredAt: z.iso.datetime() }),
  /** No longer wanted: a member's part after the group's answer was clear, or any ask of a proposal that ended. */
  z.strictObject({ status: z.literal('cancelled'), ...common, cancelledAt: z.iso.datetime() }),
]);
export type Ask = z.output<typeof askSchema>;
export type OpenAsk = Extract<Ask, { status: 'open' }>;
export type AnsweredAsk = Extract<Ask, { status: 'answered' }>;

/** An ask of one kind, with what it is about. */
export type AskOf<Kind extends AskKind, Of extends Ask = Ask> = Of & { kind: Kind; about: About<Kind> };

/** Where a group ask stands: as its kind says, by how many have confirmed and denied. */
export function groupOutcome(
  kind: AskKind,
  quorum: Quorum,
  answers: { confirmed: number; denied: number },
): string {
  return kindOf(kind).group?.outcome(quorum, answers) ?? 'open';
}

/**
 * Whether the ask takes no answer any more, although its machine has not noticed: what ends with its day ends to the minute. To
 * others an answer may come until the last turn has begun.
 */
export function isOver({ kind, expiresAt }: Pick<Ask, 'kind' | 'expiresAt'>, now: string): boolean {
  return kindOf(kind).ofTheDay === true && now >= expiresAt;
}

/** The papers that an ask must or may bring, by the pack. */
export function askDocuments(kind: AskKind, pack: RulePack, about: AnyAbout): DocumentRequirement[] {
  return kindOf(kind).documents?.(pack, about) ?? [];
}

/** Whether the outcome needs a one-time code of the person. */
export function needsCode(kind: AskKind, outcome: string): boolean {
  return codedOutcomes(kind).includes(outcome);
}

/** The outcomes of a kind that need a one-time code. */
export function codedOutcomes(kind: AskKind): readonly string[] {
  return kindOf(kind).needsCode ?? [];
}
