/** An object that is written once, however often and by whichever caller it is tried. */
import {
  GetObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';

/**
 * Puts the object unless there is one of its key. 412 says that it is there: an earlier attempt died before it said so.
 * @returns the id of its version; undefined where there was one
 */
export async function putOnce(
  s3: S3Client,
  object: Omit<PutObjectCommandInput, 'IfNoneMatch'>,
): Promise<string | undefined> {
  try {
    const { VersionId } = await s3.send(new PutObjectCommand({ ...object, IfNoneMatch: '*' }));
    return VersionId ?? unversioned;
  } catch (error) {
    if (!(error instanceof S3ServiceException) || error.$metadata.httpStatusCode !== 412) throw error;
    return undefined;
  }
}

/**
 * Puts the object, and says which version of its key has its bytes, whatever was or will be put under the same key. What an earlier
 * attempt had put is taken; where another's bytes lie there, ours are put over them.
 */
export async function putPinned(
  s3: S3Client,
  object: Omit<PutObjectCommandInput, 'IfNoneMatch' | 'Body'> & { Body: Uint8Array },
): Promise<string> {
  const put = await putOnce(s3, object);
  if (put !== undefined) return put;
  const { Bucket, Key } = object;
  const there = await s3.send(new GetObjectCommand({ Bucket, Key }));
  const bytes = (await there.Body?.transformToByteArray()) ?? new Uint8Array();
  if (Buffer.compare(bytes, object.Body) === 0) return there.VersionId ?? unversioned;
  const { VersionId } = await s3.send(new PutObjectCommand(object));
  return VersionId ?? unversioned;
}

/** What S3 calls the one version of an object in a bucket without versions. */
const unversioned = 'null';
