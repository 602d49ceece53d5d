import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { html, oneLine, readable } from '#functions/web/markup.ts';

/** Texts of any code points, markup among them more often than chance would have it. */
const anyText = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0x10ffff }),
      fc.constantFrom(...[...`<>&"'`].map((c) => c.charCodeAt(0))),
    ),
  )
  .map((points) => String.fromCodePoint(...points));

describe('markup', () => {
  it('escapes every text that is interpolated, also in attributes', () => {
    const name = `<script>alert("x")</script> & 'co'`;
    expect(html`<p title="${name}">${name}</p>`.text).toBe(
      '<p title="&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;co&#39;">' +
        '&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;co&#39;</p>',
    );
  });

  it('keeps markup that it made itself and joins lists', () => {
    expect(html`<ul>${['a', '<b>'].map((item) => html`<li>${item}</li>`)}</ul>`.text).toBe(
      '<ul><li>a</li><li>&lt;b&gt;</li></ul>',
    );
  });

  it('writes nothing for undefined and false', () => {
    expect(html`<p>${undefined}${false}${0}</p>`.text).toBe('<p>0</p>');
  });

  it('never lets a text open a tag, whatever it holds', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(html`${text}`.text).not.toMatch(/[<>"']/);
      }),
    );
  });

  it('takes marks that turn the direction of writing, and control characters, out of what people read', () => {
    expect(readable('Budi\u202Eitub\u2066\u0000\u001b[31m\nS.')).toBe('Budiitub[31m\nS.');
  });

  it('keeps a subject on one line, so that no header can be smuggled in', () => {
    expect(oneLine('Kelompok\r\nBcc: x@example.id\t Maju')).toBe('Kelompok Bcc: x@example.id Maju');
  });
});
