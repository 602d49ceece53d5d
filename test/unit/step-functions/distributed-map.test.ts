import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AwsError } from '#local/gateway/aws-error.ts';
import { itemsOfText } from '#local/step-functions/item-reader.ts';
import type { IntegrationCall } from '#local/step-functions/ports.ts';
import { createEngineHarness, type EngineHarness } from '#local/step-functions/testing.ts';
import { details, machine, skeleton, work } from './machines.ts';

/** A machine with one distributed Map, called `Each`. */
function distributed(
  fields: object,
  states: Readonly<Record<string, object>> = { W: { ...work, End: true } },
) {
  return machine({
    Each: {
      Type: 'Map',
      Label: 'each',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: Object.keys(states)[0],
        States: states,
      },
      End: true,
      ...fields,
    },
  });
}

type Payload = (payload: unknown) => unknown;

/** Answers tasks by `answer`, and keeps objects in `objects`. */
function outside(answer: Payload, objects: Map<string, string>) {
  return (call: IntegrationCall): unknown => {
    const input = call.arguments as Record<string, string>;
    if (call.service === 'lambda') return { Payload: answer(input.Payload) };
    if (call.action === 'putObject') {
      objects.set(input.Key ?? '', input.Body ?? '');
      return {};
    }
    if (call.action === 'listObjectsV2') {
      return {
        Contents: [...objects].map(([Key, body]) => ({
          Key,
          ETag: '"e"',
          LastModified: '2026-01-05T00:00:00.000Z',
          Size: body.length,
          StorageClass: 'STANDARD',
        })),
      };
    }
    const body = objects.get(input.Key ?? '');
    if (body === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
    return { Body: body };
  };
}

function harnessOf(
  definition: object,
  answer: Payload = (value) => value,
  objects = new Map<string, string>(),
) {
  return createEngineHarness({ definitions: { main: definition }, integrate: outside(answer, objects) });
}

function failing(...values: unknown[]): { readonly broken: Set<unknown>; readonly answer: Payload } {
  const broken = new Set(values);
  const answer: Payload = (value) => {
    if (broken.has(value)) throw new Error('broken');
    return value;
  };
  return { broken, answer };
}

async function output(harness: EngineHarness, input: unknown = {}) {
  const arn = await harness.start('main', input);
  const status = harness.status(arn);
  harness.close();
  return status;
}

function csv(config: object, more: object = {}) {
  return {
    ItemReader: {
      Resource: 'arn:aws:states:::s3:getObject',
      ReaderConfig: { InputType: 'CSV', ...config },
      Arguments: { Bucket: 'b', Key: '{% $states.input.key %}' },
    },
    ...more,
  };
}

describe('A distributed Map', () => {
  it('gives the results in the order of the items, and records a Map Run in its history', async () => {
    const harness = harnessOf(distributed({ Items: [3, 1, 2] }));
    const arn = await harness.start('main');
    expect(harness.status(arn)).toEqual({ status: 'SUCCEEDED', output: [3, 1, 2] });
    expect(skeleton(harness, arn)).toEqual([
      '1<-0 ExecutionStarted',
      '2<-0 MapStateEntered',
      '3<-2 MapStateStarted',
      '4<-3 MapRunStarted',
      '5<-4 MapRunSucceeded',
      '6<-5 MapStateSucceeded',
      '7<-5 MapStateExited',
      '8<-7 ExecutionSucceeded',
    ]);
    expect(details(harness, arn, 'MapStateStarted')).toEqual({ length: 3 });
    expect(details(harness, arn, 'MapRunStarted')).toEqual({
      mapRunArn: expect.stringMatching(
        /^arn:aws:states:ap-southeast-3:123456789012:mapRun:main\/each:[\da-f-]{36}$/,
      ),
    });
    harness.close();
  });

  it('runs no more executions at a time than it may', async () => {
    const harness = harnessOf(
      distributed(
        { Items: [1, 2, 3], MaxConcurrency: 2 },
        { Wait: { Type: 'Wait', Seconds: 10, End: true } },
      ),
    );
    const arn = await harness.start('main');
    expect(harness.executions('main/each')).toHaveLength(2);
    await harness.advance(10);
    expect(harness.executions('main/each')).toHaveLength(3);
    await harness.advance(10);
    expect(harness.status(arn).output).toEqual([1, 2, 3]);
    harness.close();
  });

  it('fails when one execution fails, unless that is tolerated', async () => {
    const { answer } = failing(2);
    const harness = harnessOf(distributed({ Items: [1, 2, 3] }), answer);
    const arn = await harness.start('main');
    const failure = {
      error: 'States.ExceedToleratedFailureThreshold',
      cause: 'The specified tolerated failure threshold was exceeded',
    };
    expect(harness.status(arn)).toEqual({ status: 'FAILED', ...failure });
    expect(skeleton(harness, arn).slice(4)).toEqual([
      '5<-4 MapRunFailed',
      '6<-5 MapStateFailed',
      '7<-6 ExecutionFailed',
    ]);
    expect(details(harness, arn, 'MapRunFailed')).toEqual(failure);
    harness.close();
  });

  it.each([
    [{ ToleratedFailurePercentage: 34 }, 'SUCCEEDED'],
    [{ ToleratedFailurePercentage: 33 }, 'FAILED'],
    [{ ToleratedFailureCount: 1 }, 'SUCCEEDED'],
    [{ ToleratedFailureCount: 1, ToleratedFailurePercentage: 10 }, 'FAILED'],
  ])('with %j, one of three failing, is %s', async (fields, status) => {
    const { answer } = failing(2);
    expect((await output(harnessOf(distributed({ Items: [1, 2, 3], ...fields }), answer))).status).toBe(
      status,
    );
  });

  it('states in its result what is known of an execution whose failure it tolerates', async () => {
    const { answer } = failing(2);
    const { output: result } = await output(
      harnessOf(distributed({ Items: [1, 2], ToleratedFailureCount: 1 }), answer),
    );
    expect(result).toEqual([
      1,
      expect.objectContaining({ Status: 'FAILED', Input: '2', Error: 'States.TaskFailed', Cause: 'broken' }),
    ]);
  });

  it('catches the failure of a Map Run', async () => {
    const { answer } = failing(1);
    const harness = createEngineHarness({
      definitions: {
        main: machine({
          Each: {
            ...(distributed({ Items: [1] }) as { States: { Each: object } }).States.Each,
            Catch: [{ ErrorEquals: ['States.ExceedToleratedFailureThreshold'], Next: 'Caught' }],
          },
          Caught: { Type: 'Pass', Output: '{% $states.input.Error %}', End: true },
        }),
      },
      integrate: outside(answer, new Map()),
    });
    expect((await output(harness)).output).toBe('States.ExceedToleratedFailureThreshold');
  });

  it('puts items together by number and by size', async () => {
    const batches = async (batcher: object) =>
      (await output(harnessOf(distributed({ Items: [1, 2, 3], ItemBatcher: batcher })))).output;
    expect(await batches({ MaxItemsPerBatch: '{% 1 + 1 %}', BatchInput: { a: '{% 1 + 2 %}' } })).toEqual([
      { BatchInput: { a: 3 }, Items: [1, 2] },
      { BatchInput: { a: 3 }, Items: [3] },
    ]);
    const twoFit = Buffer.byteLength('{"Items":[1,2]}');
    expect(await batches({ MaxInputBytesPerBatch: twoFit })).toEqual([{ Items: [1, 2] }, { Items: [3] }]);
  });

  it('reads CSV with its headers in the first row or given, and as many items as it may', async () => {
    const objects = new Map([['rows.csv', 'a,b\r\n1,"x, ""y"""\r\n2\r\n3,z,more\r\n']]);
    const run = async (fields: object) =>
      (await output(harnessOf(distributed(fields), undefined, objects), { key: 'rows.csv' })).output;
    expect(await run(csv({ CSVHeaderLocation: 'FIRST_ROW' }))).toEqual([
      { a: '1', b: 'x, "y"' },
      { a: '2', b: '' },
      { a: '3', b: 'z' },
    ]);
    expect(
      await run(csv({ CSVHeaderLocation: 'GIVEN', CSVHeaders: ['n'], MaxItems: '{% 1 + 1 %}' })),
    ).toEqual([{ n: 'a' }, { n: '1' }]);
    const selector = {
      ItemSelector: '{% $states.context.Map.Item.Index & $states.context.Map.Item.Value.a %}',
    };
    expect(await run(csv({ CSVHeaderLocation: 'FIRST_ROW' }, selector))).toEqual(['01', '12', '23']);
  });

  it('states where its items are from', async () => {
    const source = { ItemSelector: '{% $states.context.Map.Item.Source %}' };
    const objects = new Map([['rows.csv', 'a\n1\n']]);
    const fields = csv({ CSVHeaderLocation: 'FIRST_ROW' }, source);
    const read = await output(harnessOf(distributed(fields), undefined, objects), { key: 'rows.csv' });
    expect(read.output).toEqual(['S3://b/rows.csv']);
    expect((await output(harnessOf(distributed({ Items: [1], ...source })))).output).toEqual(['STATE_DATA']);
  });

  it('reads JSON arrays, lines of JSON and what a pointer leads to', () => {
    expect(itemsOfText('[1,[2]]', { type: 'JSON' })).toEqual([{ value: 1 }, { value: [2] }]);
    expect(itemsOfText('{"a":1}\n\n{"a":2}\n', { type: 'JSONL' })).toEqual([
      { value: { a: 1 } },
      { value: { a: 2 } },
    ]);
    expect(itemsOfText('{"a":{"b/c":[5]}}', { type: 'JSON', pointer: '/a/b~1c' })).toEqual([{ value: 5 }]);
    expect(itemsOfText('{"k":1}', { type: 'JSON' })).toEqual([{ key: 'k', value: { Key: 'k', Value: 1 } }]);
    expect(() => itemsOfText('3', { type: 'JSON' })).toThrow('non-iterable');
  });

  it('takes the objects of a bucket as items', async () => {
    const fields = {
      ItemReader: {
        Resource: 'arn:aws:states:::s3:listObjectsV2',
        Arguments: { Bucket: 'b', Prefix: '' },
      },
    };
    const { output: result } = await output(
      harnessOf(distributed(fields), undefined, new Map([['k', 'body']])),
    );
    expect(result).toEqual([
      { Etag: '"e"', Key: 'k', LastModified: 1_767_571_200, Size: 4, StorageClass: 'STANDARD' },
    ]);
  });

  it('fails when its items cannot be read, and begins a new Map Run when it is redriven', async () => {
    const objects = new Map<string, string>();
    const harness = harnessOf(distributed(csv({ CSVHeaderLocation: 'FIRST_ROW' })), undefined, objects);
    const arn = await harness.start('main', { key: 'late.csv' });
    expect(harness.status(arn)).toMatchObject({
      status: 'FAILED',
      error: 'States.ItemReaderFailed',
      cause: expect.stringContaining('The specified key does not exist.'),
    });
    objects.set('late.csv', 'a\n1\n');
    await harness.redrive(arn);
    expect(harness.status(arn).output).toEqual([{ a: '1' }]);
    expect(harness.history(arn).filter(({ type }) => type === 'MapRunStarted')).toHaveLength(2);
    harness.close();
  });

  it('writes its results to files by how the executions ended, and a manifest', async () => {
    const objects = new Map<string, string>();
    const { answer } = failing(2);
    const harness = harnessOf(
      distributed({
        Items: [1, 2],
        ToleratedFailurePercentage: 100,
        ResultWriter: {
          Resource: 'arn:aws:states:::s3:putObject',
          Arguments: { Bucket: 'b', Prefix: 'results' },
        },
      }),
      answer,
      objects,
    );
    const arn = await harness.start('main');
    const { output: result } = harness.status(arn);
    const { mapRunArn } = details(harness, arn, 'MapRunStarted') as { mapRunArn: string };
    const folder = `results/${mapRunArn.split(':').at(-1)}`;
    expect(result).toEqual({
      MapRunArn: mapRunArn,
      ResultWriterDetails: { Bucket: 'b', Key: `${folder}/manifest.json` },
    });
    const file = (name: string): unknown => JSON.parse(objects.get(`${folder}/${name}`) ?? 'null');
    expect(file('manifest.json')).toEqual({
      DestinationBucket: 'b',
      MapRunArn: mapRunArn,
      ResultFiles: {
        FAILED: [{ Key: `${folder}/FAILED_0.json`, Size: expect.any(Number) }],
        PENDING: [],
        SUCCEEDED: [{ Key: `${folder}/SUCCEEDED_0.json`, Size: expect.any(Number) }],
      },
    });
    expect(file('SUCCEEDED_0.json')).toMatchObject([{ Input: '1', Output: '1', Status: 'SUCCEEDED' }]);
    expect(file('FAILED_0.json')).toMatchObject([{ Input: '2', Status: 'FAILED' }]);
    harness.close();
  });

  it('runs on, when redriven, only the executions that did not succeed', async () => {
    const { broken, answer } = failing(2);
    const harness = harnessOf(distributed({ Items: [1, 2, 3], MaxConcurrency: 1 }), answer);
    const arn = await harness.start('main');
    broken.clear();
    await harness.redrive(arn);
    expect(harness.status(arn)).toEqual({ status: 'SUCCEEDED', output: [1, 2, 3] });
    const asked = harness.calls.map((call) => (call.arguments as { Payload: unknown }).Payload);
    expect(asked).toEqual([1, 2, 2, 3]);
    expect(details(harness, arn, 'MapRunRedriven')).toMatchObject({ redriveCount: 1 });
    harness.close();
  });

  it('stops its executions when it is stopped, and runs them on when it is redriven', async () => {
    const harness = harnessOf(
      distributed({ Items: [1, 2] }, { Wait: { Type: 'Wait', Seconds: 10, End: true } }),
    );
    const arn = await harness.start('main');
    await harness.stop(arn);
    const children = harness.executions('main/each');
    expect(children.map((child) => harness.status(child).status)).toEqual(['ABORTED', 'ABORTED']);
    await harness.redrive(arn);
    await harness.advance(10);
    expect(harness.status(arn)).toEqual({ status: 'SUCCEEDED', output: [1, 2] });
    harness.close();
  });

  it('continues after a restart where it stood', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'distributed-map-'));
    const database = join(folder, 'db.sqlite');
    const definitions = {
      main: distributed(
        { Items: [1, 2, 3], MaxConcurrency: 2 },
        { Wait: { Type: 'Wait', Seconds: 10, End: true } },
      ),
    };
    const first = createEngineHarness({ definitions, database });
    const arn = await first.start('main');
    first.close();
    const second = createEngineHarness({ definitions, database });
    await second.advance(20);
    expect(second.status(arn)).toEqual({ status: 'SUCCEEDED', output: [1, 2, 3] });
    expect(second.executions('main/each')).toHaveLength(3);
    second.close();
    rmSync(folder, { recursive: true });
  });

  it.each(Array.from({ length: 12 }, (_, index) => index * 3))(
    'runs each execution once when the process is killed after %d turns',
    async (turns) => {
      const folder = mkdtempSync(join(tmpdir(), 'distributed-map-'));
      const database = join(folder, 'db.sqlite');
      const broken = new Set<unknown>([3]);
      const options = {
        definitions: { main: distributed({ Items: [1, 2, 3, 4, 5], MaxConcurrency: 2 }) },
        integrate: outside((value) => {
          if (broken.has(value)) throw new Error('broken');
          return value;
        }, new Map()),
        database,
      };
      const killedAfter = async (harness: EngineHarness, begin: Promise<unknown>): Promise<void> => {
        begin.catch(() => undefined);
        for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        harness.close();
      };
      const first = createEngineHarness(options);
      const { executionArn: arn } = await first.service.startExecution({
        stateMachineArn: first.arn('main'),
        name: 'one',
      });
      await killedAfter(first, Promise.resolve());
      const second = createEngineHarness(options);
      await second.settle();
      expect(second.status(arn).error).toBe('States.ExceedToleratedFailureThreshold');
      broken.clear();
      await killedAfter(second, second.redrive(arn));
      const third = createEngineHarness(options);
      await third.settle();
      if (third.status(arn).status === 'FAILED') await third.redrive(arn);
      expect(third.status(arn)).toEqual({ status: 'SUCCEEDED', output: [1, 2, 3, 4, 5] });
      expect(third.executions('main/each')).toHaveLength(5);
      const types = third.history(arn).map(({ type }) => type);
      expect(types.filter((type) => type === 'MapRunStarted')).toHaveLength(1);
      expect(types.filter((type) => type === 'MapRunRedriven')).toHaveLength(1);
      third.close();
      rmSync(folder, { recursive: true });
    },
  );

  it('runs nothing and gives an empty array when there are no items', async () => {
    expect((await output(harnessOf(distributed({ Items: [] })))).output).toEqual([]);
  });
});
