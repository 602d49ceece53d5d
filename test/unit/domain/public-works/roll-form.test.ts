import { describe, expect, it } from 'vitest';
import { workDays } from '#domain/public-works/roll-form.ts';
import { isDayOff } from '#domain/working-days.ts';
import { calendarAt } from '#programmes/calendar.ts';

describe('the days that the form of a muster roll proposes', () => {
  const calendar = calendarAt('2020-08-10T00:00:00Z');

  it('are Monday to Saturday, without holidays and collective leave', () => {
    expect(workDays('2020-08-14', 6, calendar)).toEqual([
      '2020-08-14',
      '2020-08-15',
      // Sunday, Independence Day; Islamic New Year and the collective leave after it.
      '2020-08-18',
      '2020-08-19',
      '2020-08-22',
      '2020-08-24',
    ]);
  });

  it('leave out the days whose date never changes in a year without a decree', () => {
    const undecreed = { ...calendar, holidays: new Set<string>(), decreedYears: new Set<number>() };
    expect(workDays('2020-08-15', 2, undecreed)).toEqual(['2020-08-15', '2020-08-18']);
  });

  it('are no more than there are until the last', () => {
    expect(workDays('2020-08-14', 6, calendar, '2020-08-18')).toEqual([
      '2020-08-14',
      '2020-08-15',
      '2020-08-18',
    ]);
    expect(workDays('2020-08-17', 6, calendar, '2020-08-17')).toEqual([]);
  });

  it('are counted in what was known: an amendment changes those that come after it', () => {
    // 21 August 2020 became collective leave by the amendments of that year.
    const early = calendarAt('2020-01-01T00:00:00Z');
    const days = workDays('2020-08-19', 3, early);
    expect(isDayOff('2020-08-21', early)).toBe(false);
    expect(days).toContain('2020-08-21');
    expect(workDays('2020-08-19', 3, calendar)).not.toContain('2020-08-21');
  });
});
