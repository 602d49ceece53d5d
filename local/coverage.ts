/**
 * Writes the table of services and operations, and the lists of resource types, into `README.md`, as the code has them.
 *
 *     node local/coverage.ts
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { knownTypes } from './assembly/names.ts';
import { startCloud } from './cloud.ts';

const begin = '<!-- coverage: written by coverage.ts -->';
const end = '<!-- end of coverage -->';

/** The README of this folder. */
export const readme = new URL('./README.md', import.meta.url);

/**
 * The text with what is covered today between its marks.
 * @throws {RangeError} when the text has no marks
 */
export async function withCoverage(text: string): Promise<string> {
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new RangeError(`There is no ${begin} … ${end}.`);
  return `${text.slice(0, from + begin.length)}\n${await coverage()}${text.slice(to)}`;
}

async function coverage(): Promise<string> {
  const rows = Object.entries(await operationsByService())
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([service, operations]) => [`\`${service}\``, [...operations].sort().join(', ')] as const);
  const types = (names: readonly string[]): string =>
    [...names]
      .sort()
      .map((name) => `\`${name.replace(/^AWS::/, '')}\``)
      .join(', ');
  return [
    ...table(['Service', 'Operations'], rows),
    '',
    `Resource types (without \`AWS::\`): ${types(knownTypes.active)}.`,
    '',
    `Taken as they are, doing nothing: ${types(knownTypes.inert)}.`,
    '',
  ].join('\n');
}

/** A table with its columns aligned, as the formatter wants it. */
function table(
  head: readonly [string, string],
  rows: readonly (readonly [string, string])[],
): readonly string[] {
  const width = (column: 0 | 1): number => Math.max(...[head, ...rows].map((row) => row[column].length));
  const [first, second] = [width(0), width(1)];
  const line = (row: readonly [string, string]): string =>
    `| ${row[0].padEnd(first)} | ${row[1].padEnd(second)} |`;
  return [line(head), line(['-'.repeat(first), '-'.repeat(second)]), ...rows.map(line)];
}

/** Asks a cloud that has nothing in it what its services can. */
async function operationsByService(): Promise<Readonly<Record<string, readonly string[]>>> {
  const folder = mkdtempSync(join(tmpdir(), 'coverage-'));
  try {
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ artifacts: {} }));
    const cloud = await startCloud({ assembly: folder, state: join(folder, 'state') });
    try {
      const response = await fetch(`${cloud.endpoint}/_local/status`);
      const status: { readonly services: Readonly<Record<string, readonly string[]>> } = JSON.parse(
        await response.text(),
      );
      return status.services;
    } finally {
      await cloud.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) writeFileSync(readme, await withCoverage(readFileSync(readme, 'utf8')));
