/**
 * Computes the schedule of an ask, once: who is to be asked again when, and when it ends. The machine carries it to every
 * turn, so that the deadline that people are given is the one that is kept.
 *
 * A state's `TimeoutSeconds` is evaluated before its function runs, so this is a state of its own (ADR 0011).
 */
import * as z from 'zod';
import { type AskPlan, askPlan } from '#domain/asks/ask.ts';
import { askIdOf } from '#domain/asks/ask-id.ts';
import { type AskKind, askKindSchema, readAboutOf } from '#domain/asks/ask-kinds.ts';
import { type AnyAbout, anyAboutSchema } from '#domain/asks/kind.ts';
import { roleSchema } from '#domain/asks/roles.ts';
import type { RulePack } from '#domain/programme.ts';
import { type Calendar, isDecreed, jakartaDate } from '#domain/working-days.ts';
import { calendarInForce } from '#functions/runtime/calendar-in-force.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import type { Store } from '#functions/store/store.ts';
import { packOf } from '#programmes/index.ts';

const event = z.object({
  proposalId: z.string(),
  kind: askKindSchema,
  about: anyAboutSchema,
  role: roleSchema.optional(),
  now: nowSchema,
});

/** An ask as a machine carries it: what is asked, under which id, and its schedule. */
export interface PlannedAsk extends AskPlan {
  askId: string;
  kind: AskKind;
  about: AnyAbout;
}

/** The ask, planned from the moment at which it is opened, in the calendar that is known now: the machine carries its deadline. */
export function planAsk(
  pack: RulePack,
  {
    proposalId,
    kind,
    about: given,
    opensAt,
  }: { proposalId: string; kind: AskKind; about: AnyAbout; opensAt: string },
  calendar: Calendar,
): PlannedAsk {
  const about = readAboutOf(kind, given);
  return { askId: askIdOf(proposalId, kind, about), kind, about, ...askPlan(kind, pack, opensAt, calendar) };
}

/** The rule-pack of a proposal: once there is one it stays, so only where none is seen it is looked for again. */
async function packFor({ proposals }: Pick<Store, 'proposals'>, proposalId: string): Promise<RulePack> {
  const state = await proposals.state(proposalId, 'eventual');
  return packOf(state.pack === undefined ? await proposals.state(proposalId) : state);
}

export const handler = taskHandler(
  'asks/plan-ask',
  event,
  async ({ now, ...ask }, { store, logger, metrics }) => {
    const pack = await packFor(store, ask.proposalId);
    const calendar = await calendarInForce(store, now);
    const planned = planAsk(pack, { ...ask, opensAt: now }, calendar);
    if (!isDecreed(jakartaDate(planned.expiresAt), calendar)) {
      // The administrators are asked for the decree every month; what is planned until then stays.
      logger.warn('A deadline falls into a year whose holidays are not known.', { until: planned.expiresAt });
      metrics.addMetric('DeadlineWithoutCalendar', 'Count', 1);
    }
    return planned;
  },
);
