/** `jaring mail`: what was sent to whom, one message in full, replies to it, and addresses that fail. */
import { type Command, Option } from 'commander';
import { event } from '#domain/proposal/events.ts';
import { maskAddress } from '#functions/notifications/outgoing.ts';
import { NotFound } from '#functions/store/errors.ts';
import type { Store } from '#functions/store/store.ts';
import { composeReply, deliverMail, type FoundOut, NoReplyPossible } from '#players/mail-reply.ts';
import { enrolmentLinkIn, linkIn, type Mail, subjectIn } from '#players/mailbox.ts';
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

/** The message cannot be replied to, or the reply was not taken. */
export class NotReplied extends CommandError {
  override readonly name = 'NotReplied';
}

/** The address is not marked. */
export class NotMarked extends CommandError {
  override readonly name = 'NotMarked';
  constructor(address: string) {
    super(`${address} is not marked as failing: messages go there as to any other.`);
  }
}

interface MailOptions {
  to?: string;
  last: string;
}

interface ReplyOptions extends FoundOut {
  text: string;
  from?: string;
  html?: boolean;
}

export function mailCommand(program: Command): void {
  const mail = program
    .command('mail')
    .description('list the messages that were sent, or read one')
    .argument('[number]', 'the message to read, by its number in the list')
    .option('--to <text>', 'only those to addresses that hold this text')
    .option('--last <count>', 'how many of the newest', '30')
    .action(async (number: string | undefined, options: MailOptions, command: Command) => {
      await withCloud(command, async ({ control }, output) => {
        const all = (await control.mailbox()).map((mail, index) => ({ number: index + 1, ...mail }));
        if (number !== undefined) {
          const mail = findMail(all, number);
          output.data(mail);
          output.line(`To:      ${mail.to.join(', ')}`);
          output.line(`Date:    ${jakartaTime(mail.at)}`);
          output.line(mail.channel === 'text' ? '' : `Subject: ${mail.subject}\n`);
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
              mail.subject || shortened(mail.text ?? ''),
              (linkIn(mail) ?? enrolmentLinkIn(mail)) === undefined ? '' : 'yes',
            ]),
          );
        }
      });
    });
  replyCommand(mail);
  failCommand(mail);
  reviveCommand(mail);
}

/** What a text message begins with, in the place of a subject. */
function shortened(text: string) {
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}

function verdict(name: string) {
  return new Option(
    `--${name} <verdict>`,
    `what the receiving server finds out about ${name.toUpperCase()}`,
  ).choices(['pass', 'fail', 'none']);
}

function replyCommand(mail: Command): void {
  mail
    .command('reply')
    .description('reply to a message as its reader would, through the door for mail')
    .argument('<message>', 'the number of a message, or its id')
    .requiredOption('--text <text>', 'what the reply says; the message is quoted below it')
    .option('--from <address>', 'who writes; by default whom the message was sent to')
    .option('--html', 'write it in HTML alone')
    .addOption(verdict('spf'))
    .addOption(verdict('dkim'))
    .addOption(verdict('dmarc'))
    .addHelpText('after', '\nExample:\n  npm run jaring -- mail reply 12 --text "TOLAK RAB tidak wajar"')
    .action(async (message: string, options: ReplyOptions, command: Command) => {
      await withCloud(command, async ({ control, store }, output) => {
        const before = await control.mailbox();
        const original = findMail(before, message);
        const { text, from = original.to[0] ?? '', html = false, spf, dkim, dmarc } = options;
        let raw: string;
        try {
          raw = composeReply(original, { text, from, html });
        } catch (error) {
          if (error instanceof NoReplyPossible) throw new NotReplied(error.message);
          throw error;
        }
        const [to = ''] = original.replyTo;
        const messageId = await deliverMail(control.endpoint, raw, { from, to }, { spf, dkim, dmarc });
        await control.idle();
        const answers = (await control.mailbox()).slice(before.length).filter((one) => one.to.includes(from));
        const taken = await isTaken(store, subjectIn(original), answers);
        output.data({ messageId, taken, answers });
        output.line(`The reply was received as ${messageId}.`);
        if (answers.length === 0) output.line('It was not answered.');
        for (const answer of answers) output.line(`\n${answer.subject}\n\n${answer.text ?? ''}`);
        if (!taken) throw new NotReplied('The reply was not taken as an answer.');
      });
    });
}

/** Whether one of the messages that came back says that the reply was taken as an answer. */
async function isTaken(
  { messages }: Pick<Store, 'messages'>,
  proposalId: string | undefined,
  answers: readonly Mail[],
): Promise<boolean> {
  const sent = proposalId === undefined ? [] : await messages.list(proposalId);
  return sent.some(
    ({ template, serviceMessageId }) =>
      template === 'reply-taken' && answers.some(({ id }) => id === serviceMessageId),
  );
}

function failCommand(mail: Command): void {
  mail
    .command('fail')
    .description('have mail to an address fail from now on, as the mail service would report it')
    .argument('<address>', 'an e-mail address')
    .addOption(
      new Option('--as <failure>', 'how').choices(['bounce', 'transient', 'complaint']).default('bounce'),
    )
    .action(
      async (address: string, options: { as: 'bounce' | 'transient' | 'complaint' }, command: Command) => {
        await withCloud(command, async ({ control }, output) => {
          await control.failMail(address, options.as);
          output.data({ address, as: options.as });
          output.line(`Mail to ${address} fails from now on (${options.as}).`);
        });
      },
    );
}

function reviveCommand(mail: Command): void {
  mail
    .command('revive')
    .description('write to an address again that bounced or complained, once it is known to be right')
    .argument('<address>', 'an e-mail address')
    .addHelpText(
      'after',
      '\nIn AWS the account’s suppression list keeps it too:\n  aws sesv2 delete-suppressed-destination --email-address <address>',
    )
    .action(async (address: string, _options: object, command: Command) => {
      await withCloud(command, async ({ control, store }, output) => {
        const { now } = await control.clock();
        try {
          await store.commit({
            journal: 'settings',
            now,
            events: [event(now, 'address.revived', { address: maskAddress(address) })],
            changes: [store.addresses.revive(address)],
          });
        } catch (error) {
          if (error instanceof NotFound) throw new NotMarked(address);
          throw error;
        }
        await control.failMail(address, null);
        output.data({ address, revived: now });
        output.line(`Messages go to ${address} again, from the next one on.`);
      });
    });
}

/** A message by its number in the list, from 1, or by its id. @throws {NoSuchMail} */
export function findMail<Found extends Mail>(mails: readonly Found[], which: string): Found {
  const found = mails[Number(which) - 1] ?? mails.find(({ id }) => id === which);
  if (found === undefined) throw new NoSuchMail(which);
  return found;
}
