/**
 * A packet's objects in the uploads bucket: `<packet>/proposal.json` and `<packet>/attachments/<name>`.
 *
 * What is read here are untrusted bytes: sizes are known before anything is fetched, and nothing is fetched
 * that is larger than a limit.
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { packetPrefixSchema } from '#domain/identifiers.ts';
import { type MediaType, sniffedBytes, sniffMediaType } from '#domain/packet/media-type.ts';
import { maxPacketBytes, packetKeys } from '#domain/packet/packet.ts';

/** The bucket's folders for later papers; they cannot be a packet's name. */
const paperFolders: readonly string[] = ['evidence', 'drafts'];

/** Where a key of the uploads bucket belongs; undefined when it is no part of a packet. */
export function packetKey(
  key: string,
): { prefix: string; part: 'proposal' } | { prefix: string; part: 'attachment'; name: string } | undefined {
  const [prefix = '', folder = '', ...rest] = key.split('/');
  if (!packetPrefixSchema.safeParse(prefix).success || paperFolders.includes(prefix)) return undefined;
  if (folder === 'proposal.json' && rest.length === 0) return { prefix, part: 'proposal' };
  const name = rest[0];
  if (folder === 'attachments' && rest.length === 1 && name) return { prefix, part: 'attachment', name };
  return undefined;
}

/** What was found of an attachment, before its bytes are read. */
export interface ListedAttachment {
  name: string;
  bytes: number;
}

/** What an attachment's bytes are. */
export interface InspectedAttachment extends ListedAttachment {
  /** Which version was read. */
  versionId?: string | undefined;
  /** Hexadecimal; null when the file is too large for any rule-pack and was not read. */
  sha256: string | null;
  /** What the first bytes say it is; null when they say nothing we know. */
  mediaType: MediaType | null;
}

/** `proposal.json` as it was at one version; `contact` is the object's metadata of that name. */
export type ProposalFile =
  | { outcome: 'fetched'; content: Uint8Array; contact: string | undefined }
  | { outcome: 'too-large'; bytes: number; contact: string | undefined }
  | { outcome: 'gone' };

/** Larger files are not read whole: no rule-pack allows them, and the checks say so by their size. */
const maxInspectedBytes = 64 * 1024 * 1024;

/** The object, or the version that was pinned, is not there (any more). */
function isGone(error: unknown) {
  return (
    error instanceof NoSuchKey || (error instanceof S3ServiceException && error.name === 'NoSuchVersion')
  );
}

/** @param bucket the uploads bucket */
export function packetObjects(client: S3Client, bucket: string) {
  return {
    /**
     * `proposal.json` at a pinned version, so that what is checked is what was uploaded, whatever came later.
     */
    proposal: async (prefix: string, versionId: string): Promise<ProposalFile> => {
      const where = { Bucket: bucket, Key: packetKeys(prefix).proposal, VersionId: versionId };
      try {
        const { Body, ContentLength = 0, Metadata } = await client.send(new GetObjectCommand(where));
        const contact = Metadata?.contact;
        if (ContentLength > maxPacketBytes) {
          if (Body instanceof Readable) Body.destroy();
          return { outcome: 'too-large', bytes: ContentLength, contact };
        }
        const content = (await Body?.transformToByteArray()) ?? new Uint8Array();
        return { outcome: 'fetched', content, contact };
      } catch (error) {
        if (isGone(error)) return { outcome: 'gone' };
        throw error;
      }
    },

    /** The attachments that have arrived, by name. */
    attachments: async (prefix: string): Promise<ListedAttachment[]> => {
      const folder = packetKeys(prefix).attachments;
      const found: ListedAttachment[] = [];
      let from: string | undefined;
      do {
        const page = await client.send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: folder,
            ...(from !== undefined && { ContinuationToken: from }),
          }),
        );
        for (const { Key = '', Size = 0 } of page.Contents ?? [])
          found.push({ name: Key.slice(folder.length), bytes: Size });
        from = page.NextContinuationToken;
      } while (from !== undefined);
      return found;
    },

    /**
     * An attachment's hash and type, streamed: memory does not grow with its size. Undefined when it is gone.
     *
     * Of a file above `maxInspectedBytes` only the first bytes are read; `sha256` is then null.
     */
    inspect: async (
      prefix: string,
      { name, bytes }: ListedAttachment,
    ): Promise<InspectedAttachment | undefined> => {
      const whole = bytes <= maxInspectedBytes;
      try {
        const { Body, VersionId } = await client.send(
          new GetObjectCommand({
            Bucket: bucket,
            Key: packetKeys(prefix).attachment(name),
            ...(!whole && { Range: `bytes=0-${sniffedBytes - 1}` }),
          }),
        );
        const hash = createHash('sha256');
        const head: Buffer[] = [];
        let read = 0;
        if (Body instanceof Readable)
          for await (const chunk of Body) {
            const piece = Buffer.from(chunk);
            if (read < sniffedBytes) head.push(piece.subarray(0, sniffedBytes - read));
            read += piece.length;
            hash.update(piece);
          }
        return {
          name,
          ...(VersionId !== undefined && { versionId: VersionId }),
          bytes: whole ? read : bytes,
          sha256: whole ? hash.digest('hex') : null,
          mediaType: sniffMediaType(Buffer.concat(head)),
        };
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
  };
}

/** The packet's objects, as logic asks for them. */
export type PacketObjects = ReturnType<typeof packetObjects>;
