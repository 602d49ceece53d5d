/** A machine's definition as plain JSON, without a CDK app around it: for the drawing, the tests and the reader. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { QueryLanguage, StateGraph } from 'aws-cdk-lib/aws-stepfunctions';
import { lambdaOf } from '#functions/lambdas.ts';
import type { MachineName } from '#functions/machines.ts';
import type { MachineArns, References } from './references.ts';
import type { Workflow } from './workflow.ts';
import { workflows } from './workflows.ts';

/** One state as the Amazon States Language has it; only the fields that are read here. */
export interface StateDefinition {
  readonly Type: 'Task' | 'Choice' | 'Wait' | 'Map' | 'Parallel' | 'Pass' | 'Succeed' | 'Fail';
  readonly Comment?: string;
  readonly Next?: string;
  readonly End?: boolean;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Condition: string; readonly Next: string }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly Retry?: readonly {
    readonly ErrorEquals: readonly string[];
    readonly MaxAttempts: number;
    readonly JitterStrategy?: string;
  }[];
  readonly Resource?: string;
  readonly Arguments?: Readonly<Record<string, unknown>>;
  readonly TimeoutSeconds?: number | string;
  readonly Seconds?: number | string;
  readonly Timestamp?: string;
  readonly Branches?: readonly StatesDefinition[];
  readonly ItemProcessor?: StatesDefinition;
}

/** States with the name of the first. */
export interface StatesDefinition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, StateDefinition>>;
}

/** A whole machine. */
export interface MachineDefinition extends StatesDefinition {
  readonly Comment: string;
  readonly QueryLanguage: 'JSONata';
  readonly TimeoutSeconds: number;
}

/** ARNs that read well where no real ones are at hand: account 000000000000, Jakarta. */
export const plainReferences: References = {
  functionArn: (step) => `arn:aws:lambda:ap-southeast-3:000000000000:function:${lambdaOf(step)}`,
  machine: (name): MachineArns => ({
    machineArn: `arn:aws:states:ap-southeast-3:000000000000:stateMachine:${name}`,
    aliasArn: `arn:aws:states:ap-southeast-3:000000000000:stateMachine:${name}:live`,
    executionsArn: `arn:aws:states:ap-southeast-3:000000000000:execution:${name}:*`,
  }),
  childEndedRuleArn:
    'arn:aws:events:ap-southeast-3:000000000000:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule',
};

/** States need a scope. Nothing is synthesised from it: its folder stays empty, and one serves all of them. */
export function looseScope(name: string): Stack {
  return new Stack(new App({ outdir: join(tmpdir(), 'jaring-loose-states') }), name);
}

/**
 * The machine's definition in the Amazon States Language, with `references`' ARNs in it, its states in the order in which they
 * are written.
 */
export function definition(name: MachineName, references: References = plainReferences): MachineDefinition {
  const workflow = workflows[name];
  const scope = looseScope('Definition');
  const graph = graphOf(workflow, scope, references);
  const machine = { Comment: workflow.purpose, QueryLanguage: QueryLanguage.JSONATA };
  const { StartAt, States, ...rest } = JSON.parse(
    JSON.stringify({ ...machine, ...graph.toGraphJson(QueryLanguage.JSONATA) }),
  ) as MachineDefinition;
  const written = scope.node.children.map(({ node }) => node.id);
  return { ...rest, ...inOrderOf(written, { StartAt, States }) };
}

/** The same states, also those inside others, in the order of these names. */
function inOrderOf(written: readonly string[], { StartAt, States }: StatesDefinition): StatesDefinition {
  const sorted = Object.entries(States)
    .sort(([one], [other]) => written.indexOf(one) - written.indexOf(other))
    .map(([id, state]): [string, StateDefinition] => [
      id,
      {
        ...state,
        ...(state.Branches && { Branches: state.Branches.map((part) => inOrderOf(written, part)) }),
        ...(state.ItemProcessor && {
          ItemProcessor: { ...state.ItemProcessor, ...inOrderOf(written, state.ItemProcessor) },
        }),
      },
    ]);
  return { StartAt, States: Object.fromEntries(sorted) };
}

function graphOf(workflow: Workflow, scope: Stack, references: References): StateGraph {
  const graph = new StateGraph(workflow.build(scope, references), workflow.purpose);
  graph.timeout = Duration.days(workflow.days);
  return graph;
}
