/** Times for people: Asia/Jakarta, and durations as one types them. */
import { UnreadableArgument } from './errors.ts';

const written = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Jakarta',
  dateStyle: 'short',
  timeStyle: 'short',
});

/** `2020-10-05 14:00`, Jakarta. @param moment ISO 8601 or milliseconds */
export function jakartaTime(moment: string | number | Date): string {
  return written.format(new Date(moment));
}

/** `2020-10-05`, Jakarta. */
export function jakartaDay(moment: string | number | Date): string {
  return jakartaTime(moment).slice(0, 10);
}

const seconds: Record<string, number> = { w: 604_800, d: 86_400, h: 3_600, m: 60, s: 1 };

/** Seconds in `3d`, `2w`, `12h30m`, `90s`. @throws {UnreadableArgument} */
export function readDuration(text: string): number {
  const parts = [...text.matchAll(/(\d+)\s*([wdhms])/g)];
  if (parts.length === 0 || parts.map(([all]) => all).join('') !== text.replaceAll(/\s+(?=\d)/g, '').trim()) {
    throw new UnreadableArgument('The duration', text, 'for example 3d, 12h30m or 2w');
  }
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (seconds[unit ?? ''] ?? 0), 0);
}

/** The moment that a day ends in Jakarta, or the moment itself when the time of day is given. ISO 8601. */
export function readAsOf(text: string): string {
  const moment = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T23:59:59.999+07:00` : text;
  const time = Date.parse(moment);
  if (Number.isNaN(time)) throw new UnreadableArgument('The date', text, 'for example 2020-12-31');
  return new Date(time).toISOString();
}
