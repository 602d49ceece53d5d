/** `jaring demo`: two proposals from upload to close, in virtual time, on a cloud of their own. */
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { runDemo } from '../demo/demo.ts';
import { runHostileDemo } from '../demo/hostile.ts';
import { CommandError } from '../errors.ts';
import { contextOf } from './context.ts';

/** The demonstration did not end as it should. */
export class DemoIncomplete extends CommandError {
  override readonly name = 'DemoIncomplete';
  constructor() {
    super('The demonstration ended before both proposals were closed.');
  }
}

/** With a hostile bank something did not end as it should: what, the demonstration has printed. */
export class HostileDemoUnsound extends CommandError {
  override readonly name = 'HostileDemoUnsound';
  constructor() {
    super('Something that the bank did is not accounted for, or the money does not add up: see above.');
  }
}

interface DemoOptions {
  bank: 'fair' | 'hostile';
  seed: string;
  keep?: boolean;
}

export function demoCommand(program: Command): void {
  program
    .command('demo')
    .description('play two proposals from upload to close: a year in half a minute')
    .addHelpText(
      'after',
      '\nIt has a cloud of its own and forgets it afterwards, or after Ctrl+C with --keep; one that is running stays as it is.',
    )
    .addOption(
      new Option('--bank <kind>', 'which bank answers; a hostile one does everything wrong that banks do')
        .choices(['fair', 'hostile'])
        .default('fair'),
    )
    .option('--keep', 'leave its cloud open at the end, and say where, until Ctrl+C')
    .option('--seed <text>', 'of the hostile bank: the same seed, the same bank', '2022')
    .action(async ({ bank, seed, keep = false }: DemoOptions, command: Command) => {
      const { home, output } = contextOf(command);
      if (bank === 'hostile') {
        if (!(await runHostileDemo({ assemblies: join(home, 'assemblies'), output, seed, keep })))
          throw new HostileDemoUnsound();
        return;
      }
      if (!(await runDemo({ assemblies: join(home, 'assemblies'), output, keep })))
        throw new DemoIncomplete();
    });
}
