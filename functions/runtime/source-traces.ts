/**
 * Names the sources in stack traces, as node's `--enable-source-maps` does. That option reads and measures every map when
 * its module is loaded, a third of a cold start; here a map is read when a trace first needs it, which is hardly ever.
 *
 * https://nodejs.org/api/module.html#class-modulesourcemap, https://v8.dev/docs/stack-trace-api
 */
import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';

const maps = new Map<string, SourceMap | undefined>();

/** The map beside a module; undefined where there is none that can be read. */
function mapOf(url: string): SourceMap | undefined {
  if (!maps.has(url)) {
    const file = `${fileURLToPath(url)}.map`;
    let map: SourceMap | undefined;
    try {
      map = existsSync(file) ? new SourceMap(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
    } catch {
      // A trace is told while something else went wrong: without names rather than not at all.
    }
    maps.set(url, map);
  }
  return maps.get(url);
}

/** A frame as V8 writes it, with the place in the source where it is known. */
function named(frame: string): string {
  return frame.replace(
    /(file:\/\/[^\s:()]+):(\d+):(\d+)/,
    (place, url: string, line: string, column: string) => {
      const entry = mapOf(url)?.findEntry(Number(line) - 1, Number(column) - 1);
      if (entry === undefined || !('originalSource' in entry)) return place;
      const source = entry.originalSource.replace(/^(\.\.\/)+/, '');
      return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
    },
  );
}

/** The text of a trace: what was thrown, and where. For `Error.prepareStackTrace`. */
export function traceOf(error: Error, frames: readonly { toString(): string }[]): string {
  return [String(error), ...frames.map((frame) => `    at ${named(frame.toString())}`)].join('\n');
}

/** From now on all traces of this thread name their sources. */
export function nameSourcesInTraces(): void {
  Error.prepareStackTrace = traceOf;
}
