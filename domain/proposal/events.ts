/**
 * What can happen, as one union: an event whose action or facts are not of it does not compile.
 *
 * A proposal's own chain is its record; what belongs to no proposal stands in a journal.
 */
import type * as z from 'zod';
import type { Actor } from './audit.ts';
import type { ofBank, ofProposal, ofSettings } from './event-facts.ts';

type Facts<Schema> = Schema extends z.ZodType<infer Output> ? Output : never;
/** The events of a chain, by the schemas of their facts. */
export type EventsOf<Schemas> = {
  [Action in keyof Schemas]: { at: string; actor: Actor; action: Action; facts: Facts<Schemas[Action]> };
}[keyof Schemas];

/** An event on a proposal's chain, before it has its place there. */
export type ProposalEvent = EventsOf<typeof ofProposal>;
/** An event in the journal of payment runs, instructions and the bank's files. */
export type BankEvent = EventsOf<typeof ofBank>;
/** An event in the journal of the settings, the directory and the one-time codes. */
export type SettingsEvent = EventsOf<typeof ofSettings>;
/** An event on any chain. */
type JaringEvent = ProposalEvent | BankEvent | SettingsEvent;

/** What is recorded where. */
export type Action = JaringEvent['action'];
export type ProposalAction = ProposalEvent['action'];
/** The events of one action, or of some. */
export type EventOf<A extends Action> = Extract<JaringEvent, { action: A }>;
export type FactsOf<A extends Action> = EventOf<A>['facts'];

const system: Actor = { kind: 'system' };

/**
 * An event, with the facts that its action calls for and no others.
 *
 * @param at when it happened (ISO 8601, UTC), from the event that caused it
 * @param actor by default the system
 */
export function event<A extends Action>(
  at: string,
  action: A,
  facts: FactsOf<A>,
  actor: Actor = system,
): { at: string; actor: Actor; action: A; facts: FactsOf<A> } {
  return { at, actor, action, facts };
}
