/** A file's bytes as text, in the encoding that it declares; what is not in that encoding is refused, not guessed at. */
import { type Problem, problem } from '#domain/text/problem.ts';

const bom = '\u{feff}';

/** `{text}` without byte-order mark, or the problem. UTF-8, and for XML also what its first line declares. */
export function decode(bytes: Uint8Array, where: string): { text: string } | { problem: Problem } {
  const declared = declaredEncoding(bytes);
  const refused = (encoding: string) => ({
    problem: problem('bank-file-encoding', where, { encoding }),
  });
  // Every byte is a character of ISO 8859-1, so only a control character shows that it is something else.
  if (declared === 'ISO-8859-1') {
    const text = Buffer.from(bytes).toString('latin1');
    return /(?![\t\n\r])\p{Cc}/u.test(text) ? refused(declared) : { text };
  }
  if (declared !== 'UTF-8' && declared !== 'US-ASCII') return refused(declared);
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (text.includes('\u{0}')) return refused('UTF-16');
    return { text: text.startsWith(bom) ? text.slice(1) : text };
  } catch {
    return refused(declared);
  }
}

function declaredEncoding(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return 'UTF-16';
  const head = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  const declared = /^(?:\u{ef}\u{bb}\u{bf})?<\?xml[^>]*?\sencoding\s*=\s*["']([\w.-]{1,40})["']/u.exec(head);
  return declared?.[1]?.toUpperCase() ?? 'UTF-8';
}
