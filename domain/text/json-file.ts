/**
 * JSON files as people and their programs send them.
 *
 * Editors add byte-order marks and save as UTF-16, word processors curl the quotes, scripts leave a comma behind. What
 * cannot mean anything else (an encoding that says what it is, padding at the end) is simply read. Every other fault is
 * named with its place; where what was meant is plain, reading continues after it, so that all faults are found at once
 * and the rest of the content can be judged too. A file with a fault is never as good as one without.
 *
 * The grammar is RFC 8259. Nothing here throws, whatever the bytes are, and no fault quotes the text, which may hold
 * personal data.
 */

/** What is wrong with a file that should be JSON. */
export type JsonFaultKind =
  /** Nothing is in it. */
  | 'empty'
  /** Neither UTF-8 nor UTF-16: read as Windows-1252, so letters beyond ASCII may be others. */
  | 'encoding'
  /** HTML or XML, as a browser saves a page. */
  | 'web-page'
  /** A PDF, a picture, a workbook, a document of a word processor. */
  | 'other-file'
  | 'curly-quotes'
  | 'single-quotes'
  | 'trailing-comma'
  | 'comment'
  /** A line break or another control character within a text. */
  | 'line-break'
  | 'backslash'
  /** Spaces that are no spaces of JSON: no-break spaces, mostly. */
  | 'odd-space'
  /** A number that JSON cannot write: `0812`, `+62`, `40.000.000`. It is read as text. */
  | 'number-form'
  /** A word without quotes: `None`, `NaN`, a name. As a value it is read as null. */
  | 'word'
  /** The end is missing. */
  | 'cut-off'
  /** Something follows the end. */
  | 'after-end'
  | 'too-deep'
  /** Anything else. */
  | 'unexpected';

/** A fault, and where it was met first; lines and columns count from 1, and are 1 for faults of the whole file. */
export interface JsonFault {
  kind: JsonFaultKind;
  line: number;
  column: number;
}

export interface JsonReading {
  /** As far as it was read; undefined where nothing was. */
  value: unknown;
  /** Whether reading came to the end, with or without faults on the way. */
  complete: boolean;
  /** Each kind once, in the order in which they were met. */
  faults: JsonFault[];
  /** JSON pointers to members that an object has more than once; the last one counts. */
  doubled: string[];
  /** The text that was read. */
  text: string;
}

/** The deepest nesting that is read. */
const maxDepth = 64;

/** Where the fault is, for a sentence in either language. */
export function placeOf({ line, column }: JsonFault): string {
  return `line ${line} column ${column}`;
}

/** Reads the bytes of a file that should be JSON. */
export function readJsonFile(bytes: Uint8Array): JsonReading {
  const { text, sound } = decoded(bytes);
  const whole = (kind: JsonFaultKind): JsonReading => ({
    value: undefined,
    complete: false,
    faults: [{ kind, line: 1, column: 1 }],
    doubled: [],
    text,
  });
  if (otherFiles.some((start) => start.every((byte, index) => bytes[index] === byte)))
    return whole('other-file');
  const reading = readJsonText(text);
  if (sound || reading.text === '') return reading;
  return { ...reading, faults: [{ kind: 'encoding', line: 1, column: 1 }, ...reading.faults] };
}

/** How files begin that are something else: PDF, PNG, JPEG, ZIP (workbooks too), old Office, RTF, gzip. */
const otherFiles: readonly (readonly number[])[] = [
  [0x25, 0x50, 0x44, 0x46],
  [0x89, 0x50, 0x4e, 0x47],
  [0xff, 0xd8, 0xff],
  [0x50, 0x4b, 0x03, 0x04],
  [0xd0, 0xcf, 0x11, 0xe0],
  [0x7b, 0x5c, 0x72, 0x74, 0x66],
  [0x1f, 0x8b],
];

/** The text of the bytes: UTF-8 or UTF-16, with or without a byte-order mark; `sound` unless it is something else. */
function decoded(bytes: Uint8Array): { text: string; sound: boolean } {
  const encoding = encodingOf(bytes);
  try {
    if (encoding === undefined) throw new TypeError('an encoding that is not read');
    // A byte that an editor or a script put behind the last UTF-16 unit is no part of the text.
    const odd = encoding !== 'utf-8' && bytes.length % 2 === 1 && (bytes.at(-1) ?? 0) <= 0x20;
    const text = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
    return { text: text.decode(odd ? bytes.subarray(0, -1) : bytes), sound: true };
  } catch {
    return { text: new TextDecoder('windows-1252').decode(bytes).replaceAll('\0', ''), sound: false };
  }
}

/** By the byte-order mark, or else by where the zeros are next to the first character, which is ASCII in JSON. */
function encodingOf([a, b, c, d]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | undefined {
  const zeros = [a, b, c, d].map((byte) => byte === 0);
  if ((a === 0xff && b === 0xfe && zeros[2] && zeros[3]) || (zeros[0] && zeros[1])) return undefined;
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (!zeros[0] && zeros[1]) return zeros[2] && zeros[3] ? undefined : 'utf-16le';
  return zeros[0] && b !== undefined ? 'utf-16be' : 'utf-8';
}

/** Reads the text of a file that should be JSON, with or without a byte-order mark. */
export function readJsonText(raw: string): JsonReading {
  const text = withoutPadding(raw);
  const reader = new Reader(text);
  if (text === '') reader.fault('empty', 0);
  else if (text.trimStart().startsWith('<')) reader.fault('web-page', 0);
  else return reader.read();
  return { value: undefined, complete: false, faults: reader.faults, doubled: [], text };
}

/** Without byte-order marks before, and white space, zeros and the old sign for the end of a file behind. */
function withoutPadding(raw: string): string {
  let begin = 0;
  while (raw[begin] === '\ufeff') begin += 1;
  let end = raw.length;
  while (end > begin && padding.test(raw[end - 1] ?? '')) end -= 1;
  return raw.slice(begin, end);
}

/** White space (which is more than JSON's) and control characters. */
const padding = /[\s\p{Cc}]/u;

/** Ends the reading: what comes cannot be understood. */
class Stop extends Error {}

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const numberlike = /[-+.\w]*/y;
const word = /[\p{L}_$][\p{L}\p{N}_$]*/uy;
const comment = /\/\/[^\n\r]*|\/\*[\s\S]*?(?:\*\/|$)|#[^\n\r]*/y;
const escapes: Record<string, string> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
const ownMember = { configurable: true, enumerable: true, writable: true };
const literals: Record<string, unknown> = { true: true, false: false, null: null };

/** What ends a text that began with this quote. */
const closing: Record<string, string> = {
  '"': '"',
  "'": "'",
  '\u2018': "'\u2018\u2019",
  '\u2019': "'\u2018\u2019",
  '\u201c': '"\u201c\u201d',
  '\u201d': '"\u201c\u201d',
  '\u201e': '"\u201c\u201d',
};

/** Whether the character can stand in any text as it is: no control character, quote, backslash or typographic sign. */
function isPlain(code: number): boolean {
  return code > 0x27
    ? code !== 0x5c && (code < 0x2000 || code > 0x206f)
    : code > 0x1f && code !== 0x22 && code < 0x27;
}

class Reader {
  readonly faults: JsonFault[] = [];
  readonly #doubled = new Set<string>();
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): JsonReading {
    const result: { value?: unknown } = {};
    let complete = false;
    try {
      this.#skip();
      this.#value('', 0, (value) => {
        result.value = value;
      });
      this.#skip();
      if (this.#at < this.#text.length) this.#stop('after-end');
      complete = true;
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
    }
    const doubled = [...this.#doubled];
    return { value: result.value, complete, faults: this.faults, doubled, text: this.#text };
  }

  fault(kind: JsonFaultKind, at: number): void {
    if (this.faults.some((fault) => fault.kind === kind)) return;
    const lines = this.#text.slice(0, at).split(/\r\n|\r|\n/);
    this.faults.push({ kind, line: lines.length, column: (lines.at(-1) ?? '').length + 1 });
  }

  #stop(kind: JsonFaultKind): never {
    const ended = this.#at >= this.#text.length;
    this.fault(ended ? 'cut-off' : kind, this.#at);
    throw new Stop();
  }

  #match(expression: RegExp): string {
    expression.lastIndex = this.#at;
    return expression.exec(this.#text)?.[0] ?? '';
  }

  /** White space, and what stands for it where it should not. */
  #skip(): void {
    for (;;) {
      const here = this.#text[this.#at];
      if (here === ' ' || here === '\n' || here === '\r' || here === '\t') this.#at += 1;
      else if (here !== undefined && /[\s\0\u200b]/.test(here)) {
        this.fault('odd-space', this.#at);
        this.#at += 1;
      } else {
        const skipped = here === '/' || here === '#' ? this.#match(comment) : '';
        if (skipped === '') return;
        this.fault('comment', this.#at);
        this.#at += skipped.length;
      }
    }
  }

  /** @param take is given objects and lists before their members are read, so that what was read so far is kept */
  #value(pointer: string, depth: number, take: (value: unknown) => void): void {
    if (depth > maxDepth) this.#stop('too-deep');
    const here = this.#text[this.#at] ?? '';
    if (here === '{') this.#object(pointer, depth, take);
    else if (here === '[') this.#list(pointer, depth, take);
    else if (here in closing) take(this.#string());
    else if (/[-+.\d]/.test(here)) take(this.#number());
    else take(this.#word(depth));
  }

  #object(pointer: string, depth: number, take: (value: unknown) => void): void {
    const members: Record<string, unknown> = {};
    take(members);
    this.#items('}', () => {
      const begin = this.#text[this.#at] ?? '';
      const name = begin in closing ? this.#string() : this.#unquoted();
      this.#skip();
      if (this.#text[this.#at] !== ':') this.#stop('unexpected');
      this.#at += 1;
      this.#skip();
      const below = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      if (Object.hasOwn(members, name)) this.#doubled.add(below);
      this.#value(below, depth + 1, (value) => {
        // Defined, not assigned: `__proto__` is a name like any other.
        if (name === '__proto__') Object.defineProperty(members, name, { ...ownMember, value });
        else members[name] = value;
      });
    });
  }

  #list(pointer: string, depth: number, take: (value: unknown) => void): void {
    const items: unknown[] = [];
    take(items);
    this.#items(']', () => {
      const index = items.length;
      this.#value(`${pointer}/${index}`, depth + 1, (value) => {
        items[index] = value;
      });
    });
  }

  /** What stands between the brackets, separated by commas. */
  #items(end: '}' | ']', item: () => void): void {
    this.#at += 1;
    this.#skip();
    if (this.#text[this.#at] === end) {
      this.#at += 1;
      return;
    }
    for (;;) {
      item();
      this.#skip();
      const here = this.#text[this.#at];
      const comma = this.#at;
      if (here !== ',' && here !== end) this.#stop('unexpected');
      this.#at += 1;
      if (here === end) return;
      this.#skip();
      if (this.#text[this.#at] !== end) continue;
      this.fault('trailing-comma', comma);
      this.#at += 1;
      return;
    }
  }

  #string(): string {
    const quote = this.#text[this.#at] ?? '';
    const ends = closing[quote] ?? quote;
    if (quote !== '"') this.fault(quote === "'" ? 'single-quotes' : 'curly-quotes', this.#at);
    this.#at += 1;
    let result = '';
    for (;;) {
      const begin = this.#at;
      while (isPlain(this.#text.charCodeAt(this.#at))) this.#at += 1;
      result += this.#text.slice(begin, this.#at);
      const here = this.#text[this.#at];
      if (here === undefined) this.#stop('cut-off');
      if (ends.includes(here)) {
        this.#at += 1;
        return result;
      }
      if (here === '\\') result += this.#escape();
      else {
        if (here < ' ') this.fault('line-break', this.#at);
        result += here;
        this.#at += 1;
      }
    }
  }

  #escape(): string {
    const code = /^u[0-9A-Fa-f]{4}/.exec(this.#text.slice(this.#at + 1, this.#at + 6))?.[0];
    if (code !== undefined) {
      this.#at += 6;
      return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    }
    const known = escapes[this.#text[this.#at + 1] ?? ''];
    if (known === undefined) {
      this.fault('backslash', this.#at);
      this.#at += 1;
      return '\\';
    }
    this.#at += 2;
    return known;
  }

  #number(): number | string {
    const begin = this.#at;
    const sound = this.#match(number);
    const like = this.#match(numberlike);
    this.#at += like.length;
    if (sound === like) return Number(sound);
    this.fault('number-form', begin);
    return like;
  }

  /** A text that begins with a word of its own is no JSON with a fault but something else. */
  #word(depth: number): unknown {
    const begin = this.#at;
    const found = this.#match(word);
    const known = Object.hasOwn(literals, found);
    if (found === '' || (depth === 0 && !known)) this.#stop('unexpected');
    this.#at += found.length;
    if (known) return literals[found];
    this.fault('word', begin);
    return null;
  }

  #unquoted(): string {
    const found = this.#match(word);
    if (found === '') this.#stop('unexpected');
    this.fault('word', this.#at);
    this.#at += found.length;
    return found;
  }
}
