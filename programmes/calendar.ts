/** The calendars of working days that are shipped (`calendars/`), and the days and hours of the bank (`bank-days.json`). */
import {
  calendarKnown,
  type Decrees,
  everyYearFileSchema,
  type LoadedDecree,
  shippedCalendarSchema,
  withLoaded,
} from '#domain/calendar.ts';
import { type BankDays, bankDaysOf, bankDaysSchema } from '#domain/money/bank-days.ts';
import type { Calendar } from '#domain/working-days.ts';
import bank from './bank-days.json' with { type: 'json' };
import of2020 from './calendars/2020.json' with { type: 'json' };
import of2021 from './calendars/2021.json' with { type: 'json' };
import of2022 from './calendars/2022.json' with { type: 'json' };
import of2023 from './calendars/2023.json' with { type: 'json' };
import of2024 from './calendars/2024.json' with { type: 'json' };
import of2025 from './calendars/2025.json' with { type: 'json' };
import of2026 from './calendars/2026.json' with { type: 'json' };
import everyYear from './calendars/every-year.json' with { type: 'json' };

/** The decrees that are shipped. A wrong file fails when it is loaded: at synth, in every test, never in the middle of a run. */
export const shippedDecrees: Decrees = {
  everyYear: everyYearFileSchema.parse(everyYear).everyYear.days.map(({ date }) => date),
  holidays: [of2020, of2021, of2022, of2023, of2024, of2025, of2026].flatMap(
    (file) => shippedCalendarSchema.parse(file).holidays,
  ),
  // The day for each kind of payment is not in what was found of PER-20/PB/2020 and PER-17/PB/2025.
  yearEnds: [],
};

/**
 * The calendar as it was known at a moment (ISO 8601).
 * @param loaded what administrators have loaded besides
 */
export function calendarAt(now: string, loaded: readonly LoadedDecree[] = []): Calendar {
  return calendarKnown(loaded.length === 0 ? shippedDecrees : withLoaded(shippedDecrees, loaded), now);
}

/** The days and hours of the bank that is debited. */
export const bankHours = bankDaysSchema.parse(bank);

/** When the bank takes files, in a calendar. */
export function bankDaysIn(calendar: Calendar): BankDays {
  return bankDaysOf(bankHours, calendar);
}
