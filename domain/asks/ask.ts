/**
 * An ask: one question to one person (or to all members), from the first message to its answer or its expiry.
 *
 * The schedule (`askPlan`) is fixed when the ask is opened. The state machine waits one turn at a time and knows only
 * the seconds; what a turn means is known here. What an answer must hold is in `answers.ts`, how it is asked on a
 * page in `forms.ts`.
 */
import * as z from 'zod';
import { memberNumberSchema } from '../packet/packet.ts';
import { personIdSchema } from '../people/person.ts';
import type { AskTiming, RulePack } from '../programme.ts';
import { actorSchema } from '../proposal/audit.ts';
import { problemSchema } from '../text/problem.ts';
import { type Calendar, endOfWorkingDay, secondsBetween } from '../working-days.ts';
import { type AskKind, askKindSchema, directoryRoleSchema, type Role, roleSchema } from './ask-kinds.ts';
import { documentRequirementSchema, evidenceSchema } from './documents.ts';

export { type AskKind, askKindSchema, askKinds, type Role, roleSchema } from './ask-kinds.ts';

/** How each kind of ask can end; the state machines branch on these. `expired` is always the last. */
export const askOutcomes = {
  correction: ['revised', 'withdrawn', 'expired'],
  membership: ['quorum', 'denied', 'expired'],
  'membership-review': ['mistaken', 'upheld', 'expired'],
  'site-visit': ['pass', 'fail', 'expired'],
  approval: ['approve', 'reject', 'return', 'expired'],
  objection: ['objected', 'accepted', 'expired'],
  appeal: ['granted', 'dismissed', 'expired'],
  'tranche-documents': ['provided', 'expired'],
  spp: ['issued', 'returned', 'expired'],
  spm: ['issued', 'refused', 'cancelled', 'expired'],
  sp2d: ['issued', 'refused', 'cancelled', 'expired'],
  'bank-inquiry': ['settled', 'rejected', 'wait', 'expired'],
  'account-correction': ['corrected', 'expired'],
  receipt: ['quorum', 'short', 'expired'],
  'receipt-review': ['release', 'stop', 'expired'],
  'training-session': ['held', 'expired'],
  'mentor-visit': ['visited', 'expired'],
  outcome: ['recorded', 'expired'],
  'muster-roll': ['handed-in', 'expired'],
  lpj: ['submitted', 'expired'],
  'deposit-billing': ['issued', 'expired'],
  'deposit-slip': ['deposited', 'code-expired', 'expired'],
  'deposit-check': ['confirmed', 'refused', 'expired'],
} as const satisfies Record<AskKind, readonly string[]>;

export type AskOutcome<Kind extends AskKind = AskKind> = (typeof askOutcomes)[Kind][number];

const defaultRoles: Record<AskKind, Role> = {
  correction: 'leader',
  membership: 'members',
  'membership-review': 'verifier',
  'site-visit': 'verifier',
  approval: 'ppk',
  objection: 'leader',
  appeal: 'pa',
  'tranche-documents': 'leader',
  spp: 'ppk',
  spm: 'pp-spm',
  sp2d: 'kppn',
  'bank-inquiry': 'kppn',
  'account-correction': 'leader',
  receipt: 'members',
  'receipt-review': 'auditor',
  'training-session': 'mentor',
  'mentor-visit': 'mentor',
  outcome: 'mentor',
  'muster-roll': 'leader',
  lpj: 'leader',
  'deposit-billing': 'ppk',
  'deposit-slip': 'leader',
  'deposit-check': 'kppn',
};

/** Who is asked, unless the workflow says otherwise (the approval ladder names its roles). */
export function defaultRole(kind: AskKind): Role {
  return defaultRoles[kind];
}

/** One turn of an ask: what to do when it begins, and how long to wait before the next. */
export const askTurnSchema = z.strictObject({
  do: z.enum(['ask', 'remind', 'escalate', 'expire']),
  timeoutSeconds: z.int().min(1),
});
export type AskTurn = z.output<typeof askTurnSchema>;

export interface AskPlan {
  /** At least two: the first is `ask`, the last is `expire`. */
  turns: AskTurn[];
  /** When the ask ends without an answer: 17:00 in Jakarta of a working day, as ISO 8601 in UTC. */
  expiresAt: string;
}

/**
 * How long the last turn may take. It resumes by itself at once; the time is for the attempts to do so when a service
 * is disturbed.
 */
export const expiryGraceSeconds = 3600;

/** The turns of an ask that is opened at `now`, from the pack's timing, in working days. */
export function askPlan(kind: AskKind, pack: RulePack, now: string, calendar: Calendar): AskPlan {
  const moments = turnDays(pack.asks[kind]).map(({ do: what, day }) => ({
    do: what,
    at: day === 0 ? now : endOfWorkingDay(now, day, calendar),
  }));
  const turns = moments.map((moment, index) => {
    const next = moments[index + 1];
    return {
      do: moment.do,
      timeoutSeconds: next === undefined ? expiryGraceSeconds : secondsBetween(moment.at, next.at),
    };
  });
  return { turns, expiresAt: moments.at(-1)?.at ?? now };
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
export const assigneeSchema = z.discriminatedUnion('kind', [
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
 * How an ask came to another person because somebody decided so: the person who was asked, or the one above, handed it
 * on, or an administrator named somebody while nobody was eligible.
 */
export const reassignmentSchema = z.strictObject({
  from: personIdSchema,
  to: personIdSchema,
  by: personIdSchema,
  at: z.iso.datetime(),
  /** Why it was handed on. It is shown to the people concerned and is in no audit event. */
  reason: z.string().optional(),
});
export type Reassignment = z.output<typeof reassignmentSchema>;

/** So often an ask may be handed on; after that it is not passed around any more. */
export const maxReassignments = 10;

const common = {
  schemaVersion: z.literal(1),
  /** Counts the writes, for optimistic locking. */
  version: z.int().min(1),
  /** `<proposalId>.<kind>.<key>`, for one member's part with `.m03` behind. */
  id: z.string(),
  proposalId: z.string(),
  kind: askKindSchema,
  key: z.string(),
  role: roleSchema,
  assignee: assigneeSchema,
  /** The person above who was told that no answer came. They may answer too. */
  escalatedTo: personIdSchema.optional(),
  /** Who handed it on to whom, oldest first. */
  reassignments: z.array(reassignmentSchema).optional(),
  /** For a member's part: the id of the group ask. */
  parent: z.string().optional(),
  /** For a group ask: how many must confirm, of how many. */
  quorum: z.strictObject({ needed: z.int().min(1), of: z.int().min(1) }).optional(),
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
  /** What the page shows beside the question (tranche, amount, round); never personal data. */
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** For a correction: everything that is wrong. */
  problems: z.array(problemSchema).optional(),
};

/** An ask by its status. `answered` may still have to be resumed: see `resumedAt`. */
export const askSchema = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('open'), ...common }),
  z.strictObject({
    status: z.literal('answered'),
    ...common,
    /** One of `askOutcomes[kind]`, or `confirmed`/`denied` for a member's part. */
    outcome: z.string(),
    /** The answer, as `answerSchemas[kind]` gave it. */
    answer: z.record(z.string(), z.unknown()),
    answeredBy: actorSchema,
    answeredAt: z.iso.datetime(),
    evidence: z.array(evidenceSchema),
    /** When the execution was told; absent while that is still to be done. */
    resumedAt: z.iso.datetime().optional(),
  }),
  z.strictObject({ status: z.literal('expired'), ...common, expiredAt: z.iso.datetime() }),
  /** No longer wanted: a member's part after the group's answer was clear, or any ask of a proposal that ended. */
  z.strictObject({ status: z.literal('cancelled'), ...common, cancelledAt: z.iso.datetime() }),
]);
export type Ask = z.output<typeof askSchema>;
export type OpenAsk = Extract<Ask, { status: 'open' }>;
export type AnsweredAsk = Extract<Ask, { status: 'answered' }>;

/** What a group may hand in to support its objection; it need not. */
const objectionFiles: z.output<typeof documentRequirementSchema> = {
  type: 'objection',
  min: 0,
  max: 10,
  mediaTypes: ['application/pdf', 'image/jpeg', 'image/png'],
  maxBytes: 10 * 2 ** 20,
};

/** The slip that a bank gives for a deposit: one scan, or its pages. */
const depositSlip: z.output<typeof documentRequirementSchema> = {
  type: 'deposit-slip',
  min: 1,
  max: 3,
  mediaTypes: ['application/pdf', 'image/jpeg', 'image/png'],
  maxBytes: 5 * 2 ** 20,
};

/** The papers that an ask of this kind must or may bring, by the pack. @param tranche for `tranche-documents`. */
export function askDocuments(
  kind: AskKind,
  pack: RulePack,
  { tranche, lpj = 1 }: { tranche?: number | undefined; lpj?: number | undefined } = {},
): z.output<typeof documentRequirementSchema>[] {
  switch (kind) {
    case 'site-visit':
      return pack.verification.siteVisit.evidence;
    case 'objection':
      return [objectionFiles];
    case 'tranche-documents':
      return pack.tranches[(tranche ?? 1) - 1]?.documents ?? [];
    case 'account-correction':
      return bankReference(pack);
    case 'training-session':
      return pack.training.sessionEvidence;
    case 'mentor-visit':
      return pack.training.visitEvidence;
    case 'deposit-slip':
      return [depositSlip];
    case 'muster-roll':
      return pack.works?.musterRoll.documents ?? [];
    case 'lpj':
      return pack.training.lpj[lpj - 1]?.documents ?? [];
    default:
      return [];
  }
}

/** The letter by which a bank says whose an account is, where the pack asks for one with the proposal. */
function bankReference({ attachments }: RulePack): z.output<typeof documentRequirementSchema>[] {
  return attachments
    .filter(({ type, required }) => type === 'bank-reference' && required)
    .map(({ mediaTypes, maxBytes }) => ({
      type: 'bank-reference',
      min: 1,
      max: 1,
      mediaTypes,
      maxBytes,
      minPages: 1,
    }));
}

/**
 * Where a group ask stands. Of memberships, one denial decides: somebody's name was used. Of receipts, all answers
 * count, because a member who got nothing is told apart from a group that got nothing: `short` once too few are left
 * to confirm.
 */
export function groupOutcome(
  kind: AskKind,
  quorum: { needed: number; of: number },
  answers: { confirmed: number; denied: number },
): 'open' | 'quorum' | 'denied' | 'short' {
  if (kind === 'membership' && answers.denied > 0) return 'denied';
  if (answers.confirmed >= quorum.needed) return 'quorum';
  return kind === 'receipt' && quorum.of - answers.denied < quorum.needed ? 'short' : 'open';
}

/**
 * Whether an answer promises or moves money, so that it needs a one-time code of the person, and no reply by mail will
 * do: awarding, asking for payment, ordering it, paying, saying what the bank did, and that money came back. To refuse or
 * to send back moves nothing.
 */
export function needsCode(kind: AskKind, outcome: string): boolean {
  return codedOutcomes(kind).includes(outcome);
}

/** The outcomes of a kind that need a code. */
export function codedOutcomes(kind: AskKind): readonly string[] {
  return moneyMoving[kind] ?? [];
}

const moneyMoving: Partial<Record<AskKind, readonly string[]>> = {
  approval: ['approve'],
  spp: ['issued'],
  spm: ['issued'],
  sp2d: ['issued'],
  'bank-inquiry': ['settled', 'rejected'],
  'receipt-review': ['release'],
  'deposit-check': ['confirmed'],
};
