/** Uploaded packets: which versions of `proposal.json` were seen in a folder, and who waits for its attachments. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { Change } from '#functions/store/commit.ts';
import { AlreadyExists } from '#functions/store/errors.ts';
import { keys } from '#functions/store/keys.ts';
import {
  type Connection,
  conditions,
  getItem,
  parseRecord,
  updateItem,
  write,
} from '#functions/store/table.ts';

const uploadSchema = z.object({
  /** The S3 version id: pins the bytes that were meant. */
  versionId: z.string(),
  /** Orders the versions of one object, whatever the order of their events; absent when the event had none. */
  sequencer: z.string().optional(),
  /** Shows whether two versions have the same content. */
  etag: z.string().optional(),
  /** The correction that it answered, for a revision. */
  askId: z.string().optional(),
  at: z.string(),
});

const packetSchema = z.object({
  prefix: z.string(),
  proposalId: z.string(),
  version: z.int(),
  /** The versions that counted: the first upload, then each revision. The last one is the packet's present content. */
  accepted: z.array(uploadSchema).min(1),
  /** Versions that came when nothing was asked for, and were answered with a refusal. */
  refused: z.array(uploadSchema),
});

/** One upload of `proposal.json`. */
export type Upload = z.output<typeof uploadSchema>;
/** A packet folder's record. */
export type PacketRecord = z.output<typeof packetSchema>;

/** The packet's record was changed by another upload since it was read. */
export class StalePacket extends Error {
  override readonly name = 'StalePacket';
  constructor(prefix: string) {
    super(`Packet ${prefix} got another upload since it was read; read it again.`);
  }
}

const waiterSchema = z.object({
  proposalId: z.string(),
  /** Names of the attachments that the packet lists. */
  wanted: z.array(z.string()),
  taskToken: z.string(),
  /** When the wait began. */
  since: z.string(),
});

/** An execution that waits for a packet's attachments. */
export type AttachmentWaiter = z.output<typeof waiterSchema>;

/** The version of `proposal.json` that counts now. */
export function currentUpload(packet: PacketRecord): Upload {
  const last = packet.accepted.at(-1);
  if (last === undefined) throw new RangeError('A packet has at least one accepted upload.');
  return last;
}

export function createPackets(connection: Connection) {
  return {
    get: async (prefix: string): Promise<PacketRecord | undefined> => {
      const key = keys.packet(prefix);
      const attributes = await getItem(connection, key);
      return attributes && parseRecord(packetSchema, key, attributes);
    },

    /** The record of a folder's first upload. `AlreadyExists` when there was one before. */
    create: (prefix: string, proposalId: string, upload: Upload): Change => ({
      write: write.put(
        keys.packet(prefix),
        { prefix, proposalId, version: 1, accepted: [upload], refused: [] } satisfies PacketRecord,
        { condition: conditions.absent },
      ),
      onConflict: () => new AlreadyExists(`Packet ${prefix}`),
    }),

    /** A later upload, accepted as a revision or refused. `StalePacket` when another came in between. */
    add: (packet: PacketRecord, as: 'accepted' | 'refused', upload: Upload): Change => ({
      write: write.put(
        keys.packet(packet.prefix),
        { ...packet, version: packet.version + 1, [as]: [...packet[as], upload] },
        { condition: conditions.version(packet.version) },
      ),
      onConflict: () => new StalePacket(packet.prefix),
    }),

    /** Notes which attachments the packet lists; an execution that waits already goes on waiting, for these. */
    expect: async (
      prefix: string,
      { proposalId, wanted }: { proposalId: string; wanted: readonly string[] },
    ): Promise<void> => {
      await updateItem(connection, keys.waiter(prefix), {
        text: 'SET proposalId = :proposalId, wanted = :wanted',
        values: { ':proposalId': proposalId, ':wanted': wanted },
      });
    },

    /** Notes that an execution waits for the attachments that were expected; the latest one counts. */
    await: async (
      prefix: string,
      { taskToken, since }: Pick<AttachmentWaiter, 'taskToken' | 'since'>,
    ): Promise<void> => {
      await updateItem(connection, keys.waiter(prefix), {
        text: 'SET taskToken = :taskToken, since = :since',
        values: { ':taskToken': taskToken, ':since': since },
      });
    },

    /** Who waits for this packet's attachments, if anyone does. */
    waiter: async (prefix: string): Promise<AttachmentWaiter | undefined> => {
      const key = keys.waiter(prefix);
      const attributes = await getItem(connection, key);
      return attributes === undefined || attributes.taskToken === undefined
        ? undefined
        : parseRecord(waiterSchema, key, attributes);
    },

    /** Forgets the waiter once it was woken, unless another wait has begun; later attachments then cost one read. */
    forgetWaiter: async (prefix: string, taskToken: string): Promise<void> => {
      try {
        await updateItem(
          connection,
          keys.waiter(prefix),
          { text: 'REMOVE taskToken' },
          { text: 'taskToken = :woken', values: { ':woken': taskToken } },
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
  };
}
