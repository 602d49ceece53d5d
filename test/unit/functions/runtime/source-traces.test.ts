import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Sources } from '#functions/runtime/source-traces.ts';

let folder: string;
/** Where the bundle makes its error, as V8 names it. */
let place: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jaring-traces-'));
  const source = 'export const fall = (height: number): never => {\n  throw new Error(String(height));\n};\n';
  await writeFile(join(folder, 'thrower.ts'), source);
  const outfile = join(folder, 'index.mjs');
  await build({
    ...{ entryPoints: [join(folder, 'thrower.ts')], outfile },
    ...{ bundle: true, format: 'esm', minify: true, sourcemap: true },
  });
  const column = (await readFile(outfile, 'utf8')).indexOf('new Error') + 1;
  place = `${pathToFileURL(outfile).href}:1:${column}`;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a stack trace', () => {
  it('names the source of a frame whose module has a map', () => {
    const trace = new Sources(folder).trace(new Error('3'), [`fall (${place})`]);
    expect(trace).toMatch(/^Error: 3\n {4}at fall \([^)]*thrower\.ts:2:\d+\)$/);
  });

  it('leaves other frames as they are', () => {
    const frames = [
      'node:internal/timers:594:17',
      'file:///nowhere/at-all.mjs:1:1',
      'Array.map (<anonymous>)',
    ];
    expect(new Sources(folder).trace(new TypeError('x'), frames)).toBe(
      `TypeError: x\n${frames.map((each) => `    at ${each}`).join('\n')}`,
    );
  });
});
