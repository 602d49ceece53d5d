/**
 * `people.json` or `budgets.json` was uploaded to the settings bucket: brings the table to what it says, and invites
 * officers who need one-time codes and have none to enrol.
 *
 * A file with problems changes nothing; the administrators get a mail that lists them, and they are in the settings
 * journal and the log. There is no other address to write to: while the directory names no administrator, the log is
 * all there is.
 *
 * @grants dynamodb: GetItem, BatchGetItem, Query, PutItem, UpdateItem, DeleteItem; s3: GetObject (settings); ses: SendEmail; sms-voice: SendTextMessage; secretsmanager: GetSecretValue
 */
import { GetObjectCommand } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { inviteOfficers } from '#functions/admin/code-invitations.ts';
import { importSettings, inWords, settingsFiles } from '#functions/admin/settings-import.ts';
import { tellRefusedSettings } from '#functions/admin/settings-refusal.ts';
import { dynamoDb, s3, secretsManager } from '#functions/shared/clients.ts';
import { codeSecretsFrom } from '#functions/shared/code-secrets.ts';
import { eventHandler } from '#functions/shared/handler.ts';
import { messengerOf } from '#functions/shared/messenger.ts';
import { regions } from '#functions/shared/regions.ts';
import { createStore } from '#functions/store/store.ts';

const detail = z.object({ object: z.object({ key: z.string() }) });

export const handler = eventHandler(
  'admin/import-settings',
  detail,
  async ({ object }, { env, logger, now }) => {
    const file = settingsFiles.find((name) => name === object.key);
    if (file === undefined) return;
    const { Body, VersionId = 'unversioned' } = await s3().send(
      new GetObjectCommand({ Bucket: env.SETTINGS_BUCKET, Key: file }),
    );
    const text = (await Body?.transformToString('utf-8')) ?? '';
    const store = createStore({ client: dynamoDb(), tableName: env.TABLE_NAME });
    const mail = { store, ...messengerOf(env) };
    const settings = { file, text, versionId: VersionId, now };
    const imported = await importSettings({ store, regions }, settings);
    if (imported.outcome !== 'refused') {
      logger.info('Settings were read.', { file, ...imported });
      if (file !== 'people.json') return;
      const codeSecrets = () => codeSecretsFrom(secretsManager(), env.CODE_SECRETS_ARN);
      const invited = await inviteOfficers(
        { ...mail, linkBaseUrl: env.LINK_BASE_URL, codeSecrets },
        { occasion: `people.json-${VersionId}`, now },
      );
      return logger.info('People were invited to enrol for codes.', { invited });
    }
    const { problems } = imported;
    logger.warn('Settings were refused.', { file, problems: problems.map(inWords) });
    const told = await tellRefusedSettings(mail, { file, versionId: VersionId, problems, now });
    if (told === 0) logger.warn('No administrator is known who could be told.', { file });
  },
);
