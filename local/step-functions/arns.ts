/** ARNs of state machines, their versions and aliases, and executions. */
import { AwsError } from '../gateway/aws-error.ts';

/** A state machine's ARN, taken apart. */
export interface StateMachineArn {
  /** The ARN without version or alias. */
  readonly unqualified: string;
  readonly name: string;
  /** A version's number or an alias's name. */
  readonly qualifier?: string;
}

/** @throws {AwsError} `InvalidArn` */
export function parseStateMachineArn(arn: string): StateMachineArn {
  const match = /^(arn:[\w-]+:states:[\w-]+:\d{12}:stateMachine:([^:]{1,121}))(?::([^:]{1,80}))?$/.exec(arn);
  const [, unqualified, name, qualifier] = match ?? [];
  if (unqualified === undefined || name === undefined)
    throw new AwsError('InvalidArn', `Invalid Arn: '${arn}'`);
  return { unqualified, name, ...(qualifier === undefined ? {} : { qualifier }) };
}

/** @throws {AwsError} `InvalidArn` */
export function parseExecutionArn(arn: string): { readonly stateMachine: string; readonly name: string } {
  const match = /^(arn:[\w-]+:states:[\w-]+:\d{12}):execution:([^:]{1,121}):([^:]{1,80})$/.exec(arn);
  const [, stem, machine, name] = match ?? [];
  if (stem === undefined || machine === undefined || name === undefined) {
    throw new AwsError('InvalidArn', `Invalid Arn: '${arn}'`);
  }
  return { stateMachine: `${stem}:stateMachine:${machine}`, name };
}

/** The ARN of an execution of a machine. */
export function executionArn(unqualifiedStateMachineArn: string, name: string): string {
  return `${unqualifiedStateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}

/** Checks a name as AWS does: 1 to 80 characters, no white space, brackets, wildcards or control characters. */
export function isName(name: string): boolean {
  return name.length >= 1 && name.length <= 80 && !/[\s<>{}[\]?*"#%\\^|~`$&,;:/]|\p{Cc}/u.test(name);
}
