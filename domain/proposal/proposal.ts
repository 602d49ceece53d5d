/**
 * A proposal, as one union by stage, and the transitions between the stages.
 *
 * Transitions are pure: they take the proposal and the time, and give the proposal as it is afterwards. They leave
 * `version` alone; the store raises it with each write. A transition from a stage that does not lead there throws
 * `WrongStage`.
 */

import * as z from 'zod';
import { sameAbout } from '../asks/about.ts';
import type { About } from '../asks/ask-kinds.ts';
import { directoryRoleSchema } from '../asks/roles.ts';
import { type Act, actSchema } from '../asks/separation.ts';
import { type ProposalId, packetPrefixSchema, proposalIdSchema } from '../identifiers.ts';
import { type Rupiah, rupiah, rupiahSchema, sumRupiah } from '../money/rupiah.ts';
import { plannedTrancheSchema, tranchePlan } from '../money/tranche.ts';
import {
  attachmentSchema,
  type BankAccount,
  bankAccountSchema,
  contactSchema,
  groupSchema,
  memberNumberSchema,
  memberSchema,
  phoneSchema,
  planSchema,
  rabLineSchema,
} from '../packet/packet.ts';
import { draftSchema } from '../papers/drafts.ts';
import { afterReview, type PaperVerdict, reviewedPaperSchema } from '../papers/paper-review.ts';
import { provinceOf } from '../people/region.ts';
import { type PackReference, packReferenceSchema, type RulePack } from '../programme.ts';
import { wagesSchema } from '../public-works/wages.ts';
import { languageSchema } from '../text/language.ts';
import { type Problem, problemSchema } from '../text/problem.ts';
import { type FollowUpItem, followUpItemSchema } from '../training/training.ts';
import { jakartaDate } from '../working-days.ts';

/** A member as stored: the NIK encrypted, matched by its keyed hash, shown masked; never in the clear. */
export const storedMemberSchema = memberSchema.omit({ nik: true }).extend({
  nikEncrypted: z.string(),
  nikHash: z.string(),
  nikMasked: z.string(),
});
export type StoredMember = z.output<typeof storedMemberSchema>;

/** What the group submitted, after the checks. */
export const contentSchema = z.strictObject({
  group: groupSchema,
  members: z.array(storedMemberSchema).min(1),
  plan: planSchema,
  rab: z.array(rabLineSchema).min(1),
  amountAsked: rupiahSchema,
  account: bankAccountSchema,
  contact: contactSchema,
  attachments: z.array(attachmentSchema),
  /** What the checks noticed without objecting: hints for the verifier. */
  warnings: z.array(problemSchema),
});
export type Content = z.output<typeof contentSchema>;

/** Whom to write to before the content is accepted: as salvaged from the packet, if anything could be. */
export const knownContactSchema = z.strictObject({
  email: z.email(),
  name: z.string().optional(),
  phone: phoneSchema.optional(),
  language: languageSchema,
});

/** The verdict of verification. */
export const verdictSchema = z.strictObject({
  round: z.int().min(1),
  verifiedAt: z.iso.datetime(),
  membership: z
    .strictObject({
      confirmed: z.int().min(0),
      of: z.int().min(1),
      /** A member said “that is not me”, and this verifier found that to be a mistake. */
      review: z.strictObject({ denied: z.int().min(1), by: z.string(), reason: z.string() }).optional(),
    })
    .optional(),
  siteVisit: z
    .strictObject({
      visitedOn: z.iso.date(),
      by: z.string(),
      latitude: z.number().optional(),
      longitude: z.number().optional(),
    })
    .optional(),
});
export type Verdict = z.output<typeof verdictSchema>;

/** An approver's return of the proposal to verification. */
export const returnSchema = z.strictObject({
  round: z.int().min(1),
  by: z.string(),
  role: directoryRoleSchema,
  reason: z.string(),
  at: z.iso.datetime(),
});
export type Return = z.output<typeof returnSchema>;

/** An approval that the award rests on. */
export const approvalSchema = z.strictObject({
  index: z.int().min(0),
  role: directoryRoleSchema,
  personId: z.string(),
  at: z.iso.datetime(),
});
export type Approval = z.output<typeof approvalSchema>;

/** The award: decree, agreement, amount, and the budget line it is paid from. */
export const awardSchema = z.strictObject({
  /** Surat Keputusan: the decree that names the recipient. */
  sk: z.strictObject({ number: z.string(), date: z.iso.date() }),
  /** Perjanjian Kerja Sama: the agreement with the group. */
  pks: z.strictObject({ number: z.string(), date: z.iso.date() }),
  amount: rupiahSchema,
  budgetLine: z.strictObject({
    programme: z.string(),
    year: z.int(),
    province: z.string(),
  }),
  approvals: z.array(approvalSchema),
  awardedAt: z.iso.datetime(),
});
export type Award = z.output<typeof awardSchema>;

/** A paper of the chain SPP → SPM → SP2D. */
export const paperSchema = z.strictObject({
  number: z.string(),
  date: z.iso.date(),
  by: z.string(),
});
export type Paper = z.output<typeof paperSchema>;

/** A paper of that chain that was cancelled, with who cancelled it. */
export const cancelledPaperSchema = paperSchema.extend({
  paper: z.enum(['spp', 'spm']),
  round: z.int().min(1),
  cancelledBy: z.string(),
  cancelledAt: z.iso.datetime(),
});

/** What members said, each for themselves, of having received the benefit of a tranche. */
export const receiptsSchema = z.strictObject({
  /** How many members were asked. */
  of: z.int().min(1),
  /** In the order of their numbers; who said nothing is not among them. */
  answers: z.array(
    z.strictObject({
      member: memberNumberSchema,
      outcome: z.enum(['confirmed', 'denied']),
      at: z.iso.datetime(),
    }),
  ),
});
export type Receipts = z.output<typeof receiptsSchema>;

/** A tranche on its way. */
export const trancheSchema = plannedTrancheSchema.extend({
  status: z.enum(['planned', 'open', 'reserved', 'settled', 'unpaid']),
  openedAt: z.iso.datetime().optional(),
  /** The papers that were drafted for it when it opened. */
  drafts: z.array(draftSchema).optional(),
  /** Progress of the works in percent, as the group reported it. */
  progress: z.int().min(0).max(100).optional(),
  /** What was found of each paper that the group handed in, as far as one was tested. */
  papers: z.array(reviewedPaperSchema).optional(),
  spp: paperSchema.optional(),
  spm: paperSchema.optional(),
  sp2d: paperSchema.optional(),
  /** SPP and SPM that were issued and cancelled before the SP2D, oldest first. */
  cancelled: z.array(cancelledPaperSchema).optional(),
  /** How many payment attempts there have been. */
  attempts: z.int().min(0),
  settledAt: z.iso.datetime().optional(),
  valueDate: z.iso.date().optional(),
  bankReference: z.string().optional(),
  /** Payments of it that had settled and came back, oldest first. */
  returned: z
    .array(
      z.strictObject({ endToEndId: z.string(), settledAt: z.iso.datetime(), returnedAt: z.iso.datetime() }),
    )
    .optional(),
  /** Why it will not be paid. */
  unpaidReason: z.string().optional(),
  /** Who confirmed having received its benefit; once the members' answer was clear or their time was up. */
  receipts: receiptsSchema.optional(),
});
export type Tranche = z.output<typeof trancheSchema>;

/** Money that goes back to the treasury, as the proposal sums it up; `deposit.ts` has the whole of it. */
export const depositSummarySchema = z.strictObject({
  number: z.int().min(1),
  /** The tranche that it was recalled from; absent for what was left over of all. */
  tranche: z.int().min(1).optional(),
  amount: rupiahSchema,
  status: z.enum(['owed', 'deposited', 'cancelled']),
  depositedAt: z.iso.datetime().optional(),
});
export type DepositSummary = z.output<typeof depositSummarySchema>;

export const rejectionStages = ['received', 'verification', 'approval', 'payment', 'follow-up'] as const;

/** A rejection that an objection overturned. */
export const rejectionSchema = z.strictObject({
  at: z.enum(rejectionStages),
  reason: z.string(),
  rejectedAt: z.iso.datetime(),
});
export type Rejection = z.output<typeof rejectionSchema>;

const common = {
  schemaVersion: z.literal(1),
  /** Counts the writes, for optimistic locking. */
  version: z.int().min(1),
  id: proposalIdSchema,
  packetPrefix: packetPrefixSchema,
  /** How many versions of `proposal.json` have been read; the first is 1. */
  revision: z.int().min(1),
  /** How many times the group has been asked to correct. */
  corrections: z.int().min(0),
  receivedAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  /** What persons of the directory did for it, for four eyes. */
  acts: z.array(actSchema),
  /** Returns by approvers, oldest first. */
  returns: z.array(returnSchema),
  /** Rejections that were overturned: at most one, because only the first can be objected to. */
  rejections: z.array(rejectionSchema).default([]),
  /** How often its execution has been redriven after a halt. */
  redrives: z.int().min(0).default(0),
  /** The machinery failed and a person has to look. The stage stays, and is gone on from by a redrive. */
  halted: z
    .strictObject({
      at: z.iso.datetime(),
      /** The error's name; details are in the execution's history. */
      error: z.string(),
    })
    .optional(),
};
const early = {
  pack: packReferenceSchema.optional(),
  contact: knownContactSchema.optional(),
  /** What the last checks found. */
  problems: z.array(problemSchema).optional(),
};
const accepted = { pack: packReferenceSchema, content: contentSchema };
const awarded = {
  ...accepted,
  verdict: verdictSchema,
  award: awardSchema,
  tranches: z.array(trancheSchema).min(1),
  /** Paid public works: what became of the muster roll, and the wages by it. */
  wages: wagesSchema.optional(),
};
/** As far as it had come, for the end that can be reached from anywhere. */
const asFarAsItCame = {
  ...early,
  content: contentSchema.optional(),
  verdict: verdictSchema.optional(),
  award: awardSchema.optional(),
  tranches: z.array(trancheSchema).optional(),
};

export const proposalSchema = z.discriminatedUnion('stage', [
  z.strictObject({ stage: z.literal('received'), ...common, ...early }),
  z.strictObject({
    stage: z.literal('verification'),
    ...common,
    ...accepted,
    problems: z.array(problemSchema).optional(),
    round: z.int().min(1),
  }),
  z.strictObject({
    stage: z.literal('approval'),
    ...common,
    ...accepted,
    verdict: verdictSchema,
    round: z.int().min(1),
    /** Since when all have approved, and the budget line has no room for the award. */
    budgetAwaitedSince: z.iso.datetime().optional(),
  }),
  z.strictObject({ stage: z.literal('payment'), ...common, ...awarded }),
  z.strictObject({
    stage: z.literal('follow-up'),
    ...common,
    ...awarded,
    followUp: z.strictObject({ settledOn: z.iso.date(), items: z.array(followUpItemSchema) }),
    deposits: z.array(depositSummarySchema).optional(),
  }),
  z.strictObject({
    stage: z.literal('closed'),
    ...common,
    ...awarded,
    followUp: z.strictObject({ settledOn: z.iso.date(), items: z.array(followUpItemSchema) }),
    deposits: z.array(depositSummarySchema).optional(),
    closedAt: z.iso.datetime(),
    result: z.enum(['complete', 'with-overdue', 'partly-paid']),
    /** How many members were at one training session at least. */
    peopleTrained: z.int().min(0),
    overdue: z.int().min(0),
  }),
  z.strictObject({
    stage: z.literal('rejected'),
    ...common,
    ...asFarAsItCame,
    rejectedAt: z.iso.datetime(),
    /** The stage that it had reached. */
    at: z.enum(rejectionStages),
    /** `uncorrected`, `membership-denied`, `approver-silent`, `no-budget`, … as the workflow ended. */
    reason: z.string(),
    /** The group objected in vain: the objection was dismissed, or not decided in time. */
    upheld: z.strictObject({ at: z.iso.datetime(), outcome: z.enum(['dismissed', 'expired']) }).optional(),
  }),
]);
export type Proposal = z.output<typeof proposalSchema>;
export type Stage = Proposal['stage'];
export const stages = [
  'received',
  'verification',
  'approval',
  'payment',
  'follow-up',
  'closed',
  'rejected',
] as const satisfies readonly Stage[];
/** A proposal in one stage. */
export type ProposalIn<S extends Stage> = Extract<Proposal, { stage: S }>;
/** A proposal that has been awarded. */
export type AwardedProposal = ProposalIn<'payment' | 'follow-up' | 'closed'>;

/** Whether the grant has been awarded, be it paid by now, followed up or closed. */
export function isAwarded(proposal: Proposal): proposal is AwardedProposal {
  return proposal.stage === 'payment' || proposal.stage === 'follow-up' || proposal.stage === 'closed';
}

/** Thrown when a transition is tried from a stage that does not lead there. */
export class WrongStage extends Error {
  override readonly name = 'WrongStage';
  constructor(proposal: Proposal, step: string) {
    super(`proposal ${proposal.id} is in stage ${proposal.stage}; it cannot ${step}`);
  }
}

/** Thrown when a tranche is named that the proposal does not have, or that is not in the right state. */
export class WrongTranche extends Error {
  override readonly name = 'WrongTranche';
  constructor(proposal: Proposal, number: number, step: string) {
    super(`tranche ${number} of proposal ${proposal.id} cannot be ${step}`);
  }
}

/** The proposal narrowed to the stages named. @throws {WrongStage} saying what was tried. */
export function inStage<S extends Stage>(
  proposal: Proposal,
  allowed: readonly S[],
  step: string,
): ProposalIn<S> {
  if (!isIn(proposal, allowed)) throw new WrongStage(proposal, step);
  return proposal;
}

function isIn<S extends Stage>(proposal: Proposal, allowed: readonly S[]): proposal is ProposalIn<S> {
  return allowed.some((stage) => stage === proposal.stage);
}

/** A packet has arrived. */
export function receive(
  facts: {
    id: ProposalId;
    packetPrefix: string;
    contact?: z.output<typeof knownContactSchema> | undefined;
    pack?: PackReference | undefined;
  },
  now: string,
): ProposalIn<'received'> {
  const { id, packetPrefix, contact, pack } = facts;
  return {
    stage: 'received',
    schemaVersion: 1,
    version: 1,
    id,
    packetPrefix,
    revision: 1,
    corrections: 0,
    receivedAt: now,
    updatedAt: now,
    acts: [],
    returns: [],
    rejections: [],
    redrives: 0,
    ...(contact === undefined ? {} : { contact }),
    ...(pack === undefined ? {} : { pack }),
  };
}

/** A new version of `proposal.json` will be read. */
export function revise(proposal: Proposal, now: string): ProposalIn<'received' | 'verification'> {
  const before = inStage(proposal, ['received', 'verification'], 'be revised');
  return { ...before, revision: before.revision + 1, updatedAt: now };
}

/** The checks found problems, so the group is asked to correct: one more correction is used up. */
export function askForCorrection(
  proposal: Proposal,
  problems: Problem[],
  now: string,
  known: { pack?: PackReference | undefined; contact?: z.output<typeof knownContactSchema> | undefined } = {},
): ProposalIn<'received' | 'verification'> {
  const before = inStage(proposal, ['received', 'verification'], 'be corrected');
  const changed = { problems, corrections: before.corrections + 1, updatedAt: now };
  if (before.stage === 'verification') return { ...before, ...changed };
  // The first packet that names a programme in force pins the version, for the proposal's whole life.
  const pack = before.pack ?? known.pack;
  const contact = known.contact ?? before.contact;
  return {
    ...before,
    ...changed,
    ...(pack === undefined ? {} : { pack }),
    ...(contact === undefined ? {} : { contact }),
  };
}

/** The checks passed: the content is taken over and the rule-pack pinned, unless it already was. */
export function accept(
  proposal: Proposal,
  facts: { content: Content; pack: PackReference; round: number },
  now: string,
): ProposalIn<'verification'> {
  const before = inStage(proposal, ['received', 'verification'], 'be accepted');
  // From here on the contact is the content's.
  const { problems: _, contact: __, ...kept } = { contact: undefined, ...before };
  return {
    ...kept,
    stage: 'verification',
    pack: before.pack ?? facts.pack,
    content: facts.content,
    round: facts.round,
    updatedAt: now,
  };
}

/** Verification ended well. */
export function verify(proposal: Proposal, verdict: Verdict, now: string): ProposalIn<'approval'> {
  const { problems: _, ...before } = inStage(proposal, ['verification'], 'be verified');
  return { ...before, stage: 'approval', verdict, round: verdict.round, updatedAt: now };
}

/** An approver sends the proposal back to verification, into the next round. */
export function returnToVerification(
  proposal: Proposal,
  returned: Return,
  now: string,
): ProposalIn<'verification'> {
  const { verdict: _, ...before } = inStage(proposal, ['approval'], 'be returned');
  return {
    ...before,
    stage: 'verification',
    round: before.round + 1,
    returns: [...before.returns, returned],
    updatedAt: now,
  };
}

/** All approved: decree, agreement, and a tranche plan whose amounts add up to the award. */
export function award(
  proposal: Proposal,
  pack: RulePack,
  granted: Award,
  now: string,
): ProposalIn<'payment'> {
  const { round: _, budgetAwaitedSince: __, ...before } = inStage(proposal, ['approval'], 'be awarded');
  return {
    ...before,
    stage: 'payment',
    award: granted,
    tranches: tranchePlan(pack, granted.amount).map((tranche) => ({
      ...tranche,
      status: 'planned',
      attempts: 0,
    })),
    updatedAt: now,
  };
}

/** All have approved, and there is no money for it: the award waits, since the first time that this was found. */
export function awaitBudget(proposal: Proposal, now: string): ProposalIn<'approval'> {
  const before = inStage(proposal, ['approval'], 'wait for its budget');
  return before.budgetAwaitedSince === undefined
    ? { ...before, budgetAwaitedSince: now, updatedAt: now }
    : before;
}

/** The budget line that an award now would be paid from: the pack's programme, Jakarta's year, the village's province. */
export function budgetLineOf(pack: RulePack, content: Content, now: string): Award['budgetLine'] {
  return {
    programme: pack.budgetProgramme,
    year: Number(jakartaDate(now).slice(0, 4)),
    province: provinceOf(content.group.village),
  };
}

/** Changes one tranche. @throws {WrongTranche} when there is no such tranche. */
export function updateTranche<P extends AwardedProposal>(
  proposal: P,
  number: number,
  change: (tranche: Tranche) => Tranche,
  now: string,
): P {
  if (!proposal.tranches.some((tranche) => tranche.number === number)) {
    throw new WrongTranche(proposal, number, 'changed');
  }
  const tranches = proposal.tranches.map((tranche) =>
    tranche.number === number ? change(tranche) : tranche,
  );
  return { ...proposal, tranches, updatedAt: now };
}

/** Notes what was found of a tranche's papers. @throws {WrongTranche} */
export function notePapers<P extends AwardedProposal>(
  proposal: P,
  number: number,
  verdicts: readonly PaperVerdict[],
  found: { round: number; by: string },
  now: string,
): P {
  return updateTranche(
    proposal,
    number,
    (tranche) => ({ ...tranche, papers: afterReview(tranche.papers ?? [], verdicts, { ...found, at: now }) }),
    now,
  );
}

/**
 * Papers that were issued are cancelled: the tranche is where it was before them, and keeps what was cancelled.
 *
 * @throws {WrongTranche} once its SP2D has been issued
 */
export function cancelPapers<P extends AwardedProposal>(
  proposal: P,
  number: number,
  cancelled: readonly z.output<typeof cancelledPaperSchema>[],
  now: string,
): P {
  return updateTranche(
    proposal,
    number,
    (tranche) => {
      const { spp: _, spm: __, ...rest } = tranche;
      if (tranche.sp2d !== undefined || (tranche.status !== 'open' && tranche.status !== 'reserved'))
        throw new WrongTranche(proposal, number, 'taken back');
      return { ...rest, status: 'open', cancelled: [...(tranche.cancelled ?? []), ...cancelled] };
    },
    now,
  );
}

/** Marks a tranche as settled: once only. @throws {WrongStage} {WrongTranche} */
export function settleTranche(
  proposal: Proposal,
  number: number,
  facts: { settledAt: string; valueDate: string; bankReference: string },
  now: string,
): ProposalIn<'payment' | 'follow-up'> {
  const before = inStage(proposal, ['payment', 'follow-up'], 'settle a tranche');
  return updateTranche(
    before,
    number,
    (tranche) => {
      if (tranche.status !== 'reserved') throw new WrongTranche(proposal, number, 'settled');
      return { ...tranche, status: 'settled', ...facts };
    },
    now,
  );
}

/**
 * Money that had settled came back: the tranche is in payment again, and keeps when it was paid.
 *
 * @throws {WrongTranche}
 */
export function returnTranche<P extends AwardedProposal>(
  proposal: P,
  number: number,
  endToEndId: string,
  now: string,
): P {
  return updateTranche(
    proposal,
    number,
    (tranche) => {
      const { settledAt, valueDate: _, bankReference: __, ...rest } = tranche;
      if (tranche.status !== 'settled' || settledAt === undefined)
        throw new WrongTranche(proposal, number, 'returned');
      const returned = [...(tranche.returned ?? []), { endToEndId, settledAt, returnedAt: now }];
      return { ...rest, status: 'reserved', returned };
    },
    now,
  );
}

/** After the close a tranche that came back stays unpaid. @throws {WrongStage} {WrongTranche} */
export function leaveReturned(
  proposal: Proposal,
  number: number,
  reason: string,
  now: string,
): ProposalIn<'closed'> {
  const before = inStage(proposal, ['closed'], 'leave a returned tranche unpaid');
  return updateTranche(
    before,
    number,
    (tranche) => {
      if (tranche.status !== 'reserved') throw new WrongTranche(proposal, number, 'left unpaid');
      return { ...tranche, status: 'unpaid', unpaidReason: reason };
    },
    now,
  );
}

/**
 * Notes what members said of having received the benefit of a tranche; what is known already stays. Members answer for
 * as long as they like, also after the close.
 *
 * @throws {WrongStage} {WrongTranche}
 */
export function noteReceipts(
  proposal: Proposal,
  number: number,
  { of, answers }: Receipts,
  now: string,
): AwardedProposal {
  const before = inStage(proposal, ['payment', 'follow-up', 'closed'], 'note receipts');
  return updateTranche(
    before,
    number,
    (tranche) => {
      const known = tranche.receipts?.answers ?? [];
      const more = answers.filter(({ member }) => !known.some((one) => one.member === member));
      return {
        ...tranche,
        receipts: { of, answers: [...known, ...more].sort((a, b) => a.member - b.member) },
      };
    },
    now,
  );
}

/** How many members confirmed and denied having received the benefit. @param asOf answers after that moment do not count */
export function countReceipts(
  { of, answers }: Receipts,
  asOf?: string,
): { confirmed: number; denied: number; of: number } {
  const counted = answers.filter(({ at }) => asOf === undefined || at <= asOf);
  const confirmed = counted.filter(({ outcome }) => outcome === 'confirmed').length;
  return { confirmed, denied: counted.length - confirmed, of };
}

/** Marks a tranche that will not be paid. @throws {WrongStage} {WrongTranche} */
export function leaveUnpaid(
  proposal: Proposal,
  number: number,
  reason: string,
  now: string,
): ProposalIn<'payment' | 'follow-up'> {
  const before = inStage(proposal, ['payment', 'follow-up'], 'leave a tranche unpaid');
  return updateTranche(
    before,
    number,
    (tranche) => {
      if (tranche.status === 'settled') throw new WrongTranche(proposal, number, 'left unpaid');
      return { ...tranche, status: 'unpaid', unpaidReason: reason };
    },
    now,
  );
}

/** The group named another account after the bank refused the first. */
export function correctAccount(
  proposal: Proposal,
  account: BankAccount,
  now: string,
): ProposalIn<'payment' | 'follow-up'> {
  const before = inStage(proposal, ['payment', 'follow-up'], 'have its account corrected');
  return { ...before, content: { ...before.content, account }, updatedAt: now };
}

/** The first payment has settled: the follow-up begins, while remaining tranches go on. */
export function startFollowUp(
  proposal: Proposal,
  facts: { settledOn: string; items: FollowUpItem[] },
  now: string,
): ProposalIn<'follow-up'> {
  const before = inStage(proposal, ['payment'], 'start its follow-up');
  return { ...before, stage: 'follow-up', followUp: facts, updatedAt: now };
}

/** Everything is done, or will not be done any more. */
export function close(
  proposal: Proposal,
  facts: { peopleTrained: number; overdue: number },
  now: string,
): ProposalIn<'closed'> {
  const { halted: _, ...before } = inStage(proposal, ['follow-up'], 'be closed');
  const partlyPaid = before.tranches.some((tranche) => tranche.status !== 'settled');
  return {
    ...before,
    stage: 'closed',
    result: partlyPaid ? 'partly-paid' : facts.overdue > 0 ? 'with-overdue' : 'complete',
    peopleTrained: facts.peopleTrained,
    overdue: facts.overdue,
    closedAt: now,
    updatedAt: now,
  };
}

/** The proposal ends without an award, or with an award of which nothing was paid. */
export function reject(proposal: Proposal, reason: string, now: string): ProposalIn<'rejected'> {
  const before = inStage(proposal, ['received', 'verification', 'approval', 'payment'], 'be rejected');
  return { ...asFar(before), stage: 'rejected', at: before.stage, reason, rejectedAt: now, updatedAt: now };
}

/**
 * Whether the group may object: once, and only to a rejection before the award. After the award no one's judgement is
 * left to question: a paper or an account was missing, the decree has lapsed, and its money may be another group's. A
 * group that withdrew wanted the end; one without a known contact cannot be asked.
 */
export function mayObject(proposal: Proposal): boolean {
  return (
    proposal.stage === 'rejected' &&
    proposal.award === undefined &&
    proposal.reason !== 'withdrawn' &&
    proposal.rejections.length === 0 &&
    contactOf(proposal) !== undefined
  );
}

/**
 * An objection was granted: verification begins again, in this round, and the group may correct once more than the
 * rule-pack says. No one is held for it until the checks have passed again.
 *
 * @throws {WrongStage} also for a rejection that cannot be objected to
 */
export function reopen(
  proposal: Proposal,
  round: number,
  now: string,
): ProposalIn<'received' | 'verification'> {
  const before = inStage(proposal, ['rejected'], 'be reopened');
  if (!mayObject(before)) throw new WrongStage(proposal, 'be reopened');
  const { at, reason, rejectedAt, pack, content, contact } = before;
  const { schemaVersion, version, id, packetPrefix, revision, receivedAt, acts, returns, redrives } = before;
  const kept = {
    ...{ schemaVersion, version, id, packetPrefix, revision, receivedAt, acts, returns, redrives },
    // What was found wrong with this revision is to be found, and asked for, again.
    corrections: Math.min(before.corrections, revision - 1),
    rejections: [...before.rejections, { at, reason, rejectedAt }],
    updatedAt: now,
  };
  if (content === undefined || pack === undefined)
    return {
      stage: 'received',
      ...kept,
      ...(pack === undefined ? {} : { pack }),
      ...(contact === undefined ? {} : { contact }),
    };
  return { stage: 'verification', ...kept, pack, content, round };
}

/** An objection came to nothing, so the rejection is final. @throws {WrongStage} */
export function uphold(
  proposal: Proposal,
  outcome: 'dismissed' | 'expired',
  now: string,
): ProposalIn<'rejected'> {
  const before = inStage(proposal, ['rejected'], 'stay rejected');
  return { ...before, upheld: { at: now, outcome }, updatedAt: now };
}

/** Which correction this revision needs. After a granted objection the same revision is asked about again. */
export function correctionAbout({ revision, rejections }: Proposal): About<'correction'> {
  return { revision, round: rejections.length + 1 };
}

/**
 * The machinery failed; a person has to look. The proposal stays in its stage, so that nothing that was reached is
 * forgotten and people may still answer.
 *
 * Failures are reported more than once and in any order: what is known already, or is from before a redrive that is known,
 * gives the same proposal again. So does a proposal that has ended.
 *
 * @param failure.redrives how often the execution that failed had been redriven
 */
export function halt(
  proposal: Proposal,
  { error, redrives }: { error: string; redrives: number },
  now: string,
): Proposal {
  if (proposal.stage === 'closed' || proposal.stage === 'rejected') return proposal;
  if (redrives < proposal.redrives) return proposal;
  if (redrives === proposal.redrives && proposal.halted !== undefined) return proposal;
  return { ...proposal, redrives, halted: { at: now, error }, updatedAt: now };
}

/** The execution continues where it failed. @param redrives how often that has happened now, this time included */
export function resume(proposal: Proposal, redrives: number, now: string): Proposal {
  if (redrives <= proposal.redrives) return proposal;
  const { halted: _, ...rest } = proposal;
  return { ...rest, redrives, updatedAt: now };
}

/** Remembers what a person of the directory did for the proposal. The same act counts once. */
export function remember<P extends Proposal>(proposal: P, act: Act): P {
  const known = proposal.acts.some(
    (one) => one.kind === act.kind && one.personId === act.personId && sameAbout(one.about, act.about),
  );
  return known ? proposal : { ...proposal, acts: [...proposal.acts, act] };
}

/** What the group submitted, once the checks have taken it over. */
export function contentOf(proposal: Proposal): Content | undefined {
  return 'content' in proposal ? proposal.content : undefined;
}

/** Whom the system writes to about the proposal, if anybody is known. */
export function contactOf(proposal: Proposal): z.output<typeof knownContactSchema> | undefined {
  const contact = 'content' in proposal ? proposal.content?.contact : undefined;
  if (contact !== undefined) {
    return contact;
  }
  return 'contact' in proposal ? proposal.contact : undefined;
}

/** The money that has reached the group. */
export function receivedAmount(proposal: AwardedProposal): Rupiah {
  return sumRupiah(
    proposal.tranches.filter((tranche) => tranche.status === 'settled').map((tranche) => tranche.amount),
  );
}

/** What goes back, or went back, to the treasury: nothing before the follow-up. */
export function depositsOf(proposal: Proposal): readonly DepositSummary[] {
  return 'deposits' in proposal ? (proposal.deposits ?? []) : [];
}

/** The money that went back to the treasury. @param asOf what came after that moment (ISO 8601) does not count */
export function depositedAmount(proposal: Proposal, asOf?: string): Rupiah {
  return sumRupiah(
    depositsOf(proposal)
      .filter(({ depositedAt }) => depositedAt !== undefined && (asOf === undefined || depositedAt <= asOf))
      .map(({ amount }) => amount),
  );
}

/**
 * What the group has received and neither paid back nor owes: that much it accounts for, and no more can be asked back.
 *
 * @param tranche only of this tranche: of its amount, what has not been recalled
 */
export function keptAmount(proposal: AwardedProposal, tranche?: number): Rupiah {
  const demanded = depositsOf(proposal).filter(({ status }) => status !== 'cancelled');
  const kept = receivedAmount(proposal) - sumRupiah(demanded.map(({ amount }) => amount));
  if (tranche === undefined) return rupiah(Math.max(0, kept));
  const paid = proposal.tranches.find(({ number, status }) => number === tranche && status === 'settled');
  const recalled = sumRupiah(demanded.filter((each) => each.tranche === tranche).map(({ amount }) => amount));
  return rupiah(Math.max(0, Math.min(kept, (paid?.amount ?? 0) - recalled)));
}

/** Thrown when more is to go back than was paid and is not on its way back already. */
export class MoreThanPaid extends Error {
  override readonly name = 'MoreThanPaid';
  constructor(proposal: Proposal, amount: number, kept: number) {
    super(`${amount} cannot go back from proposal ${proposal.id}: ${kept} is left of what it was paid`);
  }
}

/** Money is owed to the treasury. @throws {MoreThanPaid} {WrongStage} */
export function oweDeposit(
  proposal: Proposal,
  { amount, tranche }: { amount: Rupiah; tranche?: number },
  now: string,
): { proposal: ProposalIn<'follow-up' | 'closed'>; number: number } {
  const before = inStage(proposal, ['follow-up', 'closed'], 'owe a deposit');
  const kept = keptAmount(before, tranche);
  if (amount < 1 || amount > kept) throw new MoreThanPaid(proposal, amount, kept);
  const known = depositsOf(before);
  const number = known.length + 1;
  const owed: DepositSummary = { number, ...(tranche !== undefined && { tranche }), amount, status: 'owed' };
  return { proposal: { ...before, deposits: [...known, owed], updatedAt: now }, number };
}

/**
 * What was owed has been deposited, or is owed no longer.
 *
 * @throws {MoreThanPaid} for a deposit out of money that the bank has sent back meanwhile {WrongStage} {RangeError} for one that is
 *   not owed
 */
export function endDeposit(
  proposal: Proposal,
  number: number,
  status: 'deposited' | 'cancelled',
  now: string,
): ProposalIn<'follow-up' | 'closed'> {
  const before = inStage(proposal, ['follow-up', 'closed'], 'end a deposit');
  const owed = depositsOf(before).find((each) => each.number === number && each.status === 'owed');
  if (owed === undefined) throw new RangeError(`proposal ${proposal.id} owes no deposit ${number}`);
  const left = receivedAmount(before) - depositedAmount(before);
  if (status === 'deposited' && owed.amount > left) throw new MoreThanPaid(proposal, owed.amount, left);
  const deposits = depositsOf(before).map((each) =>
    each.number === number ? { ...each, status, ...(status === 'deposited' && { depositedAt: now }) } : each,
  );
  return { ...before, deposits, updatedAt: now };
}

/** The tranches that are still to be paid. */
export function openTranches(proposal: AwardedProposal): Tranche[] {
  return proposal.tranches.filter((tranche) => tranche.status !== 'settled' && tranche.status !== 'unpaid');
}

/** What the tranches hold of their budget line: committed until they are in payment, then reserved until settled. */
export function heldMoney(tranches: readonly Tranche[]): { committed: Rupiah; reserved: Rupiah } {
  const sum = (...statuses: Tranche['status'][]) =>
    sumRupiah(tranches.filter(({ status }) => statuses.includes(status)).map(({ amount }) => amount));
  return { committed: sum('planned', 'open'), reserved: sum('reserved') };
}

/** What the end that can be reached from anywhere keeps of a proposal. */
function asFar(proposal: ProposalIn<'received' | 'verification' | 'approval' | 'payment' | 'follow-up'>) {
  const { schemaVersion, version, id, packetPrefix, revision, corrections, receivedAt } = proposal;
  const { acts, returns, rejections, redrives, pack } = proposal;
  return {
    ...{ schemaVersion, version, id, packetPrefix, revision, corrections, receivedAt },
    ...{ acts, returns, rejections, redrives },
    ...(pack === undefined ? {} : { pack }),
    ...('content' in proposal ? { content: proposal.content } : {}),
    ...('contact' in proposal && proposal.contact !== undefined ? { contact: proposal.contact } : {}),
    ...('problems' in proposal && proposal.problems !== undefined ? { problems: proposal.problems } : {}),
    ...('verdict' in proposal ? { verdict: proposal.verdict } : {}),
    ...('award' in proposal ? { award: proposal.award, tranches: proposal.tranches } : {}),
  };
}
