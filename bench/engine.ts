/**
 * Measures the embedded Step Functions: executions of a ten-Pass machine, sixteen at once, in process, kept in SQLite on disk.
 *
 *     npm run bench:engine -- [--executions 20000] [--json]
 *
 * The same run takes `aws-local-stepfunctions` through the JSONPath twin of each machine. That one keeps nothing and writes no
 * history as AWS does, so it shows what the language alone costs another engine.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { StateMachine } from 'aws-local-stepfunctions';
import { Command } from 'commander';
import { createOutput } from '#cli/output.ts';
import { Activity } from '#local/activity.ts';
import { FlowingClock } from '#local/clocks/flowing-clock.ts';
import { StepFunctionsService } from '#local/step-functions/service.ts';

/** Executions that run at the same time. */
const atOnce = 16;
const passes = 10;
const mebi = 1024 * 1024;
const account = '123456789012';
const region = 'ap-southeast-3';

/** A ten-Pass machine in the language this engine speaks and in the one the other engine speaks. */
interface Twins {
  readonly name: string;
  readonly jsonata: object;
  readonly jsonPath: object;
}

function chain(language: object, pass: object) {
  return {
    ...language,
    StartAt: 'Pass1',
    States: Object.fromEntries(
      Array.from({ length: passes }, (_, index) => [
        `Pass${index + 1}`,
        { Type: 'Pass', ...pass, ...(index + 1 < passes ? { Next: `Pass${index + 2}` } : { End: true }) },
      ]),
    ),
  };
}

const twins: readonly Twins[] = [
  { name: 'handing over', jsonata: chain({ QueryLanguage: 'JSONata' }, {}), jsonPath: chain({}, {}) },
  {
    name: 'counting',
    jsonata: chain({ QueryLanguage: 'JSONata' }, { Output: { count: '{% $states.input.count + 1 %}' } }),
    jsonPath: chain({}, { Parameters: { 'count.$': 'States.MathAdd($.count, 1)' } }),
  },
];

type Start = (input: string) => ReturnType<StepFunctionsService['startExecution']>;

interface Measured {
  readonly machine: string;
  readonly engine: string;
  readonly executions: number;
  /** Executions a second. */
  readonly rate: number;
  /** Computing time of one execution, of all threads of the process: microseconds. */
  readonly cpu: number;
  readonly events: number;
}

/** A machine whose history is as long as asked for: a loop of two events each for a Choice and a Pass. */
function loop(turns: number) {
  return {
    QueryLanguage: 'JSONata',
    StartAt: 'Count',
    States: {
      Count: { Type: 'Pass', Output: { count: '{% $states.input.count + 1 %}' }, Next: 'Again' },
      Again: {
        Type: 'Choice',
        Choices: [{ Condition: `{% $states.input.count < ${turns} %}`, Next: 'Count' }],
        Default: 'Done',
      },
      Done: { Type: 'Succeed' },
    },
  };
}

/** Opens the service on a database in `folder`, with nothing around it that a ten-Pass machine would call. */
function openService(folder: string) {
  const db = new DatabaseSync(join(folder, 'states.sqlite'));
  const clock = new FlowingClock();
  const activity = new Activity();
  const service = new StepFunctionsService({
    db,
    clock,
    activity,
    account,
    region,
    integrate: () => Promise.reject(new Error('These machines call nothing.')),
    authorizeAs: () => undefined,
    publish: () => undefined,
  });
  return {
    db,
    service,
    close: () => {
      service.close();
      clock.close();
      db.close();
    },
  };
}

/** Runs `work` on a service on disk that knows one machine. */
async function onDisk<Result>(
  definition: object,
  work: (start: Start, service: StepFunctionsService, db: DatabaseSync) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'jaring-engine-'));
  const { db, service, close } = openService(folder);
  try {
    const name = 'passes';
    const stateMachineArn = `arn:aws:states:${region}:${account}:stateMachine:${name}`;
    const roleArn = `arn:aws:iam::${account}:role/states`;
    service.define({
      stateMachines: [{ arn: stateMachineArn, name, definition: JSON.stringify(definition), roleArn }],
    });
    return await work((input) => service.startExecution({ stateMachineArn, input }), service, db);
  } finally {
    close();
    await rm(folder, { recursive: true });
  }
}

async function measureOurs({ name, jsonata }: Twins, executions: number): Promise<Measured> {
  return onDisk(jsonata, async (start, _service, db) => {
    const one = () => start('{"count":0}');
    await many(executions / 10, one);
    const pace = await many(executions, one);
    const row = db
      .prepare(
        `SELECT (SELECT count(*) FROM sfn_executions WHERE status = 'SUCCEEDED') AS ended,
          (SELECT sum(last - first + 1) FROM sfn_history) AS events`,
      )
      .get() as { readonly ended: number; readonly events: number };
    const all = executions + executions / 10;
    if (row.ended !== all) throw new Error(`${row.ended} of ${all} executions succeeded.`);
    return { machine: name, engine: 'jaring', executions, ...pace, events: row.events / row.ended };
  });
}

/**
 * How much memory the process takes while one service runs ever more executions, after each fifth of them.
 * @returns MiB of heap after a collection, and of the whole process
 */
async function measureMemory({ jsonata }: Twins, executions: number) {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  return onDisk(jsonata, async (start) => {
    const points: { readonly executions: number; readonly heapMiB: number; readonly processMiB: number }[] =
      [];
    for (let fifth = 1; fifth <= 5; fifth += 1) {
      await many(executions / 5, () => start('{"count":0}'));
      collect();
      const { heapUsed, rss } = process.memoryUsage();
      points.push({ executions: (executions / 5) * fifth, heapMiB: heapUsed / mebi, processMiB: rss / mebi });
    }
    return points;
  });
}

/** How long each page of a long history takes, forwards and backwards: milliseconds. */
async function measureHistory(turns: number) {
  return onDisk(loop(turns), async (start, service) => {
    const began = performance.now();
    const { executionArn } = await start('{"count":0}');
    const ranMs = performance.now() - began;
    const pages: number[] = [];
    let events = 0;
    for (const reverseOrder of [false, true]) {
      for (let nextToken: string | undefined, more = true; more; more = nextToken !== undefined) {
        const asked = performance.now();
        const { body } = await service.handle({
          method: 'POST',
          path: '/',
          query: new URLSearchParams(),
          headers: { 'x-amz-target': 'AWSStepFunctions.GetExecutionHistory' },
          body: Buffer.from(JSON.stringify({ executionArn, maxResults: 1000, reverseOrder, nextToken })),
          principal: { arn: `arn:aws:iam::${account}:root`, owner: true },
          authorize: () => undefined,
        });
        pages.push(performance.now() - asked);
        const page: { readonly events: readonly unknown[]; readonly nextToken?: string } = JSON.parse(
          String(body),
        );
        events += page.events.length;
        nextToken = page.nextToken;
      }
    }
    return { events: events / 2, ranMs, pages: pages.length, slowestMs: Math.max(...pages) };
  });
}

async function measureOther({ name, jsonPath }: Twins, executions: number): Promise<Measured> {
  const machine = new StateMachine(jsonPath as ConstructorParameters<typeof StateMachine>[0]);
  const run = async () => {
    const result = await machine.run({ count: 0 }).result;
    if (result === null) throw new Error('The execution has no result.');
  };
  await many(executions / 10, run);
  return {
    machine: name,
    engine: 'aws-local-stepfunctions',
    executions,
    ...(await many(executions, run)),
    events: 0,
  };
}

/** Does `one` that many times, sixteen at once. */
async function many(
  count: number,
  one: () => Promise<unknown>,
): Promise<{ readonly rate: number; readonly cpu: number }> {
  let left = count;
  const cpuBefore = process.cpuUsage();
  const began = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left > 0) {
        left -= 1;
        await one();
      }
    }),
  );
  const { user, system } = process.cpuUsage(cpuBefore);
  return { rate: (count / (performance.now() - began)) * 1000, cpu: (user + system) / count };
}

const program = new Command('bench:engine')
  .description('measure the embedded Step Functions: executions a second, memory, pages of a long history')
  .option('--executions <count>', 'how many of each machine', '20000')
  .option('--memory <count>', 'how many executions one service runs while its memory is watched', '100000')
  .option('--json', 'print the result as JSON');
program.parse();
const options = program.opts<{ executions: string; memory: string; json?: boolean }>();
const output = createOutput(options.json === true, (text) => process.stdout.write(text));
const rates: Measured[] = [];
for (const pair of twins) {
  rates.push(await measureOurs(pair, Number(options.executions)));
  rates.push(await measureOther(pair, Number(options.executions)));
}
const [passing] = twins;
if (passing === undefined) throw new Error('There is no machine to measure.');
const memory = await measureMemory(passing, Number(options.memory));
const history = await measureHistory(4999);
output.data({ rates, memory, history });
output.table(
  [
    { title: 'machine' },
    { title: 'engine' },
    { title: 'executions/s', align: 'right' },
    { title: 'to the other', align: 'right' },
    { title: 'CPU µs each', align: 'right' },
    { title: 'events each', align: 'right' },
  ],
  rates.map(({ machine, engine, rate, cpu, events }) => {
    const other = rates.find((each) => each.machine === machine && each.engine !== engine);
    const ratio = rate / (other?.rate ?? Number.NaN);
    return [machine, engine, rate.toFixed(0), ratio.toFixed(2), cpu.toFixed(0), events.toFixed(0)];
  }),
);
output.table(
  [
    { title: 'executions so far', align: 'right' },
    { title: 'heap, MiB', align: 'right' },
    { title: 'process, MiB', align: 'right' },
  ],
  memory.map(({ executions, heapMiB, processMiB }) => [
    String(executions),
    heapMiB.toFixed(1),
    processMiB.toFixed(0),
  ]),
);
output.table(
  [{ title: 'a long history' }, { title: 'value', align: 'right' }],
  [
    ['events', String(history.events)],
    ['ran in, ms', history.ranMs.toFixed(0)],
    ['pages of 1,000 read', String(history.pages)],
    ['the slowest, ms', history.slowestMs.toFixed(1)],
  ],
);
