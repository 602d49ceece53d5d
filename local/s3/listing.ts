/** Listing buckets, objects and versions, in pages. */
import { AwsError } from '../gateway/aws-error.ts';
import type { ServiceRequest, ServiceResponse } from '../gateway/service.ts';
import type { Bucket } from './buckets.ts';
import type { S3Context } from './context.ts';
import { lastOfAll, type Version } from './object-store.ts';
import { element, xmlDocument } from './xml.ts';

/** A key to show, or the shared beginning of several. */
type Entry<T> = { readonly item: T } | { readonly prefix: string };

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
  const { entries, next } = collect(page, after, (from, limit) =>
    s3.store.current(bucket.name, page.prefix, from, limit),
  );
  return xml(
    xmlDocument('ListBucketResult', [
      element('Name', bucket.name),
      element('Prefix', page.encode(page.prefix)),
      element('Delimiter', page.delimiter === '' ? undefined : page.encode(page.delimiter)),
      element('StartAfter', startAfter === undefined ? undefined : page.encode(startAfter)),
      element('ContinuationToken', token),
      element(
        'NextContinuationToken',
        next === undefined ? undefined : Buffer.from(next).toString('base64url'),
      ),
      element('KeyCount', entries.length),
      element('MaxKeys', page.maxKeys),
      element('EncodingType', page.encodingType),
      element('IsTruncated', next !== undefined),
      ...entries.map((entry) =>
        'prefix' in entry
          ? element('CommonPrefixes', [element('Prefix', page.encode(entry.prefix))])
          : element('Contents', [element('Key', page.encode(entry.item.key)), ...factsOf(entry.item)]),
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
  // Behind the marked version, or behind every version of the marked key.
  const entries: Entry<Version>[] = [];
  let after = { key: keyMarker, seq: marked?.seq ?? 0 };
  let more = false;
  let last: { key: string; versionId?: string } | undefined;
  scan: while (page.maxKeys > 0) {
    const batch = s3.store.versions(bucket.name, page.prefix, after, page.maxKeys + 1);
    if (batch.length === 0) break;
    for (const version of batch) {
      const common = commonPrefix(version.key, page.prefix, page.delimiter);
      if (common !== undefined && common <= keyMarker && keyMarker.startsWith(common)) {
        after = { key: common + lastOfAll, seq: 0 };
        continue scan;
      }
      if (entries.length === page.maxKeys) {
        more = true;
        break scan;
      }
      if (common === undefined) {
        entries.push({ item: version });
        last = { key: version.key, versionId: version.versionId };
        after = { key: version.key, seq: version.seq };
      } else {
        entries.push({ prefix: common });
        last = { key: common };
        after = { key: common + lastOfAll, seq: 0 };
        continue scan;
      }
    }
  }
  return xml(
    xmlDocument('ListVersionsResult', [
      element('Name', bucket.name),
      element('Prefix', page.encode(page.prefix)),
      element('KeyMarker', page.encode(keyMarker)),
      element('VersionIdMarker', versionMarker),
      element('Delimiter', page.delimiter === '' ? undefined : page.encode(page.delimiter)),
      element('NextKeyMarker', more && last ? page.encode(last.key) : undefined),
      element('NextVersionIdMarker', more ? last?.versionId : undefined),
      element('MaxKeys', page.maxKeys),
      element('EncodingType', page.encodingType),
      element('IsTruncated', more),
      ...entries.map((entry) => {
        if ('prefix' in entry)
          return element('CommonPrefixes', [element('Prefix', page.encode(entry.prefix))]);
        const { item } = entry;
        const head = [
          element('Key', page.encode(item.key)),
          element('VersionId', item.versionId),
          element('IsLatest', item.latest),
        ];
        return item.deleteMarker
          ? element('DeleteMarker', [
              ...head,
              element('LastModified', new Date(item.lastModified).toISOString()),
            ])
          : element('Version', [...head, ...factsOf(item)]);
      }),
    ]),
  );
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

/** Gathers one page, leaping over the rest of a common prefix once it is noted; `next` is where the following begins. */
function collect(
  page: Page,
  after: string,
  read: (after: string, limit: number) => readonly Version[],
): { entries: Entry<Version>[]; next: string | undefined } {
  const entries: Entry<Version>[] = [];
  let from = after;
  let last = after;
  scan: while (page.maxKeys > 0) {
    const batch = read(from, page.maxKeys + 1);
    if (batch.length === 0) break;
    for (const version of batch) {
      const common = commonPrefix(version.key, page.prefix, page.delimiter);
      if (entries.length === page.maxKeys) return { entries, next: last };
      if (common === undefined) {
        entries.push({ item: version });
        last = from = version.key;
      } else {
        entries.push({ prefix: common });
        last = from = common + lastOfAll;
        continue scan;
      }
    }
  }
  return { entries, next: undefined };
}

function readToken(token: string): string {
  if (!/^[\w-]*$/.test(token)) {
    throw new AwsError('InvalidArgument', 'The continuation token provided is incorrect');
  }
  return Buffer.from(token, 'base64url').toString('utf8');
}
