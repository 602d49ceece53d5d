/**
 * What a Lambda may use: each capability is the grants and, with them, the variables by which code finds what it was
 * granted. So a Lambda that may write to the table knows its name, and one that may not, does not.
 *
 * These are data. `infra/pipeline/access.ts` makes statements of the grants and `infra/pipeline/settings.ts` values for the
 * variables; `runtime/environment.ts` parses the variables when a Lambda starts.
 */
import * as z from 'zod';
import type { MachineName } from '#functions/machines.ts';

/** Buckets, as `infra/state` names them. */
export type BucketName = 'uploads' | 'settings' | 'bank' | 'inbox';
/** Secrets, as `infra/state` names them. */
export type SecretName = 'personalData' | 'codeSecrets';

type Reading = 'GetItem' | 'BatchGetItem' | 'Query';
type Writing = 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'ConditionCheckItem';
/** Transactions are judged by the actions inside them. */
export type TableAction = Reading | Writing;
/** Objects are read at the version that counts where one counts, which takes `GetObjectVersion` alone. */
export type ObjectAction = 'GetObject' | 'GetObjectVersion' | 'PutObject';

/** One thing that a role may do. */
export type Grant =
  | { readonly on: 'table'; readonly actions: readonly TableAction[] }
  | { readonly on: 'index' }
  | {
      readonly on: 'objects';
      readonly bucket: BucketName;
      /** A key, or a pattern as narrow as the keys' design allows. */
      readonly keys: string;
      /** Why it must be a pattern. */
      readonly reason: string;
      readonly actions: readonly ObjectAction[];
    }
  | { readonly on: 'list'; readonly bucket: BucketName; readonly prefix: string | undefined }
  | { readonly on: 'secret'; readonly secret: SecretName }
  | { readonly on: 'mail' }
  | { readonly on: 'sender' }
  | { readonly on: 'text-messages' }
  | { readonly on: 'resume'; readonly machines: readonly MachineName[] }
  | { readonly on: 'start'; readonly machine: MachineName };

/** Grants, and the variables that come with them. */
export interface Capability<Variables extends z.ZodRawShape = z.ZodRawShape> {
  readonly grants: readonly Grant[];
  readonly variables: Variables;
}

function capability<Variables extends z.ZodRawShape>(
  variables: Variables,
  ...grants: readonly Grant[]
): Capability<Variables> {
  return { grants, variables };
}

const resourceName = z.string().min(3).max(255);
const arn = z.string().startsWith('arn:');
const url = z.url();
/** A setting that a stage may do without. */
function orOff<Setting extends z.ZodType>(setting: Setting) {
  return setting.or(z.literal('off'));
}

/** Actions on the table's items. */
export function table(...actions: readonly TableAction[]) {
  return capability({ TABLE_NAME: resourceName }, { on: 'table', actions });
}

/** Look up, by status, what waits for a person. Needs the table. */
export const index = capability({}, { on: 'index' });

const bucketVariables = {
  uploads: { UPLOADS_BUCKET: resourceName },
  settings: { SETTINGS_BUCKET: resourceName },
  bank: { BANK_BUCKET: resourceName },
  inbox: { INBOX_BUCKET: resourceName },
} as const;

/**
 * Actions on objects of a bucket.
 * @param keys a key, or a pattern
 * @param reason why it must be a pattern
 */
export function objects<Name extends BucketName>(
  bucket: Name,
  keys: string,
  reason: string,
  ...actions: readonly ObjectAction[]
): Capability<(typeof bucketVariables)[Name]> {
  return capability(bucketVariables[bucket], { on: 'objects', bucket, keys, reason, actions });
}

/**
 * List a bucket, or only the keys that begin with `prefix`. Without it S3 also says “denied” where it would say “no such
 * key”.
 */
export function list<Name extends BucketName>(
  bucket: Name,
  prefix?: string,
): Capability<(typeof bucketVariables)[Name]> {
  return capability(bucketVariables[bucket], { on: 'list', bucket, prefix });
}

/** Know a bucket by name, and may do nothing with it: for code that may come to one, but not by this Lambda's steps. */
export function bucketName<Name extends BucketName>(
  bucket: Name,
): Capability<(typeof bucketVariables)[Name]> {
  return capability(bucketVariables[bucket]);
}

/** Know whom text messages come from, and so whether there are any, without sending one. */
export const textSender = capability({ TEXT_SENDER: orOff(arn) });

/** Make links to pages. */
export const links = capability({ LINK_BASE_URL: url });

/** The address that replies go to, and whom text messages come from: the ARN of a sender id, number or pool. */
const waysOfMessages = { MAIL_REPLIES_TO: orOff(z.email()), TEXT_SENDER: orOff(arn) };

/** Write to people: know which ways there are, and tell the sender of what was written. Needs the table. */
export const post = capability(
  { ...waysOfMessages, SENDER_FUNCTION_NAME: resourceName, LINK_BASE_URL: url },
  { on: 'sender' },
);

/** Send what was written, by mail from the verified sender or by text message. */
export const mail = capability(
  { ...waysOfMessages, MAIL_SENDER: z.email(), LINK_BASE_URL: url },
  { on: 'mail' },
  { on: 'text-messages' },
);

const secretVariables = {
  personalData: { PERSONAL_DATA_SECRET_ARN: arn },
  codeSecrets: { CODE_SECRETS_ARN: arn },
} as const;

/** Read a secret: what the keys for personal data, or for the secrets of one-time codes, are derived from. */
export function secret<Name extends SecretName>(name: Name): Capability<(typeof secretVariables)[Name]> {
  return capability(secretVariables[name], { on: 'secret', secret: name });
}

/** Resume executions that wait for a person, attachments or the bank. */
export function resume(...machines: readonly MachineName[]) {
  return capability({}, { on: 'resume', machines });
}

const machineVariables = {
  proposal: { PROPOSAL_STATE_MACHINE_ARN: arn },
  payment: { PAYMENT_STATE_MACHINE_ARN: arn },
  deposit: { DEPOSIT_STATE_MACHINE_ARN: arn },
} as const;

/** Start executions of a machine. */
export function start<Name extends keyof typeof machineVariables>(
  machine: Name,
): Capability<(typeof machineVariables)[Name]> {
  return capability(machineVariables[machine], { on: 'start', machine });
}
