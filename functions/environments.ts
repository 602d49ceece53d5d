/**
 * The environment of every Lambda: which settings it needs, as one zod schema each.
 *
 * The CDK app types the values it passes by these schemas and parses them at synth, and the shared middleware
 * parses `process.env` by the same schema before the handler runs, so a forgotten variable fails at synth and a
 * drifted one at cold start, never in the middle of a proposal.
 */
import * as z from 'zod';

const resourceName = z.string().min(3).max(255);
const arn = z.string().startsWith('arn:');

/** Settings that the table's store needs. */
const table = { TABLE_NAME: resourceName };
/** The bucket that packets and evidence are uploaded to. */
const uploads = { UPLOADS_BUCKET: resourceName };
/**
 * Settings for sending messages: the verified sender, the address that replies go to, whom text messages come from (the
 * ARN of a sender id, number or pool), and the base URL of the links in messages. `off`: this stage does without.
 */
const mail = {
  MAIL_SENDER: z.email(),
  MAIL_REPLIES_TO: z.email().or(z.literal('off')),
  TEXT_SENDER: arn.or(z.literal('off')),
  LINK_BASE_URL: z.url(),
};
/** The bucket that mail to the address for replies lands in. */
const inbox = { INBOX_BUCKET: resourceName };
/** The secret from which the keys for personal data are derived. */
const personalData = { PERSONAL_DATA_SECRET_ARN: arn };
/** The secret from which the key for the secrets of one-time codes is derived. */
const codeSecrets = { CODE_SECRETS_ARN: arn };
/** The bucket that instructions to the bank leave by and its answers come in by. */
const bank = { BANK_BUCKET: resourceName };

/** The machine that a leftover or recalled money goes back by. */
const deposits = { DEPOSIT_STATE_MACHINE_ARN: arn };

/** Every function of the pipeline, by its `stage/verb-noun` name, with its environment schema. */
export const environments = {
  'submission/start-proposal': z.object({ ...table, ...uploads, ...mail, PROPOSAL_STATE_MACHINE_ARN: arn }),
  'submission/register-proposal': z.object({ ...table, ...uploads }),
  'submission/await-attachments': z.object({ ...table, ...uploads }),
  'submission/note-attachment': z.object({ ...table, ...uploads }),
  'submission/create-packet': z.object({ ...uploads }),

  'verification/run-checks': z.object({ ...table, ...uploads, ...mail, ...personalData }),
  'verification/record-verification': z.object({ ...table }),

  'approval/open-approval': z.object({ ...table }),
  'approval/award-grant': z.object({ ...table, ...mail }),

  'payment/open-tranche': z.object({ ...table }),
  'payment/draft-papers': z.object({ ...table, ...uploads }),
  'payment/reserve-tranche': z.object({ ...table }),
  'payment/instruct-bank': z.object({ ...table }),
  'payment/gather-payments': z.object({ ...table }),
  'payment/write-instruction': z.object({ ...table, ...bank }),
  'payment/ask-release': z.object({ ...table, ...mail }),
  'payment/show-run': z.object({ ...table }),
  'payment/decide-run': z.object({ ...table, ...mail, ...codeSecrets }),
  'payment/send-run': z.object({ ...table, ...bank }),
  'payment/withdraw-run': z.object({ ...table, ...mail }),
  'payment/read-bank-answer': z.object({ ...table, ...bank, ...mail, PAYMENT_STATE_MACHINE_ARN: arn }),
  'payment/resolve-bank-item': z.object({ ...table, ...mail, PAYMENT_STATE_MACHINE_ARN: arn }),
  'payment/settle-tranche': z.object({ ...table, ...mail }),
  'payment/record-receipts': z.object({ ...table, ...mail }),
  'payment/leave-unpaid': z.object({ ...table }),
  'payment/settle-deposit': z.object({ ...table, ...mail }),
  'payment/recall-money': z.object({ ...table, ...mail, ...deposits }),

  'training/open-training': z.object({ ...table }),
  'training/record-overdue': z.object({ ...table, ...mail }),

  'public-works/open-muster-roll': z.object({ ...table, ...uploads }),
  'public-works/check-muster-roll': z.object({ ...table, ...uploads, ...personalData }),
  'public-works/draft-wage-papers': z.object({ ...table, ...uploads }),

  'asks/plan-ask': z.object({ ...table }),
  'asks/run-turn': z.object({ ...table, ...uploads, ...mail, ...codeSecrets, ...deposits }),
  'asks/show-ask': z.object({ ...table, ...uploads, LINK_BASE_URL: z.url() }),
  'asks/submit-answer': z.object({ ...table, ...uploads, ...mail, ...codeSecrets, ...deposits }),
  'identity/show-sign-in': z.object({ ...table }),
  'identity/sign-in-out': z.object({ ...table, ...mail }),
  'asks/show-my-asks': z.object({ ...table, ...uploads, LINK_BASE_URL: z.url() }),
  'asks/submit-answers': z.object({ ...table, ...uploads, ...mail, ...codeSecrets }),
  'asks/send-digests': z.object({ ...table, ...mail }),
  'console/show-status': z.object({ ...table }),
  'asks/delegate-ask': z.object({ ...table, ...mail }),
  'identity/show-enrolment': z.object({ ...table }),
  'identity/enrol': z.object({ ...table, ...codeSecrets }),
  'asks/resume-answered': z.object({ ...table, ...deposits }),
  'asks/take-reply': z.object({ ...table, ...uploads, ...inbox, ...mail }),
  'asks/note-delivery': z.object({ ...table, ...mail }),

  'console/import-settings': z.object({ ...table, ...mail, ...codeSecrets, SETTINGS_BUCKET: resourceName }),
  'identity/restore-codes': z.object({ ...table, ...mail, ...codeSecrets }),
  'closing/close-proposal': z.object({ ...table, ...mail }),
  'closing/record-rejection': z.object({ ...table, ...mail }),
  'closing/reopen-proposal': z.object({ ...table, ...mail }),
  'closing/uphold-rejection': z.object({ ...table, ...mail }),
  'closing/record-failure': z.object({ ...table, ...mail }),
  'closing/record-redrive': z.object({ ...table }),
} as const satisfies Record<string, z.ZodObject>;

/** The name of a Lambda: the path of its file under `functions/`, without extension. */
export type FunctionName = keyof typeof environments;

/** The parsed environment of one function. */
export type Environment<Name extends FunctionName> = z.output<(typeof environments)[Name]>;

/** All function names, in the order above. */
export const functionNames = Object.keys(environments) as FunctionName[];
