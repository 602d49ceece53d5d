/**
 * The packet: `proposal.json` as a group uploads it, schema version 1.
 *
 * The schema judges the shape only. Whether a NIK is sound, the sums add up or the files are there is judged in
 * `checks.ts`, because all problems are reported at once and not only the first layer of them.
 */
import * as z from 'zod';
import { programmeIdSchema } from '../identifiers.ts';
import { cleanAccount } from '../money/account-text.ts';
import { rupiahSchema } from '../money/rupiah.ts';
import { regionCodeSchema } from '../people/region.ts';
import { languageSchema } from '../text/language.ts';

/** The largest `proposal.json`, in bytes. Twenty members take about 12 KB. */
export const maxPacketBytes = 262_144;
/** The most attachments a packet may list. */
export const maxAttachments = 200;

/** One line of text: trimmed, not empty, free of control characters. */
export function textSchema(maximum: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(maximum)
    .refine((text) => !/\p{Cc}/u.test(text), { params: { problem: 'field-has-control-characters' } });
}

/** Several lines of text: as `textSchema`, but line ends and tabs are allowed. */
export function paragraphSchema(maximum: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(maximum)
    .refine((text) => !/[^\P{Cc}\n\r\t]/u.test(text), {
      params: { problem: 'field-has-control-characters' },
    });
}

/** A phone number as people write it: digits, spaces, dashes, an optional plus. */
export const phoneSchema = z
  .string()
  .regex(/^\+?[0-9][0-9 -]{7,18}$/, { error: '08123456789 / +628123456789' });

/** An account number keeps its leading zeros, so it is text. Blanks, dots and dashes in it are dropped. */
export const bankAccountSchema = z.strictObject({
  /** The bank's three-digit clearing code (BI), for example 002. */
  bankCode: z.string().regex(/^\d{3}$/, { error: '002' }),
  number: z
    .string()
    .transform(cleanAccount)
    .pipe(z.string().regex(/^\d{5,20}$/, { error: '6–20 angka / digits' })),
  holder: textSchema(70),
});
export type BankAccount = z.output<typeof bankAccountSchema>;

export const memberNumberSchema = z.int().min(1).max(99);

export const memberSchema = z.strictObject({
  number: memberNumberSchema,
  name: textSchema(100),
  /** Text of any form here; `checks.ts` judges it, so that one mistyped NIK does not hide other problems. */
  nik: z.string().max(40),
  birthDate: z.iso.date(),
  sex: z.enum(['L', 'P']),
  phone: phoneSchema,
  email: z.email().max(254).optional(),
  address: textSchema(300),
});
export type Member = z.output<typeof memberSchema>;

export const groupSchema = z.strictObject({
  name: textSchema(100),
  village: regionCodeSchema,
  address: textSchema(300),
  businessField: textSchema(100),
  /** The number of the member who leads. */
  leader: memberNumberSchema,
});

export const worksSchema = z.strictObject({
  description: paragraphSchema(2000),
  days: z.int().min(1).max(366),
  workers: z.int().min(1).max(99),
  dayRate: rupiahSchema,
});

export const planSchema = z.strictObject({
  title: textSchema(200),
  summary: paragraphSchema(5000),
  activities: z.array(textSchema(500)).min(1).max(100),
  /** Padat Karya only. */
  works: worksSchema.optional(),
});

export const rabLineSchema = z.strictObject({
  item: textSchema(200),
  quantity: z.number().positive().max(1_000_000),
  unit: textSchema(30),
  unitPrice: rupiahSchema,
  total: rupiahSchema,
  category: z.enum(['material', 'labour', 'other']),
});
export type RabLine = z.output<typeof rabLineSchema>;

/** Whom the system writes to about the proposal. */
export const contactSchema = z.strictObject({
  name: textSchema(100),
  email: z.email().max(254),
  phone: phoneSchema,
  language: languageSchema,
});

export const attachmentSchema = z.strictObject({
  /** The file's name under `attachments/`. */
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, { error: 'A–Z a–z 0–9 . _ -' }),
  type: z.string().min(1).max(60),
  /** The SHA-256 of the file's bytes, in lower-case hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, { error: '64 × 0–9 a–f' }),
  bytes: z.int().nonnegative(),
  /** The member it belongs to, for files that each member brings. */
  member: memberNumberSchema.optional(),
});
export type Attachment = z.output<typeof attachmentSchema>;

export const packetSchema = z.strictObject({
  schemaVersion: z.literal(1),
  programme: programmeIdSchema,
  group: groupSchema,
  members: z.array(memberSchema).min(1).max(99),
  plan: planSchema,
  rab: z.array(rabLineSchema).min(1).max(200),
  amountAsked: rupiahSchema,
  account: bankAccountSchema,
  contact: contactSchema,
  attachments: z.array(attachmentSchema).max(maxAttachments),
});
/** A packet as read. */
export type Packet = z.output<typeof packetSchema>;
/** A packet as written (codes with or without dots, plain numbers). */
export type PacketInput = z.input<typeof packetSchema>;

/** The keys of a packet's objects in the uploads bucket. */
export function packetKeys(packetPrefix: string): {
  proposal: string;
  attachments: string;
  attachment(name: string): string;
} {
  return {
    proposal: `${packetPrefix}/proposal.json`,
    attachments: `${packetPrefix}/attachments/`,
    attachment: (name) => `${packetPrefix}/attachments/${name}`,
  };
}
