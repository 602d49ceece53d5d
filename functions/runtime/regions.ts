/** Indonesia's regions, read from the CSV files of the package idn-area-data, each level once in a container. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RegionDirectory, type RegionTexts, regionDirectory } from '#domain/people/region.ts';

/** Next to the deployed bundle, where the bundler copies them; in a source tree, where npm put them. */
function folder() {
  const bundled = fileURLToPath(new URL('./regions/', import.meta.url));
  if (existsSync(bundled)) return bundled;
  const manifest = createRequire(import.meta.url).resolve('idn-area-data/package.json');
  return join(dirname(manifest), 'data');
}

const levels = new Map<keyof RegionTexts, string>();

function textOf(level: keyof RegionTexts): string {
  const text = levels.get(level) ?? readFileSync(join(folder(), `${level}.csv`), 'utf8');
  levels.set(level, text);
  return text;
}

/** Levels that are not asked for are not read: their files need not be next to the bundle. */
const texts: RegionTexts = {
  get provinces() {
    return textOf('provinces');
  },
  get regencies() {
    return textOf('regencies');
  },
  get districts() {
    return textOf('districts');
  },
  get villages() {
    return textOf('villages');
  },
};

const directory = regionDirectory(texts);

/** The directory. Texts are kept as they are, so loading costs a few milliseconds and nothing is parsed in advance. */
export function regions(): RegionDirectory {
  return directory;
}
