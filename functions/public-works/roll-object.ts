/** A file that was handed in, read within a bound. */
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** The object's bytes, of the version named, or else of the last; undefined when it is larger than allowed, of which no more than the bound is read. */
export async function readObject(
  s3: S3Client,
  object: { Bucket: string; Key: string; VersionId?: string | undefined },
  maxBytes: number,
): Promise<Buffer | undefined> {
  const { Body } = await s3.send(new GetObjectCommand({ ...object, Range: `bytes=0-${maxBytes}` }));
  const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
  return bytes.byteLength > maxBytes ? undefined : bytes;
}
