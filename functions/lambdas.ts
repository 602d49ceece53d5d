/**
 * The Lambdas: one row for each set of rights, with the steps that need it.
 *
 * A step is a file, `<room>/<verb-noun>.ts`; what its Lambda uses is its environment, so that code that needs what its row
 * does not name does not compile. No reader is with a writer, no page with what moves money, and nothing that may read a
 * secret is with anything that need not. Only data is here: machines, infrastructure and the command line read it too.
 */
import type * as z from 'zod';
import {
  bucketName,
  type Capability,
  index,
  links,
  list,
  mail,
  objects,
  post,
  resume,
  secret,
  start,
  table,
  textSender,
} from '#functions/capabilities.ts';
import type { MachineName } from '#functions/machines.ts';
import { administrator, nudge, route, rule, schedule, type Trigger, task } from '#functions/triggers.ts';

/** Files that are read at run time, next to the code: levels of Indonesia's regions, and the fonts of papers. */
export type Companion = 'provinces' | 'regencies' | 'districts' | 'villages' | 'fonts';

/** Something granted that AWS needs, or may come to need, and that no way through the pipeline uses here. */
interface Unexercised {
  /** Actions. */
  readonly actions?: readonly string[];
  /** How resources end, where the actions are needed for others. */
  readonly resources?: readonly string[];
  readonly reason: string;
}

/** One Lambda. */
export interface Lambda {
  /** What it is for, in a line. */
  readonly purpose: string;
  /** Everything that it may use. */
  readonly uses: readonly Capability[];
  /** MiB. CPU comes in proportion: below 512 a cold start with the AWS SDK takes seconds. */
  readonly memory: number;
  /** Its time limit; shorter than that of every state that waits for it. */
  readonly seconds: number;
  /** What it carries, and what calls each. */
  readonly steps: Readonly<Record<string, Trigger>>;
  readonly companions?: readonly Companion[];
  readonly unexercised?: readonly Unexercised[];
}

/** A person waits in front of it; API Gateway waits at most 30 s. */
const page = { memory: 1024, seconds: 20 } as const;
/** Parses an event, decides, commits. */
const usual = { memory: 512, seconds: 30 } as const;

const proposalFiles = ['uploads', '*/proposal.json', 'A packet is a folder that its group names.'] as const;
const attachments = ['uploads', '*/attachments/*', 'A packet is a folder that its group names.'] as const;
const evidence = ['uploads', 'evidence/*', 'A folder for each proposal and ask.'] as const;
const drafts = ['uploads', 'drafts/*', 'A folder for each proposal and tranche.'] as const;
const prepared = ['bank', 'prepared/*', 'One file for each run and rail.'] as const;

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
  'payment-run',
];

const secretInPath = 'The secret in the path is the credential: 256 random bits, kept only as a hash.';
const secretInCookie =
  'The secret in the cookie is the credential: 256 random bits, kept only as a hash, for half an hour.';
const signingIn = 'The person to sign in has not done so; the answer is the same for every address.';

const anyMachine: Unexercised = {
  resources: ['deposit', 'muster-roll', 'objection', 'payment', 'payment-run', 'proposal', 'training'].map(
    (machine) => `:stateMachine:jaring-dev-${machine}`,
  ),
  reason:
    'An ask of any machine may be answered from the list, cross the end of its turn, or be left to the sweep; the ways play that for some machines.',
};
const handedInBefore: Unexercised = {
  actions: ['s3:GetObject'],
  reason:
    'Files of which no version was recorded, because they were handed in before versions were, are read by their key.',
};
const leftoverAnywhere: Unexercised = {
  actions: ['states:StartExecution'],
  reason:
    'An LPJ that states a leftover may cross the end of its turn, or be left to the sweep, as any answer may; the ways play that for others.',
};

export const lambdas = {
  'packet-forms': {
    purpose: 'Signs the forms by which a group uploads a packet',
    uses: [objects(...proposalFiles, 'PutObject'), objects(...attachments, 'PutObject')],
    ...page,
    steps: {
      'submission/create-packet': route({
        key: 'POST /packets',
        open: 'Any group may hand in a packet; what it hands in is checked, and the route is throttled.',
      }),
    },
  },
  intake: {
    purpose: 'Takes packets in: begins proposals, and waits for their attachments',
    uses: [
      table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'),
      objects(...proposalFiles, 'GetObjectVersion'),
      list('uploads'),
      start('proposal'),
      resume('verification', 'proposal'),
      post,
    ],
    memory: 512,
    seconds: 60,
    steps: {
      'submission/start-proposal': rule('PacketUploaded', 'A packet, or its revision', {
        of: 'object',
        bucket: 'uploads',
        key: [{ suffix: '/proposal.json' }],
      }),
      'submission/note-attachment': rule('AttachmentUploaded', 'An attachment', {
        of: 'object',
        bucket: 'uploads',
        key: [{ wildcard: '*/attachments/*' }],
      }),
      'submission/register-proposal': task,
      'submission/await-attachments': task,
    },
  },
  checks: {
    purpose: 'Checks what a group hands in, identity numbers and accounts too',
    uses: [
      table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'DeleteItem'),
      objects(...proposalFiles, 'GetObjectVersion'),
      objects(...attachments, 'GetObject'),
      objects(...evidence, 'GetObject', 'GetObjectVersion'),
      list('uploads'),
      secret('personalData'),
      textSender,
    ],
    // Reads whole packets, and unpacks workbooks.
    memory: 1024,
    seconds: 240,
    unexercised: [handedInBefore],
    companions: ['provinces', 'regencies', 'districts', 'villages'],
    steps: {
      'verification/run-checks': task,
      'public-works/check-muster-roll': task,
      'payment/claim-account': task,
    },
  },
  planning: {
    purpose: 'Reads from the record what a machine has to do next',
    uses: [table('GetItem', 'Query')],
    ...usual,
    steps: {
      'asks/plan-ask': task,
      'approval/open-approval': task,
    },
  },
  asking: {
    purpose: 'Asks, reminds, escalates and expires; offers officers their one-time codes',
    uses: [
      table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'),
      index,
      list('uploads', 'evidence/'),
      resume(...asking),
      start('deposit'),
      secret('codeSecrets'),
      post,
    ],
    memory: 512,
    seconds: 80,
    unexercised: [anyMachine, leftoverAnywhere],
    steps: { 'asks/run-turn': task },
  },
  'ask-pages': {
    purpose: 'Shows asks: to who has the link, and to who is signed in',
    uses: [
      table('GetItem', 'BatchGetItem', 'Query'),
      index,
      // Presigned forms and links act with the rights of what signs them. Of what a decision rests on, pages compare the hash.
      objects(...evidence, 'GetObject', 'GetObjectVersion', 'PutObject'),
      objects(...drafts, 'GetObject'),
      objects(...proposalFiles, 'PutObject'),
      objects(...attachments, 'GetObjectVersion', 'PutObject'),
      list('uploads', 'evidence/'),
      // The treasurer sees whether the file of a run is the one that was written, and fetches it.
      objects(...prepared, 'GetObject', 'GetObjectVersion'),
      links,
    ],
    ...page,
    unexercised: [handedInBefore],
    steps: {
      'asks/show-ask': route({ key: 'GET /a/{secret}', open: secretInPath }),
      'asks/show-my-asks': route(
        { key: 'GET /tugas', open: secretInCookie },
        { key: 'GET /tugas/{askId}', open: secretInCookie },
      ),
    },
  },
  answers: {
    purpose: 'Takes answers from pages, with one-time codes where they are needed',
    uses: [
      table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'),
      index,
      // It renders the same forms as the pages do.
      objects(...evidence, 'GetObject', 'GetObjectVersion', 'PutObject'),
      objects(...drafts, 'GetObject'),
      objects(...proposalFiles, 'PutObject'),
      objects(...attachments, 'GetObjectVersion', 'PutObject'),
      list('uploads', 'evidence/'),
      objects(...prepared, 'GetObject', 'GetObjectVersion'),
      resume(...asking),
      start('deposit'),
      secret('codeSecrets'),
      post,
    ],
    ...page,
    unexercised: [
      anyMachine,
      {
        actions: ['s3:GetObjectVersion'],
        resources: ['prepared/*'],
        reason: 'The page of a release that is shown again signs the same links; the ways follow none.',
      },
    ],
    steps: {
      'asks/submit-answer': route({ key: 'POST /a/{secret}', open: secretInPath }),
      'asks/submit-answers': route(
        { key: 'POST /tugas', open: secretInCookie },
        { key: 'POST /tugas/{askId}', open: secretInCookie },
      ),
    },
  },
  pages: {
    purpose: 'Shows what takes no form: where a proposal stands, how to sign in, how to enrol',
    uses: [table('GetItem', 'Query')],
    ...page,
    steps: {
      'console/show-status': route({ key: 'GET /s/{secret}', open: secretInPath }),
      'identity/show-sign-in': route(
        { key: 'GET /masuk', open: signingIn },
        { key: 'GET /masuk/{secret}', open: secretInPath },
      ),
      'identity/show-enrolment': route({ key: 'GET /kode/{secret}', open: secretInPath }),
    },
  },
  'sign-in-and-delegation': {
    purpose: 'Signs people in and out, and gives their asks to others',
    uses: [table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'), post],
    ...page,
    steps: {
      'identity/sign-in-out': route(
        // It reads the directory for every caller.
        { key: 'POST /masuk', open: signingIn, limit: { rate: 5, burst: 10 } },
        { key: 'POST /masuk/{secret}', open: secretInPath },
        { key: 'POST /keluar', open: secretInCookie },
      ),
      'asks/delegate-ask': route(
        { key: 'POST /tugas/{askId}/delegasi', open: secretInCookie },
        { key: 'POST /a/{secret}/delegasi', open: secretInPath },
      ),
    },
  },
  enrolment: {
    purpose: 'Enrols a person for one-time codes',
    uses: [table('GetItem', 'Query', 'PutItem'), secret('codeSecrets')],
    ...page,
    steps: { 'identity/enrol': route({ key: 'POST /kode/{secret}', open: secretInPath }) },
  },
  settings: {
    purpose: 'Imports people, budgets and calendars, invites to enrol, replaces lost codes',
    uses: [
      table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'),
      objects('settings', 'people.json', '', 'GetObject'),
      objects('settings', 'budgets.json', '', 'GetObject'),
      objects('settings', 'calendar.json', '', 'GetObject'),
      secret('codeSecrets'),
      post,
    ],
    memory: 1024,
    seconds: 240,
    // Officials hold their offices in provinces and regencies.
    companions: ['provinces', 'regencies'],
    steps: {
      'console/import-settings': rule('SettingsUploaded', 'New settings', {
        of: 'object',
        bucket: 'settings',
        key: ['people.json', 'budgets.json', 'calendar.json'],
      }),
      'identity/restore-codes': administrator('RestoreCodesFunctionName'),
    },
  },
  records: {
    purpose: 'Enters into the record what machines decide, and reports it to the people concerned',
    uses: [table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'), post],
    ...usual,
    steps: {
      'verification/record-verification': task,
      'approval/award-grant': task,
      'payment/record-receipts': task,
      'training/open-training': task,
      'training/record-overdue': task,
      'closing/close-proposal': task,
      'closing/record-rejection': task,
      'closing/reopen-proposal': task,
      'closing/uphold-rejection': task,
      // The machine catches no failure, so that a redrive continues from the step that failed (ADR 0014).
      'closing/record-failure': rule(
        'ProposalHalted',
        'An execution failed, was aborted by hand or ran out of time',
        { of: 'execution', detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'] } },
      ),
      'closing/record-redrive': rule('ProposalRedriven', 'A halted execution goes on', {
        of: 'execution',
        detail: { status: ['RUNNING'], redriveCount: [{ numeric: ['>', 0] }] },
      }),
    },
  },
  papers: {
    purpose: 'Opens tranches; draws the papers that people sign, and the forms that they fill in',
    uses: [table('GetItem', 'Query', 'PutItem'), objects(...drafts, 'PutObject')],
    // Draws up to nine PDFs.
    memory: 1024,
    seconds: 60,
    // Papers name regency and province.
    companions: ['provinces', 'regencies', 'fonts'],
    steps: {
      'payment/open-tranche': task,
      'payment/draft-papers': task,
      'public-works/open-muster-roll': task,
      'public-works/draft-wage-papers': task,
    },
  },
  payments: {
    purpose: 'Takes a tranche from its reservation to its settlement, and money back to the treasury',
    uses: [
      table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'),
      resume('payment', 'deposit'),
      start('deposit'),
      post,
    ],
    ...usual,
    steps: {
      'payment/reserve-tranche': task,
      'payment/instruct-bank': task,
      'payment/settle-tranche': task,
      'payment/leave-unpaid': task,
      'payment/settle-deposit': task,
      'payment/recall-money': administrator('RecallMoneyFunctionName'),
    },
  },
  'payment-runs': {
    purpose: 'Gathers ready payments, sends or withdraws what was decided about',
    uses: [
      table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'ConditionCheckItem'),
      index,
      objects(...prepared, 'GetObjectVersion'),
      objects('bank', 'outbox/*', 'One file for each run and rail.', 'PutObject'),
      // A file that the connector has moved is not put a second time.
      objects('bank', 'fetched/*', 'One file for each run and rail.', 'GetObject'),
      // A payment whose fiscal year is over is told to its execution in place of an answer of the bank.
      resume('payment'),
      post,
    ],
    // Goes through a run a part at a time; `bench/README.md` says how long that takes.
    memory: 512,
    seconds: 240,
    unexercised: [
      {
        actions: ['states:SendTaskSuccess'],
        resources: [':stateMachine:jaring-dev-payment'],
        reason:
          'A payment that still waits for a run when its fiscal year is over; the ways play no New Year.',
      },
    ],
    steps: {
      'payment/gather-payments': task,
      'payment/send-run': task,
      'payment/withdraw-run': task,
    },
  },
  'payment-files': {
    purpose: 'Writes the bank files of a run: what writes them cannot send them',
    uses: [
      table('GetItem', 'BatchGetItem', 'Query', 'PutItem'),
      objects(...prepared, 'GetObject', 'PutObject'),
    ],
    memory: 512,
    seconds: 240,
    unexercised: [
      {
        actions: ['s3:GetObject'],
        reason:
          'What an attempt that died had put is looked at; the ways kill none between the object and its record.',
      },
    ],
    steps: { 'payment/write-instruction': task },
  },
  'bank-answers': {
    purpose: 'Applies what the bank says, and what an administrator decides about what it cannot place',
    uses: [
      table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'),
      objects('bank', 'inbox/*', 'The bank names its answers.', 'GetObjectVersion'),
      // A list of the treasury's confirms a deposit in place of the KPPN.
      resume('payment', 'deposit'),
      start('payment'),
      post,
    ],
    // An answer may be of any size; no caller waits for it, and what has been applied stays applied. Lambda's longest.
    memory: 512,
    seconds: 900,
    unexercised: [
      {
        actions: ['dynamodb:DeleteItem', 'states:SendTaskSuccess'],
        resources: [':stateMachine:jaring-dev-deposit'],
        reason:
          'A list of the treasury’s that comes while the KPPN is asked ends that question; in the ways the KPPN answers.',
      },
    ],
    steps: {
      'payment/read-bank-answer': rule('BankAnswered', 'An answer of the bank', {
        of: 'object',
        bucket: 'bank',
        key: [{ prefix: 'inbox/' }],
      }),
      'payment/resolve-bank-item': administrator('ResolveBankItemFunctionName'),
    },
  },
  replies: {
    purpose: 'Takes answers by mail',
    uses: [
      table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'),
      objects('inbox', 'replies/*', 'SES names the mails that it stores.', 'GetObjectVersion'),
      // What validates answers takes it, though no ask that wants documents is answered by mail.
      bucketName('uploads'),
      // The release of a run, the one ask about the bank's files, is answered on its page.
      bucketName('bank'),
      // No ask of the training or of a deposit can be answered by a reply.
      resume('verification', 'approval', 'payment', 'objection', 'proposal'),
      post,
    ],
    // A mail of up to 10 MiB is taken apart in memory.
    memory: 1024,
    seconds: 60,
    unexercised: [
      {
        actions: ['dynamodb:DeleteItem'],
        reason:
          'A reply to an ask that was escalated takes it off the superior’s list too; the ways play that on the page.',
      },
    ],
    steps: {
      'asks/take-reply': rule('ReplyReceived', 'A reply by mail', {
        of: 'object',
        bucket: 'inbox',
        key: [{ prefix: 'replies/' }],
      }),
    },
  },
  messages: {
    purpose: 'Sends messages, alone of all; finds another way to who could not be reached',
    uses: [
      table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'),
      // What a service would not take before is found by the time of its next attempt.
      index,
      mail,
    ],
    // Twenty-five messages of a cause, five at a time; after a morning without a mail service, hundreds that wait.
    memory: 512,
    seconds: 240,
    steps: {
      'asks/send-messages': nudge,
      'asks/note-delivery': rule('MailFailed', 'A mail bounced, or its reader complained', {
        of: 'mail',
        kinds: ['Email Bounced', 'Email Complaint Received'],
      }),
    },
  },
  sweeps: {
    purpose:
      'What runs by the clock: resumes what an answer did not reach, has sent what waits, the morning’s lists, the questions about late bookings and the warnings before the year’s end',
    uses: [
      table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'),
      index,
      resume(...asking),
      start('deposit'),
      post,
    ],
    memory: 1024,
    seconds: 240,
    unexercised: [anyMachine, leftoverAnywhere],
    steps: {
      // An answer resumes its execution at once, and the ask's next turn would find it too. What both missed, because
      // something was down just then, continues before the working day begins or at noon. So do messages that no service
      // would take.
      'asks/resume-answered': schedule('ResumeAnswered', 'resume-answered', '0 6,12 ? * * *'),
      // Before the office opens. The step itself passes over public holidays.
      'asks/send-digests': schedule('SendDigests', 'send-digests', '0 7 ? * MON-FRI *'),
      // Statements of the day before have come by then. The step itself passes over public holidays.
      'payment/question-late-bookings': schedule(
        'QuestionLateBookings',
        'question-late-bookings',
        '0 8 ? * MON-FRI *',
      ),
      // No last day is so early that 30 working days before it lie before October.
      'payment/warn-year-end': schedule('WarnYearEnd', 'warn-year-end', '30 7 ? 10-12 MON-FRI *'),
    },
  },
} as const satisfies Record<string, Lambda>;

/** The name of a Lambda. */
export type LambdaName = keyof typeof lambdas;

/** All names, in the order above. */
export const lambdaNames = Object.keys(lambdas) as LambdaName[];

type StepsOf<Name extends LambdaName> = keyof (typeof lambdas)[Name]['steps'] & string;

/** The name of a step: the path of its file under `functions/`, without extension. */
export type StepName = { [Name in LambdaName]: StepsOf<Name> }[LambdaName];

/** The Lambda that carries a step. */
type LambdaOf<Step extends StepName> = {
  [Name in LambdaName]: Step extends StepsOf<Name> ? Name : never;
}[LambdaName];

type Intersection<Union> = (Union extends unknown ? (each: Union) => void : never) extends (
  each: infer All,
) => void
  ? All
  : never;
type VariablesOf<Name extends LambdaName> = Intersection<(typeof lambdas)[Name]['uses'][number]['variables']>;

/** The parsed environment of a step: all that its Lambda uses. */
export type Environment<Step extends StepName> = Step extends StepName
  ? VariablesOf<LambdaOf<Step>> extends infer Variables extends z.ZodRawShape
    ? z.output<z.ZodObject<Variables>>
    : never
  : never;

/** A Lambda's row. */
export function lambdaNamed(name: LambdaName): Lambda {
  return lambdas[name];
}

/** The steps of a Lambda, each with what calls it. */
export function stepsOf(name: LambdaName): readonly (readonly [StepName, Trigger])[] {
  return Object.entries(lambdas[name].steps) as [StepName, Trigger][];
}

const carriers = new Map<StepName, LambdaName>(
  lambdaNames.flatMap((name) => stepsOf(name).map(([step]) => [step, name] as const)),
);

/** All steps, in the order above. @public */
export const stepNames: readonly StepName[] = [...carriers.keys()];

/** The Lambda that carries a step. */
export function lambdaOf(step: StepName): LambdaName {
  const name = carriers.get(step);
  if (name === undefined) throw new RangeError(`No Lambda carries the step ${step}.`);
  return name;
}

/** The variables of a Lambda's environment, each with its schema. */
export function variablesOf(name: LambdaName): z.ZodRawShape {
  return Object.assign({}, ...lambdaNamed(name).uses.map(({ variables }) => variables));
}
