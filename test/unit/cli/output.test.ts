import { describe, expect, test } from 'vitest';
import { createOutput, formatTable } from '#cli/output.ts';

describe('results', () => {
  test('are a table with room for the widest cell', () => {
    const table = formatTable(
      [{ title: 'no.', align: 'right' }, { title: 'name' }],
      [
        ['1', 'Siti'],
        ['20', 'Budi'],
      ],
    );
    expect(table).toBe('no.  name\n───  ────\n  1  Siti\n 20  Budi');
  });

  test('are JSON alone with --json', () => {
    const texts: string[] = [];
    const output = createOutput(true, (text) => texts.push(text));
    output.line('hidden');
    output.table([{ title: 'hidden' }], []);
    output.data({ shown: true });
    expect(JSON.parse(texts.join(''))).toEqual({ shown: true });
  });
});
