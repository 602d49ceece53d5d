/** Invented people: common Indonesian names put together at random. Any likeness is accidental. */
import type { Random } from './random.ts';

const men = [
  'Agus',
  'Ahmad',
  'Bambang',
  'Budi',
  'Dedi',
  'Dwi',
  'Eko',
  'Fajar',
  'Hadi',
  'Hendra',
  'Heri',
  'Imam',
  'Joko',
  'Mulyadi',
  'Nur',
  'Rahmat',
  'Rizki',
  'Slamet',
  'Sugeng',
  'Suparman',
  'Teguh',
  'Tri',
  'Wahyu',
  'Yusuf',
] as const satisfies [string, ...string[]];
const women = [
  'Aminah',
  'Ani',
  'Dewi',
  'Endang',
  'Fitri',
  'Indah',
  'Kartini',
  'Lestari',
  'Lina',
  'Mega',
  'Murni',
  'Nurul',
  'Partini',
  'Ratna',
  'Rina',
  'Siti',
  'Sri',
  'Sulastri',
  'Suryani',
  'Titin',
  'Tuti',
  'Wati',
  'Winarti',
  'Yuni',
] as const satisfies [string, ...string[]];
const lastNames = [
  'Astuti',
  'Handoko',
  'Hidayat',
  'Kurniawan',
  'Kusuma',
  'Lestari',
  'Maulana',
  'Nugroho',
  'Permana',
  'Prasetyo',
  'Pratama',
  'Purnomo',
  'Rahayu',
  'Ramadhan',
  'Santoso',
  'Saputra',
  'Setiawan',
  'Siregar',
  'Susanto',
  'Susilo',
  'Utami',
  'Wahyudi',
  'Wibowo',
  'Wijaya',
  'Wulandari',
  'Yulianti',
] as const satisfies [string, ...string[]];

/** A name for a man (`L`) or a woman (`P`). */
export function inventedName(random: Random, sex: 'L' | 'P'): string {
  return `${random.pick(sex === 'P' ? women : men)} ${random.pick(lastNames)}`;
}

/** The name as the part of a mail address before the `@`: `siti.rahayu`. */
export function mailName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z]+/g, '.');
}
