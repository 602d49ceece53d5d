import { describe, expect, it } from 'vitest';
import { compileDefinition, DefinitionError } from '#local/step-functions/core/definition.ts';
import { machine, work } from './machines.ts';

/** What is wrong with a definition. */
function problemsOf(definition: unknown): readonly string[] {
  try {
    compileDefinition(typeof definition === 'string' ? definition : JSON.stringify(definition));
    return [];
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    return error.problems.map((problem) => `${problem.path}: ${problem.message}`);
  }
}

function only(state: object): object {
  return machine({ A: state });
}

describe('A definition', () => {
  it('that is sound has no problems', () => {
    expect(problemsOf(only({ ...work, TimeoutSeconds: 5, End: true }))).toEqual([]);
  });

  it('that is not JSON is refused', () => {
    expect(problemsOf('{')).toHaveLength(1);
  });

  it('in JSONPath is refused by the state’s name', () => {
    expect(problemsOf({ StartAt: 'A', States: { A: { Type: 'Pass', End: true } } })).toEqual([
      "/States/A/QueryLanguage: State 'A' is a JSONPath state; only states whose QueryLanguage is 'JSONata' are supported",
    ]);
  });

  it('may ask for JSONata in single states', () => {
    expect(
      problemsOf({ StartAt: 'A', States: { A: { Type: 'Pass', QueryLanguage: 'JSONata', End: true } } }),
    ).toEqual([]);
  });

  it.each([
    [
      'a JSONPath field',
      { Type: 'Pass', ResultPath: '$.a', End: true },
      "The QueryLanguage 'JSONata' does not support the field 'ResultPath'",
    ],
    ['an unknown field', { Type: 'Pass', Colour: 'red', End: true }, "Field 'Colour' is not supported"],
    [
      'a field of another type of state',
      { Type: 'Pass', Seconds: 1, End: true },
      "Field 'Seconds' is not supported",
    ],
    ['an unknown type', { Type: 'Sleep', End: true }, 'The state type "Sleep" is not known'],
    ['no way out', { Type: 'Pass' }, "Expected exactly one of 'Next' (a state's name) and 'End' (true)"],
    [
      'two waits',
      { Type: 'Wait', Seconds: 1, Timestamp: '2026-01-01T00:00:00Z', End: true },
      "Expected exactly one of 'Seconds' and 'Timestamp'",
    ],
    [
      'an activity',
      { ...work, Resource: 'arn:aws:states:us-east-1:123456789012:activity:x', End: true },
      'This engine does not know the resource arn:aws:states:us-east-1:123456789012:activity:x',
    ],
    [
      'another integration',
      { ...work, Resource: 'arn:aws:states:::glue:startJobRun.sync', End: true },
      'This engine does not know the service integration glue:startJobRun.sync',
    ],
    [
      'States.ALL among others',
      { ...work, End: true, Retry: [{ ErrorEquals: ['States.ALL', 'A'] }] },
      "'States.ALL' must appear alone",
    ],
    [
      'a bad expression',
      { Type: 'Pass', Output: '{% 1 + %}', End: true },
      'The JSONata expression is not valid: Unexpected end of expression',
    ],
    [
      'an expression on $$',
      { Type: 'Pass', Output: '{% $$.a %}', End: true },
      'The JSONata expression is not valid: The variables $ and $$ have no value at the top of an expression; use $states.',
    ],
    [
      'a variable called states',
      { Type: 'Pass', Assign: { states: 1 }, End: true },
      "'states' is not a variable name",
    ],
    [
      'a heartbeat as long as the time-out',
      { ...work, TimeoutSeconds: 5, HeartbeatSeconds: 5, End: true },
      "'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'",
    ],
    [
      'a distributed Map of Express executions',
      {
        Type: 'Map',
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
          StartAt: 'B',
          States: { B: { Type: 'Pass', End: true } },
        },
        End: true,
      },
      'The execution type "EXPRESS" of a distributed Map is not supported, only STANDARD',
    ],
    [
      'an item reader of an inline Map',
      {
        Type: 'Map',
        ItemReader: {},
        ItemProcessor: { StartAt: 'B', States: { B: { Type: 'Pass', End: true } } },
        End: true,
      },
      "The field 'ItemReader' is only for a Map in distributed mode",
    ],
    [
      'a format that is not read',
      {
        Type: 'Map',
        ItemReader: {
          Resource: 'arn:aws:states:::s3:getObject',
          ReaderConfig: { InputType: 'PARQUET' },
          Arguments: { Bucket: 'b', Key: 'k' },
        },
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'B',
          States: { B: { Type: 'Pass', End: true } },
        },
        End: true,
      },
      'The input type "PARQUET" is not supported',
    ],
    [
      'an action that a service does not have',
      { ...work, Resource: 'arn:aws:states:::dynamodb:query', End: true },
      'The resource provided arn:aws:states:::dynamodb:query is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.',
    ],
    [
      'States.ALL before another retrier',
      { ...work, End: true, Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['A'] }] },
      "'States.ALL' must be in the last one",
    ],
  ])('with %s is refused', (_what, state, message) => {
    expect(problemsOf(only(state)).map((problem) => problem.replace(/^[^:]*: /, ''))).toContain(message);
  });

  it('must lead to states that exist, and to all it has', () => {
    const problems = problemsOf(machine({ A: { Type: 'Pass', Next: 'Nowhere' }, B: { Type: 'Succeed' } }));
    expect(problems).toEqual([
      "/States/A/Next: Missing 'Next' target: Nowhere",
      '/States/B: State "B" is not reachable.',
    ]);
  });

  it('may not assign in an inner scope what an outer one assigns', () => {
    const problems = problemsOf(
      machine({
        A: { Type: 'Pass', Assign: { x: 1 }, Next: 'P' },
        P: {
          Type: 'Parallel',
          Branches: [{ StartAt: 'B', States: { B: { Type: 'Pass', Assign: { x: 2 }, End: true } } }],
          End: true,
        },
      }),
    );
    expect(problems).toEqual([
      "/States/P/Branches[0]/States/B/Assign/x: Variable 'x' is already assigned in an outer scope",
    ]);
  });

  it('is refused with all its problems at once', () => {
    expect(problemsOf(machine({ A: { Type: 'Pass' }, B: { Type: 'Nap' } })).length).toBeGreaterThanOrEqual(2);
  });
});
