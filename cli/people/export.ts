/** The directory as a CSV file that spreadsheets open and `jaring people import` reads again. */
import type { Person } from '#domain/person.ts';
import { columnKeys, columns, neutral } from './columns.ts';

/**
 * CSV in UTF-8 with a byte order mark, without which Excel takes it for another encoding; CRLF as RFC 4180 wants.
 * What a spreadsheet would run as a formula is kept from it by an apostrophe.
 */
export function peopleAsCsv(people: readonly Person[]): string {
  const headings = columnKeys.filter((key) => key !== 'areas');
  const rows = people.map((person) => {
    const cells = cellsOf(person);
    return headings.map((key) => cells[key]);
  });
  const lines = [headings.map((key) => columns[key].heading.id), ...rows];
  return `\uFEFF${lines.map((cells) => cells.map(quoted).join(',')).join('\r\n')}\r\n`;
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

function quoted(cell: string): string {
  const text = neutral(cell);
  return /[",;\r\n\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
