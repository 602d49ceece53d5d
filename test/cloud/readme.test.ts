import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { startCloud } from '#local/cloud.ts';

const statusSchema = z.object({ services: z.record(z.string(), z.array(z.string())) });

it('local/README.md lists the operations of every service as they are', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'readme-'));
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ version: '48.0.0', artifacts: {} }));
  const cloud = await startCloud({ assembly: directory, state: join(directory, 'state') });
  try {
    const { services } = statusSchema.parse(await (await fetch(`${cloud.endpoint}/_local/status`)).json());
    const rows = Object.entries(services)
      .map(([name, operations]) => `| \`${name}\` | ${operations.toSorted().join(', ')} |`)
      .toSorted();
    const readme = readFileSync(new URL('../../local/README.md', import.meta.url), 'utf8');
    const table = readme.split('\n').filter((line) => /^\| `[a-z0-9]+` \|/.test(line));
    expect(table).toEqual(rows);
  } finally {
    await cloud.stop();
    rmSync(directory, { recursive: true });
  }
});
