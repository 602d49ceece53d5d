/**
 * A mail as SES received it: who wrote it, what it answers, and what SES found out about it.
 *
 * SES writes its findings above the mail's own headers: `Return-Path`, `Received … by inbound-smtp.<region>.amazonaws.com`,
 * `X-SES-Spam-Verdict`, `X-SES-Virus-Verdict`, `Received-SPF`, `Authentication-Results: amazonses.com; …` and
 * `X-SES-RECEIPT`, in that order. Only what stands above the first `X-SES-RECEIPT` is believed: everything below it was
 * in the mail when it came, and a sender may have written there what they like
 * (https://docs.aws.amazon.com/ses/latest/dg/receiving-email-concepts.html, RFC 8601, section 5).
 */
import PostalMime, { type Address, type Email, type Header } from 'postal-mime';
import { htmlAsText, ownWords } from '#functions/notifications/replies/own-words.ts';

/**
 * `proven`: SPF, DKIM and DMARC pass. `plausible`: the domain of the author vouches for the mail by SPF or DKIM, but
 * not all three pass, so that nothing is decided by it, and it may be answered without writing to an uninvolved person.
 * `unproven`: anyone may have written it.
 */
type Authenticity = 'proven' | 'plausible' | 'unproven';

export interface IncomingMail {
  /** The one author, in lower case; undefined when there is none, or more than one. */
  from: string | undefined;
  /** `Message-ID` with its brackets, if it has a usable one. */
  messageId: string | undefined;
  /** The addresses that it was written to. */
  to: string[];
  authenticity: Authenticity;
  /** Whether SES took it neither for spam nor for a virus. */
  clean: boolean;
  /** Whether a machine wrote it: a responder, a mailing list, a server that could not deliver. */
  automatic: boolean;
  /** What the person wrote themselves, as plain text. */
  ownText: string;
}

/** SES writes fewer; a mail with that many above its receipt is not from SES. */
const mostFindings = 12;

/** What SES wrote, in its order; nothing where it is not as SES writes. */
function findingsOf(headers: readonly Header[]): readonly Header[] {
  const end = headers.findIndex(({ key }) => key === 'x-ses-receipt');
  const own = end < 0 || end > mostFindings ? [] : headers.slice(0, end);
  const received = own.find(({ key }) => key === 'received')?.value ?? '';
  return /\bby inbound-smtp\.[a-z0-9-]+\.amazonaws\.com\b/.test(received) ? own : [];
}

/** The one value of a header; undefined when it is not there or there twice. */
function only(headers: readonly Header[], name: string): string | undefined {
  const found = headers.filter(({ key }) => key === name);
  return found.length === 1 ? found[0]?.value : undefined;
}

/** Without comments and quoted strings, in which a sender's own words may stand. */
function bare(value: string) {
  let text = value;
  for (let depth = 0; depth < 5 && /\([^()]*\)/.test(text); depth++)
    text = text.replaceAll(/\([^()]*\)/g, ' ');
  return text.replaceAll(/"(?:[^"\\]|\\.)*"/g, ' ');
}

function domainOf(address: string) {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

/** Whether one domain is the other or lies below it, as relaxed alignment wants (RFC 7489, section 3.1). */
function aligned(one: string, other: string) {
  return (
    one !== '' && other !== '' && (one === other || one.endsWith(`.${other}`) || other.endsWith(`.${one}`))
  );
}

function authenticityOf(findings: readonly Header[], from: string | undefined): Authenticity {
  const results = only(findings, 'authentication-results');
  if (results === undefined || from === undefined) return 'unproven';
  const [server = '', ...clauses] = bare(results)
    .split(';')
    .map((clause) => clause.trim());
  if (server !== 'amazonses.com') return 'unproven';
  const all = (method: string) => clauses.filter((clause) => clause.startsWith(`${method}=`));
  const property = (clause: string, name: string) =>
    new RegExp(`\\b${name}=@?([^\\s;]+)`).exec(clause)?.[1] ?? '';
  const author = domainOf(from);
  const [spf, ...moreSpf] = all('spf');
  const [dmarc, ...moreDmarc] = all('dmarc');
  // SES checks each of them once; a second result would be a sender's.
  if (moreSpf.length > 0 || moreDmarc.length > 0) return 'unproven';
  const spfPasses = /^spf=pass\b/.test(spf ?? '');
  const signers = all('dkim')
    .filter((clause) => /^dkim=pass\b/.test(clause))
    .map((clause) => property(clause, 'header\\.i'));
  const dmarcPasses =
    /^dmarc=pass\b/.test(dmarc ?? '') &&
    aligned(property(dmarc ?? '', 'header\\.from').toLowerCase(), author);
  if (spfPasses && signers.length > 0 && dmarcPasses) return 'proven';
  const envelope = clauses.find((clause) => clause.startsWith('envelope-from='))?.slice(14) ?? '';
  const vouched =
    (spfPasses && aligned(domainOf(envelope), author)) ||
    signers.some((signer) => aligned(domainOf(signer), author));
  return vouched ? 'plausible' : 'unproven';
}

const machines = /^(mailer-daemon|postmaster|no-?reply|do-?not-?reply)@/i;

/** RFC 3834, sections 2 and 5, and the headers that responders used before it. */
function isAutomatic(headers: readonly Header[], from: string | undefined): boolean {
  const values = (name: string) => headers.filter(({ key }) => key === name).map(({ value }) => value.trim());
  return (
    values('auto-submitted').some((value) => !/^no\b/i.test(value)) ||
    values('precedence').some((value) => /^(bulk|junk|list|auto_reply)\b/i.test(value)) ||
    ['x-autoreply', 'x-autorespond', 'x-auto-reply', 'list-id', 'x-loop'].some(
      (name) => values(name).length > 0,
    ) ||
    values('return-path').some((value) => value === '<>' || value === '') ||
    values('content-type').some((value) => /^multipart\/report\b/i.test(value)) ||
    (from !== undefined && machines.test(from))
  );
}

function authorOf({ from, headers }: Email): string | undefined {
  if (headers.filter(({ key }) => key === 'from').length !== 1) return undefined;
  const one: Address | undefined = from;
  // A list of authors is read as its first by the parser, so the header itself must name one address only.
  const raw = headers.find(({ key }) => key === 'from')?.value ?? '';
  const addresses = bare(raw).match(/[^\s<>,;:]+@[^\s<>,;:]+/g) ?? [];
  return one?.address !== undefined && addresses.length === 1 && one.address.length <= 254
    ? one.address.toLowerCase()
    : undefined;
}

/** The most addresses that are looked at: a reply to one of our mails has one. */
const mostAddresses = 10;

/** Whom it was written to, groups of addresses taken apart. */
function addressees({ to = [], cc = [] }: Email): string[] {
  return [...to, ...cc]
    .flatMap(({ address, group }) => [address, ...(group ?? []).map((one) => one.address)])
    .filter((address) => address !== undefined)
    .slice(0, mostAddresses);
}

/**
 * Reads a mail, or as much of its beginning as there is.
 *
 * @returns undefined for what is no mail at all
 */
export async function readIncomingMail(bytes: Uint8Array): Promise<IncomingMail | undefined> {
  let mail: Email;
  try {
    mail = await PostalMime.parse(bytes, {
      forceRfc822Attachments: true,
      maxNestingDepth: 20,
      maxHeadersSize: 262_144,
    });
  } catch {
    // The parser refuses what is nested too deeply or has endless headers.
    return undefined;
  }
  const { headers } = mail;
  const findings = findingsOf(headers);
  const from = authorOf(mail);
  const text = mail.text?.trim() ? mail.text : htmlAsText(mail.html ?? '');
  const messageId = only(headers, 'message-id')?.trim();
  return {
    from,
    messageId: messageId !== undefined && /^<[!-;=?-~]{1,300}>$/.test(messageId) ? messageId : undefined,
    to: addressees(mail),
    authenticity: authenticityOf(findings, from),
    clean: ['x-ses-spam-verdict', 'x-ses-virus-verdict'].every((name) => {
      const verdict = only(findings, name);
      return verdict !== undefined && verdict !== 'FAIL';
    }),
    automatic: isAutomatic(headers, from),
    ownText: ownWords(text),
  };
}
