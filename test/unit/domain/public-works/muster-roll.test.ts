import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rupiah } from '#domain/money/rupiah.ts';
import { maskNik } from '#domain/people/nik.ts';
import {
  judgeRoll,
  maxRollProblems,
  type RollFacts,
  type RollLine,
  readDate,
  wagesLimit,
} from '#domain/public-works/muster-roll.ts';
import { readRollJson } from '#domain/public-works/muster-roll-json.ts';
import { type RollSheet, readRollSheet, type SheetCell } from '#domain/public-works/muster-roll-sheet.ts';
import { acceptRoll, returnRoll, type Wages } from '#domain/public-works/wages.ts';
import { type Problem, problemPlace, problemText } from '#domain/text/problem.ts';
import { addDays } from '#domain/working-days.ts';
import { newestRulePack } from '#programmes/index.ts';

const { works } = newestRulePack('padat-karya-2020');
if (works === undefined) throw new RangeError('Padat Karya has no works');
function protect(nik: string) {
  return {
    nikHash: createHash('sha256').update(nik).digest('hex'),
    nikMasked: maskNik(nik),
    nikEncrypted: 'secret',
  };
}

function nikOf(number: number) {
  return `34030101019001${String(number).padStart(2, '0')}`;
}
const facts: RollFacts = {
  rules: works,
  plan: { days: 15, dayRate: rupiah(100_000) },
  members: Array.from({ length: 20 }, (_, index) => ({
    number: index + 1,
    name: `Warga ${index + 1}`,
    nikHash: protect(nikOf(index + 1)).nikHash,
    nikMasked: maskNik(nikOf(index + 1)),
    birthDate: '1990-01-01',
  })),
  // A Monday.
  from: '2020-10-19',
  until: '2020-11-20',
  limit: rupiah(30_000_000),
  protect,
};

/** Fifteen days of work without Sundays. */
const days = [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 14, 15, 16].map((day) => addDays(facts.from, day));
function line(number: number, change: Partial<RollLine> = {}, present = days): RollLine {
  return {
    at: `/rows/${number - 1}`,
    number: String(number),
    name: `Warga ${number}`,
    role: 'Pekerja',
    present: present.map((date, index) => ({ at: `/rows/${number - 1}/present/${index}`, date })),
    ...change,
  };
}
function all(change: (line: RollLine) => RollLine = (each) => each) {
  return Array.from({ length: 20 }, (_, index) => change(line(index + 1)));
}
/** A person in the place of member 7, from the eleventh day on. */
function substitute(change: Partial<RollLine> = {}): RollLine {
  const { number: _, ...rest } = line(21, {}, days.slice(10));
  return {
    ...rest,
    name: 'Pengganti',
    nik: '3403010101950099',
    birthDate: '1995-01-01',
    replaces: '7',
    decisionNumber: '141/07/2020',
    decisionDate: '2020-10-28',
    ...change,
  };
}
function withSubstitute(change: Partial<RollLine> = {}) {
  return [
    ...all().map((each) => (each.number === '7' ? line(7, {}, days.slice(0, 10)) : each)),
    substitute(change),
  ];
}

function codes({ problems }: { problems: readonly Problem[] }) {
  return problems.map(({ code }) => code);
}

describe('the wages of a roll', () => {
  test('are days times rate, and all planned days of all workers use up what there is', () => {
    const { roll } = judgeRoll(all(), facts);
    expect(roll).toMatchObject({ wages: 30_000_000, limit: 30_000_000, unspentWages: 0 });
    expect(roll?.workers).toHaveLength(20);
    expect(roll?.workers[0]).toMatchObject({
      memberNumber: 1,
      role: 'pekerja',
      dayRate: 100_000,
      wage: 1_500_000,
    });
  });

  test('leave what was not worked', () => {
    const { roll } = judgeRoll([line(1, {}, days.slice(0, 3)), line(2, {}, [])], facts);
    expect(roll).toMatchObject({ wages: 300_000, unspentWages: 29_700_000 });
    expect(roll?.workers.map(({ memberNumber: place }) => place)).toEqual([1]);
  });

  test('are higher for skilled work, within what the decree allows', () => {
    const rate = (dayRate: string, role: string) =>
      judgeRoll([line(1, { dayRate, role }, days.slice(0, 10))], facts);
    expect(rate('Rp130.000', 'tukang').roll?.wages).toBe(1_300_000);
    expect(rate('130000', 'TUKANG').roll?.workers[0]?.role).toBe('tukang');
    expect(codes(rate('130001', 'Tukang'))).toEqual(['roll-rate-too-high']);
    expect(codes(rate('99999', 'Tukang'))).toEqual(['roll-rate-too-low']);
    const two = [
      line(1, { dayRate: '120000', role: 'tukang' }),
      line(2, { dayRate: '130000', role: 'tukang' }),
    ];
    expect(codes(judgeRoll(two, facts))).toEqual(['roll-rates-differ']);
  });

  test('never exceed what there is', () => {
    const dear = all((each) => ({ ...each, dayRate: '110000' }));
    const { problems } = judgeRoll(dear, facts);
    expect(problems).toEqual([
      { code: 'roll-wages-too-large', where: '', facts: { wages: 'Rp33.000.000', limit: 'Rp30.000.000' } },
    ]);
  });

  test('are the same in whatever order lines and days come', () => {
    const marks = fc.array(fc.subarray(days, { minLength: 0 }), { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(marks, fc.infiniteStream(fc.nat()), (present, chance) => {
        const rolls = present.map((some, index) => line(index + 1, {}, some));
        const shuffled = [...rolls].sort(() => ((chance.next().value ?? 0) % 2) * 2 - 1);
        const reversed = shuffled.map((each) => ({ ...each, present: each.present.toReversed() }));
        const one = judgeRoll(rolls, facts);
        expect(judgeRoll(reversed, facts).roll).toEqual(one.roll);
        const personDays = present.flat().length;
        if (personDays === 0) expect(codes(one)).toEqual(['roll-empty']);
        else {
          expect(one.roll?.wages).toBe(personDays * 100_000);
          expect((one.roll?.wages ?? 0) + (one.roll?.unspentWages ?? 0)).toBe(facts.limit);
          for (const { wage, days: worked } of one.roll?.workers ?? [])
            expect(wage).toBe(worked.length * 100_000);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('are exact for the largest group, the longest works and the highest rate that can be written', () => {
    const members = Array.from({ length: 99 }, (_, index) => ({
      ...{ number: index + 1, name: `Warga ${index + 1}`, nikHash: `h${index}`, nikMasked: '' },
      birthDate: '1990-01-01',
    }));
    const year = Array.from({ length: 366 }, (_, day) => addDays('2020-01-01', day));
    const rules = {
      ...works,
      maxDaysPerWeek: 7,
      roles: [{ ...works.roles[0], maxDayRate: rupiah(999_999_999) }],
    };
    const large = {
      ...facts,
      ...{ members, rules: rules as RollFacts['rules'], from: '2020-01-01', until: '2020-12-31' },
      ...{ plan: { days: 366, dayRate: rupiah(1) }, limit: rupiah(Number.MAX_SAFE_INTEGER) },
    };
    const lines = members.map(({ number }) => line(number, { dayRate: '999999999' }, year));
    expect(judgeRoll(lines, large).roll?.wages).toBe(99 * 366 * 999_999_999);
  });

  test('are limited to the labour of the tranches that are not left unpaid', () => {
    const rab = [
      { category: 'labour', total: rupiah(30_000_000) },
      { category: 'material', total: rupiah(24_000_000) },
    ];
    const tranches = (second: string) => [
      { status: 'settled', amount: rupiah(37_800_000) },
      { status: second, amount: rupiah(16_200_000) },
    ];
    const award = rupiah(54_000_000);
    expect(wagesLimit({ rab, award, tranches: tranches('open') })).toBe(30_000_000);
    expect(wagesLimit({ rab, award, tranches: tranches('unpaid') })).toBe(21_000_000);
  });
});

describe('who worked', () => {
  test.each<[string, RollLine[], string[]]>([
    ['a number that is not in the group', [line(21)], ['roll-number-unknown']],
    ['a negative number', [line(1, { number: '-1' })], ['roll-number-malformed']],
    ['a fractional number', [line(1, { number: '1.5' })], ['roll-number-malformed']],
    ['a number as 1E7', [line(1, { number: '1E7' })], ['roll-number-malformed']],
    ['another name', [line(1, { name: 'Orang Lain' })], ['roll-name-differs']],
    ['no name', [line(1, { name: undefined as unknown as string })], ['field-missing']],
    ["another's NIK", [line(1, { nik: nikOf(2) })], ['roll-nik-differs']],
    ['a person twice', [line(1), line(1, { at: '/rows/30' })], ['roll-worker-doubled']],
    ['an unknown role', [line(1, { role: 'presiden' })], ['field-not-a-choice']],
    ['a rate as 1e7', [line(1, { dayRate: '1E7' })], ['field-not-rupiah']],
    ['a negative rate', [line(1, { dayRate: '-100000' })], ['field-not-rupiah']],
    ['a fractional rate', [line(1, { dayRate: '100000.5' })], ['field-not-rupiah']],
    ['a line that names no one', [{ at: '/rows/0', present: [] }], ['roll-worker-unnamed']],
    ['a member with a decision', [line(1, { decisionNumber: '1' })], ['roll-member-is-no-substitute']],
  ])('%s is reported', (_what, lines, expected) => {
    expect(codes(judgeRoll(lines, facts))).toEqual(expected);
  });

  test('is recognised by the personal number as well as by number and name', () => {
    const { number: _, ...rest } = line(3, { nik: nikOf(3) });
    expect(judgeRoll([rest], facts).roll?.workers[0]).toMatchObject({ memberNumber: 3, name: 'Warga 3' });
    expect(codes(judgeRoll([{ ...rest, nik: '3403010101900177' }], facts))).toEqual(['roll-worker-unknown']);
  });

  test('is a substitute with the village’s decision, in one place a day', () => {
    const { roll } = judgeRoll(withSubstitute(), facts);
    expect(roll?.wages).toBe(30_000_000);
    const seventh = roll?.workers.filter(({ memberNumber: place }) => place === 7);
    expect(seventh?.map(({ name, days: worked }) => [name, worked.length])).toEqual([
      ['Warga 7', 10],
      ['Pengganti', 5],
    ]);
    expect(JSON.stringify(roll)).not.toContain('3403010101950099');
    expect(codes(judgeRoll([...all(), substitute()], facts))).toEqual([
      ...Array(5).fill('roll-place-taken'),
      'roll-wages-too-large',
    ]);
  });

  test.each<[string, Partial<RollLine>, string[]]>([
    ['a decision from after the first day', { decisionDate: '2020-11-02' }, ['roll-decision-late']],
    ['a place that no one has', { replaces: '77' }, ['roll-place-unknown']],
    ['a NIK that cannot be', { nik: '123' }, ['nik-not-16-digits']],
    ['a birth date that is not the NIK’s', { birthDate: '1996-01-01' }, ['nik-birth-date-differs']],
    ['a person who is a member', { nik: nikOf(3) }, ['roll-substitute-is-member']],
    [
      'nothing but a NIK and who is replaced',
      { name: undefined, birthDate: undefined, decisionNumber: undefined, decisionDate: undefined } as never,
      ['field-missing', 'field-missing', 'field-missing', 'field-missing'],
    ],
  ])('a substitute with %s is reported', (_what, change, expected) => {
    expect(codes(judgeRoll(withSubstitute(change), facts))).toEqual(expected);
  });

  test('is of age on every day of work', () => {
    const born = (nik: string, birthDate: string) =>
      codes(judgeRoll(withSubstitute({ nik, birthDate }), facts));
    expect(born('3403013110020099', '2002-10-31')).toEqual(['roll-too-young']);
    expect(born('3403013010020099', '2002-10-30')).toEqual([]);
    expect(born('3403010211540099', '1954-11-02')).toEqual(['roll-too-old']);
  });
});

describe('the days of a roll', () => {
  test('lie between agreement and roll, within the plan, and leave a day of rest a week', () => {
    const on = (...present: string[]) => judgeRoll([line(1, {}, present)], facts);
    expect(codes(on('2020-10-18'))).toEqual(['roll-day-outside']);
    expect(codes(on('2020-11-21'))).toEqual(['roll-day-outside']);
    expect(codes(on('2020-10-19', '2020-10-19'))).toEqual(['roll-day-doubled']);
    const week = Array.from({ length: 7 }, (_, day) => addDays('2020-10-19', day));
    expect(on(...week).problems).toEqual([
      {
        code: 'roll-week-too-long',
        where: '/rows/0',
        facts: { monday: '2020-10-19', days: 7, maximum: 6 },
      },
    ]);
    const apart = [line(1), line(2, {}, [addDays(facts.from, 18)])];
    expect(codes(judgeRoll(apart, facts))).toEqual(['roll-too-many-days']);
  });

  test('are read as people and spreadsheets write them', () => {
    for (const text of ['2020-11-02', '02-11-2020', '2/11/2020', '2.11.2020'])
      expect(readDate(text)).toBe('2020-11-02');
    expect(readDate('44137', { from1904: false })).toBe('2020-11-02');
    expect(readDate('42675', { from1904: true })).toBe('2020-11-02');
    for (const text of ['2020-02-30', '44137', '2020', '', '02-11-20'])
      expect(readDate(text)).toBeUndefined();
  });
});

describe('a roll with many faults', () => {
  test('reports them all at once, in both languages and by their place, and never more than fit', () => {
    const lines = [
      line(1, { name: 'Orang Lain', role: 'x', dayRate: '-1' }, ['2020-01-01']),
      line(44),
      line(2, {}, ['2021-01-01']),
    ];
    const { problems } = judgeRoll(lines, facts);
    expect(problems.map(({ code, where }) => `${code} ${where}`)).toEqual([
      'roll-name-differs /rows/0/name',
      'roll-day-outside /rows/0/present/0',
      'roll-number-unknown /rows/43/number',
      'roll-day-outside /rows/1/present/0',
    ]);
    expect(problemPlace(problems[0] as Problem, 'id')).toBe('baris ke-1: nama');
    for (const each of problems)
      for (const language of ['id', 'en'] as const) expect(problemText(each, language)).not.toContain('?');
    const outside = all((each) =>
      line(
        Number(each.number),
        {},
        Array.from({ length: 15 }, (_, day) => `2019-01-0${1 + (day % 9)}`),
      ),
    );
    expect(judgeRoll(outside, facts).problems.length).toBeLessThanOrEqual(maxRollProblems);
  });

  test('is refused whole when it has 400 rows', () => {
    const rows = Array.from({ length: 400 }, (_, index) => line((index % 20) + 1, { at: `/rows/${index}` }));
    expect(judgeRoll(rows, facts).problems).toEqual([
      { code: 'roll-too-many-rows', where: '', facts: { rows: 400, maximum: 40 } },
    ]);
  });

  test('never stops the judge, whatever it says', () => {
    const text = fc.option(fc.oneof(fc.string(), fc.constantFrom('1', '7', 'pekerja', '2020-10-19')), {
      nil: undefined,
    });
    const anything = fc.record({
      at: fc.constant('/rows/0'),
      ...{ number: text, name: text, role: text, dayRate: text, nik: text, replaces: text },
      ...{ decisionNumber: text },
      birthDate: fc.constantFrom('1990-01-01', undefined),
      decisionDate: fc.constantFrom('2020-10-19', undefined),
      present: fc.constant([{ at: '/rows/0/present/0', date: '2020-10-19' }]),
    });
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 45 }), (lines) => {
        const { roll, problems } = judgeRoll(lines as RollLine[], facts);
        expect(roll === undefined).toBe(problems.length > 0);
      }),
      { numRuns: 100 },
    );
  });
});

function cell(text: string, kind: SheetCell['kind'] = 'text'): SheetCell {
  return { kind, text };
}
function sheet(...rows: (string | SheetCell | undefined)[][]): RollSheet {
  return {
    rows: rows.map((row) => row.map((each) => (typeof each === 'string' ? cell(each) : each))),
    from1904: false,
  };
}

describe('a sheet', () => {
  const headings = [
    'No.',
    'NAMA',
    'Peran',
    'NIK',
    'Tanggal lahir',
    '2020-10-19',
    cell('44124', 'number'),
    '21/10/2020',
  ];

  test('has a line for each worker and a column for each day, below whatever stands above', () => {
    const { lines, problems } = readRollSheet(
      sheet(
        ['DAFTAR HADIR'],
        [],
        headings,
        [cell('1', 'number'), ' Warga  1 ', 'Pekerja', '', '', 'H', '-', cell('1', 'number')],
        [],
        ['2'],
      ),
    );
    expect(problems).toEqual([]);
    expect(lines).toEqual([
      {
        at: '/rows/3',
        ...{ number: '1', name: 'Warga 1', role: 'Pekerja' },
        present: [
          { at: '/rows/3/columns/5', date: '2020-10-19' },
          { at: '/rows/3/columns/7', date: '2020-10-21' },
        ],
      },
      { at: '/rows/5', number: '2', present: [] },
    ]);
  });

  test('reports formulas, errors, numbers where texts belong, and marks that mean nothing', () => {
    const { problems } = readRollSheet(
      sheet(headings, [
        cell('A1+1', 'formula'),
        cell('#REF!', 'error'),
        'Pekerja',
        cell('3403010101950099', 'number'),
        '31-02-1990',
        cell('0.5', 'number'),
        cell('-1', 'number'),
        cell('1E7', 'number'),
        'di luar',
      ]),
    );
    expect(problems.map(({ code, where }) => `${code} ${where}`)).toEqual([
      'roll-cell-formula /rows/1/number',
      'roll-cell-error /rows/1/name',
      'roll-nik-number /rows/1/nik',
      'field-not-a-date /rows/1/birthDate',
      'roll-mark-unknown /rows/1/columns/5',
      'roll-mark-unknown /rows/1/columns/6',
      'roll-mark-unknown /rows/1/columns/7',
      'cell-without-column /rows/1/columns/8',
    ]);
  });

  test('without sound headings is reported, and nothing below is read', () => {
    expect(codes(readRollSheet(sheet(['a'], ['b'])))).toEqual(['roll-no-headings']);
    expect(codes(readRollSheet(sheet(['No', 'Nama', 'Peran'])))).toEqual(['roll-no-days']);
    expect(
      codes(
        readRollSheet(sheet(['No', 'Nama', 'No', 'Lain', '2020-10-19', '19/10/2020', cell('1', 'formula')])),
      ),
    ).toEqual([
      'column-doubled',
      'roll-column-unknown',
      'column-doubled',
      'roll-cell-formula',
      'column-missing',
    ]);
  });
});

describe('a roll in JSON', () => {
  test('has the fields of the sheet, numbers as such or as texts', () => {
    const file = {
      schemaVersion: 1,
      rows: [{ number: 1, name: 'Warga 1', role: 'pekerja', dayRate: 100000, present: ['2020-10-19'] }],
    };
    const { lines, problems } = readRollJson(Buffer.from(JSON.stringify(file)));
    expect(problems).toEqual([]);
    expect(judgeRoll(lines, facts).roll?.wages).toBe(100_000);
  });

  test.each([
    ['{', ['roll-not-json']],
    ['[]', ['field-wrong-kind']],
    ['{"schemaVersion":1,"rows":[]}', ['field-too-short']],
    [
      '{"schemaVersion":1,"rows":[{"nik":3403010101950099,"present":["2020-02-30"],"upah":1}]}',
      ['field-number-for-text', 'field-not-a-date', 'field-unknown'],
    ],
    ['{"schemaVersion":1,"rows":[],"rows":[],}', ['roll-not-json', 'field-doubled']],
  ])('is refused with what is wrong: %s', (text, expected) => {
    const read = readRollJson(Buffer.from(text));
    expect(codes(read)).toEqual(expected);
    expect(read.lines).toEqual([]);
  });

  test('quotes nothing of a file that is no JSON', () => {
    const { problems } = readRollJson(Buffer.from('{"nik": 3403010101950099x}'));
    expect(JSON.stringify(problems)).not.toContain('3403');
  });
});

describe('the record of wages', () => {
  const accepted: NonNullable<Wages['accepted']> = {
    ...{ at: '2020-12-01T00:00:00Z', turn: 1, workers: 20, substitutes: 0, personDays: 300, sha256: 'a' },
    ...{ wages: rupiah(3), limit: rupiah(3), unspentWages: rupiah(0) },
  };
  test('counts each return once, and forgets its problems when a roll is accepted', () => {
    const once = returnRoll(undefined, 1, [{ code: 'roll-empty', where: '', facts: {} }]);
    expect(returnRoll(once, 1, [])).toBe(once);
    const twice = returnRoll(once, 2, []);
    expect(twice?.returns).toBe(2);
    const done = acceptRoll(twice, accepted);
    expect(done).toEqual({ returns: 2, accepted });
    expect(acceptRoll(done, { ...accepted, workers: 1 })).toBe(done);
    expect(returnRoll(done, 3, [])).toBe(done);
  });
});
