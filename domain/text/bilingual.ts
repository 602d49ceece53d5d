/** Words in both languages that people read, and dates as each language writes them. */
import type { Bilingual, Language } from './language.ts';
import { type Problem, problemPlace, problemText } from './problem.ts';

export type { Bilingual, Language };

/** The same words in both languages: names, numbers, statutory terms. */
export function both(text: string): Bilingual {
  return { id: text, en: text };
}

const locales: Record<Language, string> = { id: 'id-ID', en: 'en-GB' };

/** Writes moments (ISO dates are taken at noon) of Jakarta in both languages. Formats are kept: to make one costs more than to use it. */
function formatter(options: Intl.DateTimeFormatOptions): (iso: string) => Bilingual {
  const formatIn = (language: Language) =>
    new Intl.DateTimeFormat(locales[language], { timeZone: 'Asia/Jakarta', ...options });
  let formats: Record<Language, Intl.DateTimeFormat> | undefined;
  return (iso) => {
    formats ??= { id: formatIn('id'), en: formatIn('en') };
    const at = new Date(iso.length === 10 ? `${iso}T12:00:00+07:00` : iso);
    return { id: formats.id.format(at), en: formats.en.format(at) };
  };
}

const writtenTime = formatter({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** A date (ISO date or moment) as people write it, in Jakarta: `5 Oktober 2020`. */
export const writtenDate = formatter({ day: 'numeric', month: 'long', year: 'numeric' });

/** A moment (ISO) as people write it, in Jakarta: `5 Oktober 2020 17.00 WIB`. */
export function writtenMoment(iso: string): Bilingual {
  const date = writtenDate(iso);
  const time = writtenTime(iso);
  return { id: `${date.id} pukul ${time.id} WIB`, en: `${date.en}, ${time.en} WIB (Jakarta)` };
}

/** A problem as one line: where it lies, what is wrong, what to do. */
export function writtenProblem(problem: Problem): Bilingual {
  const line = (language: Language) => {
    const place = problemPlace(problem, language);
    return `${place === '' ? '' : `${place}: `}${problemText(problem, language)}`;
  };
  return { id: line('id'), en: line('en') };
}

/** The same without where it lies: where the sentence names that, or there is no field to look at. */
export function writtenWithoutPlace(problem: Problem): Bilingual {
  return writtenProblem({ ...problem, where: '' });
}

/** What was kept of a file and not used, and how often. */
export function writtenKept({ what, times }: { what: Problem; times: number }): Bilingual {
  const { id, en } = writtenProblem(what);
  return { id: `${times} kali: ${id}`, en: `${times} times: ${en}` };
}
