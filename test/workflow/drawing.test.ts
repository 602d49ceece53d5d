import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { machineNames } from '#functions/machines.ts';
import { definition } from '#workflows/definition.ts';
import { drawing, drawingFile, MarksMissing, withDrawings } from '#workflows/draw.ts';

describe('the drawings in workflows/README.md', () => {
  it('show the machines as they are (else: npm run draw:workflows)', async () => {
    const readme = await readFile(drawingFile, 'utf8');
    expect(withDrawings(readme)).toBe(readme);
  });

  it.each(machineNames)('name every state of %s, also the inner ones', (name) => {
    const text = JSON.stringify(definition(name));
    const drawn = drawing(definition(name));
    const states = [...text.matchAll(/"([^"]+)":\{[^{}]*"Type"/g)].map((match) => match[1] ?? '');
    for (const state of states) expect(drawn).toContain(`"${state}"`);
  });

  it('refuse a README without the marks', () => {
    expect(() => withDrawings('# Workflows')).toThrow(MarksMissing);
  });
});
