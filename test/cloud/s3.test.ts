import { createHash } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  type ChecksumAlgorithm,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UnsupportedFeature } from '#local/declared-resource.ts';
import type { BusEvent } from '#local/event-bridge/ports.ts';
import { AwsError } from '#local/gateway/aws-error.ts';
import { S3Service } from '#local/s3/service.ts';
import { account, credentials, type HostedService, host, region, Surroundings } from './service-host.ts';

let around: Surroundings;
let events: BusEvent[];
let service: S3Service;
let hosted: HostedService;
let s3: S3Client;

const buckets = [
  {
    logicalId: 'Uploads',
    type: 'AWS::S3::Bucket',
    physicalId: 'uploads',
    properties: {
      VersioningConfiguration: { Status: 'Enabled' },
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true },
    },
  },
  { logicalId: 'Plain', type: 'AWS::S3::Bucket', physicalId: 'plain', properties: {} },
];

/** As a process that starts finds it. */
function start(): S3Service {
  const started = new S3Service({
    db: around.db,
    directory: join(around.directory, 'objects'),
    clock: around.clock,
    account,
    region,
    publish: (event) => {
      events.push(event);
    },
    credential: (accessKeyId) =>
      accessKeyId === credentials.accessKeyId
        ? {
            principal: { arn: `arn:aws:iam::${account}:role/uploader`, owner: false },
            secret: credentials.secretAccessKey,
            authorize: ({ action }) => {
              if (hosted.denied.has(action)) throw new AwsError('AccessDenied', 'Access Denied', 403);
            },
          }
        : undefined,
  });
  started.define(buckets);
  return started;
}

beforeEach(async () => {
  around = new Surroundings();
  events = [];
  service = start();
  hosted = await host(service);
  s3 = new S3Client({ endpoint: hosted.endpoint, region, credentials });
});

afterEach(async () => {
  s3.destroy();
  await hosted.close();
  around.remove();
});

async function put(key: string, body = 'text', bucket = 'uploads'): Promise<string | undefined> {
  return (await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }))).VersionId;
}

async function text(key: string, bucket = 'uploads', VersionId?: string): Promise<string | undefined> {
  const got = await s3.send(
    new GetObjectCommand({ Bucket: bucket, Key: key, ...(VersionId === undefined ? {} : { VersionId }) }),
  );
  return await got.Body?.transformToString();
}

describe('an object', () => {
  it('comes back with its bytes, type and metadata', async () => {
    await s3.send(
      new PutObjectCommand({
        Bucket: 'uploads',
        Key: 'a folder/é+&.json',
        Body: '{"a":1}',
        ContentType: 'application/json',
        CacheControl: 'no-store',
        Metadata: { contact: 'ketua@example.org' },
      }),
    );
    const got = await s3.send(new GetObjectCommand({ Bucket: 'uploads', Key: 'a folder/é+&.json' }));
    expect(await got.Body?.transformToString()).toBe('{"a":1}');
    expect(got).toMatchObject({
      ContentType: 'application/json',
      CacheControl: 'no-store',
      ContentLength: 7,
      Metadata: { contact: 'ketua@example.org' },
      ETag: `"${createHash('md5').update('{"a":1}').digest('hex')}"`,
      LastModified: new Date('2026-11-24T07:00:00Z'),
      ServerSideEncryption: 'AES256',
    });
    const head = await s3.send(new HeadObjectCommand({ Bucket: 'uploads', Key: 'a folder/é+&.json' }));
    expect(head).toMatchObject({ ContentLength: 7, ContentType: 'application/json', ETag: got.ETag });
  });

  it.each(['..', '../../etc/passwd', '/', 'a//b', '.', '%2e%2e', 'a\nb', '\u{1F600}'])(
    'may be called %j and stays within the folder',
    async (key) => {
      const body = `of ${key}`;
      const path = `/uploads/${encodeURIComponent(key)}`;
      const status = await new Promise<number | undefined>((resolve, reject) => {
        const sent = httpRequest(`${hosted.endpoint}`, { path, method: 'PUT' }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        sent.on('error', reject);
        sent.end(body);
      });
      expect(status).toBe(200);
      expect(events.at(-1)?.detail).toMatchObject({ object: { key } });
      expect(readdirSync(join(around.directory, 'objects'))).toHaveLength(1);
      expect(readdirSync(around.directory).filter((name) => !name.startsWith('state.sqlite'))).toEqual([
        'objects',
      ]);
    },
  );

  it('is read in ranges', async () => {
    await put('digits', '0123456789');
    const range = async (Range: string): Promise<[string | undefined, string | undefined]> => {
      const got = await s3.send(new GetObjectCommand({ Bucket: 'uploads', Key: 'digits', Range }));
      return [await got.Body?.transformToString(), got.ContentRange];
    };
    expect(await range('bytes=2-4')).toEqual(['234', 'bytes 2-4/10']);
    expect(await range('bytes=7-')).toEqual(['789', 'bytes 7-9/10']);
    expect(await range('bytes=-3')).toEqual(['789', 'bytes 7-9/10']);
    expect(await range('bytes=8-99')).toEqual(['89', 'bytes 8-9/10']);
    await expect(range('bytes=10-')).rejects.toMatchObject({ name: 'InvalidRange' });
  });

  it('is written only if it is not there, when asked so', async () => {
    const command = new PutObjectCommand({ Bucket: 'uploads', Key: 'once', Body: '1', IfNoneMatch: '*' });
    await s3.send(command);
    await expect(s3.send(command)).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
    expect(readdirSync(join(around.directory, 'objects'))).toHaveLength(1);
    await s3.send(new DeleteObjectCommand({ Bucket: 'uploads', Key: 'once' }));
    await s3.send(command);
  });

  it('is written only over the version one knows, when asked so', async () => {
    const { ETag } = await s3.send(new PutObjectCommand({ Bucket: 'uploads', Key: 'k', Body: '1' }));
    const write = async (Key: string, IfMatch: string | undefined): Promise<unknown> =>
      await s3.send(
        new PutObjectCommand({ Bucket: 'uploads', Key, Body: '2', ...(IfMatch ? { IfMatch } : {}) }),
      );
    await write('k', ETag);
    await expect(write('k', ETag)).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(write('missing', ETag)).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('is written once by two who write it at once under a condition', async () => {
    const outcomes = await Promise.allSettled(
      ['a', 'b', 'c', 'd'].map((Body) =>
        s3.send(new PutObjectCommand({ Bucket: 'uploads', Key: 'race', Body, IfNoneMatch: '*' })),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('takes no other condition that it is not there than *', async () => {
    await expect(
      s3.send(new PutObjectCommand({ Bucket: 'uploads', Key: 'k', Body: '1', IfNoneMatch: '"etag"' })),
    ).rejects.toMatchObject({ name: 'NotImplemented', $metadata: { httpStatusCode: 501 } });
  });

  it('is deleted only as the version one knows, when asked so', async () => {
    const { ETag } = await s3.send(new PutObjectCommand({ Bucket: 'uploads', Key: 'k', Body: '1' }));
    await put('k', '2');
    const remove = (IfMatch: string | undefined, Key = 'k') =>
      s3.send(new DeleteObjectCommand({ Bucket: 'uploads', Key, ...(IfMatch ? { IfMatch } : {}) }));
    await expect(remove(ETag)).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
    const several = await s3.send(
      new DeleteObjectsCommand({ Bucket: 'uploads', Delete: { Objects: [{ Key: 'k', ETag }] } }),
    );
    expect(several.Errors).toMatchObject([{ Key: 'k', Code: 'PreconditionFailed' }]);
    expect(await text('k')).toBe('2');
    await expect(remove('*', 'missing')).rejects.toMatchObject({ name: 'NoSuchKey' });
    hosted.denied.add('s3:GetObject');
    await expect(remove(ETag)).rejects.toMatchObject({ name: 'AccessDenied' });
    expect((await remove('*')).DeleteMarker).toBe(true);
    await expect(remove('*')).rejects.toMatchObject({ name: 'PreconditionFailed' });
    hosted.denied.delete('s3:GetObject');
    await put('k', '1');
    expect((await remove(ETag)).DeleteMarker).toBe(true);
  });

  it('is not sent again to who has it', async () => {
    const { ETag } = await s3.send(new PutObjectCommand({ Bucket: 'uploads', Key: 'k', Body: '1' }));
    const get = async (conditions: object): Promise<unknown> =>
      await s3.send(new GetObjectCommand({ Bucket: 'uploads', Key: 'k', ...conditions }));
    await expect(get({ IfNoneMatch: ETag })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    await expect(get({ IfMatch: '"other"' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(get({ IfModifiedSince: new Date('2026-11-25') })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 304 },
    });
    await get({ IfModifiedSince: new Date('2026-11-01'), IfMatch: ETag });
  });

  it('that is not there is not found, unless one may not list the bucket', async () => {
    await expect(text('nothing')).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(s3.send(new HeadObjectCommand({ Bucket: 'uploads', Key: 'nothing' }))).rejects.toMatchObject(
      {
        name: 'NotFound',
      },
    );
    await expect(text('k', 'no-such-bucket')).rejects.toMatchObject({ name: 'NoSuchBucket' });
    hosted.denied.add('s3:ListBucket');
    await expect(text('nothing')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('is copied with or without its metadata', async () => {
    await s3.send(new PutObjectCommand({ Bucket: 'uploads', Key: 'ä b', Body: 'x', Metadata: { a: '1' } }));
    const source = { Bucket: 'uploads', CopySource: `uploads/${encodeURIComponent('ä b')}` };
    const { CopyObjectResult } = await s3.send(new CopyObjectCommand({ ...source, Key: 'kept' }));
    await s3.send(
      new CopyObjectCommand({
        ...source,
        Key: 'replaced',
        MetadataDirective: 'REPLACE',
        Metadata: { b: '2' },
      }),
    );
    const kept = await s3.send(new GetObjectCommand({ Bucket: 'uploads', Key: 'kept' }));
    expect(kept.Metadata).toEqual({ a: '1' });
    expect(kept.ETag).toBe(CopyObjectResult?.ETag);
    const replaced = await s3.send(new HeadObjectCommand({ Bucket: 'uploads', Key: 'replaced' }));
    expect(replaced.Metadata).toEqual({ b: '2' });
    await expect(s3.send(new CopyObjectCommand({ ...source, Key: 'ä b' }))).rejects.toMatchObject({
      name: 'InvalidRequest',
    });
    expect(events.at(-1)?.detail).toMatchObject({ reason: 'CopyObject' });
  });
});

describe('a checksum', () => {
  const algorithms: ChecksumAlgorithm[] = ['CRC32', 'CRC32C', 'SHA1', 'SHA256'];

  it.each(algorithms)('%s is verified and given back', async (ChecksumAlgorithm) => {
    await s3.send(
      new PutObjectCommand({ Bucket: 'uploads', Key: 'k', Body: '123456789', ChecksumAlgorithm }),
    );
    const got = await s3.send(new GetObjectCommand({ Bucket: 'uploads', Key: 'k', ChecksumMode: 'ENABLED' }));
    expect(await got.Body?.transformToString()).toBe('123456789');
    expect(got[`Checksum${ChecksumAlgorithm}` as keyof typeof got]).toEqual(expect.stringMatching(/=$/));
  });

  it('is the one that the algorithms’ published check values say', async () => {
    await s3.send(
      new PutObjectCommand({ Bucket: 'uploads', Key: 'k', Body: '123456789', ChecksumCRC32C: '4waSgw==' }),
    );
    // CRC-64/NVME of 123456789 is ae8b14860a799888.
    await s3.send(
      new PutObjectCommand({
        Bucket: 'uploads',
        Key: 'k',
        Body: '123456789',
        ChecksumCRC64NVME: 'rosUhgp5mIg=',
      }),
    );
    const got = await s3.send(
      new HeadObjectCommand({ Bucket: 'uploads', Key: 'k', ChecksumMode: 'ENABLED' }),
    );
    expect(got.ChecksumCRC64NVME).toBe('rosUhgp5mIg=');
    expect(got.ChecksumType).toBe('FULL_OBJECT');
  });

  it('that is wrong refuses the object', async () => {
    const wrong = { Bucket: 'uploads', Key: 'k', Body: 'x' };
    await expect(
      s3.send(new PutObjectCommand({ ...wrong, ChecksumCRC32: 'AAAAAA==' })),
    ).rejects.toMatchObject({
      name: 'BadDigest',
    });
    await expect(
      s3.send(new PutObjectCommand({ ...wrong, ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' })),
    ).rejects.toMatchObject({ name: 'BadDigest' });
    const hash = await fetch(`${hosted.endpoint}/uploads/k`, {
      method: 'PUT',
      body: 'x',
      headers: { 'x-amz-content-sha256': '0'.repeat(64) },
    });
    expect(await hash.text()).toContain('XAmzContentSHA256Mismatch');
    expect(events).toEqual([]);
  });

  it('trails a streamed body, whose bytes come through one for one', async () => {
    const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 31) & 0xff));
    const parts = [0, 1, 2, 3].map((part) => bytes.subarray(part * 50_000, (part + 1) * 50_000));
    await s3.send(
      new PutObjectCommand({
        Bucket: 'uploads',
        Key: 'stream',
        Body: Readable.from(parts),
        ContentLength: bytes.length,
        ChecksumAlgorithm: 'CRC32',
      }),
    );
    const got = await s3.send(new GetObjectCommand({ Bucket: 'uploads', Key: 'stream' }));
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
    expect(got.ContentEncoding).toBeUndefined();
  });

  it('trails chunks of any size, signed or not, whose bytes come through one for one', async () => {
    // Bytes that look like the encoding itself are the likeliest to be mistaken.
    const byte = fc.oneof(fc.constantFrom(...Buffer.from('\r\n0;')), fc.nat(255));
    const chunks = fc.array(fc.array(byte, { minLength: 1, maxLength: 20 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(chunks, fc.boolean(), async (parts, signed) => {
        const bytes = Buffer.from(parts.flat());
        const signature = signed ? `;chunk-signature=${'a'.repeat(64)}` : '';
        const body = Buffer.concat([
          ...parts.flatMap((part) => [
            Buffer.from(`${part.length.toString(16)}${signature}\r\n`),
            Buffer.from(part),
            Buffer.from('\r\n'),
          ]),
          Buffer.from(`0${signature}\r\n`),
          Buffer.from(`x-amz-checksum-sha256:${createHash('sha256').update(bytes).digest('base64')}\r\n`),
          Buffer.from(signed ? `x-amz-trailer-signature:${'b'.repeat(64)}\r\n\r\n` : '\r\n'),
        ]);
        const kind = signed
          ? 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER'
          : 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
        const response = await fetch(`${hosted.endpoint}/plain/k`, {
          method: 'PUT',
          body,
          headers: {
            'content-encoding': 'aws-chunked,gzip',
            'x-amz-content-sha256': kind,
            'x-amz-decoded-content-length': `${bytes.length}`,
            'x-amz-trailer': 'x-amz-checksum-sha256',
          },
        });
        expect([response.status, await response.text()]).toEqual([200, '']);
        const got = await s3.send(new GetObjectCommand({ Bucket: 'plain', Key: 'k' }));
        expect(Buffer.from((await got.Body?.transformToByteArray()) ?? [])).toEqual(bytes);
        expect(got.ContentEncoding).toBe('gzip');
      }),
      { numRuns: 50 },
    );
  });

  it('that trails and is wrong, or a chunk that is cut off, refuses the object', async () => {
    const send = async (body: string): Promise<string> => {
      const response = await fetch(`${hosted.endpoint}/uploads/k`, {
        method: 'PUT',
        body,
        headers: {
          'content-encoding': 'aws-chunked',
          'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
          'x-amz-decoded-content-length': '3',
          'x-amz-trailer': 'x-amz-checksum-crc32',
        },
      });
      return await response.text();
    };
    expect(await send('3\r\nabc\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n')).toContain('BadDigest');
    expect(await send('3\r\nabc\r\n0\r\n\r\n')).toContain('MalformedTrailerError');
    expect(await send('9\r\nabc\r\n')).toContain('IncompleteBody');
    expect(await send('zz\r\nabc\r\n')).toContain('IncompleteBody');
    expect(await send('3\r\nabc\r\n0\r\nx-amz-checksum-crc32:NSRBwg==\r\n\r\n')).toBe('');
  });
});

describe('versions', () => {
  it('are kept, listed and deleted one by one', async () => {
    const first = await put('k', 'one');
    const second = await put('k', 'two');
    expect(first).toMatch(/^[\w.]{32}$/);
    expect(await text('k', 'uploads', first)).toBe('one');
    expect(await text('k')).toBe('two');
    const deleted = await s3.send(new DeleteObjectCommand({ Bucket: 'uploads', Key: 'k' }));
    expect(deleted.DeleteMarker).toBe(true);
    await expect(text('k')).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(text('k', 'uploads', deleted.VersionId)).rejects.toMatchObject({ name: 'MethodNotAllowed' });
    const listed = await s3.send(new ListObjectVersionsCommand({ Bucket: 'uploads' }));
    expect(listed.Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
      [second, false],
      [first, false],
    ]);
    expect(listed.DeleteMarkers?.map(({ IsLatest }) => IsLatest)).toEqual([true]);
    const { VersionId = '' } = deleted;
    await s3.send(new DeleteObjectCommand({ Bucket: 'uploads', Key: 'k', VersionId }));
    expect(await text('k')).toBe('two');
    await expect(text('k', 'uploads', 'unknown')).rejects.toMatchObject({ name: 'NoSuchVersion' });
  });

  it('are not kept in a bucket without versioning', async () => {
    expect(await put('k', 'one', 'plain')).toBeUndefined();
    await put('k', 'two', 'plain');
    expect(await text('k', 'plain')).toBe('two');
    expect(readdirSync(join(around.directory, 'objects'))).toHaveLength(1);
    await s3.send(new DeleteObjectCommand({ Bucket: 'plain', Key: 'k' }));
    expect(readdirSync(join(around.directory, 'objects'))).toEqual([]);
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket: 'plain' }))).Status).toBeUndefined();
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket: 'uploads' }))).Status).toBe('Enabled');
  });

  it('are listed in pages', async () => {
    for (const key of ['a', 'b', 'b', 'c/1', 'c/2', 'd']) await put(key);
    const seen: string[] = [];
    let markers: { KeyMarker?: string; VersionIdMarker?: string } = {};
    for (let page = 0; page < 10; page += 1) {
      const listed = await s3.send(
        new ListObjectVersionsCommand({ Bucket: 'uploads', MaxKeys: 2, Delimiter: '/', ...markers }),
      );
      seen.push(...(listed.Versions ?? []).map(({ Key = '' }) => Key));
      seen.push(...(listed.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix));
      if (!listed.IsTruncated) break;
      markers = {
        ...(listed.NextKeyMarker === undefined ? {} : { KeyMarker: listed.NextKeyMarker }),
        ...(listed.NextVersionIdMarker === undefined ? {} : { VersionIdMarker: listed.NextVersionIdMarker }),
      };
    }
    expect(seen).toEqual(['a', 'b', 'b', 'c/', 'd']);
    const behindFirst = await s3.send(
      new ListObjectVersionsCommand({ Bucket: 'uploads', Delimiter: '/', KeyMarker: 'c/1' }),
    );
    expect(behindFirst.CommonPrefixes).toBeUndefined();
    expect(behindFirst.Versions?.map(({ Key }) => Key)).toEqual(['d']);
  });
});

describe('a listing', () => {
  it('knows prefix, delimiter and start, in the order of bytes', async () => {
    for (const key of ['b', 'a/2', 'a/1', 'a', 'a/x/1', 'B', 'é', 'a<&>']) await put(key);
    const list = async (options: object): Promise<[string[], string[]]> => {
      const listed = await s3.send(new ListObjectsV2Command({ Bucket: 'uploads', ...options }));
      return [
        (listed.Contents ?? []).map(({ Key = '' }) => Key),
        (listed.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix),
      ];
    };
    expect(await list({})).toEqual([['B', 'a', 'a/1', 'a/2', 'a/x/1', 'a<&>', 'b', 'é'], []]);
    expect(await list({ Delimiter: '/' })).toEqual([['B', 'a', 'a<&>', 'b', 'é'], ['a/']]);
    expect(await list({ Prefix: 'a/', Delimiter: '/' })).toEqual([['a/1', 'a/2'], ['a/x/']]);
    expect(await list({ StartAfter: 'a/x/1' })).toEqual([['a<&>', 'b', 'é'], []]);
    expect(await list({ Prefix: 'nothing' })).toEqual([[], []]);
  });

  it('comes in pages that hold everything once', async () => {
    const keys = Array.from({ length: 25 }, (_, index) => `k${`${index}`.padStart(2, '0')}/x`);
    for (const key of keys) await put(key);
    for (const options of [{}, { Delimiter: '/' }]) {
      const seen: string[] = [];
      let ContinuationToken: string | undefined;
      do {
        const listed = await s3.send(
          new ListObjectsV2Command({
            Bucket: 'uploads',
            MaxKeys: 7,
            ...options,
            ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
          }),
        );
        expect(listed.KeyCount).toBeLessThanOrEqual(7);
        seen.push(...(listed.Contents ?? []).map(({ Key = '' }) => Key));
        seen.push(...(listed.CommonPrefixes ?? []).map(({ Prefix = '' }) => `${Prefix}x`));
        ContinuationToken = listed.NextContinuationToken;
      } while (ContinuationToken !== undefined);
      expect(seen).toEqual(keys);
    }
  });

  it('of any keys, page by page, is what a list in memory says', async () => {
    const letter = fc.constantFrom('a', 'b', '/', 'é', '\uffee', '\u{1f600}');
    const word = (maxLength: number) => fc.array(letter, { maxLength }).map((letters) => letters.join(''));
    const keys = fc.uniqueArray(
      word(5).filter((key) => key !== ''),
      { minLength: 1, maxLength: 12 },
    );
    const options = fc.record({
      Prefix: word(2),
      Delimiter: fc.constantFrom('', '/', 'a'),
      StartAfter: word(3),
      MaxKeys: fc.integer({ min: 1, max: 4 }),
    });
    const compare = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
    let run = 0;
    await fc.assert(
      fc.asyncProperty(keys, options, async (names, { Prefix, Delimiter, StartAfter, MaxKeys }) => {
        run += 1;
        // Each run has a corner of the bucket to itself.
        const corner = `${run}:`;
        for (const name of names) await put(`${corner}${name}`, 'x', 'plain');
        const expected = new Set<string>();
        for (const name of names.toSorted(compare)) {
          if (compare(name, StartAfter) <= 0 || !name.startsWith(Prefix)) continue;
          const at = Delimiter === '' ? -1 : name.indexOf(Delimiter, Prefix.length);
          expected.add(at < 0 ? `key ${name}` : `prefix ${name.slice(0, at + Delimiter.length)}`);
        }
        const seen: string[] = [];
        let ContinuationToken: string | undefined;
        do {
          const page = await s3.send(
            new ListObjectsV2Command({
              Bucket: 'plain',
              Prefix: `${corner}${Prefix}`,
              StartAfter: `${corner}${StartAfter}`,
              MaxKeys,
              ...(Delimiter === '' ? {} : { Delimiter }),
              ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
            }),
          );
          const found = [
            ...(page.Contents ?? []).map(({ Key = '' }) => `key ${Key.slice(corner.length)}`),
            ...(page.CommonPrefixes ?? []).map((each) => `prefix ${each.Prefix?.slice(corner.length)}`),
          ];
          expect(found.length).toBe(page.KeyCount);
          expect(found.length).toBeLessThanOrEqual(MaxKeys);
          seen.push(...found);
          ContinuationToken = page.NextContinuationToken;
        } while (ContinuationToken !== undefined);
        expect(seen.toSorted()).toEqual([...expected].toSorted());
      }),
      { numRuns: 60 },
    );
  });

  it('lists the buckets', async () => {
    const { Buckets } = await s3.send(new ListBucketsCommand());
    expect(Buckets?.map(({ Name }) => Name)).toEqual(['plain', 'uploads']);
    await s3.send(new HeadBucketCommand({ Bucket: 'uploads' }));
    const { LocationConstraint } = await s3.send(new GetBucketLocationCommand({ Bucket: 'uploads' }));
    expect(LocationConstraint).toBe(region);
  });
});

describe('deleting many', () => {
  it('answers for each', async () => {
    await put('a');
    await put('<b>&');
    const deleted = await s3.send(
      new DeleteObjectsCommand({ Bucket: 'uploads', Delete: { Objects: [{ Key: 'a' }, { Key: '<b>&' }] } }),
    );
    expect(deleted.Deleted?.map(({ Key, DeleteMarker }) => [Key, DeleteMarker])).toEqual([
      ['a', true],
      ['<b>&', true],
    ]);
    hosted.denied.add('s3:DeleteObject');
    const refused = await s3.send(
      new DeleteObjectsCommand({ Bucket: 'uploads', Delete: { Objects: [{ Key: 'c' }] } }),
    );
    expect(refused.Errors).toEqual([{ Key: 'c', Code: 'AccessDenied', Message: 'Access Denied' }]);
  });
});

describe('an upload in parts', () => {
  const large = Buffer.alloc(5 * 1024 * 1024, 'a');

  async function upload(parts: readonly Buffer[]): Promise<CompleteMultipartUploadCommand> {
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({
        Bucket: 'uploads',
        Key: 'big',
        ContentType: 'text/plain',
        ChecksumAlgorithm: 'CRC32',
      }),
    );
    const done = [];
    for (const [index, Body] of parts.entries()) {
      const { ETag, ChecksumCRC32 } = await s3.send(
        new UploadPartCommand({ Bucket: 'uploads', Key: 'big', UploadId, PartNumber: index + 1, Body }),
      );
      done.push({ PartNumber: index + 1, ETag, ChecksumCRC32 });
    }
    return new CompleteMultipartUploadCommand({
      Bucket: 'uploads',
      Key: 'big',
      UploadId,
      MultipartUpload: { Parts: done },
    });
  }

  it('becomes one object', async () => {
    const complete = await upload([large, Buffer.from('end')]);
    const { UploadId } = complete.input;
    const { Parts } = await s3.send(new ListPartsCommand({ Bucket: 'uploads', Key: 'big', UploadId }));
    expect(Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, large.length],
      [2, 3],
    ]);
    const { ETag, ChecksumCRC32 } = await s3.send(complete);
    expect(ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
    expect(ChecksumCRC32).toMatch(/-2$/);
    const got = await s3.send(new GetObjectCommand({ Bucket: 'uploads', Key: 'big' }));
    expect(got.ContentType).toBe('text/plain');
    expect(
      Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(
        Buffer.concat([large, Buffer.from('end')]),
      ),
    ).toBe(true);
    expect(events).toHaveLength(1);
    expect(events[0]?.detail).toMatchObject({
      reason: 'CompleteMultipartUpload',
      object: { size: large.length + 3 },
    });
    expect(readdirSync(join(around.directory, 'objects'))).toHaveLength(1);
    await expect(s3.send(complete)).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  it('refuses small parts, unknown parts and parts out of order', async () => {
    await expect(s3.send(await upload([Buffer.from('small'), Buffer.from('end')]))).rejects.toMatchObject({
      name: 'EntityTooSmall',
    });
    const complete = await upload([large, Buffer.from('end')]);
    const [first = {}, second = {}] = complete.input.MultipartUpload?.Parts ?? [];
    const send = async (Parts: object[]): Promise<unknown> =>
      await s3.send(new CompleteMultipartUploadCommand({ ...complete.input, MultipartUpload: { Parts } }));
    await expect(send([second, first])).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    await expect(send([{ ...first, ETag: '"0"' }])).rejects.toMatchObject({ name: 'InvalidPart' });
    await expect(send([{ ...first, ChecksumCRC32: 'AAAAAA==' }])).rejects.toMatchObject({
      name: 'InvalidPart',
    });
  });

  it('becomes an object only if there is none, when asked so', async () => {
    const { input } = await upload([Buffer.from('part')]);
    await put('big', 'was here first');
    const conditional = new CompleteMultipartUploadCommand({ ...input, IfNoneMatch: '*' });
    await expect(s3.send(conditional)).rejects.toMatchObject({ name: 'PreconditionFailed' });
    expect(await text('big')).toBe('was here first');
    await s3.send(new DeleteObjectCommand({ Bucket: 'uploads', Key: 'big' }));
    await s3.send(conditional);
    expect(await text('big')).toBe('part');
  });

  it('refuses a part whose checksum is wrong', async () => {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket: 'uploads', Key: 'big' }));
    const part = { Bucket: 'uploads', Key: 'big', UploadId, PartNumber: 1, Body: 'x' };
    await expect(
      s3.send(new UploadPartCommand({ ...part, ChecksumSHA1: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' })),
    ).rejects.toMatchObject({ name: 'BadDigest' });
    expect((await s3.send(new ListPartsCommand({ Bucket: 'uploads', Key: 'big', UploadId }))).Parts).toBe(
      undefined,
    );
  });

  it('can be given up', async () => {
    const { input } = await upload([Buffer.from('part')]);
    const { Bucket, Key, UploadId } = input;
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    expect(readdirSync(join(around.directory, 'objects'))).toEqual([]);
  });
});

describe('a presigned URL', () => {
  it('reads and writes until it expires', async () => {
    await put('k', 'text');
    const signingDate = new Date(around.clock.now());
    const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket: 'uploads', Key: 'k' }), {
      expiresIn: 60,
      signingDate,
    });
    expect(await (await fetch(url)).text()).toBe('text');
    const putUrl = await getSignedUrl(s3, new PutObjectCommand({ Bucket: 'uploads', Key: 'new' }), {
      expiresIn: 60,
      signingDate,
    });
    expect((await fetch(putUrl, { method: 'PUT', body: 'by URL' })).status).toBe(200);
    expect(await text('new')).toBe('by URL');
    expect(await (await fetch(url.replace('/k?', '/new?'))).text()).toContain('SignatureDoesNotMatch');
    await around.advance(61);
    const late = await fetch(url);
    expect(late.status).toBe(403);
    expect(await late.text()).toContain('Request has expired');
  });
});

describe('a presigned URL for an upload', () => {
  it('takes the type that was signed and no other, and no other method', async () => {
    const url = await getSignedUrl(
      s3,
      new PutObjectCommand({ Bucket: 'uploads', Key: 'photo', ContentType: 'image/jpeg' }),
      {
        expiresIn: 60,
        signingDate: new Date(around.clock.now()),
        signableHeaders: new Set(['content-type']),
      },
    );
    const send = (type: string): Promise<Response> =>
      fetch(url, { method: 'PUT', body: 'bytes', headers: { 'content-type': type } });
    const refused = await send('text/html');
    expect([refused.status, await refused.text()]).toEqual([
      403,
      expect.stringContaining('SignatureDoesNotMatch'),
    ]);
    expect((await send('image/jpeg')).status).toBe(200);
    const kept = await s3.send(new HeadObjectCommand({ Bucket: 'uploads', Key: 'photo' }));
    expect(kept.ContentType).toBe('image/jpeg');
    expect((await fetch(url, { method: 'DELETE', headers: { 'content-type': 'image/jpeg' } })).status).toBe(
      403,
    );
  });
});

describe('a form', () => {
  const conditions = { Bucket: 'uploads', Key: 'evidence/photo.jpg' };

  async function post(
    form: { url: string; fields: Record<string, string> },
    file: string | Blob,
    change: (fields: [string, string][]) => [string, string][] = (fields) => fields,
  ): Promise<Response> {
    const body = new FormData();
    for (const [name, value] of change(Object.entries(form.fields))) body.append(name, value);
    body.append('file', typeof file === 'string' ? new Blob([file]) : file, 'C:\\dir\\photo.jpg');
    return await fetch(form.url, { method: 'POST', body, redirect: 'manual' });
  }

  async function signed(options: {
    Conditions?: Parameters<typeof createPresignedPost>[1]['Conditions'];
    Fields?: Record<string, string>;
    Key?: string;
  }): ReturnType<typeof createPresignedPost> {
    // The policy's end is reckoned from this machine's time; the cloud is put at the same.
    const offset = Math.round((Date.now() - around.clock.now()) / 1000);
    if (offset > 0) await around.advance(offset);
    return await createPresignedPost(s3, {
      ...conditions,
      ...(options.Key === undefined ? {} : { Key: options.Key }),
      ...(options.Conditions === undefined ? {} : { Conditions: options.Conditions }),
      ...(options.Fields === undefined ? {} : { Fields: options.Fields }),
      Expires: 600,
    });
  }

  it('uploads what its policy allows', async () => {
    const form = await signed({
      Conditions: [['content-length-range', 1, 10], { 'Content-Type': 'image/jpeg' }],
      Fields: { 'Content-Type': 'image/jpeg', 'x-amz-meta-kind': 'photo' },
    });
    const response = await post(form, 'jpegbytes');
    expect([response.status, await response.text()]).toEqual([204, '']);
    const got = await s3.send(new GetObjectCommand({ Bucket: 'uploads', Key: 'evidence/photo.jpg' }));
    expect(await got.Body?.transformToString()).toBe('jpegbytes');
    expect(got).toMatchObject({ ContentType: 'image/jpeg', Metadata: { kind: 'photo' } });
    expect(events.at(-1)?.detail).toMatchObject({
      reason: 'POST Object',
      object: { key: 'evidence/photo.jpg' },
    });
  });

  it.each([
    ['too large', [['content-length-range', 1, 3]], 'abcd', undefined, 'EntityTooLarge'],
    ['too small', [['content-length-range', 5, 9]], 'abcd', undefined, 'EntityTooSmall'],
    ['another key', [], 'x', ['key', 'evidence/other.jpg'], 'Policy Condition failed: [&quot;eq&quot;'],
    ['a field not in the policy', [], 'x', ['x-amz-meta-more', '1'], 'Extra input fields: x-amz-meta-more'],
    [
      'a type that does not begin so',
      [['starts-with', '$Content-Type', 'image/']],
      'x',
      ['Content-Type', 'text/html'],
      'Policy Condition failed',
    ],
  ] as const)('refuses %s', async (_, more, file, field, message) => {
    const form = await signed({
      Conditions: more.map((each) => [...each]) as NonNullable<Parameters<typeof signed>[0]['Conditions']>,
    });
    const response = await post(form, file, (fields) =>
      field === undefined ? fields : [...fields.filter(([name]) => name !== field[0]), [field[0], field[1]]],
    );
    expect([400, 403]).toContain(response.status);
    expect((await response.text()).replaceAll('"', '&quot;')).toContain(message);
    expect(events).toEqual([]);
  });

  it('refuses an altered policy, a foreign key and no signature at all', async () => {
    const form = await signed({});
    const replace =
      (field: string, value: string | undefined) =>
      (fields: [string, string][]): [string, string][] => [
        ...fields.filter(([name]) => name !== field),
        ...(value === undefined ? [] : [[field, value] satisfies [string, string]]),
      ];
    const policy = Buffer.from(
      JSON.stringify({ expiration: '2099-01-01T00:00:00Z', conditions: [['starts-with', '$key', '']] }),
    ).toString('base64');
    expect(await (await post(form, 'x', replace('Policy', policy))).text()).toContain(
      'SignatureDoesNotMatch',
    );
    const credential = form.fields['X-Amz-Credential']?.replace('TESTER', 'NOBODY');
    expect(await (await post(form, 'x', replace('X-Amz-Credential', credential))).text()).toContain(
      'InvalidAccessKeyId',
    );
    expect(await (await post(form, 'x', replace('Policy', undefined))).text()).toContain('AccessDenied');
    expect(await (await post(form, 'x', replace('key', undefined))).text()).toContain("field named 'key'");
  });

  it('is refused after its end, by the cloud’s clock', async () => {
    const form = await signed({});
    await around.advance(601);
    expect(await (await post(form, 'x')).text()).toContain('Policy expired');
  });

  it('is judged by the rights of who signed it', async () => {
    const form = await signed({});
    hosted.denied.add('s3:PutObject');
    expect((await post(form, 'x')).status).toBe(403);
  });

  it('puts the file’s name into the key and leads the browser on', async () => {
    const redirect = 'http://127.0.0.1:9/done?x=1';
    const form = await signed({
      Key: ['evidence/$', '{filename}'].join(''),
      Conditions: [['starts-with', '$success_action_redirect', 'http://127.0.0.1']],
      Fields: { success_action_redirect: redirect },
    });
    const response = await post(form, 'x');
    expect(response.status).toBe(303);
    const location = new URL(response.headers.get('location') ?? '');
    expect(location.searchParams.get('x')).toBe('1');
    expect(location.searchParams.get('key')).toBe('evidence/photo.jpg');
    expect(location.searchParams.get('bucket')).toBe('uploads');
    const created = await signed({ Fields: { success_action_status: '201' } });
    const answer = await post(created, 'x');
    expect(answer.status).toBe(201);
    expect(await answer.text()).toContain('<Key>evidence/photo.jpg</Key>');
  });

  it('that is no form is refused', async () => {
    const response = await fetch(`${hosted.endpoint}/uploads`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      body: 'nonsense',
    });
    expect(await response.text()).toContain('MalformedPOSTRequest');
  });
});

describe('an event', () => {
  it('announces a created object in AWS’s shape', async () => {
    const versionId = await put('in/proposal.json', '{}');
    expect(events).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        source: 'aws.s3',
        detailType: 'Object Created',
        resources: ['arn:aws:s3:::uploads'],
        time: around.clock.now(),
        detail: {
          version: '0',
          bucket: { name: 'uploads' },
          object: {
            key: 'in/proposal.json',
            size: 2,
            etag: '99914b932bd37a50b983c5e7c90ae93b',
            'version-id': versionId,
            sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
          },
          'request-id': expect.any(String),
          requester: account,
          'source-ip-address': '127.0.0.1',
          reason: 'PutObject',
        },
      },
    ]);
  });

  it('announces a deleted object, and whether for good', async () => {
    const versionId = await put('k');
    const deleted = await s3.send(new DeleteObjectCommand({ Bucket: 'uploads', Key: 'k' }));
    await s3.send(
      new DeleteObjectCommand({
        Bucket: 'uploads',
        Key: 'k',
        ...(versionId ? { VersionId: versionId } : {}),
      }),
    );
    expect(events.slice(1)).toMatchObject([
      {
        detailType: 'Object Deleted',
        detail: {
          reason: 'DeleteObject',
          'deletion-type': 'Delete Marker Created',
          object: { key: 'k', 'version-id': deleted.VersionId },
        },
      },
      {
        detailType: 'Object Deleted',
        detail: {
          reason: 'DeleteObject',
          'deletion-type': 'Permanently Deleted',
          object: { key: 'k', 'version-id': versionId },
        },
      },
    ]);
  });

  it('is sent again if the process died before it was handed over', async () => {
    const failing = new S3Service({
      db: around.db,
      directory: join(around.directory, 'objects'),
      clock: around.clock,
      account,
      region,
      publish: () => {
        throw new Error('killed');
      },
      credential: () => undefined,
    });
    failing.define(buckets);
    const dying = await host(failing);
    const client = new S3Client({ endpoint: dying.endpoint, region, credentials, maxAttempts: 1 });
    await expect(
      client.send(new PutObjectCommand({ Bucket: 'uploads', Key: 'k', Body: 'x' })),
    ).rejects.toThrow();
    await dying.close();
    around.reopen();
    start().resume();
    expect(events.map(({ detail }) => detail)).toMatchObject([{ object: { key: 'k' } }]);
    start().resume();
    expect(events).toHaveLength(1);
  });

  it('is not sent by a bucket that is not configured to', async () => {
    await put('k', 'x', 'plain');
    expect(events).toEqual([]);
  });
});

describe('the surroundings', () => {
  it('are asked for each right', async () => {
    await put('k');
    await text('k');
    await s3.send(new ListObjectsV2Command({ Bucket: 'uploads', Prefix: 'in/' }));
    expect(hosted.asked).toMatchObject([
      { action: 's3:PutObject', resource: 'arn:aws:s3:::uploads/k' },
      { action: 's3:GetObject', resource: 'arn:aws:s3:::uploads/k' },
      { action: 's3:ListBucket', resource: 'arn:aws:s3:::uploads', context: { 's3:prefix': 'in/' } },
    ]);
  });

  it('keep objects over a restart', async () => {
    await put('k', 'kept');
    await hosted.close();
    around.reopen();
    hosted = await host(start());
    s3 = new S3Client({ endpoint: hosted.endpoint, region, credentials });
    expect(await text('k')).toBe('kept');
  });

  it('throw away what a kill left half written, and nothing else', async () => {
    await put('k', 'kept');
    writeFileSync(join(around.directory, 'objects', 'stray.part'), 'half');
    service.resume();
    expect(readdirSync(join(around.directory, 'objects'))).toHaveLength(1);
    expect(await text('k')).toBe('kept');
  });

  it('ask for the right to the bucket’s own key', async () => {
    const key = `arn:aws:kms:${region}:${account}:key/k`;
    service.define([
      {
        logicalId: 'Locked',
        type: 'AWS::S3::Bucket',
        physicalId: 'locked',
        properties: {
          BucketEncryption: {
            ServerSideEncryptionConfiguration: [
              { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key } },
            ],
          },
        },
      },
    ]);
    await put('k', 'x', 'locked');
    await text('k', 'locked');
    expect(hosted.asked.map(({ action, resource }) => [action, resource])).toEqual([
      ['s3:PutObject', 'arn:aws:s3:::locked/k'],
      ['kms:GenerateDataKey', key],
      ['s3:GetObject', 'arn:aws:s3:::locked/k'],
      ['kms:Decrypt', key],
    ]);
  });

  it('may name the bucket in the host', async () => {
    await put('a b', 'x');
    const { port } = new URL(hosted.endpoint);
    const body = await new Promise<string>((resolve, reject) => {
      const sent = httpRequest(
        { host: '127.0.0.1', port, path: '/a%20b', headers: { host: `uploads.localhost:${port}` } },
        (response) => {
          response.setEncoding('utf8').on('data', resolve);
        },
      );
      sent.on('error', reject);
      sent.end();
    });
    expect(body).toBe('x');
  });

  it('answer what is not implemented with its name', async () => {
    await expect(s3.send(new GetObjectTaggingCommand({ Bucket: 'uploads', Key: 'k' }))).rejects.toMatchObject(
      { name: 'NotImplemented', message: expect.stringContaining('GetObjectTagging') },
    );
  });

  it('refuse a setting they do not know, by name', () => {
    const define = (properties: Record<string, unknown>): (() => void) => {
      return () => service.define([{ logicalId: 'B', type: 'AWS::S3::Bucket', physicalId: 'b', properties }]);
    };
    expect(define({ ReplicationConfiguration: {} })).toThrow(UnsupportedFeature);
    expect(define({ NotificationConfiguration: { LambdaConfigurations: [] } })).toThrow(
      'LambdaConfigurations',
    );
  });
});
