/** The follow-up after the money: which asks come when, counted in calendar days from the first settled payment. */

import * as z from 'zod';
import { storedAbout } from '../asks/about.ts';
import { kindOf } from '../asks/ask-kinds.ts';
import { type AnyAbout, anyAboutSchema } from '../asks/kind.ts';
import type { RulePack } from '../programme.ts';
import { addDays, addWorkingDays, type Calendar, morningOf } from '../working-days.ts';

/** What can be overdue. The muster roll is followed up by a machine of its own, because it is checked and may come back. */
export const followUpKindSchema = z.enum([
  'training-session',
  'mentor-visit',
  'outcome',
  'muster-roll',
  'lpj',
]);
type FollowUpKind = z.output<typeof followUpKindSchema>;

/** What can be overdue: an item of the follow-up, and each part of a deposit into kas negara. */
export const dutyKindSchema = z.enum([
  ...followUpKindSchema.options,
  'deposit-billing',
  'deposit-slip',
  'deposit-check',
]);
export type DutyKind = z.output<typeof dutyKindSchema>;

/** Who owes a duty: the group its report and its deposit, officers what they hold, visit, bill and confirm. */
export function dutyHolder(kind: DutyKind): 'group' | 'officer' {
  return kindOf(kind).role === 'leader' ? 'group' : 'officer';
}

/** One thing to happen: the kind of ask, what it is about, and the moment from which it is asked. */
export const followUpItemSchema = z.strictObject({
  kind: followUpKindSchema,
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
  const item = (kind: FollowUpKind, about: AnyAbout, afterDays: number): FollowUpItem => ({
    kind,
    about: storedAbout(about),
    opensAt: morningOf(addWorkingDays(addDays(settledOn, afterDays), 0, calendar)),
  });
  const { sessions, visits, outcome, lpj } = pack.training;
  return [
    ...sessions.map((session, index) => item('training-session', { session: index + 1 }, session.afterDays)),
    ...visits.map((visit) => item('mentor-visit', { day: visit.afterDays }, visit.afterDays)),
    item('outcome', {}, outcome.afterDays),
    ...lpj.map((report, index) => item('lpj', { report: index + 1 }, report.afterDays)),
  ].sort((a, b) => (a.opensAt < b.opensAt ? -1 : a.opensAt > b.opensAt ? 1 : 0));
}
