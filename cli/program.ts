/** The command `jaring` and its subcommands. */
import { Command, CommanderError } from 'commander';
import { defaultHome } from './cloud/home.ts';
import { CommandError } from './errors.ts';

/** What defines each command, in the order in which the help lists them; loaded only where it is needed. */
const commands: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  demo: async () => (await import('./commands/demo.ts')).demoCommand,
  up: async () => (await import('./commands/up.ts')).upCommand,
  submit: async () => (await import('./commands/submit.ts')).submitCommand,
  list: async () => (await import('./commands/list.ts')).listCommand,
  show: async () => (await import('./commands/show.ts')).showCommand,
  history: async () => (await import('./commands/history.ts')).historyCommand,
  mail: async () => (await import('./commands/mail.ts')).mailCommand,
  answer: async () => (await import('./commands/answer.ts')).answerCommand,
  play: async () => (await import('./commands/play.ts')).playCommand,
  advance: async () => (await import('./commands/advance.ts')).advanceCommand,
  people: async () => (await import('./commands/people.ts')).peopleCommand,
  calendar: async () => (await import('./commands/calendar.ts')).calendarCommand,
  code: async () => (await import('./commands/code.ts')).codeCommand,
  bank: async () => (await import('./commands/bank.ts')).bankCommand,
  deposit: async () => (await import('./commands/deposit.ts')).depositCommand,
  papers: async () => (await import('./commands/papers.ts')).papersCommand,
  muster: async () => (await import('./commands/muster.ts')).musterCommand,
  report: async () => (await import('./commands/report.ts')).reportCommand,
  ledger: async () => (await import('./commands/ledger.ts')).ledgerCommand,
  cloud: async () => (await import('./commands/cloud.ts')).cloudCommand,
};

/** @param names the commands that may be meant; all, where none of them is one */
export async function createProgram(names: readonly string[] = []): Promise<Command> {
  const program = new Command('jaring')
    .description("Carries a job-creation grant from a group's proposal to its money and its training.")
    .option('--home <folder>', 'where the cloud keeps its state', defaultHome)
    .option('--json', 'print the result as JSON')
    .showHelpAfterError('(add --help for what the command takes)')
    .exitOverride();
  const meant = Object.entries(commands).filter(([name]) => names.includes(name));
  const all = meant.length > 0 ? meant : Object.entries(commands);
  for (const add of await Promise.all(all.map(([, load]) => load()))) add(program);
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
    const program = await createProgram(args);
    await program.parseAsync(args, { from: 'user' });
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
