/**
 * Text in the Latin characters that banks take in ISO 20022 messages: `a–z A–Z 0–9 / - ? : ( ) . , ' +` and space.
 *
 * Letters of other scripts are spelled in Latin ones, so that a clerk can still see whose account it is. Marks that
 * have no counterpart follow the banks' usual conversions (EPC217-08); pictures and what cannot be seen are left out.
 */
import anyAscii from 'any-ascii';

const conversions: Readonly<Record<string, string>> = {
  ...{ '&': '+', _: '-', '~': '-', ';': ',', '!': '.', '"': "'", '`': "'" },
  ...{ '<': '(', '[': '(', '{': '(', '>': ')', ']': ')', '}': ')', '|': '/', '\\': '/' },
};

function converted(text: string): string {
  return text
    .replaceAll(/[&_~;!"`<[{>\]}|\\]/g, (mark) => conversions[mark] ?? ' ')
    .replaceAll(/[^A-Za-z0-9/\-?:().,'+ ]/g, ' ');
}

/**
 * The text in allowed characters, not longer than `maximum`; empty if no letter and no digit is left of it.
 *
 * A slash neither begins nor ends it, nor are there two in a row: banks read those as codes of their own.
 */
export function latinText(text: string, maximum: number): string {
  // Cut before it is read: no name is longer, and what is spelled out only grows.
  const visible = text.slice(0, 4 * maximum).replaceAll(/\p{Extended_Pictographic}|\p{Cf}/gu, '');
  const latin = converted(anyAscii(visible.normalize('NFC')))
    .replaceAll(/\/{2,}/g, '/')
    .replaceAll(/ {2,}/g, ' ');
  const cut = trimmed(trimmed(latin).slice(0, maximum));
  return /[A-Za-z0-9]/.test(cut) ? cut : '';
}

function trimmed(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && (text[from] === ' ' || text[from] === '/')) from++;
  while (from < to && (text[to - 1] === ' ' || text[to - 1] === '/')) to--;
  return text.slice(from, to);
}
