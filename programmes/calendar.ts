/** The calendar of working days in Indonesia (`holidays/id.json`), and the days and hours of the bank (`bank-days.json`). */
import { type BankDays, bankDaysOf, bankDaysSchema } from '#domain/money/bank-days.ts';
import { type Calendar, calendarOf } from '#domain/working-days.ts';
import bank from './bank-days.json' with { type: 'json' };
import holidays from './holidays/id.json' with { type: 'json' };

export const indonesia: Calendar = calendarOf(holidays);

/** When the bank takes files. A wrong file fails when it is loaded: at synth, in every test, never in the middle of a run. */
export const bankDays: BankDays = bankDaysOf(bankDaysSchema.parse(bank), indonesia);
