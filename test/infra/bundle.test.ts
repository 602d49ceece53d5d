import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { type LambdaName, stepNames } from '#functions/lambdas.ts';
import { type Bundles, bundleLambdas, copyMaps, MissingHandlers, sizeTable } from '#infra/bundle.ts';
import { scratchFolder } from './scratch.ts';

/** Enough to show it: a small one, the largest, and those with files next to their code. */
const names: readonly LambdaName[] = ['planning', 'answers', 'payment-files', 'papers', 'checks', 'settings'];

interface Sources {
  readonly sources: readonly string[];
}

/** What a Lambda's code lists as shared, each with its hash. */
async function listOf(folder: string): Promise<ReadonlyMap<string, string>> {
  return new Map(Object.entries(JSON.parse(await readFile(join(folder, 'shared-modules.json'), 'utf8'))));
}

describe('bundling', () => {
  let bundles: Bundles;
  beforeAll(async () => {
    bundles = await bundleLambdas(scratchFolder(), { names });
  });

  it('makes one folder for each Lambda, with its code', async () => {
    expect([...bundles.keys()]).toEqual(names);
    for (const bundle of bundles.values())
      expect(await readdir(bundle.folder)).toEqual(expect.arrayContaining(['index.mjs']));
  });

  it('keeps the source maps of all code apart from it', async () => {
    for (const { folder, maps } of bundles.values()) {
      const modules = (await readdir(folder)).filter((file) => file.endsWith('.mjs'));
      expect((await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.map'))).toEqual(
        [],
      );
      expect((await readdir(maps)).sort()).toEqual(modules.map((file) => `${file}.map`).sort());
    }
  });

  it('lays the maps into an assembly where no asset is', async () => {
    const assembly = scratchFolder();
    await copyMaps(bundles, assembly);
    expect(await readdir(assembly)).toEqual(['source-maps']);
    expect((await readdir(join(assembly, 'source-maps'))).sort()).toEqual([...names].sort());
  });

  it('loads a step only when an event is for it', async () => {
    const { folder } = bundles.get('papers') ?? { folder: '' };
    const index = await readFile(join(folder, 'index.mjs'), 'utf8');
    for (const step of ['draft-papers', 'open-muster-roll', 'draft-wage-papers']) {
      expect(index).toMatch(new RegExp(`import\\("\\./${step}-[A-Z0-9]+\\.mjs"\\)`));
      expect(index).not.toMatch(new RegExp(`import[^(]*"\\./${step}`));
    }
  });

  it('copies the region codes that are looked up, and their licence, next to the checks, the settings and the papers', async () => {
    const copied: Partial<Record<LambdaName, readonly string[]>> = {
      checks: ['LICENSE.md', 'districts.csv', 'provinces.csv', 'regencies.csv', 'villages.csv'],
      settings: ['LICENSE.md', 'provinces.csv', 'regencies.csv'],
      papers: ['LICENSE.md', 'provinces.csv', 'regencies.csv'],
    };
    for (const { name, folder: own } of bundles.values()) {
      const files = (await readdir(own)).includes('regions')
        ? await readdir(join(own, 'regions'))
        : undefined;
      expect([name, files?.sort()]).toEqual([name, copied[name]]);
    }
  });

  it('gives the same bytes wherever it is done', async () => {
    const again = await bundleLambdas(scratchFolder(), { names });
    for (const { name, hash } of bundles.values())
      expect([name, again.get(name)?.hash]).toEqual([name, hash]);
  });

  it('has no path of this machine in what is deployed', async () => {
    for (const { folder: own } of bundles.values()) {
      for (const file of (await readdir(own)).filter((each) => each.includes('.mjs')))
        expect((await readFile(join(own, file), 'utf8')).includes(process.cwd())).toBe(false);
    }
  });

  it('keeps every bundle below 1.6 megabytes, and more for fonts and the letters of all the world', () => {
    const larger = new Map<LambdaName, number>([
      ['payment-files', 1_850_000],
      // Sending writes a file again without the payments that were held since its release.
      ['payment-runs', 1_900_000],
      ['papers', 1_950_000],
    ]);
    for (const { name, codeBytes } of bundles.values())
      expect([name, codeBytes < (larger.get(name) ?? 1_600_000)]).toEqual([name, true]);
  });

  it('lists the modules that hold nothing of a Lambda, with the SHA-256 of each, and which load no others', async () => {
    for (const { folder: own, maps } of bundles.values()) {
      const listed = await listOf(own);
      // zod, the AWS SDK and the domain at least.
      expect(listed.size).toBeGreaterThan(10);
      for (const [module, hash] of listed) {
        const code = await readFile(join(own, module));
        expect(createHash('sha256').update(code).digest('hex')).toBe(hash);
        const loaded = [...code.toString().matchAll(/(?:from|import) ?\(?"\.\/([^"]+)"/g)].map(
          ([, name]) => name,
        );
        expect(loaded.filter((name = '') => !listed.has(name))).toEqual([]);
        const { sources } = JSON.parse(await readFile(join(maps, `${module}.map`), 'utf8')) as Sources;
        expect(
          sources.filter((path) => /^\.\.\/(functions|infra)\/|^lambda:|aws-xray-sdk/.test(path)),
        ).toEqual([]);
      }
    }
  });

  it('prints nothing apart that both holds something of a Lambda and does not', async () => {
    for (const { folder: own, maps } of bundles.values()) {
      const listed = await listOf(own);
      for (const file of await readdir(maps)) {
        if (listed.has(file.replace('.map', '')) || file.startsWith('x-ray-')) continue;
        const { sources } = JSON.parse(await readFile(join(maps, file), 'utf8')) as Sources;
        expect([
          file,
          sources.filter((path) =>
            /^\.\.\/(node_modules(?!\/@aws-lambda-powertools\/tracer\/)|domain|programmes)\//.test(path),
          ),
        ]).toEqual([file, []]);
      }
    }
  });

  it('shares no module that reads a setting of its Lambda when it is loaded', async () => {
    const modules = new Map<string, string>();
    for (const { folder: own } of bundles.values())
      for (const module of (await listOf(own)).keys())
        modules.set(module, pathToFileURL(join(own, module)).href);
    const script = `
      const read = new Set();
      const env = new Proxy({}, { get: (_, name) => void read.add(String(name)) });
      Object.defineProperty(process, 'env', { value: env });
      for (const module of ${JSON.stringify([...modules.values()])}) await import(module);
      process.stdout.write(JSON.stringify([...read]));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    const read = new Set(JSON.parse(stdout) as string[]);
    // What Node and the SDK ask of the runtime, which is one for all Lambdas.
    const ofTheRuntime =
      /^(WATCH_|NODE_|FORCE_COLOR$|AWS_EXECUTION_ENV$|AWS_SDK_UA_APP_ID$|AWS_LAMBDA_(NODEJS_NO_GLOBAL_AWSLAMBDA|BENCHMARK_MODE)$)/;
    expect([...read].filter((name) => !ofTheRuntime.test(name))).toEqual([]);
    expect(read.size).toBeGreaterThan(0);
  });

  it('shows the sizes, largest first', () => {
    const rows = sizeTable(bundles).split('\n');
    expect(rows).toHaveLength(names.length + 1);
    expect(rows[0]).toContain('papers');
    expect(rows.at(-1)).toContain('6 Lambdas');
  });

  it('runs: a bundle loads as the module that Lambda loads, and refuses by name what it does not carry', async () => {
    const file = join(bundles.get('planning')?.folder ?? '', 'index.mjs');
    const script = `
      const { handler } = await import(${JSON.stringify(pathToFileURL(file))});
      process.stdout.write = () => true;
      const error = await handler({ step: 'asks/run-turn' }, {}).catch((error) => error);
      console.error(JSON.stringify([error.name, error.message, error.stack]));`;
    const { stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    const [name, message, stack] = JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as string[];
    expect([name, message]).toEqual([
      'UnknownStep',
      'The Lambda planning was called for “asks/run-turn”; it carries asks/plan-ask, approval/open-approval.',
    ]);
    // By the maps that lie apart.
    expect(stack).toMatch(/functions\/runtime\/dispatch\.ts:\d+:\d+/);
  });
});

it('lists every step without a file, all at once', async () => {
  const sources = scratchFolder();
  const error: unknown = await bundleLambdas(scratchFolder(), { sources }).catch(
    (problem: unknown) => problem,
  );
  expect(error).toBeInstanceOf(MissingHandlers);
  expect((error as MissingHandlers).missing).toHaveLength(stepNames.length);
});
