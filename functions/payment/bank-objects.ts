/** Fetches a file from the bank's inbox: untrusted bytes, of a size that is known before anything is fetched. */
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type Problem, problem } from '#domain/problem.ts';
import type { ReceivedFile } from '#functions/payment/bank-answers.ts';

/** A run of 30,000 payments is answered by 2.5 MB of text or 15 MB of XML. */
export const maxAnswerBytes = 20 * 2 ** 20;

/** The bytes, or the problem for which they are not fetched. @param bytes the size, as the event tells it */
export const readAnswerObject = async (
  s3: S3Client,
  bucket: string,
  { key, versionId, bytes }: { key: string; versionId: string; bytes: number },
): Promise<ReceivedFile['content']> => {
  if (bytes > maxAnswerBytes) return { problems: [tooLarge(key, bytes)] };
  const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
  const length = answer.ContentLength ?? bytes;
  if (length > maxAnswerBytes) {
    await answer.Body?.transformToWebStream().cancel();
    return { problems: [tooLarge(key, length)] };
  }
  return { bytes: (await answer.Body?.transformToByteArray()) ?? new Uint8Array() };
};

const tooLarge = (key: string, bytes: number): Problem =>
  problem('attachment-too-large', key, { name: key, bytes, maxBytes: maxAnswerBytes });
