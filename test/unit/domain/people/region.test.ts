import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  dottedCode,
  levelOf,
  provinceOf,
  regencyOf,
  regionCodeSchema,
  regionDirectory,
} from '#domain/people/region.ts';
import { regions } from '../packet/packets.ts';

describe('the region directory', () => {
  test('knows the first, the last and every 97th village by name', () => {
    const text = readFileSync(
      new URL('../../../../node_modules/idn-area-data/data/villages.csv', import.meta.url),
      'utf8',
    );
    const lines = text.trim().split('\n').slice(1);
    const some = lines.filter((_, index) => index % 97 === 0 || index === lines.length - 1);
    for (const line of some) {
      const [code = '', , name = ''] = line.split(',');
      if (!name.startsWith('"')) expect(regions.name(code)).toBe(name);
    }
  });

  test('gives the path from the province down, with and without dots in the code', () => {
    const way = ['province 33', 'regency 33.02', 'district 33.02.15', 'village 33.02.15.2003'];
    for (const code of ['33.02.15.2003', '3302152003']) {
      expect(regions.parents(code).map(({ level, code: at }) => `${level} ${at}`)).toEqual(way);
    }
    expect(regions.name('33.02')).toMatch(/BANYUMAS/i);
  });

  test('does not know what is no region', () => {
    for (const code of ['', '00', '99.99', '33.02.15.9999', '33.2', 'x', '33.02.15.2003.1', '332']) {
      expect(regions.has(code)).toBe(false);
    }
    expect(regions.parents('nowhere')).toEqual([]);
  });

  test('reads names with quotes and commas', () => {
    const csv = 'code,name\n11,"SATU, ""DUA"""\n12,TIGA';
    const small = regionDirectory({ provinces: csv, regencies: '', districts: '', villages: '' });
    expect(small.name('11')).toBe('SATU, "DUA"');
    expect(small.name('12')).toBe('TIGA');
    expect(small.name('13')).toBeUndefined();
    expect(small.name('11.01')).toBeUndefined();
  });
});

describe('a region code', () => {
  test('is read into its dotted form', () => {
    expect(dottedCode('330215')).toBe('33.02.15');
    expect(dottedCode('33.0215')).toBe('33.02.15');
    expect(dottedCode('33021')).toBeUndefined();
    expect(regionCodeSchema.safeParse('33-02').success).toBe(false);
    expect([levelOf('33'), levelOf('33.02.15.2003')]).toEqual(['province', 'village']);
    expect([provinceOf('33.02'), regencyOf('33.02.15.2003')]).toEqual(['33', '33.02']);
  });
});
