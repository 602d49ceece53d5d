/**
 * Reads the values of a PDF (ISO 32000-1, 7.3) out of its bytes, as far as the page tree and what must not be in a scan
 * need them: dictionaries keep the keys of interest, everything else is passed over.
 *
 * The author of the bytes may mean harm. Each byte that is looked at costs a step of a budget, and values nest only so deep.
 */

/** The file costs more steps than a scan of its size can need. */
export class PdfTooComplex extends Error {
  override readonly name = 'PdfTooComplex';
}

/** What stands here is no value. */
export class NoPdfValue extends Error {
  override readonly name = 'NoPdfValue';
}

export class PdfName {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** A reference to an object, by its number. */
export class PdfReference {
  readonly object: number;
  constructor(object: number) {
    this.object = object;
  }
}

export type PdfDictionary = ReadonlyMap<string, PdfValue>;
export type PdfValue = null | boolean | number | string | PdfName | PdfReference | PdfDictionary | PdfList;
interface PdfList extends ReadonlyArray<PdfValue> {}

/** Keys whose values are kept. */
const kept: ReadonlySet<string> = new Set([
  ...['Type', 'Root', 'Pages', 'Kids', 'Encrypt', 'Length', 'Filter', 'DecodeParms', 'N', 'First'],
  ...['S', 'JS', 'JavaScript', 'XFA', 'EF', 'F', 'UF'],
]);

const deepest = 100;
/** Longest text that is kept: names of files. */
const longestText = 256;

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09 || byte === 0x0c || byte === 0;
}
function isDelimiter(byte: number): boolean {
  return (
    byte === 0x28 ||
    byte === 0x29 ||
    byte === 0x3c ||
    byte === 0x3e ||
    byte === 0x5b ||
    byte === 0x5d ||
    byte === 0x7b ||
    byte === 0x7d ||
    byte === 0x2f ||
    byte === 0x25
  );
}

/** How many steps are left. */
export interface Budget {
  steps: number;
}

export class PdfReader {
  at: number;
  readonly #bytes: Buffer;
  readonly #budget: Budget;
  readonly #onDictionary: (dictionary: PdfDictionary) => void;

  /** @param onDictionary called with each dictionary that was read to its end */
  constructor(bytes: Buffer, at: number, budget: Budget, onDictionary: (dictionary: PdfDictionary) => void) {
    this.#bytes = bytes;
    this.at = at;
    this.#budget = budget;
    this.#onDictionary = onDictionary;
  }

  /** The value that begins here, after blanks and comments. @throws {NoPdfValue} {PdfTooComplex} */
  value(): PdfValue {
    return this.#value(true, 0);
  }

  /** Whether the word stands here, after blanks and comments; then it is passed. */
  takesWord(word: string): boolean {
    this.#skipBlanks();
    if (this.#bytes.toString('latin1', this.at, this.at + word.length) !== word) return false;
    this.at += word.length;
    return true;
  }

  #next(): number {
    this.#budget.steps -= 1;
    if (this.#budget.steps < 0) throw new PdfTooComplex('the file has more values than a scan needs');
    return this.#bytes[this.at++] ?? -1;
  }

  #peek(): number {
    return this.#bytes[this.at] ?? -1;
  }

  #skipBlanks(): void {
    for (let byte = this.#peek(); byte !== -1; byte = this.#peek()) {
      if (byte === 0x25)
        for (; byte !== -1 && byte !== 0x0a && byte !== 0x0d; byte = this.#peek()) this.#next();
      else if (isSpace(byte)) this.#next();
      else return;
    }
  }

  #value(keep: boolean, depth: number): PdfValue {
    if (depth > deepest) throw new PdfTooComplex('values nest too deeply');
    this.#skipBlanks();
    switch (this.#peek()) {
      case 0x2f:
        return this.#name();
      case 0x28:
        return this.#text();
      case 0x5b:
        return this.#list(keep, depth);
      case 0x3c:
        return this.#bytes[this.at + 1] === 0x3c ? this.#dictionary(depth) : this.#hexadecimal();
      default:
        return this.#word();
    }
  }

  #name(): PdfName {
    this.#next();
    let name = '';
    for (let byte = this.#peek(); byte !== -1 && !isSpace(byte) && !isDelimiter(byte); byte = this.#peek()) {
      this.#next();
      const escaped = byte === 0x23 ? this.#bytes.toString('latin1', this.at, this.at + 2) : '';
      if (/^[0-9A-Fa-f]{2}$/.test(escaped)) {
        this.at += 2;
        byte = Number.parseInt(escaped, 16);
      }
      if (name.length < longestText) name += String.fromCharCode(byte);
    }
    return new PdfName(name);
  }

  #text(): string {
    this.#next();
    let text = '';
    for (let open = 1; open > 0; ) {
      let byte = this.#next();
      if (byte === -1) throw new NoPdfValue('a text does not end');
      if (byte === 0x28) open += 1;
      else if (byte === 0x29) open -= 1;
      else if (byte === 0x5c) byte = this.#next();
      if (open > 0 && text.length < longestText) text += String.fromCharCode(byte);
    }
    return text;
  }

  #hexadecimal(): string {
    this.#next();
    let digits = '';
    for (let byte = this.#next(); byte !== 0x3e; byte = this.#next()) {
      if (byte === -1) throw new NoPdfValue('a text does not end');
      if (!isSpace(byte) && digits.length < 2 * longestText) digits += String.fromCharCode(byte);
    }
    return Buffer.from(digits, 'hex').toString('latin1');
  }

  #list(keep: boolean, depth: number): PdfValue[] {
    this.#next();
    const list: PdfValue[] = [];
    for (this.#skipBlanks(); this.#peek() !== 0x5d; this.#skipBlanks()) {
      const value = this.#value(keep, depth + 1);
      if (keep) list.push(value);
    }
    this.#next();
    return list;
  }

  #dictionary(depth: number): PdfDictionary {
    this.#next();
    this.#next();
    const dictionary = new Map<string, PdfValue>();
    for (this.#skipBlanks(); this.#peek() !== 0x3e; this.#skipBlanks()) {
      if (this.#peek() !== 0x2f) throw new NoPdfValue('a dictionary has something that is no key');
      const { name } = this.#name();
      const keep = kept.has(name);
      const value = this.#value(keep, depth + 1);
      if (keep) dictionary.set(name, value);
    }
    this.#next();
    this.#next();
    this.#onDictionary(dictionary);
    return dictionary;
  }

  /** A number, a reference, or one of the words that stand for a value. */
  #word(): PdfValue {
    const word = this.#plain();
    if (/^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(word)) {
      const number = Number(word);
      return /^\d{1,10}$/.test(word) ? (this.#reference(number) ?? number) : number;
    }
    if (word === 'true' || word === 'false') return word === 'true';
    if (word === 'null') return null;
    throw new NoPdfValue('what stands here is no value');
  }

  #plain(): string {
    const start = this.at;
    for (let byte = this.#peek(); byte !== -1 && !isSpace(byte) && !isDelimiter(byte); byte = this.#peek())
      this.#next();
    return this.#bytes.toString('latin1', start, Math.min(this.at, start + longestText));
  }

  #reference(object: number): PdfReference | undefined {
    const ahead = this.#bytes.toString('latin1', this.at, this.at + 16);
    const found = /^\s+\d{1,5}\s+R(?![A-Za-z0-9])/.exec(ahead);
    if (found === null) return undefined;
    this.at += found[0].length;
    return new PdfReference(object);
  }
}
