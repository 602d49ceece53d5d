/** What is to be sent, as it is kept from the moment it was written until it has left: JSON, without any secret. */
import * as z from 'zod';
import { languageSchema } from '#domain/text/language.ts';
import { linkSchema } from '#functions/store/links.ts';
import { messageLinkSchema } from '#functions/store/messages.ts';

const outgoingLinkSchema = z.union([messageLinkSchema, linkSchema]);
/** A link in a message: to an ask or a status page, or a link of the directory's (to sign in, to enrol). */
export type OutgoingLink = z.output<typeof outgoingLinkSchema>;

const waySchema = z.discriminatedUnion('channel', [
  z.object({ channel: z.literal('email'), address: z.string() }),
  z.object({ channel: z.literal('text'), phone: z.string() }),
]);
/** One way to reach a person. */
export type Way = z.output<typeof waySchema>;

export const outgoingSchema = z.object({
  /** The first that takes it is used. */
  ways: z.array(waySchema).min(1),
  language: languageSchema,
  facts: z.record(z.string(), z.unknown()),
  /** Each with what stands for its secret in the facts. */
  links: z.array(z.object({ placeholder: z.string(), link: outgoingLinkSchema })),
  /** The Message-ID of the mail that this one answers. */
  answers: z.string().optional(),
  /** When it was written (ISO). */
  since: z.iso.datetime(),
});
export type Outgoing = z.output<typeof outgoingSchema>;

/** An address as the record shows it: enough to recognise, not enough to write to. */
export function maskAddress(address: string) {
  const [local = '', domain = ''] = address.split('@');
  return `${local.slice(0, 1)}•••@${domain}`;
}

/** A phone number as the record shows it: its last three digits. */
export function maskPhone(phone: string) {
  return `+62•••${phone.slice(-3)}`;
}

/** Whom a message goes to, as the record shows it. */
export function masked(way: Way) {
  return way.channel === 'email' ? maskAddress(way.address) : maskPhone(way.phone);
}
