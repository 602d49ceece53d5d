import {
  DescribeSenderIdsCommand,
  PinpointSMSVoiceV2Client,
  SendTextMessageCommand,
  type SendTextMessageCommandInput,
  ValidationException,
} from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Mailbox } from '#local/ses/mailbox.ts';
import { TextMessageService } from '#local/text-messages/service.ts';
import { UsageMeter } from '#local/usage/meter.ts';
import { account, credentials, type HostedService, host, region, Surroundings } from './service-host.ts';

let around: Surroundings;
let mailbox: Mailbox;
let meter: UsageMeter;
let hosted: HostedService;
let client: PinpointSMSVoiceV2Client;

beforeEach(async () => {
  around = new Surroundings();
  const { db, clock } = around;
  mailbox = new Mailbox(db);
  meter = new UsageMeter();
  hosted = await host(new TextMessageService({ mailbox, clock, account, region, meter }));
  client = new PinpointSMSVoiceV2Client({ endpoint: hosted.endpoint, region, credentials, maxAttempts: 1 });
});
afterEach(async () => {
  await hosted.close();
  around.remove();
});

const sender = `arn:aws:sms-voice:${region}:${account}:sender-id/JARING/ID`;
function send(input: Partial<SendTextMessageCommandInput> = {}) {
  return client.send(
    new SendTextMessageCommand({
      DestinationPhoneNumber: '+6281234567890',
      OriginationIdentity: sender,
      MessageBody: 'Jaring: halo',
      MessageType: 'TRANSACTIONAL',
      ...input,
    }),
  );
}

describe('a text message', () => {
  it('lies in the mailbox next to the mails', async () => {
    const { MessageId } = await send();
    expect(mailbox.newest(5)).toEqual([
      expect.objectContaining({
        ...{ id: MessageId, channel: 'text', at: '2026-11-24T07:00:00.000Z', from: sender },
        ...{ to: ['+6281234567890'], text: 'Jaring: halo', subject: '', html: null },
      }),
    ]);
  });

  it('needs the right to the sender it comes from', async () => {
    await send();
    await send({ OriginationIdentity: 'JARING' });
    expect(hosted.asked.map(({ action, resource }) => `${action} ${resource}`)).toEqual([
      `sms-voice:SendTextMessage ${sender}`,
      `sms-voice:SendTextMessage ${sender}`,
    ]);
  });

  it('is charged by its parts', async () => {
    await send({ MessageBody: 'a'.repeat(161) });
    await send({ MessageBody: 'ж'.repeat(71) });
    await send({ MessageBody: '€'.repeat(81) });
    expect(meter.report()).toMatchObject([{ service: 'sms-voice', operation: 'SendTextMessage', count: 6 }]);
  });

  it('is only checked in a dry run', async () => {
    await send({ DryRun: true });
    expect(mailbox.newest(5)).toEqual([]);
    expect(meter.report()).toEqual([]);
  });

  it.each<[string, Partial<SendTextMessageCommandInput>]>([
    ['a number that is none', { DestinationPhoneNumber: '0812-345' }],
    ['no text', { MessageBody: '' }],
    ['too long a text', { MessageBody: 'a'.repeat(1601) }],
    ['no sender', { OriginationIdentity: undefined }],
  ])('is refused with %s', async (_, input) => {
    await expect(send(input)).rejects.toBeInstanceOf(ValidationException);
    expect(mailbox.newest(5)).toEqual([]);
  });
});

it('nothing else is there', async () => {
  await expect(client.send(new DescribeSenderIdsCommand({}))).rejects.toMatchObject({
    $metadata: { httpStatusCode: 501 },
  });
});
