/**
 * Uploads from an HTML form (presigned POST): the policy in the form says what may be uploaded, and whose signature it
 * bears says with whose rights.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 */
import { AwsError } from '../gateway/aws-error.ts';
import type { ServiceRequest, ServiceResponse } from '../gateway/service.ts';
import type { Bucket } from './buckets.ts';
import type { S3Context } from './context.ts';
import { writtenHeaders } from './objects.ts';
import type { Credential } from './ports.ts';
import { checkPostPolicy, readPostPolicy } from './post-policy.ts';
import { readCredentialScope, sameSignature, sign } from './signature.ts';
import { descriptionOf, verifiedChecksums } from './upload-body.ts';
import { element, xmlDocument } from './xml.ts';

interface Form {
  /** Fields before the file, names in lower case. */
  readonly fields: Readonly<Record<string, string>>;
  readonly file: Buffer;
  readonly fileName: string;
}

export function isForm(request: ServiceRequest): boolean {
  return /^multipart\/form-data\b/i.test(request.headers['content-type'] ?? '');
}

/** Reads the form with the platform's own parser; fields behind the file are passed over, as S3 does. */
async function readForm(request: ServiceRequest): Promise<Form> {
  let entries: FormData;
  try {
    entries = await new Response(new Uint8Array(request.body), {
      headers: { 'content-type': request.headers['content-type'] ?? '' },
    }).formData();
  } catch {
    throw new AwsError(
      'MalformedPOSTRequest',
      'The body of your POST request is not well-formed multipart/form-data.',
    );
  }
  const fields: Record<string, string> = {};
  for (const [name, value] of entries) {
    const field = name.toLowerCase();
    if (field === 'file') {
      return typeof value === 'string'
        ? { fields, file: Buffer.from(value), fileName: '' }
        : { fields, file: Buffer.from(await value.arrayBuffer()), fileName: value.name };
    }
    if (typeof value !== 'string') throw invalidArgument(`The field ${name} may not be a file.`);
    if (fields[field] !== undefined) throw invalidArgument(`POST has more than one field named ${name}.`);
    fields[field] = value;
  }
  throw invalidArgument('POST requires exactly one file upload per request.');
}

export async function postObject(
  s3: S3Context,
  request: ServiceRequest,
  bucket: Bucket,
): Promise<ServiceResponse> {
  const { fields, file, fileName } = await readForm(request);
  if (fields.key === undefined || fields.key === '') {
    throw invalidArgument(
      "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
    );
  }
  const key = fields.key.replace(/\$\{filename\}/g, () => fileName.replace(/^.*[/\\]/, ''));
  const credential = signerOf(s3, fields);
  checkPostPolicy(
    readPostPolicy(fields.policy ?? ''),
    { ...fields, key, bucket: bucket.name },
    file.length,
    s3.ports.clock.now(),
  );
  s3.authorizeWrite(credential, bucket, key);
  const checksums = verifiedChecksums(file, fields);
  const kept = await s3.store.keep(file);
  const version = await s3.create(
    bucket,
    kept,
    { key, ...descriptionOf(fields), checksums, etag: kept.md5 },
    'POST Object',
    { ifNoneMatch: fields['if-none-match'], ifMatch: fields['if-match'] },
  );
  const location = `http://${request.headers.host ?? 'localhost'}/${bucket.name}/${encodeURIComponent(key).replaceAll('%2F', '/')}`;
  const headers = { etag: `"${version.etag}"`, location, ...writtenHeaders(bucket, version) };
  const redirect = redirectOf(
    fields.success_action_redirect ?? fields.redirect,
    bucket.name,
    key,
    version.etag,
  );
  if (redirect !== undefined) return { status: 303, headers: { ...headers, location: redirect } };
  if (fields.success_action_status === '201') {
    return {
      status: 201,
      headers: { ...headers, 'content-type': 'application/xml' },
      body: xmlDocument('PostResponse', [
        element('Location', location),
        element('Bucket', bucket.name),
        element('Key', key),
        element('ETag', `"${version.etag}"`),
      ]),
    };
  }
  return { status: fields.success_action_status === '200' ? 200 : 204, headers };
}

/**
 * Whose form it is.
 * @throws AwsError when the form is unsigned, its key unknown, or its signature not the one of its policy
 */
function signerOf(s3: S3Context, fields: Readonly<Record<string, string>>): Credential {
  const { policy, 'x-amz-credential': scopeText, 'x-amz-signature': signature } = fields;
  if (policy === undefined) throw new AwsError('AccessDenied', 'Access Denied', 403);
  if (
    scopeText === undefined ||
    signature === undefined ||
    fields['x-amz-algorithm'] !== 'AWS4-HMAC-SHA256'
  ) {
    throw invalidArgument(
      'Bucket POST must contain the fields X-Amz-Algorithm (AWS4-HMAC-SHA256), X-Amz-Credential and X-Amz-Signature.',
    );
  }
  const scope = readCredentialScope(scopeText);
  if (scope?.service !== 's3') {
    throw invalidArgument('Error parsing the X-Amz-Credential parameter; it must name the service s3.');
  }
  const credential = s3.ports.credential(scope.accessKeyId);
  if (!credential) {
    throw new AwsError(
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
      403,
    );
  }
  if (credential.secret !== undefined && !sameSignature(sign(credential.secret, scope, policy), signature)) {
    throw new AwsError(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      403,
    );
  }
  return credential;
}

/** Where the browser goes next, with what was uploaded; an address that is none is passed over, as S3 does. */
function redirectOf(
  target: string | undefined,
  bucket: string,
  key: string,
  etag: string,
): string | undefined {
  if (target === undefined || !URL.canParse(target)) return undefined;
  const url = new URL(target);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  url.searchParams.set('bucket', bucket);
  url.searchParams.set('key', key);
  url.searchParams.set('etag', `"${etag}"`);
  return url.href;
}

function invalidArgument(message: string): AwsError {
  return new AwsError('InvalidArgument', message);
}
