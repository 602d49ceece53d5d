/**
 * A file's bytes as text: in the encoding that its byte-order mark or its XML declares, otherwise UTF-8. What is not in the
 * encoding that it declares is refused. What declares none and is no UTF-8 is what Windows writes; whether that is taken is the
 * format's to say, because a list of ours is UTF-8.
 */
import { type Problem, problem } from '#domain/text/problem.ts';

export interface Decoded {
  text: string;
  /** Whether nothing declared the encoding, and it is no UTF-8. */
  undeclared: boolean;
}

/** Encodings of one byte for each letter that an XML may declare; the names by which `TextDecoder` knows them. */
const oneByte: ReadonlySet<string> = new Set(['ISO-8859-1', 'ISO-8859-15', 'WINDOWS-1252']);

/** The text without byte-order mark, or the problem. */
export function decode(bytes: Uint8Array, where: string): Decoded | { problem: Problem } {
  const refused = (encoding: string) => ({
    problem: problem('bank-file-encoding', where, { encoding }),
  });
  const mark = markOf(bytes);
  const declared = declaredEncoding(bytes);
  if (mark !== undefined) {
    const text = decodedBy(mark, bytes);
    // It is in one encoding and says another: whatever made it, half of it was not understood.
    const says = text === undefined ? undefined : xmlEncoding(text.slice(0, 200));
    return text === undefined || (says !== undefined && !says.startsWith('UTF-16'))
      ? refused('UTF-16')
      : { text, undeclared: false };
  }
  if (declared !== undefined && oneByte.has(declared)) {
    const text = decodedBy(declared, bytes);
    // Every byte is a letter of such an encoding, so only a control character shows that it is something else.
    return text === undefined || isBinary(text) ? refused(declared) : { text, undeclared: false };
  }
  if (declared !== undefined && declared !== 'UTF-8' && declared !== 'US-ASCII') return refused(declared);
  const text = decodedBy('UTF-8', bytes);
  if (text !== undefined) return text.includes('\u{0}') ? refused('UTF-16') : { text, undeclared: false };
  if (declared !== undefined || bytes[0] === xmlStart) return refused('UTF-8');
  const windows = decodedBy('WINDOWS-1252', bytes);
  // Of the control characters only that of wider encodings says that it is something else: banks send what old lines need.
  return windows === undefined || windows.includes('\u{0}')
    ? refused('UTF-8')
    : { text: windows, undeclared: true };
}

/** `<`: an XML that declares nothing is UTF-8. */
const xmlStart = 0x3c;

function decodedBy(encoding: string, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function isBinary(text: string): boolean {
  return /(?![\t\n\r])[\p{Cc}\u{fffd}]/u.test(text);
}

function markOf(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'UTF-16LE';
  return first === 0xfe && second === 0xff ? 'UTF-16BE' : undefined;
}

function xmlEncoding(head: string): string | undefined {
  const found =
    /^(?:\u{ef}\u{bb}\u{bf}|\u{feff})?\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w.-]{1,40})["']/u.exec(head);
  return found?.[1]?.toUpperCase();
}

function declaredEncoding(bytes: Uint8Array): string | undefined {
  return xmlEncoding(Buffer.from(bytes.subarray(0, 200)).toString('latin1'));
}
