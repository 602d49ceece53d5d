/** What may be uploaded from the page of an ask: the papers it wants. */
import type { Ask } from '#domain/asks/ask.ts';
import {
  type DocumentRequirement,
  documentName,
  type Evidence,
  evidencePrefix,
} from '#domain/asks/documents.ts';
import { html, type Piece } from '#functions/web/markup.ts';
import { inBoth } from '#functions/web/page.ts';
import type { Upload } from '#functions/web/upload-form.ts';

/** S3 puts the name that the file has on the reader's machine in this place of a form's key. */
export const fileName = ['$', '{filename}'].join('');

/** Stored as plain bytes, so that no browser ever runs what was uploaded; the content is looked at instead. */
export const storedType = 'application/octet-stream';

/** The forms of a page: one for each paper that may still be added. */
export function uploadsFor(ask: Ask, found: readonly Evidence[]): Upload[] {
  return ask.documents
    .filter((wanted) => countOf(wanted, found) < wanted.max)
    .map((wanted) => ({
      name: wanted.type,
      label: documentName(wanted.type),
      key: `${evidencePrefix(ask.subject.id, ask.id, wanted.type)}${fileName}`,
      contentType: storedType,
      accept: wanted.mediaTypes.join(','),
      maxBytes: wanted.maxBytes,
      maxPages: wanted.maxPages,
    }));
}

function countOf({ type }: DocumentRequirement, found: readonly Evidence[]) {
  return found.filter(({ documentType }) => documentType === type).length;
}

/** The papers wanted and what has arrived of each. */
export function documentList(wanted: readonly DocumentRequirement[], found: readonly Evidence[]): Piece {
  return html`<ul>${wanted.map((document) => {
    const files = found.filter(({ documentType }) => documentType === document.type);
    const names = files.map(
      ({ key, bytes }) =>
        html`<li>${key.slice(key.lastIndexOf('/') + 1)} (${Math.max(1, Math.round(bytes / 1024))} KB)</li>`,
    );
    const optional = document.min === 0 && files.length === 0;
    const state = optional ? '–' : files.length >= document.min ? '✓' : `${files.length}/${document.min}`;
    return html`<li>${state} ${inBoth(documentName(document.type))}${names.length > 0 && html`<ul>${names}</ul>`}</li>`;
  })}</ul>`;
}
