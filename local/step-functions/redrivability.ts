/** Whether an execution can be redriven. AWS: "Redrive eligibility for unsuccessful executions". */
import { historyLimit } from './core/history.ts';
import type { ExecutionRow } from './store.ts';

const redrivablePeriodMs = 14 * 24 * 3_600_000;
const mostRedrives = 1000;

/**
 * Why an execution cannot be redriven; undefined if it can.
 * @param events how many its history has
 * @param now in ms
 */
export function whyNotRedrivable(
  row: Pick<ExecutionRow, 'status' | 'stoppedAt' | 'redriveCount'>,
  events: number,
  now: number,
): string | undefined {
  const { status } = row;
  if (status === 'RUNNING' || status === 'SUCCEEDED') return `Execution is ${status} and cannot be redriven`;
  if (events >= historyLimit - 1) return 'Execution history event limit exceeded';
  if (row.stoppedAt !== null && now - row.stoppedAt > redrivablePeriodMs) {
    return 'Execution redrivable period exceeded';
  }
  if (row.redriveCount >= mostRedrives) return 'Execution redrive limit exceeded';
  return undefined;
}
