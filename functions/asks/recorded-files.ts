/**
 * The files that a decision rests on, compared with what the record says of them: each is read at the version that the record
 * names, and its bytes must be those that were judged.
 */
import { createHash } from 'node:crypto';
import { GetObjectCommand, NoSuchKey, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { Bilingual } from '#domain/text/language.ts';
import { type Problem, problem } from '#domain/text/problem.ts';
import type { StoredFile } from '#functions/web/downloads.ts';

/** A file as the record names it. */
export interface RecordedFile extends StoredFile {
  /** What it is. */
  name: Bilingual;
  /** SHA-256 of its bytes, in lower-case hexadecimal. */
  sha256?: string | undefined;
}

/** `altered`: its bytes are others than were recorded. `gone`: it cannot be read. `unpinned`: no version, or no hash, was recorded. */
export type FileState = 'as-recorded' | 'altered' | 'gone' | 'unpinned';

/** Reads the version that the record names and compares it. Memory is bounded by the size that was recorded. */
export async function compareWithRecord(
  client: S3Client,
  bucket: string,
  { key, versionId, bytes, sha256 }: RecordedFile,
): Promise<FileState> {
  if (versionId === undefined || sha256 === undefined) return 'unpinned';
  try {
    const { Body } = await client.send(
      new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId, Range: `bytes=0-${bytes}` }),
    );
    const read = (await Body?.transformToByteArray()) ?? new Uint8Array();
    return createHash('sha256').update(read).digest('hex') === sha256 ? 'as-recorded' : 'altered';
  } catch (error) {
    if (isUnreadable(error)) return 'gone';
    throw error;
  }
}

/** S3 answers 403 in the place of 404 to who may not list, 405 where the version is a deletion, and 416 for an empty object. */
function isUnreadable(error: unknown): boolean {
  if (error instanceof NoSuchKey) return true;
  const status = error instanceof S3ServiceException ? (error.$metadata.httpStatusCode ?? 0) : 0;
  return [403, 404, 405, 416].includes(status);
}

/** What is wrong with a file that a decision would rest on; undefined where it is as the record says. */
export function stateProblem({ name }: RecordedFile, state: FileState): Problem | undefined {
  const { id, en } = name;
  return state === 'as-recorded' ? undefined : problem(`file-${state}`, '', { document: `${id} / ${en}` });
}

/** Everything that keeps a decision from resting on these files. */
export async function recordedFileProblems(
  client: S3Client,
  bucket: string,
  files: readonly RecordedFile[],
): Promise<Problem[]> {
  const states = await Promise.all(files.map((file) => compareWithRecord(client, bucket, file)));
  return files.flatMap((file, index) => stateProblem(file, states[index] ?? 'gone') ?? []);
}
