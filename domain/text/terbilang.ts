/**
 * An amount in words (terbilang), as receipts and agreements state it next to the figures.
 *
 * Numerals are spelled as KBBI and the general guide to spelling (EYD V, "Penulisan Bilangan") have it: every word
 * apart ("dua puluh satu"), "se-" joined where it means one ("sepuluh", "sebelas", "seratus", "seribu"), but "satu
 * juta", "satu miliar", "satu triliun"; and "satu ribu" only behind a larger thousand ("dua puluh satu ribu").
 */
import type { Rupiah } from '../money/rupiah.ts';

const digits = [
  'nol',
  'satu',
  'dua',
  'tiga',
  'empat',
  'lima',
  'enam',
  'tujuh',
  'delapan',
  'sembilan',
] as const;

/** From the largest down; the safe integers reach nine thousand triliun, which are said as "sembilan ribu … triliun". */
const scales = [
  { value: 1_000_000_000_000, name: 'triliun' },
  { value: 1_000_000_000, name: 'miliar' },
  { value: 1_000_000, name: 'juta' },
] as const;

/** The words of a number below ten thousand times the scale above it; none for nought. */
function words(number: number): string[] {
  if (number === 0) return [];
  if (number < 10) return [digits[number] ?? ''];
  if (number === 10) return ['sepuluh'];
  if (number === 11) return ['sebelas'];
  if (number < 20) return [...words(number - 10), 'belas'];
  if (number < 100) return [...words(Math.floor(number / 10)), 'puluh', ...words(number % 10)];
  if (number < 200) return ['seratus', ...words(number - 100)];
  if (number < 1000) return [...words(Math.floor(number / 100)), 'ratus', ...words(number % 100)];
  if (number < 2000) return ['seribu', ...words(number - 1000)];
  if (number < 1_000_000) return [...words(Math.floor(number / 1000)), 'ribu', ...words(number % 1000)];
  const scale = scales.find(({ value }) => number >= value);
  if (scale === undefined) return [];
  return [...words(Math.floor(number / scale.value)), scale.name, ...words(number % scale.value)];
}

/** The amount in words, without the currency: `empat puluh juta`; `nol` for none. */
export function terbilang(amount: Rupiah): string {
  return amount === 0 ? digits[0] : words(amount).join(' ');
}

/** The amount in words with the currency, as a receipt states it: `empat puluh juta rupiah`. */
export function terbilangRupiah(amount: Rupiah): string {
  return `${terbilang(amount)} rupiah`;
}
