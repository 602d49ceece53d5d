/**
 * On the mornings of the last quarter: warns groups, PPK and treasurers 30, 14 and 3 working days before the last days of the
 * fiscal year, and asks the administrators for decrees that the calendar lacks.
 *
 * Each warning is sent once, by its id. A morning that was missed is made up for by the next, and a group whose money is
 * committed within the last days is warned at once.
 */
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import * as z from 'zod';
import { lastDaysOf } from '#domain/calendar.ts';
import { chunk } from '#domain/chunk.ts';
import { formatRupiah, type Rupiah, sumRupiah } from '#domain/money/rupiah.ts';
import type { Person } from '#domain/people/person.ts';
import { openTranches, type PayableProposal } from '#domain/proposal/tranches.ts';
import {
  addDays,
  addWorkingDays,
  type Calendar,
  isDecreed,
  isWorkingDay,
  jakartaDate,
  type LastDays,
  workingDaysUntil,
} from '#domain/working-days.ts';
import { notify } from '#functions/notifications/notify.ts';
import { postOf } from '#functions/notifications/post.ts';
import { adminsFor, groupNameOf, recipientsOf } from '#functions/notifications/recipients.ts';
import { factsFor } from '#functions/notifications/status-link.ts';
import { type MessageDeps, postMessage } from '#functions/notifications/write-message.ts';
import { calendarInForce } from '#functions/runtime/calendar-in-force.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import type { Store } from '#functions/store/store.ts';

export interface YearEndDeps extends MessageDeps {
  store: MessageDeps['store'] & Pick<Store, 'calendar' | 'people' | 'proposals'>;
  linkBaseUrl: string;
}

/** How many working days before a last day people are warned, the nearest first. */
const warnings = [3, 14, 30];
/** How many days ahead decrees are asked for. */
const daysAhead = 90;
const groupsAtOnce = 5;

/** Which warning is due for a last day; undefined before the first, and after the day. */
function dueWarning(
  today: string,
  lastDay: string,
  calendar: Calendar,
): { warning: number; left: number } | undefined {
  if (today > lastDay) return undefined;
  const left = workingDaysUntil(today, lastDay, calendar);
  const warning = warnings.find((days) => left <= days);
  return warning === undefined ? undefined : { warning, left };
}

/** What a group is still to be paid, and by when its next paper must be issued. */
interface UnpaidTranche {
  proposal: PayableProposal;
  amount: Rupiah;
  lastDay: string;
}

/**
 * @param now when the day's run was due; ISO 8601
 * @returns how many groups are within a warning
 */
export async function warnOfYearEnd(deps: YearEndDeps, now: string): Promise<number> {
  const { store } = deps;
  const today = jakartaDate(now);
  const calendar = await calendarInForce(store, now);
  if (!isWorkingDay(today, calendar)) return 0;
  // On the first working day of the month; on the others not even their messages are looked up.
  if (addWorkingDays(`${today.slice(0, 7)}-01`, 0, calendar) === today)
    await askForDecrees(deps, calendar, now);
  const year = Number(today.slice(0, 4));
  const lastDays = lastDaysOf(year, calendar);
  // The SP2D's is the last of them: before its first warning nothing is read.
  if ([lastDays.spp, lastDays.sp2d].every((day) => dueWarning(today, day, calendar) === undefined)) return 0;
  const unpaid = await unpaidTranches(store, year, lastDays);
  const due = unpaid.filter(({ lastDay }) => dueWarning(today, lastDay, calendar) !== undefined);
  for (const group of chunk(due, groupsAtOnce))
    await Promise.all(group.map((each) => warnGroup(deps, each, { today, year, lastDays, calendar, now })));
  await warnOfficials(deps, unpaid, { today, year, lastDays, calendar, now });
  return due.length;
}

async function unpaidTranches(
  { proposals }: Pick<Store, 'proposals'>,
  year: number,
  lastDays: LastDays,
): Promise<UnpaidTranche[]> {
  const found = [...(await proposals.list('payment')), ...(await proposals.list('follow-up'))];
  return found.flatMap((proposal) => {
    if (proposal.stage !== 'payment' && proposal.stage !== 'follow-up') return [];
    const open = openTranches(proposal);
    if (open.length === 0 || proposal.award.budgetLine.year !== year) return [];
    const reserved = open.every(({ status }) => status === 'reserved');
    return {
      proposal,
      amount: sumRupiah(open.map(({ amount }) => amount)),
      lastDay: reserved ? lastDays.sp2d : lastDays.spp,
    };
  });
}

interface Occasion {
  today: string;
  year: number;
  lastDays: LastDays;
  calendar: Calendar;
  now: string;
}

async function warnGroup(
  deps: YearEndDeps,
  { proposal, lastDay }: UnpaidTranche,
  { today, year, lastDays, calendar, now }: Occasion,
): Promise<void> {
  const due = dueWarning(today, lastDay, calendar);
  if (due === undefined) return;
  await notify(deps, await recipientsOf(deps.store.people, proposal), {
    idPrefix: `${proposal.id}.year-end.${year}.${due.warning}.`,
    subjectId: proposal.id,
    template: 'year-end-group',
    facts: (to) =>
      factsFor(
        deps,
        to,
        { proposalId: proposal.id, groupName: groupNameOf(proposal), year, left: due.left, lastDays },
        now,
      ),
    now,
  });
}

/** One mail to each PPK about the groups of their region, and one to each treasurer about all. */
async function warnOfficials(
  deps: YearEndDeps,
  unpaid: readonly UnpaidTranche[],
  { today, year, lastDays, calendar, now }: Occasion,
): Promise<void> {
  const { people } = deps.store;
  const due = dueWarning(today, lastDays.spp, calendar);
  if (due === undefined || unpaid.length === 0) return;
  const concerned = new Map<string, { person: Person; amounts: Rupiah[] }>();
  const add = (person: Person, amount: Rupiah) => {
    const { amounts } = concerned.get(person.id) ?? { amounts: [] };
    concerned.set(person.id, { person, amounts: [...amounts, amount] });
  };
  const treasurers = await people.inRole('treasurer');
  const ofVillage = new Map<string, Person[]>();
  for (const { proposal, amount } of unpaid) {
    const { village } = proposal.content.group;
    const ppk = ofVillage.get(village) ?? (await people.byRole('ppk', village));
    ofVillage.set(village, ppk);
    for (const person of new Set([...ppk, ...treasurers])) add(person, amount);
  }
  for (const { person, amounts } of concerned.values())
    await postMessage(deps, {
      id: `year-end.${year}.${due.warning}.${person.id}`,
      to: person,
      language: person.language,
      template: 'year-end-official',
      facts: {
        name: person.name,
        year,
        left: due.left,
        count: amounts.length,
        sum: formatRupiah(sumRupiah(amounts)),
        lastDays,
      },
      now,
    });
}

/** Asks the administrators for what the calendar lacks, once a month. */
async function askForDecrees(deps: YearEndDeps, calendar: Calendar, now: string): Promise<void> {
  const today = jakartaDate(now);
  const year = Number(today.slice(0, 4));
  const ahead = addDays(today, daysAhead);
  const holidays = [today, ahead]
    .filter((day) => !isDecreed(day, calendar))
    .map((day) => Number(day.slice(0, 4)));
  const missing = {
    holidays: [...new Set(holidays)],
    lastDays: calendar.yearEnds.has(year) ? [] : [year],
  };
  if (missing.holidays.length + missing.lastDays.length === 0) return;
  await notify(deps, await adminsFor(deps.store.people, undefined), {
    idPrefix: `calendar-missing.${today.slice(0, 7)}.`,
    template: 'calendar-missing',
    facts: missing,
    now,
  });
}

/** EventBridge Scheduler fills in the scheduled time; see `infra/`. */
const eventSchema = z.object({ now: nowSchema });

export const handler = taskHandler(
  'payment/warn-year-end',
  eventSchema,
  async ({ now }, { env, store, metrics }) => {
    const groups = await warnOfYearEnd({ store, ...postOf(env), linkBaseUrl: env.LINK_BASE_URL }, now);
    metrics.addMetric('GroupsWarnedOfYearEnd', MetricUnit.Count, groups);
    return { groups };
  },
);
