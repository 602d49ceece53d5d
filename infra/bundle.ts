/**
 * The code of all Lambdas, bundled by one esbuild.
 *
 * A Lambda's entry is generated from its row (`functions/lambdas.ts`): it loads the module of a step when an event is for it,
 * so that a cold start costs what one step needs, however many the Lambda carries.
 * One call parses what the Lambdas share once, so that synth takes seconds. The output is the same bytes for the
 * same sources wherever the repository and the output stand (esbuild is given a fixed place and the files are written
 * here), so that an asset's hash changes only when its code does.
 * Source maps are as large as the code and more: they are kept apart, in a folder that is not deployed.
 */
import { createHash } from 'node:crypto';
import { access, cp, link, mkdir, readFile, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, context, type Metafile, type Plugin } from 'esbuild';
import {
  type Companion,
  type LambdaName,
  lambdaNamed,
  lambdaNames,
  type StepName,
  stepsOf,
} from '#functions/lambdas.ts';

const repository = fileURLToPath(new URL('..', import.meta.url));

/**
 * Files that code reads at run time, copied next to it: where each lies. Region codes and fonts come with their licences,
 * which ask to travel with them.
 */
const companions: Readonly<Record<Companion, Readonly<Record<string, string>>>> = {
  provinces: regionFiles('provinces.csv'),
  regencies: regionFiles('regencies.csv'),
  districts: regionFiles('districts.csv'),
  villages: regionFiles('villages.csv'),
  fonts: fontFiles('400Regular/Tinos_400Regular.ttf', '700Bold/Tinos_700Bold.ttf', 'LICENSE_FONT'),
};

/** The fonts of the papers. */
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

/** One Lambda's bundle. */
export interface Bundle {
  readonly name: LambdaName;
  /** The folder that becomes the Lambda's code: `index.mjs`, the modules that it loads, and companions. */
  readonly folder: string;
  /** The folder of the source maps of that code, which is not deployed. */
  readonly maps: string;
  /** Size of the code in bytes. */
  readonly codeBytes: number;
  /** SHA-256 of all files of the code with their names, hexadecimal: the asset's hash. */
  readonly hash: string;
}

/** All bundles, by Lambda. */
export type Bundles = ReadonlyMap<LambdaName, Bundle>;

/** Steps of `functions/lambdas.ts` without a file. */
export class MissingHandlers extends Error {
  override readonly name = 'MissingHandlers';
  readonly missing: readonly string[];
  constructor(missing: readonly string[]) {
    super(
      `Every step in functions/lambdas.ts needs a file that exports \`handler\`; missing: ${missing.join(', ')}.`,
    );
    this.missing = missing;
  }
}

/** The entries of the Lambdas, which are written nowhere: `lambda:<name>`. @param sources the folder of the steps' rooms */
function entriesOf(sources: string): Plugin {
  return {
    name: 'lambda-entries',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^lambda:/ }, ({ path }) => ({
        path: path.replace('lambda:', ''),
        namespace: 'lambda',
      }));
      onLoad({ filter: /.*/, namespace: 'lambda' }, ({ path }) => {
        const steps = stepsOf(path as LambdaName).map(
          ([step]) => `'${step}': () => import('./${relative(repository, fileOf(sources, step))}'),`,
        );
        return {
          contents: [
            `import { lambdaHandler, traceBySourcesOf } from './functions/runtime/dispatch.ts';`,
            `traceBySourcesOf('${path}', import.meta.url);`,
            `export const handler = lambdaHandler('${path}', {`,
            ...steps,
            '});',
          ].join('\n'),
          resolveDir: repository,
        };
      });
    },
  };
}

function fileOf(sources: string, step: StepName): string {
  return join(sources, `${step}.ts`);
}

/**
 * Modules that hold nothing of the function that loads them: what they make they hand out, and what they remember is the
 * same for all. Of the packages X-Ray's SDK is not so, which holds the segment that is under way.
 */
const stateless =
  /^(domain|programmes|node_modules(?!\/(@aws-lambda-powertools\/tracer|aws-xray-sdk-core|atomic-batcher|cls-hooked|emitter-listener|shimmer)\/))\//;

/** Whether a module is stateless; those of Node, which all code shares anyway, are too. */
function isStateless(path: string): boolean {
  return stateless.test(path) || /^(builtin:|<runtime>$)/.test(path);
}

/** An entry that becomes no Lambda: it imports all that is stateless. */
const statelessEntry = 'stateless';

/**
 * Has stateless modules printed into files without others: esbuild prints together what the same entries load, and this
 * entry loads these alone.
 * @param modules their paths, seen from the repository
 */
function statelessApart(modules: () => readonly string[]): Plugin {
  return {
    name: 'stateless-apart',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^stateless$/ }, ({ path }) => ({ path, namespace: 'stateless' }));
      // A package may say of its modules that they are not needed for their side effects: then an import without names counts for nothing.
      onResolve({ filter: /.*/, namespace: 'stateless' }, ({ path }) => ({ path, sideEffects: true }));
      onLoad({ filter: /.*/, namespace: 'stateless' }, () => ({
        contents: modules()
          .map((path) => `import ${JSON.stringify(join(repository, path))};`)
          .join('\n'),
      }));
    },
  };
}

/**
 * Builds twice, the second time with what is stateless apart; files are read and parsed once.
 * @param options without `metafile` and `write`, which are always as is needed here
 */
async function buildStatelessApart({ plugins = [], ...options }: BuildOptions) {
  let modules: readonly string[] = [];
  const building = await context({
    ...options,
    plugins: [statelessApart(() => modules), ...plugins],
    write: false,
    metafile: true,
  });
  try {
    const { metafile } = await building.rebuild();
    modules = Object.values(metafile.outputs)
      .flatMap(({ inputs }) => Object.keys(inputs))
      .filter((path) => stateless.test(path));
    return await building.rebuild();
  } finally {
    await building.dispose();
  }
}

/**
 * Bundles every Lambda into its own folder under `folder`.
 * @param options.sources the folder that holds `<room>/<verb-noun>.ts`
 * @param options.names the Lambdas to bundle; by default all
 * @throws {MissingHandlers} that lists every step without a file
 */
export async function bundleLambdas(
  folder: string,
  options: { readonly sources?: string; readonly names?: readonly LambdaName[] } = {},
): Promise<Bundles> {
  const { sources = join(repository, 'functions'), names = lambdaNames } = options;
  await refuseMissing(sources, names);
  // A place inside the repository that is never written to: the paths in source maps are relative to it.
  const place = join(repository, '.bundle');
  const { outputFiles, metafile } = await buildStatelessApart({
    absWorkingDir: repository,
    entryPoints: [
      ...names.map((name) => ({ in: `lambda:${name}`, out: name })),
      { in: statelessEntry, out: statelessEntry },
    ],
    outdir: place,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // What several steps use is printed once, as modules that each Lambda gets a copy of: a tenth of the work.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    // Maps without a mention of them in the code.
    sourcemap: 'external',
    sourcesContent: false,
    legalComments: 'none',
    banner: { js: banner },
    plugins: [entriesOf(sources), englishOnly, withoutBrotli, builtinsRequired],
    logLevel: 'error',
  });
  const outputs = new Map(outputFiles.map(({ path, contents }) => [basename(path), contents]));
  // Written once, and linked into the folders of each Lambda that has it.
  const pool = join(folder, 'outputs');
  await mkdir(pool, { recursive: true });
  await Promise.all([...outputs].map(([name, contents]) => writeFile(join(pool, name), contents)));

  const bundles = new Map<LambdaName, Bundle>();
  for (const name of names) {
    const entry = `${name}.mjs`;
    const code = new Map<string, File>();
    const maps = new Map<string, File>();
    for (const module of modulesOf(entry, metafile)) {
      // Lambda looks for `index`.
      const as = module === entry ? 'index.mjs' : module;
      code.set(as, { contents: contentsOf(module), at: join(pool, module) });
      maps.set(`${as}.map`, { contents: contentsOf(`${module}.map`), at: join(pool, `${module}.map`) });
    }
    const codeBytes = [...code.values()].reduce((sum, { contents }) => sum + contents.byteLength, 0);
    for (const companion of lambdaNamed(name).companions ?? [])
      for (const [path, source] of Object.entries(companions[companion]))
        code.set(path, { contents: await readFile(source) });
    code.set('shared-modules.json', { contents: sharedModules(code, metafile) });
    const bundle = { folder: join(folder, name), maps: join(folder, 'source-maps', name) };
    await write(bundle.folder, code);
    await write(bundle.maps, maps);
    bundles.set(name, { name, ...bundle, codeBytes, hash: hashOf(code) });
  }
  return bundles;

  function contentsOf(module: string): Uint8Array {
    const contents = outputs.get(module);
    if (contents === undefined) throw new RangeError(`esbuild gave no ${module}.`);
    return contents;
  }
}

/**
 * Copies the source maps into an assembly next to the assets, where the code finds them on this machine: nothing deploys
 * what no manifest names.
 * @param assembly the folder of the cloud assembly
 */
export async function copyMaps(bundles: Bundles, assembly: string): Promise<void> {
  await Promise.all(
    [...bundles.values()].map(({ name, maps }) =>
      cp(maps, join(assembly, 'source-maps', name), { recursive: true }),
    ),
  );
}

/**
 * The list of a Lambda's modules that hold nothing of it, with the SHA-256 of each: where several Lambdas run in one
 * process, as in the embedded cloud, they may have one of each between them. In AWS nothing reads it.
 */
function sharedModules(code: ReadonlyMap<string, File>, { outputs }: Metafile): Uint8Array {
  const shared = Object.entries(outputs)
    .filter(([, { inputs, entryPoint = 'node_modules/' }]) =>
      [entryPoint, ...Object.keys(inputs)].every(isStateless),
    )
    .map(([path]) => basename(path));
  const hashes = shared.flatMap((module) => {
    const file = code.get(module);
    return file === undefined ? [] : [[module, createHash('sha256').update(file.contents).digest('hex')]];
  });
  return Buffer.from(`${JSON.stringify(Object.fromEntries(hashes))}\n`);
}

/** An output with everything that it may load, by file name. */
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

async function refuseMissing(sources: string, names: readonly LambdaName[]): Promise<void> {
  const missing: string[] = [];
  for (const [step] of names.flatMap(stepsOf)) {
    const file = fileOf(sources, step);
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
    `  ${`${rows.length} Lambdas`.padEnd(34)}${kib(total)}`,
  ].join('\n');
}
