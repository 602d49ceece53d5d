/** The calendar that a step counts in: what is shipped, and what administrators have loaded. */
import type { Calendar } from '#domain/working-days.ts';
import type { Store } from '#functions/store/store.ts';
import { calendarAt } from '#programmes/calendar.ts';

/** The calendar as it is known now. @param now ISO 8601 */
export async function calendarInForce({ calendar }: Pick<Store, 'calendar'>, now: string): Promise<Calendar> {
  return calendarAt(now, await calendar.loaded(now));
}
