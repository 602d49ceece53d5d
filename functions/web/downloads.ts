/**
 * Links by which the reader of a page fetches files that were handed in for another ask, or papers that were drafted
 * for this one: presigned, good for an hour, and always saved rather than shown, because anyone may have uploaded
 * anything.
 *
 * A file that an official decides on is linked at the version that the record names (`s3:GetObjectVersion`), a drafted paper by
 * its key alone (`s3:GetObject`): the function that renders the page signs, so it needs those rights.
 */
import { GetObjectCommand, HeadObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { html, type Piece } from '#functions/web/markup.ts';

/** A file that the reader may fetch. */
export interface Download {
  name: string;
  /** Size in bytes. */
  bytes: number;
  url: string;
}

/** A file in a bucket. */
export interface StoredFile {
  key: string;
  /** The version that the record names; of papers that are drafted once there is no other. */
  versionId?: string | undefined;
  /** Size in bytes. */
  bytes: number;
}

/** How long a link of a rendered page works. */
const linkSeconds = 3600;

/** The files as links, in the order given. */
export function signedDownloads(
  client: S3Client,
  bucket: string,
  files: readonly StoredFile[],
): Promise<Download[]> {
  return Promise.all(
    files.map(async ({ key, versionId, bytes }) => ({
      name: key.slice(key.lastIndexOf('/') + 1),
      bytes,
      url: await getSignedUrl(
        client,
        new GetObjectCommand({
          Bucket: bucket,
          Key: key,
          ...(versionId !== undefined && { VersionId: versionId }),
          ResponseContentDisposition: 'attachment',
        }),
        { expiresIn: linkSeconds },
      ),
    })),
  );
}

/** The id of the version that lies uppermost under a key; undefined where none does. It needs `s3:GetObject`. */
export async function currentVersion(
  client: S3Client,
  bucket: string,
  key: string,
): Promise<string | undefined> {
  try {
    const { VersionId } = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    return VersionId ?? 'null';
  } catch (error) {
    // Without the right to list, S3 says “forbidden” of what is not there.
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    if (status === 404 || status === 403) return undefined;
    throw error;
  }
}

/** The list of links; tools find them by `data-download`. */
export function downloadList(downloads: readonly Download[]): Piece {
  return (
    downloads.length > 0 &&
    html`<ul>${downloads.map((download) => html`<li>${downloadLink(download, download.name)}</li>`)}</ul>`
  );
}

/** One link, with the size of the file. */
export function downloadLink({ name, bytes, url }: Download, text: Piece): Piece {
  return html`<a href="${url}" rel="noreferrer" data-download="${name}">${text}</a> (${Math.max(1, Math.round(bytes / 1024))} KB)`;
}
