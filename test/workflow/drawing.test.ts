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

  it.each(machineNames)('number the boxes of %s in the order in which they are written', (name) => {
    const drawn = drawing(definition(name));
    const numbers = [...drawn.matchAll(/^ *s(\d+)(?!i)\S*"/gm)].map(([, number]) => Number(number));
    expect(numbers).toEqual(numbers.map((_, index) => index));
  });

  it('begin with what is written first, and draw the life of a proposal phase by phase', () => {
    for (const name of machineNames) {
      const { StartAt, States } = definition(name);
      expect([name, Object.keys(States)[0]]).toEqual([name, StartAt]);
    }
    const milestones = [
      'Register the proposal',
      'Verification',
      'Approval',
      'First tranche',
      'Remaining tranches and training',
      'Close the proposal',
      'Record the rejection',
    ];
    const states = Object.keys(definition('proposal').States);
    expect(states.filter((state) => milestones.includes(state))).toEqual(milestones);
  });

  it('refuse a README without the marks', () => {
    expect(() => withDrawings('# Workflows')).toThrow(MarksMissing);
  });
});
