/** What officials decided about a proposal: the findings of verification, returns, approvals, the award, rejections. */
import * as z from 'zod';
import { directoryRoleSchema } from '../asks/roles.ts';
import { rupiahSchema } from '../money/rupiah.ts';
import { acceptedAccountSchema } from './account-acceptance.ts';

/** What verification found. */
export const findingsSchema = z.strictObject({
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
export type VerificationFindings = z.output<typeof findingsSchema>;

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
const approvalSchema = z.strictObject({
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
  /** The account that may be paid to, as the PPK accepted it. */
  account: acceptedAccountSchema.optional(),
  awardedAt: z.iso.datetime(),
});
export type Award = z.output<typeof awardSchema>;

export const rejectionStages = ['received', 'verification', 'approval', 'payment', 'follow-up'] as const;

/** A rejection that an objection overturned. */
export const rejectionSchema = z.strictObject({
  at: z.enum(rejectionStages),
  reason: z.string(),
  rejectedAt: z.iso.datetime(),
});
