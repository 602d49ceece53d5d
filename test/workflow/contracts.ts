/** What each step that a machine calls is promised: its payload, to the letter, without its own name (`step`). */

import * as z from 'zod';
import { askPlanSchema } from '#domain/asks/ask.ts';
import { askKindSchema } from '#domain/asks/ask-kinds.ts';
import { anyAboutSchema } from '#domain/asks/kind.ts';
import { depositCheck } from '#domain/asks/kinds/deposit-check.ts';
import type { StepName } from '#functions/lambdas.ts';

const now = z.iso.datetime();
const proposalId = z.string().startsWith('P-');
const taskToken = z.string().min(1);
const one = { proposalId, now };
const tranche = z.int().min(1);

/** Why the payment machine leaves a tranche unpaid. */
export const unpaidReasons = [
  'documents-missing',
  'spp-not-issued',
  'spm-refused',
  'sp2d-refused',
  'spm-not-issued',
  'sp2d-not-issued',
  'account-refused',
  'account-not-corrected',
  'account-not-accepted',
  'account-papers-missing',
  'papers-returned',
  'order-cancelled',
  'lapsed',
] as const;

export const contracts = {
  'submission/register-proposal': z.strictObject({ ...one, packetPrefix: z.string() }),
  'submission/await-attachments': z.strictObject({ ...one, packetPrefix: z.string(), taskToken }),
  'verification/run-checks': z.strictObject({ ...one, round: z.int().min(1) }),
  'verification/record-verification': z.strictObject({ ...one, round: z.int().min(1) }),
  'approval/open-approval': z.strictObject(one),
  'approval/award-grant': z.strictObject(one),
  'payment/open-tranche': z.strictObject({ ...one, tranche }),
  'payment/draft-papers': z.strictObject({ ...one, tranche, attempt: z.int().min(2) }),
  'payment/claim-account': z.strictObject({
    ...one,
    tranche,
    attempt: z.int().min(1),
    turn: z.int().min(1),
  }),
  'payment/reserve-tranche': z.strictObject({ ...one, tranche, round: z.int().min(1) }),
  'payment/instruct-bank': z.strictObject({ ...one, tranche, attempt: z.int().min(1), taskToken }),
  'payment/settle-tranche': z.strictObject({ ...one, tranche }),
  'payment/leave-unpaid': z.strictObject({
    ...one,
    tranche,
    reason: z.enum([...unpaidReasons, 'receipt-unconfirmed']),
  }),
  'payment/record-receipts': z.strictObject({ ...one, tranche }),
  'payment/gather-payments': z.strictObject({
    runName: z.string(),
    startedAt: now,
    after: z.string().nullable(),
    now,
  }),
  'payment/write-instruction': z.strictObject({ runId: z.string(), rail: z.string(), now }),
  'payment/send-run': z.strictObject({ runId: z.string(), after: z.string().nullable(), now }),
  'payment/withdraw-run': z.strictObject({ runId: z.string(), after: z.string().nullable(), now }),
  'payment/settle-deposit': z.strictObject({ ...one, deposit: z.int().min(1), about: depositCheck.about }),
  'training/open-training': z.strictObject(one),
  'training/record-overdue': z.strictObject({ ...one, kind: askKindSchema, about: anyAboutSchema }),
  'public-works/open-muster-roll': z.strictObject(one),
  'public-works/check-muster-roll': z.strictObject({ ...one, turn: z.int().min(1) }),
  'public-works/draft-wage-papers': z.strictObject(one),
  'asks/plan-ask': z.strictObject({
    ...one,
    kind: askKindSchema,
    about: anyAboutSchema,
    role: z.string().optional(),
  }),
  'asks/run-turn': z.strictObject({
    now,
    askId: z.string(),
    kind: askKindSchema,
    about: anyAboutSchema,
    role: z.string().optional(),
    ...askPlanSchema.shape,
    turn: z.int().min(0),
    taskToken,
  }),
  'closing/close-proposal': z.strictObject(one),
  'closing/record-rejection': z.strictObject({
    ...one,
    at: z.enum(['verification', 'approval', 'payment']),
    reason: z.string().min(1),
  }),
  'closing/reopen-proposal': z.strictObject({ ...one, round: z.int().min(2) }),
  'closing/uphold-rejection': z.strictObject(one),
} as const satisfies Partial<Record<StepName, z.ZodType>>;

/** A step that a machine calls. */
export type CalledFunction = keyof typeof contracts;

/** Whether a machine calls it, or another caller does. */
export function isCalled(name: string): name is CalledFunction {
  return Object.hasOwn(contracts, name);
}
