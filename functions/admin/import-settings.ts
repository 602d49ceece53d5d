/**
 * `people.json` or `budgets.json` was uploaded to the settings bucket: brings the table to what it says.
 *
 * A file with problems changes nothing; what is wrong is in the log and in the settings journal.
 *
 * @grants dynamodb: GetItem, Query, PutItem, UpdateItem, DeleteItem; s3: GetObject (settings)
 */
import { GetObjectCommand } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { importSettings, settingsFiles } from '#functions/admin/settings-import.ts';
import { dynamoDb, s3 } from '#functions/shared/clients.ts';
import { eventHandler } from '#functions/shared/handler.ts';
import { createStore } from '#functions/store/store.ts';

const detail = z.object({ object: z.object({ key: z.string() }) });

export const handler = eventHandler(
  'admin/import-settings',
  detail,
  async ({ object }, { env, logger, now }) => {
    const file = settingsFiles.find((name) => name === object.key);
    if (file === undefined) return;
    const { Body } = await s3().send(new GetObjectCommand({ Bucket: env.SETTINGS_BUCKET, Key: file }));
    const text = (await Body?.transformToString('utf-8')) ?? '';
    const store = createStore({ client: dynamoDb(), tableName: env.TABLE_NAME });
    const { outcome, ...rest } = await importSettings(store, file, text, now);
    logger.info('Settings were read.', { file, outcome, ...rest });
  },
);
