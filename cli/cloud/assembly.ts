/**
 * The cloud assembly, synthesised when its sources changed and taken from the cache when not.
 *
 * Synthesis runs in a child process, so that the CDK's memory is given back before the cloud starts.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CommandError } from '../errors.ts';
import { projectFolder } from './home.ts';

/** What the assembly is made of. */
const sources = [
  'domain',
  'programmes',
  'workflows',
  'functions',
  'infra',
  'package-lock.json',
  'tsconfig.json',
];

/** Assemblies that are kept; going back and forth between two branches needs two. */
const kept = 3;

/** An assembly that was taken up longer ago than this is no longer in use: milliseconds. */
const longestUse = 86_400_000;

/** The sources do not synthesise. */
class SynthesisFailed extends CommandError {
  override readonly name = 'SynthesisFailed';
  constructor(output: string) {
    super(`The cloud assembly could not be synthesised:\n${output}`);
  }
}

export interface Assembly {
  /** Absolute path of the folder. */
  folder: string;
  /** Whether it was there already. */
  cached: boolean;
}

/** @param cache where assemblies are kept, one folder for each state of the sources */
export async function ensureAssembly(cache: string): Promise<Assembly> {
  const folder = join(cache, await hashOfSources());
  const cached = await isWhole(folder);
  if (cached) await utimes(folder, new Date(), new Date());
  else await synthesiseOnce(folder, cache);
  return { folder, cached };
}

function isWhole(folder: string) {
  return access(join(folder, 'manifest.json')).then(
    () => true,
    () => false,
  );
}

/** What this process is synthesising, by the folder. */
const underWay = new Map<string, Promise<void>>();

/** Several that want it at once wait for the first. */
async function synthesiseOnce(folder: string, cache: string): Promise<void> {
  const begun = underWay.get(folder) ?? synthesiseInto(folder, cache);
  underWay.set(folder, begun);
  await begun.finally(() => underWay.delete(folder));
}

async function synthesiseInto(folder: string, cache: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  // Under another name until it is whole, so that half an assembly is never taken for a whole one.
  const unfinished = `${folder}.${process.pid}`;
  try {
    await promisify(execFile)(process.execPath, [join(projectFolder, 'infra/synth.ts')], {
      cwd: projectFolder,
      env: { ...process.env, CDK_OUTDIR: unfinished },
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw new SynthesisFailed(outputOf(error));
  }
  try {
    await rename(unfinished, folder);
  } catch (error) {
    // Another process has made the same assembly meanwhile, and may be using it.
    await rm(unfinished, { recursive: true, force: true });
    if (!(await isWhole(folder))) throw error;
  }
  await forgetOld(cache);
}

function outputOf(error: unknown): string {
  const texts = ['stdout', 'stderr'].map((name) =>
    typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined,
  );
  return texts.filter((text) => typeof text === 'string' && text !== '').join('\n') || String(error);
}

/** One hash over the names and contents of all sources. */
async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const file of await filesUnder(join(projectFolder, source))) {
      const content = await readFile(file);
      hash.update(`${file.slice(projectFolder.length)}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest('hex').slice(0, 16);
}

async function filesUnder(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(() => undefined);
  if (entries === undefined) return [path];
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.md'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function forgetOld(cache: string): Promise<void> {
  const folders = (await readdir(cache, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const dated = await Promise.all(
    folders.map(async ({ name }) => ({ name, at: (await stat(join(cache, name))).mtimeMs })),
  );
  // Others may be at work on unfinished ones, or running on one that is not the newest: only what is old goes.
  const old = dated
    .sort((a, b) => b.at - a.at)
    .slice(kept)
    .filter(({ at }) => Date.now() - at > longestUse);
  await Promise.all(old.map(({ name }) => rm(join(cache, name), { recursive: true, force: true })));
}
