/** What the group handed in, on the pages of those who test it: a tranche's documents, and the slip of a deposit. */

import type { Ask } from '#domain/asks/ask.ts';
import type { AskKind } from '#domain/asks/ask-kinds.ts';
import { documentName, type Evidence } from '#domain/asks/documents.ts';
import { depositSlip } from '#domain/asks/kinds/deposit-slip.ts';
import { roundOf } from '#domain/asks/paper-rules.ts';
import { handedInFor, lastAbout } from '#functions/payment/tranche-answers.ts';
import { type Download, downloadLink } from '#functions/web/downloads.ts';
import { section } from '#functions/web/fragments.ts';
import { html, type Piece } from '#functions/web/markup.ts';
import { inBoth } from '#functions/web/page.ts';

/** Who asks for a payment or orders it answers for the documents behind it. */
const testing: ReadonlySet<AskKind> = new Set(['spp', 'spm']);

/** The documents that the person asked must be able to read; none for other asks. */
export function handedInToTest(ask: Ask, asks: readonly Ask[]): readonly Evidence[] {
  if (ask.kind === 'deposit-check')
    return lastAbout(asks, depositSlip, ask.about.deposit ?? 0)?.evidence ?? [];
  const tranche = ask.about.tranche;
  return testing.has(ask.kind) && tranche !== undefined ? handedInFor(asks, tranche, roundOf(ask)) : [];
}

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
