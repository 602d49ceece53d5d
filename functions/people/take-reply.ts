/**
 * Reads a mail that SES laid into the inbox, and takes it as an answer or answers it.
 *
 * A mail that is larger than a reply may be is not read beyond its head. The mail stays in the inbox for as long as
 * old packets do; what it decided is in the record.
 *
 * @grants dynamodb: GetItem, BatchGetItem, Query, PutItem, UpdateItem, DeleteItem; s3: GetObjectVersion (inbox replies/*); states: SendTaskSuccess; ses: SendEmail; sms-voice: SendTextMessage
 */
import { GetObjectCommand } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { answerReply } from '#functions/people/replies/answer-reply.ts';
import { readIncomingMail } from '#functions/people/replies/incoming-mail.ts';
import { dynamoDb, s3, stepFunctions } from '#functions/shared/clients.ts';
import { eventHandler } from '#functions/shared/handler.ts';
import { messengerOf } from '#functions/shared/messenger.ts';
import { createStore } from '#functions/store/store.ts';

const detail = z.object({
  object: z.object({ key: z.string(), 'version-id': z.string(), size: z.number() }),
});

/** The largest mail that is read, in bytes. A reply without attachments has a few thousand. */
const largestMail = 10 * 1024 * 1024;
/** So much of a larger one is read: its headers and what SES found out about it. */
const headBytes = 65_536;

export const handler = eventHandler(
  'people/take-reply',
  detail,
  async ({ object }, { env, logger, metrics, now }) => {
    const { key, 'version-id': versionId, size } = object;
    const tooLarge = size > largestMail;
    const { Body } = await s3().send(
      new GetObjectCommand({
        Bucket: env.INBOX_BUCKET,
        Key: key,
        VersionId: versionId,
        ...(tooLarge && { Range: `bytes=0-${headBytes - 1}` }),
      }),
    );
    const mail = await readIncomingMail((await Body?.transformToByteArray()) ?? new Uint8Array());
    const outcome =
      mail === undefined
        ? 'ignored: no mail'
        : await answerReply(
            {
              store: createStore({ client: dynamoDb(), tableName: env.TABLE_NAME }),
              s3: s3(),
              uploadsBucket: env.UPLOADS_BUCKET,
              linkBaseUrl: env.LINK_BASE_URL,
              stepFunctions: stepFunctions(),
              ...messengerOf(env),
              logger,
            },
            { key: `${key}#${versionId}`, mail, tooLarge, now },
          );
    logger.info('A reply was received.', { key, size, outcome });
    const [what = 'taken'] = outcome.split(':');
    metrics.addMetric(`Reply${what.slice(0, 1).toUpperCase()}${what.slice(1)}`, 'Count', 1);
  },
);
