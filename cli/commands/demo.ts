/** `jaring demo`: two proposals from upload to close, in virtual time, on a cloud of their own. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { runDemo } from '../demo/demo.ts';
import { CommandError } from '../errors.ts';
import { contextOf } from './context.ts';

/** The demonstration did not end as it should. */
export class DemoIncomplete extends CommandError {
  override readonly name = 'DemoIncomplete';
  constructor() {
    super('The demonstration ended before both proposals were closed.');
  }
}

export function demoCommand(program: Command): void {
  program
    .command('demo')
    .description('play two proposals from upload to close: a year in half a minute')
    .addHelpText(
      'after',
      '\nIt has a cloud of its own and forgets it afterwards; one that is running stays as it is.',
    )
    .action(async (_: object, command: Command) => {
      const { home, output } = contextOf(command);
      if (!(await runDemo({ assemblies: join(home, 'assemblies'), output }))) throw new DemoIncomplete();
    });
}
