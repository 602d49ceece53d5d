/**
 * HTML from templates in which nothing can be forgotten: every interpolated text is escaped, and only what this
 * module made counts as markup.
 */

/** Escaped HTML. Made by `html` only, so a text can never pass for markup. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString() {
    return this.text;
  }
}

/** What may stand in a template: text and numbers are escaped, nothing is written for `undefined` and `false`. */
export type Piece = Markup | string | number | undefined | false | readonly Piece[];

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Text from people as it may be shown: without control characters and without the marks that change the direction of
 * writing (U+200E, U+202A…U+202E, U+2066…U+2069), by which a name could rewrite the words around it. Line breaks and
 * tabs stay.
 */
export function readable(text: string) {
  // The bidirectional marks are named by Unicode TR 36, section 3.
  return text.replaceAll(
    /[\p{Cc}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/gu,
    (mark) => (mark === '\n' || mark === '\t' ? mark : ''),
  );
}

/** Text on one line, for subjects and headers: no line break can start a header of its own. */
export function oneLine(text: string) {
  return readable(text).replaceAll(/\s+/g, ' ').trim();
}

function escaped(text: string) {
  return readable(text).replaceAll(/[&<>"']/g, (mark) => entities[mark] ?? mark);
}

function written(piece: Piece): string {
  if (piece === undefined || piece === false) return '';
  if (piece instanceof Markup) return piece.text;
  if (typeof piece === 'string') return escaped(piece);
  if (typeof piece === 'number') return String(piece);
  return piece.map(written).join('');
}

/** HTML in which every interpolated piece is escaped, unless it is itself the result of `html`. */
export function html(parts: TemplateStringsArray, ...pieces: Piece[]): Markup {
  return new Markup(parts.reduce((text, part, index) => text + written(pieces[index - 1]) + part));
}
