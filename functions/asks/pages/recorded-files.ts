/** The files that a decision rests on, on its page: each with its version, its hash, and whether it is what the record says. */
import { writtenProblem } from '#domain/text/bilingual.ts';
import { type FileState, type RecordedFile, stateProblem } from '#functions/asks/recorded-files.ts';
import { type Download, downloadLink } from '#functions/web/downloads.ts';
import { factTable, section } from '#functions/web/fragments.ts';
import { html, type Piece } from '#functions/web/markup.ts';
import { inBoth } from '#functions/web/page.ts';

/** @param downloads the links, and @param states what was found, both in the order of the files */
export function recordedFileList(
  files: readonly RecordedFile[],
  downloads: readonly Download[],
  states: readonly FileState[],
): Piece {
  return (
    files.length > 0 &&
    section(
      { id: 'Berkas yang menjadi dasar keputusan', en: 'Files that the decision rests on' },
      files.map((file, index) => {
        const download = downloads[index];
        const wrong = stateProblem(file, states[index] ?? 'gone');
        return [
          wrong !== undefined &&
            html`<div class="problems" role="alert"><p>${inBoth(writtenProblem(wrong))}</p></div>`,
          factTable([
            [
              file.name,
              wrong === undefined && download !== undefined
                ? downloadLink(download, download.name)
                : key(file),
            ],
            [
              { id: 'Versi berkas', en: 'Version of the file' },
              file.versionId && html`<code>${file.versionId}</code>`,
            ],
            [{ id: 'SHA-256', en: 'SHA-256' }, file.sha256 && html`<code>${file.sha256}</code>`],
            [
              { id: 'Dicocokkan dengan catatan', en: 'Compared with the record' },
              wrong === undefined && inBoth({ id: 'Sama', en: 'The same' }),
            ],
          ]),
        ];
      }),
    )
  );
}

function key({ key: whole }: RecordedFile): string {
  return whole.slice(whole.lastIndexOf('/') + 1);
}
