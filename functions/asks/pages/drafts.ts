/** The papers that were drafted for the person asked, to be printed and signed, on the page of the ask. */
import type { Ask } from '#domain/asks/ask.ts';
import { type Draft, draftNames, draftsFor, draftsOf, draftsOfAttempt } from '#domain/papers/drafts.ts';
import type { RulePack } from '#domain/programme.ts';
import type { Proposal } from '#domain/proposal/proposal.ts';
import { tranchesOf, wagesOf } from '#domain/proposal/proposal.ts';
import { wagePaperNames } from '#domain/public-works/wage-papers.ts';
import type { WagePaper } from '#domain/public-works/wages.ts';
import { type Download, downloadLink } from '#functions/web/downloads.ts';
import { section } from '#functions/web/fragments.ts';
import { html, type Piece } from '#functions/web/markup.ts';
import { inBoth } from '#functions/web/page.ts';

const paperNames = { ...draftNames, ...wagePaperNames };

/** What was drafted for this ask: the papers of its tranche; for the LPJ, those of the wages. */
export function offeredDrafts(proposal: Proposal, pack: RulePack, ask: Ask): readonly (Draft | WagePaper)[] {
  if (ask.kind === 'lpj') return wagesOf(proposal)?.accepted?.papers ?? [];
  const number = ask.about.tranche;
  if (number === undefined) return [];
  const kinds = draftsFor(ask.kind, pack, number);
  // Papers that were accepted, or do not name the account, are not asked for again.
  const wanted = ask.kind === 'tranche-documents' ? draftsOf(ask.documents) : kinds;
  const tranche = tranchesOf(proposal).find((each) => each.number === number);
  return draftsOfAttempt(tranche ?? {}, ask.about.attempt ?? 1).filter(
    ({ kind }) => kinds.includes(kind) && wanted.includes(kind),
  );
}

/** @param downloads the links, in the order of the drafts */
export function draftList(
  ask: Ask,
  drafts: readonly (Draft | WagePaper)[],
  downloads: readonly Download[],
): Piece {
  return (
    drafts.length > 0 &&
    section({ id: 'Dokumen siap cetak', en: 'Papers ready to print' }, [
      html`<p>${inBoth(ask.kind === 'tranche-documents' || ask.kind === 'lpj' ? forTheGroup : forTheOffice)}</p>`,
      html`<ul>${drafts.map((draft, index) => {
        const download = downloads[index];
        return (
          download !== undefined &&
          html`<li>${downloadLink(download, inBoth(paperNames[draft.kind]))}<br>${draft.number}<br><small>SHA-256 ${draft.contentSha256}</small></li>`
        );
      })}</ul>`,
    ])
  );
}

const forTheGroup = {
  id: 'Jaring sudah menyusun dokumen di bawah ini. Unduh, periksa, cetak, tanda tangani (di atas meterai bila diminta), pindai, lalu unggah.',
  en: 'Jaring has drafted the papers below. Download, check, print and sign them (on a revenue stamp where there is room for one), scan and upload them.',
};
const forTheOffice = {
  id: 'Jaring sudah menyusun dokumen di bawah ini dari catatan program. Unduh, periksa, dan tanda tangani sebelum SPP atau SPM diterbitkan.',
  en: 'Jaring has drafted the papers below from the record. Download, check and sign them before SPP or SPM are issued.',
};
