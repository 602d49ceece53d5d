/**
 * What SES reports to EventBridge of mail that does not arrive or is not wanted
 * (https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html has the fields).
 */
import { createHash } from 'node:crypto';
import {
  type DeclaredResource,
  listOf,
  nameOf,
  objectOf,
  refuseUnknown,
  textOf,
  UnsupportedFeature,
} from '../declared-resource.ts';
import type { BusEvent } from '../event-bridge/ports.ts';
import type { Message } from './mailbox.ts';

/** How an address fails. */
export type Failing = 'bounce' | 'transient' | 'complaint';

/** Where a configuration set's events go, and which. */
export interface EventDestination {
  readonly configurationSet: string;
  readonly types: ReadonlySet<string>;
}

const knownTypes = new Set(['BOUNCE', 'COMPLAINT']);

/** @throws UnsupportedFeature for another destination than the default bus, and for other events */
export function eventDestinationOf(resource: DeclaredResource): EventDestination | undefined {
  const where = nameOf(resource);
  refuseUnknown(where, resource.properties, ['ConfigurationSetName', 'EventDestination']);
  const given = objectOf(resource.properties.EventDestination);
  refuseUnknown(where, given, ['Enabled', 'EventBridgeDestination', 'MatchingEventTypes', 'Name']);
  const bus = textOf(objectOf(given.EventBridgeDestination).EventBusArn) ?? '';
  if (!bus.endsWith(':event-bus/default')) throw new UnsupportedFeature(where, `events to ${bus}`);
  const types = listOf(given.MatchingEventTypes).map((type) => String(type).toUpperCase());
  const unknown = types.filter((type) => !knownTypes.has(type));
  if (unknown.length > 0) throw new UnsupportedFeature(where, `the events ${unknown.join(', ')}`);
  if (given.Enabled !== true && given.Enabled !== 'true') return undefined;
  return {
    configurationSet: textOf(resource.properties.ConfigurationSetName) ?? '',
    types: new Set(types),
  };
}

/** The addresses of the mailbox simulator that fail, each with any label behind its name. */
const simulated: Readonly<Record<string, Failing>> = {
  bounce: 'bounce',
  suppressionlist: 'bounce',
  complaint: 'complaint',
};

/** How an address of the simulator fails, if it is one. */
export function simulatedFailure(address: string): Failing | undefined {
  const [, name] = /^([^+@]+)(?:\+[^@]*)?@simulator\.amazonses\.com$/i.exec(address) ?? [];
  return name === undefined ? undefined : simulated[name.toLowerCase()];
}

/** The event of one recipient's failure. @param at when it happened: milliseconds since the epoch */
export function failureEvent(
  message: Message,
  recipient: string,
  failing: Failing,
  place: { readonly account: string; readonly region: string; readonly at: number },
): BusEvent {
  const timestamp = new Date(place.at).toISOString();
  const feedbackId = `${createHash('sha256').update(`${message.id}/${recipient}`).digest('hex').slice(0, 32)}-000000`;
  const bounce = {
    feedbackId,
    bounceType: failing === 'transient' ? 'Transient' : 'Permanent',
    bounceSubType: failing === 'transient' ? 'MailboxFull' : 'General',
    bouncedRecipients: [
      {
        emailAddress: recipient,
        action: 'failed',
        status: failing === 'transient' ? '4.2.2' : '5.1.1',
        diagnosticCode:
          failing === 'transient' ? 'smtp; 452 4.2.2 mailbox full' : 'smtp; 550 5.1.1 user unknown',
      },
    ],
    timestamp,
    reportingMTA: 'dns; amazonses.com',
  };
  const complaint = {
    feedbackId,
    complaintSubType: null,
    complainedRecipients: [{ emailAddress: recipient }],
    timestamp,
    complaintFeedbackType: 'abuse',
    arrivalDate: timestamp,
  };
  const { account, region } = place;
  const set = message.configurationSet ?? '';
  return {
    source: 'aws.ses',
    detailType: failing === 'complaint' ? 'Email Complaint Received' : 'Email Bounced',
    resources: [`arn:aws:ses:${region}:${account}:configuration-set/${set}`],
    detail: {
      ...(failing === 'complaint' ? { eventType: 'Complaint', complaint } : { eventType: 'Bounce', bounce }),
      mail: {
        timestamp: message.at,
        source: message.from,
        sendingAccountId: account,
        messageId: message.id,
        destination: message.to,
        headersTruncated: false,
        headers: Object.entries(message.headers).map(([name, value]) => ({ name, value })),
        commonHeaders: {
          from: [message.from],
          to: message.to,
          messageId: message.id,
          subject: message.subject,
        },
        tags: {
          'ses:operation': ['SendEmail'],
          'ses:configuration-set': [set],
          ...Object.fromEntries(Object.entries(message.tags).map(([name, value]) => [name, [value]])),
        },
      },
    },
  };
}
