/** The directory of people: who holds which office, and where. */

import * as z from 'zod';
import { type DirectoryRole, directoryRoleSchema } from '../asks/roles.ts';
import { phoneSchema, textSchema } from '../packet/packet.ts';
import { languageSchema } from '../text/language.ts';

/** Where an office holds: the whole country (`*`), a province (`33`) or a regency (`33.02`). */
export const areaSchema = z.string().regex(/^(\*|\d{2}|\d{2}\.\d{2})$/, { error: '* / 33 / 33.02' });

export const personIdSchema = z
  .string()
  .regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/)
  .max(60);

/** Days on which a person is away, both included, and who stands in, if anyone in particular. */
const absenceSchema = z
  .strictObject({ from: z.iso.date(), to: z.iso.date(), substitute: personIdSchema.optional() })
  .refine(({ from, to }) => from <= to, { params: { problem: 'absence-backwards' } });
export type Absence = z.output<typeof absenceSchema>;

export const personSchema = z.strictObject({
  id: personIdSchema,
  name: textSchema(100),
  roles: z.array(z.strictObject({ role: directoryRoleSchema, areas: z.array(areaSchema).min(1) })).min(1),
  email: z.email().max(254),
  phone: phoneSchema.optional(),
  language: languageSchema,
  /** The person to whom an unanswered ask is escalated. */
  superior: personIdSchema.optional(),
  absences: z.array(absenceSchema).max(50).optional(),
});
export type Person = z.output<typeof personSchema>;

/**
 * Whether the person holds the role in a region.
 *
 * @param region any dotted code: a village lies in the areas of its regency, its province and the country.
 */
export function holdsRole(person: Person, role: DirectoryRole, region: string): boolean {
  return person.roles.some(
    (held) => held.role === role && held.areas.some((area) => area === '*' || within(region, area)),
  );
}

/** Whether the person holds the role in any area at all. */
export function holdsRoleSomewhere(person: Person, role: DirectoryRole): boolean {
  return person.roles.some((held) => held.role === role);
}

/** Those who hold the role in the region, the most local first, then by id, so that the choice is repeatable. */
export function whoHolds(people: readonly Person[], role: DirectoryRole, region: string): Person[] {
  return holdersByCloseness(people, role, region).flat();
}

/** Those who hold the role in the region, together with those who hold it as locally, the most local first. */
export function holdersByCloseness(
  people: readonly Person[],
  role: DirectoryRole,
  region: string,
): Person[][] {
  const levels = new Map<number, Person[]>();
  for (const person of people.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    if (!holdsRole(person, role, region)) continue;
    const closeness = closenessOf(person, role, region);
    levels.set(closeness, [...(levels.get(closeness) ?? []), person]);
  }
  return [...levels].toSorted(([a], [b]) => b - a).map(([, level]) => level);
}

function closenessOf(person: Person, role: DirectoryRole, region: string): number {
  const areas = person.roles.filter((held) => held.role === role).flatMap((held) => held.areas);
  return Math.max(...areas.map((area) => (area !== '*' && within(region, area) ? area.length : 0)));
}

function within(region: string, area: string): boolean {
  return region === area || region.startsWith(`${area}.`);
}

/** The absence that the day (`yyyy-mm-dd`, Jakarta) falls into, if the person is away. */
export function absenceOn(person: Person, day: string): Absence | undefined {
  return person.absences?.find(({ from, to }) => from <= day && day <= to);
}
