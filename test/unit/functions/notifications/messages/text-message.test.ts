import { describe, expect, it } from 'vitest';
import { composeText, textParts } from '#functions/notifications/messages/text-message.ts';

const url = `https://abcdefghij.execute-api.ap-southeast-3.amazonaws.com/a/${'S'.repeat(43)}`;
function message(subject: string) {
  return {
    subject: { id: subject, en: 'Confirmation' },
    blocks: [{ action: { id: 'Buka', en: 'Open' }, url }],
  };
}

describe('a text message', () => {
  it('says who writes, what about, and where to answer, in the reader’s language', () => {
    expect(composeText(message('Penegasan – “Maju…” (P-1)'), 'id')).toBe(
      `Jaring: Penegasan - "Maju..." (P-1) ${url}`,
    );
    expect(composeText(message('Penegasan'), 'en')).toBe(`Jaring: Confirmation ${url}`);
  });

  it('says what it is about where there is nothing to open', () => {
    expect(composeText({ subject: { id: 'Selesai', en: 'Done' }, blocks: [] }, 'id')).toBe('Jaring: Selesai');
  });

  it('is counted as the networks count it', () => {
    expect(textParts('a'.repeat(160))).toBe(1);
    expect(textParts('a'.repeat(161))).toBe(2);
    expect(textParts('é'.repeat(160))).toBe(1);
    expect(textParts('ж'.repeat(70))).toBe(1);
    expect(textParts('ж'.repeat(71))).toBe(2);
  });

  it('has at most three parts, with the link whole and no line break in it', () => {
    for (const name of ['a'.repeat(900), 'ж'.repeat(900), `a\r\nb\u202e${'x'.repeat(600)}`]) {
      const text = composeText(message(name), 'id');
      expect(textParts(text)).toBeLessThanOrEqual(3);
      expect(text.endsWith(` ${url}`)).toBe(true);
      expect(text).not.toMatch(/[\r\n\u202e]/);
    }
  });
});
