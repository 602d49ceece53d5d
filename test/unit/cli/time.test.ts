import { describe, expect, test } from 'vitest';
import { UnreadableArgument } from '#cli/errors.ts';
import { jakartaTime, readAsOf, readDuration } from '#cli/time.ts';

describe('a duration', () => {
  test.each([
    ['90s', 90],
    ['30m', 1_800],
    ['12h30m', 45_000],
    ['3d', 259_200],
    ['2w 1d', 1_296_000],
  ])('%s is %i seconds', (text, seconds) => {
    expect(readDuration(text)).toBe(seconds);
  });

  test.each(['', 'soon', '3', '3y', '1d tomorrow', '-2d'])('"%s" is refused', (text) => {
    expect(() => readDuration(text)).toThrow(UnreadableArgument);
  });
});

describe('times', () => {
  test('are shown in Jakarta', () => {
    expect(jakartaTime('2020-12-31T18:30:00.000Z')).toBe('2021-01-01 01:30');
  });

  test('a date without a time means the end of that day in Jakarta', () => {
    expect(readAsOf('2020-12-31')).toBe('2020-12-31T16:59:59.999Z');
  });

  test('a date that is none is refused', () => {
    expect(() => readAsOf('31/12/2020')).toThrow(UnreadableArgument);
  });
});
