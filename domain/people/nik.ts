/**
 * NIK, the number on every Indonesian identity card: province 2, regency 2, district 2, day of birth 2 (women: plus
 * 40), month 2, year 2, serial 4 (never 0000). There is no check digit.
 *
 * The region is where the number was first issued, so it may differ from where the person lives and may have been
 * retired since. The century is not written: it follows from the stated birth date. A NIK is personal data: it is
 * never a number in JSON, never in a log, and shown only masked.
 */
import * as z from 'zod';
import { type Problem, problem } from '../text/problem.ts';

/** A well-formed NIK: 16 digits, an existing day of birth, a serial above 0000. */
export const nikSchema = z
  .string()
  .refine((text) => readNik(text).problems.length === 0, { params: { problem: 'nik-malformed' } })
  .brand<'Nik'>();
type Nik = z.output<typeof nikSchema>;

export type Sex = 'L' | 'P';

/** What a NIK says. `region` is the dotted district code of its first issue. */
interface NikParts {
  nik: Nik;
  region: string;
  sex: Sex;
  /** Day and month of birth, 1-based. */
  day: number;
  month: number;
  /** The year's last two digits. */
  year: number;
  serial: string;
}

/** Either the parts of a sound NIK (and no problems), or every problem found with it. */
export type NikReading = { parts: NikParts; problems: [] } | { parts?: undefined; problems: Problem[] };

/**
 * Reads a NIK and compares it with what the person states.
 *
 * @param text the number as written; spaces and dots are not removed, since a NIK is stored as it is searched.
 * @param stated the stated birth date (`yyyy-mm-dd`) and sex, where known.
 * @param where where the problems lie, as a JSON pointer.
 */
export function readNik(
  text: string,
  stated: { birthDate?: string | undefined; sex?: Sex | undefined } = {},
  where = '',
): NikReading {
  if (!/^\d{16}$/.test(text)) {
    return { problems: [problem('nik-not-16-digits', where, { length: text.length })] };
  }
  const [day, month, year] = [text.slice(6, 8), text.slice(8, 10), text.slice(10, 12)].map(Number) as [
    number,
    number,
    number,
  ];
  const sex: Sex = day > 40 ? 'P' : 'L';
  const dayOfBirth = day > 40 ? day - 40 : day;
  const problems: Problem[] = [];
  if (Number(text.slice(0, 2)) < 11) problems.push(problem('nik-region-impossible', where));
  if (!existsInSomeCentury(dayOfBirth, month, year)) problems.push(problem('nik-date-impossible', where));
  else if (stated.birthDate !== undefined && !sameBirthDate(stated.birthDate, dayOfBirth, month, year)) {
    problems.push(problem('nik-birth-date-differs', where, { birthDate: stated.birthDate }));
  }
  if (stated.sex !== undefined && stated.sex !== sex) problems.push(problem('nik-sex-differs', where));
  if (text.endsWith('0000')) problems.push(problem('nik-serial-zero', where));
  if (problems.length > 0) return { problems };
  const region = `${text.slice(0, 2)}.${text.slice(2, 4)}.${text.slice(4, 6)}`;
  // The checks above are exactly what the brand stands for.
  return {
    parts: {
      nik: text as Nik,
      region,
      sex,
      day: dayOfBirth,
      month,
      year,
      serial: text.slice(12),
    },
    problems: [],
  };
}

/** The NIK as it may be shown: `3174••••••••0001`. Anything that is not 16 characters is hidden whole. */
export function maskNik(nik: string): string {
  return nik.length === 16 ? `${nik.slice(0, 4)}••••••••${nik.slice(12)}` : '••••••••••••••••';
}

/** 29 February exists in a two-digit year if 19xx or 20xx is a leap year. */
function existsInSomeCentury(day: number, month: number, year: number): boolean {
  return [1900 + year, 2000 + year].some((full) => {
    const date = new Date(Date.UTC(full, month - 1, day));
    return date.getUTCFullYear() === full && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  });
}

function sameBirthDate(stated: string, day: number, month: number, year: number): boolean {
  const [statedYear, statedMonth, statedDay] = stated.split('-').map(Number);
  return statedDay === day && statedMonth === month && (statedYear ?? -1) % 100 === year;
}
