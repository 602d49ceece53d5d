/**
 * Text as it can be printed: what people type may hold marks that turn the direction of a line, letters that no font
 * here has, and pictures.
 */

/** Where a letter is missing, so that a reader sees that something stood there. */
const missing = '□';

/**
 * Composed (NFC), without controls and invisible marks; a letter that the fonts lack is a square. Line ends stay.
 *
 * @param has whether the fonts have the code point
 */
export function printable(text: string, has: (codePoint: number) => boolean): string {
  return [...text.normalize('NFC').replace(/\r\n?/g, '\n').replace(/\t/g, ' ')]
    .map((letter) => {
      if (letter === '\n') return letter;
      if (/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(letter)) return '';
      return has(letter.codePointAt(0) ?? 0) ? letter : missing;
    })
    .join('');
}
