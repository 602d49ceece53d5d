/**
 * When a schedule fires: `at(…)`, `rate(…)` and `cron(…)` as EventBridge writes them.
 *
 * Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
import { Cron } from 'croner';
import type { Recurrence } from '../clock.ts';

/** The expression is not one that EventBridge knows. */
export class InvalidScheduleExpression extends Error {
  constructor(expression: string) {
    super(`Invalid Schedule Expression ${expression}.`);
    this.name = 'InvalidScheduleExpression';
  }
}

export interface Schedule {
  /**
   * The first time later than `after`, or `undefined` when there is none.
   * @param after ms
   * @param anchor when the schedule was made or its StartDate, ms; rates count from it
   */
  next(after: number, anchor: number): number | undefined;
  /** Whether it fires once. */
  readonly once: boolean;
  /** What kind of schedule it is, if it fires again and again. */
  readonly recurrence?: Recurrence;
}

const minute = 60_000;
const units: Readonly<Record<string, number>> = { minute, hour: 60 * minute, day: 24 * 60 * minute };

/**
 * @param timezone IANA name for `at` and `cron`, e.g. `Asia/Jakarta`; UTC by default
 * @throws InvalidScheduleExpression
 */
export function readSchedule(expression: string, timezone = 'UTC'): Schedule {
  const match = /^(at|rate|cron)\((.*)\)$/.exec(expression.trim());
  if (!match) throw new InvalidScheduleExpression(expression);
  const [, kind, body = ''] = match;
  try {
    // Throws for a zone that there is not.
    new Intl.DateTimeFormat('en', { timeZone: timezone });
    if (kind === 'at') return at(body, timezone);
    if (kind === 'rate') return rate(body);
    return cron(body, timezone);
  } catch (error) {
    throw error instanceof InvalidScheduleExpression ? error : new InvalidScheduleExpression(expression);
  }
}

function at(body: string, timezone: string): Schedule {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(body)) throw new InvalidScheduleExpression(`at(${body})`);
  const time = new Cron(body, { timezone, paused: true }).nextRun(new Date(0))?.getTime();
  return { once: true, next: (after) => (time !== undefined && time > after ? time : undefined) };
}

function rate(body: string): Schedule {
  const match = /^(\d+) (minute|hour|day)(s?)$/.exec(body);
  const count = Number(match?.[1]);
  const unit = units[match?.[2] ?? ''];
  if (unit === undefined || count < 1) throw new InvalidScheduleExpression(`rate(${body})`);
  const period = count * unit;
  return {
    once: false,
    recurrence: 'rate',
    next: (after, anchor) => anchor + Math.max(0, Math.floor((after - anchor) / period) + 1) * period,
  };
}

function cron(body: string, timezone: string): Schedule {
  const fields = body.trim().split(/\s+/);
  const [minutes = '', hours = '', day = '', month = '', weekday = '', year = ''] = fields;
  // EventBridge wants exactly one of the two days to be left open.
  if (fields.length !== 6 || (day === '?') === (weekday === '?'))
    throw new InvalidScheduleExpression(`cron(${body})`);
  const open = (field: string): string => (field === '?' ? '*' : field);
  const pattern = ['0', minutes, hours, open(day), month, open(weekday), year].join(' ');
  const job = new Cron(pattern, {
    timezone,
    paused: true,
    mode: '7-part',
    alternativeWeekdays: true,
    // `0/20` without a range before the slash.
    sloppyRanges: true,
  });
  return { once: false, recurrence: 'cron', next: (after) => job.nextRun(new Date(after))?.getTime() };
}
