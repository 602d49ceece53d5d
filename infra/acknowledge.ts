/** Findings of cdk-nag that are looked at and accepted, each next to the resource it is about, with its reason. */
import { Stack, Validations } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';

/**
 * Accepts one finding on a construct and what is below it.
 * @param rule e.g. `AwsSolutions-IAM5[Resource::*]`
 * @param reason why it is right here; shown in the validation report
 */
export function acknowledge(construct: IConstruct, rule: string, reason: string): void {
  Validations.of(construct).acknowledge({ id: rule, reason });
}

/** Accepts that a role may act on every object whose key matches `keys`, in a bucket of another stack. */
export function acknowledgeKeys(role: IConstruct, bucket: Bucket, keys: string, reason: string): void {
  const owner = Stack.of(bucket);
  // cdk-nag names the resource by the export that carries its ARN from one stack to the other.
  const imported: unknown = owner.resolve(owner.exportValue(bucket.bucketArn));
  const name =
    typeof imported === 'object' && imported !== null ? Reflect.get(imported, 'Fn::ImportValue') : undefined;
  acknowledge(role, `AwsSolutions-IAM5[Resource::${String(name)}/${keys}]`, reason);
}
