/**
 * A received mail as SES stores it: the headers by which it says what it thinks of the mail stand above the mail's own.
 *
 * Their names, order and form are those of mails that SES stored; it documents the verdicts themselves at
 * https://docs.aws.amazon.com/ses/latest/dg/receiving-email-concepts.html.
 */

/** What a receiving server finds out about a mail; here it is given. */
export interface Verdicts {
  readonly spf: string;
  readonly dkim: string;
  readonly dmarc: string;
  /** `PASS` or `FAIL`. */
  readonly spam: string;
  readonly virus: string;
}

export const soundMail: Verdicts = { spf: 'pass', dkim: 'pass', dmarc: 'pass', spam: 'PASS', virus: 'PASS' };

/** A mail on its way in. */
export interface IncomingMail {
  /** The sender of the envelope, which a bounce leaves empty. */
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: Buffer;
  readonly verdicts: Verdicts;
}

/** The domain of an address. */
function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

/** The address that the mail names as its author, as far as its header can be read. */
function authorOf(raw: Buffer): string {
  const head = raw.toString('latin1', 0, 65_536).split(/\r?\n\r?\n/)[0] ?? '';
  const from = /^from:((?:.*)(?:\r?\n[ \t].*)*)/im.exec(head)?.[1] ?? '';
  return /([^\s<>",;]+@[^\s<>",;]+)/.exec(from)?.[1] ?? '';
}

/** @param id the id that SES gives the mail; @param at when it came: milliseconds since the epoch */
export function stored(
  mail: IncomingMail,
  { id, at, region, scan }: { id: string; at: number; region: string; scan: boolean },
): Buffer {
  const { from, to, raw, verdicts } = mail;
  const server = `mail.${domainOf(from) || 'unknown.example'}`;
  const domain = domainOf(authorOf(raw));
  const spf = `${verdicts.spf} (spfCheck: domain of ${domainOf(from)} designates 192.0.2.1 as permitted sender) client-ip=192.0.2.1; envelope-from=${from}; helo=${server};`;
  const verdict = (value: string): string => (scan ? value : 'DISABLED');
  const lines = [
    `Return-Path: <${from}>`,
    `Received: from ${server} (${server} [192.0.2.1])`,
    ` by inbound-smtp.${region}.amazonaws.com with SMTP id ${id}`,
    ` for ${to[0] ?? ''};`,
    ` ${new Date(at).toUTCString().replace('GMT', '+0000 (UTC)')}`,
    `X-SES-Spam-Verdict: ${verdict(verdicts.spam)}`,
    `X-SES-Virus-Verdict: ${verdict(verdicts.virus)}`,
    `Received-SPF: ${spf}`,
    'Authentication-Results: amazonses.com;',
    ` spf=${spf}`,
    ` dkim=${verdicts.dkim} header.i=@${domain};`,
    ` dmarc=${verdicts.dmarc} header.from=${domain};`,
    `X-SES-RECEIPT: ${Buffer.from(`receipt ${id}`).toString('base64')}`,
    `X-SES-DKIM-SIGNATURE: a=rsa-sha256; q=dns/txt; d=amazonses.com; t=${Math.floor(at / 1000)}; v=1`,
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n`), raw]);
}
