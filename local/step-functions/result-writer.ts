/** What a Map Run gives: the results of its executions, in the state's result or in S3. */
import type { WriterPlan } from './core/distributed-map.ts';
import { isRecord } from './core/fields.ts';
import type { S3Call } from './item-reader.ts';
import type { ExecutionRow } from './store.ts';

/** An execution of a Map Run as it ended; one that never started has only its input. */
export type ChildResult = Pick<ExecutionRow, 'arn' | 'input'> & { readonly execution?: ExecutionRow };

const compact: WriterPlan = { outputType: 'JSON', transformation: 'COMPACT' };

/** The results as the state's result: JSON text. */
export function resultText(results: readonly ChildResult[], plan: WriterPlan = compact): string {
  return `[${entries(results, plan).join(',')}]`;
}

/** Each execution's result as JSON text; one that did not succeed is reported with all its circumstances. */
function entries(results: readonly ChildResult[], plan: WriterPlan): readonly string[] {
  return results.flatMap((result): readonly string[] => {
    const output = result.execution?.output ?? null;
    if (plan.transformation === 'NONE' || output === null) return [JSON.stringify(described(result))];
    if (plan.transformation === 'COMPACT') return [output];
    const value: unknown = JSON.parse(output);
    return Array.isArray(value) ? value.map((item: unknown) => JSON.stringify(item)) : [output];
  });
}

/** AWS: "ResultWriter", the fields of an execution in the files. */
function described({ arn, input, execution }: ChildResult): Record<string, unknown> {
  const base = {
    ExecutionArn: arn,
    Input: input,
    InputDetails: { Included: true },
    Name: arn.split(':').at(-1),
  };
  if (execution === undefined) return base;
  const { status } = execution;
  const redrivable = status !== 'RUNNING' && status !== 'SUCCEEDED';
  const time = (at: number): string => new Date(at).toISOString();
  return {
    ...(execution.cause === null ? {} : { Cause: execution.cause }),
    ...(execution.error === null ? {} : { Error: execution.error }),
    ...base,
    ...(execution.output === null ? {} : { Output: execution.output, OutputDetails: { Included: true } }),
    RedriveCount: execution.redriveCount,
    RedriveStatus: redrivable ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
    ...(redrivable ? {} : { RedriveStatusReason: `Execution is ${status} and cannot be redriven` }),
    StartDate: time(execution.startedAt),
    StateMachineArn: execution.stateMachineArn,
    Status: status,
    ...(execution.stoppedAt === null ? {} : { StopDate: time(execution.stoppedAt) }),
  };
}

/**
 * Writes the results into files by how the executions ended, and a manifest that names the files.
 * @returns the manifest's bucket and key
 */
export async function writeResults(
  mapRunArn: string,
  results: readonly ChildResult[],
  plan: WriterPlan,
  s3: S3Call,
): Promise<{ readonly Bucket: string; readonly Key: string }> {
  const { Bucket: bucket, Prefix: prefix } = isRecord(plan.arguments) ? plan.arguments : {};
  if (typeof bucket !== 'string') throw new TypeError('The ResultWriter needs a Bucket.');
  const folder = [
    ...(typeof prefix === 'string' && prefix !== '' ? [prefix.replace(/\/$/, '')] : []),
    mapRunArn.split(':').at(-1) ?? '',
  ].join('/');
  const files: Record<string, readonly object[]> = {};
  for (const kind of ['FAILED', 'PENDING', 'SUCCEEDED']) {
    const texts = entries(
      results.filter((result) => kindOf(result) === kind),
      plan,
    );
    files[kind] = [];
    if (texts.length === 0) continue;
    const lines = plan.outputType === 'JSONL';
    const body = lines ? texts.map((text) => `${text}\n`).join('') : `[${texts.join(',')}]`;
    const key = `${folder}/${kind}_0.${lines ? 'jsonl' : 'json'}`;
    await s3('putObject', { Bucket: bucket, Key: key, Body: body });
    files[kind] = [{ Key: key, Size: Buffer.byteLength(body) }];
  }
  const key = `${folder}/manifest.json`;
  const manifest = { DestinationBucket: bucket, MapRunArn: mapRunArn, ResultFiles: files };
  await s3('putObject', { Bucket: bucket, Key: key, Body: JSON.stringify(manifest) });
  return { Bucket: bucket, Key: key };
}

function kindOf({ execution }: ChildResult): string {
  if (execution === undefined || execution.status === 'RUNNING') return 'PENDING';
  return execution.status === 'SUCCEEDED' ? 'SUCCEEDED' : 'FAILED';
}
