/**
 * The policy of a presigned POST: until when, and what each field of the form may hold.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
import { AwsError } from '../gateway/aws-error.ts';

type Condition =
  | {
      readonly kind: 'eq' | 'starts-with';
      readonly field: string;
      readonly value: string;
      readonly source: string;
    }
  | { readonly kind: 'content-length-range'; readonly least: number; readonly most: number };

export interface PostPolicy {
  /** Milliseconds since the epoch. */
  readonly expiration: number;
  readonly conditions: readonly Condition[];
}

/** Fields that no condition has to name. */
const free = new Set(['x-amz-signature', 'policy', 'file', 'awsaccesskeyid', 'signature']);

/**
 * Reads the base64 text of the form's `policy` field.
 * @throws AwsError `InvalidPolicyDocument`
 */
export function readPostPolicy(base64: string): PostPolicy {
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
  } catch {
    throw invalid('Invalid JSON.');
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw invalid('Invalid JSON.');
  const expiration: unknown = Reflect.get(document, 'expiration');
  const conditions: unknown = Reflect.get(document, 'conditions');
  if (typeof expiration !== 'string' || Number.isNaN(Date.parse(expiration))) {
    throw invalid('Policy missing expiration or its value is invalid.');
  }
  if (!Array.isArray(conditions)) throw invalid('Policy missing conditions.');
  return { expiration: Date.parse(expiration), conditions: conditions.flatMap(readConditions) };
}

function readConditions(condition: unknown): Condition[] {
  if (Array.isArray(condition)) {
    const [kind, first, second]: unknown[] = condition;
    const operator = typeof kind === 'string' ? kind.toLowerCase() : '';
    if (operator === 'content-length-range') {
      const [least, most] = [Number(first), Number(second)];
      if (!Number.isSafeInteger(least) || !Number.isSafeInteger(most))
        throw invalid('Invalid content-length-range.');
      return [{ kind: 'content-length-range', least, most }];
    }
    if (
      (operator === 'eq' || operator === 'starts-with') &&
      typeof first === 'string' &&
      typeof second === 'string'
    ) {
      if (!first.startsWith('$')) throw invalid(`Invalid condition ${JSON.stringify(condition)}.`);
      return [
        {
          kind: operator,
          field: first.slice(1).toLowerCase(),
          value: second,
          source: JSON.stringify(condition),
        },
      ];
    }
  } else if (typeof condition === 'object' && condition !== null) {
    return Object.entries(condition).map(([field, value]) => {
      if (typeof value !== 'string') throw invalid(`Invalid condition ${JSON.stringify(condition)}.`);
      return {
        kind: 'eq',
        field: field.toLowerCase(),
        value,
        source: JSON.stringify(['eq', `$${field}`, value]),
      };
    });
  }
  throw invalid(`Invalid condition ${JSON.stringify(condition)}.`);
}

/**
 * Checks a form against its policy: every condition holds, and every field is named by one.
 * @param fields names in lower case, with `bucket` as addressed and `key` as it will be
 * @param size the file's length in bytes
 * @param now the cloud's time, ms
 * @throws AwsError `AccessDenied`, `EntityTooLarge` or `EntityTooSmall`, worded as S3 does
 */
export function checkPostPolicy(
  policy: PostPolicy,
  fields: Readonly<Record<string, string>>,
  size: number,
  now: number,
): void {
  if (now >= policy.expiration) throw denied('Policy expired.');
  const named = new Set<string>(['bucket']);
  for (const condition of policy.conditions) {
    if (condition.kind === 'content-length-range') continue;
    named.add(condition.field);
    const value = fields[condition.field] ?? '';
    if (!holds(condition, value)) throw denied(`Policy Condition failed: ${condition.source}`);
  }
  const extra = Object.keys(fields).filter(
    (name) => !named.has(name) && !free.has(name) && !name.startsWith('x-ignore-'),
  );
  if (extra.length > 0) throw denied(`Extra input fields: ${extra.join(', ')}`);
  for (const condition of policy.conditions) {
    if (condition.kind !== 'content-length-range') continue;
    if (size > condition.most) {
      throw new AwsError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');
    }
    if (size < condition.least) {
      throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
    }
  }
}

function holds(
  condition: { kind: 'eq' | 'starts-with'; field: string; value: string },
  value: string,
): boolean {
  if (condition.kind === 'eq') return value === condition.value;
  // A list of content types is held to the prefix one by one, as S3 documents for `starts-with`.
  const values = condition.field === 'content-type' ? value.split(',').map((part) => part.trim()) : [value];
  return values.every((each) => each.startsWith(condition.value));
}

function denied(reason: string): AwsError {
  return new AwsError('AccessDenied', `Invalid according to Policy: ${reason}`, 403);
}

function invalid(reason: string): AwsError {
  return new AwsError('InvalidPolicyDocument', `Invalid Policy: ${reason}`);
}
