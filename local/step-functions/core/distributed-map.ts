/** Distributed Maps: what is to be run, and how items become the inputs of executions. */
import { Datum } from './datum.ts';
import type { ExecutionFacts } from './execution-facts.ts';
import { evaluate, type Scope } from './expression.ts';
import { StateFailure } from './failure.ts';
import { datumOf, type Item, isRecord, numberOf, tooMuchData } from './fields.ts';
import { uuidOf } from './functions.ts';
import type { DistributedMap, ItemFormat, MapState } from './machine.ts';

/** A Map Run's settings, evaluated: plain JSON. */
export interface MapRunPlan {
  readonly arn: string;
  /** ARN that its executions have as their machine's: the state machine's own with the label. */
  readonly stateMachineArn: string;
  readonly maxConcurrency: number;
  readonly toleratedFailureCount?: number;
  readonly toleratedFailurePercentage?: number;
  readonly reader?: ReaderPlan;
  readonly batch?: BatchPlan;
  readonly writer?: WriterPlan;
}

export interface ReaderPlan {
  readonly action: 'getObject' | 'listObjectsV2';
  readonly arguments: unknown;
  readonly format?: ItemFormat;
  readonly maxItems?: number;
}

interface BatchPlan {
  readonly maxItems: number;
  readonly maxBytes: number;
  readonly input?: unknown;
}

export interface WriterPlan {
  readonly arguments?: unknown;
  readonly outputType: 'JSON' | 'JSONL';
  readonly transformation: 'NONE' | 'COMPACT' | 'FLATTEN';
}

/** The input of one execution of a Map Run, with how many items it holds. */
export interface ChildInput {
  readonly input: string;
  readonly items: number;
}

/** The most executions of a Map Run at a time. AWS: "Maximum concurrency". */
const mostConcurrent = 10_000;
/** The longest input of an execution. */
const longestInput = 262_144;

/**
 * Evaluates a distributed Map's settings.
 * @param random 16 bytes or more, for the run's id
 * @throws {StateFailure}
 */
export async function planOf(
  state: MapState,
  distributed: DistributedMap,
  scope: Scope,
  facts: ExecutionFacts,
  random: Uint8Array,
): Promise<MapRunPlan> {
  const { reader, batcher, writer } = distributed;
  const concurrency = (await numberOf(state.maxConcurrency, 'MaxConcurrency', scope, 0)) ?? 0;
  const count = await numberOf(distributed.toleratedFailureCount, 'ToleratedFailureCount', scope, 0);
  const percentage = await numberOf(
    distributed.toleratedFailurePercentage,
    'ToleratedFailurePercentage',
    scope,
    0,
    100,
  );
  const stateMachineArn = `${facts.stateMachineArn}/${distributed.label}`;
  return {
    arn: `${stateMachineArn.replace(':stateMachine:', ':mapRun:')}:${uuidOf(random)}`,
    stateMachineArn,
    maxConcurrency: concurrency === 0 ? mostConcurrent : Math.min(concurrency, mostConcurrent),
    ...(count === undefined ? {} : { toleratedFailureCount: count }),
    ...(percentage === undefined ? {} : { toleratedFailurePercentage: percentage }),
    ...(reader === undefined ? {} : { reader: await readerPlan(reader, scope) }),
    ...(batcher === undefined ? {} : { batch: await batchPlan(batcher, scope) }),
    ...(writer === undefined
      ? {}
      : {
          writer: {
            outputType: writer.outputType,
            transformation: writer.transformation,
            ...(writer.arguments === undefined ? {} : { arguments: await evaluate(writer.arguments, scope) }),
          },
        }),
  };
}

async function readerPlan(reader: NonNullable<DistributedMap['reader']>, scope: Scope): Promise<ReaderPlan> {
  const maxItems = await numberOf(reader.maxItems, 'ItemReader/ReaderConfig/MaxItems', scope, 0);
  return {
    action: reader.action,
    arguments: await evaluate(reader.arguments, scope),
    ...(reader.format === undefined ? {} : { format: reader.format }),
    // None and zero both mean all.
    ...(maxItems === undefined || maxItems === 0 ? {} : { maxItems }),
  };
}

async function batchPlan(batcher: NonNullable<DistributedMap['batcher']>, scope: Scope): Promise<BatchPlan> {
  const { maxItemsPerBatch, maxInputBytesPerBatch, batchInput } = batcher;
  const items = (await numberOf(maxItemsPerBatch, 'ItemBatcher/MaxItemsPerBatch', scope, 0)) ?? 0;
  const bytes = (await numberOf(maxInputBytesPerBatch, 'ItemBatcher/MaxInputBytesPerBatch', scope, 0)) ?? 0;
  return {
    maxItems: items === 0 ? Number.MAX_SAFE_INTEGER : items,
    maxBytes: bytes === 0 ? longestInput : Math.min(bytes, longestInput),
    ...(batchInput === undefined ? {} : { input: await evaluate(batchInput, scope) }),
  };
}

/**
 * The inputs of a Map Run's executions, one for each item or each batch of items.
 * @param scopeOf the scope in which `ItemSelector` is evaluated for an item
 * @throws {StateFailure}
 */
export async function childInputs(
  state: MapState,
  plan: MapRunPlan,
  items: readonly Item[],
  scopeOf: (item: Item, index: number) => Scope,
): Promise<readonly ChildInput[]> {
  const inputs: string[] = [];
  for (const [index, item] of items.entries()) {
    const input =
      state.itemSelector === undefined
        ? Datum.of(item.value)
        : await datumOf(state.itemSelector, scopeOf(item, index));
    inputs.push(input.text);
  }
  const children = plan.batch === undefined ? inputs.map(alone) : batches(inputs, plan.batch);
  const tooLong = children.some(({ input }) => Buffer.byteLength(input) > longestInput);
  if (tooLong) throw new StateFailure(tooMuchData(state.name));
  return children;
}

function alone(input: string): ChildInput {
  return { input, items: 1 };
}

function batches(inputs: readonly string[], plan: BatchPlan): readonly ChildInput[] {
  const head = plan.input === undefined ? '{' : `{"BatchInput":${JSON.stringify(plan.input)},`;
  const around = Buffer.byteLength(`${head}"Items":[]}`);
  const made: ChildInput[] = [];
  let batch: string[] = [];
  let bytes = around;
  const close = (): void => {
    if (batch.length > 0) made.push({ input: `${head}"Items":[${batch.join(',')}]}`, items: batch.length });
    batch = [];
    bytes = around;
  };
  for (const input of inputs) {
    const added = Buffer.byteLength(input) + (batch.length > 0 ? 1 : 0);
    if (batch.length === plan.maxItems || (batch.length > 0 && bytes + added > plan.maxBytes)) close();
    bytes += Buffer.byteLength(input) + (batch.length > 0 ? 1 : 0);
    batch.push(input);
  }
  close();
  return made;
}

/** Where a Map Run's items are from, as the context object says: the state's data, or a place in S3. */
export function sourceOf(plan: MapRunPlan): string {
  const { reader } = plan;
  if (reader === undefined) return 'STATE_DATA';
  const { Bucket: bucket, Key: key } = isRecord(reader.arguments) ? reader.arguments : {};
  return reader.action === 'getObject' ? `S3://${String(bucket)}/${String(key)}` : `S3://${String(bucket)}`;
}

/**
 * Whether more items failed than a Map Run tolerates. Given neither a count nor a percentage, it tolerates none.
 * AWS: "Tolerated failure threshold".
 */
export function exceedsTolerance(
  plan: Pick<MapRunPlan, 'toleratedFailureCount' | 'toleratedFailurePercentage'>,
  failed: number,
  total: number,
): boolean {
  const { toleratedFailureCount: count, toleratedFailurePercentage: percentage } = plan;
  if (count === undefined && percentage === undefined) return failed > 0;
  const tooMany = count !== undefined && failed > count;
  return tooMany || (percentage !== undefined && failed * 100 > percentage * total);
}
