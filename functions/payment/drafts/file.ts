/** A paper as a file: drawn, named by its own hash, and put into the bucket if there is none of its name. */
import type { S3Client } from '@aws-sdk/client-s3';
import { contentOf, type Paper, sha256 } from '#functions/payment/drafts/paper.ts';
import { renderPaper } from '#functions/payment/drafts/render.ts';
import { putOnce } from '#functions/runtime/put-once.ts';

/** @param name of the file below `drafts/`, without the hash and the ending that are put behind it */
export async function filePaper(
  { s3, uploadsBucket }: { s3: S3Client; uploadsBucket: string },
  paper: Paper,
  name: string,
) {
  const file = await renderPaper(paper);
  const hash = sha256(file);
  const key = `drafts/${name}-${hash.slice(0, 16)}.pdf`;
  await putOnce(s3, {
    ...{ Bucket: uploadsBucket, Key: key, Body: file, ContentType: 'application/pdf' },
    // S3 compares the file with its hash.
    ChecksumSHA256: Buffer.from(hash, 'hex').toString('base64'),
  });
  return {
    ...{ number: paper.number, date: paper.date, key, bytes: file.byteLength },
    ...{ contentSha256: sha256(contentOf(paper)), sha256: hash },
  };
}
