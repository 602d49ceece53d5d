/**
 * What a person wrote themselves in a mail that quotes another: above the quotation, below it, or between.
 *
 * Mail clients mark what they quote by `>`, by a line that says who wrote when, or by the header of the mail that is
 * quoted; Indonesian ones in Indonesian. Every pattern is read in one pass over one line, because the text is a stranger's.
 */

/** More of a mail is not looked at: a reason has at most 2,000 characters. */
const longestRead = 65_536;
/** The maximum of lines of an attribution, as clients wrap them. */
const attributionLines = 4;

const quoted = /^\s{0,8}>/;
/** RFC 3676, section 4.3. */
const signature = /^-- ?$/;
const sentFrom = /^\s*(sent from|dikirim dari|terkirim dari|get outlook for|dapatkan outlook)\b/i;
const separator =
  /^\s*(_{10,}|-{2,} ?(original message|pesan asli|pesan asal|forwarded message|pesan terusan|pesan yang diteruskan) ?-{2,})\s*$/i;
const author = /^\s*\*?(from|dari|pengirim)\*?\s*:/i;
const otherHeader =
  /^\s*\*?(sent|date|to|subject|dikirim|terkirim|tanggal|kepada|ke|untuk|perihal|subjek)\*?\s*:/i;
const attributionStart = /^\s*(on|pada)\s/i;
const attributionEnd = /\b(wrote|menulis)\s*:\s*$/i;
const attributionByName = /<[^<>\s]+@[^<>\s]+>\s+(wrote|menulis)\b.{0,200}:\s*$/i;

/** How many lines from here on say who wrote the quotation below; 0 where none does. */
function attributionAt(lines: readonly string[], start: number): number {
  const first = lines[start] ?? '';
  if (first.length < 500 && attributionByName.test(first)) return 1;
  if (!attributionStart.test(first)) return 0;
  for (let count = 1; count <= attributionLines; count++) {
    const line = lines[start + count - 1] ?? '';
    if (count > 1 && line.trim() === '') return 0;
    if (attributionEnd.test(line)) return count;
  }
  return 0;
}

function isHeaderAt(lines: readonly string[], start: number) {
  return (
    author.test(lines[start] ?? '') &&
    lines.slice(start + 1, start + 5).some((line) => otherHeader.test(line))
  );
}

/** @param text a mail's plain text */
export function ownWords(text: string): string {
  const lines = text.slice(0, longestRead).split(/\r\n|\r|\n/);
  const own: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (signature.test(line) || separator.test(line) || isHeaderAt(lines, at)) break;
    if (quoted.test(line) || sentFrom.test(line)) continue;
    const attribution = attributionAt(lines, at);
    if (attribution === 0) {
      own.push(line);
      continue;
    }
    // What follows an attribution without marks is the quotation itself.
    const next = lines.slice(at + attribution).find((below) => below.trim() !== '');
    if (next === undefined || !quoted.test(next)) break;
    at += attribution - 1;
  }
  return own.join('\n').trim();
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '–',
  mdash: '—',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  hellip: '…',
};

function character(code: number): string {
  return code > 0 && code <= 0x10_ff_ff && (code < 0xd8_00 || code > 0xdf_ff)
    ? String.fromCodePoint(code)
    : '';
}

function decoded(text: string) {
  return text.replaceAll(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]{2,8}));?/g,
    (whole, decimal, hex, name) => {
      if (decimal !== undefined) return character(Number(decimal));
      if (hex !== undefined) return character(Number.parseInt(hex, 16));
      return entities[String(name)] ?? whole;
    },
  );
}

/** Elements whose text is not shown. */
const unread = new Set(['head', 'script', 'style', 'title']);
/** Elements that begin a line of their own. */
const block = new Set([
  'br',
  'p',
  'div',
  'tr',
  'li',
  'ul',
  'ol',
  'table',
  'blockquote',
  'hr',
  'h1',
  'h2',
  'h3',
  'pre',
]);

/**
 * A mail's HTML as plain text, for mails that have no other; what is quoted gets the mark that plain text has.
 *
 * @returns lines as `ownWords` reads them
 */
export function htmlAsText(html: string): string {
  let text = '';
  let quotations = 0;
  let skipping: string | undefined;
  const write = (piece: string) => {
    if (skipping !== undefined) return;
    text +=
      quotations > 0 && (text === '' || text.endsWith('\n')) && piece.trim() !== '' ? `> ${piece}` : piece;
  };
  for (const [piece] of html.slice(0, 4 * longestRead).matchAll(/<!--|<[^<>]{1,2000}>|[^<]+|</g)) {
    if (!piece.startsWith('<') || piece === '<' || piece === '<!--') {
      write(decoded(piece.replaceAll(/\s+/g, ' ')));
      continue;
    }
    const [, end, tag = ''] = /^<(\/?)\s*([a-zA-Z][a-zA-Z0-9]*)/.exec(piece) ?? [];
    const name = tag.toLowerCase();
    if (skipping !== undefined) {
      if (end === '/' && name === skipping) skipping = undefined;
      continue;
    }
    if (unread.has(name) && end !== '/') skipping = name;
    if (name === 'blockquote') quotations = Math.max(0, quotations + (end === '/' ? -1 : 1));
    if (block.has(name)) text += '\n';
  }
  return text
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}
