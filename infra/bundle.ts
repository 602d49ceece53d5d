/**
 * The code of all functions, bundled in one esbuild call.
 *
 * One call parses what the functions share once, so that synth takes seconds. The output is the same bytes for the
 * same sources wherever the repository and the output stand (esbuild is told a fixed place and the files are written
 * here), so that an asset's hash changes only when its code does.
 */
import { createHash } from 'node:crypto';
import { access, link, mkdir, readFile, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile, type Plugin } from 'esbuild';
import { type FunctionName, functionNames } from '#functions/environments.ts';

const repository = fileURLToPath(new URL('..', import.meta.url));

/**
 * Files that a function reads at run time, copied beside its code. The region codes come with their licence, which
 * asks for that.
 */
const companions: Partial<Record<FunctionName, Readonly<Record<string, string>>>> = {
  'verification/run-checks': regionFiles('provinces.csv', 'regencies.csv', 'districts.csv', 'villages.csv'),
  // Officials hold their offices in provinces and regencies.
  'console/import-settings': regionFiles('provinces.csv', 'regencies.csv'),
  // Papers name regency and province.
  'payment/draft-papers': paperFiles(),
  'public-works/draft-wage-papers': paperFiles(),
};

/** What drawing a paper reads. */
function paperFiles(): Readonly<Record<string, string>> {
  return {
    ...regionFiles('provinces.csv', 'regencies.csv'),
    ...fontFiles('400Regular/Tinos_400Regular.ttf', '700Bold/Tinos_700Bold.ttf', 'LICENSE_FONT'),
  };
}

/** The fonts of the papers, with the licence, which asks to travel with them. */
function fontFiles(...files: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    files.map((file) => [
      `fonts/${basename(file)}`,
      join(repository, 'node_modules/@expo-google-fonts/tinos', file),
    ]),
  );
}

function regionFiles(...files: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...files, 'LICENSE.md'].map((file) => [
      `regions/${file}`,
      join(repository, 'node_modules/idn-area-data/data', file),
    ]),
  );
}

/** ESM has no `require`; the CommonJS packages inside a bundle (X-Ray's) call it for Node's own modules. */
const banner = `import { createRequire as createRequireOfNode } from 'node:module';
const require = createRequireOfNode(import.meta.url);`;

/**
 * zod carries its messages in half a hundred languages in one object that no bundler can thin out: a quarter of a
 * megabyte in every function. What people read comes from `domain/text/problem-texts.ts`; logs are in English.
 */
const englishOnly: Plugin = {
  name: 'zod-english-only',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, ({ path }) => ({
      contents: `export { default as en } from './en.js';`,
      resolveDir: dirname(path),
    }));
  },
};

/**
 * fontkit can read fonts compressed with Brotli (WOFF2), for which it carries a dictionary of half a megabyte. The
 * fonts of the papers are not compressed.
 */
const withoutBrotli: Plugin = {
  name: 'fontkit-without-brotli',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]brotli[\\/]decompress\.js$/ }, () => ({
      contents: `module.exports = () => { throw new Error('WOFF2 fonts cannot be read.'); };`,
    }));
  },
};

/**
 * An ES import of one of Node's modules reads all its exports, and some of them load much that no function uses:
 * `node:http` the whole of `fetch` with HTTP/2, `node:crypto` WebCrypto, a quarter of a cold start. Required instead of
 * imported, what is not used stays unread.
 */
const builtinsRequired: Plugin = {
  name: 'builtins-required',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?[a-z]+(_[a-z]+)?(\/[a-z]+)?$/ }, ({ path, kind, namespace }) => {
      if (!isBuiltin(path)) return undefined;
      const module = path.startsWith('node:') ? path : `node:${path}`;
      return kind === 'require-call' || namespace === 'builtin'
        ? { path: module, external: true }
        : { path: module, namespace: 'builtin' };
    });
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require('${path}');`,
    }));
  },
};

/** One function's bundle. */
export interface Bundle {
  readonly name: FunctionName;
  /** The folder that becomes the Lambda's code: `index.mjs`, the chunks it imports, source maps, and companions. */
  readonly folder: string;
  /** Size of `index.mjs` and its chunks in bytes. */
  readonly codeBytes: number;
  /** SHA-256 of all files with their names, hexadecimal: the asset's hash. */
  readonly hash: string;
}

/** All bundles, by function. */
export type Bundles = ReadonlyMap<FunctionName, Bundle>;

/** Entries of `functions/environments.ts` without a file. */
export class MissingHandlers extends Error {
  override readonly name = 'MissingHandlers';
  readonly missing: readonly string[];
  constructor(missing: readonly string[]) {
    super(
      `Every function in functions/environments.ts needs a file that exports \`handler\`; missing: ${missing.join(', ')}.`,
    );
    this.missing = missing;
  }
}

/**
 * Bundles every function into its own folder under `folder`.
 * @param options.sources the folder that holds `<stage>/<verb-noun>.ts`
 * @param options.names the functions to bundle; all unless told
 * @throws {MissingHandlers} that lists every function without a file
 */
export async function bundleFunctions(
  folder: string,
  options: { readonly sources?: string; readonly names?: readonly FunctionName[] } = {},
): Promise<Bundles> {
  const { sources = join(repository, 'functions'), names = functionNames } = options;
  await refuseMissing(sources, names);
  // A place inside the repository that is never written to: the paths in source maps are relative to it.
  const place = join(repository, '.bundle');
  const { outputFiles, metafile } = await build({
    absWorkingDir: repository,
    entryPoints: names.map((name) => ({ in: join(sources, `${name}.ts`), out: flat(name) })),
    outdir: place,
    outExtension: { '.js': '.mjs' },
    write: false,
    bundle: true,
    // What several functions use is printed once, as chunks that each of them gets a copy of: a tenth of the work.
    splitting: true,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    banner: { js: banner },
    plugins: [englishOnly, withoutBrotli, builtinsRequired],
    logLevel: 'error',
  });
  const outputs = new Map(outputFiles.map(({ path, contents }) => [basename(path), contents]));
  // Written once, and linked into the folder of each function that has it.
  const pool = join(folder, 'outputs');
  await mkdir(pool, { recursive: true });
  await Promise.all([...outputs].map(([name, contents]) => writeFile(join(pool, name), contents)));

  const bundles = new Map<FunctionName, Bundle>();
  for (const name of names) {
    const entry = `${flat(name)}.mjs`;
    const chunks = [...modulesOf(entry, metafile)].filter((module) => module !== entry);
    const contentsOf = (module: string): Uint8Array => {
      const contents = outputs.get(module);
      if (contents === undefined) throw new RangeError(`esbuild gave no ${module}.`);
      return contents;
    };
    // Lambda looks for `index`; only the entry itself and its source map bear another name.
    const code = Buffer.from(contentsOf(entry));
    const index = Buffer.from(code.toString('utf8').replace(`=${entry}.map`, '=index.mjs.map'));
    const files = new Map<string, File>([
      ['index.mjs', { contents: index }],
      ['index.mjs.map', { contents: contentsOf(`${entry}.map`), at: join(pool, `${entry}.map`) }],
    ]);
    for (const module of chunks.flatMap((chunk) => [chunk, `${chunk}.map`])) {
      files.set(module, { contents: contentsOf(module), at: join(pool, module) });
    }
    for (const [path, source] of Object.entries(companions[name] ?? {})) {
      files.set(path, { contents: await readFile(source) });
    }
    const target = join(folder, flat(name));
    await write(target, files);
    bundles.set(name, {
      name,
      folder: target,
      codeBytes: chunks.reduce((sum, chunk) => sum + contentsOf(chunk).byteLength, code.byteLength),
      hash: hashOf(files),
    });
  }
  return bundles;
}

/** A function's name as a file name: all outputs lie in one folder, so that chunks are imported from beside. */
function flat(name: FunctionName): string {
  return name.replace('/', '-');
}

/** An output with everything it imports, by file name. */
function modulesOf(entry: string, { outputs }: Metafile): ReadonlySet<string> {
  const byName = new Map(Object.entries(outputs).map(([path, output]) => [basename(path), output]));
  const found = new Set<string>();
  const visit = (module: string): void => {
    if (found.has(module)) return;
    found.add(module);
    for (const { path, external } of byName.get(module)?.imports ?? []) {
      if (external !== true) visit(basename(path));
    }
  };
  visit(entry);
  return found;
}

async function refuseMissing(sources: string, names: readonly FunctionName[]): Promise<void> {
  const missing: string[] = [];
  for (const name of names) {
    const file = join(sources, `${name}.ts`);
    await access(file).catch(() => missing.push(relative(repository, file)));
  }
  if (missing.length > 0) throw new MissingHandlers(missing);
}

/** A file of a bundle, and where it lies already, if it does. */
interface File {
  readonly contents: Uint8Array;
  readonly at?: string;
}

async function write(target: string, files: ReadonlyMap<string, File>): Promise<void> {
  const folders = new Set([...files.keys()].map((path) => dirname(join(target, path))));
  for (const folder of folders) await mkdir(folder, { recursive: true });
  await Promise.all(
    [...files].map(([path, { contents, at }]) =>
      at === undefined ? writeFile(join(target, path), contents) : link(at, join(target, path)),
    ),
  );
}

function hashOf(files: ReadonlyMap<string, File>): string {
  const hash = createHash('sha256');
  for (const path of [...files.keys()].sort()) {
    hash.update(`${path}\0`).update(files.get(path)?.contents ?? new Uint8Array());
  }
  return hash.digest('hex');
}

/** The table of bundle sizes that synth prints. */
export function sizeTable(bundles: Bundles): string {
  const rows = [...bundles.values()].sort((a, b) => b.codeBytes - a.codeBytes);
  const kib = (bytes: number) => `${Math.ceil(bytes / 1024).toLocaleString('en')} KiB`.padStart(10);
  const total = rows.reduce((sum, bundle) => sum + bundle.codeBytes, 0);
  return [
    ...rows.map((bundle) => `  ${bundle.name.padEnd(34)}${kib(bundle.codeBytes)}`),
    `  ${`${rows.length} functions`.padEnd(34)}${kib(total)}`,
  ].join('\n');
}
