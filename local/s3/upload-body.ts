/** What an upload carries: its bytes out of their encoding, its checksums verified, and what is said about it. */
import { createHash } from 'node:crypto';
import { AwsError } from '../gateway/aws-error.ts';
import { decodeAwsChunked, isAwsChunked } from './aws-chunked.ts';
import { checksum, checksumAlgorithms } from './checksums.ts';
import type { Description } from './object-store.ts';

type Headers = Readonly<Record<string, string>>;

export interface UploadBody {
  readonly bytes: Buffer;
  /** At least one; CRC64NVME when the client sent none, as S3 adds it. */
  readonly checksums: Readonly<Record<string, string>>;
}

/**
 * @throws AwsError `BadDigest`, `XAmzContentSHA256Mismatch`, `IncompleteBody`, `MalformedTrailerError`, `InvalidDigest`
 */
export function readUploadBody(body: Buffer, headers: Headers): UploadBody {
  let bytes = body;
  let sent = headers;
  if (isAwsChunked(headers)) {
    const chunked = decodeAwsChunked(body);
    bytes = chunked.bytes;
    const declared = headers['x-amz-decoded-content-length'];
    if (declared !== undefined && Number(declared) !== bytes.length) {
      throw new AwsError(
        'IncompleteBody',
        'You did not provide the number of bytes specified by the Content-Length HTTP header.',
      );
    }
    for (const name of (headers['x-amz-trailer'] ?? '').split(',')) {
      const trailer = name.trim().toLowerCase();
      if (trailer !== '' && chunked.trailers[trailer] === undefined) {
        throw new AwsError(
          'MalformedTrailerError',
          'The request contained trailing data that was not well-formed.',
        );
      }
    }
    sent = { ...headers, ...chunked.trailers };
  }
  const hash = headers['x-amz-content-sha256'] ?? '';
  if (/^[0-9a-f]{64}$/.test(hash) && createHash('sha256').update(bytes).digest('hex') !== hash) {
    throw new AwsError(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  return { bytes, checksums: verifiedChecksums(bytes, sent) };
}

/** The checksums that came with the bytes, each found right. */
export function verifiedChecksums(bytes: Buffer, sent: Headers): Readonly<Record<string, string>> {
  const md5 = sent['content-md5'];
  if (md5 !== undefined) {
    if (Buffer.from(md5, 'base64').length !== 16) {
      throw new AwsError('InvalidDigest', 'The Content-MD5 you specified was invalid.');
    }
    if (createHash('md5').update(bytes).digest('base64') !== md5) {
      throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
    }
  }
  const checksums: Record<string, string> = {};
  for (const algorithm of checksumAlgorithms) {
    const value = sent[`x-amz-checksum-${algorithm}`];
    if (value === undefined) continue;
    if (checksum(algorithm, bytes) !== value) {
      throw new AwsError(
        'BadDigest',
        `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`,
      );
    }
    checksums[algorithm] = value;
  }
  if (Object.keys(checksums).length === 0) checksums.crc64nvme = checksum('crc64nvme', bytes);
  return checksums;
}

/** Headers kept with an object and given back with it. */
const keptHeaders = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];

/** What the headers (or a form's fields, names in lower case) say about the object. */
export function descriptionOf(headers: Headers): Description {
  const kept: Record<string, string> = {};
  for (const name of keptHeaders) {
    const value = headers[name];
    if (value !== undefined) kept[name] = value;
  }
  const encoding = (kept['content-encoding'] ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && part !== 'aws-chunked')
    .join(',');
  if (encoding === '') delete kept['content-encoding'];
  else kept['content-encoding'] = encoding;
  kept['content-type'] ??= 'binary/octet-stream';
  const metadata: Record<string, string> = {};
  let size = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith('x-amz-meta-')) continue;
    metadata[name.slice('x-amz-meta-'.length)] = value;
    size += Buffer.byteLength(name) - 'x-amz-meta-'.length + Buffer.byteLength(value);
  }
  if (size > 2048) {
    throw new AwsError('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size');
  }
  return { headers: kept, metadata };
}

/** The headers that carry a version's checksums; a composite one carries its number of parts. */
export function checksumHeaders(checksums: Readonly<Record<string, string>>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [algorithm, value] of Object.entries(checksums)) {
    headers[`x-amz-checksum-${algorithm}`] = value;
    headers['x-amz-checksum-type'] = value.includes('-') ? 'COMPOSITE' : 'FULL_OBJECT';
  }
  return headers;
}
