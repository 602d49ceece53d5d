/** What a machine is to the CDK app, the drawing and the tests. */
import type { State } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { MachineName } from '#functions/machines.ts';
import type { References } from './references.ts';

/** One state machine: its name, how long it may run, and how it is built. */
export interface Workflow {
  readonly name: MachineName;
  /** What it does, in one line. */
  readonly purpose: string;
  /** The longest an execution may run, in days; Step Functions itself ends a standard execution after a year. */
  readonly days: number;
  /** The machines that it runs as its children. */
  readonly children?: readonly MachineName[];
  /** Makes the states under `scope` and returns the first. */
  build(scope: Construct, references: References): State;
}
