/** Small pieces of pages: tables of facts, lists, headed sections. */

import type { Bilingual } from '#domain/text/bilingual.ts';
import { html, type Markup, type Piece } from '#functions/web/markup.ts';
import { inBoth } from '#functions/web/page.ts';

/** A line of a table of facts; lines without a value are left out. */
export type Fact = readonly [label: Bilingual, value: Piece];

/** Facts as a table with a heading for each line. */
export function factTable(facts: readonly Fact[]): Markup {
  const rows = facts
    .filter(([, value]) => value !== undefined && value !== false && value !== '')
    .map(([label, value]) => html`<tr><th scope="row">${inBoth(label)}</th><td>${value}</td></tr>`);
  return html`<table>${rows}</table>`;
}

/** A heading with what is under it; nothing at all if nothing is. */
export function section(title: Bilingual, content: Piece): Piece {
  return html`<section><h2>${inBoth(title)}</h2>${content}</section>`;
}

/** A list of sentences in both languages. */
export function sentences(list: readonly Bilingual[]): Markup {
  return html`<ul>${list.map((each) => html`<li>${inBoth(each)}</li>`)}</ul>`;
}
