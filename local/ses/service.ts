/** SES, API version 2: takes messages from verified senders and lays them into the mailbox. */
import { createHash } from 'node:crypto';
import PostalMime, { type Address, addressParser } from 'postal-mime';
import {
  type DeclaredResource,
  listOf,
  nameOf,
  objectOf,
  refuseUnknown,
  textOf,
  UnsupportedFeature,
} from '../declared-resource.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { restAnswer } from '../gateway/aws-json.ts';
import type { Service, ServiceRequest, ServiceResponse } from '../gateway/service.ts';
import {
  type EventDestination,
  eventDestinationOf,
  type Failing,
  failureEvent,
  simulatedFailure,
} from './delivery-events.ts';
import type { Attachment, Mailbox, Message } from './mailbox.ts';
import { mailboxPage } from './mailbox-page.ts';
import type { SesPorts } from './ports.ts';
import { type ReceiptRule, receiptRulesOf, receives } from './receipt-rules.ts';
import { type IncomingMail, stored } from './received-mail.ts';
import { MissingAttribute, render, type Template, unknownIn } from './template.ts';

type Fields = Readonly<Record<string, unknown>>;

/** How many messages `list` gives at once. */
const pageLength = 500;

/** The most recipients of a message. */
const mostRecipients = 50;
/** The most a message may measure after encoding: bytes. */
const largestMessage = 40 * 1024 * 1024;
/** How many messages the page lists. */
const listed = 200;

/** A message before it is addressed. */
type Content = Pick<Message, 'subject' | 'text' | 'html' | 'headers' | 'attachments'> & {
  readonly raw: Buffer | null;
  /** From the raw message's own headers. */
  readonly from?: string | undefined;
  readonly to?: readonly string[];
  readonly cc?: readonly string[];
  readonly bcc?: readonly string[];
  readonly replyTo?: readonly string[];
};

/** SES over SQLite; see README.md. */
export class SesService implements Service {
  readonly signingName = 'ses';
  readonly errorFormat = 'json';
  readonly operations: readonly string[] = ['GetEmailIdentity', 'ListEmailIdentities', 'SendEmail'];
  readonly #ports: SesPorts;
  readonly #mailbox: Mailbox;
  /** Addresses and domains, in lower case. */
  readonly #identities = new Map<string, string | undefined>();
  readonly #configurationSets = new Set<string>();
  readonly #templates = new Map<string, Template>();
  readonly #destinations: EventDestination[] = [];
  #rules: readonly ReceiptRule[] = [];

  constructor(ports: SesPorts) {
    this.#ports = ports;
    this.#mailbox = ports.mailbox;
    ports.db.exec(
      'CREATE TABLE IF NOT EXISTS ses_failing (address TEXT PRIMARY KEY, failing TEXT NOT NULL) STRICT',
    );
  }

  /**
   * Makes the assembly's identities (verified here at once) and configuration sets known; resources of other types are
   * passed over.
   * @throws UnsupportedFeature for a setting not known here
   */
  define(resources: readonly DeclaredResource[]): void {
    for (const resource of resources) {
      const { properties } = resource;
      switch (resource.type) {
        case 'AWS::SES::EmailIdentity': {
          refuseUnknown(nameOf(resource), properties, [
            'ConfigurationSetAttributes',
            'DkimAttributes',
            'DkimSigningAttributes',
            'EmailIdentity',
            'FeedbackAttributes',
            'MailFromAttributes',
            'Tags',
          ]);
          this.#identities.set(
            (textOf(properties.EmailIdentity) ?? resource.physicalId).toLowerCase(),
            textOf(objectOf(properties.ConfigurationSetAttributes).ConfigurationSetName),
          );
          break;
        }
        case 'AWS::SES::ConfigurationSet': {
          refuseUnknown(nameOf(resource), properties, [
            'DeliveryOptions',
            'Name',
            'ReputationOptions',
            'SendingOptions',
            'SuppressionOptions',
            'Tags',
            'VdmOptions',
          ]);
          this.#configurationSets.add(textOf(properties.Name) ?? resource.physicalId);
          break;
        }
        case 'AWS::SES::Template':
          this.#defineTemplate(resource);
          break;
        case 'AWS::SES::ConfigurationSetEventDestination': {
          const destination = eventDestinationOf(resource);
          if (destination !== undefined) this.#destinations.push(destination);
          break;
        }
      }
    }
    this.#rules = receiptRulesOf(resources, this.#ports);
  }

  /** Whom mail does not reach from now on, or whom it reaches again; besides the addresses of the simulator. */
  setFailing(address: string, failing: Failing | undefined): void {
    const { db } = this.#ports;
    const key = address.toLowerCase();
    if (failing === undefined) db.prepare('DELETE FROM ses_failing WHERE address = ?').run(key);
    else db.prepare('INSERT OR REPLACE INTO ses_failing (address, failing) VALUES (?, ?)').run(key, failing);
  }

  #failureOf(address: string): Failing | undefined {
    const row = this.#ports.db
      .prepare('SELECT failing FROM ses_failing WHERE address = ?')
      .get(address.toLowerCase());
    const failing = textOf(row?.failing);
    return failing === 'bounce' || failing === 'transient' || failing === 'complaint'
      ? failing
      : simulatedFailure(address);
  }

  /** Reports the recipients whom the message will not reach, as far as its configuration set wants that reported. */
  #reportFailures(message: Message): void {
    const { account, region, clock } = this.#ports;
    const wanted = this.#destinations.filter(
      ({ configurationSet }) => configurationSet === message.configurationSet,
    );
    if (wanted.length === 0) return;
    for (const recipient of [...message.to, ...message.cc, ...message.bcc]) {
      const address = addressIn(recipient) ?? recipient;
      const failing = this.#failureOf(address);
      if (failing === undefined) continue;
      const type = failing === 'complaint' ? 'COMPLAINT' : 'BOUNCE';
      if (!wanted.some(({ types }) => types.has(type))) continue;
      this.#ports.publish(failureEvent(message, address, failing, { account, region, at: clock.now() }));
    }
  }

  /**
   * Takes a mail as a sending server hands it over, and does with it what the receipt rules say.
   *
   * @returns its id, and the rules that were about it
   * @throws {AwsError} when no rule is about any of its recipients: SES refuses such mail at the door
   */
  async receive(mail: IncomingMail): Promise<{ messageId: string; rules: readonly string[] }> {
    const { clock, region } = this.#ports;
    if (mail.raw.length > largestMessage) throw badRequest(`A mail may have ${largestMessage} bytes.`);
    const rules = this.#rules.filter((rule) => mail.to.some((address) => receives(rule, address)));
    this.#ports.meter?.count('ses', 'ReceiveEmail');
    if (rules.length === 0)
      throw new AwsError('MailboxUnavailable', `550 5.1.1 ${mail.to.join(', ')}: mailbox unavailable`, 404);
    const at = clock.now();
    const id = createHash('sha256').update(`${at}/`).update(mail.raw).digest('hex').slice(0, 40);
    for (const rule of rules) {
      const body = stored(mail, { id, at, region, scan: rule.scan });
      for (const { bucket, prefix } of rule.actions)
        await this.#ports.store({ bucket, key: `${prefix}${id}`, body, ruleArn: rule.arn });
    }
    return { messageId: id, rules: rules.map(({ name }) => name) };
  }

  #defineTemplate(resource: DeclaredResource): void {
    const where = nameOf(resource);
    refuseUnknown(where, resource.properties, ['Template', 'Tags']);
    const given = objectOf(resource.properties.Template);
    refuseUnknown(where, given, ['TemplateName', 'SubjectPart', 'TextPart', 'HtmlPart']);
    const template = {
      subject: textOf(given.SubjectPart) ?? '',
      text: textOf(given.TextPart) ?? null,
      html: textOf(given.HtmlPart) ?? null,
    };
    const unknown = unknownIn(template);
    if (unknown !== undefined) throw new UnsupportedFeature(where, unknown);
    this.#templates.set(textOf(given.TemplateName) ?? resource.physicalId, template);
  }

  /** @throws {AwsError} */
  #templateContent(content: Fields): TemplatedContent {
    const name = textOf(content.TemplateName) ?? null;
    const own = objectOf(content.TemplateContent);
    const template =
      name === null
        ? {
            subject: textOf(own.Subject) ?? '',
            text: textOf(own.Text) ?? null,
            html: textOf(own.Html) ?? null,
          }
        : this.#templates.get(name);
    if (template === undefined) {
      throw new AwsError('NotFoundException', `Template ${name} does not exist.`, 404);
    }
    const unknown = unknownIn(template);
    if (unknown !== undefined) {
      throw new AwsError(
        'NotImplemented',
        `The embedded cloud's SES does not implement ${unknown} in a template.`,
        501,
      );
    }
    let data: unknown;
    try {
      data = JSON.parse(textOf(content.TemplateData) ?? '{}');
    } catch {
      throw badRequest('Invalid TemplateData: it is no JSON.');
    }
    return {
      ...simpleContent({
        Subject: { Data: 'rendered' },
        Body: { Text: { Data: '' } },
        Headers: content.Headers,
        Attachments: content.Attachments,
      }),
      ...rendered(template, data),
      template: name,
    };
  }

  /**
   * A page of messages, newest last: 500 at most, so that no answer grows with the mailbox.
   * @param after only those sent after the message with this id: the last of the page before
   */
  list(after?: string): Message[] {
    return this.#mailbox.after(after, pageLength);
  }

  get(id: string): Message | undefined {
    return this.#mailbox.get(id);
  }

  /**
   * The mailbox as an HTML page, to be sent with `mailboxPageHeaders`; its links add `?id=<message>` to its address.
   * @param id the message to show whole; the newest by default
   */
  page(id?: string): string {
    const messages = this.#mailbox.newest(listed);
    const selected = id === undefined ? messages.at(-1) : this.#mailbox.get(id);
    return mailboxPage(messages, this.#mailbox.next() - 1, selected);
  }

  async handle(request: ServiceRequest): Promise<ServiceResponse> {
    const { method, path } = request;
    if (method === 'POST' && path === '/v2/email/outbound-emails') {
      this.#ports.meter?.count('ses', 'SendEmail');
      const input: unknown = JSON.parse(request.body.toString('utf8') || '{}');
      return restAnswer(await this.#sendOrFail(request, objectOf(input)));
    }
    const lists = method === 'POST' ? '/v2/email/list-identities' : '/v2/email/identities';
    if ((method === 'GET' || method === 'POST') && path === lists) {
      this.#ports.meter?.count('ses', 'ListEmailIdentities');
      request.authorize({ action: 'ses:ListEmailIdentities', resource: '*' });
      return restAnswer({ EmailIdentities: [...this.#identities.keys()].sort().map(identityFacts) });
    }
    const identity = /^\/v2\/email\/identities\/([^/]+)$/.exec(path)?.[1];
    if (method === 'GET' && identity !== undefined) {
      this.#ports.meter?.count('ses', 'GetEmailIdentity');
      return restAnswer(this.#getEmailIdentity(request, decodeURIComponent(identity)));
    }
    throw new AwsError(
      'NotImplemented',
      `The embedded cloud's SES does not implement ${method} ${path}.`,
      501,
    );
  }

  #getEmailIdentity(request: ServiceRequest, identity: string): unknown {
    request.authorize({ action: 'ses:GetEmailIdentity', resource: this.#identityArn(identity) });
    if (!this.#identities.has(identity.toLowerCase())) {
      throw new AwsError('NotFoundException', `Email identity ${identity} does not exist.`, 404);
    }
    const { IdentityType, SendingEnabled } = identityFacts(identity);
    return { IdentityType, FeedbackForwardingStatus: true, VerifiedForSendingStatus: SendingEnabled };
  }

  #identityArn(identity: string): string {
    return `arn:aws:ses:${this.#ports.region}:${this.#ports.account}:identity/${identity}`;
  }

  /** AWS takes a message that it cannot render, and sends nothing; there it is an event that reports it. */
  async #sendOrFail(request: ServiceRequest, input: Fields): Promise<unknown> {
    try {
      return await this.#sendEmail(request, input);
    } catch (error) {
      if (!(error instanceof MissingAttribute)) throw error;
      console.error(`ses: rendering failure: ${error.message}`);
      return { MessageId: messageIdOf(this.#ports.clock.now(), 0) };
    }
  }

  async #sendEmail(request: ServiceRequest, input: Fields): Promise<unknown> {
    const given = objectOf(input.Content);
    const templated = given.Template !== undefined && Object.keys(given).length === 1;
    const content = templated ? this.#templateContent(objectOf(given.Template)) : await contentOf(given);
    const destination = objectOf(input.Destination);
    const addresses = (name: string, own: readonly string[] | undefined): readonly string[] =>
      input.Destination === undefined ? (own ?? []) : listOf(destination[name]).map(String);
    const to = addresses('ToAddresses', content.to);
    const cc = addresses('CcAddresses', content.cc);
    const bcc = addresses('BccAddresses', content.bcc);
    const from = textOf(input.FromEmailAddress) ?? content.from ?? '';
    const sender = addressIn(from);
    if (sender === undefined) throw badRequest("Missing required header 'From'.");
    const identity = this.#identityOf(sender);
    // The identity's own configuration set counts where the call names none, for the rights that it takes too.
    const configurationSet =
      textOf(input.ConfigurationSetName) ?? this.#identities.get((identity ?? '').toLowerCase()) ?? null;
    const action = templated
      ? 'ses:SendTemplatedEmail'
      : content.raw === null
        ? 'ses:SendEmail'
        : 'ses:SendRawEmail';
    const recipients = [...to, ...cc, ...bcc];
    const context = {
      'ses:FromAddress': sender,
      'ses:Recipients': recipients.map((each) => addressIn(each) ?? each),
    };
    request.authorize({ action, resource: this.#identityArn(identity ?? sender), context });
    if ('template' in content && content.template !== null) {
      const resource = `arn:aws:ses:${this.#ports.region}:${this.#ports.account}:template/${content.template}`;
      request.authorize({ action, resource, context });
    }
    if (configurationSet !== null) {
      const { region, account } = this.#ports;
      request.authorize({
        action,
        resource: `arn:aws:ses:${region}:${account}:configuration-set/${configurationSet}`,
        context,
      });
      if (!this.#configurationSets.has(configurationSet)) {
        throw new AwsError(
          'NotFoundException',
          `Configuration set <${configurationSet}> does not exist.`,
          404,
        );
      }
    }
    if (identity === undefined) {
      throw new AwsError(
        'MessageRejected',
        `Email address is not verified. The following identities failed the check in region ${this.#ports.region.toUpperCase()}: ${sender}`,
      );
    }
    if (recipients.length === 0) throw badRequest('Provide at least one recipient address.');
    if (recipients.length > mostRecipients) throw badRequest(`Recipient count exceeds ${mostRecipients}.`);
    for (const recipient of recipients) {
      if (addressIn(recipient) === undefined) throw badRequest(`Invalid email address<${recipient}>.`);
    }
    if (request.body.length > (largestMessage * 4) / 3) {
      throw badRequest(`Message length is more than ${largestMessage} bytes long.`);
    }
    if ('failure' in content && content.failure !== undefined) throw content.failure;
    const number = this.#mailbox.next();
    const at = this.#ports.clock.now();
    const message: Message = {
      id: messageIdOf(at, number),
      channel: 'email',
      at: new Date(at).toISOString(),
      from,
      to,
      cc,
      bcc,
      replyTo:
        input.ReplyToAddresses === undefined
          ? (content.replyTo ?? [])
          : listOf(input.ReplyToAddresses).map(String),
      subject: content.subject,
      text: content.text,
      html: content.html,
      headers: content.headers,
      attachments: content.attachments,
      tags: Object.fromEntries(
        listOf(input.EmailTags).map((tag) => [
          textOf(objectOf(tag).Name) ?? '',
          textOf(objectOf(tag).Value) ?? '',
        ]),
      ),
      configurationSet,
    };
    this.#mailbox.keep(message, content.raw);
    this.#reportFailures(message);
    return { MessageId: message.id };
  }

  /** The verified identity an address belongs to: itself or its domain, or a domain above it. */
  #identityOf(address: string): string | undefined {
    const lower = address.toLowerCase();
    if (this.#identities.has(lower)) return address;
    const labels = lower.slice(lower.lastIndexOf('@') + 1).split('.');
    for (let index = 0; index < labels.length - 1; index += 1) {
      const domain = labels.slice(index).join('.');
      if (this.#identities.has(domain)) return domain;
    }
    return undefined;
  }
}

function identityFacts(identity: string): {
  IdentityName: string;
  IdentityType: string;
  SendingEnabled: boolean;
} {
  return {
    IdentityName: identity,
    IdentityType: identity.includes('@') ? 'EMAIL_ADDRESS' : 'DOMAIN',
    SendingEnabled: true,
  };
}

/** A message made of a template. */
interface TemplatedContent extends Content {
  /** The template's name; null where it came with the call. */
  readonly template: string | null;
  /** Why it could not be rendered. */
  readonly failure?: MissingAttribute;
}

/** The template with its placeholders filled in, or as it is with the reason why it cannot be. */
function rendered(template: Template, data: unknown): Template & { readonly failure?: MissingAttribute } {
  try {
    return render(template, data);
  } catch (error) {
    if (error instanceof MissingAttribute) return { ...template, failure: error };
    throw error;
  }
}

async function contentOf(content: Fields): Promise<Content> {
  const kinds = ['Simple', 'Raw', 'Template'].filter((kind) => content[kind] !== undefined);
  const [kind] = kinds;
  if (kinds.length !== 1)
    throw badRequest('Exactly one of Simple, Raw or Template content must be provided.');
  return kind === 'Simple'
    ? simpleContent(objectOf(content.Simple))
    : await rawContent(objectOf(content.Raw));
}

function simpleContent(simple: Fields): Content {
  const body = objectOf(simple.Body);
  const data = (value: unknown): string | null => textOf(objectOf(value).Data) ?? null;
  const subject = data(simple.Subject);
  const [text, html] = [data(body.Text), data(body.Html)];
  if (subject === null) throw badRequest('The message must have a subject.');
  if (text === null && html === null) throw badRequest('The message must have a text or an HTML body.');
  const headers: Record<string, string> = {};
  for (const header of listOf(simple.Headers)) {
    const { Name, Value } = objectOf(header);
    // A line break would let one header smuggle in another.
    if (
      typeof Name !== 'string' ||
      typeof Value !== 'string' ||
      !/^[!-9;-~]+$/.test(Name) ||
      /[\r\n]/.test(Value)
    ) {
      throw badRequest('Invalid header.');
    }
    if (!ownHeaders.has(Name.toLowerCase())) headers[Name] = Value;
  }
  const attachments: Attachment[] = listOf(simple.Attachments).map((attachment) => {
    const { FileName, ContentType, RawContent } = objectOf(attachment);
    return {
      name: textOf(FileName) ?? '',
      type: textOf(ContentType) ?? 'application/octet-stream',
      size: Buffer.from(textOf(RawContent) ?? '', 'base64').length,
    };
  });
  return { subject, text, html, headers, attachments, raw: null };
}

/** Headers that SES writes itself, whatever it is given (https://docs.aws.amazon.com/ses/latest/dg/header-fields.html). */
const ownHeaders = new Set(['date', 'message-id']);

/** Headers that a message's own fields already carry. */
const ownFields = new Set([
  'from',
  'to',
  'cc',
  'bcc',
  'reply-to',
  'subject',
  'date',
  'content-type',
  'content-transfer-encoding',
  'mime-version',
]);

async function rawContent(input: Fields): Promise<Content> {
  const raw = Buffer.from(textOf(input.Data) ?? '', 'base64');
  if (raw.length === 0) throw badRequest('The raw message is empty.');
  const mail = await PostalMime.parse(raw);
  const shown = (list: readonly Address[] | undefined): string[] =>
    (list ?? []).flatMap(({ name, address }) =>
      address ? [name ? `${quotedName(name)} <${address}>` : address] : [],
    );
  return {
    subject: mail.subject ?? '',
    text: mail.text ?? null,
    html: mail.html ?? null,
    headers: Object.fromEntries(
      mail.headers
        .filter(({ key }) => !ownFields.has(key))
        .map(({ originalKey, value }) => [originalKey, value]),
    ),
    attachments: mail.attachments.map(({ filename, mimeType, content }) => ({
      name: filename ?? '',
      type: mimeType,
      size: typeof content === 'string' ? Buffer.byteLength(content) : content.byteLength,
    })),
    raw,
    from: shown(mail.from ? [mail.from] : [])[0],
    to: shown(mail.to),
    cc: shown(mail.cc),
    bcc: shown(mail.bcc),
    replyTo: shown(mail.replyTo),
  };
}

/** A name that is no plain words stands in quotes. */
function quotedName(name: string): string {
  return /[()<>[\]:;@\\,."]/.test(name) ? `"${name.replace(/["\\]/g, '\\$&')}"` : name;
}

/** The bare address in `Name <address>`. */
function addressIn(text: string): string | undefined {
  if (/[\r\n]/.test(text)) return undefined;
  const [first, second] = addressParser(text);
  const address = first?.address;
  return second === undefined && address !== undefined && /^[^\s@]+@[^\s@]+$/.test(address)
    ? address
    : undefined;
}

/** Looks like SES's own; the same in every run that sends the same messages. */
function messageIdOf(at: number, number: number): string {
  const hex = createHash('sha256').update(`message ${number}`).digest('hex');
  const uuid = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join('-');
  return `0108${at.toString(16).padStart(12, '0')}-${uuid}-000000`;
}

function badRequest(message: string): AwsError {
  return new AwsError('BadRequestException', message);
}
