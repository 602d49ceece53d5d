/** An object that is written once, however often and by whichever caller it is tried. */
import {
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';

/** Puts the object unless there is one of its key. 412 says that it is there: an earlier attempt died before it said so. */
export async function putOnce(
  s3: S3Client,
  object: Omit<PutObjectCommandInput, 'IfNoneMatch'>,
): Promise<void> {
  try {
    await s3.send(new PutObjectCommand({ ...object, IfNoneMatch: '*' }));
  } catch (error) {
    if (!(error instanceof S3ServiceException) || error.$metadata.httpStatusCode !== 412) throw error;
  }
}
