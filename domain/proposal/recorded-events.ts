/**
 * Recorded events as this version knows them.
 *
 * A chain is older and may be newer than the code that reads it, so an event that a later version has written is no error: it
 * is read as unknown. Whether the chain is whole does not depend on that (`verifyChain`).
 */
import type * as z from 'zod';
import type { Actor, AuditEvent } from './audit.ts';
import { ofBank, ofProposal, ofSettings } from './event-facts.ts';
import type { BankEvent, EventsOf, ProposalEvent, SettingsEvent } from './events.ts';

/** An event whose action, or whose facts, this version does not know: a later one has written it. */
export interface UnknownEvent {
  at: string;
  actor: Actor;
  action: 'unknown';
  facts: { action: string };
}

function readAs<Schemas extends Record<string, z.ZodType>>(
  schemas: Schemas,
  { at, actor, action, facts }: AuditEvent,
): EventsOf<Schemas> | UnknownEvent {
  const read = Object.hasOwn(schemas, action) ? schemas[action]?.safeParse(facts) : undefined;
  return read?.success
    ? // The schema is the action's, so the facts are.
      ({ at, actor, action, facts: read.data } as EventsOf<Schemas>)
    : { at, actor, action: 'unknown', facts: { action } };
}

/** A recorded event of a proposal, as this version knows it. */
export function readProposalEvent(recorded: AuditEvent): ProposalEvent | UnknownEvent {
  return readAs(ofProposal, recorded);
}

/** A recorded event of the bank's journal, as this version knows it. */
export function readBankEvent(recorded: AuditEvent): BankEvent | UnknownEvent {
  return readAs(ofBank, recorded);
}

/** A recorded event of the settings' journal, as this version knows it. */
export function readSettingsEvent(recorded: AuditEvent): SettingsEvent | UnknownEvent {
  return readAs(ofSettings, recorded);
}
