/**
 * How the standing of the groups' asks lies in an item of the record: of each ask one short text, since every later item carries
 * it on. `membership.1`: `3 answered 1-18,20 19`.
 */
import * as z from 'zod';
import type { GroupStanding, GroupStandings } from '#domain/asks/group-standing.ts';

const none = '-';

/** Ascending numbers, those that follow each other as a range. */
function rangesOf(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.length === 0
    ? none
    : ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}

function numbersIn(text: string): number[] {
  if (text === none) return [];
  return text.split(',').flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}

/** The attributes of an item that carries these standings: none where no group was asked. @param proposalId begins each id */
export function storedStandings(proposalId: string, standings: GroupStandings): object {
  if (standings.size === 0) return {};
  const groups = [...standings].map(([id, { since, status, confirmed, denied, over }]) => [
    id.slice(proposalId.length + 1),
    [since, status, rangesOf(confirmed), rangesOf(denied), ...(over === undefined ? [] : [over])].join(' '),
  ]);
  return { groups: Object.fromEntries(groups) };
}

const numbers = /(?:-|\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*)/;
const standingPattern = new RegExp(
  `^(\\d+) (open|answered|expired) (${numbers.source}) (${numbers.source})(?: (\\S+))?$`,
);

const standingSchema = z.string().transform((text, context): GroupStanding => {
  const [, since, status, confirmed = none, denied = none, over] = standingPattern.exec(text) ?? [];
  if (status === 'open' || status === 'answered' || status === 'expired')
    return {
      ...{ since: Number(since), status, confirmed: numbersIn(confirmed), denied: numbersIn(denied) },
      ...(over !== undefined && { over }),
    };
  context.issues.push({ code: 'custom', input: text, message: 'is no standing of a group’s ask' });
  return z.NEVER;
});

/** What of an item of the record carries the standings. */
export const carriedSchema = z.object({ groups: z.record(z.string(), standingSchema).default({}) });

/** The standings that an item carries. @param groups as `carriedSchema` reads them */
export function standingsIn(
  proposalId: string,
  groups: z.output<typeof carriedSchema>['groups'],
): GroupStandings {
  return new Map(Object.entries(groups).map(([id, standing]) => [`${proposalId}.${id}`, standing]));
}
