/** A table of people becomes a directory, or everything that is wrong with it, by row and column. */

import type { RegionDirectory } from '#domain/people/region.ts';
import { judgePeople, type PeopleFile } from '#domain/settings.ts';
import { type Problem, problem } from '#domain/text/problem.ts';
import {
  type ColumnKey,
  columnKeys,
  columnName,
  columnOf,
  columns,
  isFormula,
  readAbsences,
  readPhone,
  readRoles,
  unquoted,
} from './columns.ts';
import type { Table } from './table.ts';

/** Where a cell is: rows count from 0, as JSON pointers do. */
function place(row: number, column?: ColumnKey) {
  return `/rows/${row}${column === undefined ? '' : `/${column}`}`;
}

type Cells = Partial<Record<ColumnKey, string>>;

/** What a row says of a person, and what is wrong with single cells of it. */
interface Row {
  index: number;
  person: Record<string, unknown>;
  problems: Problem[];
  /** Whether the areas stand in a column of their own. */
  ownAreas: boolean;
}

/** @param regions the regions of today */
export function peopleIn(
  table: Table,
  regions: Pick<RegionDirectory, 'has'>,
): { file: PeopleFile; problems: [] } | { file?: undefined; problems: Problem[] } {
  const [headings = [], ...lines] = table;
  const { keys, problems: ofHeadings } = readHeadings(headings);
  if (ofHeadings.length > 0) return { problems: ofHeadings };
  const rows = lines.flatMap((line, index) =>
    line.every((cell) => cell === '') ? [] : [readRow(line, index + 1, keys)],
  );
  if (rows.length === 0) return { problems: [problem('table-empty', '')] };
  const content = { schemaVersion: 1, people: rows.map(({ person }) => person) };
  const { file, problems: found } = judgePeople(content, regions);
  const ofCells = rows.flatMap(({ problems }) => problems);
  // What a cell's own problem says is not said a second time in the words of the schema.
  const taken = new Set(ofCells.map(({ where }) => where));
  const others = found
    .map((each) => ({ ...each, where: placeOf(each.where, rows) }))
    .filter(({ where }) => !taken.has(where));
  const all = [...ofCells, ...others].toSorted(inOrder);
  return file === undefined || all.length > 0 ? { problems: all } : { file, problems: [] };
}

function readHeadings(headings: readonly string[]): {
  keys: (ColumnKey | undefined)[];
  problems: Problem[];
} {
  const at = place(0);
  if (headings.every((heading) => heading === ''))
    return { keys: [], problems: [problem('table-empty', at)] };
  const keys = headings.map(columnOf);
  const known = columnKeys.map(columnName).join(', ');
  const problems = headings.flatMap((heading, index) => {
    const key = keys[index];
    if (heading === '') return [];
    if (key === undefined) return [problem('column-unknown', at, { column: heading.slice(0, 100), known })];
    return keys.indexOf(key) < index ? [problem('column-doubled', at, { column: heading })] : [];
  });
  const missing = columnKeys.filter((key) => columns[key].required && !keys.includes(key));
  return {
    keys,
    problems: [
      ...problems,
      ...missing.map((key) => problem('column-missing', at, { column: columnName(key) })),
    ],
  };
}

function readRow(line: readonly string[], index: number, keys: readonly (ColumnKey | undefined)[]): Row {
  const problems: Problem[] = [];
  const cells: Cells = {};
  for (const [number, text] of line.entries()) {
    const key = keys[number];
    // A dash by itself says that there is nothing.
    const cell = /^[-–]?$/.test(text) ? '' : unquoted(text);
    if (cell === '') continue;
    if (key === undefined) problems.push(problem('cell-without-column', place(index)));
    else if (isFormula(cell)) problems.push(problem('cell-is-formula', place(index, key)));
    else cells[key] = cell;
  }
  const { absences, malformed } = readAbsences(cells.absences ?? '');
  for (const text of malformed)
    problems.push(problem('cell-absence-malformed', place(index, 'absences'), { text: text.slice(0, 100) }));
  const roles = cells.roles === undefined ? undefined : readRoles(cells.roles, cells.areas ?? '');
  for (const { role, areas } of roles ?? [])
    if (areas.length === 0)
      problems.push(problem('cell-role-without-area', place(index, 'roles'), { role: role.slice(0, 60) }));
  return {
    index,
    problems,
    ownAreas: cells.areas !== undefined,
    person: {
      id: cells.id,
      name: cells.name,
      roles,
      email: cells.email,
      language: cells.language?.toLowerCase() ?? 'id',
      ...(cells.phone !== undefined && { phone: readPhone(cells.phone) }),
      ...(cells.superior !== undefined && { superior: cells.superior }),
      ...(absences.length > 0 && { absences }),
    },
  };
}

/** `/people/3/roles/0/areas/1` → the row of the fourth person and its column of areas. */
function placeOf(pointer: string, rows: readonly Row[]): string {
  const [, , person = '', field = '', , part] = pointer.split('/');
  const row = rows[Number(person)];
  if (person === '' || row === undefined) return '';
  const key = field === 'roles' && part === 'areas' && row.ownAreas ? 'areas' : field;
  return place(
    row.index,
    columnKeys.find((each) => each === key),
  );
}

/** By row, then by column. */
function inOrder(one: Problem, other: Problem): number {
  const rank = ({ where }: Problem) => {
    const [, , row = '-1', column] = where.split('/');
    return Number(row) * 100 + columnKeys.findIndex((key) => `${key}` === column);
  };
  return rank(one) - rank(other);
}
