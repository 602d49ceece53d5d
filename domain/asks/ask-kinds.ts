/** The kinds of asks, as their records say. Everything that is the same for all kinds looks here, and names none. */
import * as z from 'zod';
import type { AskTiming } from '../programme.ts';
import type { KindOfAsk, OverduePart } from './kind.ts';
import { kinds } from './kinds.ts';

export type AskKind = keyof typeof kinds;
type Kinds = typeof kinds;

/** The names of all kinds, in alphabetical order. */
export const askKinds = namesOf(kinds);
export const askKindSchema = z.enum(askKinds);

/** The answer to a kind of ask. `outcome` is always there; of a group ask it is one member's, or the group's. */
export type Answer<Kind extends AskKind = AskKind> = z.output<Kinds[Kind]['answer']>;

/** What a kind is about: `proposal`, or another. */
export type SubjectOf<Kind extends AskKind> = Kinds[Kind]['subject'];

/** What distinguishes an ask from others of its kind. */
export type About<Kind extends AskKind = AskKind> = z.output<Kinds[Kind]['about']>;

/** The same as it may be given: what has a default need not be. */
export type AboutGiven<Kind extends AskKind = AskKind> = z.input<Kinds[Kind]['about']>;

/** What the rules about an answer need to know of its proposal. */
export type FactsFor<Kind extends AskKind> = Parameters<NonNullable<Kinds[Kind]['problems']>>[1];

/** The record of a kind, whichever it is. */
export function kindOf(kind: AskKind): KindOfAsk<AskKind> {
  return kinds[kind];
}

/** The kinds that can be overdue as a part of this. */
export function overdueKinds(...parts: OverduePart[]): AskKind[] {
  return askKinds.filter((kind) => parts.some((part) => part === kindOf(kind).overdue));
}

/** What an ask of this kind is about, as a workflow or the table has it. @throws {z.ZodError} when it is none */
export function readAboutOf(kind: AskKind, about: unknown): About {
  return kinds[kind].about.parse(about);
}

/** When each kind is repeated and ends, where the rule-pack says nothing else. */
export const defaultTimings: Readonly<Partial<Record<AskKind, AskTiming>>> = timingsOf(kinds);

function namesOf<Name extends string>(records: Record<Name, unknown>): [Name, ...Name[]] {
  return Object.keys(records) as [Name, ...Name[]];
}

function timingsOf(records: Readonly<Record<AskKind, KindOfAsk>>): Partial<Record<AskKind, AskTiming>> {
  return Object.fromEntries(
    Object.values(records).flatMap(({ name, timing }) => (timing === undefined ? [] : [[name, timing]])),
  );
}
