/**
 * What the people of the directory must be to each other and to the country: one id and one address each, superiors
 * and substitutes who are in it, areas that exist, absences that do not overlap.
 *
 * Judged apart from the shape of each person, so that one mistyped address hides no other problem.
 */
import * as z from 'zod';
import { type Problem, problem } from '../text/problem.ts';
import { areaSchema } from './person.ts';
import type { RegionDirectory } from './region.ts';

/** What can be known of a person whatever else is wrong: what is no text counts as absent. */
const text = z.string().optional().catch(undefined);
const looseAbsence = z.object({ from: text, to: text, substitute: text }).catch({});
const looseRole = z.object({ areas: z.array(text).catch([]) }).catch({ areas: [] });
const loosePerson = z
  .object({
    id: text,
    email: text,
    superior: text,
    roles: z.array(looseRole).catch([]),
    absences: z.array(looseAbsence).catch([]),
  })
  .catch({ roles: [], absences: [] });
const looseDirectory = z.object({ people: z.array(loosePerson).catch([]) }).catch({ people: [] });
type LoosePerson = z.output<typeof loosePerson>;

/**
 * Everything that is wrong with a directory beyond the shape of its people. Problems name people by their ids, never
 * by their addresses.
 *
 * @param content what was read as `people.json`, of whatever shape
 */
export function directoryProblems(content: unknown, regions: Pick<RegionDirectory, 'has'>): Problem[] {
  const { people } = looseDirectory.parse(content);
  const known = new Set(people.map(({ id }) => id));
  const seen = { ids: new Set<string>(), emails: new Map<string, string>() };
  return people.flatMap((person, index) => {
    const at = `/people/${index}`;
    return [
      ...identityProblems(person, at, seen),
      ...superiorProblems(person, at, known),
      ...areaProblems(person, at, regions),
      ...absenceProblems(person, at, known),
    ];
  });
}

function identityProblems(
  { id, email }: LoosePerson,
  at: string,
  seen: { ids: Set<string>; emails: Map<string, string> },
): Problem[] {
  const problems: Problem[] = [];
  if (id !== undefined && id !== '') {
    if (seen.ids.has(id)) problems.push(problem('person-doubled', `${at}/id`, { id }));
    seen.ids.add(id);
  }
  // Mail services take capitals for small letters, whatever RFC 5321 leaves open.
  const address = email?.trim().toLowerCase() ?? '';
  const other = seen.emails.get(address);
  if (other !== undefined)
    problems.push(problem('person-email-doubled', `${at}/email`, { id: id ?? '?', other }));
  else if (address !== '') seen.emails.set(address, id ?? '?');
  return problems;
}

function superiorProblems(
  { id = '?', superior }: LoosePerson,
  at: string,
  known: ReadonlySet<string | undefined>,
): Problem[] {
  if (superior === undefined) return [];
  if (superior === id) return [problem('superior-is-self', `${at}/superior`)];
  return known.has(superior) ? [] : [problem('superior-unknown', `${at}/superior`, { id, superior })];
}

/** Areas of another form than an area's are a problem of shape. */
function areaProblems({ roles }: LoosePerson, at: string, regions: Pick<RegionDirectory, 'has'>): Problem[] {
  return roles.flatMap(({ areas }, role) =>
    areas.flatMap((area, index) =>
      area === undefined || area === '*' || !areaSchema.safeParse(area).success || regions.has(area)
        ? []
        : [problem('area-unknown', `${at}/roles/${role}/areas/${index}`, { area })],
    ),
  );
}

function absenceProblems(
  { id = '?', absences }: LoosePerson,
  at: string,
  known: ReadonlySet<string | undefined>,
): Problem[] {
  return absences.flatMap(({ from, to, substitute }, index) => {
    const here = `${at}/absences/${index}`;
    const problems: Problem[] = [];
    if (
      from !== undefined &&
      to !== undefined &&
      absences.slice(0, index).some((other) => meet(other, from, to))
    )
      problems.push(problem('absence-overlapping', here, { from, to }));
    if (substitute === undefined) return problems;
    if (substitute === id) problems.push(problem('substitute-is-self', `${here}/substitute`));
    else if (!known.has(substitute))
      problems.push(problem('substitute-unknown', `${here}/substitute`, { id, substitute }));
    return problems;
  });
}

/** Whether a period shares a day with the days `from` to `to`, both included. */
function meet(
  period: { from?: string | undefined; to?: string | undefined },
  from: string,
  to: string,
): boolean {
  return period.from !== undefined && period.to !== undefined && period.from <= to && from <= period.to;
}
