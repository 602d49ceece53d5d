/**
 * What must survive: the table, the buckets, the key they are encrypted with, and the secret for personal data.
 *
 * A stack of its own, so that the pipeline can be deployed, rolled back or deleted without touching what people filed.
 */
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { tableDefinition } from '#functions/store/table-definition.ts';
import { acknowledge } from '../acknowledge.ts';
import { connectorRoleName, type Stage } from '../stage.ts';
import { AccessLogBucket, PrivateBucket } from './private-bucket.ts';

/** The receipt rule for replies, by names that both stacks know, so that neither waits for the other. */
export function replyRuleNames({ name }: Stage) {
  return {
    ruleSet: `jaring-${name}`,
    rule: `jaring-${name}-replies`,
  };
}

/** What the pipeline uses of this stack. */
export interface State {
  readonly key: Key;
  readonly table: Table;
  /** Packets and evidence. */
  readonly uploads: PrivateBucket;
  /** The directory of people and the budget ceilings. */
  readonly settings: PrivateBucket;
  /** Instructions to the bank (`outbox/`) and its answers (`inbox/`). */
  readonly bank: PrivateBucket;
  /** Mail to the address for replies, as SES received it (`replies/`). */
  readonly inbox: PrivateBucket;
  /** The secret from which the keys for personal data are derived. */
  readonly personalData: Secret;
  /** The secret from which the key for the secrets of one-time codes is derived. */
  readonly codeSecrets: Secret;
}

export class StateStack extends Stack implements State {
  readonly key: Key;
  readonly table: Table;
  readonly uploads: PrivateBucket;
  readonly settings: PrivateBucket;
  readonly bank: PrivateBucket;
  readonly inbox: PrivateBucket;
  readonly personalData: Secret;
  readonly codeSecrets: Secret;

  constructor(scope: Construct, id: string, props: StackProps & { readonly stage: Stage }) {
    super(scope, id, { ...props, terminationProtection: props.stage.protect });
    const { stage } = props;
    const removal = { removalPolicy: stage.removal };

    this.key = new Key(this, 'Key', {
      description: `Jaring ${stage.name}: proposals, packets, bank files`,
      enableKeyRotation: true,
      ...removal,
    });
    // Alarms are published to an encrypted topic by CloudWatch itself, which needs the key by its own name.
    this.key.grant(new ServicePrincipal('cloudwatch.amazonaws.com'), 'kms:Decrypt', 'kms:GenerateDataKey');

    this.table = new Table(this, 'Table', {
      partitionKey: { name: tableDefinition.partitionKey, type: AttributeType.STRING },
      sortKey: { name: tableDefinition.sortKey, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: stage.protect,
      ...removal,
    });
    const { index } = tableDefinition;
    this.table.addGlobalSecondaryIndex({
      indexName: index.name,
      partitionKey: { name: index.partitionKey, type: AttributeType.STRING },
      sortKey: { name: index.sortKey, type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });

    const accessLogs = new AccessLogBucket(this, 'AccessLogs', {
      keep: stage.protect ? Duration.days(730) : Duration.days(30),
      removal: stage.removal,
    });
    const bucket = (name: string, locked?: Duration) =>
      new PrivateBucket(this, name, {
        key: this.key,
        accessLogs,
        oldVersions: stage.oldVersions,
        removal: stage.removal,
        locked,
      });
    this.uploads = bucket('Uploads');
    this.settings = bucket('Settings');
    this.bank = bucket('Bank', stage.bankFilesLocked);
    this.inbox = bucket('Inbox');
    this.#letMailIn(stage);
    this.#keepOthersFromAnswering(stage);

    const secret = (name: string, description: string) =>
      new Secret(this, name, {
        description,
        encryptionKey: this.key,
        generateSecretString: { passwordLength: 64, excludePunctuation: true },
        removalPolicy: stage.protect ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      });
    this.personalData = secret(
      'PersonalData',
      'Keys for NIK are derived from it; losing it loses them, so it is never regenerated',
    );
    acknowledge(
      this.personalData,
      'AwsSolutions-SMG4',
      'The hashes by which one person is found in all programmes and years are made with it: an automatic rotation ' +
        'would let the same person in twice. It is changed by re-encrypting the table, on purpose.',
    );

    this.codeSecrets = secret(
      'CodeSecrets',
      'The key for the secrets of one-time codes is derived from it; without it everyone has to enrol again',
    );
    acknowledge(
      this.codeSecrets,
      'AwsSolutions-SMG4',
      'The secrets of people’s authenticators are encrypted with it: an automatic rotation would lock all of them out.',
    );

    new CfnOutput(this, 'TableName', { value: this.table.tableName });
    new CfnOutput(this, 'UploadsBucketName', { value: this.uploads.bucketName });
    new CfnOutput(this, 'SettingsBucketName', { value: this.settings.bucketName });
    new CfnOutput(this, 'BankBucketName', { value: this.bank.bucketName });
  }

  /**
   * What lies in the bank's `inbox/` is taken for the bank's word, so that only its connector may write there, whatever anybody's own
   * policies allow. The condition names the role, also for those who have assumed it
   * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn).
   */
  #keepOthersFromAnswering(stage: Stage): void {
    const connector = this.formatArn({
      ...{ service: 'iam', region: '', resource: 'role', resourceName: connectorRoleName(stage) },
    });
    this.bank.addToResourcePolicy(
      new PolicyStatement({
        sid: 'OnlyTheConnectorAnswers',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:PutObject'],
        resources: [this.bank.arnForObjects('inbox/*')],
        conditions: { ArnNotEquals: { 'aws:PrincipalArn': connector } },
      }),
    );
  }

  /**
   * SES lays received mail into the inbox and nowhere else, encrypted with the key (whose `Decrypt` the upload of a large
   * mail in parts needs), and only by the rule for replies of this stage (https://docs.aws.amazon.com/ses/latest/dg/receiving-email-permissions.html).
   */
  #letMailIn(stage: Stage): void {
    const { ruleSet, rule } = replyRuleNames(stage);
    const byTheRule = {
      StringEquals: { 'aws:SourceAccount': this.account },
      ArnEquals: {
        'aws:SourceArn': this.formatArn({
          service: 'ses',
          resource: 'receipt-rule-set',
          resourceName: `${ruleSet}:receipt-rule/${rule}`,
        }),
      },
    };
    const principals = [new ServicePrincipal('ses.amazonaws.com')];
    this.inbox.addToResourcePolicy(
      new PolicyStatement({
        principals,
        actions: ['s3:PutObject'],
        resources: [this.inbox.arnForObjects('replies/*')],
        conditions: byTheRule,
      }),
    );
    this.key.addToResourcePolicy(
      new PolicyStatement({
        principals,
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: byTheRule,
      }),
    );
  }
}
