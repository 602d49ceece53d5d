/**
 * `proposal.json` was uploaded: starts the proposal's execution, or takes the upload as the revision that an open
 * correction waits for, or tells the sender that nobody asked for it.
 *
 * @grants dynamodb: GetItem, Query, PutItem, UpdateItem; s3: GetObjectVersion (uploads); states: StartExecution (proposal), SendTaskSuccess; ses: SendEmail; sms-voice: SendTextMessage
 */
import { ExecutionAlreadyExists, StartExecutionCommand } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { proposalIdOf } from '#domain/identifiers.ts';
import { answerAsk } from '#functions/people/record-answer.ts';
import { sendMessage } from '#functions/people/send-message.ts';
import { factsFor } from '#functions/people/status-link.ts';
import { dynamoDb, s3, stepFunctions } from '#functions/shared/clients.ts';
import { eventHandler } from '#functions/shared/handler.ts';
import { messengerOf } from '#functions/shared/messenger.ts';
import { packetContact } from '#functions/shared/packet-contact.ts';
import { packetKey, packetObjects } from '#functions/shared/packet-objects.ts';
import { adminsFor, groupNameOf, type Recipient, recipientsOf } from '#functions/shared/recipients.ts';
import { createStore } from '#functions/store/store.ts';
import { receiveUpload, type UploadPorts } from '#functions/submission/upload.ts';

/** EventBridge's "Object Created" of a versioned bucket. */
const detail = z.object({
  object: z.object({
    key: z.string(),
    'version-id': z.string(),
    etag: z.string().optional(),
    sequencer: z.string().optional(),
  }),
});

export const handler = eventHandler('submission/start-proposal', detail, async ({ object }, tools) => {
  const { env, logger, now } = tools;
  const at = packetKey(object.key);
  if (at?.part !== 'proposal') return;
  const store = createStore({ client: dynamoDb(), tableName: env.TABLE_NAME });
  const objects = packetObjects(s3(), env.UPLOADS_BUCKET);

  const start: UploadPorts['start'] = async (proposalId, packetPrefix) => {
    try {
      await stepFunctions().send(
        new StartExecutionCommand({
          stateMachineArn: env.PROPOSAL_STATE_MACHINE_ARN,
          name: proposalId,
          input: JSON.stringify({ proposalId, packetPrefix }),
        }),
      );
    } catch (error) {
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    }
  };

  const tellRefused: UploadPorts['tellRefused'] = async ({ proposalId, proposal, upload, reason }) => {
    const salvaged = packetContact(await objects.proposalText(at.prefix, upload.versionId));
    const sender: Recipient[] =
      salvaged === undefined ? [] : [{ key: 'sender', email: salvaged.email, language: salvaged.language }];
    const others = () =>
      proposal === undefined ? adminsFor(store.people, proposal) : recipientsOf(store.people, proposal);
    for (const to of sender.length > 0 ? sender : await others())
      await sendMessage(
        { store, ...messengerOf(env) },
        {
          id: `${proposalId}.revision-refused.${upload.versionId}.${to.key}`,
          proposalId,
          to,
          language: to.language,
          template: 'revision-refused',
          facts: factsFor(
            { store, linkBaseUrl: env.LINK_BASE_URL },
            to,
            {
              proposalId,
              groupName: proposal === undefined ? at.prefix : groupNameOf(proposal),
              reason,
            },
            now,
          ),
          now,
        },
      );
  };

  const upload = {
    versionId: object['version-id'],
    at: now,
    ...(object.etag !== undefined && { etag: object.etag }),
    ...(object.sequencer !== undefined && { sequencer: object.sequencer }),
  };
  const outcome = await receiveUpload(
    { prefix: at.prefix, upload },
    {
      store,
      start,
      answer: (request) => answerAsk({ store, stepFunctions: stepFunctions(), logger }, request),
      tellRefused,
    },
  );
  // Not the packet's name: whoever knows it may upload into it.
  logger.info('An upload was received.', { proposalId: proposalIdOf(at.prefix), outcome });
});
