/** The authenticators of sample people, kept in the cloud's own state folder: forgetting the cloud forgets them, too. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { Authenticators } from '#players/authenticators.ts';
import { cloudFolder } from '../cloud/home.ts';

const fileSchema = z.array(z.object({ address: z.string(), uri: z.string(), used: z.int() }));

/** Keys: for their owner's eyes only. */
const mode = 0o600;

/** Those that were enrolled by this command line; each one that is added is kept before it is used. @param home the state directory */
export function keptAuthenticators(home: string): Authenticators {
  const path = join(cloudFolder(home), 'authenticators.json');
  return new Authenticators(read(path), (all) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.new`, `${JSON.stringify(all, null, 2)}\n`, { mode });
    renameSync(`${path}.new`, path);
  });
}

function read(path: string): z.output<typeof fileSchema> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  return fileSchema.parse(JSON.parse(text));
}
