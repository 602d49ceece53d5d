/** Changes of one person of the directory. Whether what comes out is sound is judged with the whole directory. */
import type { Absence, Person } from '#domain/people/person.ts';
import { CommandError, UnreadableArgument } from '../errors.ts';
import { readRoles } from './columns.ts';

/** What is to be changed; what is absent stays. */
export interface PersonChange {
  name?: string;
  email?: string;
  /** `none` takes it away. */
  phone?: string;
  language?: string;
  /** `none` takes it away. */
  superior?: string;
  roles?: { role: string; areas: string[] }[];
}

/** One role of the command line: `verifier:33.02,33.03`. @throws {UnreadableArgument} */
export function readRoleOption(text: string): { role: string; areas: string[] } {
  const [role, ...others] = readRoles(text, '');
  if (role === undefined || others.length > 0 || role.areas.length === 0)
    throw new UnreadableArgument('--role', text, 'for example verifier:33.02,33.03 or ppk:*');
  return role;
}

/**
 * The person with the change made.
 *
 * The command line's texts are taken as they are: the directory's schema, which judges the whole before it is written,
 * refuses a role or a language that there is not.
 */
export function changed(person: Partial<Person> & { id: string }, change: PersonChange): object {
  const after = Object.entries({ ...person, ...change });
  return Object.fromEntries(after.filter(([name, value]) => !(removable.has(name) && value === 'none')));
}

/** What `none` takes away. */
const removable: ReadonlySet<string> = new Set(['phone', 'superior']);

/** No absence begins on that day. */
class NoSuchAbsence extends CommandError {
  override readonly name = 'NoSuchAbsence';
  constructor({ id, absences = [] }: Person, from: string) {
    const days = absences.map((absence) => absence.from).join(', ');
    super(`No absence of "${id}" begins on ${from}.${days === '' ? '' : ` Theirs begin on ${days}.`}`);
  }
}

/** The person with another absence, in the order of days. */
export function addAbsence(person: Person, absence: Absence): Person {
  const absences = [...(person.absences ?? []), absence];
  return { ...person, absences: absences.toSorted((a, b) => (a.from < b.from ? -1 : 1)) };
}

/** The person without the absence that begins on the day. @throws {NoSuchAbsence} */
export function cancelAbsence(person: Person, from: string): Person {
  const { absences = [], ...rest } = person;
  const left = absences.filter((absence) => absence.from !== from);
  if (left.length === absences.length) throw new NoSuchAbsence(person, from);
  return { ...rest, ...(left.length > 0 && { absences: left }) };
}
