/**
 * Names the sources in stack traces, as node's `--enable-source-maps` does. That option reads and measures every map when
 * its module is loaded, a third of a cold start; here a map is read when a trace first needs it, which is hardly ever.
 *
 * The maps lie apart from the code, and are not deployed: on this machine they are at hand, in AWS a trace names places in
 * the bundle, which `npm run trace` translates (`docs/operations.md`).
 *
 * https://nodejs.org/api/module.html#class-modulesourcemap, https://v8.dev/docs/stack-trace-api
 */
import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Finds the places in the sources by the maps of one folder, each named `<module>.map`. */
export class Sources {
  readonly #folder: string;
  readonly #maps = new Map<string, SourceMap | undefined>();

  /** @param folder the path of the folder, which need not be there */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The text with every place of a module that has a map replaced by the place in its source. */
  name(text: string): string {
    return text.replaceAll(
      /(file:\/\/[^\s:()]+):(\d+):(\d+)/g,
      (place, url: string, line: string, column: string) => {
        const entry = this.#mapOf(basename(url))?.findEntry(Number(line) - 1, Number(column) - 1);
        if (entry === undefined || !('originalSource' in entry)) return place;
        const source = entry.originalSource.replace(/^(\.\.\/)+/, '');
        return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
      },
    );
  }

  /** The text of a trace: what was thrown, and where. For `Error.prepareStackTrace`. */
  trace(error: Error, frames: readonly { toString(): string }[]): string {
    return [String(error), ...frames.map((frame) => `    at ${this.name(frame.toString())}`)].join('\n');
  }

  /** The map of a module; undefined where there is none that can be read. */
  #mapOf(module: string): SourceMap | undefined {
    if (!this.#maps.has(module)) {
      const file = `${this.#folder}/${module}.map`;
      let map: SourceMap | undefined;
      try {
        map = existsSync(file) ? new SourceMap(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
      } catch {
        // A trace is made while something else went wrong: without names rather than not at all.
      }
      this.#maps.set(module, map);
    }
    return this.#maps.get(module);
  }
}

/** From now on all traces of this thread name their sources. @param folder of the maps */
export function nameSourcesInTraces(folder: URL): void {
  const sources = new Sources(fileURLToPath(folder));
  Error.prepareStackTrace = (error, frames) => sources.trace(error, frames);
}
