/** Indonesia's regions, read from the CSV files of the package idn-area-data, once in a container. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RegionDirectory, regionDirectory } from '#domain/region.ts';

/** Beside the deployed bundle, where the bundler copies them; in a source tree, where npm put them. */
const folder = () => {
  const beside = fileURLToPath(new URL('./regions/', import.meta.url));
  if (existsSync(beside)) return beside;
  const manifest = createRequire(import.meta.url).resolve('idn-area-data/package.json');
  return join(dirname(manifest), 'data');
};

let loaded: RegionDirectory | undefined;

/** The directory. Texts are kept as they are, so loading costs a few milliseconds and nothing is parsed in advance. */
export const regions = (): RegionDirectory => {
  if (loaded === undefined) {
    const from = folder();
    const text = (name: string) => readFileSync(join(from, `${name}.csv`), 'utf8');
    loaded = regionDirectory({
      provinces: text('provinces'),
      regencies: text('regencies'),
      districts: text('districts'),
      villages: text('villages'),
    });
  }
  return loaded;
};
