/** The roles that are asked. Small, so that anything may import it. */
import * as z from 'zod';

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
