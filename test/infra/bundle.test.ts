import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { type FunctionName, functionNames } from '#functions/environments.ts';
import { type Bundles, bundleFunctions, MissingHandlers, sizeTable } from '#infra/bundle.ts';
import { scratchFolder } from './scratch.ts';

/** Enough to show it: a small one, the largest, and those with files beside their code. */
const names: readonly FunctionName[] = [
  'asks/plan-ask',
  'asks/submit-answer',
  'payment/write-instruction',
  'verification/run-checks',
  'console/import-settings',
];

describe('bundling', () => {
  let bundles: Bundles;
  beforeAll(async () => {
    bundles = await bundleFunctions(scratchFolder(), { names });
  });

  it('makes one folder for each function, with its code and source map', async () => {
    expect([...bundles.keys()]).toEqual(names);
    for (const bundle of bundles.values()) {
      const files = await readdir(bundle.folder);
      expect(files).toEqual(expect.arrayContaining(['index.mjs', 'index.mjs.map']));
    }
  });

  it('copies the region codes that are looked up, and their licence, beside the checks and the import of people', async () => {
    const beside: Partial<Record<FunctionName, readonly string[]>> = {
      'verification/run-checks': [
        'LICENSE.md',
        'districts.csv',
        'provinces.csv',
        'regencies.csv',
        'villages.csv',
      ],
      'console/import-settings': ['LICENSE.md', 'provinces.csv', 'regencies.csv'],
    };
    for (const { name, folder: own } of bundles.values()) {
      const files = (await readdir(own)).includes('regions')
        ? await readdir(join(own, 'regions'))
        : undefined;
      expect([name, files?.sort()]).toEqual([name, beside[name]]);
    }
  });

  it('gives the same bytes wherever it is done', async () => {
    const again = await bundleFunctions(scratchFolder(), { names });
    for (const { name, hash } of bundles.values())
      expect([name, again.get(name)?.hash]).toEqual([name, hash]);
  });

  it('has no path of this machine in what is deployed', async () => {
    for (const { folder: own } of bundles.values()) {
      for (const file of (await readdir(own)).filter((each) => each.includes('.mjs')))
        expect((await readFile(join(own, file), 'utf8')).includes(process.cwd())).toBe(false);
    }
  });

  it('keeps every bundle below one and a half megabytes, and a tenth more for the letters of all the world', () => {
    for (const { name, codeBytes } of bundles.values())
      expect([name, codeBytes < (name === 'payment/write-instruction' ? 1_650_000 : 1_500_000)]).toEqual([
        name,
        true,
      ]);
  });

  it('shows the sizes, largest first', () => {
    const rows = sizeTable(bundles).split('\n');
    expect(rows).toHaveLength(names.length + 1);
    expect(rows[0]).toContain('payment/write-instruction');
    expect(rows.at(-1)).toContain('5 functions');
  });

  it('runs: a bundle loads as the module that Lambda loads', async () => {
    const file = join(bundles.get('asks/plan-ask')?.folder ?? '', 'index.mjs');
    const script = `console.log(typeof (await import(${JSON.stringify(pathToFileURL(file))})).handler)`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    expect(stdout.trim()).toBe('function');
  });
});

it('lists every function without a file, all at once', async () => {
  const sources = scratchFolder();
  const error: unknown = await bundleFunctions(scratchFolder(), { sources }).catch(
    (problem: unknown) => problem,
  );
  expect(error).toBeInstanceOf(MissingHandlers);
  expect((error as MissingHandlers).missing).toHaveLength(functionNames.length);
});
