/** A reply to a message of the mailbox as a mail client writes it, and its way to the embedded cloud's door. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Mail, MailboxUnreadable } from './mailbox.ts';

/** The message cannot be replied to: it is a text message, or replies are not received. */
export class NoReplyPossible extends Error {
  override readonly name = 'NoReplyPossible';
  constructor(mail: Mail) {
    super(
      mail.channel === 'text'
        ? 'A text message cannot be replied to by mail.'
        : 'Replies to this message are not received: it names no address for them.',
    );
  }
}

export interface MailReply {
  /** What the person writes; the message is quoted below it. */
  text: string;
  /** The author; by default whom the message was sent to. */
  from?: string;
  /** HTML instead of plain text. */
  html?: boolean;
  /** Further headers, as a responder or a forger adds them. */
  headers?: Readonly<Record<string, string>>;
  /** An attachment of this many bytes. */
  attachedBytes?: number;
}

/** What a receiving server finds out about a mail: `pass`, `fail` or `none`; `PASS` or `FAIL`. */
export interface FoundOut {
  spf?: string | undefined;
  dkim?: string | undefined;
  dmarc?: string | undefined;
  spam?: string | undefined;
  virus?: string | undefined;
}

function escaped(text: string) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The reply as a mail, lines ended by CRLF. */
export function composeReply(mail: Mail, reply: MailReply): string {
  const to = mail.replyTo[0];
  if (mail.channel === 'text' || to === undefined) throw new NoReplyPossible(mail);
  const from = reply.from ?? mail.to[0] ?? '';
  // As SES names its mails in every region but one.
  const answered = `<${mail.id}@ap-southeast-3.amazonses.com>`;
  const own = createHash('sha256')
    .update(JSON.stringify([mail.id, from, reply]))
    .digest('hex')
    .slice(0, 32);
  const quotation = `Pada ${mail.at.slice(0, 10)} ${mail.from} menulis:`;
  const original = mail.text ?? '';
  const quotedText = original
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\r\n');
  const body = reply.html
    ? `<html><body><div>${escaped(reply.text).replaceAll('\n', '<br>')}</div><div class="gmail_quote"><div class="gmail_attr">${escaped(quotation)}<br></div><blockquote type="cite">${escaped(original).replaceAll('\n', '<br>')}</blockquote></div></body></html>`
    : `${reply.text.replaceAll(/\r?\n/g, '\r\n')}\r\n\r\n${quotation}\r\n${quotedText}`;
  const type = `Content-Type: ${reply.html ? 'text/html' : 'text/plain'}; charset=utf-8\r\nContent-Transfer-Encoding: base64`;
  const encoded = Buffer.from(body).toString('base64').replaceAll(/.{76}/g, '$&\r\n');
  const headers = {
    From: from,
    To: to,
    Subject: `=?utf-8?B?${Buffer.from(`Re: ${mail.subject}`).toString('base64')}?=`,
    Date: new Date(mail.at).toUTCString(),
    'Message-ID': `<${own}@mail.example>`,
    'In-Reply-To': answered,
    References: [mail.headers.References, answered].filter((each) => each !== undefined).join(' '),
    'MIME-Version': '1.0',
    ...reply.headers,
  };
  const head = Object.entries(headers)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}`)
    .join('\r\n');
  if (reply.attachedBytes === undefined) return `${head}\r\n${type}\r\n\r\n${encoded}\r\n`;
  const file = Buffer.alloc(reply.attachedBytes, 'x').toString('base64').replaceAll(/.{76}/g, '$&\r\n');
  return [
    head,
    'Content-Type: multipart/mixed; boundary="part"',
    '',
    '--part',
    type,
    '',
    encoded,
    '--part',
    'Content-Type: application/octet-stream; name="lampiran.bin"',
    'Content-Transfer-Encoding: base64',
    '',
    file,
    '--part--',
    '',
  ].join('\r\n');
}

const receivedSchema = z.object({ messageId: z.string(), rules: z.array(z.string()) });

/**
 * Hands a mail over at the embedded cloud's door.
 *
 * @param endpoint of the embedded cloud, without a slash at the end
 * @param envelope who sends it to whom; an empty sender is that of a bounce
 * @returns the id that it was received under
 * @throws {MailboxUnreadable} when it is not received
 */
export async function deliverMail(
  endpoint: string,
  raw: string,
  envelope: { from: string; to: string },
  found: FoundOut = {},
): Promise<string> {
  const url = new URL(`${endpoint}/_local/ses/inbound`);
  for (const [name, value] of Object.entries({ ...envelope, ...found }))
    if (value !== undefined) url.searchParams.set(name, value);
  const response = await fetch(url, { method: 'POST', body: raw });
  if (!response.ok) throw new MailboxUnreadable(url.href, response.status);
  return receivedSchema.parse(await response.json()).messageId;
}
