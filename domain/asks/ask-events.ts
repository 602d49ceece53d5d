/** What the record says of an ask: that it was opened, went to another person, was answered or was not. */

import type { Actor } from '../proposal/audit.ts';
import { type EventOf, event, type FactsOf } from '../proposal/events.ts';
import { aboutText } from './about.ts';
import type { Ask } from './ask.ts';
import type { DocumentType, Evidence } from './documents.ts';

type Asked = Pick<Ask, 'id' | 'kind' | 'about' | 'role'>;

function askFacts({ role, ...ask }: Asked) {
  return { ...named(ask), role };
}

function named({ id, kind, about }: Omit<Asked, 'role'>) {
  return { askId: id, kind, about: aboutText(kind, about) };
}

/** @param standsInFor of a substitute, the id of the person in whose place they are asked */
export function askOpened(
  ask: Asked,
  { assignee, standsInFor }: { assignee: string; standsInFor?: string | undefined },
  at: string,
): EventOf<'ask.opened'> {
  return event(at, 'ask.opened', {
    ...askFacts(ask),
    assignee,
    ...(standsInFor !== undefined && { standsInFor }),
  });
}

/** @param turn counts from 0 */
export function askReminded(ask: Asked, turn: number, at: string): EventOf<'ask.reminded'> {
  return event(at, 'ask.reminded', { ...askFacts(ask), turn });
}

/** @param assignee the superior who is asked as well */
export function askEscalated(ask: Asked, assignee: string, at: string): EventOf<'ask.escalated'> {
  return event(at, 'ask.escalated', { ...askFacts(ask), assignee });
}

/** The ask went to another person: the system found one, or an administrator named one. */
export function askAssigned(
  ask: Asked,
  to: { assignee: string; before: string; standsInFor?: string | undefined; by?: Actor },
  at: string,
): EventOf<'ask.assigned'> {
  const { assignee, before, standsInFor, by } = to;
  const facts = { ...askFacts(ask), assignee, before, ...(standsInFor !== undefined && { standsInFor }) };
  return event(at, 'ask.assigned', facts, by);
}

/** Who was asked named another person for it. */
export function askDelegated(
  ask: Asked,
  { from, to, by }: { from: string; to: string; by: Actor },
  at: string,
): EventOf<'ask.delegated'> {
  return event(at, 'ask.delegated', { ...askFacts(ask), from, to }, by);
}

export function askExpired(ask: Asked, at: string): EventOf<'ask.expired'> {
  return event(at, 'ask.expired', askFacts(ask));
}

/** An answer as the record has it. */
export interface GivenAnswer {
  outcome: string;
  by: Actor;
  evidence?: readonly Evidence[] | undefined;
  /** How it came, where that was not by the form. */
  via?: 'reply' | undefined;
  /** Whether a one-time code was taken for it. */
  code?: boolean | undefined;
}

export function askAnswered(
  ask: Omit<Asked, 'role'>,
  { outcome, by, evidence = [], via, code = false }: GivenAnswer,
  at: string,
): EventOf<'ask.answered'> {
  const facts: FactsOf<'ask.answered'> = {
    ...{ ...named(ask), outcome, documents: evidence.length },
    ...evidenceHashes(evidence),
    ...(via !== undefined && { via }),
    ...(code && { code: true }),
  };
  return event(at, 'ask.answered', facts, by);
}

/** A member denied being one, or having received anything, after the group's answer was clear. */
export function deniedLate(
  action: 'membership.denied-late' | 'receipt.denied-late',
  { at, actor, facts }: EventOf<'ask.answered'>,
): EventOf<typeof action> {
  return event(at, action, facts, actor);
}

/** Which bytes were handed in, so that the chain of events vouches for them: `sptjm.1`, `visit-photos.2`. */
export function evidenceHashes(
  evidence: readonly Pick<Evidence, 'documentType' | 'sha256'>[],
): Record<`${DocumentType}.${number}`, string> {
  return Object.fromEntries(
    Object.entries(Object.groupBy(evidence, ({ documentType }) => documentType)).flatMap(([type, files]) =>
      files.flatMap(({ sha256 }, index) => (sha256 === undefined ? [] : [[`${type}.${index + 1}`, sha256]])),
    ),
  );
}
