/**
 * What a reply by mail can say: one word, and after it the reason.
 *
 * The word becomes one of the outcomes that the ask's form offers, so a reply says nothing that the form could not.
 * Kinds that ask for more than a decision and a reason (dates, papers, figures) are answered on their page.
 */

import { type AskKind, kindOf } from './ask-kinds.ts';
import type { FormFields } from './forms.ts';
import { type ReplyWord, replyWords } from './kind.ts';

/** The words that answer an ask of this kind; none where only its page does. */
export function wordsFor(kind: AskKind): ReplyWord[] {
  const meanings = kindOf(kind).replyWords ?? {};
  return (['approve', 'reject', 'return'] as const).filter((word) => meanings[word] !== undefined);
}

/** The outcome that a word stands for; undefined where it stands for none. */
export function outcomeOfWord(kind: AskKind, word: ReplyWord): string | undefined {
  return kindOf(kind).replyWords?.[word];
}

/** A reply as it was understood. */
export interface Reply {
  word: ReplyWord;
  /** What follows the word, trimmed; may be empty. */
  reason: string;
}

/** The word stands first, however it is written; what separates it from the reason is left out. */
const opening = new RegExp(
  `^[\\s"'*_“”‘’>«»]*(${Object.values(replyWords).flat().join('|')})(?![\\p{L}\\p{N}_-])[\\s"'*_“”‘’«».,:;!–—-]*`,
  'iu',
);

/**
 * Reads what a person wrote themselves, without what their mail quotes.
 *
 * @returns undefined when it does not begin with one of the words
 */
export function readReply(text: string): Reply | undefined {
  const found = opening.exec(text);
  const written = found?.[1]?.toUpperCase();
  const word = (['approve', 'reject', 'return'] as const).find((one) =>
    replyWords[one].some((form) => form === written),
  );
  return word === undefined ? undefined : { word, reason: text.slice(found?.[0].length).trim() };
}

/** The reply as the fields of the ask's form: the reason goes where the form has a place for one with that outcome. */
export function replyAsForm(kind: AskKind, outcome: string, reason: string): FormFields {
  const place = kindOf(kind).form.fields.find(
    ({ name, onlyFor }) =>
      (name === 'reason' || name === 'note') && (onlyFor === undefined || onlyFor.includes(outcome)),
  );
  return { outcome, ...(place !== undefined && reason !== '' && { [place.name]: reason }) };
}
