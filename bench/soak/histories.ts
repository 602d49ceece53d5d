/** Every execution with its whole history, by the AWS SDK, and what must hold of any history. */
import {
  type ExecutionListItem,
  type HistoryEvent,
  paginateGetExecutionHistory,
  paginateListExecutions,
  paginateListStateMachines,
  type SFNClient,
} from '@aws-sdk/client-sfn';

export interface Execution {
  readonly arn: string;
  /** `<state machine>/<execution>`. */
  readonly name: string;
  readonly status: ExecutionListItem['status'];
  readonly events: readonly HistoryEvent[];
}

/** All executions of all state machines, by machine and name. */
export async function allExecutions(client: SFNClient): Promise<Execution[]> {
  const executions: Execution[] = [];
  for await (const { stateMachines = [] } of paginateListStateMachines({ client }, {})) {
    for (const { stateMachineArn, name: machine } of stateMachines) {
      for await (const { executions: page = [] } of paginateListExecutions({ client }, { stateMachineArn })) {
        for (const { executionArn: arn = '', name, status } of page) {
          const events = await historyOf(client, arn);
          executions.push({ arn, name: `${machine}/${name}`, status, events });
        }
      }
    }
  }
  return executions.sort((one, other) => (one.name < other.name ? -1 : 1));
}

async function historyOf(client: SFNClient, executionArn: string): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  for await (const page of paginateGetExecutionHistory({ client, pageSize: 1000 }, { executionArn })) {
    events.push(...(page.events ?? []));
  }
  return events;
}

/** Events that several others may follow directly: the begin of branches. */
const forks = new Set(['ParallelStateStarted', 'MapStateStarted']);

/** What may come of one schedule, in this order. */
const course = /^Scheduled( Started( Submitted)?( Succeeded| Failed| TimedOut)| StartFailed| SubmitFailed)$/;

/**
 * What is wrong with a history of an execution that has ended; nothing unless the engine erred.
 *
 * A history whose execution failed or was stopped, or that has a failed Parallel or Map, may have tasks and states that were
 * cut off: there, only that nothing is doubled is looked at.
 */
export function faultsOf({ status, events }: Pick<Execution, 'status' | 'events'>): string[] {
  const faults: string[] = [];
  const say = (event: HistoryEvent | undefined, what: string) =>
    faults.push(`event ${event?.id} ${event?.type}: ${what}`);
  const followers = new Map<number, HistoryEvent[]>();
  for (const [index, event] of events.entries()) {
    if (event.id !== index + 1) say(event, `has not the id ${index + 1}`);
    const { previousEventId: previous = -1 } = event;
    if (previous < (index > 1 ? 1 : 0) || previous > index) say(event, `follows event ${previous}`);
    if (Number(event.timestamp) < Number(events[index - 1]?.timestamp ?? 0)) say(event, 'is before its past');
    followers.set(previous, [...(followers.get(previous) ?? []), event]);
  }
  const isEnd = ({ type }: HistoryEvent) => /^Execution(Succeeded|Failed|Aborted|TimedOut)$/.test(type ?? '');
  if (events.filter(isEnd).length !== 1) say(events.at(-1), `${events.filter(isEnd).length} ends in all`);
  if (events.filter(({ type }) => type === 'ExecutionStarted').length !== 1) say(events[0], 'not one start');
  if (events.length > 0 && !isEnd(events[events.length - 1] ?? ({} as HistoryEvent)))
    say(events.at(-1), 'is last');
  const whole =
    status === 'SUCCEEDED' &&
    events.every(({ type }) => !/^(Parallel|Map)State(Failed|Aborted)/.test(type ?? ''));
  for (const event of events) {
    // The end of branches and the exit behind it follow the same event, as AWS has it.
    const next = (followers.get(event.id ?? 0) ?? []).filter(
      ({ type }) => type !== 'ParallelStateSucceeded' && type !== 'MapStateSucceeded',
    );
    if (next.length > 1 && !forks.has(event.type ?? '')) {
      say(event, `is followed by ${next.map(({ id, type }) => `${id} ${type}`).join(' and ')}`);
    }
    if (event.type === 'TaskScheduled') {
      const steps = stepsOf(event, followers);
      if (whole ? !course.test(steps) : /(Started.*Started|Submitted.*Submitted)/.test(steps)) {
        say(event, `went ${steps}`);
      }
    }
  }
  if (whole) faults.push(...unleftStates(events));
  return faults;
}

/** What came of a task, one step for each of its events. */
function stepsOf(scheduled: HistoryEvent, followers: ReadonlyMap<number, readonly HistoryEvent[]>): string {
  const steps: string[] = [];
  for (let event: HistoryEvent | undefined = scheduled; event !== undefined; ) {
    steps.push((event.type ?? '').replace(/^Task/, ''));
    event = followers
      .get(event.id ?? 0)
      ?.find(
        ({ type }) =>
          type?.startsWith('Task') && !/State(Entered|Exited)$/.test(type) && type !== 'TaskScheduled',
      );
  }
  return steps.join(' ');
}

/** States that were entered more often than left, or less often. */
function unleftStates(events: readonly HistoryEvent[]): string[] {
  const open = new Map<string, number>();
  for (const { stateEnteredEventDetails: entered, stateExitedEventDetails: exited } of events) {
    const name = entered?.name ?? exited?.name;
    if (name !== undefined) open.set(name, (open.get(name) ?? 0) + (entered === undefined ? -1 : 1));
  }
  return [...open]
    .filter(([, left]) => left !== 0)
    .map(([name, left]) => `${name} was left ${-left} times too often`);
}
