/** Indonesia's regions, read from the package that lists them. */
import { readFile } from 'node:fs/promises';
import { type RegionDirectory, regionDirectory } from '#domain/people/region.ts';

export async function readRegions(): Promise<RegionDirectory> {
  const [provinces = '', regencies = '', districts = '', villages = ''] = await Promise.all(
    ['provinces', 'regencies', 'districts', 'villages'].map((name) =>
      readFile(new URL(import.meta.resolve(`idn-area-data/data/${name}.csv`)), 'utf8'),
    ),
  );
  return regionDirectory({ provinces, regencies, districts, villages });
}
