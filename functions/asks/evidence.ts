/**
 * The papers handed in for an ask: what lies in its folder of the uploads bucket. The folder is the truth; nothing
 * about an upload is kept anywhere else until the answer is recorded with what was there.
 */
import { createHash } from 'node:crypto';
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type { Ask } from '#domain/asks/ask.ts';
import {
  type DocumentRequirement,
  documentTypeSchema,
  type Evidence,
  evidencePrefix,
  type InspectedEvidence,
} from '#domain/asks/documents.ts';
import { chunk } from '#domain/chunk.ts';
import { sniffedBytes, sniffMediaType } from '#domain/packet/media-type.ts';
import { inspectScan } from '#functions/web/scans/inspect-scan.ts';

/** More files than any ask allows; more are reported as too many without their being read. */
const mostFiles = 200;
/** Whole files are held in memory: no rule-pack allows one above some 10 MB. */
const readsAtOnce = 4;

/** What is in the ask's folder, by name and size; the content has not been looked at. */
export async function listEvidence(
  client: S3Client,
  bucket: string,
  { subject, id }: Pick<Ask, 'subject' | 'id'>,
): Promise<Evidence[]> {
  const folder = evidencePrefix(subject.id, id);
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
}

/**
 * The same, with what each file is: a name proves nothing. Files that the ask takes by number and size are read whole, for
 * their hash and their pages; of all others only the first bytes are.
 */
export async function inspectEvidence(
  client: S3Client,
  bucket: string,
  ask: Pick<Ask, 'subject' | 'id' | 'documents'>,
): Promise<InspectedEvidence[]> {
  const inspected: InspectedEvidence[] = [];
  const listed = await listEvidence(client, bucket, ask);
  for (const group of chunk(listed, readsAtOnce))
    inspected.push(
      ...(await Promise.all(
        group.map((file) =>
          isTaken(file, listed, ask.documents)
            ? inspectWhole(client, bucket, file)
            : inspectHead(client, bucket, file),
        ),
      )),
    );
  return inspected;
}

function isTaken(
  { documentType, bytes }: Evidence,
  files: readonly Evidence[],
  wanted: readonly DocumentRequirement[],
): boolean {
  const document = wanted.find(({ type }) => type === documentType);
  const count = files.filter((file) => file.documentType === documentType).length;
  return document !== undefined && bytes > 0 && bytes <= document.maxBytes && count <= document.max;
}

async function inspectWhole(client: S3Client, bucket: string, file: Evidence): Promise<InspectedEvidence> {
  const { Body, VersionId } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: file.key }));
  const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
  const mediaType = sniffMediaType(bytes.subarray(0, sniffedBytes));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  // What is of no known kind is refused for that.
  return {
    ...file,
    ...pinned(VersionId),
    mediaType,
    sha256,
    ...(mediaType !== null && inspectScan(bytes, mediaType)),
  };
}

async function inspectHead(client: S3Client, bucket: string, file: Evidence): Promise<InspectedEvidence> {
  // A range of an empty object cannot be satisfied.
  if (file.bytes === 0) return file;
  const { Body, VersionId } = await client.send(
    new GetObjectCommand({ Bucket: bucket, Key: file.key, Range: `bytes=0-${sniffedBytes - 1}` }),
  );
  const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
  return { ...file, ...pinned(VersionId), mediaType: sniffMediaType(bytes) };
}

/** The version that was read, so that who decides on the file later is shown just that. */
function pinned(versionId: string | undefined): Pick<Evidence, 'versionId'> {
  return versionId === undefined ? {} : { versionId };
}
