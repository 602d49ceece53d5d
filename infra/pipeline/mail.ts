/** Sending mail: the sender's domain, verified by DKIM, and the rules for everything sent from it. */
import { Stack } from 'aws-cdk-lib';
import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  EmailIdentity,
  Identity,
  SuppressionReasons,
} from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type { Stage } from '../stage.ts';

export class Mail extends Construct {
  /** ARNs by which SES judges SendEmail. */
  readonly arns: readonly string[];

  /** @param props.sender the address that mail comes from */
  constructor(scope: Construct, id: string, props: { readonly stage: Stage; readonly sender: string }) {
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
    const arn = (resource: string, resourceName: string) =>
      Stack.of(this).formatArn({ service: 'ses', resource, resourceName });
    this.arns = [
      arn('identity', identity.emailIdentityName),
      arn('configuration-set', configurationSet.configurationSetName),
    ];
  }
}
