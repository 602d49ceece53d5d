/** Names that are computed, so that the same thing always gets the same name: proposals, asks, executions. */
import { createHash } from 'node:crypto';
import * as z from 'zod';

/** The folder of a packet in the uploads bucket: one segment of 3–64 safe characters. */
export const packetPrefixSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{2,63}$/);

/** `P-` and 10 characters of Crockford's base 32: no I, L, O, U, so that it can be read out on the phone. */
export const proposalIdSchema = z
  .string()
  .regex(/^P-[0-9A-HJKMNP-TV-Z]{10}$/)
  .brand<'ProposalId'>();
export type ProposalId = z.output<typeof proposalIdSchema>;

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * The id of the proposal that lies in this folder: the first 50 bits of the SHA-256 of the folder's name.
 *
 * Computed, not drawn: the same upload delivered twice names the same proposal, hence the same execution.
 */
export function proposalIdOf(packetPrefix: string): ProposalId {
  const bits = createHash('sha256').update(packetPrefix).digest().readBigUInt64BE() >> 14n;
  const characters = Array.from({ length: 10 }, (_, index) =>
    crockford.charAt(Number((bits >> BigInt(45 - 5 * index)) & 31n)),
  );
  return proposalIdSchema.parse(`P-${characters.join('')}`);
}

/** The id of a rule-pack, as the packet's `programme` names it: `tkm-2020`. */
export const programmeIdSchema = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .max(40);

/** The id that a payment carries through all banks, ISO 20022's `EndToEndId`: at most 35 characters. */
export const endToEndIdSchema = z.string().regex(/^[A-Z0-9-]{1,35}$/);
