import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { askKinds } from '#domain/asks/ask-kinds.ts';

const root = join(import.meta.dirname, '../../../..');

/** The rooms that serve every kind of ask, and so name none. */
const rooms = ['functions/asks', 'functions/web', 'functions/notifications', 'functions/identity'];

/** Names of kinds that are words for other things as well: a field of a form, a stage, a type of document. */
const otherWords = ['outcome', 'approval', 'objection', 'muster-roll', 'lpj', 'deposit-slip'];

const names = askKinds.join('|');
const ownNames = askKinds.filter((kind) => !otherWords.includes(kind)).join('|');
const named = new RegExp(`'(?:${ownNames})'`);
const imported = /'#domain\/asks\/kinds\//;
const compared = new RegExp(`\\bkind\\)? [!=]== '(?:${names})'|case '(?:${ownNames})':`);

function isComment(line: string): boolean {
  return /^\s*(?:\/\/|\/?\*)/.test(line);
}

/** The lines of a text that a rule forbids. */
function offending(text: string, ...rules: RegExp[]): string[] {
  return text.split('\n').filter((line) => !isComment(line) && rules.some((rule) => rule.test(line)));
}

function filesIn(...patterns: string[]): { path: string; text: string }[] {
  return patterns
    .flatMap((pattern) => globSync(pattern, { cwd: root }))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

describe('a kind of ask', () => {
  it('is named by no room that serves all kinds', () => {
    const found = filesIn(...rooms.map((room) => `${room}/**/*.ts`)).flatMap(({ path, text }) =>
      offending(text, named, imported, compared).map((line) => `${path}: ${line.trim()}`),
    );
    expect(found).toEqual([]);
  });

  it('is compared with nowhere but in its own files', () => {
    const own = /^domain\/asks\/kinds\/|^functions\/[a-z-]+\/asks\//;
    const found = filesIn('domain/**/*.ts', 'functions/**/*.ts')
      .filter(({ path }) => !own.test(path))
      .flatMap(({ path, text }) => offending(text, compared).map((line) => `${path}: ${line.trim()}`));
    expect(found).toEqual([]);
  });

  it('would be found', () => {
    expect(offending("if (ask.kind === 'spm') return;", named)).toHaveLength(1);
    expect(offending("if (kind !== 'outcome') return;", named, compared)).toHaveLength(1);
    expect(offending("import { lpj } from '#domain/asks/kinds/lpj.ts';", imported)).toHaveLength(1);
    expect(offending("    case 'spm':", compared)).toHaveLength(1);
    expect(offending("// as 'spm' does", named)).toEqual([]);
  });
});
