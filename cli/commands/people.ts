/** `jaring people`: the directory of people: seen, imported from a table, exported, and changed one by one. */

import { readFile, writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { kindOf } from '#domain/asks/ask-kinds.ts';
import { type DirectoryRole, directoryRoles } from '#domain/asks/roles.ts';
import { absenceOn, holdsRole, type Person } from '#domain/people/person.ts';
import { jakartaDate } from '#domain/working-days.ts';
import type { Connection } from '../cloud/connection.ts';
import { CommandError, UnreadableArgument } from '../errors.ts';
import type { Output } from '../output.ts';
import { peopleAsCsv } from '../people/export.ts';
import {
  awaitImport,
  changePeople,
  type Difference,
  DirectoryChanged,
  DirectoryRefused,
  differenceOf,
  isNothing,
  readPeopleObject,
  says,
  writePeople,
} from '../people/people-file.ts';
import {
  addAbsence,
  cancelAbsence,
  changed,
  type PersonChange,
  readRoleOption,
} from '../people/person-change.ts';
import { peopleIn } from '../people/sheet.ts';
import { readTable } from '../people/table.ts';
import { readRegions } from '../regions.ts';
import { jakartaTime } from '../time.ts';
import { toStandardOutput, withCloud } from './context.ts';

/** There is no such person in the directory. */
export class NoSuchPerson extends CommandError {
  override readonly name = 'NoSuchPerson';
  constructor(id: string, people: readonly Person[]) {
    const near = people.filter((person) => isNear(person, id)).map((person) => person.id);
    const hint =
      near.length === 0 ? 'See them all with: npm run jaring -- people list' : `Is it ${near.join(' or ')}?`;
    super(`There is no person "${id}" in the directory. ${hint}`);
  }
}

/** Whether this person could be meant: by a part of the id or of the name. */
function isNear({ id, name }: Person, text: string): boolean {
  const wanted = text.toLowerCase();
  return wanted.length > 2 && (id.includes(wanted) || name.toLowerCase().includes(wanted));
}

function collect(value: string, before: string[]) {
  return [...before, value];
}

export function peopleCommand(program: Command): void {
  const people = program
    .command('people')
    .description('the directory of people: list, show, import, export, set, remove, absent');
  for (const add of [list, show, importTable, exportTable, set, remove, absent]) people.addCommand(add());
}

function list(): Command {
  return new Command('list')
    .description('list the people who are in force')
    .option('--role <role>', `only those with this role: ${directoryRoles.join(', ')}`)
    .option('--area <code>', 'with --role: only those who hold it for this region')
    .option('--away', 'only those who are away today')
    .action(async (options: { role?: string; area?: string; away?: boolean }, command: Command) => {
      await withCloud(command, async (connection, output) => {
        const role = options.role === undefined ? undefined : readRole(options.role);
        const [all, { version }, today] = await Promise.all([
          connection.store.people.all(),
          readPeopleObject(connection),
          todayOf(connection),
        ]);
        const shown = all.filter(
          (person) =>
            (role === undefined || holds(person, role, options.area)) &&
            (options.away !== true || absenceOn(person, today) !== undefined),
        );
        output.data({ version, people: shown });
        output.table(
          [
            { title: 'id' },
            { title: 'name' },
            { title: 'roles' },
            { title: 'e-mail' },
            { title: 'away until' },
          ],
          shown.map((person) => [
            person.id,
            person.name,
            rolesOf(person),
            person.email,
            absenceOn(person, today)?.to ?? '',
          ]),
        );
        output.line(
          `\n${shown.length} of ${all.length} people. Version of people.json: ${version ?? 'none'}`,
        );
      });
    });
}

function readRole(text: string): DirectoryRole {
  const role = directoryRoles.find((each) => each === text);
  if (role === undefined)
    throw new UnreadableArgument('The role', text, `one of ${directoryRoles.join(', ')}`);
  return role;
}

function holds(person: Person, role: DirectoryRole, area: string | undefined): boolean {
  return area === undefined ? person.roles.some((held) => held.role === role) : holdsRole(person, role, area);
}

function rolesOf({ roles }: Person) {
  return roles.map(({ role, areas }) => `${role}: ${areas.join(', ')}`).join('; ');
}

async function todayOf({ control }: Connection) {
  return jakartaDate((await control.clock()).now);
}

function show(): Command {
  return new Command('show')
    .description('show one person, with what they are asked for now')
    .argument('<id>', 'the id, as "people list" shows it')
    .action(async (id: string, _: object, command: Command) => {
      await withCloud(command, async ({ store }, output) => {
        const person = await store.people.get(id);
        if (person === undefined) throw new NoSuchPerson(id, await store.people.all());
        const asks = await store.assignments.of(id);
        output.data({ person, asks });
        output.line(`${person.id}  ${person.name}`);
        output.line(`  roles      ${rolesOf(person)}`);
        output.line(`  e-mail     ${person.email}`);
        output.line(`  phone      ${person.phone ?? '–'}`);
        output.line(`  language   ${person.language}`);
        output.line(`  superior   ${person.superior ?? '–'}`);
        for (const { from, to, substitute } of person.absences ?? [])
          output.line(
            `  away       ${from} to ${to}${substitute === undefined ? '' : `, substitute ${substitute}`}`,
          );
        if (asks.length === 0) return;
        output.line('\nAsked for');
        output.table(
          [{ title: 'what' }, { title: 'about' }, { title: 'until' }],
          asks.map(({ kind, subject, expiresAt }) => [
            kindOf(kind).form.title.en,
            subject.id,
            jakartaTime(expiresAt),
          ]),
        );
      });
    });
}

function importTable(): Command {
  return new Command('import')
    .description('replace the directory by a table: CSV or XLSX, one person a row')
    .argument('<file>', 'the table')
    .option('--dry-run', 'only say what is wrong with it and what it would change')
    .option('--base <version>', 'refuse unless the directory is still this version ("people list" shows it)')
    .addHelpText('after', importHelp)
    .action(async (path: string, options: { dryRun?: boolean; base?: string }, command: Command) => {
      await withCloud(command, async (connection, output) => {
        const bytes = await readFile(path).catch(() => {
          throw new UnreadableArgument('The file', path, 'the path of a CSV or XLSX file');
        });
        // Read first, so that a change of the directory while the table is judged is noticed.
        const { text, version } = await readPeopleObject(connection);
        if (options.base !== undefined && options.base !== version) throw new DirectoryChanged();
        const { table, problems: unreadable } = await readTable(bytes);
        if (table === undefined) throw new DirectoryRefused(refusedTable, unreadable);
        const regions = await readRegions();
        const { file, problems } = peopleIn(table, regions);
        if (file === undefined) throw new DirectoryRefused(refusedTable, problems);
        const difference = differenceOf(await connection.store.people.all(), file.people);
        if (options.dryRun === true) {
          reportDifference(output, difference, 'would be');
          return;
        }
        if (!isNothing(difference) || !says(text, file.people, regions))
          await awaitImport(connection, regions, await writePeople(connection, file.people, version));
        reportDifference(output, difference, 'were');
      });
    });
}

const refusedTable = 'Tidak ada yang diimpor. / Nothing was imported.';

const importHelp = `
The first row names the columns, in Indonesian or English, in any order:
  id                        small letters, digits, dots and dashes; for example nur.azizah
  nama / name
  jabatan / roles           verifier: 33.02, 33.03; mentor: 33   (* is the whole country)
  wilayah / areas           optional: the areas of roles that name none
  surel / email             each person's own
  telepon / phone           optional
  bahasa / language         optional: id or en; id if empty
  atasan / superior         optional: the id of another person of the table
  ketidakhadiran / absences optional: 2026-12-01..2026-12-14 nur.azizah; 2027-01-04
The table is the whole directory: who is not in it leaves it. A table with any mistake changes nothing.`;

function reportDifference(output: Output, difference: Difference, verb: 'were' | 'would be'): void {
  output.data({ dryRun: verb === 'would be', ...difference });
  if (isNothing(difference)) {
    output.line('The directory is as the table says; nothing changes.');
    return;
  }
  for (const [what, ids] of Object.entries(difference))
    if (ids.length > 0) output.line(`${ids.length} ${verb} ${what}: ${ids.join(', ')}`);
}

function exportTable(): Command {
  return new Command('export')
    .description('write the directory as a CSV file that "people import" reads again')
    .argument('[file]', 'where to; the standard output if none is given')
    .action(async (path: string | undefined, _: object, command: Command) => {
      await withCloud(command, async (connection, output) => {
        const [people, { version }] = await Promise.all([
          connection.store.people.all(),
          readPeopleObject(connection),
        ]);
        const csv = peopleAsCsv(people);
        if (path === undefined) {
          if (output.json) output.data({ version, csv });
          else toStandardOutput(csv);
          return;
        }
        await writeFile(path, csv);
        output.data({ version, file: path, people: people.length });
        output.line(`${people.length} people written to ${path}.`);
        output.line(
          `To import it later only if the directory has not been changed meanwhile: people import ${path} --base ${version ?? ''}`,
        );
      });
    });
}

interface SetOptions {
  new?: boolean;
  name?: string;
  email?: string;
  phone?: string;
  language?: string;
  superior?: string;
  role: string[];
}

function set(): Command {
  return new Command('set')
    .description('change a person, or add one with --new')
    .argument('<id>', 'the id')
    .option('--new', 'add the person')
    .option('--name <name>')
    .option('--email <address>')
    .option('--phone <number>', '"none" takes it away')
    .option('--language <id|en>')
    .option('--superior <id>', '"none" takes it away')
    .option(
      '--role <role:areas>',
      'in place of the present roles, for example verifier:33.02,33.03; may be given again',
      collect,
      [],
    )
    .action(async (id: string, options: SetOptions, command: Command) => {
      const { role, new: isNew, ...fields } = options;
      const change: PersonChange = {
        ...fields,
        ...(role.length > 0 && { roles: role.map(readRoleOption) }),
      };
      await edit(command, (people) => {
        const before = people.find((person) => person.id === id);
        if (isNew === true && before !== undefined) throw new PersonExists(id);
        if (isNew !== true && before === undefined) throw new NoSuchPerson(id, people);
        return before === undefined
          ? [...people, changed({ id, language: 'id' }, change)]
          : people.map((person) => (person.id === id ? changed(person, change) : person));
      });
    });
}

/** There is a person with this id already. */
export class PersonExists extends CommandError {
  override readonly name = 'PersonExists';
  constructor(id: string) {
    super(`There is a person "${id}" already. Leave --new away to change them.`);
  }
}

function remove(): Command {
  return new Command('remove')
    .description('take a person out of the directory')
    .argument('<id>', 'the id')
    .action(async (id: string, _: object, command: Command) => {
      await edit(
        command,
        (people) => {
          if (!people.some((person) => person.id === id)) throw new NoSuchPerson(id, people);
          return people.filter((person) => person.id !== id);
        },
        async ({ store }, output) => {
          const asks = await store.assignments.of(id);
          if (asks.length > 0)
            output.line(`${asks.length} open asks go to another person at their next turn.`);
        },
      );
    });
}

interface AbsentOptions {
  from: string;
  to?: string;
  substitute?: string;
  cancel?: boolean;
}

function absent(): Command {
  return new Command('absent')
    .description('note that a person is away, or with --cancel that they are not')
    .argument('<id>', 'the id')
    .requiredOption('--from <day>', 'the first day, for example 2026-12-01')
    .option('--to <day>', 'the last day; the first if none is given')
    .option('--substitute <id>', 'who stands in')
    .option('--cancel', 'take back the absence that begins on that day')
    .action(async (id: string, { from, to = from, substitute, cancel }: AbsentOptions, command: Command) => {
      const absence = { from, to, ...(substitute !== undefined && { substitute }) };
      await edit(command, (people) => {
        if (!people.some((person) => person.id === id)) throw new NoSuchPerson(id, people);
        return people.map((person) =>
          person.id !== id
            ? person
            : cancel === true
              ? cancelAbsence(person, from)
              : addAbsence(person, absence),
        );
      });
    });
}

/** Changes the directory and reports what changed. @param after what is to be reported besides */
async function edit(
  command: Command,
  change: (people: readonly Person[]) => readonly object[],
  after: (connection: Connection, output: Output) => Promise<void> = async () => undefined,
): Promise<void> {
  await withCloud(command, async (connection, output) => {
    const difference = await changePeople(connection, await readRegions(), change);
    output.data(difference);
    if (isNothing(difference)) output.line('The directory says so already; nothing changes.');
    else
      for (const [what, ids] of Object.entries(difference))
        if (ids.length > 0) output.line(`${ids.join(', ')}: ${what}; in force.`);
    await after(connection, output);
  });
}
