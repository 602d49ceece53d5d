/** What a file that was handed in is inside: its pages, or what keeps it from being taken. */
import { maxMegapixels, type ScanFault } from '#domain/asks/documents.ts';
import { type MediaType, xlsxType } from '#domain/packet/media-type.ts';
import { jpegSize, pngSize } from '#functions/web/scans/image-size.ts';
import { inspectPdf } from '#functions/web/scans/pdf-pages.ts';

/** @param mediaType what the file's first bytes say it is. A picture is one page. */
export function inspectScan(
  bytes: Buffer,
  mediaType: MediaType | null,
): { pages?: number } | { fault: ScanFault } {
  switch (mediaType) {
    case 'application/pdf':
      return inspectPdf(bytes);
    case 'image/jpeg':
    case 'image/png': {
      const size = mediaType === 'image/png' ? pngSize(bytes) : jpegSize(bytes);
      if (size === undefined) return { fault: 'broken' };
      return size.width * size.height > maxMegapixels * 1_000_000
        ? { fault: 'too-many-pixels' }
        : { pages: 1 };
    }
    // Data, not scans: their readers judge them.
    case 'application/json':
    case xlsxType:
      return {};
    default:
      return { fault: 'broken' };
  }
}
