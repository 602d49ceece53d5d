import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { peopleAsCsv } from '#cli/people/export.ts';
import { peopleIn } from '#cli/people/sheet.ts';
import { readTable } from '#cli/people/table.ts';
import { directoryRoles } from '#domain/asks/roles.ts';
import type { Person } from '#domain/people/person.ts';
import { judgePeople } from '#domain/settings.ts';
import { problemPlace, problemText } from '#domain/text/problem.ts';
import { regions } from '../../domain/packet/packets.ts';
import { xlsxOf } from './xlsx.ts';

async function read(text: string | Uint8Array) {
  const { table = [], problems } = await readTable(
    typeof text === 'string' ? new TextEncoder().encode(text) : text,
  );
  expect(problems).toEqual([]);
  return peopleIn(table, regions);
}
async function found(text: string) {
  return (await read(text)).problems.map((each) => `${problemPlace(each, 'en')}: ${each.code}`);
}

const head = 'id;nama;jabatan;surel;telepon;bahasa;atasan;ketidakhadiran';
const ani = 'ani;Ani;verifier: 33.02, 33.03;ani@dinas.example;081234567890;id;;';

describe('a table of people', () => {
  test('is a directory, whatever the language and the order of its headings', async () => {
    const people: Person[] = [
      {
        id: 'ani',
        name: 'Ani',
        roles: [
          { role: 'verifier', areas: ['33.02', '33.03'] },
          { role: 'mentor', areas: ['33'] },
        ],
        email: 'ani@dinas.example',
        language: 'id',
        phone: '+6281234567890',
        superior: 'budi',
        absences: [
          { from: '2026-12-01', to: '2026-12-14', substitute: 'budi' },
          { from: '2027-01-04', to: '2027-01-04' },
        ],
      },
      {
        id: 'budi',
        name: 'Budi',
        roles: [{ role: 'verifier', areas: ['*'] }],
        email: 'budi@dinas.example',
        language: 'en',
      },
    ];
    const indonesian = `${head}
ani;Ani;verifikator: 33.02, 3303; pendamping: 33;ani@dinas.example;+6281234567890;;budi;1/12/2026 s.d. 14/12/2026 budi | 2027-01-04
budi;Budi;verifier: *;budi@dinas.example;-;EN;;`.replace(
      'verifikator: 33.02, 3303; pendamping: 33',
      '"verifikator: 33.02, 3303; pendamping: 33"',
    );
    const english = `E-mail,Roles,Name,ID,Superior,Language,Phone,Absences,Areas
ani@dinas.example,"verifier: 33.02 33.03
mentor",Ani,ani,budi,id,+6281234567890,"2026-12-01..2026-12-14 budi; 2027-01-04",33
budi@dinas.example,verifier,Budi,budi,,en,,,*`;
    for (const text of [indonesian, english]) {
      const { file, problems } = await read(text);
      expect(problems).toEqual([]);
      expect(file?.people).toEqual(people);
    }
  });

  test('is read from a workbook, where codes and phone numbers lost their zeros', async () => {
    const { file } = await read(
      xlsxOf([
        ['id', 'nama', 'jabatan', 'wilayah', 'surel', 'telepon'],
        ['ani', 'Ani', 'verifier', 33.1, 'ani@dinas.example', 81_210_000_001],
      ]),
    );
    expect(file?.people).toMatchObject([
      { roles: [{ role: 'verifier', areas: ['33.10'] }], phone: '081210000001' },
    ]);
  });

  test('is refused with every problem at once, each with its row and column', async () => {
    expect(
      await found(
        `${head}
${ani}

=cmd|' /C calc'!A0;@budi;verifier;bukan surel;+62 tidak;fr;ani;kapan-kapan
ani;-;king: 33.02;ANI@dinas.example;;id;tidak.ada;2026-12-14..2026-12-01
citra;Citra;verifier: 33.99, 3;citra@dinas.example;;id;;2026-12-01..2026-12-09 siapa; 2026-02-30`.replace(
          '2026-12-01..2026-12-09 siapa; 2026-02-30',
          '"2026-12-01..2026-12-09 siapa; 2026-02-30"',
        ),
      ),
    ).toEqual([
      'row 4: id: cell-is-formula',
      'row 4: name: cell-is-formula',
      'row 4: role: cell-role-without-area',
      'row 4: e-mail: field-not-an-email',
      'row 4: phone: cell-is-formula',
      'row 4: language: field-not-a-choice',
      'row 4: absence: cell-absence-malformed',
      'row 5: id: person-doubled',
      'row 5: name: field-missing',
      'row 5: role: field-not-a-choice',
      'row 5: e-mail: person-email-doubled',
      'row 5: superior: superior-unknown',
      'row 5: absence: absence-backwards',
      'row 6: role: field-malformed',
      'row 6: role: area-unknown',
      'row 6: absence: field-not-a-date',
      'row 6: absence: field-not-a-date',
      'row 6: absence: substitute-unknown',
    ]);
  });

  test('says each problem in both languages', async () => {
    const { problems } = await read(`${head}\n${ani.replace('Ani', '=1+1')}`);
    const [formula] = problems;
    if (formula === undefined) throw new Error('There is no problem.');
    expect(`${problemPlace(formula, 'id')}: ${problemText(formula, 'id')}`).toMatch(
      /^baris ke-2: nama: Isian ini/,
    );
    expect(`${problemPlace(formula, 'en')}: ${problemText(formula, 'en')}`).toMatch(
      /^row 2: name: This begins/,
    );
  });

  test.each([
    ['has no people', head, ['row 1: table-empty']],
    ['has no columns', ';;\n', ['row 1: table-empty']],
    ['lacks columns', 'id;nama\nani;Ani', ['row 1: column-missing', 'row 1: column-missing']],
    ['has a column twice', `${head};name\n${ani};Ani`, ['row 1: column-doubled']],
    ['has unknown columns', `${head};gaji\n${ani};1`, ['row 1: column-unknown']],
    ['has cells beyond its columns', `${head}\n${ani};;x`, ['row 2: cell-without-column']],
    [
      'has NUL bytes',
      `${head}\n${ani.replace('Ani', 'A\0i')}`,
      ['row 2: name: field-has-control-characters'],
    ],
  ])('that %s is refused', async (_, text, expected) => {
    expect((await found(text)).map((each) => each.replace(/^: /, 'row 1: '))).toEqual(expected);
  });
});

describe('an exported directory', () => {
  const ids = ['ani', 'budi.w', 'citra-2'];
  const anyText = fc.stringMatching(/^[A-Za-z0-9 ,;"'=+@.|-]{1,30}$/).map((text) => `N${text}`.trim());
  const anyPerson = (id: string): fc.Arbitrary<Person> =>
    fc.record(
      {
        id: fc.constant(id),
        name: anyText,
        roles: fc.array(
          fc.record({
            role: fc.constantFrom(...directoryRoles),
            areas: fc.array(fc.constantFrom('*', '33', '33.02', '35.01'), { minLength: 1, maxLength: 3 }),
          }),
          { minLength: 1, maxLength: 3 },
        ),
        email: fc.constant(`${id}@dinas.example`),
        language: fc.constantFrom('id' as const, 'en' as const),
        phone: fc.constantFrom('081234567890', '+62 812-3456-7890'),
        superior: fc.constantFrom(...ids.filter((other) => other !== id)),
        absences: fc.constant([
          { from: '2026-12-01', to: '2026-12-14', substitute: ids.find((other) => other !== id) ?? '' },
          { from: '2027-01-04', to: '2027-01-04' },
        ]),
      },
      { requiredKeys: ['id', 'name', 'roles', 'email', 'language'] },
    );

  test('is read again as the same directory', async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(...ids.map(anyPerson)), async (people) => {
        expect(judgePeople({ schemaVersion: 1, people }, regions).problems).toEqual([]);
        const { file, problems } = await read(peopleAsCsv(people));
        expect(problems).toEqual([]);
        expect(file?.people).toEqual(people);
      }),
    );
  });

  test('holds nothing that a spreadsheet would run', () => {
    const hostile = ["=cmd|' /C calc'!A0", '+1', '-1', '@SUM(A1)'];
    const csv = peopleAsCsv(
      hostile.map((name, index) => ({
        id: `p${index}`,
        name,
        roles: [{ role: 'ppk', areas: ['*'] }],
        email: `p${index}@dinas.example`,
        language: 'id',
        phone: '+6281234567890',
      })),
    );
    expect(csv.startsWith('\uFEFFid,nama,')).toBe(true);
    for (const cell of csv.split(/\r\n|,/)) expect(cell).not.toMatch(/^"?[=+@-]/);
    expect(csv).toContain("'+6281234567890");
  });
});
