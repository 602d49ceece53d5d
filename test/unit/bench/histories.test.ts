/** What the soak takes for a fault in a history. */
import type { HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import { faultsOf } from '#bench/soak/histories.ts';

function entered(name: string) {
  return { stateEnteredEventDetails: { name } };
}
function exited(name: string) {
  return { stateExitedEventDetails: { name } };
}

type Line = readonly [type: HistoryEventType, previous: number, details?: Partial<HistoryEvent>];

const lines: readonly Line[] = [
  ['ExecutionStarted', 0],
  ['ParallelStateEntered', 0, entered('Both')],
  ['ParallelStateStarted', 2],
  ['TaskStateEntered', 3, entered('One')],
  ['TaskScheduled', 4],
  ['TaskStateEntered', 3, entered('Other')],
  ['TaskScheduled', 6],
  ['TaskStarted', 5],
  ['TaskStarted', 7],
  ['TaskSucceeded', 8],
  ['TaskStateExited', 10, exited('One')],
  ['TaskSucceeded', 9],
  ['TaskStateExited', 12, exited('Other')],
  ['ParallelStateSucceeded', 13],
  ['ParallelStateExited', 13, exited('Both')],
  ['ExecutionSucceeded', 15],
];

function history(of: readonly Line[]) {
  return of.map(
    ([type, previousEventId, details], index): HistoryEvent => ({
      ...{ id: index + 1, previousEventId, type, timestamp: new Date(index * 1000) },
      ...details,
    }),
  );
}

function faults(of: readonly Line[], change: (events: HistoryEvent[]) => unknown = () => undefined) {
  const events = history(of);
  change(events);
  return faultsOf({ status: 'SUCCEEDED', events });
}

test('a sound history has no fault', () => {
  expect(faults(lines)).toEqual([]);
});

describe('a history is at fault', () => {
  test.each<[string, (events: HistoryEvent[]) => unknown, RegExp]>([
    ['that lacks an event', (events) => events.splice(8, 1), /has not the id 9/],
    ['that has an id twice', (events) => Object.assign(events[9] ?? {}, { id: 9 }), /has not the id 10/],
    [
      'whose event follows a later one',
      (events) => Object.assign(events[7] ?? {}, { previousEventId: 9 }),
      /follows event 9/,
    ],
    [
      'that goes back in time',
      (events) => Object.assign(events[5] ?? {}, { timestamp: new Date(0) }),
      /before its past/,
    ],
    ['without an end', (events) => events.pop(), /0 ends in all/],
    [
      'that leaves a state it has not entered',
      (events) => Object.assign(events[5] ?? {}, entered('One')),
      /Other was left/,
    ],
  ])('%s', (_, change, fault) => {
    expect(faults(lines, change).join('\n')).toMatch(fault);
  });

  test('that continues after its end', () => {
    expect(faults([...lines, ['PassStateEntered', 16]]).join('\n')).toMatch(/is last/);
  });

  test('that ends twice', () => {
    expect(faults([...lines, ['ExecutionSucceeded', 15]]).join('\n')).toMatch(
      /2 ends in all[\s\S]*is followed by/,
    );
  });

  test('that starts a task twice for one schedule', () => {
    const twice = lines.map(
      (line): Line => (line[0] === 'TaskSucceeded' && line[1] === 8 ? ['TaskStarted', 8] : line),
    );
    expect(faults(twice).join('\n')).toMatch(/event 5 TaskScheduled: went Scheduled Started Started/);
  });

  test('that never starts a task that it scheduled', () => {
    const never = lines.map(
      (line): Line => (line[0] === 'TaskStarted' && line[1] === 7 ? ['TaskSucceeded', 7] : line),
    );
    expect(faults(never).join('\n')).toMatch(/event 7 TaskScheduled: went Scheduled Succeeded/);
  });
});
