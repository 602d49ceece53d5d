/** `jaring answer`: opens the link in a message, shows what is asked, and answers it as a browser would. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { Secret, TOTP } from 'otpauth';
import { enrolmentLinkIn, linkIn } from '#players/mailbox.ts';
import { openPage, openReassignment, type Page, sendFile, sendForm } from '#players/page.ts';
import type { Connection } from '../cloud/connection.ts';
import { typeByName } from '../cloud/upload.ts';
import { CommandError, UnreadableArgument } from '../errors.ts';
import type { Output } from '../output.ts';
import { keptAuthenticators } from '../play/kept-authenticators.ts';
import { contextOf, withCloud } from './context.ts';
import { findMail } from './mail.ts';

/** The message asks for nothing. */
export class NothingAsked extends CommandError {
  override readonly name = 'NothingAsked';
  constructor(subject: string) {
    super(`"${subject}" asks for nothing: there is no personal link in it.`);
  }
}

/** The page did not take the answer. */
export class AnswerNotTaken extends CommandError {
  override readonly name = 'AnswerNotTaken';
  constructor({ heading, problems, status }: Page) {
    const list = problems.map((one) => `\n  - ${one}`).join('');
    super(`"${heading}" did not take the answer (${status}).${list}`);
  }
}

/** The page has no form: the link is used, too late, or none. */
export class NothingToAnswer extends CommandError {
  override readonly name = 'NothingToAnswer';
  constructor(page: Page) {
    super(`There is nothing to answer here (${page.status}).\n${page.text}`);
  }
}

/** The page has no place for such a file. */
export class NoSuchUpload extends CommandError {
  override readonly name = 'NoSuchUpload';
  constructor(name: string, page: Page) {
    const wanted = page.uploads.map((upload) => upload.name).join(', ');
    super(`The page takes no file "${name}". It takes: ${wanted === '' ? 'none' : wanted}`);
  }
}

/** The ask cannot be delegated by this page. */
export class NothingToDelegate extends CommandError {
  override readonly name = 'NothingToDelegate';
  constructor({ heading }: Page) {
    super(`"${heading}" cannot be delegated by this link, or there is no one to delegate it to.`);
  }
}

interface AnswerOptions {
  delegate?: string;
  reason?: string;
  set: string[];
  file: string[];
  code?: string;
  key?: string;
}

function collect(value: string, before: string[]) {
  return [...before, value];
}

export function answerCommand(program: Command): void {
  program
    .command('answer')
    .description('answer what a message asks for; without --set, show what the page asks')
    .argument('<message>', 'the number of a message, or the link in it')
    .option('--set <name=value>', 'fill in a field; again with the same name for several values', collect, [])
    .option('--file <type=path>', 'upload a file first', collect, [])
    .option('--delegate <person>', 'delegate it to this person of the directory instead')
    .option('--reason <text>', 'why it is delegated')
    .option('--code <digits>', 'the one-time code that an answer about money needs')
    .option(
      '--key <key>',
      "make the code from your authenticator's key, at the cloud's time, and keep the key for later",
    )
    .addHelpText(
      'after',
      "\nExample:\n  npm run jaring -- answer 12 --set outcome=approve --code '123 456'\n\nA phone goes by real time. Where the cloud's time has been moved, --key takes its place: the key is what the page behind the message that invites to enrol shows (--set show=qr).",
    )
    .action(async (message: string, options: AnswerOptions, command: Command) => {
      await withCloud(command, async (connection, output) => {
        const page = await openPage(await linkOf(connection, message));
        if (options.delegate !== undefined) {
          report(output, await delegate(await openReassignment(page), options.delegate, options.reason));
          return;
        }
        const code = options.key === undefined ? options.code : await codeNow(connection, options.key);
        const answers = options.set.length > 0 || code !== undefined;
        if (page.answer === undefined && (answers || options.file.length > 0)) {
          throw new NothingToAnswer(page);
        }
        for (const file of options.file) await upload(page, file);
        if (!answers) {
          showPage(page, delegatesOf(await openReassignment(page)), output);
          return;
        }
        const answered = await sendForm(page, {
          ...valuesOf(options.set),
          ...(code !== undefined && { code }),
        });
        report(output, answered);
        if (options.key !== undefined)
          await keepKey(connection, message, options.key, contextOf(command).home);
      });
    });
}

/** What the page says to what was sent. @throws {AnswerNotTaken} */
function report(output: Output, page: Page): void {
  if (page.status >= 400 || page.problems.length > 0) throw new AnswerNotTaken(page);
  output.data({ heading: page.heading, text: page.text });
  output.line(page.text);
}

/** @throws {NothingToDelegate} */
async function delegate(page: Page, delegateTo: string, delegateReason = ''): Promise<Page> {
  if (page.reassign === undefined) throw new NothingToDelegate(page);
  const asksWhy = page.reassign.fields.some(({ name }) => name === 'delegateReason');
  return sendForm(page, { delegateTo, ...(asksWhy && { delegateReason }) }, page.reassign);
}

async function linkOf({ control }: Connection, message: string): Promise<string> {
  if (/^https?:/.test(message)) return message;
  const mail = findMail(await control.mailbox(), message);
  const link = linkIn(mail) ?? enrolmentLinkIn(mail);
  if (link === undefined) throw new NothingAsked(mail.subject);
  return link;
}

/** Keeps the key by which an answer was taken, as that of the message's reader: `jaring play` and `jaring code show` use it. */
async function keepKey({ control }: Connection, message: string, key: string, home: string): Promise<void> {
  // By a link alone it is not known whose it is.
  if (/^https?:/.test(message)) return;
  const [address] = findMail(await control.mailbox(), message).to;
  if (address === undefined) return;
  const authenticators = keptAuthenticators(home);
  authenticators.add(address, new TOTP({ secret: secretOf(key), label: address }).toString());
  authenticators.take(address, (await control.clock()).now);
}

function secretOf(key: string): Secret {
  return Secret.fromBase32(key.replaceAll(/\s/g, ''));
}

/** What an authenticator with this key would show now. @throws {UnreadableArgument} */
async function codeNow({ control }: Connection, key: string): Promise<string> {
  const { now } = await control.clock();
  try {
    return TOTP.generate({ secret: secretOf(key), timestamp: Date.parse(now) });
  } catch {
    throw new UnreadableArgument('The key', key, 'letters and the digits 2 to 7, as the page shows it');
  }
}

async function upload(page: Page, file: string): Promise<void> {
  const [name, path] = pairOf(file, '--file');
  const upload = page.uploads.find((one) => one.name === name);
  if (upload === undefined) throw new NoSuchUpload(name, page);
  const bytes = await readFile(path).catch(() => {
    throw new UnreadableArgument('The file', path, 'the path of a file');
  });
  await sendFile(upload, { name: basename(path), type: typeByName(path), bytes });
}

function valuesOf(pairs: readonly string[]): Record<string, string[]> {
  const values: Record<string, string[]> = {};
  for (const pair of pairs) {
    const [name, value] = pairOf(pair, '--set');
    values[name] = [...(values[name] ?? []), value];
  }
  return values;
}

function pairOf(text: string, option: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new UnreadableArgument(option, text, 'name=value');
  return [text.slice(0, at), text.slice(at + 1)];
}

function showPage(page: Page, delegates: readonly string[], output: Output): void {
  output.data({
    heading: page.heading,
    text: page.text,
    fields: page.answer?.fields ?? [],
    uploads: page.uploads,
    delegates,
  });
  output.line(page.text);
  if (page.answer !== undefined && page.answer.fields.length > 0) {
    output.line('\nFields (--set name=value)');
    output.table(
      [{ title: 'name' }, { title: 'kind' }, { title: 'needed' }, { title: 'choices' }],
      page.answer.fields
        .filter(({ type }) => type !== 'hidden')
        .map(({ name, type, required, choices }) => [name, type, required ? 'yes' : '', choices.join(', ')]),
    );
  }
  if (page.uploads.length > 0) {
    output.line('\nFiles (--file type=path)');
    for (const { name, accept } of page.uploads) output.line(`  ${name}: ${accept.join(', ')}`);
  }
  if (delegates.length > 0) output.line(`\nCan go to (--delegate): ${delegates.join(', ')}`);
}

/** Those to whom the page lets it be delegated. */
function delegatesOf({ reassign }: Page): string[] {
  return (reassign?.fields ?? []).flatMap(({ choices }) => choices).filter((choice) => choice !== '');
}
