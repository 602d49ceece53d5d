import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const folder = new URL('../../../domain/', import.meta.url);
const modules = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }));

describe('the domain', () => {
  test.each(modules)('knows no other room: $name', ({ name, text }) => {
    const imported = [...text.matchAll(/from '([^']+)'/g)].map((match) => match[1] ?? '');
    const module = new URL(name, folder);
    const allowed = (imported: string) =>
      ['zod', 'node:crypto'].includes(imported) ||
      (/^\.{1,2}\/[a-z0-9/.-]+\.ts$/.test(imported) &&
        new URL(imported, module).href.startsWith(folder.href));
    expect(imported.filter((each) => !allowed(each))).toEqual([]);
  });

  test.each(modules)('asks no clock and no dice: $name', ({ text }) => {
    expect(text).not.toMatch(/Date\.now\(|new Date\(\)|Math\.random|process\.env|randomBytes|randomUUID/);
  });

  test.each(modules)('takes only what it uses of zod, so that Lambdas stay small: $name', ({ text }) => {
    // The named export `z` drags in every schema and every language: 390 KB more in each bundle.
    expect(text).not.toMatch(/import \{[^}]*\bz\b[^}]*\} from 'zod'/);
  });
});
