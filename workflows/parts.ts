/**
 * What a machine is built from: the names of functions and of other machines, never their insides.
 *
 * The CDK app gives real ARNs, the drawing and the tests give readable ones; the machines do not know the difference.
 */
import type { FunctionName } from '#functions/environments.ts';

/** The state machines, children before the parents that start them. */
export const machineNames = [
  'verification',
  'approval',
  'payment',
  'training',
  'muster-roll',
  'objection',
  'deposit',
  'proposal',
  'payment-run',
] as const;

/** The name of a state machine. */
export type MachineName = (typeof machineNames)[number];

/** The names by which a machine and its executions are known to IAM and to Step Functions. */
export interface MachineArns {
  /** The unqualified state machine: the resource that IAM judges StartExecution by. */
  readonly machineArn: string;
  /** The alias `live`: what is started, so that a running proposal keeps the definition it began with. */
  readonly aliasArn: string;
  /** All executions of the machine, `arn:…:execution:<name>:*`. */
  readonly executionsArn: string;
}

/** Everything a machine may refer to. */
export interface Parts {
  /** ARN of a function. */
  functionArn(name: FunctionName): string;
  /** ARNs of another machine. */
  machine(name: MachineName): MachineArns;
  /** ARN of the rule by which Step Functions hears that a child execution ended. */
  readonly childEndedRuleArn: string;
}
