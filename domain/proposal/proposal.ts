/**
 * A proposal, as one union by stage, and what any part of the house asks of it.
 *
 * What can become of it lies next to this file, by subject: `submission.ts`, `verification.ts`, `approval.ts`, `tranches.ts`,
 * `deposits.ts`, `follow-up.ts` and `endings.ts`. Each of those transitions is pure: it takes the proposal and the time, and
 * decides: it gives the proposal as it is afterwards together with the events that say so. It leaves `version` alone; the
 * store raises it with each write. A transition from a stage that does not lead there throws `WrongStage`.
 */
import * as z from 'zod';
import { sameAbout } from '../asks/about.ts';
import { type Involvement, involvementSchema } from '../asks/separation.ts';
import { packetPrefixSchema, proposalIdSchema } from '../identifiers.ts';
import { type DepositSummary, depositSummarySchema } from '../money/deposit.ts';
import { packReferenceSchema } from '../programme.ts';
import { type Wages, wagesSchema } from '../public-works/wages.ts';
import { type Problem, problemSchema } from '../text/problem.ts';
import { followUpItemSchema } from '../training/training.ts';
import { type Content, contentSchema, type KnownContact, knownContactSchema } from './content.ts';
import {
  type Award,
  awardSchema,
  findingsSchema,
  rejectionSchema,
  rejectionStages,
  returnSchema,
  type VerificationFindings,
} from './decisions.ts';
import type { ProposalEvent } from './events.ts';
import { type Tranche, trancheSchema } from './tranche.ts';

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
  /** What persons of the directory did for it, for separation of duties. */
  involvements: z.array(involvementSchema),
  /** Returns by approvers, oldest first. */
  returns: z.array(returnSchema),
  /** Rejections that were overturned: at most one, because only the first can be objected to. */
  rejections: z.array(rejectionSchema).default([]),
  /** How often its execution has been redriven after a halt. */
  redrives: z.int().min(0).default(0),
  /** Another proposal, which came later and was stopped, gave the same account; the last one that did. */
  accountClaimed: z.strictObject({ by: proposalIdSchema, at: z.iso.datetime() }).optional(),
  /** The machinery failed and a person has to look. The stage stays, and is gone on from by a redrive. */
  halted: z
    .strictObject({
      at: z.iso.datetime(),
      /** The error's name; details are in the execution's history. */
      error: z.string(),
    })
    .optional(),
  /**
   * Executions next to the proposal's own that failed at some time, by their names: how often each has been redriven, and its
   * error while it is halted.
   */
  besides: z
    .record(
      z.string(),
      z.strictObject({ redrives: z.int().min(0), at: z.iso.datetime(), error: z.string().optional() }),
    )
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
  findings: findingsSchema,
  award: awardSchema,
  tranches: z.array(trancheSchema).min(1),
  /** Paid public works: what became of the muster roll, and the wages by it. */
  wages: wagesSchema.optional(),
};
/** As far as it had come, for the end that can be reached from anywhere. */
const asFarAsItCame = {
  ...early,
  content: contentSchema.optional(),
  findings: findingsSchema.optional(),
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
    findings: findingsSchema,
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

/** What a transition decided: the proposal as it is afterwards, and what its record says of it. */
export interface Decided<P extends Proposal = Proposal> {
  /** The same proposal, where nothing was left to be done. */
  proposal: P;
  events: readonly ProposalEvent[];
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

/** What the group submitted; undefined until the checks have passed. */
export function contentOf(proposal: Proposal): Content | undefined {
  return proposal.stage === 'received' ? undefined : proposal.content;
}

/** Whom the system writes to about the proposal, if anyone is known. */
export function contactOf(proposal: Proposal): KnownContact | undefined {
  switch (proposal.stage) {
    case 'received':
      return proposal.contact;
    case 'rejected':
      return proposal.content?.contact ?? proposal.contact;
    default:
      return proposal.content.contact;
  }
}

/** What the last checks found, while it is not corrected. */
export function problemsOf(proposal: Proposal): readonly Problem[] | undefined {
  return proposal.stage === 'received' || proposal.stage === 'verification' || proposal.stage === 'rejected'
    ? proposal.problems
    : undefined;
}

/** What verification found, which a return takes away. */
export function findingsOf(proposal: Proposal): VerificationFindings | undefined {
  return proposal.stage === 'received' || proposal.stage === 'verification' ? undefined : proposal.findings;
}

/** The award, also of a proposal that was rejected after it. */
export function awardOf(proposal: Proposal): Award | undefined {
  return isAwarded(proposal) || proposal.stage === 'rejected' ? proposal.award : undefined;
}

/** The tranches of the award; none before it. */
export function tranchesOf(proposal: Proposal): readonly Tranche[] {
  if (isAwarded(proposal)) return proposal.tranches;
  return proposal.stage === 'rejected' ? (proposal.tranches ?? []) : [];
}

/** What became of the muster roll, in paid public works. */
export function wagesOf(proposal: Proposal): Wages | undefined {
  return isAwarded(proposal) ? proposal.wages : undefined;
}

/** What goes back, or went back, to the treasury: nothing before the follow-up. */
export function depositsOf(proposal: Proposal): readonly DepositSummary[] {
  return proposal.stage === 'follow-up' || proposal.stage === 'closed' ? (proposal.deposits ?? []) : [];
}

/** Records what a person of the directory did for the proposal. The same involvement counts once. */
export function recordInvolvement<P extends Proposal>(proposal: P, involvement: Involvement): P {
  const known = proposal.involvements.some(
    (one) =>
      one.kind === involvement.kind &&
      one.personId === involvement.personId &&
      sameAbout(one.about, involvement.about),
  );
  return known ? proposal : { ...proposal, involvements: [...proposal.involvements, involvement] };
}
