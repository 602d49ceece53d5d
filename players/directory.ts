/** The sample settings as the settings bucket takes them. */

import { readFile } from 'node:fs/promises';
import type { DirectoryRole } from '#domain/asks/roles.ts';
import { budgetFileSchema } from '#domain/settings.ts';
import directory from '#samples/settings/people.json' with { type: 'json' };

function fileOf(name: string) {
  return readFile(new URL(`../samples/settings/${name}`, import.meta.url), 'utf8');
}

/**
 * The texts of `people.json` and `budgets.json`, with every ceiling given for each of the years: the files in
 * `settings/` are of 2020.
 */
export async function settingsFor(years: readonly number[]): Promise<{ people: string; budgets: string }> {
  const { schemaVersion, ceilings } = budgetFileSchema.parse(JSON.parse(await fileOf('budgets.json')));
  const all = years.flatMap((year) => ceilings.map((ceiling) => ({ ...ceiling, year })));
  return {
    people: await fileOf('people.json'),
    budgets: JSON.stringify({ schemaVersion, ceilings: all }),
  };
}

/** The addresses of those who hold an office in the sample directory, in its order. */
export function addressesOf(office: DirectoryRole): string[] {
  return directory.people
    .filter(({ roles }) => roles.some(({ role }) => role === office))
    .map(({ email }) => email);
}
