/**
 * Plays all the people at once: reads the mail that was really sent, opens the links in it, uploads what the pages ask
 * for and answers. It knows nothing of the application but what mails and pages say.
 *
 * Who decides about money enrols an authenticator by the link in the mail, and gives its code with the answer. A code
 * serves once: who has more such answers to give waits for the next one, page in hand.
 */

import { needsCode } from '#domain/asks/ask.ts';
import { type AskKind, askKinds, kindOf } from '#domain/asks/ask-kinds.ts';
import { type ProblemCode, problemTexts } from '#domain/text/problem-texts.ts';
import { fileOfType } from '#samples/files.ts';
import { Authenticators, nextCodeAfter } from './authenticators.ts';
import { enrolmentLinkIn, linkIn, type Mail, openMailbox, subjectIn } from './mailbox.ts';
import { openPage, type Page, PageRefused, sendFile, sendForm } from './page.ts';
import type { ChosenFile, Replies, Reply, Situation } from './replies.ts';

/** Something that a person did. */
export interface Deed {
  situation: Situation;
  reply: NonNullable<Reply>;
  /** How many files were uploaded. */
  files: number;
  /** Whether a one-time code was given with it. */
  coded: boolean;
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
  /** Whether they look at the page that an answer leads to, as browsers do; by default they do. */
  lookAfterwards?: boolean;
  /** What messages that came together are put in order by; by default as they came. */
  inOrderOf?: (mail: Mail) => string;
  /** Called with each deed, in the order of the mails. */
  did?: (deed: Deed) => void;
  /** Called for each person who has enrolled an authenticator, with the message that invited them. */
  enrolled?: (mail: Mail) => void;
  /** What becomes of each message that waits; those that it leaves out wait on. By default all are dealt with now. */
  choose?: (waiting: readonly Mail[], now: string) => Promise<Choice>;
  /** What they have enrolled before, and where their next secrets go; by default none. */
  authenticators?: Authenticators;
}

/** What becomes of messages: they are dealt with now, or never. */
export type Choice = ReadonlyMap<Mail, 'now' | 'never'>;

/** How often a refused answer is corrected before giving up. */
const attempts = 4;

/** An answer that a person has decided on and not given yet. */
interface Decision {
  situation: Situation;
  reply: NonNullable<Reply>;
  /** Whether the page was informed that they have no authenticator, so that it mails them a link to enrol one. */
  asked?: true;
}

export class People {
  readonly #settings: PlayerSettings;
  /** The newest message that was read. */
  #last: string | undefined;
  /** Messages that were read and not dealt with. */
  #left: ReadonlySet<Mail> = new Set();
  readonly #authenticators: Authenticators;
  /** Answers that wait for a code, by their message. */
  readonly #held = new Map<Mail, Decision>();
  /** The cloud's time when the mail was read last: ISO 8601. */
  #now = '';

  constructor(settings: PlayerSettings) {
    this.#settings = settings;
    this.#authenticators = settings.authenticators ?? new Authenticators();
  }

  /** When the next code is there that an answer waits for: ISO 8601. */
  get waitsUntil(): string | undefined {
    const waits = [...this.#held.values()].some(({ situation }) =>
      this.#authenticators.has(situation.person),
    );
    return waits ? nextCodeAfter(this.#now) : undefined;
  }

  /** What a person's authenticator shows at a moment (ISO 8601), for one use; undefined if it was used, or there is none. */
  codeOf(address: string, now: string): string | undefined {
    return this.#authenticators.take(address, now);
  }

  /**
   * Reads and answers all mail that came since the last time. Returns what was done. Messages that a failure kept people
   * from answering stay for the next time.
   */
  async answerNewMail(): Promise<Deed[]> {
    const { endpoint, inOrderOf } = this.#settings;
    const { now, mails } = await openMailbox(endpoint, this.#last);
    this.#now = now;
    this.#last = mails.at(-1)?.id ?? this.#last;
    if (inOrderOf !== undefined) mails.sort((one, other) => (inOrderOf(one) < inOrderOf(other) ? -1 : 1));
    const left = new Set([...this.#left, ...mails]);
    this.#left = left;
    const deeds: Deed[] = [];
    const waiting = new Map<number, Deed | undefined>();
    let reported = 0;
    const report = (index: number, done: Deed | undefined) => {
      waiting.set(index, done);
      for (; waiting.has(reported); reported++) {
        const deed = waiting.get(reported);
        if (deed === undefined) continue;
        deeds.push(deed);
        this.#settings.did?.(deed);
      }
    };
    const failures: unknown[] = [];
    const dealWith = async (mail: Mail, deal: () => Promise<Deed | 'later' | undefined>) => {
      try {
        const done = await deal();
        if (done !== 'later') left.delete(mail);
        return done === 'later' ? undefined : done;
      } catch (error) {
        failures.push(error);
        return undefined;
      }
    };
    const chosen = await this.#chosen(left);
    const enrolments = chosen.filter((mail) => enrolmentLinkIn(mail) !== undefined);
    // One person follows one link after the other: of several, the first is enough.
    const links = Map.groupBy(enrolments, (mail) => mail.to[0]);
    await this.#together([...links.values()], async (mails) => {
      for (const mail of mails) await dealWith(mail, () => this.#enrol(mail));
    });
    const queue = chosen.filter((mail) => enrolmentLinkIn(mail) === undefined);
    await this.#together(queue, async (mail, index) =>
      report(index, await dealWith(mail, () => this.#answer(mail))),
    );
    if (failures.length > 0) throw failures[0];
    return deeds;
  }

  /** Those of the messages that are dealt with now, in their order; those never to be dealt with are forgotten. */
  async #chosen(waiting: Set<Mail>): Promise<Mail[]> {
    const { choose } = this.#settings;
    if (choose === undefined || waiting.size === 0) return [...waiting];
    const choice = await choose([...waiting], this.#now);
    for (const [mail, what] of choice) {
      if (what === 'now') continue;
      waiting.delete(mail);
      this.#held.delete(mail);
    }
    return [...waiting].filter((mail) => choice.get(mail) === 'now');
  }

  /** Deals with items in their order, several at the same time. */
  async #together<Item>(
    items: readonly Item[],
    deal: (item: Item, index: number) => Promise<void>,
  ): Promise<void> {
    const queue = items.entries();
    const work = async () => {
      for (const [index, item] of queue) await deal(item, index);
    };
    await Promise.all(Array.from({ length: this.#settings.atOnce ?? 4 }, work));
  }

  /** Takes over the secret behind a link to enrol, and proves it. */
  async #enrol(mail: Mail): Promise<undefined> {
    const person = mail.to[0] ?? '';
    const invitation = await openPage(enrolmentLinkIn(mail) ?? '');
    if (invitation.status >= 500) throw new PageRefused('The page', invitation.status, invitation.text);
    // Used, or one of another secret has come since: there is nothing to do.
    if (invitation.answer === undefined) return;
    const secret = await sendForm(invitation, { show: 'qr' });
    if (secret.authenticator === undefined) throw new PageRefused('Enrolling', secret.status, secret.text);
    this.#authenticators.add(person, secret.authenticator);
    const code = this.#authenticators.take(person, this.#now) ?? '';
    const enrolled = await sendForm(secret, { code });
    if (enrolled.status >= 400) throw new PageRefused('Enrolling', enrolled.status, enrolled.text);
    this.#settings.enrolled?.(mail);
  }

  async #answer(mail: Mail): Promise<Deed | 'later' | undefined> {
    const decision = this.#held.get(mail) ?? (await this.#decide(mail));
    const done = decision === undefined ? undefined : await this.#carryOut(decision);
    if (decision !== undefined && done === 'later') this.#held.set(mail, decision);
    else this.#held.delete(mail);
    return done;
  }

  /** What the message's reader will answer, if it asks for anything. */
  async #decide(mail: Mail): Promise<Decision | undefined> {
    const link = linkIn(mail);
    const subjectId = subjectIn(mail);
    if (link === undefined || subjectId === undefined) return undefined;
    const page = await openPage(link);
    if (page.status >= 500) throw new PageRefused('The page', page.status, page.text);
    // Answered before, by this person or in another's place: the page says so and has no form.
    if (page.answer === undefined) return undefined;
    const kind = kindAsked(page);
    if (kind === undefined) return undefined;
    const today = jakartaDay(mail.at);
    const situation: Situation = { kind, subjectId, person: mail.to[0] ?? '', mail, page, today };
    const reply = await this.#settings.replies[kind]?.(situation);
    return reply && { situation, reply };
  }

  async #carryOut(decision: Decision): Promise<Deed | 'later' | undefined> {
    const { situation } = decision;
    const { kind, person } = situation;
    let { page } = situation;
    let reply: Reply = decision.reply;
    let files = 0;
    let code: string | undefined;
    for (let attempt = 0; attempt < attempts; attempt++) {
      if (attempt > 0) reply = await this.#settings.replies[kind]?.({ ...situation, page });
      if (reply === undefined) return undefined;
      if (reply.files !== undefined) {
        await sendChosen(page, reply.files);
        return { situation, reply, files: reply.files.length, coded: false };
      }
      if (isCoded(kind, reply)) {
        code ??= this.#authenticators.take(person, this.#now);
        const waits = this.#authenticators.has(person) || decision.asked === true;
        if (code === undefined && waits) return 'later';
        if (code === undefined) decision.asked = true;
      }
      files += await sendWanted(page, situation, attempt, reply.papers);
      const fields = { ...reply.fields, ...(code !== undefined && { code }) };
      page = await sendForm(page, fields, page.answer, this.#settings.lookAfterwards);
      if (page.status < 400 && page.problems.length === 0)
        return { situation, reply, files, coded: code !== undefined };
      if (says(page, 'code-used') || says(page, 'code-not-enrolled')) return 'later';
      if (says(page, 'code-wrong')) break;
      // Closed to this person since it was opened.
      if (page.status < 500 && page.answer === undefined) return undefined;
    }
    throw new AnswerRefused(situation, page);
  }
}

/** Whether the answer takes a code. */
function isCoded(kind: AskKind, { fields }: NonNullable<Reply>): boolean {
  const outcome = formOf(kind).outcome ?? fields?.outcome;
  if (typeof outcome !== 'string') return false;
  return needsCode(kind, outcome);
}

/** How what a person did ends the ask. */
export function outcomeOf({ situation: { kind }, reply }: Deed): string {
  // A new version of the packet is the answer by itself.
  if (reply.files !== undefined) return 'revised';
  return formOf(kind).outcome ?? String(reply.fields.outcome);
}

function formOf(kind: AskKind) {
  return kindOf(kind).form;
}

/** Whether the page lists this problem. */
function says(page: Page, code: ProblemCode): boolean {
  const [first = ''] = problemTexts[code].id.split('.');
  return page.problems.some((problem) => problem.includes(first));
}

/** What a page asks for, by its heading. */
function kindAsked(page: Page): AskKind | undefined {
  const { heading } = page;
  return askKinds.find((kind) => heading.startsWith(formOf(kind).title.id));
}

/** A file for every paper that the page says is missing; the papers that a person has are not invented. */
async function sendWanted(
  page: Page,
  situation: Situation,
  attempt: number,
  papers: readonly ChosenFile[] = [],
): Promise<number> {
  // What was sent before the page refused the answer lies there already.
  const own = attempt === 0 ? papers : [];
  await sendChosen(page, own);
  let files = own.length;
  for (const upload of page.uploads) {
    if (papers.some((paper) => paper.upload === upload.name)) continue;
    for (let copy = 1; copy <= upload.wanted; copy++) {
      const type = upload.accept.find((one) => one.startsWith('image/')) ?? upload.accept[0] ?? '';
      const { kind, person, mail, subjectId } = situation;
      const { bytes, ending } = fileOfType(type, [
        ...[upload.name, subjectId, kind, person, mail.at],
        `${attempt}.${copy}`,
      ]);
      await sendFile(upload, { name: `${upload.name}-${attempt}-${copy}.${ending}`, type, bytes });
      files += 1;
    }
  }
  return files;
}

/** The page has no place for a file that a person wants to send. */
class NoPlaceForFile extends Error {
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
