/**
 * Mail out and in: the sender's domain, verified by DKIM, the rules for everything sent from it, the events about what did
 * not arrive, and what becomes of replies.
 */
import { Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import {
  CfnReceiptRule,
  ConfigurationSet,
  ConfigurationSetEventDestination,
  ConfigurationSetTlsPolicy,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
  Identity,
  ReceiptRuleSet,
  SuppressionReasons,
} from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type { Stage } from '../stage.ts';
import { replyRuleNames, type State } from '../state/state-stack.ts';

export class Mail extends Construct {
  /** ARNs by which SES judges SendEmail. */
  readonly arns: readonly string[];
  /** The name of the configuration set that all mail is sent with. */
  readonly configurationSet: string;

  /**
   * @param props.sender the address that mail comes from
   * @param props.repliesTo the address that replies go to; undefined where none are received
   */
  constructor(
    scope: Construct,
    id: string,
    props: {
      readonly stage: Stage;
      readonly state: State;
      readonly sender: string;
      readonly repliesTo: string | undefined;
    },
  ) {
    super(scope, id);
    const configurationSet = new ConfigurationSet(this, 'Rules', {
      configurationSetName: `jaring-${props.stage.name}`,
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
      reputationMetrics: true,
    });
    const identity = new EmailIdentity(this, 'Sender', {
      identity: Identity.domain(props.sender.replace(/^.*@/, '')),
      configurationSet,
    });
    this.configurationSet = configurationSet.configurationSetName;
    // Every AWS account has the default bus, and SES publishes to no other.
    new ConfigurationSetEventDestination(this, 'Failures', {
      configurationSet,
      destination: EventDestination.eventBus(EventBus.fromEventBusName(this, 'DefaultBus', 'default')),
      events: [EmailSendingEvent.BOUNCE, EmailSendingEvent.COMPLAINT],
    });
    if (props.repliesTo !== undefined) this.#receive(props.stage, props.state, props.repliesTo);
    const arn = (resource: string, resourceName: string) =>
      Stack.of(this).formatArn({ service: 'ses', resource, resourceName });
    this.arns = [
      arn('identity', identity.emailIdentityName),
      arn('configuration-set', configurationSet.configurationSetName),
    ];
  }

  /** Replies go into the inbox. A rule set does nothing until it is made the active one, by hand (docs/deploy.md). */
  #receive(stage: Stage, { inbox }: State, address: string): void {
    const { ruleSet: receiptRuleSetName, rule: name } = replyRuleNames(stage);
    const ruleSet = new ReceiptRuleSet(this, 'Received', { receiptRuleSetName });
    // The construct's own action for S3 would let all of SES write to all of the bucket.
    new CfnReceiptRule(this, 'Replies', {
      ruleSetName: ruleSet.receiptRuleSetName,
      rule: {
        name,
        enabled: true,
        scanEnabled: true,
        tlsPolicy: 'Require',
        recipients: [address],
        actions: [{ s3Action: { bucketName: inbox.bucketName, objectKeyPrefix: 'replies/' } }],
      },
    });
  }
}
