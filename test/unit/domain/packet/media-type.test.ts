import { describe, expect, test } from 'vitest';
import { nameFits, sniffMediaType } from '#domain/packet/media-type.ts';

function text(words: string) {
  return new TextEncoder().encode(words);
}

describe('what a file is', () => {
  test('is recognised by its first bytes', () => {
    expect(sniffMediaType(text('%PDF-1.7\n'))).toBe('application/pdf');
    expect(sniffMediaType(text(`${'\0'.repeat(100)}%PDF-1.4`))).toBe('application/pdf');
    expect(sniffMediaType(new Uint8Array([0xff, 0xd8, 0xff, 0xe0]))).toBe('image/jpeg');
    expect(sniffMediaType(new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1]))).toBe(
      'image/png',
    );
    expect(sniffMediaType(text('\u{feff} {"a":1}'))).toBe('application/json');
  });

  test('is unknown when nothing says so', () => {
    for (const bytes of [text(''), text('MZ'), text('<html>'), new Uint8Array([0xff, 0xd8])]) {
      expect(sniffMediaType(bytes)).toBeNull();
    }
  });

  test('must agree with the ending of its name', () => {
    expect(nameFits('KTP.JPG', 'image/jpeg')).toBe(true);
    expect(nameFits('ktp.pdf', 'image/jpeg')).toBe(false);
  });
});
