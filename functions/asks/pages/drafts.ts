/** The papers that were drafted for the person asked, to be printed and signed, on the page of the ask. */
import type { KindOfAsk } from '#domain/asks/kind.ts';
import type { Bilingual } from '#domain/text/bilingual.ts';
import type { DraftedPaper } from '#functions/asks/behaviour.ts';
import { type Download, downloadLink } from '#functions/web/downloads.ts';
import { section } from '#functions/web/fragments.ts';
import { html, type Piece } from '#functions/web/markup.ts';
import { inBoth } from '#functions/web/page.ts';

/**
 * @param whose who signs them, as the record of the kind says
 * @param downloads the links, in the order of the papers
 */
export function draftList(
  { drafts: whose = 'group' }: Pick<KindOfAsk, 'drafts'>,
  papers: readonly DraftedPaper[],
  downloads: readonly Download[],
): Piece {
  return (
    papers.length > 0 &&
    section({ id: 'Dokumen siap cetak', en: 'Papers ready to print' }, [
      html`<p>${inBoth(whatToDo[whose])}</p>`,
      html`<ul>${papers.map(({ name, number, contentSha256 }, index) => {
        const download = downloads[index];
        return (
          download !== undefined &&
          html`<li>${downloadLink(download, inBoth(name))}<br>${number}<br><small>SHA-256 ${contentSha256}</small></li>`
        );
      })}</ul>`,
    ])
  );
}

const whatToDo: Record<NonNullable<KindOfAsk['drafts']>, Bilingual> = {
  group: {
    id: 'Jaring sudah menyusun dokumen di bawah ini. Unduh, periksa, cetak, tanda tangani (di atas meterai bila diminta), pindai, lalu unggah.',
    en: 'Jaring has drafted the papers below. Download, check, print and sign them (on a revenue stamp where there is room for one), scan and upload them.',
  },
  office: {
    id: 'Jaring sudah menyusun dokumen di bawah ini dari catatan program. Unduh, periksa, dan tanda tangani sebelum SPP atau SPM diterbitkan.',
    en: 'Jaring has drafted the papers below from the record. Download, check and sign them before SPP or SPM are issued.',
  },
};
