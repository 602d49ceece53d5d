/** Whether the files of a run lie in the bank bucket as they were written. */
import type { RunFile } from '#domain/money/run-file.ts';
import type { AnswerObjects } from '#functions/asks/behaviour.ts';
import { currentVersion } from '#functions/web/downloads.ts';

/**
 * Whether something else lies where the file was written: another version was put over it, or it was taken away. A version never
 * changes, so its id says that the bytes are those that were hashed.
 */
export async function isAltered(
  { s3, bankBucket }: AnswerObjects,
  { prepared }: Pick<RunFile, 'prepared'>,
): Promise<boolean> {
  return (await currentVersion(s3, bankBucket, prepared.key)) !== prepared.versionId;
}
