/**
 * What is being sent and was sent to whom: what makes sending idempotent, and the record of the notices people were sent. What a service would not take for now keeps its content, packed, until it has left (ADR 0038).
 */
import { setTimeout as timer } from 'node:timers/promises';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { type Key, keys, statusKeys } from '#functions/store/keys.ts';
import { isSameProof, locatorOf, proofOf, recordAnswered, recordOf } from '#functions/store/message-links.ts';
import { pack, unpack } from '#functions/store/packed.ts';
import {
  type Attributes,
  type Connection,
  type Consistency,
  type Expression,
  getItem,
  getItems,
  parseRecord,
  putItem,
  queryItems,
  queryStatus,
  updateItem,
} from '#functions/store/table.ts';

/** What a message asks for, and of whom. */
export const aboutSchema = z.object({
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
export const messageLinkSchema = z.discriminatedUnion('to', [
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
  /**
   * `waiting`: a service would not take it for now, and it is tried again; `refused`: no service will, which those who had to
   * know were told.
   */
  status: z.enum(['claimed', 'waiting', 'sent', 'refused']),
  claimedAt: z.string(),
  /** Whose claim it is: another for every attempt to send. */
  claimId: z.string(),
  sentAt: z.string().optional(),
  /** The id that the mail service gave it. */
  serviceMessageId: z.string().optional(),
  /** The links in it, and those in what a sender sent who died before noting it. */
  links: z.array(provenLinkSchema).optional(),
  /** While it waits: how often it was tried, and when it is tried again. */
  attempts: z.int().min(1).optional(),
  nextAttemptAt: z.iso.datetime().optional(),
});

/** One message's record. */
export type SentMessage = z.output<typeof messageSchema>;

/** What a reply to a message answers. */
export type Answered = AboutAsk & { subjectId: string };

/** A message that a sender is about to send. */
export type MessageClaim = Omit<
  SentMessage,
  'status' | 'sentAt' | 'serviceMessageId' | 'attempts' | 'nextAttemptAt'
>;

/** Which message it is. */
interface Named {
  id: string;
  subjectId?: string | undefined;
}

/** A message that waits, with what is to be sent as its sender packed it: parsed by no schema yet. */
export interface WaitingMessage {
  message: SentMessage;
  content: unknown;
}

/** How often, and how far apart (milliseconds), a sender looks whether another has sent what it claimed. */
const looks = 20;
const betweenLooks = 100;

/** Oldest first. */
function compare(one = '', other = '') {
  return one < other ? -1 : Number(one > other);
}

function withLinks(message: MessageClaim, earlier: readonly ProvenLink[]): MessageClaim {
  const links = [...earlier, ...(message.links ?? [])];
  return links.length === 0 ? message : { ...message, links };
}

/** What a message is rid of once it has left, or never will. */
const atTheEnd = 'REMOVE packed, gsi1pk, gsi1sk, attempts, nextAttemptAt';

function keyOf({ id, subjectId }: Named): Key {
  return keys.message(subjectId, locatorOf(id));
}

export function createMessages(connection: Connection) {
  /** Updates a message if the condition holds. @returns its record as it is now; undefined where it did not hold */
  const updateIf = async (
    named: Named,
    update: Expression,
    condition: Expression,
  ): Promise<Attributes | undefined> => {
    try {
      return await updateItem(connection, keyOf(named), update, condition);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  };

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
     * @returns false when it was already sent, waits to be sent again, or never can be
     */
    claim: async (message: MessageClaim): Promise<boolean> => {
      const { subjectId, id, claimId } = message;
      let holder = claimId;
      let earlier: readonly ProvenLink[] = [];
      while (!(await take(withLinks(message, earlier), holder))) {
        const found = await find(subjectId, id);
        if (found?.status === 'waiting' || found?.status === 'refused') return false;
        holder = found?.claimId ?? claimId;
        earlier = found?.links ?? [];
        for (let look = 0; look < looks; look++) {
          const current = look === 0 ? found : await find(subjectId, id);
          if (current !== undefined && current.status !== 'claimed') return false;
          if (current?.claimId !== holder) break;
          await (connection.pause ?? timer)(betweenLooks);
        }
      }
      return true;
    },

    /** Records that a claimed message went out. */
    sent: async (message: Named & { sentAt: string; serviceMessageId?: string }): Promise<void> => {
      await updateItem(connection, keyOf(message), {
        text: `SET #status = :sent, sentAt = :at${message.serviceMessageId === undefined ? '' : ', serviceMessageId = :service'} ${atTheEnd}`,
        names: { '#status': 'status' },
        values: {
          ':sent': 'sent',
          ':at': message.sentAt,
          ...(message.serviceMessageId !== undefined && { ':service': message.serviceMessageId }),
        },
      });
    },

    /**
     * Keeps a message that a service would not take for now, with what is to be sent, until it has left.
     *
     * @param waiting.claimId the claim under which it was tried: another's is not touched
     * @param waiting.content JSON; nothing in it opens a page
     */
    wait: async (
      waiting: Named & { claimId: string; attempts: number; nextAttemptAt: string; content: object },
    ): Promise<void> => {
      const { claimId, attempts, nextAttemptAt, content } = waiting;
      const { gsi1pk, gsi1sk } = statusKeys.waitingMessage(nextAttemptAt, locatorOf(waiting.id));
      await updateIf(
        waiting,
        {
          text: 'SET #status = :waiting, attempts = :attempts, nextAttemptAt = :next, packed = :content, gsi1pk = :pk, gsi1sk = :sk',
          names: { '#status': 'status' },
          values: {
            ...{ ':waiting': 'waiting', ':attempts': attempts, ':next': nextAttemptAt },
            ...{ ':content': pack(content), ':pk': gsi1pk, ':sk': gsi1sk },
          },
        },
        {
          text: 'claimId = :own AND #status <> :sent',
          values: { ':own': claimId, ':sent': 'sent' },
        },
      );
    },

    /**
     * The messages whose next attempt is due, at most `limit`, those that have waited longest first.
     *
     * @param now business time, ISO 8601
     */
    due: async (now: string, limit: number): Promise<WaitingMessage[]> => {
      const found = await getItems(
        connection,
        await queryStatus(connection, statusKeys.waitingMessage(now, '').gsi1pk, limit),
      );
      // The index lags: each one is looked at itself.
      return found
        .map(({ key, attributes }) => ({
          message: parseRecord(messageSchema, key, attributes),
          content: unpack(attributes.packed),
        }))
        .filter(({ message }) => message.status === 'waiting' && (message.nextAttemptAt ?? now) <= now)
        .toSorted((one, other) => compare(one.message.nextAttemptAt, other.message.nextAttemptAt));
    },

    /**
     * Claims a message that waits, and notes the links that it is given this time next to the earlier ones. It waits on
     * until it was sent: who dies with it leaves it to the next.
     *
     * @param claim.held the claim that it was found with
     * @returns false when another sender has it, or it was sent
     */
    claimWaiting: async (
      claim: Named & { held: string; claimId: string; links: readonly ProvenLink[] },
    ): Promise<boolean> =>
      (await updateIf(
        claim,
        {
          text: 'SET claimId = :own, links = list_append(if_not_exists(links, :none), :links)',
          values: { ':own': claim.claimId, ':none': [], ':links': [...claim.links] },
        },
        {
          text: '#status = :waiting AND claimId = :held',
          names: { '#status': 'status' },
          values: { ':waiting': 'waiting', ':held': claim.held },
        },
      )) !== undefined,

    /** Records that no service will ever take a message. */
    refused: async (message: Named): Promise<void> => {
      await updateIf(
        message,
        {
          text: `SET #status = :refused ${atTheEnd}`,
          names: { '#status': 'status' },
          values: { ':refused': 'refused' },
        },
        { text: '#status <> :sent AND attribute_exists(pk)', values: { ':sent': 'sent' } },
      );
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
