/** The buckets of the assembly, and what of their settings has an effect here. */
import {
  type DeclaredResource,
  nameOf,
  objectOf,
  refuseUnknown,
  textOf,
  UnsupportedFeature,
} from '../declared-resource.ts';

export interface Bucket {
  readonly name: string;
  readonly arn: string;
  /** Keeps every version. */
  readonly versioned: boolean;
  /** Sends its events to EventBridge. */
  readonly events: boolean;
  /** `AES256` or `aws:kms`. */
  readonly encryption: string;
  /** The key of the account that encrypts objects; using it needs rights of its own. */
  readonly encryptionKey?: string;
}

/** Settings that are accepted and change nothing on one machine, or that IAM rather than S3 acts on. */
const inert = [
  'AccessControl',
  'CorsConfiguration',
  'IntelligentTieringConfigurations',
  'LifecycleConfiguration',
  'LoggingConfiguration',
  'MetricsConfigurations',
  'OwnershipControls',
  'PublicAccessBlockConfiguration',
  'Tags',
];

/** @throws UnsupportedFeature for a setting not known here */
export function bucketOf(resource: DeclaredResource): Bucket {
  const where = nameOf(resource);
  refuseUnknown(where, resource.properties, [
    ...inert,
    'BucketName',
    'BucketEncryption',
    'NotificationConfiguration',
    'VersioningConfiguration',
  ]);
  const notification = objectOf(resource.properties.NotificationConfiguration);
  refuseUnknown(`${where} NotificationConfiguration`, notification, ['EventBridgeConfiguration']);
  const eventBridge = notification.EventBridgeConfiguration;
  const status = textOf(objectOf(resource.properties.VersioningConfiguration).Status);
  if (status === 'Suspended') throw new UnsupportedFeature(where, 'suspended versioning');
  const name = textOf(resource.properties.BucketName) ?? resource.physicalId;
  const encryption = defaultEncryption(resource.properties.BucketEncryption);
  return {
    name,
    arn: `arn:aws:s3:::${name}`,
    versioned: status === 'Enabled',
    events:
      eventBridge !== undefined &&
      `${objectOf(eventBridge).EventBridgeEnabled ?? true}`.toLowerCase() === 'true',
    ...encryption,
  };
}

/**
 * The bucket whose events the CDK's own custom resource sends to EventBridge, as `eventBridgeEnabled` of its `Bucket` has it.
 * @throws UnsupportedFeature for notifications to anything else
 */
export function notifyingBucketOf(resource: DeclaredResource): string {
  const where = nameOf(resource);
  const { BucketName, NotificationConfiguration } = resource.properties;
  const settings = [
    'BucketName',
    'Managed',
    'NotificationConfiguration',
    'ServiceToken',
    'SkipDestinationValidation',
  ];
  refuseUnknown(where, resource.properties, settings);
  refuseUnknown(where, objectOf(NotificationConfiguration), ['EventBridgeConfiguration']);
  return String(BucketName);
}

function defaultEncryption(configuration: unknown): { encryption: string; encryptionKey?: string } {
  const rules = objectOf(configuration).ServerSideEncryptionConfiguration;
  const rule: unknown = Array.isArray(rules) ? rules[0] : undefined;
  const byDefault = objectOf(objectOf(rule).ServerSideEncryptionByDefault);
  const encryption = textOf(byDefault.SSEAlgorithm) ?? 'AES256';
  const key = textOf(byDefault.KMSMasterKeyID);
  return key?.startsWith('arn:') && key.includes(':key/')
    ? { encryption, encryptionKey: key }
    : { encryption };
}
