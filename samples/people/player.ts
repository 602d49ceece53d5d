/**
 * Plays all the people at once: reads the mail that was really sent, opens the links in it, uploads what the pages ask
 * for and answers. It knows nothing of the application but what mails and pages say.
 */

import { askForms } from '#domain/ask-forms.ts';
import { type AskKind, askKinds } from '#domain/ask-kinds.ts';
import { fileOfType } from '../groups.ts';
import { linkIn, type Mail, proposalIn, readMailbox } from './mailbox.ts';
import { openPage, type Page, PageRefused, sendFile, sendForm } from './page.ts';
import type { ChosenFile, Replies, Reply, Situation } from './replies.ts';

/** Something that a person did. */
export interface Deed {
  situation: Situation;
  reply: NonNullable<Reply>;
  /** How many files were uploaded. */
  files: number;
}

/** A page refused what a person answered, again and again. */
export class AnswerRefused extends Error {
  override readonly name = 'AnswerRefused';
  constructor({ kind, person }: Situation, page: Page) {
    const problems = page.problems.length > 0 ? page.problems.join('; ') : page.text.slice(0, 800);
    super(`${person}, asked for ${kind}, was refused (${page.status}): ${problems}`);
  }
}

export interface PlayerSettings {
  /** Of the embedded cloud, for its mailbox. */
  endpoint: string;
  replies: Replies;
  /** How many people act at the same time. */
  atOnce?: number;
  /** What messages that came together are put in order by; as they came unless told. */
  inOrderOf?: (mail: Mail) => string;
  /** Told each deed, in the order of the mails. */
  did?: (deed: Deed) => void;
}

/** How often a refused answer is mended before giving up. */
const attempts = 4;

export class People {
  readonly #settings: PlayerSettings;
  /** The newest message that was read. */
  #last: string | undefined;
  /** Messages that were read and not dealt with. */
  #left: ReadonlySet<Mail> = new Set();

  constructor(settings: PlayerSettings) {
    this.#settings = settings;
  }

  /**
   * Reads and answers all mail that came since the last time. Returns what was done. Messages that a failure kept people
   * from answering stay for the next time.
   */
  async answerNewMail(): Promise<Deed[]> {
    const { endpoint, inOrderOf } = this.#settings;
    const mails = await readMailbox(endpoint, this.#last);
    this.#last = mails.at(-1)?.id ?? this.#last;
    if (inOrderOf !== undefined) mails.sort((one, other) => (inOrderOf(one) < inOrderOf(other) ? -1 : 1));
    const left = new Set([...this.#left, ...mails]);
    this.#left = left;
    const deeds: Deed[] = [];
    const waiting = new Map<number, Deed | undefined>();
    let told = 0;
    const tell = (index: number, done: Deed | undefined) => {
      waiting.set(index, done);
      for (; waiting.has(told); told++) {
        const deed = waiting.get(told);
        if (deed === undefined) continue;
        deeds.push(deed);
        this.#settings.did?.(deed);
      }
    };
    const queue = [...left].entries();
    const failures: unknown[] = [];
    const work = async () => {
      for (const [index, mail] of queue) {
        let deed: Deed | undefined;
        try {
          deed = await this.#answer(mail);
          left.delete(mail);
        } catch (error) {
          failures.push(error);
        }
        tell(index, deed);
      }
    };
    await Promise.all(Array.from({ length: this.#settings.atOnce ?? 4 }, work));
    if (failures.length > 0) throw failures[0];
    return deeds;
  }

  async #answer(mail: Mail): Promise<Deed | undefined> {
    const link = linkIn(mail);
    const proposalId = proposalIn(mail);
    if (link === undefined || proposalId === undefined) return undefined;
    let page = await openPage(link);
    if (page.status >= 500) throw new PageRefused('The page', page.status, page.text);
    // Answered before, by this person or in another's place: the page says so and has no form.
    if (page.answer === undefined) return undefined;
    const kind = kindOf(page);
    if (kind === undefined) return undefined;
    const today = jakartaDay(mail.at);
    const situation: Situation = { kind, proposalId, person: mail.to[0] ?? '', mail, page, today };
    let files = 0;
    for (let attempt = 0; attempt < attempts; attempt++) {
      const reply = await this.#settings.replies[kind]?.({ ...situation, page });
      if (reply === undefined) return undefined;
      if (reply.files !== undefined) {
        await sendChosen(page, reply.files);
        return { situation, reply, files: reply.files.length };
      }
      files += await sendWanted(page, situation, attempt);
      page = await sendForm(page, reply.fields);
      if (page.status < 400 && page.problems.length === 0) return { situation, reply, files };
    }
    throw new AnswerRefused(situation, page);
  }
}

/** What a page asks for, by its heading. */
export function kindOf(page: Page): AskKind | undefined {
  return askKinds.find((kind) => page.heading.startsWith(askForms[kind].title.id));
}

/** A file for every paper that the page says is missing. */
async function sendWanted(page: Page, situation: Situation, attempt: number): Promise<number> {
  let files = 0;
  for (const upload of page.uploads) {
    for (let copy = 1; copy <= upload.wanted; copy++) {
      const type = upload.accept.find((one) => one.startsWith('image/')) ?? upload.accept[0] ?? '';
      const { kind, person, mail, proposalId } = situation;
      const { bytes, ending } = fileOfType(type, [
        ...[upload.name, proposalId, kind, person, mail.at],
        `${attempt}.${copy}`,
      ]);
      await sendFile(upload, { name: `${upload.name}-${attempt}-${copy}.${ending}`, type, bytes });
      files += 1;
    }
  }
  return files;
}

/** The page has no place for a file that somebody wants to send. */
export class NoPlaceForFile extends Error {
  override readonly name = 'NoPlaceForFile';
  constructor(upload: string, page: Page) {
    super(
      `"${page.heading}" takes no ${upload}; it takes ${page.uploads.map(({ name }) => name).join(', ')}`,
    );
  }
}

async function sendChosen(page: Page, files: readonly ChosenFile[]): Promise<void> {
  for (const file of files) {
    const upload = page.uploads.find(({ name }) => name === file.upload);
    if (upload === undefined) throw new NoPlaceForFile(file.upload, page);
    await sendFile(upload, file);
  }
}

const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Jakarta', dateStyle: 'short' });

function jakartaDay(moment: string): string {
  return day.format(new Date(moment));
}
