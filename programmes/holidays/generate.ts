/**
 * Writes `holidays/id.json` from the package `date-holidays`: `node programmes/holidays/generate.ts`.
 *
 * The ministries fix the public holidays of a year, and the days of collective leave, by a joint decree (SKB) of the
 * year before; where that differs from the computed list, `programmes/holidays/decreed.json` says so and wins.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import Holidays from 'date-holidays';
import * as z from 'zod';

const from = 2020;
const until = 2036;

const decreedSchema = z.object({
  added: z.array(z.object({ date: z.iso.date(), name: z.string(), source: z.string() })),
  removed: z.array(z.object({ date: z.iso.date(), source: z.string() })),
});
const decreed = decreedSchema.parse(
  JSON.parse(readFileSync(new URL('decreed.json', import.meta.url), 'utf8')),
);

const calculator = new Holidays('ID');
const holidays = new Map<string, string>();
for (let year = from; year <= until; year += 1) {
  for (const day of calculator.getHolidays(year)) {
    if (day.type === 'public') holidays.set(day.date.slice(0, 10), day.name);
  }
}
for (const day of decreed.removed) holidays.delete(day.date);
for (const day of decreed.added) holidays.set(day.date, day.name);

const file = {
  source:
    'date-holidays (https://github.com/commenthol/date-holidays), country ID, public holidays; corrected by decreed.json',
  licence: 'CC-BY-3.0 (the data of date-holidays), attribution to its contributors and to Wikipedia',
  from,
  until,
  holidays: [...holidays].sort(([a], [b]) => (a < b ? -1 : 1)).map(([date, name]) => ({ date, name })),
};
const lines = file.holidays
  .map((day) => `    { "date": ${JSON.stringify(day.date)}, "name": ${JSON.stringify(day.name)} }`)
  .join(',\n');
const { holidays: _, ...head } = file;
const text = `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "holidays": [\n${lines}\n  ]\n}\n`;
writeFileSync(new URL('id.json', import.meta.url), text);
console.log(`${file.holidays.length} holidays from ${from} to ${until}`);
