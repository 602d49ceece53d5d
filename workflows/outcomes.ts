/** The ends of a machine. */
import { Fail, type State, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Expressions } from './tasks.ts';

/** An end that reports a result to its parent. */
export function end(scope: Construct, id: string, output: Expressions): State {
  return Succeed.jsonata(scope, id, { outputs: output });
}

/** An end that is a defect or an unanswerable question, for an administrator to take up. */
export function halt(scope: Construct, id: string, error: string, cause: string): State {
  return Fail.jsonata(scope, id, { error, cause });
}
