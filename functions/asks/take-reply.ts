/**
 * Reads a mail that SES laid into the inbox, and takes it as an answer or answers it.
 *
 * A mail that is larger than a reply may be is not read beyond its head. The mail stays in the inbox for as long as
 * old packets do; what it decided is in the record.
 *
 * A mail to the address for replies: taken as the answer to an ask, answered with what to do, or left alone.
 *
 * It is taken only if it is proven to come from the address that was asked, answers a mail of that ask, and decides
 * nothing about money; then it goes the very way of the form. A machine's mail and one that anyone may have written
 * are never answered: the one could answer for ever, the other would reach an uninvolved person.
 */

import '#functions/behaviours.ts';
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { type Ask, needsCode } from '#domain/asks/ask.ts';
import { type AskKind, kindOf } from '#domain/asks/ask-kinds.ts';
import type { ReplyWord } from '#domain/asks/kind.ts';
import { outcomeOfWord, readReply, replyAsForm, wordsFor } from '#domain/asks/reply.ts';
import { type Bilingual, both, writtenWithoutPlace } from '#domain/text/bilingual.ts';
import type { Language } from '#domain/text/language.ts';
import { jakartaDate } from '#domain/working-days.ts';
import { type AskContext, isAnswerable, openMailedAsk } from '#functions/asks/ask-context.ts';
import { type AskMailDeps, addresseeOf, askUrl } from '#functions/asks/ask-mails.ts';
import { recordAndReport } from '#functions/asks/late-denial.ts';
import type { AnswerDeps } from '#functions/asks/record-answer.ts';
import { type ValidateDeps, validateAnswer } from '#functions/asks/validate-answer.ts';
import type { ReplyRefusal } from '#functions/notifications/messages/reply-messages.ts';
import { postOf } from '#functions/notifications/post.ts';
import type { IncomingMail } from '#functions/notifications/replies/incoming-mail.ts';
import { readIncomingMail } from '#functions/notifications/replies/incoming-mail.ts';
import { postMessage } from '#functions/notifications/write-message.ts';
import { s3, stepFunctions } from '#functions/runtime/clients.ts';
import { eventHandler } from '#functions/runtime/handler.ts';
import { hashAddress } from '#functions/store/addresses.ts';
import type { Store } from '#functions/store/store.ts';

export interface ReplyDeps extends AskMailDeps, ValidateDeps, AnswerDeps {
  store: Store;
}

/** A mail as it lies in the inbox. */
export interface ReceivedReply {
  /** What makes this mail this one, for a mail without an id of its own. */
  key: string;
  mail: IncomingMail;
  /** Whether it is larger than what is read of one; then only its head was. */
  tooLarge: boolean;
  /** When it came (ISO). */
  now: string;
}

/** What became of a mail. `ignored` ones are counted and not answered. */
export type ReplyOutcome =
  | 'taken'
  | `answered: ${ReplyRefusal}`
  | 'ignored: automatic'
  | 'ignored: not proven'
  | 'ignored: unclean'
  | 'ignored: too many';

/** The maximum of replies to an ask that are answered with what to do; more are a responder that does not say so. */
const mostAnswers = 10;

type Opened = Omit<AskContext, 'path' | 'now'>;

/** Takes a mail, or answers it. A second delivery of the same mail does nothing more. */
export async function answerReply(deps: ReplyDeps, received: ReceivedReply): Promise<ReplyOutcome> {
  const { mail, tooLarge, now } = received;
  const { from, authenticity } = mail;
  if (mail.automatic) return 'ignored: automatic';
  if (from === undefined || authenticity === 'unproven') return 'ignored: not proven';
  if (!mail.clean) return 'ignored: unclean';
  if (authenticity === 'plausible') return answerStranger(deps, received, from, 'not-proven');
  const opened = await askOf(deps, mail);
  if (opened === undefined) return answerStranger(deps, received, from, 'no-thread');
  const asked = addresseeOf(opened.subject, opened.ask, opened.person);
  if (asked?.email?.toLowerCase() !== from || opened.barred !== undefined)
    return answerStranger(deps, received, from, 'not-asked');
  const asker = new Answering(deps, received, opened, from, asked.language);
  if (!isAnswerable(opened, now) && !isOwnAnswer(opened)) return asker.refuse('closed');
  if (tooLarge) return asker.refuse('too-large');
  const { ask, by } = opened;
  if (wordsFor(ask.kind).length === 0 || ask.documents.length > 0) return asker.refuse('page-only');
  const reply = readReply(mail.ownText);
  const outcome = reply && outcomeOfWord(ask.kind, reply.word);
  if (reply === undefined || outcome === undefined) return asker.refuse('no-word');
  if (needsCode(ask.kind, outcome)) return asker.refuse('needs-code');
  const values = replyAsForm(ask.kind, outcome, reply.reason);
  const { answer, problems, evidence } = await validateAnswer(deps, { ...opened, values, now });
  if (answer === undefined) return asker.refuse('problems', problems.map(writtenWithoutPlace));
  const recorded = await recordAndReport(deps, {
    askId: ask.id,
    answer,
    by,
    evidence,
    via: 'reply',
    now,
  });
  // A second delivery finds the first one's answer, which is the same.
  const own =
    recorded.status === 'recorded' ||
    (isOwnAnswer({ ask: recorded.ask, by }) &&
      recorded.ask.status === 'answered' &&
      isDeepStrictEqual(recorded.ask.answer, JSON.parse(JSON.stringify(answer))));
  return own ? asker.confirm(outcome) : asker.refuse('closed');
}

/** The ask that a mail answers, by the address for replies that it was sent to. */
async function askOf({ store }: ReplyDeps, mail: IncomingMail): Promise<Opened | undefined> {
  for (const address of mail.to) {
    const answered = await store.messages.answered(address);
    if (answered !== undefined) return openMailedAsk(store, answered);
  }
  return undefined;
}

/** Whether the ask was answered by the same person. */
function isOwnAnswer({ ask, by }: { ask: Ask; by: AskContext['by'] }): boolean {
  return ask.status === 'answered' && JSON.stringify(ask.answeredBy) === JSON.stringify(by);
}

/** The words that a reply to an ask of this kind may begin with. */
function takenWords(kind: AskKind): ReplyWord[] {
  return wordsFor(kind).filter((word) => !needsCode(kind, outcomeOfWord(kind, word) ?? ''));
}

/** An outcome as the form words it. */
function labelOf(kind: AskKind, outcome: string): Bilingual {
  return (
    kindOf(kind)
      .form.fields.find(({ name }) => name === 'outcome')
      ?.options?.find(({ value }) => value === outcome)?.label ?? both(outcome)
  );
}

/** The mail's own id where it has one: a mail that is sent twice is answered once. */
function identityOf({ mail, key }: ReceivedReply) {
  return createHash('sha256')
    .update(mail.messageId ?? key)
    .digest('hex')
    .slice(0, 24);
}

/**
 * Answers a sender who is not known to be the person asked, without a word about any ask; once a day, so that no
 * responder can be kept talking.
 */
async function answerStranger(
  deps: ReplyDeps,
  { mail, now }: ReceivedReply,
  from: string,
  reason: 'no-thread' | 'not-proven' | 'not-asked',
): Promise<ReplyOutcome> {
  await postMessage(deps, {
    id: `reply.${hashAddress(from).slice(0, 24)}.${jakartaDate(now)}`,
    to: from,
    language: 'id',
    template: 'reply-not-taken',
    facts: { reason },
    ...(mail.messageId !== undefined && { answers: mail.messageId }),
    now,
  });
  return `answered: ${reason}`;
}

/** Answers the person who was asked, in the thread of the proposal. */
class Answering {
  readonly #deps: ReplyDeps;
  readonly #received: ReceivedReply;
  readonly #opened: Opened;
  readonly #to: string;
  readonly #language: Language;

  constructor(deps: ReplyDeps, received: ReceivedReply, opened: Opened, to: string, language: Language) {
    this.#deps = deps;
    this.#received = received;
    this.#opened = opened;
    this.#to = to;
    this.#language = language;
  }

  get #common() {
    const { mail, now } = this.#received;
    const { ask } = this.#opened;
    return {
      id: `${ask.id}.reply.${identityOf(this.#received)}`,
      subjectId: ask.subject.id,
      to: this.#to,
      language: this.#language,
      ...(mail.messageId !== undefined && { answers: mail.messageId }),
      now,
    };
  }

  get #about() {
    const { ask, subject } = this.#opened;
    return { subject: subject.facts, kind: ask.kind };
  }

  async refuse(reason: ReplyRefusal, problems?: readonly Bilingual[]): Promise<ReplyOutcome> {
    const deps = this.#deps;
    const { ask, person } = this.#opened;
    const { now } = this.#received;
    const before = await deps.store.messages.list(ask.subject.id);
    const own = `${ask.id}.reply.`;
    const common = this.#common;
    if (before.filter(({ id }) => id.startsWith(own) && id !== common.id).length >= mostAnswers)
      return 'ignored: too many';
    const open = ask.status === 'open';
    await postMessage(deps, {
      ...common,
      template: 'reply-not-taken',
      ...(open && { about: { askId: ask.id, ...(person !== undefined && { personId: person.id }) } }),
      facts: async (linkTo) => ({
        about: this.#about,
        reason,
        ...(problems !== undefined && { problems }),
        ...(open && reason !== 'closed' && ask.documents.length === 0 && { words: takenWords(ask.kind) }),
        ...(open && { url: askUrl(deps, linkTo, ask, { personId: person?.id, now }) }),
      }),
    });
    return `answered: ${reason}`;
  }

  async confirm(outcome: string): Promise<ReplyOutcome> {
    const about = this.#about;
    await postMessage(this.#deps, {
      ...this.#common,
      template: 'reply-taken',
      facts: { ...about, answer: labelOf(about.kind, outcome), at: this.#received.now },
    });
    return 'taken';
  }
}

const detail = z.object({
  object: z.object({ key: z.string(), 'version-id': z.string(), size: z.number() }),
});

/** The largest mail that is read, in bytes. A reply without attachments has a few thousand. */
const largestMail = 10 * 1024 * 1024;
/** So much of a larger one is read: its headers and what SES found out about it. */
const headBytes = 65_536;

export const handler = eventHandler(
  'asks/take-reply',
  detail,
  async ({ object }, { env, store, logger, metrics, now }) => {
    const { key, 'version-id': versionId, size } = object;
    const tooLarge = size > largestMail;
    const { Body } = await s3().send(
      new GetObjectCommand({
        Bucket: env.INBOX_BUCKET,
        Key: key,
        VersionId: versionId,
        ...(tooLarge && { Range: `bytes=0-${headBytes - 1}` }),
      }),
    );
    const mail = await readIncomingMail((await Body?.transformToByteArray()) ?? new Uint8Array());
    const outcome =
      mail === undefined
        ? 'ignored: no mail'
        : await answerReply(
            {
              store,
              s3: s3(),
              uploadsBucket: env.UPLOADS_BUCKET,
              bankBucket: env.BANK_BUCKET,
              linkBaseUrl: env.LINK_BASE_URL,
              stepFunctions: stepFunctions(),
              ...postOf(env),
              logger,
            },
            { key: `${key}#${versionId}`, mail, tooLarge, now },
          );
    logger.info('A reply was received.', { key, size, outcome });
    const [what = 'taken'] = outcome.split(':');
    metrics.addMetric(`Reply${what.slice(0, 1).toUpperCase()}${what.slice(1)}`, 'Count', 1);
  },
);
