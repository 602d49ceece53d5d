import type { Datum } from './datum.ts';

/** What never changes about an execution. */
export interface ExecutionFacts {
  readonly arn: string;
  readonly name: string;
  readonly input: Datum;
  /** Milliseconds since the epoch. */
  readonly startTime: number;
  readonly roleArn: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly region: string;
  /** What task tokens begin with, so that the keeper of executions finds this one by them. */
  readonly tokenPrefix: string;
}
