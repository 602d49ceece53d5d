import { describe, expect, test } from 'vitest';
import { aboutText } from '#domain/asks/about.ts';
import { dutyHolder, followUpPlan } from '#domain/training/training.ts';
import { isWorkingDay, jakartaDate } from '#domain/working-days.ts';
import { newestRulePacks } from '#programmes/index.ts';
import { indonesia } from '../../../calendars.ts';
import { tkm } from '../packet/packets.ts';

describe('the follow-up plan', () => {
  test('has two sessions, three visits, one outcome and one LPJ, in order of time', () => {
    const plan = followUpPlan(tkm, '2020-09-01', indonesia);
    expect(plan.map(({ kind, about }) => `${kind} ${aboutText(kind, about)}`.trim())).toEqual([
      'training-session 1',
      'training-session 2',
      'mentor-visit 30',
      'lpj 1',
      'mentor-visit 90',
      'mentor-visit 180',
      'outcome',
    ]);
    expect(plan[0]?.opensAt).toBe('2020-09-08T02:00:00.000Z');
  });

  test.each(newestRulePacks())('of $id opens everything on a working day, under keys of its own', (pack) => {
    const plan = followUpPlan(pack, '2020-08-14', indonesia);
    for (const { opensAt } of plan) expect(isWorkingDay(jakartaDate(opensAt), indonesia)).toBe(true);
    expect(new Set(plan.map(({ kind, about }) => `${kind}.${aboutText(kind, about)}`)).size).toBe(
      plan.length,
    );
  });
});

test('a group owes its report; officers owe the sessions, the visits and the outcome', () => {
  expect(dutyHolder('lpj')).toBe('group');
  for (const kind of ['training-session', 'mentor-visit', 'outcome'] as const)
    expect(dutyHolder(kind)).toBe('officer');
});
