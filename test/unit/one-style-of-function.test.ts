import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const rooms = [
  ...['bench', 'cli', 'domain', 'functions', 'infra', 'local', 'players'],
  ...['programmes', 'samples', 'test', 'workflows'],
];

/** Names of a module's own arrow functions without a type of their own: they are written as function declarations. */
function arrowConstants(source: string): string[] {
  const { program } = parseSync('source.ts', source);
  return program.body.flatMap((statement) => {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declaration?.type !== 'VariableDeclaration') return [];
    return declaration.declarations.flatMap(({ id, init }) =>
      init?.type === 'ArrowFunctionExpression' && id.type === 'Identifier' && !id.typeAnnotation
        ? [id.name]
        : [],
    );
  });
}

describe('one style of function', () => {
  it('is kept: a module declares its functions', () => {
    const found = globSync(`{${rooms.join(',')}}/**/*.ts`, {
      cwd: root,
      exclude: ['**/node_modules/**'],
    }).flatMap((path) =>
      arrowConstants(readFileSync(join(root, path), 'utf8')).map((name) => `${path}: ${name}`),
    );
    expect(found).toEqual([]);
  });

  it('sees an arrow function under a name, exported or not', () => {
    expect(arrowConstants('const add = (a: number) => a + 1; export const later = async () => {};')).toEqual([
      'add',
      'later',
    ]);
  });

  it('leaves a function that says which type of function it is, and what a function makes', () => {
    expect(
      arrowConstants('const add: Add = (a) => a + 1; const twice = make((a) => a); function f() {}'),
    ).toEqual([]);
  });
});
