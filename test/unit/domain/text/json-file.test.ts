import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type JsonFaultKind, readJsonFile, readJsonText } from '#domain/text/json-file.ts';

function utf16le(text: string) {
  return Buffer.from(text, 'utf16le');
}
function utf16be(text: string) {
  return utf16le(text).swap16();
}
const mark = '\ufeff';

/** One text in each encoding that editors and scripts save. */
const encodings = {
  'UTF-8': (text: string) => Buffer.from(text),
  'UTF-8 with a byte-order mark': (text: string) => Buffer.from(mark + text),
  'UTF-16 little-endian, as PowerShell redirects': (text: string) => utf16le(mark + text),
  'UTF-16 little-endian without a mark': utf16le,
  'UTF-16 big-endian': (text: string) => utf16be(mark + text),
  'UTF-16 big-endian without a mark': utf16be,
};

function faults(text: string | Uint8Array) {
  const reading = typeof text === 'string' ? readJsonText(text) : readJsonFile(text);
  return reading.faults.map(({ kind, line, column }) => `${kind} ${line}:${column}`);
}

describe('JSON', () => {
  test('is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'binary' }), fc.constantFrom(0, 1, '\t'), (compact, indent) => {
        const value: unknown = JSON.parse(compact);
        for (const text of [compact, JSON.stringify(value, null, indent)])
          expect(readJsonText(text)).toMatchObject({ value, complete: true, faults: [], doubled: [] });
      }),
    );
  });

  test('is what JSON.parse takes, and nothing else', () => {
    const alphabet = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      ' ',
      '\n',
      '0',
      '1',
      '-',
      '.',
      'e',
      'a',
      'null',
      '"a"',
    ];
    const text = fc.array(fc.constantFrom(...alphabet), { maxLength: 12 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, (raw) => {
        let parsed: { value: unknown } | undefined;
        try {
          parsed = { value: JSON.parse(raw) };
        } catch {}
        const { value, complete, faults: found } = readJsonText(raw);
        expect(complete && found.length === 0).toBe(parsed !== undefined);
        if (parsed !== undefined) expect(value).toEqual(parsed.value);
      }),
      { numRuns: 3000 },
    );
  });

  test.each(Object.entries(encodings))('is the same in %s', (_, encode) => {
    const word = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(fc.dictionary(word, word), (value) => {
        const text = JSON.stringify(value);
        expect(readJsonFile(encode(text))).toEqual(readJsonText(text));
      }),
    );
  });

  test('may end in padding: zeros, line ends, the old sign for the end of a file', () => {
    for (const padding of ['\0\0\0', '\r\n\r\n', '\u001a', '\r\n\u001a\0', '\ufeff'])
      expect(readJsonFile(Buffer.from(`{"a":1}${padding}`))).toMatchObject({ value: { a: 1 }, faults: [] });
    // `echo >> file` puts one byte behind UTF-16.
    expect(readJsonFile(Buffer.concat([utf16le('{"a":1}'), Buffer.from('\n')])).faults).toEqual([]);
  });

  test('may have lines that end as on Windows or on old Macs', () => {
    for (const end of ['\n', '\r\n', '\r'])
      expect(readJsonText(['{', '"a": [', '1', ']', '}'].join(end))).toMatchObject({
        value: { a: [1] },
        faults: [],
      });
  });

  test('may have names that mean something to JavaScript', () => {
    const { value } = readJsonText('{"__proto__":{"email":"x@y.example"},"constructor":1,"toString":2}');
    expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor', 'toString']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  test('has numbers of any size, as JavaScript has them', () => {
    const { value, faults: found } = readJsonText('[1e999,-1e999,12345678901234567890,0.1e-400]');
    expect(found).toEqual([]);
    expect(value).toEqual([Infinity, -Infinity, 12345678901234567000, 0]);
  });
});

describe('what is no JSON', () => {
  const named: [string, string, unknown, string[]][] = [
    [
      'quotes that a word processor curled',
      '{\n “a”: “b”,\n "c": ”d“}',
      { a: 'b', c: 'd' },
      ['curly-quotes 2:2'],
    ],
    ['single quotes', "{'a': 'b'}", { a: 'b' }, ['single-quotes 1:2']],
    ['a comma before a bracket', '{"a": [1, 2, ],\r\n}', { a: [1, 2] }, ['trailing-comma 1:12']],
    ['comments', '{ // satu\n "a": 1, /* dua */ "b": 2 # tiga\n}', { a: 1, b: 2 }, ['comment 1:3']],
    ['a line break within a text', '{"a": "b\r\nc\td"}', { a: 'b\r\nc\td' }, ['line-break 1:9']],
    ['a path of Windows', '{"a": "C:\\Users\\x"}', { a: 'C:\\Users\\x' }, ['backslash 1:10']],
    ['spaces of a web page', '{\u00a0"a":\u00a01}', { a: 1 }, ['odd-space 1:2']],
    ['a number with zeros in front', '{"a": 0812}', { a: '0812' }, ['number-form 1:7']],
    ['a phone number', '{"a": +62812-3456}', { a: '+62812-3456' }, ['number-form 1:7']],
    ['an amount with dots', '{"a": 40.000.000}', { a: '40.000.000' }, ['number-form 1:7']],
    ['what Python writes', "{'a': None, 'b': NaN}", { a: null, b: null }, ['single-quotes 1:2', 'word 1:7']],
    ['names without quotes', '{a: 1}', { a: 1 }, ['word 1:2']],
    [
      'several at once',
      '{"a": ‘b’, c: 1,}',
      { a: 'b', c: 1 },
      ['curly-quotes 1:7', 'word 1:12', 'trailing-comma 1:16'],
    ],
  ];
  test.each(named)('but means one thing is read and named: %s', (_, text, value, expected) => {
    expect(readJsonText(text)).toMatchObject({ value, complete: true });
    expect(faults(text)).toEqual(expected);
  });

  const lost: [string, string, unknown, string[]][] = [
    ['a missing end', '{"a": [1, {"b": "c"', { a: [1, { b: 'c' }] }, ['cut-off 1:20']],
    ['a missing quote', '{"a": "b}', {}, ['cut-off 1:10']],
    ['a missing comma', '{"a": 1 "b": 2}', { a: 1 }, ['unexpected 1:9']],
    ['two files in one', '{"a": 1}\n{"b": 2}', { a: 1 }, ['after-end 2:1']],
    ['a Markdown fence', '```json\n{}\n```', undefined, ['unexpected 1:1']],
    ['a table', 'nomor;nama\n1;Ani', undefined, ['unexpected 1:1']],
  ];
  test.each(lost)('is read up to where it cannot be understood: %s', (_, text, value, expected) => {
    const reading = readJsonText(text);
    expect(reading.complete).toBe(false);
    expect(reading.value).toEqual(value);
    expect(faults(text)).toEqual(expected);
  });

  test('is nested so deeply that it cannot be meant', () => {
    expect(faults(`${'['.repeat(64)}${']'.repeat(64)}`)).toEqual([]);
    for (const open of ['[', '{"a":']) expect(faults(open.repeat(100_000))[0]).toMatch(/^too-deep /);
  });

  const others: [string, Uint8Array, JsonFaultKind][] = [
    ['nothing', Buffer.from(''), 'empty'],
    ['white space', Buffer.from('\ufeff \r\n\t'), 'empty'],
    ['zeros, as a disk that was full leaves', Buffer.alloc(4096), 'empty'],
    ['a page', Buffer.from('\r\n<!DOCTYPE html><html><body>Masuk</body></html>'), 'web-page'],
    [
      'an error of S3',
      Buffer.from('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'),
      'web-page',
    ],
    ['a PDF', Buffer.from('%PDF-1.7\n'), 'other-file'],
    ['a workbook', Buffer.from('PK\u0003\u0004\u0014\u0000'), 'other-file'],
    ['an old document', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'other-file'],
    ['rich text', Buffer.from('{\\rtf1\\ansi "a": 1}'), 'other-file'],
    ['a picture', Buffer.from('89504e470d0a1a0a', 'hex'), 'other-file'],
    ['something compressed', Buffer.from('1f8b0800', 'hex'), 'other-file'],
  ];
  test.each(others)('is known for what it is: %s', (_, bytes, kind) => {
    expect(readJsonFile(bytes)).toMatchObject({ value: undefined, complete: false, faults: [{ kind }] });
  });

  test('is reported to be in another encoding, and read all the same', () => {
    const text = '{"nama": "Café", "a": 1}';
    expect(readJsonFile(Buffer.from(text, 'latin1'))).toMatchObject({
      value: { nama: 'Café', a: 1 },
      complete: true,
      faults: [{ kind: 'encoding' }],
    });
    const utf32 = Buffer.from(
      [...`\ufeff${text}`].flatMap((one) => [one.charCodeAt(0) & 255, one.charCodeAt(0) >> 8, 0, 0]),
    );
    expect(faults(utf32)[0]).toBe('encoding 1:1');
  });

  test('is said to have a member twice, and where; the last one counts', () => {
    const reading = readJsonText('{"a": 1, "b": [{"c/d": 1, "c/d": 2}], "a": 3, "a": 4}');
    expect(reading).toMatchObject({ value: { a: 4, b: [{ 'c/d': 2 }] }, faults: [] });
    expect(reading.doubled).toEqual(['/b/0/c~1d', '/a']);
  });
});

describe('any file', () => {
  test('is read without an error, whatever its bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const { complete, faults: found } = readJsonFile(bytes);
        expect(complete || found.length > 0).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('is read without an error when it is broken anywhere', () => {
    const sound = Buffer.from(
      JSON.stringify({ a: ['é', -1.5e3, { b: null, 'c\\"': true }], d: '\u{1f600}' }),
    );
    const place = fc.nat(sound.length);
    fc.assert(
      fc.property(place, place, fc.uint8Array({ maxLength: 4 }), (from, to, between) => {
        readJsonFile(Buffer.concat([sound.subarray(0, from), between, sound.subarray(to)]));
      }),
      { numRuns: 2000 },
    );
  });

  test('is read in a time that grows with its size, whatever fills it', () => {
    const size = 262_144;
    for (const piece of [
      ' ',
      '\0',
      '{"a":',
      '"',
      '\\',
      '//',
      '/*',
      '“',
      '0',
      '{"a":1,"a":1},',
      '\u00a0',
      'x',
    ])
      readJsonText(`[${piece.repeat(size / piece.length)}x`);
  });
});
