/** The mailbox of the embedded cloud, where every mail and text message that was sent can be read. */
import { z } from 'zod';

const messageSchema = z.object({
  id: z.string(),
  /** When it was sent: ISO 8601, in the cloud's time. */
  at: z.string(),
  channel: z.enum(['email', 'text']),
  from: z.string(),
  /** Addresses, or a phone number. */
  to: z.array(z.string()),
  /** Where replies go; nowhere, if empty. */
  replyTo: z.array(z.string()),
  headers: z.record(z.string(), z.string()),
  /** Empty for text messages. */
  subject: z.string(),
  text: z.string().nullable(),
  html: z.string().nullable(),
});
export type Mail = z.output<typeof messageSchema>;

export class MailboxUnreadable extends Error {
  override readonly name = 'MailboxUnreadable';
  constructor(url: string, status: number) {
    super(`${url} answered ${status}`);
  }
}

/**
 * Messages, newest last.
 * @param endpoint of the embedded cloud, without a slash at the end
 * @param after the id of a message: only those that came later; by default all
 */
export async function readMailbox(endpoint: string, after?: string): Promise<Mail[]> {
  return (await openMailbox(endpoint, after)).mails;
}

/** The same, and what time it is there: ISO 8601, to the second. */
export async function openMailbox(endpoint: string, after?: string): Promise<{ now: string; mails: Mail[] }> {
  const mails: Mail[] = [];
  for (let last = after; ; ) {
    const url = new URL(`${endpoint}/_local/mailbox`);
    if (last !== undefined) url.searchParams.set('after', last);
    const response = await fetch(url);
    if (!response.ok) throw new MailboxUnreadable(url.href, response.status);
    const page = z.array(messageSchema).parse(await response.json());
    last = page.at(-1)?.id;
    if (last === undefined) return { now: new Date(response.headers.get('date') ?? '').toISOString(), mails };
    mails.push(...page);
  }
}

/** The personal link in a message, if there is one. */
export function linkIn(mail: Mail): string | undefined {
  return /https?:\/\/\S+\/a\/[A-Za-z0-9_-]{20,}/.exec(mail.text ?? '')?.[0];
}

/** The link in a message by which its reader enrols for one-time codes, if there is one. */
export function enrolmentLinkIn(mail: Mail): string | undefined {
  return /https?:\/\/\S+\/kode\/[A-Za-z0-9_-]{20,}/.exec(mail.text ?? '')?.[0];
}

/** The proposal or payment run that a message is about, as its subject says, or the whole of it where it has none. */
export function subjectIn(mail: Mail): string | undefined {
  return /P-[0-9A-HJKMNP-TV-Z]{10}|R\d{8}-[0-9A-F]{8}/.exec(mail.subject || (mail.text ?? ''))?.[0];
}
