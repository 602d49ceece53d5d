import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { flat, inside, ofType, statements, synthesised } from './templates.ts';

const dev = synthesised('dev');
const prod = synthesised('prod');

describe('buckets', () => {
  const buckets = Object.entries(dev.state).filter(([, { Type }]) => Type === 'AWS::S3::Bucket');

  it('are private, versioned and encrypted, and forget nothing for ever', () => {
    expect(buckets).toHaveLength(5);
    for (const [, { Properties }] of buckets) {
      expect(Properties.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      expect(Properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
      expect(Properties.BucketEncryption).toBeDefined();
      expect(Properties.LifecycleConfiguration).toBeDefined();
    }
  });

  it('keep what the bank was instructed and answered unchanged for ten years in production', () => {
    const locks = (resources: typeof prod.state) =>
      Object.entries(resources).flatMap(([id, { Type, Properties }]) =>
        Type === 'AWS::S3::Bucket' && Properties.ObjectLockConfiguration !== undefined
          ? [
              [
                id.replace(/[0-9A-F]{8}$/, ''),
                Properties.ObjectLockEnabled,
                Properties.ObjectLockConfiguration,
              ],
            ]
          : [],
      );
    const retention = {
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 3650 } },
    };
    expect(locks(prod.state)).toEqual([['Bank', true, retention]]);
    expect(locks(dev.state)).toEqual([]);
  });

  it('refuse what does not come by TLS, and grant nothing to everyone', () => {
    const policies = ofType(dev.state, 'AWS::S3::BucketPolicy');
    expect(policies.map(({ Properties }) => flat(Properties.Bucket)).sort()).toEqual(
      buckets.map(([id]) => `<${id}>`).sort(),
    );
    for (const { Properties } of policies) {
      const all = statements(Properties.PolicyDocument);
      expect(all).toContainEqual(
        expect.objectContaining({
          effect: 'Deny',
          actions: ['s3:*'],
          principal: { AWS: '*' },
          condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      );
      for (const { effect, principal } of all) {
        if (effect === 'Allow') expect(JSON.stringify(principal)).not.toContain('"*"');
      }
    }
  });

  it('let SES lay mail into the inbox by the rule for replies only, encrypted', () => {
    const byTheRule = {
      StringEquals: { 'aws:SourceAccount': expect.anything() },
      ArnEquals: { 'aws:SourceArn': expect.anything() },
    };
    const toSes = [...ofType(dev.state, 'AWS::S3::BucketPolicy'), ...ofType(dev.state, 'AWS::KMS::Key')]
      .flatMap(({ Properties }) => statements(Properties.PolicyDocument ?? Properties.KeyPolicy))
      .filter(({ principal }) => JSON.stringify(principal).includes('ses.amazonaws.com'));
    expect(toSes).toEqual([
      expect.objectContaining({ actions: ['s3:PutObject'], condition: byTheRule }),
      expect.objectContaining({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], condition: byTheRule }),
    ]);
    expect(flat(toSes[0]?.condition)).toContain(
      'receipt-rule-set/jaring-dev:receipt-rule/jaring-dev-replies',
    );
    expect(toSes[0]?.resources).toEqual([expect.stringMatching(/^<Inbox.*>\/replies\/\*$/)]);
  });

  it('notify EventBridge of new objects and log who reads them, but for the bucket of those logs', () => {
    const notifying = buckets.filter(
      ([, { Properties }]) => Properties.NotificationConfiguration !== undefined,
    );
    expect(notifying).toHaveLength(4);
    for (const [, { Properties }] of notifying) {
      expect(Properties.NotificationConfiguration).toEqual({
        EventBridgeConfiguration: { EventBridgeEnabled: true },
      });
      expect(Properties.LoggingConfiguration).toBeDefined();
    }
  });
});

describe('the table', () => {
  const [table] = ofType(dev.state, 'AWS::DynamoDB::Table');
  const [kept] = ofType(prod.state, 'AWS::DynamoDB::Table');

  it('is paid by use, encrypted with our key, and can be brought back to any second of 35 days', () => {
    expect(table?.Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
    });
  });

  it('has one index, of keys only', () => {
    expect(table?.Properties.GlobalSecondaryIndexes).toEqual([
      expect.objectContaining({ IndexName: 'byStatus', Projection: { ProjectionType: 'KEYS_ONLY' } }),
    ]);
  });

  it('has no stream: the local engine is many times slower with one, and nothing needs it', () => {
    expect(table?.Properties.StreamSpecification).toBeUndefined();
  });

  it('cannot be deleted in prod, and goes with its stack in dev', () => {
    expect(kept?.Properties.DeletionProtectionEnabled).toBe(true);
    expect(kept?.DeletionPolicy).toBe('Retain');
    expect(table?.Properties.DeletionProtectionEnabled).toBe(false);
    expect(table?.DeletionPolicy).toBe('Delete');
  });
});

describe('what survives', () => {
  it('is in stacks that refuse to be deleted in prod', () => {
    for (const [stage, { directory }] of Object.entries({ dev, prod })) {
      const manifest: unknown = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8'));
      for (const stack of [`JaringState-${stage}`, `JaringPipeline-${stage}`]) {
        const guarded = inside(manifest, 'artifacts', stack, 'properties', 'terminationProtection') ?? false;
        expect([stack, guarded]).toEqual([stack, stage === 'prod']);
      }
    }
  });

  it('keeps everything that people filed when a prod stack is deleted', () => {
    for (const [id, resource] of Object.entries(prod.state)) {
      if (resource.Type === 'AWS::S3::BucketPolicy') continue;
      expect([id, resource.DeletionPolicy]).toEqual([id, 'Retain']);
    }
  });

  it('rotates its key and never shows the secret in the template', () => {
    expect(ofType(dev.state, 'AWS::KMS::Key')[0]?.Properties.EnableKeyRotation).toBe(true);
    const [secret] = ofType(dev.state, 'AWS::SecretsManager::Secret');
    expect(secret?.Properties.SecretString).toBeUndefined();
    expect(secret?.Properties.GenerateSecretString).toMatchObject({ PasswordLength: 64 });
  });
});
