/** What the group handed in, on the pages of those who test it: a tranche's documents, and the slip of a deposit. */
import type { AnsweredAsk, Ask } from '#domain/ask.ts';
import type { AskKind } from '#domain/ask-kinds.ts';
import { depositOf } from '#domain/deposit.ts';
import { documentName, type Evidence } from '#domain/documents.ts';
import { lastAbout } from '#functions/payment/papers.ts';
import { html, type Piece } from '#functions/people/markup.ts';
import { trancheOf } from '#functions/people/new-ask.ts';
import { type Download, downloadLink } from '#functions/people/pages/downloads.ts';
import { inBoth } from '#functions/people/pages/page.ts';
import { section } from '#functions/people/pages/parts.ts';

/** Who asks for a payment or orders it answers for the documents behind it. */
const testing: ReadonlySet<AskKind> = new Set(['spp', 'spm']);

/** The documents that whoever is asked must be able to read; none for other asks. */
export const handedInFor = (ask: Ask, asks: readonly Ask[]): readonly Evidence[] => {
  if (ask.kind === 'deposit-check')
    return lastAbout(asks, 'deposit-slip', depositOf(ask.key).deposit)?.evidence ?? [];
  if (!testing.has(ask.kind)) return [];
  return (
    asks.find(
      (each): each is AnsweredAsk =>
        each.status === 'answered' && each.kind === 'tranche-documents' && trancheOf(each) === trancheOf(ask),
    )?.evidence ?? []
  );
};

/** @param downloads the links, in the order of the files */
export const handedInList = (files: readonly Evidence[], downloads: readonly Download[]): Piece =>
  files.length > 0 &&
  section(
    { id: 'Berkas yang diserahkan kelompok', en: 'Files that the group handed in' },
    html`<ul>${files.map(({ documentType, sha256 }, index) => {
      const download = downloads[index];
      return (
        download !== undefined &&
        html`<li>${inBoth(documentName(documentType))}<br>${downloadLink(download, download.name)}${
          sha256 !== undefined && html`<br><small>SHA-256 ${sha256}</small>`
        }</li>`
      );
    })}</ul>`,
  );
