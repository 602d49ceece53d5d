/** The command `jaring` and its subcommands. */
import { Command, CommanderError } from 'commander';
import { defaultHome } from './cloud/home.ts';
import { advanceCommand } from './commands/advance.ts';
import { answerCommand } from './commands/answer.ts';
import { bankCommand } from './commands/bank.ts';
import { cloudCommand } from './commands/cloud.ts';
import { codeCommand } from './commands/code.ts';
import { demoCommand } from './commands/demo.ts';
import { depositCommand } from './commands/deposit.ts';
import { historyCommand } from './commands/history.ts';
import { ledgerCommand } from './commands/ledger.ts';
import { listCommand } from './commands/list.ts';
import { mailCommand } from './commands/mail.ts';
import { musterCommand } from './commands/muster.ts';
import { papersCommand } from './commands/papers.ts';
import { peopleCommand } from './commands/people.ts';
import { playCommand } from './commands/play.ts';
import { reportCommand } from './commands/report.ts';
import { showCommand } from './commands/show.ts';
import { submitCommand } from './commands/submit.ts';
import { upCommand } from './commands/up.ts';
import { CommandError } from './errors.ts';

/** The order in which the help lists them. */
const commands = [
  demoCommand,
  upCommand,
  submitCommand,
  listCommand,
  showCommand,
  historyCommand,
  mailCommand,
  answerCommand,
  playCommand,
  advanceCommand,
  peopleCommand,
  codeCommand,
  bankCommand,
  depositCommand,
  papersCommand,
  musterCommand,
  reportCommand,
  ledgerCommand,
  cloudCommand,
];

export function createProgram(): Command {
  const program = new Command('jaring')
    .description("Carries a job-creation grant from a group's proposal to its money and its training.")
    .option('--home <folder>', 'where the cloud keeps its state', defaultHome)
    .option('--json', 'print the result as JSON')
    .showHelpAfterError('(add --help for what the command takes)')
    .exitOverride();
  for (const add of commands) add(program);
  // The shared options may also stand behind the command's name, where most people put them.
  for (const command of allBelow(program)) {
    command
      .option('--home <folder>', 'where the cloud keeps its state')
      .option('--json', 'print the result as JSON')
      .exitOverride();
  }
  return program;
}

/** The commands, and the commands of commands. */
function allBelow(command: Command): Command[] {
  return command.commands.flatMap((each) => [each, ...allBelow(each)]);
}

/**
 * Runs a command line.
 * @param args without the names of node and the script
 * @returns the exit code: 0 when all went well, 2 when the command line itself is wrong or names what does not exist, 3 when a play
 *   did not end where it was to, else 1
 */
export async function runProgram(args: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    // The library has printed its message, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    process.stderr.write(`${messageOf(error)}\n`);
    return error instanceof CommandError ? error.exitCode : 1;
  }
}

function messageOf(error: unknown): string {
  if (error instanceof CommandError) return error.message;
  // What the system refuses (a port that is taken, a file that is not there) says enough by itself.
  if (error instanceof Error && 'syscall' in error) return `${error.message}${hintFor(error)}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** What helps against an error of the system, where something does. */
function hintFor(error: Error): string {
  if (!('code' in error)) return '';
  if (error.code === 'EADDRINUSE') return '. Give another port with --port; 0 takes any free one.';
  return '';
}
