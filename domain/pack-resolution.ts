/**
 * A rule-pack is put together of three things: the rules as published (which say only what differs from the defaults),
 * the programme as a packet names it, and the office that pays. The rules never change once they are published; account
 * and rail do, whenever the office and its bank agree on something else.
 */

import * as z from 'zod';
import { defaultTimings } from './asks/ask-kinds.ts';
import { programmeIdSchema } from './identifiers.ts';
import { railSchema, settlementSchema } from './money/rail.ts';
import { debitAccountSchema, type RulePack, rulePackSchema } from './programme.ts';
import { bilingualSchema } from './text/language.ts';

/** An office that pays grants: the account that is debited, and how its bank, or the treasury, is instructed. */
export const payingOfficeSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  debitAccount: debitAccountSchema,
  rail: railSchema,
  ...settlementSchema.shape,
});
export type PayingOffice = z.output<typeof payingOfficeSchema>;

/** What a packet may name: a name for people, the rules that are followed, and the office that pays. */
export const programmeSchema = z.strictObject({
  id: programmeIdSchema,
  name: bilingualSchema,
  /** The id of the rules; several programmes may follow the same rules and be paid by different offices. */
  rules: programmeIdSchema,
  payingOffice: payingOfficeSchema.shape.id,
});
export type Programme = z.output<typeof programmeSchema>;

/** One version of the rules, as its file has it: `rulePackSchema` judges the rest once the defaults are in. */
export const rulesFileSchema = z.looseObject({
  id: programmeIdSchema,
  version: z.int().min(1),
  /** Whose name this is, and who pays, is said elsewhere. */
  name: z.undefined().optional(),
  payment: z.looseObject({ rail: z.undefined().optional(), debitAccount: z.undefined().optional() }),
  training: z.record(z.string(), z.unknown()).default({}),
  asks: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  published: z.array(z.looseObject({ at: z.string() })),
  illustrative: z.array(z.string()),
});
export type RulesFile = z.output<typeof rulesFileSchema>;

/** The defaults of the follow-up, field by field. Those of the asks stand with the kinds of asks. */
export const packDefaultsSchema = z.strictObject({ training: rulePackSchema.shape.training });
export type PackDefaults = z.output<typeof packDefaultsSchema>;

/** A rule-pack is parsed once in a process: to compile its schema before takes longer than to interpret it. */
const onceOnly = { jitless: true };

/**
 * The rule-pack of a programme under one version of its rules.
 *
 * Every figure that comes from the defaults is illustrative: its pointer is added to the pack's own.
 *
 * @throws {z.ZodError} when the rules with the defaults are no rule-pack
 */
export function resolvePack(
  rules: RulesFile,
  { programme, office, defaults }: { programme: Programme; office: PayingOffice; defaults: PackDefaults },
): RulePack {
  const whole = { training: defaults.training, asks: defaultTimings };
  const own = { training: rules.training, asks: rules.asks };
  const { id: _, ...ofOffice } = office;
  return rulePackSchema.parse(
    {
      ...rules,
      ...overridden(whole, own),
      id: programme.id,
      name: programme.name,
      payment: { ...rules.payment, ...ofOffice },
      illustrative: [...rules.illustrative, ...uncovered(rules, defaulted(whole, own))],
    },
    onceOnly,
  );
}

type Members = Record<string, unknown>;

function membersOf(value: unknown): Members | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined;
}

/** The defaults with what overrides them: objects member by member, everything else as a whole. */
function overridden(defaults: Members, overrides: Members): Members {
  const result: Members = { ...defaults };
  for (const [key, own] of Object.entries(overrides)) {
    const [below, ownMembers] = [membersOf(defaults[key]), membersOf(own)];
    result[key] = below && ownMembers ? overridden(below, ownMembers) : own;
  }
  return result;
}

/** JSON pointers to what comes from the defaults, each as high up as it is whole. */
function defaulted(defaults: Members, overrides: Members, at = ''): string[] {
  return Object.entries(defaults).flatMap(([key, value]) => {
    const own = overrides[key];
    const [below, ownMembers] = [membersOf(value), membersOf(own)];
    if (own === undefined || (ownMembers && Object.keys(ownMembers).length === 0)) return [`${at}/${key}`];
    return below && ownMembers ? defaulted(below, ownMembers, `${at}/${key}`) : [];
  });
}

/** Those of the pointers that the rules do not speak of themselves. */
function uncovered({ published, illustrative }: RulesFile, pointers: readonly string[]): string[] {
  const covers = [...published.map(({ at }) => at), ...illustrative];
  return pointers.filter((pointer) => !covers.some((at) => pointer === at || pointer.startsWith(`${at}/`)));
}
