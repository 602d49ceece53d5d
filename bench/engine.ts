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
import { StateMachine } from 'aws-local-stepfunctions';
import { Command } from 'commander';
import { createOutput } from '#cli/output.ts';
import { Activity } from '#local/activity.ts';
import { FlowingClock } from '#local/clocks/flowing-clock.ts';
import { StepFunctionsService } from '#local/step-functions/service.ts';

/** Executions that run at the same time. */
const atOnce = 16;
const passes = 10;
const account = '123456789012';
const region = 'ap-southeast-3';

/** A ten-Pass machine in the language this engine speaks and in the one the other engine speaks. */
interface Twins {
  readonly name: string;
  readonly jsonata: object;
  readonly jsonPath: object;
}

const chain = (language: object, pass: object) => ({
  ...language,
  StartAt: 'Pass1',
  States: Object.fromEntries(
    Array.from({ length: passes }, (_, index) => [
      `Pass${index + 1}`,
      { Type: 'Pass', ...pass, ...(index + 1 < passes ? { Next: `Pass${index + 2}` } : { End: true }) },
    ]),
  ),
});

const twins: readonly Twins[] = [
  { name: 'handing on', jsonata: chain({ QueryLanguage: 'JSONata' }, {}), jsonPath: chain({}, {}) },
  {
    name: 'counting',
    jsonata: chain({ QueryLanguage: 'JSONata' }, { Output: { count: '{% $states.input.count + 1 %}' } }),
    jsonPath: chain({}, { Parameters: { 'count.$': 'States.MathAdd($.count, 1)' } }),
  },
];

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

async function measureOurs({ name, jsonata }: Twins, executions: number): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'jaring-engine-'));
  const { db, service, close } = openService(folder);
  try {
    const arn = `arn:aws:states:${region}:${account}:stateMachine:passes`;
    service.define({
      stateMachines: [
        {
          arn,
          name: 'passes',
          definition: JSON.stringify(jsonata),
          roleArn: `arn:aws:iam::${account}:role/states`,
        },
      ],
    });
    const start = () => service.startExecution({ stateMachineArn: arn, input: '{"count":0}' });
    await many(executions / 10, start);
    const pace = await many(executions, start);
    const row = db
      .prepare(
        `SELECT (SELECT count(*) FROM sfn_executions WHERE status = 'SUCCEEDED') AS ended,
          (SELECT sum(last - first + 1) FROM sfn_history) AS events`,
      )
      .get() as { readonly ended: number; readonly events: number };
    const all = executions + executions / 10;
    if (row.ended !== all) throw new Error(`${row.ended} of ${all} executions succeeded.`);
    return { machine: name, engine: 'jaring', executions, ...pace, events: row.events / row.ended };
  } finally {
    close();
    await rm(folder, { recursive: true });
  }
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

/** Does `one` so many times, sixteen at once. */
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
  .description('measure the embedded Step Functions: executions of a ten-Pass machine a second')
  .option('--executions <count>', 'how many of each machine', '20000')
  .option('--json', 'print the result as JSON');
program.parse();
const options = program.opts<{ executions: string; json?: boolean }>();
const output = createOutput(options.json === true, (text) => process.stdout.write(text));
const measured: Measured[] = [];
for (const pair of twins) {
  measured.push(await measureOurs(pair, Number(options.executions)));
  measured.push(await measureOther(pair, Number(options.executions)));
}
output.data(measured);
output.table(
  [
    { title: 'machine' },
    { title: 'engine' },
    { title: 'executions/s', align: 'right' },
    { title: 'CPU µs each', align: 'right' },
    { title: 'events each', align: 'right' },
  ],
  measured.map(({ machine, engine, rate, cpu, events }) => [
    machine,
    engine,
    rate.toFixed(0),
    cpu.toFixed(0),
    events.toFixed(0),
  ]),
);
