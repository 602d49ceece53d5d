import { describe, expect, it } from 'vitest';
import { lambdaNamed, lambdaOf, type StepName } from '#functions/lambdas.ts';
import { machineNames } from '#functions/machines.ts';
import type { MachineDefinition, StateDefinition, StatesDefinition } from '#workflows/definition.ts';
import { transientErrors } from '#workflows/retry.ts';
import { flat, ofType, rights, synthesised } from './templates.ts';

const { pipeline } = synthesised('dev');
const machines = ofType(pipeline, 'AWS::StepFunctions::StateMachine').map(({ Properties }) => ({
  name: String(Properties.StateMachineName).replace('jaring-dev-', ''),
  properties: Properties,
  definition: JSON.parse(flat(Properties.DefinitionString)) as MachineDefinition,
}));

/** All states, the inner ones too. */
function statesOf({ States }: StatesDefinition): (readonly [string, StateDefinition])[] {
  return Object.entries(States).flatMap(([name, state]) => [
    [name, state] as const,
    ...[...(state.Branches ?? []), ...(state.ItemProcessor ? [state.ItemProcessor] : [])].flatMap(statesOf),
  ]);
}

it('there is a machine for every workflow', () => {
  expect(machines.map(({ name }) => name).sort()).toEqual([...machineNames].sort());
});

describe.each(machines)('the machine $name', ({ definition, properties, name }) => {
  const states = statesOf(definition);
  const tasks = states.filter(([, { Type }]) => Type === 'Task');

  it('speaks JSONata everywhere', () => {
    expect(definition.QueryLanguage).toBe('JSONata');
    for (const [state, body] of states) {
      const text = JSON.stringify({ ...body, Branches: undefined, ItemProcessor: undefined });
      expect([
        state,
        /"(InputPath|OutputPath|ResultPath|Parameters|ResultSelector|\w+Path)":/.test(text),
      ]).toEqual([state, false]);
    }
  });

  it('ends: within a year as a whole, and in every task and wait', () => {
    expect(definition.TimeoutSeconds).toBeGreaterThan(0);
    expect(definition.TimeoutSeconds).toBeLessThan(365 * 86_400);
    for (const [state, body] of states) {
      if (body.Type === 'Task') expect([state, body.TimeoutSeconds]).not.toEqual([state, undefined]);
      if (body.Type === 'Wait')
        expect([state, body.Seconds ?? body.Timestamp]).not.toEqual([state, undefined]);
      if (body.Resource?.endsWith('.waitForTaskToken'))
        expect([state, typeof body.TimeoutSeconds]).toEqual([state, 'string']);
    }
  });

  it('catches the end of every wait for a person, the bank or an upload', () => {
    for (const [state, body] of tasks) {
      if (!body.Resource?.endsWith('.waitForTaskToken') || state === 'Let the item expire') continue;
      expect([state, body.Catch?.some(({ ErrorEquals }) => ErrorEquals.includes('States.Timeout'))]).toEqual([
        state,
        true,
      ]);
    }
  });

  it('retries every task by the one policy, with jitter and an end', () => {
    for (const [state, { Retry }] of tasks) {
      expect([state, Retry?.length]).toEqual([state, 1]);
      expect(Retry?.[0]).toMatchObject({ ErrorEquals: [...transientErrors], JitterStrategy: 'FULL' });
      expect(Retry?.[0]?.MaxAttempts).toBeLessThanOrEqual(6);
    }
  });

  it('gives `now` to every function', () => {
    for (const [state, { Resource, Arguments }] of tasks) {
      if (!Resource?.includes(':lambda:')) continue;
      const { Payload } = Arguments as { Payload: Record<string, unknown> };
      expect([state, Payload.now]).toEqual([state, expect.stringMatching(/^\{% \$states\.context\./)]);
    }
  });

  it('waits longer for every step than its Lambda may take', () => {
    for (const [state, { Resource, Arguments, TimeoutSeconds }] of tasks) {
      if (!Resource?.includes(':lambda:') || typeof TimeoutSeconds !== 'number') continue;
      const { Payload } = Arguments as { Payload: { step: StepName } };
      const { seconds } = lambdaNamed(lambdaOf(Payload.step));
      expect([state, TimeoutSeconds > seconds]).toEqual([state, true]);
    }
  });

  it('calls every step at the Lambda that carries it', () => {
    for (const [state, { Resource, Arguments }] of tasks) {
      if (!Resource?.includes(':lambda:')) continue;
      const { FunctionName, Payload } = Arguments as { FunctionName: string; Payload: { step: StepName } };
      const [, logicalId = ''] = /^<(\w+)\.Arn>$/.exec(FunctionName) ?? [];
      expect([state, pipeline[logicalId]?.Properties.FunctionName]).toEqual([
        state,
        `jaring-dev-${lambdaOf(Payload.step)}`,
      ]);
    }
  });

  it('reaches every state it has', () => {
    const targets = new Set<string>();
    const walk = ({ StartAt, States }: StatesDefinition) => {
      targets.add(StartAt);
      for (const state of Object.values(States)) {
        for (const next of [
          state.Next,
          state.Default,
          ...(state.Choices ?? []).map((choice) => choice.Next),
          ...(state.Catch ?? []).map((caught) => caught.Next),
        ]) {
          if (next !== undefined) targets.add(next);
        }
        for (const inner of [
          ...(state.Branches ?? []),
          ...(state.ItemProcessor ? [state.ItemProcessor] : []),
        ])
          walk(inner);
      }
    };
    walk(definition);
    expect(states.map(([state]) => state).filter((state) => !targets.has(state))).toEqual([]);
  });

  it('has no data in its logs, and is traced', () => {
    expect(properties.LoggingConfiguration).toMatchObject({ IncludeExecutionData: false, Level: 'ALL' });
    expect(properties.TracingConfiguration).toEqual({ Enabled: true });
  });

  it('may call the functions it calls, and no others', () => {
    const called = tasks.flatMap(([, { Resource, Arguments }]) =>
      Resource?.includes(':lambda:') ? [String(Arguments?.FunctionName)] : [],
    );
    const allowed = (rights(pipeline).get(`What the machine ${name} may do`) ?? [])
      .filter(({ actions }) => actions.includes('lambda:InvokeFunction'))
      .flatMap(({ resources }) => resources);
    expect([...new Set(allowed)].sort()).toEqual([...new Set(called)].sort());
  });

  it('has a version that is kept, behind the alias `live`', () => {
    const logicalId = Object.entries(pipeline).find(([, each]) => each.Properties === properties)?.[0];
    const version = Object.entries(pipeline).find(
      ([, { Type, Properties }]) =>
        Type === 'AWS::StepFunctions::StateMachineVersion' &&
        flat(Properties.StateMachineArn) === `<${logicalId}>`,
    );
    expect(version?.[1].UpdateReplacePolicy).toBe('Retain');
    expect(flat(version?.[1].Properties.StateMachineRevisionId)).toBe(
      `<${logicalId}.StateMachineRevisionId>`,
    );
    const alias = ofType(pipeline, 'AWS::StepFunctions::StateMachineAlias').find(({ Properties }) =>
      JSON.stringify(Properties.RoutingConfiguration).includes(`"${version?.[0]}"`),
    );
    expect(alias?.Properties.Name).toBe('live');
  });
});

describe('children', () => {
  const proposal = machines.find(({ name }) => name === 'proposal')?.definition;
  const children =
    proposal === undefined
      ? []
      : statesOf(proposal).filter(([, { Resource }]) => Resource?.includes('startExecution'));

  it('are started through the alias, under a name that follows from the parent’s', () => {
    expect(children).toHaveLength(7);
    for (const [state, { Resource, Arguments }] of children) {
      expect([state, Resource]).toEqual([state, 'arn:aws:states:::states:startExecution.sync:2']);
      expect(String(Arguments?.StateMachineArn)).toMatch(/:stateMachine:jaring-dev-[a-z-]+:live$/);
      expect(String(Arguments?.Name)).toMatch(/^\{% \$proposalId & '-.*RedriveCount/);
    }
  });

  it('say themselves that they were late, before their parent does', () => {
    for (const [state, { Arguments, TimeoutSeconds }] of children) {
      const child = machines.find(({ name }) =>
        String(Arguments?.StateMachineArn).endsWith(`jaring-dev-${name}:live`),
      );
      expect([state, Number(TimeoutSeconds) > Number(child?.definition.TimeoutSeconds)]).toEqual([
        state,
        true,
      ]);
    }
  });

  it('and every other step of a proposal fail the execution, so that a redrive continues from there', () => {
    for (const [state, { Type, Catch = [] }] of Object.entries(proposal?.States ?? {})) {
      expect([state, Type]).not.toEqual([state, 'Fail']);
      const caught = Catch.flatMap(({ ErrorEquals }) => ErrorEquals);
      expect([state, caught]).toEqual([state, state === 'Await the attachments' ? ['States.Timeout'] : []]);
    }
  });
});
