/**
 * Tries what may happen to the money in many histories (`test/money/`); then kills the embedded cloud at random moments while
 * proposals run, and checks afterwards that nothing was lost or doubled.
 *
 *     npm run soak [-- --histories 100000] [--money-seed <number>] [--kills 200] [--seed <text>] [--groups 10] [--json]
 */
import { join } from 'node:path';
import { Command } from 'commander';
import { ensureAssembly } from '#cli/cloud/assembly.ts';
import { defaultHome } from '#cli/cloud/home.ts';
import { createOutput } from '#cli/output.ts';
import { seededRandom } from '#samples/random.ts';
import { livesFrom } from './soak/lives.ts';
import { soakMoney } from './soak/money.ts';
import { playRound } from './soak/round.ts';

/** The longest life between two kills. */
const longest = { ms: 4000, writes: 1500 };

const program = new Command('soak')
  .description(
    'try histories of the money; kill the embedded cloud at random moments while proposals run, then check all',
  )
  .option('--histories <count>', 'how many histories of the money', '100000')
  .option(
    '--money-seed <number>',
    'of the histories; by default another each time',
    String(Date.now() % 2 ** 31),
  )
  .option('--kills <count>', 'how many kills; none, and no cloud is started', '200')
  .option('--seed <text>', 'of the moments; by default another each time', String(Date.now()))
  .option('--groups <count>', 'how many proposals run in parallel in a round', '10')
  .option('--json', 'print the result as JSON');
program.parse();
const { histories, moneySeed, kills, seed, groups, json } = program.opts<
  Record<'histories' | 'moneySeed' | 'kills' | 'seed' | 'groups', string> & { json?: boolean }
>();
const output = createOutput(json === true, (text) => process.stdout.write(text));
const findings: { where: string; what: string }[] = [];

output.line(`Money seed ${moneySeed}: --money-seed ${moneySeed} draws the same histories again.`);
const money = await soakMoney({ histories: Number(histories), seed: Number(moneySeed) });
output.line(`${money.histories} histories of the money in ${money.seconds.toFixed(0)} s`);
if (money.broken !== undefined) findings.push({ where: 'money', what: money.broken });

output.line(`Seed ${seed}: --seed ${seed} draws the same lives again.`);
const assembly = Number(kills) > 0 ? await ensureAssembly(join(defaultHome, 'assemblies')) : { folder: '' };
const began = performance.now();
const random = seededRandom(seed);
const done = { rounds: 0, kills: 0, atMoment: 0, atWrite: 0, whileStarting: 0 };
const statements = new Map<string, number>();
const checked: Record<string, number> = {};
while (done.kills < Number(kills) && findings.length === 0) {
  const before = done.kills;
  const round = await playRound({
    assembly: assembly.folder,
    lives: livesFrom(1, Number(groups)),
    random,
    longest,
    statements,
    kills: Number(kills) - before,
    killed: (now) => {
      if ((before + now) % 20 === 0) output.line(`${before + now} kills`);
    },
  });
  done.rounds += 1;
  for (const kind of ['atMoment', 'atWrite', 'whileStarting'] as const) done[kind] += round.kills[kind];
  done.kills = done.atMoment + done.atWrite;
  for (const [what, count] of Object.entries(round.checked)) checked[what] = (checked[what] ?? 0) + count;
  findings.push(...round.findings);
}
const seconds = (performance.now() - began) / 1000;
const diedAt = [...statements.values()].filter((deaths) => deaths > 0).length;
output.data({
  seed,
  money: { ...money, seed: moneySeed },
  seconds,
  ...done,
  statements: statements.size,
  diedAt,
  checked,
  findings,
});
output.table(
  [{ title: 'measure' }, { title: 'value', align: 'right' }],
  [
    ['rounds', String(done.rounds)],
    ['kills', String(done.kills)],
    ['at a moment', String(done.atMoment)],
    ['at a write', String(done.atWrite)],
    ['while starting', String(done.whileStarting)],
    ['statements that write', String(statements.size)],
    ['of them died at', String(diedAt)],
    ['wall time, s', seconds.toFixed(0)],
    ...Object.entries(checked).map(([what, count]) => [what, String(count)]),
    ['findings', String(findings.length)],
  ],
);
for (const { where, what } of findings) output.line(`${where}: ${what}`);
if (findings.length > 0) process.exitCode = 1;
