/**
 * Forms by which a browser sends a file straight to S3: presigned POSTs with the key, the type and the size fixed by
 * a signed policy (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html).
 *
 * They are signed with the credentials of the function that renders the page, so that function needs `s3:PutObject` on
 * what may be uploaded, although it writes nothing itself.
 */
import type { S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import type { Bilingual } from '#domain/text/bilingual.ts';
import { html, type Markup } from '#functions/web/markup.ts';
import { inBoth } from '#functions/web/page.ts';

/** A file that a page lets the reader send. */
export interface Upload {
  /** Short name, for the form's `data-upload` attribute, by which tests and tools find it. */
  name: string;
  label: Bilingual;
  /** Where the file goes; `${filename}` at the end stands for the name it has on the reader's machine. */
  key: string;
  /** The type it is stored under. Evidence is stored as bytes, so that a browser never runs it. */
  contentType: string;
  /** What the file chooser offers, as an `accept` attribute. */
  accept: string;
  maxBytes: number;
  /** The maximum of pages, where the paper has one. */
  maxPages?: number | undefined;
}

/** How long a rendered form can be used. */
const formSeconds = 3600;

export interface SignedUpload {
  /** Where the form sends to; its origin belongs in the page's `form-action`. */
  origin: string;
  form: Markup;
}

/** @param returnTo the page to come back to after the upload, which lists what has arrived */
export async function signedUpload(
  client: S3Client,
  bucket: string,
  upload: Upload,
  returnTo: string,
): Promise<SignedUpload> {
  const { url, fields } = await createPresignedPost(client, {
    Bucket: bucket,
    Key: upload.key,
    Fields: { 'Content-Type': upload.contentType, success_action_redirect: returnTo },
    Conditions: [['content-length-range', 1, upload.maxBytes]],
    Expires: formSeconds,
  });
  const id = `file-${upload.name}`;
  const megabytes = Math.max(1, Math.round(upload.maxBytes / 2 ** 20));
  const hidden = Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  return {
    origin: new URL(url).origin,
    form: html`<form method="post" action="${url}" enctype="multipart/form-data" data-upload="${upload.name}">
${hidden}
<label for="${id}">${inBoth(upload.label)}</label>
<input type="file" id="${id}" name="file" accept="${upload.accept}" required>
<button type="submit">Unggah <span lang="en">(upload)</span></button>
<span class="note">≤ ${megabytes} MB${upload.maxPages !== undefined && html`, ≤ ${upload.maxPages} hlm.`}</span>
</form>`,
  };
}
