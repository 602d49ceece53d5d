/**
 * A file arrived in the bank bucket's `inbox/`: applies it, and tells the administrators when it cannot be read or
 * says something that fits no payment. The file stays where it is.
 *
 * @grants dynamodb: GetItem, BatchGetItem, Query, PutItem, UpdateItem; s3: GetObjectVersion inbox/*; states: SendTaskSuccess, StartExecution (payment); ses: SendEmail; sms-voice: SendTextMessage
 */
import * as z from 'zod';
import { applyBankFile } from '#functions/payment/bank-answers.ts';
import { readAnswerObject } from '#functions/payment/bank-objects.ts';
import { takeUpReturn } from '#functions/payment/returning.ts';
import { sendMessage } from '#functions/people/send-message.ts';
import { writtenProblem } from '#functions/people/words.ts';
import { dynamoDb, s3, stepFunctions } from '#functions/shared/clients.ts';
import { eventHandler } from '#functions/shared/handler.ts';
import { messengerOf } from '#functions/shared/messenger.ts';
import { adminsFor } from '#functions/shared/recipients.ts';
import { createStore } from '#functions/store/store.ts';

/** EventBridge's "Object Created" of a versioned bucket. */
const detail = z.object({
  object: z.object({ key: z.string(), size: z.number().default(0), 'version-id': z.string() }),
});

/** Problems that a mail lists; the record has all. */
const listed = 50;

export const handler = eventHandler('payment/read-bank-answer', detail, async ({ object }, tools) => {
  const { env, logger, now } = tools;
  const at = { key: object.key, versionId: object['version-id'], bytes: object.size };
  if (!at.key.startsWith('inbox/')) return;
  const store = createStore({ client: dynamoDb(), tableName: env.TABLE_NAME });
  const content = await readAnswerObject(s3(), env.BANK_BUCKET, at);
  const file = await applyBankFile(
    {
      ...{ store, stepFunctions: stepFunctions() },
      returned: takeUpReturn({
        ...{ store, ...messengerOf(env), stepFunctions: stepFunctions() },
        paymentMachineArn: env.PAYMENT_STATE_MACHINE_ARN,
        linkBaseUrl: env.LINK_BASE_URL,
      }),
    },
    { ...at, content, now },
  );
  const { outcome, moved, unknown, contradictions, paidAgain } = file;
  logger.info('A file of the bank was looked at.', { key: at.key, outcome, moved });
  const odd = unknown.length + contradictions.length + paidAgain.length > 0;
  if (outcome === 'read' && !odd) return;
  for (const to of await adminsFor(store.people, undefined)) {
    const common = {
      id: `bank-file.${at.key}.${at.versionId}.${to.key}`,
      to,
      language: to.language,
      now,
    };
    const deps = { store, ...messengerOf(env) };
    if (outcome === 'read')
      await sendMessage(deps, {
        ...common,
        template: 'bank-file-odd',
        facts: {
          key: at.key,
          unknown: unknown.slice(0, listed),
          contradictions: contradictions.slice(0, listed),
          paidAgain: paidAgain.slice(0, listed),
        },
      });
    else
      await sendMessage(deps, {
        ...common,
        template: 'bank-file-refused',
        facts: { key: at.key, problems: file.problems.slice(0, listed).map(writtenProblem) },
      });
  }
});
