/** Folders of the tests' own: they go with everything else that the tests keep for a while. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new, empty folder. */
export function scratchFolder(): string {
  return mkdtempSync(join(tmpdir(), 'scratch-'));
}
