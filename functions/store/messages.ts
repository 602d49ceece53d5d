/** What was sent to whom: an outbox that makes sending idempotent, and the record of what people were told. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { keys } from '#functions/store/keys.ts';
import { type Connection, parseRecord, putItem, queryItems, updateItem } from '#functions/store/table.ts';

const messageSchema = z.object({
  id: z.string(),
  proposalId: z.string().optional(),
  template: z.string(),
  /** The recipient, masked: enough to recognise, not enough to write to. */
  to: z.string(),
  status: z.enum(['claimed', 'sent']),
  claimedAt: z.string(),
  sentAt: z.string().optional(),
  /** The id that the mail service gave it. */
  serviceMessageId: z.string().optional(),
});

/** One message's record. */
export type SentMessage = z.output<typeof messageSchema>;

export const createMessages = (connection: Connection) => ({
  /**
   * Claims a message before sending it.
   *
   * @returns false when it was already sent. A claim whose sender died before `sent` can be claimed again: rather
   *   twice than never.
   */
  claim: async (message: Pick<SentMessage, 'id' | 'proposalId' | 'template' | 'to' | 'claimedAt'>) => {
    try {
      await putItem(
        connection,
        keys.message(message.proposalId, message.id),
        { ...message, status: 'claimed' },
        {
          text: 'attribute_not_exists(pk) OR #status = :claimed',
          names: { '#status': 'status' },
          values: { ':claimed': 'claimed' },
        },
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  },

  /** Records that a claimed message went out. */
  sent: async (
    message: Pick<SentMessage, 'id' | 'proposalId'> & { sentAt: string; serviceMessageId?: string },
  ): Promise<void> => {
    await updateItem(connection, keys.message(message.proposalId, message.id), {
      text: `SET #status = :sent, sentAt = :at${message.serviceMessageId === undefined ? '' : ', serviceMessageId = :service'}`,
      names: { '#status': 'status' },
      values: {
        ':sent': 'sent',
        ':at': message.sentAt,
        ...(message.serviceMessageId !== undefined && { ':service': message.serviceMessageId }),
      },
    });
  },

  /** All messages about a proposal. */
  list: async (proposalId: string): Promise<SentMessage[]> => {
    const { pk } = keys.proposal(proposalId);
    const found = await queryItems(connection, pk, 'MESSAGE#');
    return found.map(({ key, attributes }) => parseRecord(messageSchema, key, attributes));
  },
});
