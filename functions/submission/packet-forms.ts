/** Presigned POST forms: the holder of one may put one object at one key, within a size and of a type. */
import type { S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';

/** One file to be uploaded. */
interface FormRequest {
  key: string;
  type: string;
  /** The size in bytes that is allowed at most. */
  maxBytes: number;
  /** User metadata that the object gets, fixed by the form. */
  metadata?: Record<string, string>;
}

/** A form to be posted as multipart/form-data, `fields` first and the file, named `file`, last. */
export interface UploadForm {
  key: string;
  url: string;
  fields: Record<string, string>;
}

/** How long a form is good for, in seconds. */
export const formSeconds = 3600;

export type MakeForm = (request: FormRequest) => Promise<UploadForm>;

/**
 * Policy conditions fix key, type and metadata and bound the size
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html).
 */
export function presignedForms(client: S3Client, bucket: string): MakeForm {
  return async ({ key, type, maxBytes, metadata = {} }) => {
    const named = Object.fromEntries(
      Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]),
    );
    const { url, fields } = await createPresignedPost(client, {
      Bucket: bucket,
      Key: key,
      Expires: formSeconds,
      Fields: { 'Content-Type': type, ...named },
      Conditions: [['content-length-range', 1, maxBytes]],
    });
    return { key, url, fields };
  };
}
