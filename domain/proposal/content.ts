/** What a group submitted, as it is stored once the checks have passed, and whom to write to before that. */
import * as z from 'zod';
import { rupiahSchema } from '../money/rupiah.ts';
import {
  attachmentSchema,
  bankAccountSchema,
  contactSchema,
  groupSchema,
  memberSchema,
  phoneSchema,
  planSchema,
  rabLineSchema,
} from '../packet/packet.ts';
import { languageSchema } from '../text/language.ts';
import { problemSchema } from '../text/problem.ts';

/** A member as stored: the NIK encrypted, matched by its keyed hash, shown masked; never in the clear. */
const storedMemberSchema = memberSchema.omit({ nik: true }).extend({
  nikEncrypted: z.string(),
  nikHash: z.string(),
  nikMasked: z.string(),
});
export type StoredMember = z.output<typeof storedMemberSchema>;

/** An attachment as stored: with the version that the checks have read where a page shows it: that one, and none that came later. */
const storedAttachmentSchema = attachmentSchema.extend({ versionId: z.string().optional() });
export type StoredAttachment = z.output<typeof storedAttachmentSchema>;

/** What the group submitted, after the checks. */
export const contentSchema = z.strictObject({
  group: groupSchema,
  members: z.array(storedMemberSchema).min(1),
  plan: planSchema,
  rab: z.array(rabLineSchema).min(1),
  amountAsked: rupiahSchema,
  account: bankAccountSchema,
  contact: contactSchema,
  attachments: z.array(storedAttachmentSchema),
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
export type KnownContact = z.output<typeof knownContactSchema>;
