/** Indonesia's calendar with everything that is shipped known, and the bank's days in it: for tests that are about other things. */
import { bankDaysIn, calendarAt } from '#programmes/calendar.ts';

export const indonesia = calendarAt('2026-12-31T00:00:00.000Z');
export const bankDays = bankDaysIn(indonesia);
