/** `… export <file>`: a table written into a file that spreadsheets open, the same way for every command that has one. */
import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import type { Connection } from '../cloud/connection.ts';
import { UnreadableArgument } from '../errors.ts';
import { type Cell, csvOf, xlsxOf } from '../spreadsheet.ts';
import { withCloud } from './context.ts';

/** What is exported. */
export interface ExportedTable<Options> {
  /** What the command does, for its help. */
  description: string;
  /** The name of the workbook's sheet. */
  sheet: string;
  /** What the rows are of, in the plural: `deposits`. */
  things: string;
  /** Checks the options before anything is read. @throws {CommandError} */
  check?: (options: Options) => void;
  /** The rows, the headings first, and how many things they describe. */
  rows: (connection: Connection, options: Options) => Promise<{ rows: Cell[][]; count: number }>;
}

/** The command; the ending of the file's name decides the format. */
export function exportTable<Options>({
  description,
  sheet,
  things,
  ...table
}: ExportedTable<Options>): Command {
  const writers: Readonly<Record<string, (rows: Cell[][]) => string | Promise<Buffer>>> = {
    csv: csvOf,
    xlsx: (rows) => xlsxOf(rows, sheet),
  };
  return new Command('export')
    .description(description)
    .argument('<file>', 'a name that ends in .csv or .xlsx')
    .action(async (file: string, options: Options, command: Command) => {
      table.check?.(options);
      const write = writers[/\.(csv|xlsx)$/i.exec(file)?.[1]?.toLowerCase() ?? ''];
      if (write === undefined)
        throw new UnreadableArgument('The file', file, 'a name that ends in .csv or .xlsx');
      await withCloud(command, async (connection, output) => {
        const { rows, count } = await table.rows(connection, options);
        await writeFile(file, await write(rows));
        output.data({ file, [things]: count });
        output.line(`${count} ${things} written to ${file}.`);
      });
    });
}
