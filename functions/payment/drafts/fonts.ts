/**
 * The fonts of the papers: Tinos (SIL OFL 1.1), of the same measures as the Times New Roman that offices write with.
 *
 * Its files lie next to the deployed bundle, where the bundler copies them with their licence; in a source tree they are
 * where npm put them. Only the letters that a paper uses are embedded in it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { create, type Font } from 'fontkit';

export interface Fonts {
  regular: Font;
  bold: Font;
}

function pathOf(file: string, folder: string): string {
  const bundled = fileURLToPath(new URL(`./fonts/${file}`, import.meta.url));
  if (existsSync(bundled)) return bundled;
  const manifest = createRequire(import.meta.url).resolve('@expo-google-fonts/tinos/package.json');
  return join(dirname(manifest), folder, file);
}

function read(file: string, folder: string): Font {
  const font = create(readFileSync(pathOf(file, folder)));
  if (!('layout' in font)) throw new TypeError(`${file} is a collection of fonts and not one font`);
  return font;
}

let loaded: Fonts | undefined;

/** The fonts, parsed once in a container: that takes longer than to draw a paper with them. */
export function fonts(): Fonts {
  loaded ??= {
    regular: read('Tinos_400Regular.ttf', '400Regular'),
    bold: read('Tinos_700Bold.ttf', '700Bold'),
  };
  return loaded;
}
