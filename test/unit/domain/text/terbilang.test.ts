import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rupiah } from '#domain/money/rupiah.ts';
import { terbilang, terbilangRupiah } from '#domain/text/terbilang.ts';

const units: Record<string, bigint> = {
  satu: 1n,
  dua: 2n,
  tiga: 3n,
  empat: 4n,
  lima: 5n,
  enam: 6n,
  tujuh: 7n,
  delapan: 8n,
  sembilan: 9n,
  sepuluh: 10n,
  sebelas: 11n,
  seratus: 100n,
};
const scales: Record<string, bigint> = { juta: 10n ** 6n, miliar: 10n ** 9n, triliun: 10n ** 12n };

/** Reads words as a person does, from left to right: what was said so far is multiplied by the scale that follows. */
function read(text: string): bigint {
  let total = 0n;
  let thousands = 0n;
  let hundreds = 0n;
  let last = 0n;
  for (const word of text.split(' ')) {
    const scale = scales[word];
    if (word === 'nol') continue;
    else if (word === 'belas') last += 10n;
    else if (word === 'puluh') {
      hundreds += last * 10n;
      last = 0n;
    } else if (word === 'ratus') {
      hundreds += last * 100n;
      last = 0n;
    } else if (word === 'ribu' || word === 'seribu') {
      thousands += word === 'seribu' ? 1000n : (hundreds + last) * 1000n;
      hundreds = 0n;
      last = 0n;
    } else if (scale !== undefined) {
      total += (thousands + hundreds + last) * scale;
      thousands = 0n;
      hundreds = 0n;
      last = 0n;
    } else {
      const unit = units[word];
      if (unit === undefined) throw new Error(`no numeral: ${word}`);
      if (unit === 100n) hundreds += unit;
      else last = unit;
    }
  }
  return total + thousands + hundreds + last;
}

describe('terbilang', () => {
  it.each([
    [0, 'nol'],
    [1, 'satu'],
    [10, 'sepuluh'],
    [11, 'sebelas'],
    [12, 'dua belas'],
    [19, 'sembilan belas'],
    [20, 'dua puluh'],
    [21, 'dua puluh satu'],
    [100, 'seratus'],
    [111, 'seratus sebelas'],
    [200, 'dua ratus'],
    [1000, 'seribu'],
    [1001, 'seribu satu'],
    [1100, 'seribu seratus'],
    [2000, 'dua ribu'],
    [21_000, 'dua puluh satu ribu'],
    [100_000, 'seratus ribu'],
    [101_000, 'seratus satu ribu'],
    [1_000_000, 'satu juta'],
    [28_000_000, 'dua puluh delapan juta'],
    [40_000_000, 'empat puluh juta'],
    [47_625_500, 'empat puluh tujuh juta enam ratus dua puluh lima ribu lima ratus'],
    [1_000_000_000, 'satu miliar'],
    [1_920_000_000, 'satu miliar sembilan ratus dua puluh juta'],
    [1_000_000_000_000, 'satu triliun'],
    [1_000_000_000_000_000, 'seribu triliun'],
    [
      Number.MAX_SAFE_INTEGER,
      'sembilan ribu tujuh triliun seratus sembilan puluh sembilan miliar dua ratus lima puluh empat juta tujuh ratus empat puluh ribu sembilan ratus sembilan puluh satu',
    ],
  ])('says %i as “%s”', (amount, words) => {
    expect(terbilang(rupiah(amount))).toBe(words);
  });

  it('names the currency where a receipt does', () => {
    expect(terbilangRupiah(rupiah(40_000_000))).toBe('empat puluh juta rupiah');
  });

  it('is read back as the number that was said, for every amount', () => {
    const any = fc.oneof(
      fc.maxSafeNat(),
      fc.nat(200_000),
      fc
        .tuple(fc.nat(9006), fc.constantFrom(1, 1000, 1_000_000, 1_000_000_000, 1_000_000_000_000))
        .map(([n, s]) => n * s),
    );
    fc.assert(
      fc.property(any, (amount) => {
        expect(read(terbilang(rupiah(amount)))).toBe(BigInt(amount));
      }),
      { numRuns: 2000 },
    );
  });

  it('writes single words with single spaces and never “satu ratus” or “satu puluh”', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (amount) => {
        const written = terbilang(rupiah(amount));
        expect(written).toMatch(/^[a-z]+( [a-z]+)*$/);
        expect(written).not.toMatch(/satu (puluh|belas|ratus)/);
      }),
    );
  });
});
