/** `jaring code`: a person's one-time codes work again, after a lost phone or wrong codes. */
import { Command } from 'commander';
import * as z from 'zod';
import { invokeWith } from '../cloud/invoke.ts';
import { CommandError } from '../errors.ts';
import type { Output } from '../output.ts';
import { withCloud } from './context.ts';

/** What was asked for could not be done. */
export class CodesNotRestored extends CommandError {
  override readonly name = 'CodesNotRestored';
  constructor(reason: string) {
    super(`Nothing has changed. ${reason}`);
  }
}

export function codeCommand(program: Command): void {
  const code = program.command('code').description('one-time codes of people: reset, unlock');
  for (const add of [reset, unlock]) code.addCommand(add());
}

const mailed = z.object({ mail: z.string() });
const opened = z.object({ unlocked: z.boolean() });

function reset(): Command {
  return new Command('reset')
    .description("end a person's codes at once, and mail them a link to enrol another authenticator")
    .argument('<person>', 'the id of the person in the directory')
    .action(async (personId: string, _: object, command: Command) => {
      await restore(command, { do: 'reset', personId }, (done, output) => {
        const { mail } = mailed.parse(done);
        output.data({ personId, mail });
        output.line(`The codes of ${personId} have ended. Message with a link to enrol anew: ${mail}.`);
      });
    });
}

function unlock(): Command {
  return new Command('unlock')
    .description('let a person answer an ask again that wrong codes have locked for them')
    .argument('<ask>', 'the id of the ask, as the message about the lock has it')
    .argument('<person>', 'the id of the person in the directory')
    .action(async (askId: string, personId: string, _: object, command: Command) => {
      await restore(command, { do: 'unlock', askId, personId }, (done, output) => {
        const { unlocked } = opened.parse(done);
        if (!unlocked) throw new CodesNotRestored(`${askId} is not locked for ${personId}.`);
        output.data({ askId, personId, unlocked });
        output.line(`${personId} may answer ${askId} again.`);
      });
    });
}

/** Invokes the function that has the rights to it; this program has none of its own on the secrets. */
async function restore(
  command: Command,
  wish: object,
  tell: (done: unknown, output: Output) => void,
): Promise<void> {
  await withCloud(command, async (connection, output) => {
    const { RestoreCodesFunctionName: name } = connection.outputs;
    tell(await invokeWith(connection, name, wish, (why) => new CodesNotRestored(why)), output);
  });
}
