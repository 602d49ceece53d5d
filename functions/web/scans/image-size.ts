/** How large a picture is, by its head alone: nothing is unpacked. */

export interface ImageSize {
  /** In pixels. */
  width: number;
  height: number;
}

/** Width and height of a PNG stand in its first chunk (https://www.w3.org/TR/png-3/#11IHDR). */
export function pngSize(bytes: Buffer): ImageSize | undefined {
  return bytes.length >= 24 && bytes.toString('latin1', 12, 16) === 'IHDR'
    ? sound({ width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) })
    : undefined;
}

/** Those of a JPEG stand in the head of its frame, after any number of other segments (ITU-T T.81, B.2.2). */
export function jpegSize(bytes: Buffer): ImageSize | undefined {
  for (let at = 2; at + 9 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] ?? 0;
    // Bytes of ones before a marker only fill up.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (isFrame(marker))
      return sound({ height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) });
    // The picture's data begins, or it ends, before any frame has given its size.
    if (marker === 0xda || marker === 0xd9) return undefined;
    const length = bytes.readUInt16BE(at + 2);
    if (length < 2) return undefined;
    at += 2 + length;
  }
  return undefined;
}

/** `SOF0` to `SOF15`, without the markers between them that stand for something else. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function sound(size: ImageSize): ImageSize | undefined {
  return size.width > 0 && size.height > 0 ? size : undefined;
}
