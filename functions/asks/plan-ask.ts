/**
 * Says how long each turn of an ask may take, in seconds, from the rule-pack's timing and the working days ahead.
 *
 * A state's `TimeoutSeconds` is evaluated before its function runs, so this is a state of its own (ADR 0011).
 */

import * as z from 'zod';
import { askPlan } from '#domain/asks/ask.ts';
import { askKindSchema } from '#domain/asks/ask-kinds.ts';
import { roleSchema } from '#domain/asks/roles.ts';
import { askIdOf } from '#domain/identifiers.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import { indonesia } from '#programmes/calendar.ts';
import { packOf } from '#programmes/index.ts';

const event = z.object({
  proposalId: z.string(),
  kind: askKindSchema,
  key: z.string(),
  role: roleSchema.optional(),
  now: nowSchema,
});

export const handler = taskHandler(
  'asks/plan-ask',
  event,
  async ({ proposalId, kind, key, now }, { store }) => {
    const { proposals } = store;
    const { turns } = askPlan(kind, packOf(await proposals.state(proposalId)), now, indonesia);
    return {
      askId: askIdOf(proposalId, kind, key),
      kind,
      key,
      timeouts: turns.map(({ timeoutSeconds }) => timeoutSeconds),
    };
  },
);
