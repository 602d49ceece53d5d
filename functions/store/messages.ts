/** What was sent to whom: an outbox that makes sending idempotent, and the record of the notices people were sent. */
import { setTimeout as timer } from 'node:timers/promises';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { keys } from '#functions/store/keys.ts';
import { isSameProof, locatorOf, proofOf, recordAnswered, recordOf } from '#functions/store/message-links.ts';
import {
  type Connection,
  type Consistency,
  getItem,
  parseRecord,
  putItem,
  queryItems,
  updateItem,
} from '#functions/store/table.ts';

/** What a message asks for, and of whom. */
const aboutSchema = z.object({
  askId: z.string(),
  /** The person of the directory it was sent to; absent for a group's leader and for a member. */
  personId: z.string().optional(),
});
export type AboutAsk = z.output<typeof aboutSchema>;

const linkTimes = {
  createdAt: z.iso.datetime(),
  /** From this moment on the link leads nowhere. */
  expiresAt: z.iso.datetime(),
};

/** Where a link in a message leads. */
const messageLinkSchema = z.discriminatedUnion('to', [
  z.strictObject({
    ...linkTimes,
    /** Shows and answers an ask: a person's own, or a member's part of a group's. */
    to: z.literal('ask'),
    askId: z.string(),
    /** The person of the directory whom it was sent to; absent for the group's leader and its members. */
    personId: z.string().optional(),
  }),
  /** Shows where the proposal stands. */
  z.strictObject({ ...linkTimes, to: z.literal('status') }),
]);
export type MessageLink = z.output<typeof messageLinkSchema>;

/** A link in a message, with the hash of its secret. */
const provenLinkSchema = z.object({ proof: z.string(), link: messageLinkSchema });
export type ProvenLink = z.output<typeof provenLinkSchema>;

const messageSchema = z.object({
  id: z.string(),
  /** Of the proposal, or the payment run, that it is about. */
  subjectId: z.string().optional(),
  template: z.string(),
  /** How it was sent; e-mail, if absent. */
  channel: z.enum(['email', 'text']).optional(),
  about: aboutSchema.optional(),
  /** The recipient, masked: enough to recognise, not enough to write to. */
  to: z.string(),
  status: z.enum(['claimed', 'sent']),
  claimedAt: z.string(),
  /** Whose claim it is: another for every attempt to send. */
  claimId: z.string(),
  sentAt: z.string().optional(),
  /** The id that the mail service gave it. */
  serviceMessageId: z.string().optional(),
  /** The links in it, and those in what a sender sent who died before noting it. */
  links: z.array(provenLinkSchema).optional(),
});

/** One message's record. */
export type SentMessage = z.output<typeof messageSchema>;

/** What a reply to a message answers. */
export type Answered = AboutAsk & { subjectId: string };

/** A message that a sender is about to send. */
export type MessageClaim = Omit<SentMessage, 'status' | 'sentAt' | 'serviceMessageId'>;

/** How often, and how far apart (milliseconds), a sender looks whether another has sent what it claimed. */
const looks = 20;
const betweenLooks = 100;

function withLinks(message: MessageClaim, earlier: readonly ProvenLink[]): MessageClaim {
  const links = [...earlier, ...(message.links ?? [])];
  return links.length === 0 ? message : { ...message, links };
}

export function createMessages(connection: Connection) {
  const find = async (subjectId: string | undefined, id: string): Promise<SentMessage | undefined> => {
    const key = keys.message(subjectId, locatorOf(id));
    const attributes = await getItem(connection, key);
    return attributes && parseRecord(messageSchema, key, attributes);
  };

  /** Claims a message that is unclaimed, or whose claim is this sender's own or the one that is given. */
  const take = async (message: MessageClaim, claimed: string): Promise<boolean> => {
    try {
      await putItem(
        connection,
        keys.message(message.subjectId, locatorOf(message.id)),
        { ...message, status: 'claimed' },
        {
          text: 'attribute_not_exists(pk) OR (#status = :claimed AND (claimId = :own OR claimId = :other))',
          names: { '#status': 'status' },
          values: { ':claimed': 'claimed', ':own': message.claimId, ':other': claimed },
        },
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };

  return {
    /**
     * Claims a message before sending it. While another sender has claimed it, it is waited for; a sender that has not sent
     * it within two seconds is taken for dead, and its claim taken over by one of those who wait: rather twice than never.
     *
     * @returns false when it was already sent
     */
    claim: async (message: MessageClaim): Promise<boolean> => {
      const { subjectId, id, claimId } = message;
      let holder = claimId;
      let earlier: readonly ProvenLink[] = [];
      while (!(await take(withLinks(message, earlier), holder))) {
        const found = await find(subjectId, id);
        holder = found?.claimId ?? claimId;
        earlier = found?.links ?? [];
        for (let look = 0; look < looks; look++) {
          const current = look === 0 ? found : await find(subjectId, id);
          if (current?.status === 'sent') return false;
          if (current?.claimId !== holder) break;
          await (connection.pause ?? timer)(betweenLooks);
        }
      }
      return true;
    },

    /** Records that a claimed message went out. */
    sent: async (
      message: Pick<SentMessage, 'id' | 'subjectId'> & { sentAt: string; serviceMessageId?: string },
    ): Promise<void> => {
      await updateItem(connection, keys.message(message.subjectId, locatorOf(message.id)), {
        text: `SET #status = :sent, sentAt = :at${message.serviceMessageId === undefined ? '' : ', serviceMessageId = :service'}`,
        names: { '#status': 'status' },
        values: {
          ':sent': 'sent',
          ':at': message.sentAt,
          ...(message.serviceMessageId !== undefined && { ':service': message.serviceMessageId }),
        },
      });
    },

    /** The message that was claimed under this id. */
    find,

    /**
     * Where a link in a message leads.
     *
     * @param secret as the link carries it
     * @param now business time, ISO 8601
     * @returns undefined for a foreign or altered one, `too-old` for one whose time is over
     */
    link: async (
      secret: string,
      now: string,
    ): Promise<(MessageLink & { subjectId: string }) | 'too-old' | undefined> => {
      const key = recordOf(secret);
      const proof = proofOf(secret);
      const look = async (consistency: Consistency) => {
        const attributes = await getItem(connection, key, consistency);
        const { links = [], subjectId } = (attributes && parseRecord(messageSchema, key, attributes)) ?? {};
        const found = links.find((each) => isSameProof(each.proof, proof));
        return found && subjectId !== undefined ? { ...found.link, subjectId } : undefined;
      };
      // A link never changes, so one that is found is right; one that is not may have been sent this moment.
      const link = (await look('eventual')) ?? (await look('strong'));
      return link !== undefined && link.expiresAt <= now ? 'too-old' : link;
    },

    /** What the message asked for that a reply to this address answers. */
    answered: async (address: string): Promise<Answered | undefined> => {
      const key = recordAnswered(address);
      const attributes = key && (await getItem(connection, key));
      if (key === undefined || attributes === undefined) return undefined;
      const { about, subjectId } = parseRecord(messageSchema, key, attributes);
      return about && subjectId !== undefined ? { ...about, subjectId } : undefined;
    },

    /** All messages about a subject. */
    list: async (subjectId: string): Promise<Omit<SentMessage, 'links'>[]> => {
      const { pk } = keys.message(subjectId, '');
      const found = await queryItems(connection, pk, 'MESSAGE#');
      // The hash of a link leaves the store for no one.
      return found.map(({ key, attributes }) => {
        const { links: _, ...message } = parseRecord(messageSchema, key, attributes);
        return message;
      });
    },
  };
}
