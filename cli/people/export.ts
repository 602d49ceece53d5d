/** The directory as a CSV file that spreadsheets open and `jaring people import` reads again. */
import type { Person } from '#domain/people/person.ts';
import { csvOf } from '../spreadsheet.ts';
import { columnKeys, columns } from './columns.ts';

/** CSV, its headings in Indonesian. */
export function peopleAsCsv(people: readonly Person[]): string {
  const headings = columnKeys.filter((key) => key !== 'areas');
  const rows = people.map((person) => {
    const cells = cellsOf(person);
    return headings.map((key) => cells[key]);
  });
  return csvOf([headings.map((key) => columns[key].heading.id), ...rows]);
}

function cellsOf(person: Person): Record<Exclude<(typeof columnKeys)[number], 'areas'>, string> {
  const { id, name, email, language, phone = '', superior = '', absences = [] } = person;
  return {
    ...{ id, name, email, language, phone, superior },
    roles: person.roles.map(({ role, areas }) => `${role}: ${areas.join(', ')}`).join('; '),
    absences: absences
      .map(({ from, to, substitute }) => `${from}..${to}${substitute === undefined ? '' : ` ${substitute}`}`)
      .join('; '),
  };
}
