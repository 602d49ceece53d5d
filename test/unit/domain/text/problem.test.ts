import { describe, expect, test } from 'vitest';
import { problem, problemPlace, problemSchema, problemText } from '#domain/text/problem.ts';
import { problemTexts } from '#domain/text/problem-texts.ts';

describe('a problem', () => {
  test('says what is wrong and what to do, in both languages, with its facts', () => {
    const small = problem('group-too-small', '/members', { count: 19, minimum: 20 });
    expect(problemText(small, 'id')).toBe(
      'Kelompok berisi 19 orang, kurang dari 20. Lengkapi anggota kelompok.',
    );
    expect(problemText(small, 'en')).toBe('The group has 19 people, fewer than 20. Add the missing members.');
  });

  test('says where it is, in words', () => {
    const place = (where: string) => [
      problemPlace(problem('field-missing', where), 'id'),
      problemPlace(problem('field-missing', where), 'en'),
    ];
    expect(place('/members/3/nik')).toEqual(['anggota ke-4: NIK', 'member 4: NIK']);
    expect(place('/rab/0/total')).toEqual(['baris RAB ke-1: total', 'RAB line 1: total']);
    expect(place('ktp-03.jpg')).toEqual(['ktp-03.jpg', 'ktp-03.jpg']);
    expect(place('/somethingNew')).toEqual(['somethingNew', 'somethingNew']);
  });

  test('has texts that quote the same facts in both languages and are made of sentences', () => {
    for (const [code, text] of Object.entries(problemTexts)) {
      const quoted = (words: string) =>
        [...words.matchAll(/\{(\w+?)(?:Id|En)?\}/g)].map((match) => match[1]).sort();
      expect(quoted(text.id), code).toEqual(quoted(text.en));
      for (const words of [text.id, text.en]) expect(words, code).toMatch(/^[A-Z"].*\.$/s);
    }
  });

  test('is stored with a known code only', () => {
    expect(problemSchema.safeParse(problem('field-missing', '/group')).success).toBe(true);
    expect(problemSchema.safeParse({ code: 'nonsense', where: '', facts: {} }).success).toBe(false);
  });
});
