/**
 * The frame of every page that a link opens: no script, nothing from third parties, readable on an old phone, by
 * keyboard and by screen reader. Indonesian first, English beneath it in smaller print.
 */
import { createHash } from 'node:crypto';
import type { Bilingual } from '#domain/text/bilingual.ts';
import type { HttpAnswer } from '#functions/runtime/handler.ts';
import { lastSegment } from '#functions/web/link.ts';
import { html, Markup, type Piece } from '#functions/web/markup.ts';

const style = `
:root{color-scheme:light dark}
html{background:#fff;color:#1b1b1b}
body{font:1rem/1.5 system-ui,sans-serif;max-width:42rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.15rem;margin-top:2rem}
a{color:#0b4a9e}
.en{display:block;font-size:.85em;opacity:.85}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.35rem .5rem .35rem 0;border-bottom:1px solid #8884}
td.amount{text-align:right;white-space:nowrap}.whole,thead th{white-space:nowrap}
.payments .note{display:block}.payments tr:not(.since) td{border-bottom:0}
@media (max-width:36rem){
.payments thead{display:none}.payments tr,.payments td{display:block}
.payments td{border-bottom:0;padding:.1rem 0}.payments tbody{display:block;padding:.5rem 0;border-bottom:1px solid #8884}
.payments td.amount{text-align:left;font-weight:600}
}
label,legend{font-weight:600;display:block}fieldset{border:1px solid #8888;margin:0 0 1rem;padding:.5rem 1rem;min-width:0}
label.tick{font-weight:400;padding:.4rem 0}
fieldset label{font-weight:400;display:inline-block;padding:.4rem 0}
input,select,textarea,button{font:inherit;max-width:100%}
input[type=text],input[type=date],input[type=number],input[type=email],textarea,select{width:100%;box-sizing:border-box;padding:.5rem;margin:.25rem 0 1rem;background:#fff;color:#1b1b1b;border:1px solid #767676}
input[type=radio],input[type=checkbox]{width:1.25rem;height:1.25rem;vertical-align:middle}
button{padding:.7rem 1.2rem;font-weight:600;cursor:pointer;background:#0b4a9e;color:#fff;border:1px solid #0b4a9e;border-radius:.3rem}
:focus{outline:3px solid #c25e00;outline-offset:2px}
.problems{border:2px solid #b00020;padding:.5rem 1rem;margin:1rem 0}
.done{border:2px solid #1b6e3c;padding:.5rem 1rem;margin:1rem 0}
.note{font-size:.9em}
.row{list-style:none;display:flex;flex-wrap:wrap;gap:1rem;padding:0}
@media (prefers-color-scheme:dark){
html{background:#121212;color:#eaeaea}
a{color:#9cc8ff}
input[type=text],input[type=date],input[type=number],input[type=email],textarea,select{background:#1e1e1e;color:#eaeaea;border-color:#8a8a8a}
button{background:#9cc8ff;color:#06203d;border-color:#9cc8ff}
:focus{outline-color:#ffb45e}
.problems{border-color:#ff8f8f}.done{border-color:#7fd6a0}
}
`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** Both languages of a label or sentence: Indonesian, and English beneath it. */
export function inBoth({ id, en }: Bilingual): Piece {
  return id === en ? id : html`${id}<span class="en" lang="en">${en}</span>`;
}

/** The headers of every page: nothing is cached, sent on, framed or executed. */
export function pageHeaders(formTargets: readonly string[]): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-robots-tag': 'noindex, nofollow',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    // https://developer.mozilla.org/docs/Web/HTTP/Headers/Content-Security-Policy: all is off but one style and the forms.
    'content-security-policy': [
      "default-src 'none'",
      `style-src 'sha256-${styleHash}'`,
      `form-action ${["'self'", ...new Set(formTargets)].join(' ')}`,
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  };
}

/** For browsers too old to know the header. */
function referrerMark(policy: 'no-referrer' | 'same-origin') {
  return `<meta name="referrer" content="${policy}">`;
}

/**
 * A whole page.
 * @param formTargets origins besides the page's own that its forms send to
 */
export function page(
  statusCode: number,
  title: Bilingual,
  content: Piece,
  formTargets: readonly string[] = [],
): HttpAnswer {
  return {
    statusCode,
    headers: pageHeaders(formTargets),
    body: html`<!doctype html>
<html lang="id">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">${new Markup(referrerMark('no-referrer'))}<title>${title.id} – Jaring</title><style>${new Markup(style)}</style></head>
<body>
<main>
<h1>${inBoth(title)}</h1>
${content}
</main>
</body>
</html>
`.text,
  };
}

/**
 * The page for a reader who has signed in: its address holds no secret, and its forms must say where they come from,
 * which `no-referrer` would keep browsers from (`session.ts`).
 */
export function forSession(answer: HttpAnswer): HttpAnswer {
  return {
    ...answer,
    headers: { ...answer.headers, 'referrer-policy': 'same-origin' },
    body: answer.body.replace(referrerMark('no-referrer'), referrerMark('same-origin')),
  };
}

/** What the address of a page has while it is to show what was recorded a moment ago. */
export const justRecorded = 'tercatat';

/** How what a page shows is read: strongly right after a form was posted, for half the price otherwise. */
export function readsFor(query: Readonly<Record<string, string>>): 'eventual' | 'recorded' {
  return query[justRecorded] === undefined ? 'eventual' : 'recorded';
}

/** Sends the browser back to the page that it posted from, which shows what was recorded; reloading sends nothing again. */
export function backToPage({ path }: { path: string }): HttpAnswer {
  return {
    statusCode: 303,
    headers: { ...pageHeaders([]), location: `${lastSegment(path)}?${justRecorded}` },
    body: '',
  };
}

/** The one page for links that are unknown: altered, foreign, mistyped. It says nothing else. */
export function unknownLinkPage(): HttpAnswer {
  return page(
    404,
    { id: 'Tautan tidak dikenal', en: 'Unknown link' },
    html`<p>${inBoth({
      id: 'Tautan ini tidak berlaku. Buka tautan dari pesan asli yang Anda terima, lengkap tanpa perubahan.',
      en: 'This link is not valid. Open the link from the message you received, whole and unchanged.',
    })}</p>`,
  );
}

/** The page for links whose time is over. It says nothing else. */
export function oldLinkPage(): HttpAnswer {
  return page(
    410,
    { id: 'Tautan sudah tidak berlaku', en: 'This link has ended' },
    html`<p>${inBoth({
      id: 'Masa berlaku tautan ini sudah habis. Gunakan tautan dari pesan terbaru yang Anda terima.',
      en: 'The time of this link is over. Use the link from the latest message you received.',
    })}</p>`,
  );
}

/** The page for a fault on our side. */
export function failurePage(): HttpAnswer {
  return page(
    500,
    { id: 'Terjadi kesalahan', en: 'Something failed' },
    html`<p>${inBoth({
      id: 'Terjadi kesalahan di pihak kami; jawaban Anda mungkin belum tercatat. Coba lagi beberapa menit lagi.',
      en: 'Something failed on our side; your answer may not have been recorded. Try again in a few minutes.',
    })}</p>`,
  );
}

/** The page for a form that is far longer than any form here can be. */
export function tooLargePage(): HttpAnswer {
  return page(
    413,
    { id: 'Isian terlalu panjang', en: 'The form is too long' },
    html`<p>${inBoth({
      id: 'Isian yang dikirim terlalu panjang, sehingga tidak dicatat. Kembali, persingkat, lalu kirim lagi.',
      en: 'What was sent is too long and has not been recorded. Go back, shorten it, and send it again.',
    })}</p>`,
  );
}
