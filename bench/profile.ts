/** Reads the CPU profiles that node writes of each thread, and adds up where the time went. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** Processor time of one kind of thread in one place. */
export interface Place {
  readonly thread: 'cloud' | 'functions';
  readonly doing: string;
  readonly seconds: number;
}

/** The part of V8's profile format that is read here: https://chromedevtools.github.io/devtools-protocol/tot/Profiler/ */
const profileSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({
        functionName: z.string(),
        url: z.string(),
        lineNumber: z.number(),
        columnNumber: z.number(),
      }),
      children: z.array(z.number()).optional(),
    }),
  ),
  samples: z.array(z.number()),
  /** Microseconds before each sample. */
  timeDeltas: z.array(z.number()),
});

type ProfileNode = z.infer<typeof profileSchema>['nodes'][number];
type Frame = ProfileNode['callFrame'];

/** What one frame of a stack belongs to: a folder of this project, a package, or nothing when it is node's own. */
type Owner = string | undefined;

/**
 * Where the time of the profiled threads went, idle time and trifles below 50 ms left out: by folder of this project and by package, found in the
 * bundles by their source maps. What node itself does counts for its caller. A function's first loading is a place of
 * its own.
 * @param folder the profiles; the main thread's is the one of thread 0
 * @throws {z.ZodError} for a file that is no profile
 */
export async function placesOf(folder: string): Promise<Place[]> {
  const times = new Map<string, number>();
  const owners = new Owners();
  for (const file of await readdir(folder)) {
    const profile = profileSchema.parse(JSON.parse(await readFile(join(folder, file), 'utf8')));
    const thread = /\.0\.\d+\.cpuprofile$/.test(file) ? 'cloud' : 'functions';
    const callers = new Map(
      profile.nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node] as const)),
    );
    const doingOf = new Map(profile.nodes.map((node) => [node.id, doing(stackOf(node, callers), owners)]));
    profile.samples.forEach((id, index) => {
      const key = JSON.stringify([thread, doingOf.get(id)]);
      times.set(key, (times.get(key) ?? 0) + (profile.timeDeltas[index] ?? 0) / 1e6);
    });
  }
  return [...times]
    .map(([key, seconds]): Place => {
      const [thread, what] = JSON.parse(key);
      return { thread, doing: what, seconds };
    })
    .filter((place) => place.doing !== 'idle' && place.seconds > 0.05)
    .toSorted((one, other) => one.thread.localeCompare(other.thread) || other.seconds - one.seconds);
}

/** A node and its callers, innermost first. */
function stackOf(node: ProfileNode, callers: ReadonlyMap<number, ProfileNode>): Frame[] {
  const stack: Frame[] = [];
  for (let each: ProfileNode | undefined = node; each !== undefined; each = callers.get(each.id)) {
    stack.push(each.callFrame);
  }
  return stack;
}

function doing(stack: readonly Frame[], owners: Owners): string {
  const innermost = stack[0]?.functionName;
  if (innermost === '(idle)') return 'idle';
  if (innermost === '(garbage collector)') return 'collecting garbage';
  if (stack.some(({ functionName, url }) => functionName === 'load' && url.endsWith('/worker.mjs'))) {
    return 'loading a function (cold start)';
  }
  for (const frame of stack) {
    const owner = owners.of(frame);
    if (owner !== undefined) return owner;
  }
  return 'node itself';
}

/** Finds whom frames belong to; reads each source map once, however many folders link to it. */
class Owners {
  readonly #maps = new Map<string, SourceMap | undefined>();

  of({ url, lineNumber, columnNumber }: Frame): Owner {
    if (!url.startsWith('file:')) return undefined;
    const path = fileURLToPath(url);
    const entry = this.#map(path)?.findEntry(lineNumber, columnNumber);
    const source = entry !== undefined && 'originalSource' in entry ? entry.originalSource : path;
    const [, packageName, folder] =
      /node_modules\/((?:@[^/]+\/)?[^/]+)(?!.*node_modules\/)|((?:local|cli|samples|infra|functions|domain|programmes)\/[^/]+)/.exec(
        source,
      ) ?? [];
    return packageName ?? folder;
  }

  #map(path: string): SourceMap | undefined {
    const name = basename(path);
    if (!this.#maps.has(name)) {
      const file = mapFileOf(path);
      this.#maps.set(
        name,
        existsSync(file) ? new SourceMap(JSON.parse(readFileSync(file, 'utf8'))) : undefined,
      );
    }
    return this.#maps.get(name);
  }
}

/** Where the map of a module lies: next to the asset, in the folder of any Lambda that has the module. */
function mapFileOf(path: string): string {
  const maps = join(dirname(dirname(path)), 'source-maps');
  const lambda = existsSync(maps)
    ? readdirSync(maps).find((each) => existsSync(join(maps, each, `${basename(path)}.map`)))
    : undefined;
  return lambda === undefined ? `${path}.map` : join(maps, lambda, `${basename(path)}.map`);
}
