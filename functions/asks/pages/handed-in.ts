/** What the group handed in, on the pages of those who test it: a tranche's documents, and the slip of a deposit. */

import { documentName, type Evidence } from '#domain/asks/documents.ts';
import { type Download, downloadLink } from '#functions/web/downloads.ts';
import { section } from '#functions/web/fragments.ts';
import { html, type Piece } from '#functions/web/markup.ts';
import { inBoth } from '#functions/web/page.ts';

/** @param downloads the links, in the order of the files */
export function handedInList(files: readonly Evidence[], downloads: readonly Download[]): Piece {
  return (
    files.length > 0 &&
    section(
      { id: 'Berkas yang diserahkan kelompok', en: 'Files that the group handed in' },
      html`<ul>${files.map(({ documentType, sha256, pages }, index) => {
        const download = downloads[index];
        return (
          download !== undefined &&
          html`<li>${inBoth(documentName(documentType))}<br>${downloadLink(download, download.name)}${
            pages !== undefined && html`, ${pages} hlm.`
          }${sha256 !== undefined && html`<br><small>SHA-256 ${sha256}</small>`}</li>`
        );
      })}</ul>`,
    )
  );
}
