/** `jaring mail`: what was sent to whom, and one message in full. */
import type { Command } from 'commander';
import { linkIn, type Mail } from '#samples/people/mailbox.ts';
import { CommandError } from '../errors.ts';
import { jakartaTime } from '../time.ts';
import { withCloud } from './context.ts';

/** There is no such message. */
export class NoSuchMail extends CommandError {
  override readonly name = 'NoSuchMail';
  constructor(which: string) {
    super(`There is no message "${which}". See their numbers with: npm run jaring -- mail`);
  }
}

interface MailOptions {
  to?: string;
  last: string;
}

export function mailCommand(program: Command): void {
  program
    .command('mail')
    .description('list the messages that were sent, or read one')
    .argument('[number]', 'the message to read, by its number in the list')
    .option('--to <text>', 'only those to addresses that hold this text')
    .option('--last <count>', 'only so many of the newest', '30')
    .action(async (number: string | undefined, options: MailOptions, command: Command) => {
      await withCloud(command, async ({ control }, output) => {
        const all = (await control.mailbox()).map((mail, index) => ({ number: index + 1, ...mail }));
        if (number !== undefined) {
          const mail = findMail(all, number);
          output.data(mail);
          output.line(`To:      ${mail.to.join(', ')}`);
          output.line(`Date:    ${jakartaTime(mail.at)}`);
          output.line(`Subject: ${mail.subject}\n`);
          output.line(mail.text ?? '');
          return;
        }
        const shown = all
          .filter(
            ({ to }) => options.to === undefined || to.some((address) => address.includes(options.to ?? '')),
          )
          .slice(-Number(options.last));
        output.data(shown);
        if (shown.length === 0) output.line('No message was sent yet.');
        else {
          output.table(
            [
              { title: 'no.', align: 'right' },
              { title: 'when (Jakarta)' },
              { title: 'to' },
              { title: 'subject' },
              { title: 'link' },
            ],
            shown.map((mail) => [
              String(mail.number),
              jakartaTime(mail.at),
              mail.to.join(', '),
              mail.subject,
              linkIn(mail) === undefined ? '' : 'yes',
            ]),
          );
        }
      });
    });
}

/** A message by its number in the list, from 1, or by its id. @throws {NoSuchMail} */
export function findMail<Found extends Mail>(mails: readonly Found[], which: string): Found {
  const found = mails[Number(which) - 1] ?? mails.find(({ id }) => id === which);
  if (found === undefined) throw new NoSuchMail(which);
  return found;
}
