/**
 * Plays the demonstration with a bank that misbehaves, once for each of several seeds, and stops at the first that does not end
 * as it should.
 *
 *     npm run soak:bank [-- --seeds 3] [--from <text>]
 */
import { join } from 'node:path';
import { Command } from 'commander';
import { defaultHome } from '#cli/cloud/home.ts';
import { runHostileDemo } from '#cli/demo/hostile.ts';
import { createOutput } from '#cli/output.ts';

const program = new Command('soak:bank')
  .description(
    'play several groups with banks that misbehave, each by another seed, and account for every oddity',
  )
  .option('--seeds <count>', 'how many banks', '3')
  .option('--from <text>', 'of the seeds; by default others each time', String(Date.now()));
program.parse();
const { seeds, from } = program.opts<Record<'seeds' | 'from', string>>();
const output = createOutput(false, (text) => process.stdout.write(text));
for (let number = 1; number <= Number(seeds); number++) {
  const seed = `${from}-${number}`;
  if (await runHostileDemo({ assemblies: join(defaultHome, 'assemblies'), output, seed })) continue;
  output.line(`Seed ${seed} did not end as it should.`);
  process.exitCode = 1;
  break;
}
