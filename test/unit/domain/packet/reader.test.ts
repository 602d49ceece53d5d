import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkPacket } from '#domain/packet/checks.ts';
import { maxPacketBytes } from '#domain/packet/packet.ts';
import { readPacket } from '#domain/packet/reader.ts';
import { problemText } from '#domain/text/problem.ts';
import { contextOf, readText, soundPacket } from './packets.ts';

const sound = JSON.stringify(soundPacket());
const contact = { email: 'ketua@kelompok.example', name: 'Anggota 1', language: 'id' };
function codes(text: string | Uint8Array) {
  return (typeof text === 'string' ? readText(text) : readPacket(text)).problems.map(
    ({ code, where }) => `${code} ${where}`,
  );
}

describe('a sound packet', () => {
  const saved: [string, Uint8Array][] = [
    ['UTF-8 with a byte-order mark', Buffer.from(`\ufeff${sound}`)],
    ['UTF-16, little-endian', Buffer.from(`\ufeff${sound}`, 'utf16le')],
    ['UTF-16, big-endian', Buffer.from(`\ufeff${sound}`, 'utf16le').swap16()],
    ['UTF-16 without a mark', Buffer.from(sound, 'utf16le')],
    ['lines of Windows', Buffer.from(JSON.stringify(soundPacket(), null, 2).replaceAll('\n', '\r\n'))],
    ['zeros behind it', Buffer.from(`${sound}\0\0\0\r\n`)],
  ];
  test.each(saved)('is the same packet when it was saved as %s', (_, bytes) => {
    const reading = readPacket(bytes);
    expect(reading).toEqual(readText(sound));
    expect(reading.problems).toEqual([]);
    expect(reading.contact).toEqual(contact);
    expect(reading.attachmentNames).toHaveLength(soundPacket().attachments.length);
    // No one is accused of altered attachments, because one reader says what the packet claims and what it lists.
    const { packet, problems } = checkPacket(reading, contextOf(soundPacket()));
    expect(problems).toEqual([]);
    expect(packet).toEqual(reading.packet);
  });
});

describe('a packet that a person or a program got wrong', () => {
  const wrong: [string, string, string[]][] = [
    ['curled its quotes', sound.replaceAll('"', '”'), ['json-curly-quotes ']],
    ['left a comma', `${sound.slice(0, -1)},}`, ['json-trailing-comma ']],
    ['added a comment', sound.replace('{', '{ // proposal kami\n'), ['json-comment ']],
    [
      'broke a line',
      sound.replace('Balai desa', 'Balai\ndesa'),
      ['json-line-break ', 'field-has-control-characters /group/address'],
    ],
    ['wrote a number without quotes', sound.replace('"0012345678"', '0012345678'), ['json-number-form ']],
    ['repeated a field', sound.replace('{', '{"amountAsked":1,'), ['field-doubled /amountAsked']],
    ['added what follows the end', `${sound}\n${sound}`, ['json-after-end ']],
    ['was cut off behind the contact', sound.slice(0, sound.indexOf('"attachments"')), ['json-cut-off ']],
    [
      'wrote the NIK as a number',
      sound.replace(/"nik":"(\d{16})"/, '"nik":$1'),
      ['field-number-for-text /members/0/nik'],
    ],
    [
      'let a spreadsheet write it',
      sound.replace(/"nik":"\d{16}"/, '"nik":3.30215E+15'),
      ['field-number-for-text /members/0/nik'],
    ],
    [
      'wrote an endless number',
      sound.replace(/"amountAsked":\d+/, '"amountAsked":1e999'),
      ['field-not-a-number /amountAsked'],
    ],
    [
      'named a field __proto__',
      sound.replace('{', '{"__proto__":{"programme":"x"},'),
      ['field-unknown /__proto__'],
    ],
    [
      'left nothing for Python',
      sound.replace(/"sex":"P"/, '"sex":None'),
      ['json-word ', 'field-not-a-choice /members/1/sex'],
    ],
  ];
  test.each(wrong)('and %s is reported, and its sender is known', (_, text, expected) => {
    const reading = readText(text);
    expect(codes(text)).toEqual(expected);
    expect(reading.packet).toBeUndefined();
    expect(reading.contact).toEqual(contact);
  });

  test('is reported with everything else at once, where what was meant is plain', () => {
    const packet = soundPacket();
    packet.amountAsked = 1;
    packet.group.village = '33.02.15.9999';
    const text = JSON.stringify(packet).replaceAll('"', '”').replace(/}$/, ',}');
    const { problems } = checkPacket(readText(text), contextOf(soundPacket()));
    expect(problems.map(({ code }) => code)).toEqual([
      'json-curly-quotes',
      'json-trailing-comma',
      'village-unknown',
      'rab-sum-wrong',
      'amount-not-fixed',
    ]);
  });

  test.each([
    ['', ['json-empty ']],
    ['<html><body>contact: ketua@kelompok.example</body></html>', ['json-web-page ']],
    ['%PDF-1.4', ['json-other-file ']],
    ['[]', ['field-wrong-kind ']],
    [JSON.stringify(sound), ['field-wrong-kind ']],
    ['null', ['field-wrong-kind ']],
    ['"', ['json-cut-off ']],
    ['['.repeat(1000), ['json-too-deep ']],
    ['proposal kelompok', ['not-json ']],
    ['```\n{}', ['not-json ']],
    [`{"a":"${'x'.repeat(maxPacketBytes)}"}`, ['packet-too-large ']],
  ])('%# has one clear problem with the whole file', (text, expected) => {
    expect(codes(text)).toEqual(expected);
    for (const language of ['id', 'en'] as const)
      for (const problem of readText(text).problems)
        expect(problemText(problem, language)).not.toContain('?');
  });
});

describe('the contact of a broken packet', () => {
  const contactIn = (text: string) => readText(text).contact;

  test('is found wherever the JSON is still JSON', () => {
    expect(
      contactIn(JSON.stringify({ contact: { email: 'a@b.example', name: ' Ani ', language: 'en' } })),
    ).toEqual({ email: 'a@b.example', name: 'Ani', language: 'en' });
  });

  test('is found behind the word contact where it is not', () => {
    expect(contactIn('{"members":[{"email":"x@y.example"}], "contact": {"email": "a@b.example",,,')).toEqual({
      email: 'a@b.example',
      language: 'id',
    });
    expect(contactIn('{"members":[{]], “contact”: {“email”: “a@b.example”}}')).toMatchObject({
      email: 'a@b.example',
    });
  });

  test('is found in a file of another encoding, and before the place where the file ends', () => {
    const text = '{"contact":{"email":"a@b.example","name":"Café"},"members":[';
    expect(readPacket(Buffer.from(text, 'latin1')).contact).toMatchObject({ email: 'a@b.example' });
    expect(readPacket(Buffer.from(text, 'utf16le')).contact).toMatchObject({ name: 'Café' });
  });

  test('is not guessed', () => {
    expect(contactIn('{"members":[{"email":"x@y.example"}')).toBeUndefined();
    expect(contactIn('{"contact":{"email":"not an address"}}')).toBeUndefined();
    expect(contactIn('{"contact":null}')).toBeUndefined();
    expect(contactIn('{"__proto__":{"contact":{"email":"a@b.example"}}}')).toBeUndefined();
    expect(contactIn('')).toBeUndefined();
  });
});

describe('the attachments that a packet lists', () => {
  test.each([
    ['{"attachments":[{"name":"a.pdf"},{"name":"a.pdf"},{"name":7},{"name":"b.pdf"}]}', ['a.pdf', 'b.pdf']],
    ['{"attachments":[{"name":"a.pdf"},null,"b.pdf",[]]}', ['a.pdf']],
    ['{"attachments":"none"}', []],
    ['{}', []],
    ['null', []],
    ['{broken', []],
  ])('reads %s', (text, names) => {
    expect(readText(text).attachmentNames).toEqual(names);
  });
});

describe('any file', () => {
  test('is read and checked without an error, whatever its bytes are', () => {
    const context = contextOf(soundPacket());
    const bytes = Buffer.from(sound);
    const place = fc.nat(bytes.length);
    const broken = fc
      .tuple(place, place, fc.uint8Array({ maxLength: 4 }))
      .map(([from, to, between]) => Buffer.concat([bytes.subarray(0, from), between, bytes.subarray(to)]));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), broken), (file) => {
        const { packet, problems } = checkPacket(readPacket(file), context);
        expect(packet !== undefined || problems.length > 0).toBe(true);
        for (const problem of problems)
          for (const language of ['id', 'en'] as const) expect(problemText(problem, language)).not.toBe('');
      }),
      { numRuns: 300 },
    );
  });
});
