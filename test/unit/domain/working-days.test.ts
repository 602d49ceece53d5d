import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addDays,
  addWorkingDays,
  ageOn,
  endOfWorkingDay,
  isDecreed,
  isWorkingDay,
  jakartaDate,
  morningOf,
  NotAMoment,
  secondsUntilWorkingDays,
} from '#domain/working-days.ts';
import { indonesia } from '../../calendars.ts';

const anyMoment = fc
  .date({
    min: new Date('2020-01-01T00:00:00Z'),
    max: new Date('2035-06-30T00:00:00Z'),
    noInvalidDate: true,
  })
  .map((date) => date.toISOString());
const anyDate = anyMoment.map(jakartaDate);
const anyDays = fc.integer({ min: 1, max: 60 });

/** How many working days lie after `from` up to and including `to`, counted one by one. */
function workingDaysBetween(from: string, to: string): number {
  let count = 0;
  for (let at = from; at < to; ) {
    at = addDays(at, 1);
    if (isWorkingDay(at, indonesia)) count += 1;
  }
  return count;
}

describe('working days', () => {
  test('are Monday to Friday without public holidays', () => {
    expect(isWorkingDay('2020-08-14', indonesia)).toBe(true);
    expect(isWorkingDay('2020-08-15', indonesia)).toBe(false);
    expect(isWorkingDay('2020-08-17', indonesia)).toBe(false); // independence day, a Monday
    expect(addWorkingDays('2020-08-14', 1, indonesia)).toBe('2020-08-18');
  });

  test('added one by one come to the same day as added together', () => {
    fc.assert(
      fc.property(anyDate, anyDays, anyDays, (date, first, second) => {
        const atOnce = addWorkingDays(date, first + second, indonesia);
        const inTwo = addWorkingDays(addWorkingDays(date, first, indonesia), second, indonesia);
        expect(inTwo).toBe(atOnce);
      }),
    );
  });

  test('of which none are added stay on a working day and leave a closed one', () => {
    fc.assert(
      fc.property(anyDate, (date) => {
        const open = addWorkingDays(date, 0, indonesia);
        const next = addWorkingDays(date, 1, indonesia);
        expect(open).toBe(isWorkingDay(date, indonesia) ? date : next);
      }),
    );
  });

  test('are counted as they are added', () => {
    fc.assert(
      fc.property(anyDate, anyDays, (date, days) => {
        const end = addWorkingDays(date, days, indonesia);
        expect(isWorkingDay(end, indonesia)).toBe(true);
        expect(workingDaysBetween(date, end)).toBe(days);
        expect(workingDaysBetween(date, addDays(end, -1))).toBe(days - 1);
      }),
    );
  });

  test('never end earlier when more are given, nor when one begins later', () => {
    fc.assert(
      fc.property(anyMoment, anyMoment, anyDays, (one, other, days) => {
        const [earlier, later] = one < other ? [one, other] : [other, one];
        const end = endOfWorkingDay(earlier, days, indonesia);
        expect(endOfWorkingDay(earlier, days + 1, indonesia) > end).toBe(true);
        expect(endOfWorkingDay(later, days, indonesia) >= end).toBe(true);
      }),
    );
  });

  test('end at 17:00 in Jakarta, and the seconds lead there exactly', () => {
    fc.assert(
      fc.property(anyMoment, anyDays, (now, days) => {
        const end = endOfWorkingDay(now, days, indonesia);
        expect(end.slice(11)).toBe('10:00:00.000Z');
        const seconds = secondsUntilWorkingDays(now, days, indonesia);
        const reached = Date.parse(now) + seconds * 1000;
        expect(Number.isInteger(seconds) && seconds >= 1).toBe(true);
        expect(reached - Date.parse(end)).toBeGreaterThanOrEqual(0);
        expect(reached - Date.parse(end)).toBeLessThan(1000);
      }),
    );
  });

  test('begin with the date in Jakarta, not in Greenwich', () => {
    expect(jakartaDate('2020-08-02T17:00:00Z')).toBe('2020-08-03');
    expect(jakartaDate('2020-08-02T16:59:59Z')).toBe('2020-08-02');
    expect(morningOf('2020-08-03')).toBe('2020-08-03T02:00:00.000Z');
  });

  test('are weekdays without the days that are off in every year, where a year has no decree', () => {
    expect(isDecreed('2031-01-01', indonesia)).toBe(false);
    expect(isWorkingDay('2031-01-01', indonesia)).toBe(false); // New Year, a Wednesday
    expect(isWorkingDay('2031-01-02', indonesia)).toBe(true);
    expect(addWorkingDays('2030-12-31', 1, indonesia)).toBe('2031-01-02');
    expect(() => jakartaDate('yesterday')).toThrow(NotAMoment);
  });
});

describe('age', () => {
  test('grows on the birthday', () => {
    expect(ageOn('2000-08-04', '2020-08-03')).toBe(19);
    expect(ageOn('2000-08-03', '2020-08-03')).toBe(20);
    expect(ageOn('2000-02-29', '2021-02-28')).toBe(20);
    expect(ageOn('2000-02-29', '2021-03-01')).toBe(21);
  });
});
