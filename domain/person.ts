/** The directory of people: who holds which office, and where. */
import * as z from 'zod';
import { type DirectoryRole, directoryRoleSchema } from './ask-kinds.ts';
import { languageSchema } from './language.ts';
import { phoneSchema, textSchema } from './packet.ts';

/** Where an office holds: the whole country (`*`), a province (`33`) or a regency (`33.02`). */
export const areaSchema = z.string().regex(/^(\*|\d{2}|\d{2}\.\d{2})$/, { error: '* / 33 / 33.02' });

export const personIdSchema = z
  .string()
  .regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/)
  .max(60);

export const personSchema = z.strictObject({
  id: personIdSchema,
  name: textSchema(100),
  roles: z.array(z.strictObject({ role: directoryRoleSchema, areas: z.array(areaSchema).min(1) })).min(1),
  email: z.email().max(254),
  phone: phoneSchema.optional(),
  language: languageSchema,
  /** The person to whom an unanswered ask is escalated. */
  superior: personIdSchema.optional(),
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

/** Those who hold the role in the region, the most local first, then by id, so that the choice is repeatable. */
export function whoHolds(people: readonly Person[], role: DirectoryRole, region: string): Person[] {
  return people
    .filter((person) => holdsRole(person, role, region))
    .map((person) => ({ person, closeness: closenessOf(person, role, region) }))
    .sort((a, b) => b.closeness - a.closeness || (a.person.id < b.person.id ? -1 : 1))
    .map(({ person }) => person);
}

function closenessOf(person: Person, role: DirectoryRole, region: string): number {
  const areas = person.roles.filter((held) => held.role === role).flatMap((held) => held.areas);
  return Math.max(...areas.map((area) => (area !== '*' && within(region, area) ? area.length : 0)));
}

function within(region: string, area: string): boolean {
  return region === area || region.startsWith(`${area}.`);
}
