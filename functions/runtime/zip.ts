/**
 * The parts of a ZIP archive from a stranger, each unpacked within a bound.
 *
 * Libraries believe what an archive says of its sizes: given an archive that calls a gigabyte a kilobyte, `fflate` inflates the gigabyte
 * all the same (5 seconds for 1 MB) and gives a kilobyte of it. Node's own zlib stops at the bound, so only the directory
 * is read here (APPNOTE.TXT 6.3, 4.3.12 and 4.3.16). Whatever a workbook never is (encrypted, in several volumes, above
 * 4 GB) is broken.
 */
import { crc32, inflateRawSync } from 'node:zlib';

/** The archive cannot be read: it is cut off, altered or encrypted. */
export class BrokenZip extends Error {
  override readonly name = 'BrokenZip';
}

/** A part, or their number, is larger than allowed. */
export class ZipTooLarge extends Error {
  override readonly name = 'ZipTooLarge';
}

const endSignature = 0x06054b50;
const endBytes = 22;
const longestComment = 0xffff;
const entrySignature = 0x02014b50;
const entryBytes = 46;
const localSignature = 0x04034b50;
const localBytes = 30;

interface Entry {
  encrypted: boolean;
  method: number;
  crc: number;
  packedBytes: number;
  bytes: number;
  offset: number;
}

export interface ZipParts {
  /** All names that the directory has. */
  names: readonly string[];
  /** The part of that name; undefined where there is none. @throws {BrokenZip} {ZipTooLarge} */
  read(name: string): Buffer | undefined;
}

/** @throws {BrokenZip} {ZipTooLarge} */
export function openZip(data: Uint8Array, limits: { parts: number; partBytes: number }): ZipParts {
  const file = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const entries = directoryOf(file, limits.parts);
  return {
    names: [...entries.keys()],
    read: (name) => {
      const entry = entries.get(name);
      return entry && unpacked(file, entry, limits.partBytes);
    },
  };
}

function directoryOf(file: Buffer, most: number): Map<string, Entry> {
  const end = endOf(file);
  const count = file.readUInt16LE(end + 10);
  if (count > most) throw new ZipTooLarge();
  const entries = new Map<string, Entry>();
  let at = file.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (at + entryBytes > end || file.readUInt32LE(at) !== entrySignature) throw new BrokenZip();
    const nameEnd = at + entryBytes + file.readUInt16LE(at + 28);
    const name = file.toString('utf8', at + entryBytes, nameEnd);
    // Two of one name: readers disagree on which of them counts.
    if (entries.has(name)) throw new BrokenZip();
    entries.set(name, {
      encrypted: (file.readUInt16LE(at + 8) & 1) === 1,
      method: file.readUInt16LE(at + 10),
      crc: file.readUInt32LE(at + 16),
      packedBytes: file.readUInt32LE(at + 20),
      bytes: file.readUInt32LE(at + 24),
      offset: file.readUInt32LE(at + 42),
    });
    at = nameEnd + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
  }
  return entries;
}

/** Where the directory's end is recorded: at the end of the file, before a comment. */
function endOf(file: Buffer): number {
  const last = file.length - endBytes;
  for (let at = last; at >= 0 && at >= last - longestComment; at -= 1)
    if (file.readUInt32LE(at) === endSignature) return at;
  throw new BrokenZip();
}

function unpacked(file: Buffer, entry: Entry, maximum: number): Buffer {
  const { encrypted, method, crc, packedBytes, bytes, offset } = entry;
  if (encrypted || offset + localBytes > file.length || file.readUInt32LE(offset) !== localSignature)
    throw new BrokenZip();
  if (bytes > maximum) throw new ZipTooLarge();
  const start = offset + localBytes + file.readUInt16LE(offset + 26) + file.readUInt16LE(offset + 28);
  const packed = file.subarray(start, start + packedBytes);
  const content = method === 0 ? packed : method === 8 ? inflated(packed, bytes) : undefined;
  if (content === undefined || content.length !== bytes || crc32(content) !== crc) throw new BrokenZip();
  return content;
}

function inflated(packed: Buffer, bytes: number): Buffer {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, bytes) });
  } catch {
    // Broken, or longer than the directory says.
    throw new BrokenZip();
  }
}
