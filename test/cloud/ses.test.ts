import {
  GetEmailIdentityCommand,
  ListEmailIdentitiesCommand,
  SESv2Client,
  SendEmailCommand,
} from '@aws-sdk/client-sesv2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UnsupportedFeature } from '#local/declared-resource.ts';
import type { BusEvent } from '#local/event-bridge/ports.ts';
import { Mailbox } from '#local/ses/mailbox.ts';
import { SesService } from '#local/ses/service.ts';
import { account, credentials, type HostedService, host, region, Surroundings } from './service-host.ts';

let around: Surroundings;
let service: SesService;
let hosted: HostedService;
let client: SESv2Client;

function identity(EmailIdentity: string) {
  return {
    logicalId: EmailIdentity,
    type: 'AWS::SES::EmailIdentity',
    physicalId: EmailIdentity,
    properties: { EmailIdentity },
  };
}
const resources = [
  identity('noreply@jaring.example'),
  identity('domain.example'),
  { logicalId: 'Set', type: 'AWS::SES::ConfigurationSet', physicalId: 'set', properties: { Name: 'mail' } },
];

/** What went to the default bus. */
const published: BusEvent[] = [];
/** What was laid into a bucket. */
const laid: { bucket: string; key: string; body: Buffer; ruleArn: string }[] = [];

function start(): SesService {
  const { db, clock } = around;
  const started = new SesService({
    ...{ db, clock, account, region, mailbox: new Mailbox(db) },
    publish: (event) => {
      published.push(event);
    },
    store: async (object) => {
      laid.push(object);
    },
  });
  started.define(resources);
  return started;
}

beforeEach(async () => {
  around = new Surroundings();
  published.length = 0;
  laid.length = 0;
  service = start();
  hosted = await host(service);
  client = new SESv2Client({ endpoint: hosted.endpoint, region, credentials });
});
afterEach(async () => {
  await hosted.close();
  around.remove();
});

interface Simple {
  from?: string;
  to?: string[];
  subject?: string;
  text?: string;
  html?: string;
  headers?: { Name: string; Value: string }[];
  set?: string;
}

async function send({ from, to, subject, text, html, headers, set }: Simple): Promise<string> {
  const { MessageId = '' } = await client.send(
    new SendEmailCommand({
      FromEmailAddress: from ?? 'Jaring <noreply@jaring.example>',
      Destination: { ToAddresses: to ?? ['ketua@example.org'] },
      Content: {
        Simple: {
          Subject: { Data: subject ?? 'Halo', Charset: 'UTF-8' },
          Body: {
            Text: { Data: text ?? 'Teks' },
            ...(html === undefined ? {} : { Html: { Data: html } }),
          },
          ...(headers === undefined ? {} : { Headers: headers }),
        },
      },
      ...(set === undefined ? {} : { ConfigurationSetName: set }),
    }),
  );
  return MessageId;
}

describe('a simple message', () => {
  it('lies in the mailbox as it was sent', async () => {
    const { MessageId } = await client.send(
      new SendEmailCommand({
        FromEmailAddress: 'Jaring <noreply@jaring.example>',
        ReplyToAddresses: ['bantuan@example.org'],
        Destination: {
          ToAddresses: ['ketua@example.org'],
          CcAddresses: ['b@example.org'],
          BccAddresses: ['c@example.org'],
        },
        Content: {
          Simple: {
            Subject: { Data: 'Perbaiki usulan – Räksa' },
            Body: { Text: { Data: 'Teks' }, Html: { Data: '<p>Teks</p>' } },
            Headers: [{ Name: 'X-Ask', Value: 'P-1.correction.1' }],
            Attachments: [
              { FileName: 'a.pdf', ContentType: 'application/pdf', RawContent: Buffer.from('abc') },
            ],
          },
        },
        EmailTags: [{ Name: 'kind', Value: 'ask' }],
      }),
    );
    expect(MessageId).toMatch(/^0108[0-9a-f]{12}-[0-9a-f-]{36}-000000$/);
    expect(service.list()).toEqual([
      {
        id: MessageId,
        channel: 'email',
        at: '2026-11-24T07:00:00.000Z',
        from: 'Jaring <noreply@jaring.example>',
        to: ['ketua@example.org'],
        cc: ['b@example.org'],
        bcc: ['c@example.org'],
        replyTo: ['bantuan@example.org'],
        subject: 'Perbaiki usulan – Räksa',
        text: 'Teks',
        html: '<p>Teks</p>',
        headers: { 'X-Ask': 'P-1.correction.1' },
        attachments: [{ name: 'a.pdf', type: 'application/pdf', size: 3 }],
        tags: { kind: 'ask' },
        configurationSet: null,
      },
    ]);
    expect(service.get(MessageId ?? '')).toEqual(service.list()[0]);
    expect(service.get('no such')).toBeUndefined();
  });

  it('is kept in order over a restart', async () => {
    const ids = [await send({ subject: '1' }), await send({ subject: '2' })];
    around.reopen();
    expect(
      start()
        .list()
        .map(({ id }) => id),
    ).toEqual(ids);
  });

  it('is shown to a reader of the ones before it', async () => {
    const [first, second, third] = [
      await send({ subject: '1' }),
      await send({ subject: '2' }),
      await send({ subject: '3' }),
    ];
    expect(service.list(first).map(({ id }) => id)).toEqual([second, third]);
    expect(service.list(third)).toEqual([]);
    expect(service.list('unknown')).toEqual([]);
  });

  it('is listed in pages, so that no answer grows with the mailbox', async () => {
    for (let number = 1; number <= 501; number++) await send({ subject: String(number) });
    const page = service.list();
    expect(page).toHaveLength(500);
    expect(service.list(page.at(-1)?.id).map(({ subject }) => subject)).toEqual(['501']);
  });

  it('may come from any address of a verified domain, but of no other', async () => {
    await send({ from: 'anyone@domain.example' });
    await send({ from: 'anyone@sub.domain.example' });
    await expect(send({ from: 'noreply@elsewhere.example' })).rejects.toMatchObject({
      name: 'MessageRejected',
      message:
        'Email address is not verified. The following identities failed the check in region AP-SOUTHEAST-3: noreply@elsewhere.example',
    });
    await expect(send({ from: 'other@jaring.example' })).rejects.toMatchObject({ name: 'MessageRejected' });
    expect(service.list()).toHaveLength(2);
  });

  it.each<[string, Simple]>([
    ['no recipient', { to: [] }],
    ['a recipient that is no address', { to: ['nobody'] }],
    ['a recipient that smuggles in a header', { to: ['a@b.example\r\nBcc: c@d.example'] }],
    ['more than 50 recipients', { to: Array.from({ length: 51 }, (_, index) => `a${index}@b.example`) }],
    ['a header that smuggles in another', { headers: [{ Name: 'X-A', Value: 'a\r\nBcc: x@y.example' }] }],
    ['no sender', { from: 'nobody' }],
  ])('with %s is refused', async (_, simple) => {
    await expect(send(simple)).rejects.toMatchObject({ name: 'BadRequestException' });
    expect(service.list()).toEqual([]);
  });

  it('is judged by the identity it is sent from, and by its configuration set', async () => {
    await send({ from: 'a@domain.example', set: 'mail' });
    expect(hosted.asked).toEqual([
      {
        action: 'ses:SendEmail',
        resource: `arn:aws:ses:${region}:${account}:identity/domain.example`,
        context: { 'ses:FromAddress': 'a@domain.example', 'ses:Recipients': ['ketua@example.org'] },
      },
      expect.objectContaining({ resource: `arn:aws:ses:${region}:${account}:configuration-set/mail` }),
    ]);
    await expect(send({ set: 'unknown' })).rejects.toMatchObject({ name: 'NotFoundException' });
    hosted.denied.add('ses:SendEmail');
    await expect(send({})).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('a raw message', () => {
  const raw = [
    'From: =?utf-8?Q?J=C3=A4ring?= <noreply@jaring.example>',
    'To: ketua@example.org, "B, C" <b@example.org>',
    'Subject: =?utf-8?B?SGFsw7Y=?=',
    'X-Ask: 7',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=outer',
    '',
    '--outer',
    'Content-Type: multipart/alternative; boundary=inner',
    '',
    '--inner',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    'Sel=C3=A4mat',
    '--inner',
    'Content-Type: text/html; charset=utf-8',
    '',
    '<b>Halo</b>',
    '--inner--',
    '--outer',
    'Content-Type: text/csv; name=a.csv',
    'Content-Disposition: attachment; filename=a.csv',
    'Content-Transfer-Encoding: base64',
    '',
    'YSxi',
    '--outer--',
    '',
  ].join('\r\n');

  it('is read from its own headers and parts', async () => {
    await client.send(new SendEmailCommand({ Content: { Raw: { Data: Buffer.from(raw) } } }));
    expect(service.list()).toMatchObject([
      {
        from: 'Järing <noreply@jaring.example>',
        to: ['ketua@example.org', '"B, C" <b@example.org>'],
        subject: 'Halö',
        text: expect.stringContaining('Selämat'),
        html: expect.stringContaining('<b>Halo</b>'),
        headers: { 'X-Ask': '7' },
        attachments: [{ name: 'a.csv', type: 'text/csv', size: 3 }],
      },
    ]);
    expect(hosted.asked[0]?.action).toBe('ses:SendRawEmail');
  });

  it('is refused from a sender that is not verified', async () => {
    const foreign = raw.replace('jaring.example', 'elsewhere.example');
    await expect(
      client.send(new SendEmailCommand({ Content: { Raw: { Data: Buffer.from(foreign) } } })),
    ).rejects.toMatchObject({ name: 'MessageRejected' });
  });
});

describe('the mailbox page', () => {
  it('shows the newest message whole and lists the others', async () => {
    const first = await send({ subject: 'Pertama' });
    await send({ subject: 'Kedua', text: 'Buka https://a.example/a/x_1?b=1&c=2.', html: '<p>Halo</p>' });
    const page = service.page();
    expect(page).toContain('<h1>Mailbox: 2 messages</h1>');
    expect(page).toContain('<h2>Kedua</h2>');
    expect(page).toContain('srcdoc="&lt;base target=&quot;_blank&quot;&gt;&lt;p&gt;Halo&lt;/p&gt;"');
    expect(page).toContain('sandbox="allow-popups allow-popups-to-escape-sandbox"');
    expect(page).toContain('href="https://a.example/a/x_1?b=1&amp;c=2"');
    expect(service.page(first)).toContain('<h2>Pertama</h2>');
    expect(service.page(first)).not.toContain('<iframe');
  });

  it('lets nothing in a message out of its place', async () => {
    const evil = `"'><script>alert(1)</script>`;
    await send({
      subject: evil,
      text: `${evil} javascript:alert(1) https://x.example/"onmouseover="x`,
      html: evil,
      to: ['a@b.example'],
      from: `"${'<script>'}" <noreply@jaring.example>`,
      headers: [{ Name: 'X-Evil', Value: evil }],
    });
    const page = service.page();
    expect(page).not.toContain('<script');
    expect(page).not.toContain('href="javascript');
    expect(page).not.toMatch(/<[^>]*onmouseover/);
  });

  it('of an empty mailbox says so', () => {
    expect(service.page()).toContain('No message yet.');
    expect(service.page('unknown')).toContain('No message yet.');
  });
});

describe('identities', () => {
  it('are described', async () => {
    const { EmailIdentities } = await client.send(new ListEmailIdentitiesCommand());
    expect(EmailIdentities?.map(({ IdentityName, IdentityType }) => [IdentityName, IdentityType])).toEqual([
      ['domain.example', 'DOMAIN'],
      ['noreply@jaring.example', 'EMAIL_ADDRESS'],
    ]);
    const described = await client.send(new GetEmailIdentityCommand({ EmailIdentity: 'domain.example' }));
    expect(described.VerifiedForSendingStatus).toBe(true);
    await expect(client.send(new GetEmailIdentityCommand({ EmailIdentity: 'no' }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
  });
});

describe('a message made of a template', () => {
  const template = (Template: object) => ({
    logicalId: 'Welcome',
    type: 'AWS::SES::Template',
    physicalId: 'welcome',
    properties: { Template },
  });
  const parts = {
    TemplateName: 'welcome',
    SubjectPart: 'Halo {{name}}',
    TextPart: 'Kelompok {{ group.name }}',
    HtmlPart: '<p>{{name}}</p>',
  };
  const sendTemplate = (Template: object) =>
    client.send(
      new SendEmailCommand({
        FromEmailAddress: 'a@domain.example',
        Destination: { ToAddresses: ['b@b.example'] },
        Content: { Template },
      }),
    );

  it('is filled in with the data, HTML as it is', async () => {
    service.define([template(parts)]);
    const TemplateData = JSON.stringify({ name: '<b>Siti</b>', group: { name: 'Mekar' } });
    const { MessageId = '' } = await sendTemplate({ TemplateName: 'welcome', TemplateData });
    expect(service.get(MessageId)).toMatchObject({
      subject: 'Halo <b>Siti</b>',
      text: 'Kelompok Mekar',
      html: '<p><b>Siti</b></p>',
    });
    expect(hosted.asked.map(({ action, resource }) => [action, resource.split(':').at(-1)])).toEqual([
      ['ses:SendTemplatedEmail', 'identity/domain.example'],
      ['ses:SendTemplatedEmail', 'template/welcome'],
    ]);
  });

  it('may bring its template along', async () => {
    await sendTemplate({
      TemplateContent: { Subject: 'Hi {{a}}', Text: '{{a}}{{a}}' },
      TemplateData: '{"a":7}',
    });
    expect(service.list()).toMatchObject([{ subject: 'Hi 7', text: '77', html: null }]);
  });

  it('is taken, and not sent, when the data lacks something', async () => {
    service.define([template(parts)]);
    const { MessageId } = await sendTemplate({ TemplateName: 'welcome', TemplateData: '{"name":"x"}' });
    expect(MessageId).toMatch(/./);
    expect(service.list()).toEqual([]);
    hosted.denied.add('ses:SendTemplatedEmail');
    await expect(sendTemplate({ TemplateName: 'welcome' })).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  it('must be of a template that is there, with data that is JSON', async () => {
    await expect(sendTemplate({ TemplateName: 'none' })).rejects.toMatchObject({ name: 'NotFoundException' });
    service.define([template(parts)]);
    await expect(sendTemplate({ TemplateName: 'welcome', TemplateData: '{' })).rejects.toMatchObject({
      name: 'BadRequestException',
    });
  });

  it('is refused at start when its template has more than placeholders', () => {
    expect(() => service.define([template({ ...parts, TextPart: '{{#if a}}b{{/if}}' })])).toThrow(
      '{{#if a}}',
    );
    expect(() => service.define([template({ ...parts, Language: 'id' })])).toThrow(UnsupportedFeature);
  });
});

describe('an identity with a configuration set of its own', () => {
  it('uses it where the call names none, and asks for it', async () => {
    service.define([
      {
        ...identity('sets.example'),
        properties: {
          EmailIdentity: 'sets.example',
          ConfigurationSetAttributes: { ConfigurationSetName: 'mail' },
        },
      },
    ]);
    const id = await send({ from: 'a@sets.example' });
    expect(service.get(id)?.configurationSet).toBe('mail');
    expect(hosted.asked.map(({ resource }) => resource.split(':').at(-1))).toEqual([
      'identity/sets.example',
      'configuration-set/mail',
    ]);
  });
});

it('gives a message an id and a date of its own, whatever headers it brings', async () => {
  await send({
    headers: [
      { Name: 'Message-ID', Value: '<own@jaring.example>' },
      { Name: 'Date', Value: 'Mon, 3 Aug 2020 09:00:00 +0700' },
      { Name: 'References', Value: '<P-1@jaring.example>' },
    ],
  });
  expect(service.list()[0]?.headers).toEqual({ References: '<P-1@jaring.example>' });
});

describe('mail that does not arrive', () => {
  const destination = (properties: object) => ({
    logicalId: 'Failures',
    type: 'AWS::SES::ConfigurationSetEventDestination',
    physicalId: 'failures',
    properties: {
      ConfigurationSetName: 'mail',
      EventDestination: {
        Enabled: true,
        EventBridgeDestination: { EventBusArn: `arn:aws:events:${region}:${account}:event-bus/default` },
        MatchingEventTypes: ['bounce', 'complaint'],
        ...properties,
      },
    },
  });

  it.each([
    ['bounce@simulator.amazonses.com', 'Email Bounced', { bounce: { bounceType: 'Permanent' } }],
    ['bounce+label@simulator.amazonses.com', 'Email Bounced', { bounce: { bounceType: 'Permanent' } }],
    ['complaint@simulator.amazonses.com', 'Email Complaint Received', { eventType: 'Complaint' }],
  ])('is sent to EventBridge: %s', async (to, detailType, detail) => {
    service.define([destination({})]);
    const { MessageId } = await client.send(
      new SendEmailCommand({
        FromEmailAddress: 'noreply@jaring.example',
        Destination: { ToAddresses: [to] },
        ConfigurationSetName: 'mail',
        EmailTags: [{ Name: 'message', Value: 'abc' }],
        Content: { Simple: { Subject: { Data: 'Halo' }, Body: { Text: { Data: 'Teks' } } } },
      }),
    );
    expect(published).toMatchObject([
      {
        ...{ source: 'aws.ses', detailType },
        detail: {
          ...detail,
          mail: { messageId: MessageId, tags: { message: ['abc'], 'ses:configuration-set': ['mail'] } },
        },
      },
    ]);
    expect(JSON.stringify(published)).toContain(`"emailAddress":"${to}"`);
  });

  it('is whatever was named so, until it is taken back', async () => {
    service.define([destination({})]);
    service.setFailing('Penuh@example.org', 'transient');
    await send({ to: ['penuh@example.org', 'ketua@example.org'], set: 'mail' });
    expect(published).toMatchObject([{ detail: { bounce: { bounceType: 'Transient' } } }]);
    service.setFailing('penuh@example.org', undefined);
    await send({ to: ['penuh@example.org'], set: 'mail' });
    expect(published).toHaveLength(1);
  });

  it('is sent only where the configuration set wants it, and of what it wants', async () => {
    service.define([destination({ MatchingEventTypes: ['complaint'] })]);
    await send({ to: ['bounce@simulator.amazonses.com'], set: 'mail' });
    await send({ to: ['complaint@simulator.amazonses.com'] });
    expect(published).toEqual([]);
  });

  it.each([
    { MatchingEventTypes: ['open'] },
    { EventBridgeDestination: { EventBusArn: `arn:aws:events:${region}:${account}:event-bus/other` } },
    { SnsDestination: { TopicARN: 'arn' } },
  ])('is sent to the default bus only, and nothing else is: %j', (properties) => {
    expect(() => service.define([destination(properties)])).toThrow(UnsupportedFeature);
  });
});

describe('mail that comes in', () => {
  const ruleSet = {
    logicalId: 'Received',
    type: 'AWS::SES::ReceiptRuleSet',
    physicalId: 'received',
    properties: { RuleSetName: 'received' },
  };
  const rule = (name: string, properties: object = {}, more: object = {}) => ({
    logicalId: name,
    type: 'AWS::SES::ReceiptRule',
    physicalId: name,
    properties: {
      RuleSetName: 'received',
      Rule: {
        Name: name,
        Enabled: true,
        ScanEnabled: true,
        Recipients: ['balasan@jaring.example'],
        Actions: [{ S3Action: { BucketName: 'inbox', ObjectKeyPrefix: 'replies/' } }],
        ...properties,
      },
      ...more,
    },
  });
  const raw = Buffer.from('From: paula@dinas.example\r\nSubject: x\r\n\r\nSETUJU\r\n');
  const mail = (to: string) => ({
    ...{ from: 'paula@dinas.example', to: [to], raw },
    verdicts: { spf: 'pass', dkim: 'fail', dmarc: 'pass', spam: 'PASS', virus: 'FAIL' },
  });

  it('lies in the bucket of its rule, with what was found out above its own headers', async () => {
    service.define([ruleSet, rule('replies')]);
    const { messageId, rules } = await service.receive(mail('Balasan+1@jaring.example'));
    expect(rules).toEqual(['replies']);
    expect(laid).toMatchObject([
      {
        ...{ bucket: 'inbox', key: `replies/${messageId}` },
        ruleArn: `arn:aws:ses:${region}:${account}:receipt-rule-set/received:receipt-rule/replies`,
      },
    ]);
    const text = laid[0]?.body.toString() ?? '';
    expect(text.endsWith(raw.toString())).toBe(true);
    const head = text.slice(0, text.indexOf('From:'));
    expect(head.match(/^[A-Z][\w-]*(?=:)/gm)).toEqual([
      ...['Return-Path', 'Received', 'X-SES-Spam-Verdict', 'X-SES-Virus-Verdict', 'Received-SPF'],
      ...['Authentication-Results', 'X-SES-RECEIPT', 'X-SES-DKIM-SIGNATURE'],
    ]);
    expect(head).toContain('dkim=fail header.i=@dinas.example;\r\n dmarc=pass header.from=dinas.example;');
    expect(head).toContain('X-SES-Virus-Verdict: FAIL');
  });

  it('is taken by address, by domain, and by domains below one', async () => {
    service.define([
      ruleSet,
      rule('domain', { Recipients: ['jaring.example'] }),
      rule('below', { Recipients: ['.jaring.example'] }, { After: 'domain' }),
      rule('off', { Enabled: false }),
    ]);
    expect((await service.receive(mail('a@jaring.example'))).rules).toEqual(['domain']);
    expect((await service.receive(mail('a@b.jaring.example'))).rules).toEqual(['below']);
  });

  it('is refused at the door when no rule is about it', async () => {
    service.define([ruleSet, rule('replies')]);
    await expect(service.receive(mail('lain@jaring.example'))).rejects.toMatchObject({
      code: 'MailboxUnavailable',
    });
    expect(laid).toEqual([]);
  });

  it('finds no rule set but one, and no action but to lay it into a bucket', () => {
    const second = { ...ruleSet, logicalId: 'Second', physicalId: 'second' };
    expect(() => service.define([ruleSet, second])).toThrow(UnsupportedFeature);
    const lambda = { Actions: [{ LambdaAction: { FunctionArn: 'arn' } }] };
    expect(() => service.define([ruleSet, rule('replies', lambda)])).toThrow(UnsupportedFeature);
  });
});
