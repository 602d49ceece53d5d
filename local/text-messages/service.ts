/** AWS End User Messaging SMS, API version 2: takes text messages and lays them into the mailbox. */
import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { textOf } from '../declared-resource.ts';
import type { Meter } from '../event-bridge/ports.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { inputOf, jsonAnswer, notImplemented, operationOf } from '../gateway/aws-json.ts';
import type { Service, ServiceRequest, ServiceResponse } from '../gateway/service.ts';
import type { Mailbox } from '../ses/mailbox.ts';

export interface TextMessagePorts {
  readonly mailbox: Mailbox;
  readonly clock: Clock;
  readonly account: string;
  readonly region: string;
  readonly meter?: Meter;
}

/** The longest body: characters (https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html). */
const longestBody = 1600;

/** What the API's reference lets a number look like. */
const phoneNumber = /^\+?[1-9][0-9]{1,18}$/;

/** The basic alphabet of 3GPP TS 23.038 with its extension, whose characters count twice. */
const basic = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà^{}\\[~\]|€]*$/;

/** What a message is charged as: its parts. */
function partsOf(body: string): number {
  const [length, whole, part] = basic.test(body)
    ? [body.length + (body.match(/[\^{}\\[~\]|€]/g)?.length ?? 0), 160, 153]
    : [body.length, 70, 67];
  return length <= whole ? 1 : Math.ceil(length / part);
}

/** See README.md. */
export class TextMessageService implements Service {
  readonly signingName = 'sms-voice';
  readonly errorFormat = 'json';
  readonly operations: readonly string[] = ['SendTextMessage'];
  readonly #ports: TextMessagePorts;

  constructor(ports: TextMessagePorts) {
    this.#ports = ports;
  }

  async handle(request: ServiceRequest): Promise<ServiceResponse> {
    const operation = operationOf(request);
    if (operation !== 'SendTextMessage') throw notImplemented(this.signingName, operation);
    return jsonAnswer(this.#send(request));
  }

  #send(request: ServiceRequest): object {
    const input = inputOf(request);
    const { clock, mailbox, meter } = this.#ports;
    const to = textOf(input.DestinationPhoneNumber) ?? '';
    const body = textOf(input.MessageBody) ?? '';
    const from = textOf(input.OriginationIdentity);
    if (!phoneNumber.test(to)) throw invalid('INVALID_PARAMETER', 'DestinationPhoneNumber is no number.');
    if (body === '' || body.length > longestBody)
      throw invalid('INVALID_PARAMETER', `MessageBody must have 1 to ${longestBody} characters.`);
    // Without one AWS takes a number of the account's own; nothing here has one.
    if (from === undefined) throw invalid('MISSING_PARAMETER', 'OriginationIdentity is missing.');
    request.authorize({ action: 'sms-voice:SendTextMessage', resource: this.#arnOf(from) });
    const number = mailbox.next();
    const at = clock.now();
    const id = createHash('sha256').update(`text ${number}`).digest('hex').slice(0, 32);
    if (input.DryRun === true) return { MessageId: id };
    meter?.count('sms-voice', 'SendTextMessage', { amount: partsOf(body) });
    mailbox.keep(
      {
        ...{ id, channel: 'text', at: new Date(at).toISOString(), from, to: [to], subject: '', text: body },
        ...{ cc: [], bcc: [], replyTo: [], html: null, headers: {}, attachments: [], tags: {} },
        configurationSet: textOf(input.ConfigurationSetName) ?? null,
      },
      null,
    );
    return { MessageId: id };
  }

  /** A name without ARN is a sender id's, which is one for each country. */
  #arnOf(identity: string): string {
    const { region, account } = this.#ports;
    return identity.startsWith('arn:')
      ? identity
      : `arn:aws:sms-voice:${region}:${account}:sender-id/${identity}/ID`;
  }
}

function invalid(reason: string, message: string): AwsError {
  return new AwsError('ValidationException', `${reason}: ${message}`);
}
