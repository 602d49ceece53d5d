/** The things that people are asked for, and the roles that answer. Small, so that anything may import it. */
import * as z from 'zod';

/** Every kind of ask, in the order of a proposal's life. */
export const askKinds = [
  'correction',
  'membership',
  'membership-review',
  'site-visit',
  'approval',
  'objection',
  'appeal',
  'tranche-documents',
  'spp',
  'spm',
  'sp2d',
  'bank-inquiry',
  'account-correction',
  'receipt',
  'receipt-review',
  'training-session',
  'mentor-visit',
  'outcome',
  'muster-roll',
  'lpj',
  'deposit-billing',
  'deposit-slip',
  'deposit-check',
] as const;
export const askKindSchema = z.enum(askKinds);
export type AskKind = z.output<typeof askKindSchema>;

/** Roles that the directory of people gives, as the decrees name them. */
export const directoryRoles = [
  'verifier',
  'ppk',
  'kpa',
  'pa',
  'pp-spm',
  'kppn',
  'treasurer',
  'mentor',
  'admin',
  'auditor',
] as const;
export const directoryRoleSchema = z.enum(directoryRoles);
export type DirectoryRole = z.output<typeof directoryRoleSchema>;

/** All who are asked: the directory's roles, the group's leader, and its members. */
export const roleSchema = z.enum([...directoryRoles, 'leader', 'members']);
export type Role = z.output<typeof roleSchema>;
