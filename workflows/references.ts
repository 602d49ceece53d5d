/**
 * What a machine refers to: steps and other machines by name, never their insides.
 *
 * The CDK app gives real ARNs, the drawing and the tests give readable ones; the machines do not know the difference.
 */
import type { StepName } from '#functions/lambdas.ts';
import type { MachineName } from '#functions/machines.ts';

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
export interface References {
  /** ARN of the Lambda that carries a step. */
  functionArn(step: StepName): string;
  /** ARNs of another machine. */
  machine(name: MachineName): MachineArns;
  /** ARN of the rule by which Step Functions is notified that a child execution ended. */
  readonly childEndedRuleArn: string;
}
