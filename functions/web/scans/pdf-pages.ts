/**
 * How many pages a PDF has, by its page tree, and whether it holds something that a scan of a signed paper never does.
 *
 * The file is read from its first byte to its last, object by object, as readers do with a broken cross-reference table, so
 * that no table has to be believed; of two objects with one number the later one counts, as after an update (ISO 32000-1,
 * 7.5.6). Of streams only those that hold objects are unpacked, within a bound. `/Count` is not believed either.
 */
import { constants, inflateSync } from 'node:zlib';
import {
  type Budget,
  NoPdfValue,
  type PdfDictionary,
  PdfName,
  PdfReader,
  PdfReference,
  PdfTooComplex,
  type PdfValue,
} from '#functions/web/scans/pdf-values.ts';

/** Why a PDF is not taken. */
export type PdfFault =
  /** It cannot be read to its pages. */
  | 'broken'
  /** It is locked by a password, or by rights that need one. */
  | 'encrypted'
  /** It would cost more memory or time than a scan can need. */
  | 'too-complex'
  /** It runs scripts or starts programs, or carries other files. */
  | 'active';

/** All that may come out of packed objects, in bytes: a thousand pages take some 200 KB. */
const mostUnpacked = 16 * 2 ** 20;
/** Steps for each byte of the file, besides those for what is unpacked. */
const stepsPerByte = 4;
/** The file that Jaring itself attaches to the papers that it drafts. */
const ownAttachment = 'isi.json';

export function inspectPdf(bytes: Buffer): { pages: number } | { fault: PdfFault } {
  try {
    const file = readFile(bytes);
    if (file.encrypted) return { fault: 'encrypted' };
    if (file.active) return { fault: 'active' };
    const pages = countPages(file);
    return pages > 0 ? { pages } : { fault: 'broken' };
  } catch (error) {
    if (error instanceof PdfTooComplex) return { fault: 'too-complex' };
    throw error;
  }
}

interface PdfFile {
  /** By number. */
  objects: Map<number, PdfDictionary>;
  /** What the trailers say of the document's root, oldest first. */
  roots: PdfValue[];
  encrypted: boolean;
  active: boolean;
}

function readFile(bytes: Buffer): PdfFile {
  const budget: Budget = { steps: bytes.length * stepsPerByte + mostUnpacked };
  const file: PdfFile = { objects: new Map(), roots: [], encrypted: false, active: false };
  const look = (dictionary: PdfDictionary) => {
    if (isActive(dictionary)) file.active = true;
  };
  let unpacked = mostUnpacked;
  const noteTrailer = (dictionary: PdfDictionary) => {
    const root = dictionary.get('Root');
    if (root !== undefined) file.roots.push(root);
    if ((dictionary.get('Encrypt') ?? null) !== null) file.encrypted = true;
  };
  for (let at = 0; ; ) {
    const found = nextMark(bytes, at);
    if (found === undefined) return file;
    at = found.after;
    const reader = new PdfReader(bytes, at, budget, look);
    const value = readValue(reader);
    if (!(value instanceof Map)) continue;
    at = reader.at;
    if (found.object === undefined) {
      noteTrailer(value);
      continue;
    }
    file.objects.set(found.object, value);
    if (!reader.takesWord('stream')) continue;
    const data = streamAt(bytes, reader.at, value);
    at = data.end;
    const type = typeOf(value);
    if (type === 'XRef') noteTrailer(value);
    // What is packed in an encrypted file is encrypted, and the file is not taken anyway.
    if (type !== 'ObjStm' || file.encrypted) continue;
    const content = unpack(bytes.subarray(data.start, data.end), value, unpacked);
    unpacked -= content.length;
    readPacked(content, value, budget, look, file.objects);
  }
}

/** The next object or trailer, and where what it holds begins. */
function nextMark(bytes: Buffer, from: number): { after: number; object?: number } | undefined {
  for (let at = from; ; ) {
    const object = bytes.indexOf('obj', at);
    // Only as far as the next object: what lies between two is short.
    const trailer = bytes.subarray(at, object === -1 ? bytes.length : object).indexOf('trailer');
    if (trailer !== -1) return { after: at + trailer + 'trailer'.length };
    if (object === -1) return undefined;
    const header = /(?:^|[^\d])(\d{1,10})\s+\d{1,5}\s*$/.exec(
      bytes.toString('latin1', Math.max(from, object - 24), object),
    );
    if (header !== null) return { after: object + 3, object: Number(header[1]) };
    at = object + 3;
  }
}

function readValue(reader: PdfReader): PdfValue | undefined {
  try {
    return reader.value();
  } catch (error) {
    if (error instanceof NoPdfValue) return undefined;
    throw error;
  }
}

const endMark = 'endstream';

/** Where a stream's data lies. Its length is believed only if the mark of its end stands there. */
function streamAt(bytes: Buffer, after: number, dictionary: PdfDictionary): { start: number; end: number } {
  const afterReturn = bytes[after] === 0x0d ? after + 1 : after;
  const start = bytes[afterReturn] === 0x0a ? afterReturn + 1 : afterReturn;
  const length = dictionary.get('Length');
  if (typeof length === 'number' && length >= 0 && start + length <= bytes.length) {
    const tail = bytes.toString('latin1', start + length, start + length + endMark.length + 2);
    if (tail.trimStart().startsWith(endMark)) return { start, end: start + length };
  }
  const end = bytes.indexOf(endMark, start);
  // Cut off: nothing that follows could be distinguished from the stream's own bytes.
  return { start, end: end === -1 ? bytes.length : end };
}

/** Inflates what objects are packed in. @param most bytes that may come out */
function unpack(data: Buffer, dictionary: PdfDictionary, most: number): Buffer {
  const filter = [dictionary.get('Filter') ?? []].flat();
  if (filter.length === 0) return data.subarray(0, most);
  const [only] = filter;
  if (filter.length > 1 || !(only instanceof PdfName) || only.name !== 'FlateDecode') return Buffer.alloc(0);
  if (most < 1) throw new PdfTooComplex('more is packed in the file than a scan needs');
  try {
    // A stream that is cut off gives what there is.
    return inflateSync(data, { maxOutputLength: most, finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    if (error instanceof RangeError) throw new PdfTooComplex('more is packed in the file than a scan needs');
    return Buffer.alloc(0);
  }
}

/** The objects of an object stream (ISO 32000-1, 7.5.7): pairs of number and offset, then the values. */
function readPacked(
  content: Buffer,
  dictionary: PdfDictionary,
  budget: Budget,
  look: (dictionary: PdfDictionary) => void,
  objects: Map<number, PdfDictionary>,
): void {
  const [count, first] = [dictionary.get('N'), dictionary.get('First')];
  if (typeof count !== 'number' || typeof first !== 'number') return;
  const index = new PdfReader(content, 0, budget, look);
  for (let pair = 0; pair < count; pair += 1) {
    const [number, offset] = [readValue(index), readValue(index)];
    if (typeof number !== 'number' || typeof offset !== 'number') return;
    const value = readValue(new PdfReader(content, first + offset, budget, look));
    if (value instanceof Map) objects.set(number, value);
  }
}

function typeOf(dictionary: PdfDictionary): string | undefined {
  const type = dictionary.get('Type');
  return type instanceof PdfName ? type.name : undefined;
}

/** Actions that run something (ISO 32000-1, 12.6.4). */
const running: ReadonlySet<string> = new Set(['JavaScript', 'Launch', 'ImportData']);

function isActive(dictionary: PdfDictionary): boolean {
  const action = dictionary.get('S');
  if (action instanceof PdfName && running.has(action.name)) return true;
  if (dictionary.has('JS') || dictionary.has('JavaScript') || dictionary.has('XFA')) return true;
  if (!dictionary.has('EF')) return false;
  return (dictionary.get('UF') ?? dictionary.get('F')) !== ownAttachment;
}

/** The leaves of the page tree. A node that is met again is no other page. */
function countPages({ objects, roots }: PdfFile): number {
  const resolve = (value: PdfValue | undefined): PdfDictionary | undefined => {
    const found = value instanceof PdfReference ? objects.get(value.object) : value;
    return found instanceof Map ? found : undefined;
  };
  const catalogues = [...objects.values()].filter((each) => typeOf(each) === 'Catalog');
  const root = [...catalogues, ...roots.map(resolve)].findLast((each) => each?.has('Pages'));
  const seen = new Set<PdfDictionary>();
  const open = [resolve(root?.get('Pages'))];
  let pages = 0;
  while (open.length > 0) {
    const node = open.pop();
    if (node === undefined || seen.has(node)) continue;
    seen.add(node);
    const kids = node.get('Kids');
    if (Array.isArray(kids)) for (const kid of kids) open.push(resolve(kid));
    else if (typeOf(node) === 'Page') pages += 1;
  }
  return pages;
}
