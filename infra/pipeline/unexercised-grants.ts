/**
 * Rights that AWS needs and that no run on the embedded cloud uses, each with its reason: here those of all roles and of
 * machines, and with them those that a Lambda's row in `functions/lambdas.ts` names. Everything else in the policies is
 * needed by some way through the pipeline, as `docs/iam-report.md` shows; what is neither does not pass the tests.
 */
import { lambdaNamed, lambdaNames } from '#functions/lambdas.ts';
import { idOf } from './jaring-lambda.ts';

/** Parts of statements that nothing on this machine needs. */
export interface UnexercisedGrant {
  /** The actions. */
  readonly actions?: readonly string[];
  /** How the resources end, where the actions are needed for others. */
  readonly resources?: readonly string[];
  /** How the ids of the policies begin that this is about; by default all. */
  readonly policies?: readonly string[];
  readonly reason: string;
}

export const unexercisedGrants: readonly UnexercisedGrant[] = [
  {
    actions: ['s3:DeleteObject', 's3:PutObject', 's3:GetObject'],
    policies: ['BankConnector'],
    reason:
      'A bank’s connector moves what it has taken from the outbox; the bank that is played here leaves it there.',
  },
  {
    actions: [
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
      'xray:GetSamplingRules',
      'xray:GetSamplingTargets',
    ],
    reason: 'Lambda and Step Functions send their traces to X-Ray with the role of the function or machine.',
  },
  {
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    reason: 'Lambda writes what a function logs with the function’s role.',
  },
  {
    actions: [
      'logs:CreateLogDelivery',
      'logs:DeleteLogDelivery',
      'logs:DescribeLogGroups',
      'logs:DescribeResourcePolicies',
      'logs:GetLogDelivery',
      'logs:ListLogDeliveries',
      'logs:PutResourcePolicy',
      'logs:UpdateLogDelivery',
    ],
    reason: 'Step Functions sets up the delivery of a machine’s log with the machine’s role.',
  },
  {
    actions: ['kms:Decrypt'],
    reason:
      'The table is encrypted with the stack’s key, and DynamoDB has it decrypt the table’s key in the name of the caller; here tables are not encrypted.',
  },
  {
    actions: ['events:DescribeRule', 'events:PutRule', 'events:PutTargets'],
    policies: ['Machinesproposal'],
    reason:
      'Step Functions is told of the end of child executions by a managed rule, which it makes with the machine’s role.',
  },
  {
    actions: ['states:DescribeExecution'],
    policies: ['Machinesproposal'],
    reason: 'Step Functions looks up a child execution by itself when the event of its end does not come.',
  },
  {
    actions: ['sms-voice:SendTextMessage'],
    reason:
      'Every function that writes to a person does so by text message where mail is known not to arrive; the ways play that for asks, not for every notice.',
  },
  {
    resources: [':execution:jaring-dev-muster-roll:*', ':execution:jaring-dev-objection:*'],
    policies: ['Machinesproposal'],
    reason:
      'A proposal that is stopped stops its child, whichever runs; the ways stop it in the other stages.',
  },
  {
    actions: ['s3:PutObject'],
    policies: ['AccessLogsPolicy'],
    reason: 'S3 delivers the access logs of the buckets; the embedded cloud writes none.',
  },
  ...lambdaNames.flatMap((name) =>
    (lambdaNamed(name).unexercised ?? []).map((unexercised) => ({
      ...unexercised,
      policies: [`${idOf(name)}Role`],
    })),
  ),
];

/** Why a part of a statement is granted that no run needs; undefined where there is no reason. */
export function reasonFor(statementId: string, part: string): string | undefined {
  return unexercisedGrants.find(
    ({ actions: parts = [], resources = [], policies }) =>
      (parts.includes(part) || resources.some((end) => part.endsWith(end))) &&
      (policies === undefined || policies.some((start) => statementId.startsWith(start))),
  )?.reason;
}
