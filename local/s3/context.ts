/** What every S3 operation works with, and the one way in which objects come to be and events go out. */
import type { DatabaseSync } from 'node:sqlite';
import { uuidOf } from '../derived-id.ts';
import type { BusEvent } from '../event-bridge/ports.ts';
import { AwsError } from '../gateway/aws-error.ts';
import type { AuthorizationQuery } from '../gateway/service.ts';
import type { Bucket } from './buckets.ts';
import { type KeptBytes, type NewVersion, ObjectStore, type Version } from './object-store.ts';
import type { S3Ports } from './ports.ts';

/** Something that may ask IAM on the caller's behalf. */
export interface Caller {
  authorize(query: AuthorizationQuery): void;
}

/** Why an object was made or unmade, as its event says. */
export type Reason = 'PutObject' | 'POST Object' | 'CopyObject' | 'CompleteMultipartUpload' | 'DeleteObject';

/** Headers' conditions on what is there now. */
export interface WriteCondition {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

export class S3Context {
  readonly ports: S3Ports;
  readonly store: ObjectStore;
  readonly buckets = new Map<string, Bucket>();
  readonly #db: DatabaseSync;

  constructor(ports: S3Ports) {
    this.ports = ports;
    this.store = new ObjectStore(ports.db, ports.directory);
    this.#db = ports.db;
    ports.db.exec('CREATE TABLE IF NOT EXISTS s3_event (id TEXT PRIMARY KEY, event TEXT NOT NULL) STRICT');
  }

  /** @throws AwsError `NoSuchBucket` */
  bucket(name: string): Bucket {
    const bucket = this.buckets.get(name);
    if (!bucket) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
    return bucket;
  }

  /**
   * The version to read, or the error that the caller may see: a caller who may not list the bucket does not learn that a
   * key is missing.
   * @throws AwsError `NoSuchKey`, `NoSuchVersion`, `MethodNotAllowed` or `AccessDenied`
   */
  readable(
    caller: Caller,
    bucket: Bucket,
    key: string,
    versionId: string | undefined,
  ): Version & { file: string } {
    caller.authorize({
      action: versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion',
      resource: `${bucket.arn}/${key}`,
    });
    const version = this.store.find(bucket.name, key, versionId);
    if (!version) {
      caller.authorize({ action: 's3:ListBucket', resource: bucket.arn });
      if (versionId !== undefined) {
        throw new AwsError('NoSuchVersion', 'The specified version does not exist.', 404);
      }
      throw noSuchKey();
    }
    const { file } = version;
    if (file === null) {
      if (versionId === undefined) throw noSuchKey();
      throw new AwsError(
        'MethodNotAllowed',
        'The specified method is not allowed against this resource.',
        405,
      );
    }
    this.#authorizeKey(caller, bucket, 'kms:Decrypt');
    return { ...version, file };
  }

  /** Asks whether the caller may write the key, with the bucket's encryption key. */
  authorizeWrite(caller: Caller, bucket: Bucket, key: string): void {
    if (Buffer.byteLength(key) > 1024) throw new AwsError('KeyTooLongError', 'Your key is too long');
    caller.authorize({ action: 's3:PutObject', resource: `${bucket.arn}/${key}` });
    this.#authorizeKey(caller, bucket, 'kms:GenerateDataKey');
  }

  /** S3 uses a bucket's key with the caller's rights. */
  #authorizeKey(caller: Caller, bucket: Bucket, action: 'kms:Decrypt' | 'kms:GenerateDataKey'): void {
    if (bucket.encryptionKey === undefined) return;
    const context = { 'kms:ViaService': `s3.${this.ports.region}.amazonaws.com` };
    caller.authorize({ action, resource: bucket.encryptionKey, context });
  }

  /**
   * Makes kept bytes the latest version of a key and announces it, both or neither.
   * @throws AwsError `PreconditionFailed` or `NoSuchKey` by the condition; the bytes are forgotten then
   */
  async create(
    bucket: Bucket,
    kept: KeptBytes,
    object: Pick<NewVersion, 'key' | 'headers' | 'metadata' | 'checksums' | 'etag'>,
    reason: Reason,
    condition: WriteCondition = {},
  ): Promise<Version> {
    let outcome: { version: Version; replaced: string | null };
    try {
      outcome = this.store.atomically(() => {
        checkWriteCondition(this.store.find(bucket.name, object.key), condition);
        const added = this.store.add({
          ...object,
          bucket: bucket.name,
          versioned: bucket.versioned,
          deleteMarker: false,
          file: kept.file,
          size: kept.size,
          lastModified: this.ports.clock.now(),
        });
        this.#note(bucket, 'Object Created', added.version, { reason });
        return added;
      });
    } catch (error) {
      await this.store.forget([kept.file]);
      throw error;
    }
    this.announce();
    await this.store.forget([outcome.replaced]);
    return outcome.version;
  }

  /**
   * Removes a key (a delete marker in a versioned bucket) or one version of it for good.
   * @param ifMatch what the key's latest version must be: an ETag, or `*` for any
   * @throws AwsError `PreconditionFailed` or `NoSuchKey` when it is not
   */
  async delete(
    bucket: Bucket,
    key: string,
    versionId: string | undefined,
    ifMatch: string | undefined,
  ): Promise<{ versionId?: string; deleteMarker: boolean }> {
    const files: (string | null)[] = [];
    const result = this.store.atomically(() => {
      if (ifMatch !== undefined) checkDeleteCondition(this.store.find(bucket.name, key), ifMatch);
      if (versionId === undefined && bucket.versioned) {
        const { version } = this.store.add({
          bucket: bucket.name,
          key,
          versioned: true,
          deleteMarker: true,
          file: null,
          size: 0,
          etag: '',
          lastModified: this.ports.clock.now(),
          headers: {},
          metadata: {},
          checksums: {},
        });
        this.#note(bucket, 'Object Deleted', version, {
          reason: 'DeleteObject',
          'deletion-type': 'Delete Marker Created',
        });
        return { versionId: version.versionId, deleteMarker: true };
      }
      const version = this.store.find(bucket.name, key, versionId ?? 'null');
      if (version) {
        this.store.remove(version);
        files.push(version.file);
        this.#note(bucket, 'Object Deleted', version, {
          reason: 'DeleteObject',
          'deletion-type': 'Permanently Deleted',
        });
      }
      return versionId === undefined
        ? { deleteMarker: false }
        : { versionId, deleteMarker: version?.deleteMarker ?? false };
    });
    this.announce();
    await this.store.forget(files);
    return result;
  }

  /** Hands over the events whose change is committed; called again at start for those that a kill left behind. */
  announce(): void {
    const waiting = this.#db.prepare('SELECT id, event FROM s3_event ORDER BY rowid').all();
    for (const row of waiting) {
      const event: BusEvent = JSON.parse(String(row.event));
      this.ports.publish(event);
      this.#db.prepare('DELETE FROM s3_event WHERE id = ?').run(String(row.id));
    }
  }

  /** Writes the event down, in the transaction of its change. Its shape: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
  #note(
    bucket: Bucket,
    detailType: 'Object Created' | 'Object Deleted',
    version: Version,
    more: Readonly<Record<string, string>>,
  ): void {
    if (!bucket.events) return;
    const id = uuidOf(`${detailType}/${bucket.name}/${version.seq}/${this.ports.clock.now()}`);
    const event: BusEvent = {
      id,
      source: 'aws.s3',
      detailType,
      resources: [bucket.arn],
      time: this.ports.clock.now(),
      detail: {
        version: '0',
        bucket: { name: bucket.name },
        object: {
          key: version.key,
          ...(version.deleteMarker ? {} : { size: version.size }),
          etag: version.etag || 'd41d8cd98f00b204e9800998ecf8427e',
          ...(version.versionId === 'null' ? {} : { 'version-id': version.versionId }),
          sequencer: version.seq.toString(16).toUpperCase().padStart(18, '0'),
        },
        'request-id': id.replaceAll('-', '').slice(0, 16).toUpperCase(),
        requester: this.ports.account,
        'source-ip-address': '127.0.0.1',
        ...more,
      },
    };
    this.#db.prepare('INSERT OR IGNORE INTO s3_event VALUES (?, ?)').run(id, JSON.stringify(event));
  }
}

function checkWriteCondition(current: Version | undefined, condition: WriteCondition): void {
  const exists = current !== undefined && !current.deleteMarker;
  if (condition.ifNoneMatch !== undefined) {
    if (condition.ifNoneMatch !== '*') {
      throw new AwsError('NotImplemented', 'If-None-Match of a write takes only the value *.', 501);
    }
    if (exists) throw preconditionFailed();
  }
  if (condition.ifMatch !== undefined) {
    if (!exists) throw noSuchKey();
    if (unquoted(condition.ifMatch) !== current.etag) throw preconditionFailed();
  }
}

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html */
function checkDeleteCondition(current: Version | undefined, ifMatch: string): void {
  if (current === undefined) throw noSuchKey();
  if (current.deleteMarker) throw preconditionFailed();
  if (ifMatch !== '*' && unquoted(ifMatch) !== current.etag) throw preconditionFailed();
}

export function unquoted(etag: string): string {
  return etag.replace(/^"(.*)"$/, '$1');
}

function noSuchKey(): AwsError {
  return new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
}

export function preconditionFailed(): AwsError {
  return new AwsError(
    'PreconditionFailed',
    'At least one of the pre-conditions you specified did not hold',
    412,
  );
}
