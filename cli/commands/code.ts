/** `jaring code`: a person's one-time codes work again, after a lost phone or wrong codes; and what a sample person's phone shows. */
import { Command } from 'commander';
import * as z from 'zod';
import { nextCodeAfter, stepAt } from '#players/authenticators.ts';
import { invokeWith } from '../cloud/invoke.ts';
import { CommandError } from '../errors.ts';
import type { Output } from '../output.ts';
import { keptAuthenticators } from '../play/kept-authenticators.ts';
import { contextOf, withCloud } from './context.ts';

/** What was asked for could not be done. */
export class CodesNotRestored extends CommandError {
  override readonly name = 'CodesNotRestored';
  constructor(reason: string) {
    super(`Nothing has changed. ${reason}`);
  }
}

/** The person's authenticator is not kept here. */
export class NoKeptAuthenticator extends CommandError {
  override readonly name = 'NoKeptAuthenticator';
  constructor(person: string, known: readonly string[]) {
    const those = known.length === 0 ? 'of no one yet' : `of ${known.join(', ')}`;
    super(
      `The authenticator of ${person} is not kept here, but ${those}. "jaring play" enrols people, and so does "jaring answer" with --key.`,
    );
  }
}

export function codeCommand(program: Command): void {
  const code = program.command('code').description('one-time codes of people: show, reset, unlock');
  for (const add of [show, reset, unlock]) code.addCommand(add());
}

const mailed = z.object({ mail: z.string() });
const opened = z.object({ unlocked: z.boolean() });

function show(): Command {
  return new Command('show')
    .description(
      "print what a sample person's authenticator shows now, by the cloud's time; on the embedded cloud only",
    )
    .argument('<person>', 'the id of the person in the directory, or their e-mail address')
    .addHelpText(
      'after',
      '\nExample:\n  npm run jaring -- answer 31 --set outcome=issued --code "$(npm run --silent jaring -- code show donny.kusuma)"',
    )
    .action(async (name: string, _: object, command: Command) => {
      await withCloud(command, async ({ control, store }, output) => {
        const authenticators = keptAuthenticators(contextOf(command).home);
        const people = await store.people.all();
        const person = people.find(({ id, email }) => id === name || email === name);
        const { now } = await control.clock();
        const code = person === undefined ? undefined : authenticators.show(person.email, now);
        if (person === undefined || code === undefined) {
          const known = people.filter(({ email }) => authenticators.has(email)).map(({ id }) => id);
          throw new NoKeptAuthenticator(name, known);
        }
        const validUntil = nextCodeAfter(now);
        const used = ((await store.codes.get(person.id))?.lastStep ?? -1) >= stepAt(now);
        output.data({ person: person.id, code, validUntil, used });
        output.line(code);
        if (used && !output.json)
          process.stderr.write('It has been used: the next one is there after "jaring advance 30s".\n');
      });
    });
}

function reset(): Command {
  return new Command('reset')
    .description("end a person's codes at once, and mail them a link to enrol another authenticator")
    .argument('<person>', 'the id of the person in the directory')
    .action(async (personId: string, _: object, command: Command) => {
      await restore(command, { do: 'reset', personId }, (done, output) => {
        const { mail } = mailed.parse(done);
        output.data({ personId, mail });
        const link = mail === 'posted' ? 'a link to enrol again is on its way' : `no link went out: ${mail}`;
        output.line(`The codes of ${personId} have ended; ${link}.`);
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
  report: (done: unknown, output: Output) => void,
): Promise<void> {
  await withCloud(command, async (connection, output) => {
    report(
      await invokeWith(connection, 'identity/restore-codes', wish, (why) => new CodesNotRestored(why)),
      output,
    );
  });
}
