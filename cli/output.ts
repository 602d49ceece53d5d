/** What commands print: lines and tables for people, or one JSON document with `--json`. */

/** Where a command's results go. */
export interface Output {
  /** True when the results are to be JSON. */
  readonly json: boolean;
  /** The results as JSON; call once. Does nothing without `--json`. */
  data(value: unknown): void;
  /** A line for people. Does nothing with `--json`. */
  line(text?: string): void;
  /** A table for people. Does nothing with `--json`. */
  table(columns: readonly Column[], rows: readonly (readonly string[])[]): void;
}

export interface Column {
  title: string;
  align?: 'left' | 'right';
}

/** @param write takes whole texts, line ends included */
export function createOutput(json: boolean, write: (text: string) => void): Output {
  return {
    json,
    data: (value) => {
      if (json) write(`${JSON.stringify(value, null, 2)}\n`);
    },
    line: (text = '') => {
      if (!json) write(`${text}\n`);
    },
    table: (columns, rows) => {
      if (!json) write(`${formatTable(columns, rows)}\n`);
    },
  };
}

/** A table with as much room for each column as its widest cell needs. */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ title }, index) =>
    Math.max(...[title, ...rows.map((row) => row[index] ?? '')].map(widthOf)),
  );
  const lineOf = (cells: readonly string[]) =>
    columns
      .map(({ align }, index) => {
        const cell = cells[index] ?? '';
        const filling = ' '.repeat((widths[index] ?? 0) - widthOf(cell));
        return align === 'right' ? filling + cell : cell + filling;
      })
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [lineOf(columns.map(({ title }) => title)), rule, ...rows.map(lineOf)].join('\n');
}

/** Columns of a terminal that a text takes; combining marks take none. */
function widthOf(text: string): number {
  return [...text.replaceAll(/\p{M}/gu, '')].length;
}
