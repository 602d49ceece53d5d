/** `jaring calendar`: the decrees that the calendar is made of, what was known on a day, and how an administrator loads more. */
import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { Command } from 'commander';
import { daysOff, type LoadedDecree, lastDaysOf, withLoaded } from '#domain/calendar.ts';
import { readCalendar } from '#domain/calendar-file.ts';
import { readSettingsEvent } from '#domain/proposal/recorded-events.ts';
import { type Problem, problemPlace, problemText } from '#domain/text/problem.ts';
import { isDecreed } from '#domain/working-days.ts';
import { calendarAt, shippedDecrees } from '#programmes/calendar.ts';
import type { Connection } from '../cloud/connection.ts';
import { CommandError, UnreadableArgument } from '../errors.ts';
import { jakartaDay, readAsOf } from '../time.ts';
import { withCloud } from './context.ts';

/** The file would not be taken; each problem is two lines, Indonesian first. */
export class CalendarRefused extends CommandError {
  override readonly name = 'CalendarRefused';
  constructor(problems: readonly Problem[]) {
    const lines = problems.flatMap((each) => [`  - ${lineOf(each, 'id')}`, `    ${lineOf(each, 'en')}`]);
    super(`Nothing was loaded:\n${lines.join('\n')}`);
  }
}

function lineOf(problem: Problem, language: 'id' | 'en'): string {
  const place = problemPlace(problem, language);
  return `${place === '' ? '' : `${place}: `}${problemText(problem, language)}`;
}

/** The import has not finished in time, or refused what lay in the bucket. */
class CalendarNotInForce extends CommandError {
  override readonly name = 'CalendarNotInForce';
  constructor(why: string) {
    super(`calendar.json is written, but is not in force: ${why}`);
  }
}

export function calendarCommand(program: Command): void {
  const calendar = program
    .command('calendar')
    .description('holidays, collective leave and the last days of fiscal years, by decree: list, days, load');
  calendar.addCommand(list(), { isDefault: true });
  for (const add of [days, load]) calendar.addCommand(add());
}

async function decreesOf({ store }: Pick<Connection, 'store'>) {
  const loaded = await store.calendar.all();
  return { loaded, decrees: withLoaded(shippedDecrees, loaded) };
}

function list(): Command {
  return new Command('list')
    .description('the decrees, with the day of each and who loaded it')
    .option('--year <year>', 'only those about this year')
    .action(async ({ year }: { year?: string }, command: Command) => {
      const wanted = readYear(year);
      await withCloud(command, async (connection, output) => {
        const { decrees } = await decreesOf(connection);
        const found = [
          ...decrees.holidays.map((decree) => ({ about: 'days off' as const, ...decree })),
          ...decrees.yearEnds.map((decree) => ({ about: 'year end' as const, ...decree })),
        ].filter((decree) => wanted === undefined || decree.year === wanted);
        output.data(found);
        output.table(
          [
            { title: 'year' },
            { title: 'about' },
            { title: 'decreed' },
            { title: 'loaded by' },
            { title: 'number' },
          ],
          found.map(({ year: of, about, on, loaded, number }) => [
            String(of),
            about,
            on,
            loaded === undefined ? 'shipped' : `${loaded.by}, ${jakartaDay(loaded.at)}`,
            number,
          ]),
        );
      });
    });
}

function readYear(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^20\d\d$/.test(text)) throw new UnreadableArgument('--year', text, 'for example 2026');
  return Number(text);
}

function days(): Command {
  return new Command('days')
    .description('the days off of a year and its last days for SPP, SPM and SP2D')
    .argument('<year>', 'for example 2026')
    .option('--known <date>', 'as they were known on that day; now, if absent')
    .action(async (text: string, { known }: { known?: string }, command: Command) => {
      const year = readYear(text) ?? 0;
      await withCloud(command, async (connection, output) => {
        const at = known === undefined ? (await connection.control.clock()).now : readAsOf(known);
        const { loaded, decrees } = await decreesOf(connection);
        const calendar = calendarAt(at, loaded);
        const off = [
          ...decrees.holidays.flatMap(({ add = [] }) => add),
          ...daysOff(decrees.holidays).values(),
        ];
        const names = new Map(off.map(({ date, name }) => [date, name]));
        const found = [...calendar.holidays].filter((date) => date.startsWith(text)).sort();
        const lastDays = lastDaysOf(year, calendar);
        output.data({ year, decreed: isDecreed(`${year}-01-01`, calendar), daysOff: found, lastDays });
        if (!isDecreed(`${year}-01-01`, calendar))
          output.line(
            `No decree is known for ${year}: weekends and fixed days are all that is counted with.`,
          );
        output.table(
          [{ title: 'date' }, { title: 'name' }],
          found.map((date) => [date, names.get(date) ?? '']),
        );
        const { spp, spm, sp2d, daysBack, decree = 'no decree: the last working day of December' } = lastDays;
        output.line(
          `\nLast days: SPP ${spp}, SPM ${spm}, SP2D ${sp2d}; at most ${daysBack} days back (${decree}).`,
        );
      });
    });
}

/** How long an import is waited for, in milliseconds of this machine. */
const patience = 60_000;
const pause = 250;

function load(): Command {
  return new Command('load')
    .description('load decrees from a file (shape: docs/operations.md); what is in force is never changed')
    .argument('<file>', 'calendar.json, or a file of that shape')
    .action(async (path: string, _: object, command: Command) => {
      const content = await readFile(path);
      await withCloud(command, async (connection, output) => {
        const { control, outputs, s3, store } = connection;
        const { decrees: known } = await decreesOf(connection);
        const admins = new Map((await store.people.inRole('admin')).map((person) => [person.id, person]));
        const { now } = await control.clock();
        const read = readCalendar(content, { known, loader: (id) => admins.get(id), now });
        if (read.file === undefined) throw new CalendarRefused(read.problems);
        const { VersionId } = await s3.send(
          new PutObjectCommand({
            ...{ Bucket: outputs.SettingsBucketName, Key: 'calendar.json' },
            ...{ Body: content, ContentType: 'application/json' },
          }),
        );
        await inForce(connection, read.file, VersionId);
        output.data({ loaded: read.file });
        if (read.file.length === 0) output.line('Nothing in it is new.');
        for (const { decree } of read.file) output.line(`Loaded for ${decree.year}: ${decree.number}`);
      });
    });
}

async function inForce(
  { control, store }: Connection,
  decrees: readonly LoadedDecree[],
  versionId: string | undefined,
): Promise<void> {
  for (let waited = 0; waited < patience; waited += pause) {
    await control.idle();
    const there = new Set(
      (await store.calendar.all()).map(({ decree: { year, number } }) => `${year} ${number}`),
    );
    if (decrees.every(({ decree: { year, number } }) => there.has(`${year} ${number}`))) return;
    const refused = (await store.audit.list({ journal: 'settings' }))
      .map(readSettingsEvent)
      .filter((event) => event.action === 'settings.refused')
      .find(({ facts }) => facts.versionId === versionId);
    if (refused !== undefined) throw new CalendarNotInForce(refused.facts.problems);
    await setTimeout(pause);
  }
  throw new CalendarNotInForce(
    'the import has not finished. See "An event could not be delivered" in docs/operations.md.',
  );
}
