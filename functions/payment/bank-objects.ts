/** Reads a file from the bank's inbox: untrusted bytes, of a size that is known before anything is fetched. */
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { problem } from '#domain/problem.ts';
import type { ReceivedFile } from '#functions/payment/bank-answers.ts';

/** About 250,000 lines; a run of 30,000 payments is answered by 2.5 MB. */
export const maxAnswerBytes = 20 * 2 ** 20;

/** The text, or the problem for which it is not read. @param bytes the size, as the event tells it */
export const readAnswerObject = async (
  s3: S3Client,
  bucket: string,
  { key, versionId, bytes }: { key: string; versionId: string; bytes: number },
): Promise<ReceivedFile['content']> => {
  if (bytes > maxAnswerBytes)
    return {
      problems: [problem('attachment-too-large', key, { name: key, bytes, maxBytes: maxAnswerBytes })],
    };
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
  const content = (await Body?.transformToByteArray()) ?? new Uint8Array();
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(content) };
  } catch {
    return { problems: [problem('bank-file-header', key, { expected: 'JARING-ANSWER-1 (UTF-8)' })] };
  }
};
