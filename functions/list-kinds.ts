/**
 * Writes the lists of all kinds of asks, from the files that there are: `domain/asks/kinds.ts` of their records, and
 * `functions/behaviours.ts` of what their stages bring. With `--check`, says whether they are as they should be.
 *
 * `npm run list:kinds`
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** The name under which a kind's file exports its record: `account-correction` is `accountCorrection`. */
function exportOf(kind: string): string {
  return kind.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** The kinds that have a file in this folder, by name. */
function kindsIn(folder: string): string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => name.slice(0, -'.ts'.length))
    .toSorted();
}

function quoted(kind: string): string {
  return kind.includes('-') ? `'${kind}'` : kind;
}

function property(kind: string): string {
  return quoted(kind) === exportOf(kind) ? kind : `${quoted(kind)}: ${exportOf(kind)}`;
}

function records(): string {
  const kinds = kindsIn('domain/asks/kinds');
  return `/** Every kind of ask. Written by \`npm run list:kinds\`. */
${kinds.map((kind) => `import { ${exportOf(kind)} } from './kinds/${kind}.ts';`).join('\n')}

export const kinds = {
${kinds.map((kind) => `  ${property(kind)},`).join('\n')}
};
`;
}

/** The stages that bring something for kinds of asks, each with those kinds. */
function stages(): [stage: string, kind: string][] {
  return readdirSync(join(root, 'functions'))
    .toSorted()
    .filter((stage) => existsSync(join(root, 'functions', stage, 'asks')))
    .flatMap((stage) => kindsIn(`functions/${stage}/asks`).map((kind): [string, string] => [stage, kind]));
}

/** The module of an import, by which imports are sorted: `receipt` comes before `receipt-review`. */
function moduleIn(line: string): string {
  return line.split("'")[1]?.replace(/\.ts$/, '') ?? '';
}

function behaviours(): string {
  const found = stages();
  const kinds = found.map(([, kind]) => kind).toSorted();
  return `/** What the stages bring for their kinds of asks. Written by \`npm run list:kinds\`. */
${[
  ...found.map(([stage, kind]) => `import { ${exportOf(kind)} } from '#functions/${stage}/asks/${kind}.ts';`),
  "import { registerBehaviours } from '#functions/asks/behaviour.ts';",
]
  .toSorted((one, other) => moduleIn(one).localeCompare(moduleIn(other)))
  .join('\n')}

registerBehaviours({
${kinds.map((kind) => `  ${property(kind)},`).join('\n')}
});
`;
}

const files: Readonly<Record<string, string>> = {
  'domain/asks/kinds.ts': records(),
  'functions/behaviours.ts': behaviours(),
};

const check = process.argv.includes('--check');
for (const [path, text] of Object.entries(files)) {
  const file = join(root, path);
  if (!check) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) {
    console.error(`${path} does not list the kinds of asks that there are: npm run list:kinds`);
    process.exitCode = 1;
  }
}
