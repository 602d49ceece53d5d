import { describe, expect, it } from 'vitest';
import { details, harnessOf, outcomeOf, skeleton } from './machines.ts';

async function resultOf(expression: string, input: unknown = {}) {
  return outcomeOf({ A: { Type: 'Pass', Output: `{% ${expression} %}`, End: true } }, input);
}

describe('JSONata in state machines', () => {
  it.each([
    ['$partition([1, 2, 3, 4, 5], 2)', [[1, 2], [3, 4], [5]]],
    ['$range(0, 10, 5)', [0, 5, 10]],
    ['$range(3, 1, -1)', [3, 2, 1]],
    ['$hash("abc", "SHA-256")', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['$hash("abc", "MD5")', '900150983cd24fb0d6963f7d28e17f72'],
    ['$parse("{\\"a\\":[1]}")', { a: [1] }],
    ['$now()', '2026-01-05T01:00:00.000Z'],
    ['$millis()', 1_767_574_800_000],
    ['$now("[D01]/[M01]/[Y0001]")', '05/01/2026'],
    ['$random(7) = $random(7)', true],
    ['$random() < 1', true],
    ['$count($shuffle([1, 2, 3]))', 3],
    ['[1][0]', 1],
  ])('%s', async (expression, expected) => {
    expect((await resultOf(expression)).output).toEqual(expected);
  });

  it('makes UUIDs of version 4, a new one each time, the same again for the same seed', async () => {
    const make = async (seed: number): Promise<unknown> => {
      const harness = harnessOf(
        { A: { Type: 'Pass', Output: '{% [$uuid(), $uuid()] %}', End: true } },
        { seed },
      );
      const { output } = harness.status(await harness.start('main', {}, 'same'));
      harness.close();
      return output;
    };
    const first = await make(1);
    expect(first).toEqual([
      expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/),
      expect.any(String),
    ]);
    expect(new Set(first as string[]).size).toBe(2);
    expect(await make(1)).toEqual(first);
    expect(await make(2)).not.toEqual(first);
  });

  it('has no $eval', async () => {
    expect(await resultOf('$eval("1 + 1")')).toMatchObject({
      status: 'FAILED',
      error: 'States.QueryEvaluationError',
    });
  });

  it('keeps arrays of one whole from state to state', async () => {
    const status = await outcomeOf(
      {
        A: {
          Type: 'Pass',
          Output: '{% $states.input.list[n > 1] %}',
          Assign: { kept: '{% [$states.input.list[n > 1]] %}' },
          Next: 'B',
        },
        B: {
          Type: 'Pass',
          Output: { one: '{% $states.input %}', many: '{% $kept %}', count: '{% $count($kept) %}' },
          End: true,
        },
      },
      { list: [{ n: 1 }, { n: 2 }] },
    );
    expect(status.output).toEqual({ one: { n: 2 }, many: [{ n: 2 }], count: 1 });
  });

  it('reads paths through arrays as JSONata does', async () => {
    expect((await resultOf('$states.input.a.b', { a: [{ b: 1 }, { b: 2 }] })).output).toEqual([1, 2]);
    expect((await resultOf('$states.input.a.b', { a: { b: [3] } })).output).toEqual([3]);
  });

  it('leaves text that is not an expression as it is, and evaluates deep inside objects and arrays', async () => {
    const status = await outcomeOf({
      A: {
        Type: 'Pass',
        Output: { text: '$states.input', deep: [{ n: '{% 1 + 2 %}' }, 'x', null, 4] },
        End: true,
      },
    });
    expect(status.output).toEqual({ text: '$states.input', deep: [{ n: 3 }, 'x', null, 4] });
  });

  it('fails a state whose expression gives nothing, naming the field', async () => {
    const harness = harnessOf({
      A: { Type: 'Pass', Output: { a: ['{% $states.input.absent %}'] }, End: true },
    });
    const arn = await harness.start('main');
    const sentence =
      "The JSONata expression '$states.input.absent' specified for the field 'Output/a[0]' returned nothing (undefined).";
    expect(skeleton(harness, arn).slice(2)).toEqual(['3<-2 EvaluationFailed', '4<-3 ExecutionFailed']);
    expect(details(harness, arn, 'EvaluationFailed')).toEqual({
      state: 'A',
      location: 'Output/a[0]',
      error: 'States.QueryEvaluationError',
      cause: sentence,
    });
    expect(details(harness, arn, 'ExecutionFailed')).toEqual({
      error: 'States.QueryEvaluationError',
      cause: `An error occurred while executing the state 'A' (entered at the event id #2). ${sentence}`,
    });
    harness.close();
  });

  it('fails a state whose expression throws, with JSONata’s code', async () => {
    expect((await resultOf('1 + "a"')).cause).toContain(
      `specified for the field 'Output' threw an error during evaluation. T2002: The right side of the "+" operator must evaluate to a number`,
    );
  });

  it('cannot give a function to the next state', async () => {
    expect((await resultOf('function($x) { $x }')).error).toBe('States.QueryEvaluationError');
  });

  it.each([
    ['calls itself without end', '($f := function($n) { $f($n + 1) }; $f(1))'],
    ['calls itself too deeply', '($f := function($n) { 1 + $f($n + 1) }; $f(1))'],
  ])('ends an expression that %s', async (_what, expression) => {
    expect((await resultOf(expression)).error).toBe('States.QueryEvaluationError');
  });

  it('lets an expression call itself as often as it needs to', async () => {
    expect((await resultOf('($f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; $f(100))')).output).toBe(
      100,
    );
    expect((await resultOf('$reduce([1..5000], function($a, $b) { $a + $b })')).output).toBe(12_502_500);
  });

  it('does not have $eval', async () => {
    expect((await resultOf('$eval("1")')).cause).toContain('T1006');
  });
});
