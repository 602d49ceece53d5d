/**
 * Where objects are kept: bytes in files with opaque names, written aside and renamed; everything else in SQLite.
 *
 * A key never becomes part of a path, so no key can leave the folder. A file without a row is a write that did not
 * finish; a row is made only after its file stands, so killing the process loses at most an unanswered request.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { atomically } from '../transaction.ts';

/** What is said about an object besides its bytes. */
export interface Description {
  /** HTTP headers given back with it, e.g. `content-type`, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** User metadata without the `x-amz-meta-` prefix. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes that are kept but belong to no version yet. */
export interface KeptBytes {
  readonly file: string;
  readonly size: number;
  /** MD5 in hexadecimal. */
  readonly md5: string;
}

/** One version of an object, or a delete marker. */
export interface Version extends Description {
  readonly seq: number;
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  readonly latest: boolean;
  readonly deleteMarker: boolean;
  readonly file: string | null;
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  /** Milliseconds since the epoch. */
  readonly lastModified: number;
  /** Checksums by algorithm, base64, with `-<parts>` behind a composite one. */
  readonly checksums: Readonly<Record<string, string>>;
}

export interface NewVersion extends Description {
  readonly bucket: string;
  readonly key: string;
  readonly versioned: boolean;
  readonly deleteMarker: boolean;
  readonly file: string | null;
  readonly size: number;
  readonly etag: string;
  readonly lastModified: number;
  readonly checksums: Readonly<Record<string, string>>;
}

/** A multipart upload under way. */
export interface Upload extends Description {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly initiated: number;
  readonly checksumAlgorithm: string | null;
  readonly checksumType: string | null;
}

export interface Part {
  readonly number: number;
  readonly file: string;
  readonly size: number;
  readonly etag: string;
  readonly checksums: Readonly<Record<string, string>>;
  readonly lastModified: number;
}

type Row = Record<string, unknown>;

export class ObjectStore {
  readonly #db: DatabaseSync;
  readonly #directory: string;
  readonly #statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();

  /**
   * @param db where rows are kept
   * @param directory the folder for bytes, made if missing
   */
  constructor(db: DatabaseSync, directory: string) {
    this.#db = db;
    this.#directory = directory;
    mkdirSync(directory, { recursive: true });
    db.exec(`
      CREATE TABLE IF NOT EXISTS s3_version (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        bucket TEXT NOT NULL, key TEXT NOT NULL, version_id TEXT NOT NULL,
        latest INTEGER NOT NULL, delete_marker INTEGER NOT NULL,
        file TEXT, size INTEGER NOT NULL, etag TEXT NOT NULL, last_modified INTEGER NOT NULL,
        headers TEXT NOT NULL, metadata TEXT NOT NULL, checksums TEXT NOT NULL
      ) STRICT;
      CREATE UNIQUE INDEX IF NOT EXISTS s3_version_id ON s3_version (bucket, key, version_id);
      CREATE INDEX IF NOT EXISTS s3_latest ON s3_version (bucket, latest, key);
      CREATE TABLE IF NOT EXISTS s3_upload (
        id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL, initiated INTEGER NOT NULL,
        headers TEXT NOT NULL, metadata TEXT NOT NULL, checksum_algorithm TEXT, checksum_type TEXT
      ) STRICT;
      CREATE TABLE IF NOT EXISTS s3_part (
        upload TEXT NOT NULL, number INTEGER NOT NULL, file TEXT NOT NULL, size INTEGER NOT NULL,
        etag TEXT NOT NULL, checksums TEXT NOT NULL, last_modified INTEGER NOT NULL,
        PRIMARY KEY (upload, number)
      ) STRICT;
    `);
  }

  /** Writes bytes aside, then gives them their name. */
  async keep(bytes: Buffer): Promise<KeptBytes> {
    const file = randomUUID();
    const path = join(this.#directory, file);
    await writeFile(`${path}.part`, bytes);
    await rename(`${path}.part`, path);
    return { file, size: bytes.length, md5: createHash('md5').update(bytes).digest('hex') };
  }

  /** Reads the bytes from `start` up to and without `end`. */
  async read(file: string, start: number, end: number): Promise<Buffer> {
    const handle = await open(join(this.#directory, file));
    try {
      const bytes = Buffer.alloc(end - start);
      let filled = 0;
      while (filled < bytes.length) {
        const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return bytes.subarray(0, filled);
    } finally {
      await handle.close();
    }
  }

  async readAll(file: string): Promise<Buffer> {
    return await readFile(join(this.#directory, file));
  }

  /** Forgets bytes that no row names any more. */
  async forget(files: readonly (string | null)[]): Promise<void> {
    for (const file of files) if (file !== null) await rm(join(this.#directory, file), { force: true });
  }

  /** Does `work` as one transaction; inside another it is part of that one. */
  atomically<T>(work: () => T): T {
    return atomically(this.#db, work);
  }

  /** Throws away the bytes of writes that a kill cut short. Only before the first request. */
  sweep(): void {
    const named = new Set(
      this.#sql('SELECT file FROM s3_version WHERE file IS NOT NULL UNION ALL SELECT file FROM s3_part')
        .all()
        .map((row) => String(row.file)),
    );
    for (const file of readdirSync(this.#directory)) {
      if (!named.has(file)) rmSync(join(this.#directory, file));
    }
  }

  /** The version of that id, or the latest one (which may be a delete marker). */
  find(bucket: string, key: string, versionId?: string): Version | undefined {
    const row =
      versionId === undefined
        ? this.#sql('SELECT * FROM s3_version WHERE bucket = ? AND latest = 1 AND key = ?').get(bucket, key)
        : this.#sql('SELECT * FROM s3_version WHERE bucket = ? AND key = ? AND version_id = ?').get(
            bucket,
            key,
            versionId,
          );
    return row && versionOf(row);
  }

  /**
   * Makes a version the latest one of its key. In a bucket without versions it takes the place of the old one.
   * @returns the version, and the file of the one replaced
   */
  add(version: NewVersion): { version: Version; replaced: string | null } {
    return this.atomically(() => {
      let replaced: string | null = null;
      if (!version.versioned) {
        const old = this.find(version.bucket, version.key, 'null');
        if (old) {
          replaced = old.file;
          this.#sql('DELETE FROM s3_version WHERE seq = ?').run(old.seq);
        }
      }
      this.#sql('UPDATE s3_version SET latest = 0 WHERE bucket = ? AND latest = 1 AND key = ?').run(
        version.bucket,
        version.key,
      );
      const { lastInsertRowid } = this.#sql(
        `INSERT INTO s3_version (bucket, key, version_id, latest, delete_marker, file, size, etag, last_modified,
           headers, metadata, checksums) VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ).run(
        version.bucket,
        version.key,
        version.versioned ? '' : 'null',
        version.deleteMarker ? 1 : 0,
        version.file,
        version.size,
        version.etag,
        version.lastModified,
        JSON.stringify(version.headers),
        JSON.stringify(version.metadata),
        JSON.stringify(version.checksums),
      );
      const seq = Number(lastInsertRowid);
      const versionId = version.versioned ? versionIdOf(seq, version.bucket, version.key) : 'null';
      if (version.versioned) {
        this.#sql('UPDATE s3_version SET version_id = ? WHERE seq = ?').run(versionId, seq);
      }
      return { version: { ...version, seq, versionId, latest: true }, replaced };
    });
  }

  /** Removes one version for good; the newest of those left becomes the latest. */
  remove(version: Version): void {
    this.atomically(() => {
      this.#sql('DELETE FROM s3_version WHERE seq = ?').run(version.seq);
      if (!version.latest) return;
      this.#sql(
        `UPDATE s3_version SET latest = 1 WHERE seq =
           (SELECT max(seq) FROM s3_version WHERE bucket = ? AND key = ?)`,
      ).run(version.bucket, version.key);
    });
  }

  /** Up to `limit` keys with an object, in the order of their UTF-8 bytes, beginning with `prefix` and behind `after`. */
  current(bucket: string, prefix: string, after: string, limit: number): Version[] {
    return this.#sql(
      `SELECT * FROM s3_version WHERE bucket = ? AND latest = 1 AND delete_marker = 0
         AND key >= ? AND key < ? AND key > ? ORDER BY key LIMIT ?`,
    )
      .all(bucket, prefix, prefix + lastOfAll, after, limit)
      .map(versionOf);
  }

  /** Up to `limit` versions by key, newest first, behind the one of `after`. */
  versions(bucket: string, prefix: string, after: { key: string; seq: number }, limit: number): Version[] {
    return this.#sql(
      `SELECT * FROM s3_version WHERE bucket = ? AND key >= ? AND key < ?
         AND (key > ? OR (key = ? AND seq < ?)) ORDER BY key, seq DESC LIMIT ?`,
    )
      .all(bucket, prefix, prefix + lastOfAll, after.key, after.key, after.seq, limit)
      .map(versionOf);
  }

  beginUpload(upload: Omit<Upload, 'id'>): Upload {
    const id = createHash('sha256').update(randomUUID()).digest('base64url');
    this.#sql('INSERT INTO s3_upload VALUES (?, ?, ?, ?, ?, ?, ?, ?)').run(
      id,
      upload.bucket,
      upload.key,
      upload.initiated,
      JSON.stringify(upload.headers),
      JSON.stringify(upload.metadata),
      upload.checksumAlgorithm,
      upload.checksumType,
    );
    return { ...upload, id };
  }

  upload(bucket: string, key: string, id: string): Upload | undefined {
    const row = this.#sql('SELECT * FROM s3_upload WHERE id = ? AND bucket = ? AND key = ?').get(
      id,
      bucket,
      key,
    );
    if (!row) return undefined;
    return {
      id,
      bucket,
      key,
      initiated: Number(row.initiated),
      headers: JSON.parse(String(row.headers)),
      metadata: JSON.parse(String(row.metadata)),
      checksumAlgorithm: row.checksum_algorithm === null ? null : String(row.checksum_algorithm),
      checksumType: row.checksum_type === null ? null : String(row.checksum_type),
    };
  }

  /** Keeps a part; the file of the part it replaces is returned. */
  addPart(upload: string, part: Part): string | null {
    return this.atomically(() => {
      const old = this.#sql('SELECT file FROM s3_part WHERE upload = ? AND number = ?').get(
        upload,
        part.number,
      );
      this.#sql('INSERT OR REPLACE INTO s3_part VALUES (?, ?, ?, ?, ?, ?, ?)').run(
        upload,
        part.number,
        part.file,
        part.size,
        part.etag,
        JSON.stringify(part.checksums),
        part.lastModified,
      );
      return old ? String(old.file) : null;
    });
  }

  parts(upload: string): Part[] {
    return this.#sql('SELECT * FROM s3_part WHERE upload = ? ORDER BY number')
      .all(upload)
      .map((row) => ({
        number: Number(row.number),
        file: String(row.file),
        size: Number(row.size),
        etag: String(row.etag),
        checksums: JSON.parse(String(row.checksums)),
        lastModified: Number(row.last_modified),
      }));
  }

  endUpload(upload: string): void {
    this.atomically(() => {
      this.#sql('DELETE FROM s3_part WHERE upload = ?').run(upload);
      this.#sql('DELETE FROM s3_upload WHERE id = ?').run(upload);
    });
  }

  #sql(text: string): ReturnType<DatabaseSync['prepare']> {
    let statement = this.#statements.get(text);
    if (!statement) {
      statement = this.#db.prepare(text);
      this.#statements.set(text, statement);
    }
    return statement;
  }
}

/** Sorts behind every character of a key. */
export const lastOfAll = '\u{10FFFF}';

/** Opaque to callers, as on AWS, but the same in every run that writes the same objects in the same order. */
function versionIdOf(seq: number, bucket: string, key: string): string {
  return createHash('sha256')
    .update(`${seq}/${bucket}/${key}`)
    .digest('base64url')
    .slice(0, 32)
    .replaceAll('-', '.');
}

function versionOf(row: Row): Version {
  return {
    seq: Number(row.seq),
    bucket: String(row.bucket),
    key: String(row.key),
    versionId: String(row.version_id),
    latest: row.latest === 1,
    deleteMarker: row.delete_marker === 1,
    file: row.file === null ? null : String(row.file),
    size: Number(row.size),
    etag: String(row.etag),
    lastModified: Number(row.last_modified),
    headers: JSON.parse(String(row.headers)),
    metadata: JSON.parse(String(row.metadata)),
    checksums: JSON.parse(String(row.checksums)),
  };
}
