/** The mailbox as a page: no script; a message's own HTML stands in a frame that may run nothing. */
import type { Message } from './mailbox.ts';

const style = `
  :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
  body { margin: 0; display: grid; grid-template-columns: minmax(16rem, 26rem) 1fr; height: 100vh; }
  nav { overflow: auto; border-right: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
  h1 { font-size: 1rem; margin: .8rem 1rem; }
  nav a { display: block; padding: .5rem 1rem; color: inherit; text-decoration: none; border-top: 1px solid color-mix(in srgb, currentColor 10%, transparent); }
  nav a[aria-current] { background: color-mix(in srgb, currentColor 12%, transparent); }
  nav b, nav small { display: block; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }
  main { overflow: auto; padding: .8rem 1.5rem; display: flex; flex-direction: column; gap: .8rem; }
  main h2 { margin: 0; font-size: 1.2rem; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin: 0; }
  dd { margin: 0; overflow-wrap: anywhere; }
  iframe { flex: 1; min-height: 20rem; border: 1px solid color-mix(in srgb, currentColor 20%, transparent); background: white; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; padding: 1rem; border: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
`;

/** The page's own policy; frames of messages get none of the page's rights. */
export const mailboxPageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Text that stands safely in HTML, also within an attribute's quotes. */
function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/**
 * @param messages newest last
 * @param total how many there are in all
 * @param selected the one to show whole
 */
export function mailboxPage(
  messages: readonly Message[],
  total: number,
  selected: Message | undefined,
): string {
  const newestFirst = [...messages].reverse();
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${selected ? `${escapeHtml(selected.subject)} – ` : ''}Mailbox</title>
<style>${style}</style>
<nav aria-label="Messages">
<h1>Mailbox: ${total} ${total === 1 ? 'message' : 'messages'}${total > messages.length ? `, the newest ${messages.length}` : ''}</h1>
${newestFirst.map((message) => entry(message, message.id === selected?.id)).join('\n')}
</nav>
<main>
${selected ? whole(selected) : '<p>No message yet.</p>'}
</main>
</html>
`;
}

function entry(message: Message, current: boolean): string {
  return `<a href="?id=${encodeURIComponent(message.id)}"${current ? ' aria-current="true"' : ''}><b>${escapeHtml(titleOf(message))}</b><small>${message.channel === 'text' ? 'SMS: ' : ''}${escapeHtml(message.to.join(', '))}</small><small><time datetime="${escapeHtml(message.at)}">${escapeHtml(when(message.at))}</time></small></a>`;
}

/** A text message has no subject: it begins with what it is about. */
function titleOf({ subject, text }: Message): string {
  return subject || text?.slice(0, 60) || '(no subject)';
}

function when(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}

function whole(message: Message): string {
  const facts: readonly (readonly [string, string])[] = [
    ['Channel', message.channel === 'text' ? 'text message' : ''],
    ['From', message.from],
    ['To', message.to.join(', ')],
    ['Cc', message.cc.join(', ')],
    ['Bcc', message.bcc.join(', ')],
    ['Reply-To', message.replyTo.join(', ')],
    ['Date', when(message.at)],
    ...Object.entries(message.headers),
    ['Attachments', message.attachments.map(({ name, size }) => `${name} (${size} bytes)`).join(', ')],
  ];
  const rows = facts
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`);
  // Links open in a new tab, outside the frame, so that they can be followed; nothing else leaves the frame.
  const frame =
    message.html === null
      ? ''
      : `<iframe title="Message as HTML" sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="${escapeHtml(`<base target="_blank">${message.html}`)}"></iframe>`;
  const text =
    message.text === null
      ? ''
      : `<details${message.html === null ? ' open' : ''}><summary>Text</summary><pre>${linked(message.text)}</pre></details>`;
  return `<h2>${escapeHtml(titleOf(message))}</h2>\n<dl>${rows.join('')}</dl>\n${frame}\n${text}`;
}

/** Text with its web addresses made links. */
function linked(text: string): string {
  return text
    .split(/(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)])/)
    .map((part, index) =>
      index % 2 === 0
        ? escapeHtml(part)
        : `<a href="${escapeHtml(part)}" target="_blank" rel="noopener noreferrer">${escapeHtml(part)}</a>`,
    )
    .join('');
}
