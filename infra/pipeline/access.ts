/**
 * The statements of a Lambda's policy, from the grants of its row in `functions/lambdas.ts`: everything it may do.
 *
 * Actions are named one by one and resources are exact; where S3 keys must be a pattern, its reason stands next to it.
 */
import type { PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import type { Grant } from '#functions/capabilities.ts';
import { type LambdaName, lambdaNamed } from '#functions/lambdas.ts';
import type { MachineName } from '#functions/machines.ts';
import { tableDefinition } from '#functions/store/table-definition.ts';
import type { PrivateBucket } from '../state/private-bucket.ts';
import type { State } from '../state/state-stack.ts';

/** What a grant comes to: statements, and the keys in them that are a pattern, with the reason why they must be. */
export interface Access {
  readonly statements: readonly PolicyStatementProps[];
  readonly pattern?: { readonly bucket: PrivateBucket; readonly keys: string; readonly reason: string };
}

/** What grants refer to. */
export interface Resources {
  readonly state: State;
  /** The ARN of the Lambda that sends messages. */
  readonly senderArn: string;
  /** ARNs by which SES judges SendEmail. */
  readonly mailArns: readonly string[];
  /** The ARN of whom text messages come from; undefined where none are sent. */
  readonly textSenderArn: string | undefined;
  /** The unqualified ARN of a machine. */
  machineArn(name: MachineName): string;
}

/** Everything that a Lambda may do. */
export function accessOf(name: LambdaName, resources: Resources): readonly Access[] {
  return lambdaNamed(name).uses.flatMap(({ grants }) => grants.map((grant) => access(grant, resources)));
}

function access(grant: Grant, { state, senderArn, mailArns, textSenderArn, machineArn }: Resources): Access {
  const key = (...actions: string[]): PolicyStatementProps => ({
    actions: actions.map((action) => `kms:${action}`),
    resources: [state.key.keyArn],
  });
  switch (grant.on) {
    case 'table':
      return {
        statements: [
          {
            actions: grant.actions.map((action) => `dynamodb:${action}`),
            resources: [state.table.tableArn],
          },
          key('Decrypt'),
        ],
      };
    case 'index':
      return allow('dynamodb:Query', `${state.table.tableArn}/index/${tableDefinition.index.name}`);
    case 'objects': {
      const { keys, reason, actions } = grant;
      const bucket = state[grant.bucket];
      return {
        statements: [
          { actions: actions.map((action) => `s3:${action}`), resources: [bucket.arnForObjects(keys)] },
          key(
            ...(actions.some((action) => action !== 'PutObject') ? ['Decrypt'] : []),
            ...(actions.includes('PutObject') ? ['GenerateDataKey'] : []),
          ),
        ],
        ...(keys.includes('*') && { pattern: { bucket, keys, reason } }),
      };
    }
    case 'list': {
      const { bucketArn } = state[grant.bucket];
      return {
        statements: [
          {
            actions: ['s3:ListBucket'],
            resources: [bucketArn],
            ...(grant.prefix !== undefined && {
              conditions: { StringLike: { 's3:prefix': `${grant.prefix}*` } },
            }),
          },
        ],
      };
    }
    case 'secret':
      return {
        statements: [
          { actions: ['secretsmanager:GetSecretValue'], resources: [state[grant.secret].secretArn] },
          key('Decrypt'),
        ],
      };
    case 'sender':
      return allow('lambda:InvokeFunction', senderArn);
    case 'mail':
      return allow('ses:SendEmail', ...mailArns);
    case 'text-messages':
      return textSenderArn === undefined
        ? { statements: [] }
        : allow('sms-voice:SendTextMessage', textSenderArn);
    case 'resume':
      return allow('states:SendTaskSuccess', ...grant.machines.map(machineArn));
    case 'start':
      return allow('states:StartExecution', machineArn(grant.machine));
  }
}

function allow(action: string, ...resources: string[]): Access {
  return { statements: [{ actions: [action], resources }] };
}
