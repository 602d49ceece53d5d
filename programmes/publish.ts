/**
 * Publishes every version that is not published yet: `npm run publish:pack`. From then on a test refuses any change of
 * what it means. A version that is in force somewhere is never published again; a correction is a new version.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { askKinds } from '#domain/asks/ask-kinds.ts';
import { packHash, packKey, publicationSchema, publicationState } from '#domain/pack-publication.ts';
import { everyRulePack } from './index.ts';

const file = new URL('published.json', import.meta.url);
const publications = z.array(publicationSchema).parse(JSON.parse(readFileSync(file, 'utf8')));
const packs = everyRulePack();
const { unpublished, altered, missing } = publicationState(packs, publications);

if (altered.length > 0 || missing.length > 0) {
  console.error(
    `Published versions never change. ${[...altered.map((key) => `${key} was altered`), ...missing.map((key) => `${key} is missing`)].join('; ')}. ` +
      'Restore them, and write what is to differ into a new version (docs/recipes.md).',
  );
  process.exitCode = 1;
} else if (unpublished.length === 0) {
  console.log('Every version is published.');
} else {
  const hashes = packs
    .filter((pack) => unpublished.includes(packKey(pack)))
    .map((pack) => [packKey(pack), packHash(pack, askKinds)] as const);
  const next = [...publications, { asks: askKinds, packs: Object.fromEntries(hashes) }];
  writeFileSync(file, `${JSON.stringify(next, null, 2)}\n`);
  console.log(`Published: ${unpublished.join(', ')}.`);
}
