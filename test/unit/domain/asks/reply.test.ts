import { describe, expect, it } from 'vitest';
import { needsCode } from '#domain/asks/ask.ts';
import { askKinds, kindOf } from '#domain/asks/ask-kinds.ts';
import { outcomeOfWord, readReply, replyAsForm, wordsFor } from '#domain/asks/reply.ts';
import { mobileNumber } from '#domain/people/phone.ts';

describe('a reply', () => {
  it.each([
    ['TOLAK RAB tidak wajar', 'reject', 'RAB tidak wajar'],
    ['tolak: RAB tidak wajar', 'reject', 'RAB tidak wajar'],
    ['"Kembalikan" - lengkapi\nlampiran', 'return', 'lengkapi\nlampiran'],
    ['\n  *SETUJU*', 'approve', ''],
    ['Return, please add the statement', 'return', 'please add the statement'],
    ['APPROVE.', 'approve', ''],
    ['reject – too dear', 'reject', 'too dear'],
  ])('%j is %s', (text, word, reason) => {
    expect(readReply(text)).toEqual({ word, reason });
  });

  it.each([
    '',
    'Tidak setuju',
    'Saya SETUJU',
    'SETUJUI',
    'TOLAKAN',
    'tolak-angsur',
    'approved',
    'Terima kasih.\nSETUJU',
    '> SETUJU?',
  ])('%j says nothing', (text) => {
    // A mark of quotation is taken away before, with all that it marks.
    expect(readReply(text.replace(/^>.*/, ''))).toBeUndefined();
  });

  it('says only what the form offers, and gives the form what it wants', () => {
    for (const kind of askKinds) {
      const offered = kindOf(kind).form.fields.find(({ name }) => name === 'outcome')?.options ?? [];
      for (const word of wordsFor(kind)) {
        const outcome = outcomeOfWord(kind, word) ?? '';
        expect([kind, offered.map(({ value }) => value)]).toEqual([kind, expect.arrayContaining([outcome])]);
        const form = replyAsForm(kind, outcome, 'sebab');
        // What needs a code is answered on the page, whatever its form wants.
        const missing = needsCode(kind, outcome)
          ? []
          : kindOf(kind).form.fields.filter(
              ({ name, required, onlyFor = [outcome] }) =>
                required && onlyFor.includes(outcome) && form[name] === undefined,
            );
        expect([kind, word, missing]).toEqual([kind, word, []]);
      }
    }
  });
});

describe('a phone number', () => {
  it.each(['081234567890', '0812-3456-7890', '+62 812 3456 7890', '6281234567890', '(0812) 3456.7890'])(
    '%s is a mobile number',
    (written) => {
      expect(mobileNumber(written)).toBe('+6281234567890');
    },
  );

  it.each(['', '0281 641234', '+62 21 3456789', '+1 202 555 0100', '0812', '08123456789012345', undefined])(
    '%s is none',
    (written) => {
      expect(mobileNumber(written)).toBeUndefined();
    },
  );
});
