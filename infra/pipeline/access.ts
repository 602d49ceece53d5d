/**
 * What each function may do, and nothing else: the same that its file says in its `@grants` line (a test compares).
 *
 * Actions are named one by one and resources are exact; where S3 keys must be a pattern, the pattern is as narrow as
 * the keys' design allows and its reason stands beside it. DynamoDB's transactions are judged by the actions inside
 * them (PutItem, UpdateItem, DeleteItem, ConditionCheckItem).
 */
import type { PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import type { FunctionName } from '#functions/environments.ts';
import { tableDefinition } from '#functions/store/table-definition.ts';
import type { MachineName } from '#workflows/parts.ts';
import type { PrivateBucket } from '../state/private-bucket.ts';
import type { State } from '../state/state-stack.ts';

/** One statement of a role's policy. */
export interface Grant {
  readonly statement: PolicyStatementProps;
  /** The keys in it that are a pattern, with the reason why they must be. */
  readonly pattern?: { readonly bucket: PrivateBucket; readonly keys: string; readonly reason: string };
}

/** What grants refer to. */
export interface Resources {
  readonly state: State;
  /** ARNs by which SES judges SendEmail. */
  readonly mailArns: readonly string[];
  /** The ARN of whom text messages come from; undefined where none are sent. */
  readonly textSenderArn: string | undefined;
  /** The unqualified ARN of a machine. */
  machineArn(name: MachineName): string;
}

type BucketName = 'uploads' | 'settings' | 'bank' | 'inbox';
type Need = (resources: Resources) => readonly Grant[];

/** Actions on the table itself. */
function table(...actions: readonly string[]): Need {
  return ({ state }) => [
    {
      statement: {
        actions: actions.map((action) => `dynamodb:${action}`),
        resources: [state.table.tableArn],
      },
    },
    useKey(state),
  ];
}

/** Look up, by status, what waits for somebody. */
const index: Need = ({ state }) => [
  {
    statement: {
      actions: ['dynamodb:Query'],
      resources: [`${state.table.tableArn}/index/${tableDefinition.index.name}`],
    },
  },
];

function useKey(state: State): Grant {
  return {
    statement: { actions: ['kms:Decrypt'], resources: [state.key.keyArn] },
  };
}

/** Actions on objects whose keys match `keys`; why, if that is a pattern. */
function objects(bucket: BucketName, keys: string, reason: string, ...actions: readonly string[]): Need {
  return ({ state }) => [
    {
      statement: {
        actions: actions.map((action) => `s3:${action}`),
        resources: [state[bucket].arnForObjects(keys)],
      },
      ...(keys.includes('*') ? { pattern: { bucket: state[bucket], keys, reason } } : {}),
    },
    {
      statement: {
        actions: [
          ...(actions.some((action) => action.startsWith('GetObject')) ? ['kms:Decrypt'] : []),
          ...(actions.includes('PutObject') ? ['kms:GenerateDataKey'] : []),
        ],
        resources: [state.key.keyArn],
      },
    },
  ];
}

/** Packets are read at the version that counts, which takes `GetObjectVersion` alone. */
function proposalFiles(...actions: readonly string[]) {
  return objects('uploads', '*/proposal.json', 'A packet is a folder that its group names.', ...actions);
}
function attachments(...actions: readonly string[]) {
  return objects('uploads', '*/attachments/*', 'A packet is a folder that its group names.', ...actions);
}
function evidence(...actions: readonly string[]) {
  return objects('uploads', 'evidence/*', 'A folder for each proposal and ask.', ...actions);
}
function drafts(...actions: readonly string[]) {
  return objects('uploads', 'drafts/*', 'A folder for each proposal and tranche.', ...actions);
}

/**
 * List a bucket, or only the keys that begin with `prefix`. Without it S3 also says “denied” where it would say “no
 * such key”.
 */
function list(bucket: BucketName, prefix?: string): Need {
  return ({ state }) => [
    {
      statement: {
        actions: ['s3:ListBucket'],
        resources: [state[bucket].bucketArn],
        ...(prefix === undefined ? {} : { conditions: { StringLike: { 's3:prefix': `${prefix}*` } } }),
      },
    },
  ];
}

/** Write to people, by mail or by text message. */
const mail: Need = ({ mailArns, textSenderArn }) => [
  { statement: { actions: ['ses:SendEmail'], resources: [...mailArns] } },
  ...(textSenderArn === undefined
    ? []
    : [{ statement: { actions: ['sms-voice:SendTextMessage'], resources: [textSenderArn] } }]),
];

/** Resume executions of machines that wait for a person, attachments or the bank. */
function resume(...machines: readonly MachineName[]): Need {
  return ({ machineArn }) => [
    { statement: { actions: ['states:SendTaskSuccess'], resources: machines.map(machineArn) } },
  ];
}

/** The machines that ask people. */
const asking: readonly MachineName[] = [
  'verification',
  'approval',
  'payment',
  'training',
  'muster-roll',
  'objection',
  'deposit',
  'proposal',
];

function start(machine: MachineName): Need {
  return ({ machineArn }) => [
    { statement: { actions: ['states:StartExecution'], resources: [machineArn(machine)] } },
  ];
}

function secret(name: 'personalData' | 'codeSecrets'): Need {
  return ({ state }) => [
    { statement: { actions: ['secretsmanager:GetSecretValue'], resources: [state[name].secretArn] } },
    useKey(state),
  ];
}

/** Presigned forms and links act with the rights of whoever signs them; that is all that pages do with the bucket. */
const showingAsks: readonly Need[] = [
  table('GetItem', 'BatchGetItem', 'Query'),
  evidence('GetObject', 'PutObject'),
  drafts('GetObject'),
  list('uploads', 'evidence/'),
];
const answeringAsks: readonly Need[] = [
  table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'),
  evidence('GetObject', 'PutObject'),
  drafts('GetObject'),
  list('uploads', 'evidence/'),
  resume(...asking),
  mail,
  secret('codeSecrets'),
];

/** A packet is corrected on the page of a leader's link, and on no other. */
const correctingPackets: readonly Need[] = [proposalFiles('PutObject'), attachments('PutObject')];

const needs: Readonly<Record<FunctionName, readonly Need[]>> = {
  'submission/start-proposal': [
    table('GetItem', 'Query', 'PutItem', 'UpdateItem'),
    proposalFiles('GetObjectVersion'),
    start('proposal'),
    resume('verification'),
    mail,
  ],
  'submission/register-proposal': [
    table('GetItem', 'Query', 'PutItem'),
    proposalFiles('GetObjectVersion'),
    list('uploads'),
  ],
  'submission/await-attachments': [
    table('GetItem', 'PutItem', 'UpdateItem'),
    proposalFiles('GetObjectVersion'),
    list('uploads'),
    resume('proposal'),
  ],
  'submission/note-attachment': [table('GetItem', 'UpdateItem'), list('uploads'), resume('proposal')],
  'submission/create-packet': [proposalFiles('PutObject'), attachments('PutObject')],

  'verification/run-checks': [
    table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'DeleteItem'),
    proposalFiles('GetObjectVersion'),
    attachments('GetObject'),
    list('uploads'),
    secret('personalData'),
  ],
  'verification/record-verification': [table('GetItem', 'Query', 'PutItem')],

  'approval/open-approval': [table('Query')],
  'approval/award-grant': [table('GetItem', 'Query', 'PutItem', 'UpdateItem'), mail],

  'payment/open-tranche': [table('Query', 'PutItem')],
  'payment/draft-papers': [table('GetItem', 'Query', 'PutItem'), drafts('PutObject')],
  'payment/reserve-tranche': [table('GetItem', 'Query', 'PutItem', 'UpdateItem')],
  'payment/instruct-bank': [table('GetItem', 'Query', 'PutItem'), resume('payment')],
  'payment/gather-payments': [
    table('GetItem', 'Query', 'BatchGetItem', 'PutItem', 'ConditionCheckItem'),
    index,
  ],
  'payment/write-instruction': [
    table('GetItem', 'BatchGetItem', 'Query', 'PutItem'),
    objects('bank', 'prepared/*', 'One file for each run and rail.', 'PutObject'),
  ],
  'payment/ask-release': [table('GetItem', 'Query', 'PutItem', 'UpdateItem'), resume('payment-run'), mail],
  'payment/show-run': [table('GetItem', 'Query')],
  'payment/decide-run': [
    table('GetItem', 'Query', 'PutItem', 'UpdateItem'),
    resume('payment-run'),
    mail,
    secret('codeSecrets'),
  ],
  'payment/send-run': [
    table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'),
    objects('bank', 'prepared/*', 'One file for each run and rail.', 'GetObject'),
    objects('bank', 'outbox/*', 'One file for each run and rail.', 'PutObject'),
  ],
  'payment/withdraw-run': [table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'), mail],
  'payment/read-bank-answer': [
    table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'),
    objects('bank', 'inbox/*', 'The bank names its answers.', 'GetObjectVersion'),
    resume('payment'),
    start('payment'),
    mail,
  ],
  'payment/resolve-bank-item': [
    table('GetItem', 'Query', 'PutItem', 'UpdateItem'),
    resume('payment'),
    start('payment'),
    mail,
  ],
  'payment/settle-tranche': [table('GetItem', 'Query', 'PutItem', 'UpdateItem'), mail],
  'payment/record-receipts': [table('GetItem', 'Query', 'PutItem', 'UpdateItem'), mail],
  'payment/settle-deposit': [
    table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'),
    mail,
  ],
  'payment/recall-money': [
    table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'),
    resume('deposit'),
    start('deposit'),
    mail,
  ],
  'payment/leave-unpaid': [table('GetItem', 'Query', 'PutItem', 'UpdateItem')],

  'training/open-training': [table('Query', 'PutItem')],
  'training/record-overdue': [table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'), mail],

  'public-works/open-muster-roll': [table('Query'), drafts('PutObject')],
  'public-works/check-muster-roll': [
    table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'DeleteItem'),
    evidence('GetObject'),
    secret('personalData'),
  ],
  'public-works/draft-wage-papers': [table('GetItem', 'Query', 'PutItem'), drafts('PutObject')],

  'asks/plan-ask': [table('GetItem')],
  'asks/run-turn': [
    table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'),
    list('uploads', 'evidence/'),
    mail,
    resume(...asking),
    start('deposit'),
    secret('codeSecrets'),
  ],
  'asks/show-ask': [...showingAsks, ...correctingPackets],
  'asks/submit-answer': [...answeringAsks, ...correctingPackets, start('deposit')],
  'asks/show-my-asks': showingAsks,
  'asks/submit-answers': answeringAsks,
  'identity/show-sign-in': [table('GetItem')],
  'identity/sign-in-out': [table('GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'), mail],
  'asks/send-digests': [table('GetItem', 'Query', 'PutItem', 'UpdateItem'), index, mail],
  'console/show-status': [table('GetItem', 'Query')],
  'asks/delegate-ask': [
    table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'),
    mail,
  ],
  'identity/show-enrolment': [table('GetItem')],
  'identity/enrol': [table('GetItem', 'Query', 'PutItem'), secret('codeSecrets')],
  'asks/resume-answered': [table('BatchGetItem', 'UpdateItem'), index, resume(...asking), start('deposit')],
  'asks/take-reply': [
    table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'),
    objects('inbox', 'replies/*', 'SES names the mails that it stores.', 'GetObjectVersion'),
    // No ask of the training or of a deposit can be answered by a reply.
    resume('verification', 'approval', 'payment', 'objection', 'proposal'),
    mail,
  ],
  'asks/note-delivery': [table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'), mail],

  'console/import-settings': [
    table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'),
    objects('settings', 'people.json', '', 'GetObject'),
    objects('settings', 'budgets.json', '', 'GetObject'),
    mail,
    secret('codeSecrets'),
  ],
  'identity/restore-codes': [table('GetItem', 'Query', 'PutItem', 'UpdateItem'), mail, secret('codeSecrets')],
  'closing/close-proposal': [
    table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'),
    mail,
  ],
  'closing/record-rejection': [
    table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'),
    mail,
  ],
  'closing/reopen-proposal': [table('GetItem', 'Query', 'PutItem', 'UpdateItem'), mail],
  'closing/uphold-rejection': [table('GetItem', 'Query', 'PutItem', 'UpdateItem'), mail],
  'closing/record-failure': [table('GetItem', 'Query', 'PutItem', 'UpdateItem'), mail],
  'closing/record-redrive': [table('Query', 'PutItem')],
};

/** The grants of one function. */
export function grantsOf(name: FunctionName, resources: Resources): readonly Grant[] {
  return needs[name].flatMap((need) => need(resources));
}
