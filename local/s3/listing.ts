/** Listing buckets, objects and versions, in pages. */
import { AwsError } from '../gateway/aws-error.ts';
import type { ServiceRequest, ServiceResponse } from '../gateway/service.ts';
import type { Bucket } from './buckets.ts';
import type { S3Context } from './context.ts';
import { lastOfAll, type Version } from './object-store.ts';
import { element, xmlDocument } from './xml.ts';

/** A version to show, or the shared beginning of several keys. */
type Entry =
  | { readonly kind: 'version'; readonly version: Version }
  | { readonly kind: 'common-prefix'; readonly prefix: string };

/** Where a page begins: behind this version of the key, or with the number 0 behind every version of it. */
interface Marker {
  readonly key: string;
  readonly seq: number;
}

function xml(body: string): ServiceResponse {
  return { status: 200, headers: { 'content-type': 'application/xml' }, body };
}

export function listBuckets(s3: S3Context, request: ServiceRequest): ServiceResponse {
  request.authorize({ action: 's3:ListAllMyBuckets', resource: '*' });
  const buckets = [...s3.buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return xml(
    xmlDocument('ListAllMyBucketsResult', [
      element('Owner', [element('ID', s3.ports.account)]),
      element(
        'Buckets',
        buckets.map((bucket) =>
          element('Bucket', [element('Name', bucket.name), element('BucketRegion', s3.ports.region)]),
        ),
      ),
    ]),
  );
}

export function listObjects(s3: S3Context, request: ServiceRequest, bucket: Bucket): ServiceResponse {
  const page = pageOf(request);
  request.authorize({
    action: 's3:ListBucket',
    resource: bucket.arn,
    context: { 's3:prefix': page.prefix, 's3:delimiter': page.delimiter, 's3:max-keys': `${page.maxKeys}` },
  });
  const token = request.query.get('continuation-token') ?? undefined;
  const startAfter = request.query.get('start-after') ?? undefined;
  const after = token === undefined ? (startAfter ?? '') : readToken(token);
  const { entries, isTruncated } = collect(page, { key: after, seq: 0 }, ({ key }, limit) =>
    s3.store.current(bucket.name, page.prefix, key, limit),
  );
  const last = entries.at(-1);
  return xml(
    xmlDocument('ListBucketResult', [
      element('Name', bucket.name),
      element('Prefix', page.encode(page.prefix)),
      element('Delimiter', page.delimiter === '' ? undefined : page.encode(page.delimiter)),
      element('StartAfter', startAfter === undefined ? undefined : page.encode(startAfter)),
      element('ContinuationToken', token),
      element(
        'NextContinuationToken',
        isTruncated && last ? Buffer.from(behind(last).key).toString('base64url') : undefined,
      ),
      element('KeyCount', entries.length),
      element('MaxKeys', page.maxKeys),
      element('EncodingType', page.encodingType),
      element('IsTruncated', isTruncated),
      ...entries.map((entry) =>
        entry.kind === 'common-prefix'
          ? commonPrefixes(page, entry.prefix)
          : element('Contents', [element('Key', page.encode(entry.version.key)), ...factsOf(entry.version)]),
      ),
    ]),
  );
}

export function listObjectVersions(s3: S3Context, request: ServiceRequest, bucket: Bucket): ServiceResponse {
  const page = pageOf(request);
  request.authorize({
    action: 's3:ListBucketVersions',
    resource: bucket.arn,
    context: { 's3:prefix': page.prefix, 's3:delimiter': page.delimiter, 's3:max-keys': `${page.maxKeys}` },
  });
  const keyMarker = request.query.get('key-marker') ?? '';
  const versionMarker = request.query.get('version-id-marker') ?? '';
  const marked = versionMarker === '' ? undefined : s3.store.find(bucket.name, keyMarker, versionMarker);
  // A marker that lies in a common prefix was returned with the whole of it.
  const passed = keyMarker.startsWith(page.prefix)
    ? commonPrefix(keyMarker, page.prefix, page.delimiter)
    : undefined;
  const after =
    passed === undefined ? { key: keyMarker, seq: marked?.seq ?? 0 } : { key: passed + lastOfAll, seq: 0 };
  const { entries, isTruncated } = collect(page, after, (from, limit) =>
    s3.store.versions(bucket.name, page.prefix, from, limit),
  );
  const last = isTruncated ? entries.at(-1) : undefined;
  return xml(
    xmlDocument('ListVersionsResult', [
      element('Name', bucket.name),
      element('Prefix', page.encode(page.prefix)),
      element('KeyMarker', page.encode(keyMarker)),
      element('VersionIdMarker', versionMarker),
      element('Delimiter', page.delimiter === '' ? undefined : page.encode(page.delimiter)),
      element(
        'NextKeyMarker',
        last && page.encode(last.kind === 'common-prefix' ? last.prefix : last.version.key),
      ),
      element('NextVersionIdMarker', last?.kind === 'version' ? last.version.versionId : undefined),
      element('MaxKeys', page.maxKeys),
      element('EncodingType', page.encodingType),
      element('IsTruncated', isTruncated),
      ...entries.map((entry) => {
        if (entry.kind === 'common-prefix') return commonPrefixes(page, entry.prefix);
        const { version } = entry;
        const head = [
          element('Key', page.encode(version.key)),
          element('VersionId', version.versionId),
          element('IsLatest', version.latest),
        ];
        return version.deleteMarker
          ? element('DeleteMarker', [
              ...head,
              element('LastModified', new Date(version.lastModified).toISOString()),
            ])
          : element('Version', [...head, ...factsOf(version)]);
      }),
    ]),
  );
}

function commonPrefixes(page: Page, prefix: string): string {
  return element('CommonPrefixes', [element('Prefix', page.encode(prefix))]);
}

function factsOf(version: Version): string[] {
  return [
    element('LastModified', new Date(version.lastModified).toISOString()),
    element('ETag', `"${version.etag}"`),
    ...Object.keys(version.checksums).map((algorithm) =>
      element('ChecksumAlgorithm', algorithm.toUpperCase()),
    ),
    element('Size', version.size),
    element('StorageClass', 'STANDARD'),
  ];
}

interface Page {
  readonly prefix: string;
  readonly delimiter: string;
  readonly maxKeys: number;
  readonly encodingType: string | undefined;
  encode(text: string): string;
}

function pageOf(request: ServiceRequest): Page {
  const maxKeys = Number(request.query.get('max-keys') ?? 1000);
  if (!Number.isInteger(maxKeys) || maxKeys < 0) {
    throw new AwsError('InvalidArgument', 'Argument maxKeys must be an integer between 0 and 2147483647');
  }
  const encodingType = request.query.get('encoding-type') ?? undefined;
  return {
    prefix: request.query.get('prefix') ?? '',
    delimiter: request.query.get('delimiter') ?? '',
    maxKeys: Math.min(maxKeys, 1000),
    encodingType,
    encode: (text) => (encodingType === 'url' ? encodeURIComponent(text).replaceAll('%2F', '/') : text),
  };
}

/** The key up to and with the first delimiter behind the prefix. */
function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at === -1 ? undefined : key.slice(0, at + delimiter.length);
}

/** Gathers one page, leaping over the rest of a common prefix once it is noted. */
function collect(
  page: Page,
  after: Marker,
  read: (after: Marker, limit: number) => readonly Version[],
): { entries: readonly Entry[]; isTruncated: boolean } {
  const entries: Entry[] = [];
  let from = after;
  scan: while (page.maxKeys > 0) {
    const batch = read(from, page.maxKeys + 1);
    if (batch.length === 0) break;
    for (const version of batch) {
      if (entries.length === page.maxKeys) return { entries, isTruncated: true };
      const prefix = commonPrefix(version.key, page.prefix, page.delimiter);
      const entry: Entry =
        prefix === undefined ? { kind: 'version', version } : { kind: 'common-prefix', prefix };
      entries.push(entry);
      from = behind(entry);
      if (entry.kind === 'common-prefix') continue scan;
    }
  }
  return { entries, isTruncated: false };
}

/** What follows the entry begins here. */
function behind(entry: Entry): Marker {
  return entry.kind === 'common-prefix'
    ? { key: entry.prefix + lastOfAll, seq: 0 }
    : { key: entry.version.key, seq: entry.version.seq };
}

function readToken(token: string): string {
  if (!/^[\w-]*$/.test(token)) {
    throw new AwsError('InvalidArgument', 'The continuation token provided is incorrect');
  }
  return Buffer.from(token, 'base64url').toString('utf8');
}
