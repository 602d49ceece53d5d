/** Fetches a file from the bank's inbox: untrusted bytes, of a size that is known before anything is fetched. */
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type Problem, problem } from '#domain/text/problem.ts';

/** A file as it came: its name, its version, and its bytes or why there are none. */
export interface ReceivedFile {
  key: string;
  versionId: string;
  content: { bytes: Uint8Array } | { problems: Problem[] };
  now: string;
}

/** A run of 30,000 payments is answered by 2.5 MB of text or 15 MB of XML. */
export const maxAnswerBytes = 20 * 2 ** 20;

/** The bytes, or the problem for which they are not fetched. @param bytes the size, as the event gives it */
export async function readAnswerObject(
  s3: S3Client,
  bucket: string,
  { key, versionId, bytes }: { key: string; versionId: string; bytes: number },
): Promise<ReceivedFile['content']> {
  if (bytes > maxAnswerBytes) return { problems: [tooLarge(key, bytes)] };
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
  const read =
    Body === undefined ? new Uint8Array() : await atMost(Body.transformToWebStream(), maxAnswerBytes);
  return read === undefined ? { problems: [tooLarge(key, bytes)] } : { bytes: read };
}

/** All of a stream's bytes; nothing where it has more than `maximum`, of which no more is then held or fetched. */
async function atMost(stream: ReadableStream<Uint8Array>, maximum: number): Promise<Uint8Array | undefined> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop cancels the stream.
  for await (const piece of stream) {
    length += piece.length;
    if (length > maximum) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces, length);
}

function tooLarge(key: string, bytes: number): Problem {
  return problem('attachment-too-large', key, {
    ...{ name: key, maxBytes: maxAnswerBytes },
    bytes: Math.max(bytes, maxAnswerBytes + 1),
  });
}
