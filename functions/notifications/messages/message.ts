/**
 * A message as its template composes it, and the mail that it becomes: Indonesian first, English below, as HTML and as
 * plain text with the same content.
 */

import type { Bilingual, Language } from '#domain/text/bilingual.ts';
import { html, type Markup, oneLine, readable } from '#functions/web/markup.ts';

/** One piece of a message. A bare bilingual text is a paragraph. */
export type Block =
  | Bilingual
  | { list: readonly Bilingual[] }
  | { facts: readonly (readonly [Bilingual, Bilingual])[] }
  | { action: Bilingual; url: string };

/** What a template makes of its facts. */
export interface Message {
  subject: Bilingual;
  blocks: readonly Block[];
}

/** A mail ready to be sent. */
export interface Mail {
  subject: string;
  html: string;
  text: string;
}

/** SES takes up to 998 characters a header line (RFC 5322, section 2.1.1); a subject that long helps no one. */
const longestSubject = 150;

function shortened(text: string) {
  return text.length <= longestSubject ? text : `${text.slice(0, longestSubject - 1).trimEnd()}…`;
}

function blockAsHtml(block: Block, language: Language): Markup {
  if ('list' in block) return html`<ul>${block.list.map((item) => html`<li>${item[language]}</li>`)}</ul>`;
  if ('facts' in block) {
    const rows = block.facts.map(
      ([label, value]) =>
        html`<tr><th align="left" valign="top">${label[language]}</th><td>${value[language]}</td></tr>`,
    );
    return html`<table cellpadding="4">${rows}</table>`;
  }
  if ('url' in block)
    return html`<p><a href="${block.url}"><strong>${block.action[language]}</strong></a><br>${block.url}</p>`;
  return html`<p>${block[language]}</p>`;
}

function blockAsText(block: Block, language: Language): string {
  if ('list' in block) return block.list.map((item) => `- ${readable(item[language])}`).join('\n');
  if ('facts' in block)
    return block.facts
      .map(([label, value]) => `${readable(label[language])}: ${readable(value[language])}`)
      .join('\n');
  if ('url' in block) return `${readable(block.action[language])}:\n${block.url}`;
  return readable(block[language]);
}

const footer: Bilingual = {
  id: 'Pesan ini dikirim otomatis oleh Jaring. Jangan teruskan: tautan di dalamnya hanya untuk Anda.',
  en: 'Jaring sent this message automatically. Do not forward it: the links in it are for you alone.',
};

/**
 * The mail that a message becomes.
 * @param language the reader's; it decides the subject, the body always has both languages, Indonesian first
 */
export function composeMail(message: Message, language: Language): Mail {
  const blocks = [...message.blocks, footer];
  const part = (of: Language) =>
    html`<div lang="${of}">${blocks.map((block) => blockAsHtml(block, of))}</div>`;
  const page = html`<!doctype html>
<html lang="id"><head><meta charset="utf-8"><title>${oneLine(message.subject[language])}</title></head>
<body style="font-family:sans-serif;line-height:1.5;max-width:40em">
${part('id')}
<hr>
${part('en')}
</body></html>
`;
  const text = (of: Language) => blocks.map((block) => blockAsText(block, of)).join('\n\n');
  return {
    subject: shortened(oneLine(message.subject[language])),
    html: page.text,
    text: `${text('id')}\n\n----------\n\n${text('en')}\n`,
  };
}
