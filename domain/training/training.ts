/** The follow-up after the money: which asks come when, counted in calendar days from the first settled payment. */

import * as z from 'zod';
import { storedAbout } from '../asks/about.ts';
import { type AskKind, kindOf, overdueKinds } from '../asks/ask-kinds.ts';
import { anyAboutSchema } from '../asks/kind.ts';
import type { RulePack } from '../programme.ts';
import { addDays, addWorkingDays, type Calendar, morningOf } from '../working-days.ts';

/** The kinds of asks that are items of the follow-up. */
export const followUpKinds = overdueKinds('follow-up');

/** What can be overdue: an item of the follow-up, and each part of a deposit into kas negara. */
export const dutyKindSchema = z.enum(overdueKinds('follow-up', 'deposit'));

/** Who owes a duty: the group its report and its deposit, officers what they hold, visit, bill and confirm. */
export function dutyHolder(kind: AskKind): 'group' | 'officer' {
  return kindOf(kind).role === 'leader' ? 'group' : 'officer';
}

/** One thing to happen: the kind of ask, what it is about, and the moment from which it is asked. */
export const followUpItemSchema = z.strictObject({
  kind: z.enum(followUpKinds),
  about: anyAboutSchema,
  /** 09:00 in Jakarta of a working day, as ISO 8601 in UTC. */
  opensAt: z.iso.datetime(),
});
export type FollowUpItem = z.output<typeof followUpItemSchema>;

/**
 * The follow-up plan, in order of time. What falls on a closed day opens on the next working day.
 *
 * @param settledOn the date (`yyyy-mm-dd`, Jakarta) on which the first payment settled.
 */
export function followUpPlan(pack: RulePack, settledOn: string, calendar: Calendar): FollowUpItem[] {
  const opensAfter = (days: number) => morningOf(addWorkingDays(addDays(settledOn, days), 0, calendar));
  return followUpKinds
    .flatMap((kind) =>
      (kindOf(kind).followUp?.(pack) ?? []).map(({ about, afterDays }) => ({
        kind,
        about: storedAbout(about),
        opensAt: opensAfter(afterDays),
      })),
    )
    .sort((a, b) => (a.opensAt < b.opensAt ? -1 : a.opensAt > b.opensAt ? 1 : 0));
}
