/**
 * What a bank writes into `:86:`, in the ways that banks have: words between slashes (`/EREF/…/REMI/…`), words with a plus
 * (`EREF+…SVWZ+…`), with a colon (`EREF: …`), and the subfields of the German banks (`166?00…?20…?32…`).
 *
 * An EndToEndId is longer than the 16 characters of `:61:`, so it stands here, behind `EREF`. What is not marked so is not guessed.
 */
import { reasonAbout } from '#domain/money/bank-codes.ts';
import type { BankReason, TransferDetail } from '#domain/money/bank-entry.ts';
import { present } from '#domain/present.ts';

export interface Information {
  /** All that differ: a name may hold such a word too. */
  endToEndIds: string[];
  instructionId?: string;
  mandateId?: string;
  returnReason?: BankReason;
  counterparty?: NonNullable<TransferDetail['counterparty']>;
  text: string;
}

/** More than `:86:` can hold (6 × 65), which banks exceed. */
const maxText = 1000;
/** Where a line ended, and where one was full, so that it may go on in the next. */
const ended = '\n';
const full = '\u{b}';
const ends = /[\n\v]/g;

const nothing: Information = { endToEndIds: [], text: '' };

/** Subfields hold 27 characters. */
const subfieldWidth = 27;

/** @param lines of all `:86:` of one entry @param width at which the bank cuts them */
export function informationIn(lines: readonly string[], width: number): Information {
  const [first] = lines;
  if (first === undefined) return nothing;
  const structured = /^ ?\d{3}[?>@#]\d\d/.test(first);
  const { text, subfields } = structured
    ? subfieldsIn(lines.join(''))
    : { text: joinedUp(lines, width), subfields: undefined };
  const information: Information = {
    endToEndIds: valuesOf(text, 'EREF'),
    text: structured ? plain(text) : plain(joinedUp(lines, width, '', ' ')),
  };
  const [returned] = structured ? none : valuesOf(text, 'RTRN');
  const [instructionId] = valuesOf(text, 'KREF');
  const [mandateId] = valuesOf(text, 'MREF');
  const counterparty = counterpartyOf(text, subfields);
  if (instructionId !== undefined) information.instructionId = instructionId;
  if (mandateId !== undefined) information.mandateId = mandateId;
  if (returned !== undefined) information.returnReason = reasonOf(returned);
  if (counterparty !== undefined) information.counterparty = counterparty;
  return information;
}

/** As it is shown: without the signs of where lines ended. */
function plain(text: string): string {
  const shown = text.length > maxText ? text.slice(0, maxText) : text;
  return (isOneLine(shown) ? shown : shown.replaceAll(full, '').replaceAll(ended, ' ')).trim();
}

function isOneLine(text: string): boolean {
  return !text.includes(ended) && !text.includes(full);
}

/** @param whereFull what stands for the end of a line that fills the width @param whereEnded and for that of another */
function joinedUp(pieces: readonly string[], width: number, whereFull = full, whereEnded = ended): string {
  let text = pieces[0] ?? '';
  for (let index = 1; index < pieces.length; index += 1)
    text += `${(pieces[index - 1]?.length ?? 0) >= width ? whereFull : whereEnded}${pieces[index]}`;
  return text;
}

/** `AC04`, or `/RTRN/AC04 ACCOUNT CLOSED`. */
function reasonOf(value: string): BankReason {
  const [code = '', ...words] = value.split(' ');
  return present<BankReason>({
    code: /^[A-Z]{2}\d{2}$|^[A-Z]{4}$/.test(code) ? code : undefined,
    proprietary: /^[A-Z]{2}\d{2}$|^[A-Z]{4}$/.test(code) ? undefined : code.slice(0, 40),
    text: words.length === 0 ? undefined : words.join(' ').slice(0, 500),
    about: reasonAbout(code),
  });
}

/** The subfields by their numbers, and those of the remittance (20–29, 60–63) as one text that is cut where each of them ended. */
function subfieldsIn(joined: string): { text: string; subfields: Map<string, string> } {
  const sign = joined.trimStart()[3] ?? '?';
  const subfields = new Map<string, string>();
  const texts: string[] = [];
  for (const part of joined.split(sign).slice(1)) {
    const number = part.slice(0, 2);
    const value = part.slice(2);
    if (!/^\d\d$/.test(number)) {
      // The sign stood in a text.
      texts.push(`${texts.pop() ?? ''}${sign}${part}`);
      continue;
    }
    subfields.set(number, `${subfields.get(number) ?? ''}${value}`);
    if (/^2\d$|^6[0-3]$/.test(number)) texts.push(value);
  }
  return { text: joinedUp(texts, subfieldWidth), subfields };
}

function counterpartyOf(
  text: string,
  subfields: Map<string, string> | undefined,
): Information['counterparty'] {
  if (subfields === undefined) {
    const [name] = valuesOf(text, 'NAME');
    return name === undefined ? undefined : { name };
  }
  const name = `${subfields.get('32') ?? ''}${subfields.get('33') ?? ''}`.trim();
  const found = present<NonNullable<Information['counterparty']>>({
    name: name === '' ? undefined : name,
    account: subfields.get('31')?.trim() || undefined,
    bank: subfields.get('30')?.trim() || undefined,
  });
  for (const _ in found) return found;
  return undefined;
}

/** Words that banks mark so; behind each of them another value begins. */
const plusWords = /(?:EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|PURP|COAM|OAMT|IBAN|BIC|RTRN|REMI)[+]|MTLG:/;
/** An id of ours. */
const ourId = /^P-[0-9A-Z]{10}-\d\d-\d\d$/;
const ourIdLength = 18;
/** Values of one word that are looked at: of a text that holds thousands of them none is believed. */
const maxValues = 20;
const maxValue = 200;

const none: string[] = [];

/** The different values behind the word, in whichever way it is marked. */
function valuesOf(text: string, word: string): string[] {
  const first = text.indexOf(word);
  // Nearly always: most words stand in no entry.
  if (first === -1) return none;
  const values: string[] = [];
  for (let from = first, seen = 0; from !== -1 && seen < maxValues; from = text.indexOf(word, from + 1)) {
    seen += 1;
    const behind = from + word.length;
    const mark = text[behind];
    const slashed = mark === '/' && text[from - 1] === '/';
    if (!slashed && mark !== '+' && mark !== ':') continue;
    const value = valueAt(text.slice(behind + 1, behind + 1 + maxValue), slashed);
    if (value !== '' && !values.includes(value)) values.push(value);
  }
  return values;
}

/** One value: to the next sign or word that begins another; and where a line ended, only if it went on. */
function valueAt(rest: string, slashed: boolean): string {
  const value = slashed ? before(rest, rest.indexOf('/')) : before(rest, nextWord(rest));
  // Nearly always.
  if (isOneLine(value)) {
    const trimmed = value.trim();
    if (trimmed.length <= ourIdLength) return trimmed;
    const [word = ''] = trimmed.split(/[\s?]/, 1);
    return ourId.test(word) ? word : trimmed;
  }
  const pieces = value.split(ends);
  const begun = pieces[0]?.trim() ?? '';
  // An id of ours is complete where it is, whether a line ended within it or behind it.
  if (begun !== '' || value.startsWith(full))
    for (let length = 1; length <= pieces.length; length += 1) {
      const [word = ''] = pieces.slice(0, length).join('').trim().split(/[\s?]/);
      if (ourId.test(word)) return word;
    }
  return before(value, value.indexOf(ended)).replaceAll(full, '').trim();
}

function before(text: string, end: number): string {
  return end === -1 ? text : text.slice(0, end);
}

/** Where a marked word begins, also one that a line end cuts; -1 where none does. */
function nextWord(text: string): number {
  const whole = text.search(ends) === -1;
  const found = (whole ? text : text.replaceAll(ends, '')).search(plusWords);
  if (whole || found === -1) return found;
  let at = 0;
  for (let left = found; left > 0 || text[at] === ended || text[at] === full; at += 1)
    if (text[at] !== ended && text[at] !== full) left -= 1;
  return at;
}
