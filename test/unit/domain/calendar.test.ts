import { describe, expect, test } from 'vitest';
import { askPlan } from '#domain/asks/ask.ts';
import { calendarKnown, daysOff, type HolidayDecree } from '#domain/calendar.ts';
import { addWorkingDays, isDecreed, isWorkingDay } from '#domain/working-days.ts';
import { calendarAt, shippedDecrees } from '#programmes/calendar.ts';
import { newestRulePack } from '#programmes/index.ts';

const all = daysOff(shippedDecrees.holidays);
function count(year: number, kind: string) {
  return [...all.values()].filter((day) => day.date.startsWith(String(year)) && day.kind === kind).length;
}

describe('the calendars that are shipped', () => {
  // As the decrees count them; 2020 and 2024 with the days of elections, 2021 with two feasts on 13 May.
  test.each([
    [2020, 17, 5],
    [2021, 15, 1],
    [2022, 16, 4],
    [2023, 16, 11],
    [2024, 19, 10],
    [2025, 17, 11],
    [2026, 17, 8],
  ])('%i has %i holidays and %i days of collective leave', (year, holidays, leave) => {
    expect([count(year, 'holiday'), count(year, 'collective-leave')]).toEqual([holidays, leave]);
  });

  test('name a decree once, decreed before the days that it is about, and only days of its year', () => {
    const names = shippedDecrees.holidays.map(({ year, number }) => `${year} ${number}`);
    expect(names).toEqual([...new Set(names)]);
    for (const { year, on, add = [], move = [], cancel = [] } of shippedDecrees.holidays) {
      const dates = [
        ...add.map(({ date }) => date),
        ...move.flatMap(({ from, to }) => [from, to]),
        ...cancel,
      ];
      for (const date of dates) expect(date.slice(0, 4)).toBe(String(year));
      for (const date of dates) expect(on < date).toBe(true);
    }
  });

  test('amend days that were off, and none twice', () => {
    const off = new Set<string>();
    for (const { add = [], move = [], cancel = [] } of shippedDecrees.holidays) {
      for (const date of [...cancel, ...move.map(({ from }) => from)]) expect(off.delete(date)).toBe(true);
      for (const date of [...move.map(({ to }) => to), ...add.map((day) => day.date)]) {
        expect(off.has(date)).toBe(false);
        off.add(date);
      }
    }
  });
});

describe('what was known on a day', () => {
  const at = (date: string, time = '10:00') => calendarAt(`${date}T${time}:00+07:00`);

  test('is what had been decreed: the leave after Idulfitri 2020 was moved, cancelled, and cut', () => {
    expect(isWorkingDay('2020-05-28', at('2020-03-08'))).toBe(true);
    expect(isWorkingDay('2020-05-28', at('2020-03-09'))).toBe(false);
    expect(isWorkingDay('2020-05-28', at('2020-04-09'))).toBe(true);
    expect(isWorkingDay('2020-05-22', at('2020-05-19'))).toBe(false);
    expect(isWorkingDay('2020-05-22', at('2020-05-20'))).toBe(true);
    expect(isWorkingDay('2020-12-30', at('2020-11-30'))).toBe(false);
    expect(isWorkingDay('2020-12-30', at('2020-12-01'))).toBe(true);
    expect(isWorkingDay('2020-12-31', at('2020-12-01'))).toBe(false);
  });

  test('changes at midnight in Jakarta of the day of the decree', () => {
    expect(isWorkingDay('2020-12-30', calendarAt('2020-11-30T16:59:59Z'))).toBe(false);
    expect(isWorkingDay('2020-12-30', calendarAt('2020-11-30T17:00:00Z'))).toBe(true);
  });

  test('is nothing of a year before its decree but weekends and fixed days', () => {
    expect(isDecreed('2021-05-13', at('2020-09-09'))).toBe(false);
    expect(isWorkingDay('2021-05-13', at('2020-09-09'))).toBe(true);
    expect(isWorkingDay('2021-01-01', at('2020-09-09'))).toBe(false);
    expect(isWorkingDay('2021-05-13', at('2020-09-10'))).toBe(false);
  });

  test('of what was loaded begins with the loading, whenever it was decreed', () => {
    const decree: HolidayDecree = {
      year: 2027,
      number: 'SKB 1/2026',
      on: '2026-09-18',
      source: 'a decree of this test',
      add: [{ date: '2027-03-09', kind: 'holiday', name: 'Hari Raya Idulfitri' }],
    };
    const loaded = { at: '2026-12-07T03:00:00.000Z', by: 'admin', why: 'decreed' };
    const decrees = { everyYear: [], holidays: [{ ...decree, loaded }], yearEnds: [] };
    expect(isWorkingDay('2027-03-09', calendarKnown(decrees, '2026-12-07T02:59:59Z'))).toBe(true);
    expect(isWorkingDay('2027-03-09', calendarKnown(decrees, '2026-12-07T03:00:00Z'))).toBe(false);
  });
});

describe('a deadline', () => {
  test('over New Year passes over what the decrees of both years close', () => {
    // Between them lie 25 and 31 December, New Year, and two weekends.
    expect(addWorkingDays('2020-12-24', 5, calendarAt('2020-12-02T00:00:00Z'))).toBe('2021-01-05');
  });

  test('that was planned before an amendment is another than one planned after it', () => {
    const pack = newestRulePack('tkm-2020');
    const plan = (now: string) => askPlan('spm', pack, now, calendarAt(now));
    // Ten working days from 18 December 2020: the amendment of 1 December made 28 to 30 working days again.
    const before = askPlan('spm', pack, '2020-12-18T02:00:00.000Z', calendarAt('2020-11-30T02:00:00.000Z'));
    expect(before.expiresAt.slice(0, 10)).toBe('2021-01-12');
    expect(plan('2020-12-18T02:00:00.000Z').expiresAt.slice(0, 10)).toBe('2021-01-07');
  });

  test('falls on a Monday where 31 December is a Saturday and New Year a Sunday', () => {
    expect(addWorkingDays('2022-12-30', 1, calendarAt('2022-12-01T00:00:00Z'))).toBe('2023-01-02');
  });
});
