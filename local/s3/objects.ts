/** Putting, getting, copying and deleting single objects. */
import { AwsError } from '../gateway/aws-error.ts';
import type { ServiceRequest, ServiceResponse } from '../gateway/service.ts';
import type { Bucket } from './buckets.ts';
import { checksum, checksumAlgorithms } from './checksums.ts';
import { preconditionFailed, type S3Context, unquoted } from './context.ts';
import type { Version } from './object-store.ts';
import { checksumHeaders, descriptionOf, readUploadBody } from './upload-body.ts';
import { childText, element, readXml, xmlDocument } from './xml.ts';

/** An operation on a key. */
export interface ObjectRequest {
  readonly request: ServiceRequest;
  readonly bucket: Bucket;
  readonly key: string;
}

export async function putObject(
  s3: S3Context,
  { request, bucket, key }: ObjectRequest,
): Promise<ServiceResponse> {
  s3.authorizeWrite(request, bucket, key);
  const { bytes, checksums } = readUploadBody(request.body, request.headers);
  const kept = await s3.store.keep(bytes);
  const version = await s3.create(
    bucket,
    kept,
    { key, ...descriptionOf(request.headers), checksums, etag: kept.md5 },
    'PutObject',
    { ifMatch: request.headers['if-match'], ifNoneMatch: request.headers['if-none-match'] },
  );
  return {
    status: 200,
    headers: { etag: `"${version.etag}"`, ...writtenHeaders(bucket, version), ...checksumHeaders(checksums) },
  };
}

/** What every answer to a write says. */
export function writtenHeaders(bucket: Bucket, version: Version): Record<string, string> {
  return {
    'x-amz-server-side-encryption': bucket.encryption,
    ...(bucket.encryptionKey ? { 'x-amz-server-side-encryption-aws-kms-key-id': bucket.encryptionKey } : {}),
    ...(version.versionId === 'null' ? {} : { 'x-amz-version-id': version.versionId }),
  };
}

/** GetObject, and HeadObject, which is the same without the bytes. */
export async function getObject(
  s3: S3Context,
  { request, bucket, key }: ObjectRequest,
): Promise<ServiceResponse> {
  const version = s3.readable(request, bucket, key, request.query.get('versionId') ?? undefined);
  const headers: Record<string, string> = {
    'accept-ranges': 'bytes',
    etag: `"${version.etag}"`,
    'last-modified': new Date(version.lastModified).toUTCString(),
    ...writtenHeaders(bucket, version),
  };
  if (isNotModified(version, request.headers)) return { status: 304, headers };
  Object.assign(headers, version.headers, overriddenHeaders(request.query));
  for (const [name, value] of Object.entries(version.metadata)) headers[`x-amz-meta-${name}`] = value;
  const range = rangeOf(request.headers.range, version.size);
  if (range) headers['content-range'] = `bytes ${range.start}-${range.end - 1}/${version.size}`;
  else if (request.headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED') {
    Object.assign(headers, checksumHeaders(version.checksums));
  }
  const { start, end } = range ?? { start: 0, end: version.size };
  headers['content-length'] = `${end - start}`;
  const status = range ? 206 : 200;
  if (request.method === 'HEAD') return { status, headers };
  return { status, headers, body: await s3.store.read(version.file, start, end) };
}

/**
 * Whether a reader's copy is still good.
 * @throws AwsError `PreconditionFailed` when the reader wanted another version
 */
function isNotModified(version: Version, headers: Readonly<Record<string, string>>): boolean {
  const seconds = Math.floor(version.lastModified / 1000) * 1000;
  const ifMatch = headers['if-match'];
  if (ifMatch !== undefined) {
    if (!listsEtag(ifMatch, version.etag)) throw preconditionFailed();
  } else {
    const ifUnmodifiedSince = Date.parse(headers['if-unmodified-since'] ?? '');
    if (seconds > ifUnmodifiedSince) throw preconditionFailed();
  }
  const ifNoneMatch = headers['if-none-match'];
  if (ifNoneMatch !== undefined) return listsEtag(ifNoneMatch, version.etag);
  return seconds <= Date.parse(headers['if-modified-since'] ?? '');
}

function listsEtag(header: string, etag: string): boolean {
  return header.split(',').some((each) => each.trim() === '*' || unquoted(each.trim()) === etag);
}

/** `response-content-type=…` and its kind replace what was kept. */
function overriddenHeaders(query: URLSearchParams): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of query) {
    const header = /^response-(cache-control|content-(?:disposition|encoding|language|type)|expires)$/.exec(
      name,
    )?.[1];
    if (header !== undefined) headers[header] = value;
  }
  return headers;
}

/**
 * The bytes asked for, from `start` up to and without `end`; a header that is not one range of bytes is passed over.
 * @throws AwsError `InvalidRange`
 */
export function rangeOf(
  header: string | undefined,
  size: number,
): { start: number; end: number } | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  const [, from = '', to = ''] = match ?? [];
  if (!match || (from === '' && to === '')) return undefined;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size : Math.min(size, Number(to) + 1);
  if (from !== '' && to !== '' && Number(to) < start) return undefined;
  if (start >= size || start >= end) {
    throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416);
  }
  return { start, end };
}

export async function copyObject(
  s3: S3Context,
  { request, bucket, key }: ObjectRequest,
): Promise<ServiceResponse> {
  const source = readCopySource(request.headers['x-amz-copy-source'] ?? '');
  const sourceBucket = s3.bucket(source.bucket);
  const version = s3.readable(request, sourceBucket, source.key, source.versionId);
  s3.authorizeWrite(request, bucket, key);
  const wanted = request.headers['x-amz-copy-source-if-match'];
  if (wanted !== undefined && !listsEtag(wanted, version.etag)) throw preconditionFailed();
  const unwanted = request.headers['x-amz-copy-source-if-none-match'];
  if (unwanted !== undefined && listsEtag(unwanted, version.etag)) throw preconditionFailed();
  const replaces = request.headers['x-amz-metadata-directive']?.toUpperCase() === 'REPLACE';
  if (
    !replaces &&
    sourceBucket.name === bucket.name &&
    source.key === key &&
    source.versionId === undefined
  ) {
    throw new AwsError(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  const bytes = await s3.store.readAll(version.file);
  const kept = await s3.store.keep(bytes);
  const { headers, metadata } = replaces ? descriptionOf(request.headers) : version;
  const checksums = Object.fromEntries(
    checksumAlgorithms
      .filter((algorithm) => version.checksums[algorithm] !== undefined)
      .map((algorithm) => [algorithm, checksum(algorithm, bytes)]),
  );
  const copy = await s3.create(
    bucket,
    kept,
    { key, headers, metadata, checksums, etag: kept.md5 },
    'CopyObject',
  );
  return {
    status: 200,
    headers: {
      'content-type': 'application/xml',
      ...writtenHeaders(bucket, copy),
      ...(version.versionId === 'null' ? {} : { 'x-amz-copy-source-version-id': version.versionId }),
    },
    body: xmlDocument('CopyObjectResult', [
      element('ETag', `"${copy.etag}"`),
      element('LastModified', new Date(copy.lastModified).toISOString()),
    ]),
  };
}

function readCopySource(header: string): { bucket: string; key: string; versionId: string | undefined } {
  const [path = '', query = ''] = header.replace(/^\//, '').split('?');
  const slash = path.indexOf('/');
  if (slash < 1) {
    throw new AwsError(
      'InvalidArgument',
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    );
  }
  return {
    bucket: path.slice(0, slash),
    key: decodeURIComponent(path.slice(slash + 1)),
    versionId: new URLSearchParams(query).get('versionId') ?? undefined,
  };
}

export async function deleteObject(
  s3: S3Context,
  { request, bucket, key }: ObjectRequest,
): Promise<ServiceResponse> {
  const versionId = request.query.get('versionId') ?? undefined;
  const ifMatch = request.headers['if-match'];
  authorizeDelete(request, bucket, key, versionId, ifMatch);
  const deleted = await s3.delete(bucket, key, versionId, ifMatch);
  return {
    status: 204,
    headers: {
      ...(deleted.versionId === undefined ? {} : { 'x-amz-version-id': deleted.versionId }),
      ...(deleted.deleteMarker ? { 'x-amz-delete-marker': 'true' } : {}),
    },
  };
}

function authorizeDelete(
  request: ServiceRequest,
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
  ifMatch: string | undefined,
): void {
  const resource = `${bucket.arn}/${key}`;
  request.authorize({
    action: versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion',
    resource,
  });
  // Whether an ETag matches reveals something of the object.
  if (ifMatch !== undefined && ifMatch !== '*') request.authorize({ action: 's3:GetObject', resource });
}

/** DeleteObjects: up to 1,000 keys, each with its own answer. */
export async function deleteObjects(
  s3: S3Context,
  request: ServiceRequest,
  bucket: Bucket,
): Promise<ServiceResponse> {
  const document = readXml(readUploadBody(request.body, request.headers).bytes.toString('utf8'));
  const objects = document.children.filter((child) => child.name === 'Object');
  if (document.name !== 'Delete' || objects.length === 0 || objects.length > 1000) {
    throw new AwsError(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    );
  }
  const quiet = childText(document, 'Quiet') === 'true';
  const answers: string[] = [];
  for (const object of objects) {
    const key = childText(object, 'Key') ?? '';
    const versionId = childText(object, 'VersionId');
    const ifMatch = childText(object, 'ETag');
    try {
      authorizeDelete(request, bucket, key, versionId, ifMatch);
      const deleted = await s3.delete(bucket, key, versionId, ifMatch);
      if (quiet) continue;
      answers.push(
        element('Deleted', [
          element('Key', key),
          element('VersionId', versionId),
          ...(deleted.deleteMarker
            ? [element('DeleteMarker', true), element('DeleteMarkerVersionId', deleted.versionId)]
            : []),
        ]),
      );
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      answers.push(
        element('Error', [
          element('Key', key),
          element('VersionId', versionId),
          element('Code', error.code),
          element('Message', error.message),
        ]),
      );
    }
  }
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: xmlDocument('DeleteResult', answers),
  };
}
