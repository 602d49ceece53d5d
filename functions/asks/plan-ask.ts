/**
 * Computes the schedule of an ask, once: who is to be asked again when, and when it ends. The machine carries it to every
 * turn, so that the moment that people are told is the one that is kept.
 *
 * A state's `TimeoutSeconds` is evaluated before its function runs, so this is a state of its own (ADR 0011).
 */
import * as z from 'zod';
import { askPlan } from '#domain/asks/ask.ts';
import { askIdOf } from '#domain/asks/ask-id.ts';
import { askKindSchema, readAboutOf } from '#domain/asks/ask-kinds.ts';
import { anyAboutSchema } from '#domain/asks/kind.ts';
import { roleSchema } from '#domain/asks/roles.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import { indonesia } from '#programmes/calendar.ts';
import { packOf } from '#programmes/index.ts';

const event = z.object({
  proposalId: z.string(),
  kind: askKindSchema,
  about: anyAboutSchema,
  role: roleSchema.optional(),
  now: nowSchema,
});

export const handler = taskHandler(
  'asks/plan-ask',
  event,
  async ({ proposalId, kind, about: given, now }, { store }) => {
    const about = readAboutOf(kind, given);
    const plan = askPlan(kind, packOf(await store.proposals.state(proposalId)), now, indonesia);
    return { askId: askIdOf(proposalId, kind, about), kind, about, ...plan };
  },
);
