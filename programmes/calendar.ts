/** The calendar of working days in Indonesia: the public holidays of `holidays/id.json`. */
import { type Calendar, calendarOf } from '#domain/working-days.ts';
import holidays from './holidays/id.json' with { type: 'json' };

export const indonesia: Calendar = calendarOf(holidays);
