/**
 * The papers handed in for an ask: what lies in its folder of the uploads bucket. The folder is the truth; nothing
 * about an upload is kept anywhere else until the answer is recorded with what was there.
 */
import { createHash } from 'node:crypto';
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type { Ask } from '#domain/ask.ts';
import { documentTypeSchema, type Evidence, evidencePrefix } from '#domain/documents.ts';
import { sniffedBytes, sniffMediaType } from '#domain/media-type.ts';
import { inGroups } from '#functions/people/in-groups.ts';

/** More files than any ask allows; whoever uploads more is told that they are too many without their being read. */
const mostFiles = 200;
const readsAtOnce = 8;
/** Whole files are held in memory: no rule-pack allows one above some 10 MB. */
const hashesAtOnce = 4;

/** What is in the ask's folder, by name and size; the content has not been looked at. */
export const listEvidence = async (
  client: S3Client,
  bucket: string,
  { proposalId, id }: Pick<Ask, 'proposalId' | 'id'>,
): Promise<Evidence[]> => {
  const folder = evidencePrefix(proposalId, id);
  const { Contents = [] } = await client.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: folder, MaxKeys: mostFiles }),
  );
  return Contents.flatMap(({ Key: key = '', Size: bytes = 0, LastModified }) => {
    const type = documentTypeSchema.safeParse(key.slice(folder.length).split('/')[0]);
    if (!type.success) return [];
    const uploadedAt = LastModified?.toISOString();
    return [
      {
        documentType: type.data,
        key,
        bytes,
        mediaType: null,
        ...(uploadedAt !== undefined && { uploadedAt }),
      },
    ];
  });
};

/** The same, with what the first bytes say each file is: a name proves nothing. */
export const inspectEvidence = async (
  client: S3Client,
  bucket: string,
  ask: Pick<Ask, 'proposalId' | 'id'>,
): Promise<Evidence[]> => {
  const inspected: Evidence[] = [];
  for (const group of inGroups(await listEvidence(client, bucket, ask), readsAtOnce))
    inspected.push(
      ...(await Promise.all(
        group.map(async (file) => ({ ...file, mediaType: await mediaTypeOf(client, bucket, file) })),
      )),
    );
  return inspected;
};

const mediaTypeOf = async (client: S3Client, bucket: string, { key, bytes }: Evidence) => {
  // A range of an empty object cannot be satisfied.
  if (bytes === 0) return null;
  const { Body } = await client.send(
    new GetObjectCommand({ Bucket: bucket, Key: key, Range: `bytes=0-${sniffedBytes - 1}` }),
  );
  return sniffMediaType((await Body?.transformToByteArray()) ?? new Uint8Array());
};

/** The files, whose number and sizes have been judged already, with the hash of what each holds now. */
export const hashEvidence = async (
  client: S3Client,
  bucket: string,
  files: readonly Evidence[],
): Promise<Evidence[]> => {
  const hashed: Evidence[] = [];
  for (const group of inGroups(files, hashesAtOnce))
    hashed.push(
      ...(await Promise.all(
        group.map(async (file) => ({ ...file, sha256: await hashOf(client, bucket, file) })),
      )),
    );
  return hashed;
};

const hashOf = async (client: S3Client, bucket: string, { key }: Evidence): Promise<string> => {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return createHash('sha256')
    .update((await Body?.transformToByteArray()) ?? new Uint8Array())
    .digest('hex');
};
