/**
 * The two kinds of bucket: for what people and the bank file, and for the logs of who read it.
 *
 * Both are private, refuse anything but TLS, and keep old versions for a while.
 */
import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  CfnBucket,
  type IBucket,
  ObjectLockRetention,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';

/** Read and written by functions; notifies EventBridge of every new object. */
export class PrivateBucket extends Bucket {
  constructor(
    scope: Construct,
    id: string,
    settings: {
      readonly key: Key;
      readonly accessLogs: Bucket;
      /** How long an overwritten or deleted object can be brought back. */
      readonly oldVersions: Duration;
      readonly removal: RemovalPolicy;
      /** For how long each version is write-once; by default not at all. It cannot be turned off again. */
      readonly locked?: Duration | undefined;
    },
  ) {
    super(scope, id, {
      // In compliance mode not even the account's owner shortens it.
      ...(settings.locked && { objectLockDefaultRetention: ObjectLockRetention.compliance(settings.locked) }),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      versioned: true,
      // Packets hold identity cards, the bank's files account numbers: who may decrypt is decided apart from who may
      // read. The bucket key keeps that at a few requests to KMS a day.
      encryption: BucketEncryption.KMS,
      encryptionKey: settings.key,
      bucketKeyEnabled: true,
      // CDK's classes do not fit its own interfaces under `exactOptionalPropertyTypes`.
      serverAccessLogsBucket: settings.accessLogs as IBucket,
      serverAccessLogsPrefix: `${id.toLowerCase()}/`,
      lifecycleRules: [
        {
          abortIncompleteMultipartUploadAfter: Duration.days(2),
          noncurrentVersionExpiration: settings.oldVersions,
        },
      ],
      removalPolicy: settings.removal,
    });
    // The construct's own `eventBridgeEnabled` turns this on through a custom resource with a Lambda of its own.
    const bucket = this.node.defaultChild;
    if (bucket instanceof CfnBucket) {
      bucket.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
    }
  }
}

/** Where S3 writes who read what. */
export class AccessLogBucket extends Bucket {
  /** @param settings.keep how long the logs are kept */
  constructor(
    scope: Construct,
    id: string,
    settings: { readonly keep: Duration; readonly removal: RemovalPolicy },
  ) {
    super(scope, id, {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      versioned: true,
      // S3 delivers access logs only to buckets encrypted with its own keys:
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [{ expiration: settings.keep, noncurrentVersionExpiration: Duration.days(30) }],
      removalPolicy: settings.removal,
    });
    acknowledge(
      this,
      'AwsSolutions-S1',
      'It is the bucket that access logs go to; logging it would never end.',
    );
  }
}
