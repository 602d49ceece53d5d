/**
 * Uploads in parts.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
 */
import { createHash } from 'node:crypto';
import { AwsError } from '../gateway/aws-error.ts';
import type { ServiceResponse } from '../gateway/service.ts';
import { type ChecksumAlgorithm, checksum, checksumAlgorithms } from './checksums.ts';
import { type S3Context, unquoted } from './context.ts';
import type { Part, Upload } from './object-store.ts';
import { type ObjectRequest, rangeOf, writtenHeaders } from './objects.ts';
import { checksumHeaders, descriptionOf, readUploadBody } from './upload-body.ts';
import { childText, element, readXml, xmlDocument } from './xml.ts';

/** Every part but the last has at least 5 MiB. */
const leastPartSize = 5 * 1024 * 1024;

function xml(body: string, headers: Readonly<Record<string, string>> = {}): ServiceResponse {
  return { status: 200, headers: { 'content-type': 'application/xml', ...headers }, body };
}

export function createMultipartUpload(
  s3: S3Context,
  { request, bucket, key }: ObjectRequest,
): ServiceResponse {
  s3.authorizeWrite(request, bucket, key);
  const algorithm = request.headers['x-amz-checksum-algorithm']?.toLowerCase() ?? null;
  if (algorithm !== null && !isChecksumAlgorithm(algorithm)) {
    throw new AwsError(
      'InvalidRequest',
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
    );
  }
  const type =
    request.headers['x-amz-checksum-type'] ??
    (algorithm === null || algorithm === 'crc64nvme' ? 'FULL_OBJECT' : 'COMPOSITE');
  const upload = s3.store.beginUpload({
    bucket: bucket.name,
    key,
    initiated: s3.ports.clock.now(),
    ...descriptionOf(request.headers),
    checksumAlgorithm: algorithm,
    checksumType: type,
  });
  return xml(
    xmlDocument('InitiateMultipartUploadResult', [
      element('Bucket', bucket.name),
      element('Key', key),
      element('UploadId', upload.id),
    ]),
    algorithm === null
      ? {}
      : { 'x-amz-checksum-algorithm': algorithm.toUpperCase(), 'x-amz-checksum-type': type },
  );
}

function isChecksumAlgorithm(text: string): text is ChecksumAlgorithm {
  return checksumAlgorithms.some((algorithm) => algorithm === text);
}

function uploadOf(s3: S3Context, { request, bucket, key }: ObjectRequest): Upload {
  const upload = s3.store.upload(bucket.name, key, request.query.get('uploadId') ?? '');
  if (!upload) {
    throw new AwsError(
      'NoSuchUpload',
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
      404,
    );
  }
  return upload;
}

export async function uploadPart(s3: S3Context, object: ObjectRequest): Promise<ServiceResponse> {
  const { request, bucket, key } = object;
  s3.authorizeWrite(request, bucket, key);
  const upload = uploadOf(s3, object);
  const { bytes, checksums } = readUploadBody(request.body, request.headers);
  const part = await keepPart(s3, upload, partNumberOf(request.query), bytes, checksums);
  return { status: 200, headers: { etag: `"${part.etag}"`, ...checksumHeaders(checksums) } };
}

/** UploadPartCopy: a part that is an object, or a range of it. */
export async function uploadPartCopy(s3: S3Context, object: ObjectRequest): Promise<ServiceResponse> {
  const { request, bucket, key } = object;
  const upload = uploadOf(s3, object);
  const source = new URL(`s3://-/${(request.headers['x-amz-copy-source'] ?? '').replace(/^\//, '')}`);
  const [, sourceName = '', ...rest] = source.pathname.split('/');
  const version = s3.readable(
    request,
    s3.bucket(sourceName),
    decodeURIComponent(rest.join('/')),
    source.searchParams.get('versionId') ?? undefined,
  );
  s3.authorizeWrite(request, bucket, key);
  const range = rangeOf(request.headers['x-amz-copy-source-range'], version.size);
  const { start, end } = range ?? { start: 0, end: version.size };
  const bytes = await s3.store.read(version.file, start, end);
  const part = await keepPart(s3, upload, partNumberOf(request.query), bytes, {});
  return xml(
    xmlDocument('CopyPartResult', [
      element('ETag', `"${part.etag}"`),
      element('LastModified', new Date(part.lastModified).toISOString()),
    ]),
  );
}

function partNumberOf(query: URLSearchParams): number {
  const number = Number(query.get('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > 10_000) {
    throw new AwsError('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
  }
  return number;
}

async function keepPart(
  s3: S3Context,
  upload: Upload,
  number: number,
  bytes: Buffer,
  given: Readonly<Record<string, string>>,
): Promise<Part> {
  const kept = await s3.store.keep(bytes);
  const algorithm = upload.checksumAlgorithm;
  const checksums =
    algorithm !== null && isChecksumAlgorithm(algorithm)
      ? { ...given, [algorithm]: given[algorithm] ?? checksum(algorithm, bytes) }
      : given;
  const part = {
    number,
    file: kept.file,
    size: kept.size,
    etag: kept.md5,
    checksums,
    lastModified: s3.ports.clock.now(),
  };
  await s3.store.forget([s3.store.addPart(upload.id, part)]);
  return part;
}

export async function completeMultipartUpload(
  s3: S3Context,
  object: ObjectRequest,
): Promise<ServiceResponse> {
  const { request, bucket, key } = object;
  s3.authorizeWrite(request, bucket, key);
  const upload = uploadOf(s3, object);
  const there = s3.store.parts(upload.id);
  const parts = namedParts(request.body, there);
  const bytes = Buffer.concat(await Promise.all(parts.map((part) => s3.store.readAll(part.file))));
  const kept = await s3.store.keep(bytes);
  const md5 = createHash('md5');
  for (const part of parts) md5.update(Buffer.from(part.etag, 'hex'));
  const checksums = wholeChecksum(upload, parts, bytes);
  for (const [algorithm, value] of Object.entries(checksums)) {
    const sent = request.headers[`x-amz-checksum-${algorithm}`];
    if (sent !== undefined && sent !== value && `${sent}-${parts.length}` !== value) {
      await s3.store.forget([kept.file]);
      throw new AwsError(
        'BadDigest',
        `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`,
      );
    }
  }
  const version = await s3.create(
    bucket,
    kept,
    {
      key,
      headers: upload.headers,
      metadata: upload.metadata,
      checksums,
      etag: `${md5.digest('hex')}-${parts.length}`,
    },
    'CompleteMultipartUpload',
    { ifMatch: request.headers['if-match'], ifNoneMatch: request.headers['if-none-match'] },
  );
  s3.store.endUpload(upload.id);
  await s3.store.forget(there.map((part) => part.file));
  return xml(
    xmlDocument('CompleteMultipartUploadResult', [
      element(
        'Location',
        `http://${request.headers.host ?? 'localhost'}/${bucket.name}/${encodeURIComponent(key)}`,
      ),
      element('Bucket', bucket.name),
      element('Key', key),
      element('ETag', `"${version.etag}"`),
      ...Object.entries(checksums).map(([algorithm, value]) =>
        element(`Checksum${algorithm.toUpperCase()}`, value),
      ),
      element('ChecksumType', upload.checksumType ?? 'FULL_OBJECT'),
    ]),
    writtenHeaders(bucket, version),
  );
}

/** The parts that the request names, in order. */
function namedParts(body: Buffer, there: readonly Part[]): Part[] {
  const document = readXml(body.toString('utf8'));
  const named = document.children.filter((child) => child.name === 'Part');
  if (named.length === 0) throw new AwsError('MalformedXML', 'You must specify at least one part');
  const parts: Part[] = [];
  for (const each of named) {
    const number = Number(childText(each, 'PartNumber'));
    const part = there.find((candidate) => candidate.number === number);
    const isOther = checksumAlgorithms.some((algorithm) => {
      const named = childText(each, `Checksum${algorithm.toUpperCase()}`);
      return named !== undefined && named !== part?.checksums[algorithm];
    });
    if (!part || isOther || part.etag !== unquoted(childText(each, 'ETag') ?? '')) {
      throw new AwsError(
        'InvalidPart',
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
      );
    }
    const before = parts.at(-1);
    if (before && before.number >= number) {
      throw new AwsError(
        'InvalidPartOrder',
        'The list of parts was not in ascending order. Parts must be ordered by part number.',
      );
    }
    if (before && before.size < leastPartSize) {
      throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
    }
    parts.push(part);
  }
  return parts;
}

/** The checksum of the whole, or the checksum of the parts' checksums with their number. */
function wholeChecksum(upload: Upload, parts: readonly Part[], bytes: Buffer): Record<string, string> {
  const algorithm = upload.checksumAlgorithm ?? 'crc64nvme';
  if (!isChecksumAlgorithm(algorithm)) return {};
  if (upload.checksumType !== 'COMPOSITE') return { [algorithm]: checksum(algorithm, bytes) };
  const all = Buffer.concat(parts.map((part) => Buffer.from(part.checksums[algorithm] ?? '', 'base64')));
  return { [algorithm]: `${checksum(algorithm, all)}-${parts.length}` };
}

export async function abortMultipartUpload(s3: S3Context, object: ObjectRequest): Promise<ServiceResponse> {
  const { request, bucket, key } = object;
  request.authorize({ action: 's3:AbortMultipartUpload', resource: `${bucket.arn}/${key}` });
  const upload = uploadOf(s3, object);
  const parts = s3.store.parts(upload.id);
  s3.store.endUpload(upload.id);
  await s3.store.forget(parts.map((part) => part.file));
  return { status: 204 };
}

export function listParts(s3: S3Context, object: ObjectRequest): ServiceResponse {
  const { request, bucket, key } = object;
  request.authorize({ action: 's3:ListMultipartUploadParts', resource: `${bucket.arn}/${key}` });
  const upload = uploadOf(s3, object);
  const maxParts = Math.min(Number(request.query.get('max-parts') ?? 1000), 1000);
  const marker = Number(request.query.get('part-number-marker') ?? 0);
  const behind = s3.store.parts(upload.id).filter((part) => part.number > marker);
  const page = behind.slice(0, maxParts);
  const more = behind.length > page.length;
  return xml(
    xmlDocument('ListPartsResult', [
      element('Bucket', bucket.name),
      element('Key', key),
      element('UploadId', upload.id),
      element('PartNumberMarker', marker),
      element('NextPartNumberMarker', more ? page.at(-1)?.number : undefined),
      element('MaxParts', maxParts),
      element('IsTruncated', more),
      ...page.map((part) =>
        element('Part', [
          element('PartNumber', part.number),
          element('LastModified', new Date(part.lastModified).toISOString()),
          element('ETag', `"${part.etag}"`),
          element('Size', part.size),
        ]),
      ),
    ]),
  );
}
