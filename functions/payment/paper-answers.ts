/** What the answers that issue SPP, SPM and SP2D are judged by, and the number that each takes for ever. */

import type { Ask } from '#domain/asks/ask.ts';
import { type PaperFacts, yearEndProblems } from '#domain/asks/paper-rules.ts';
import { lastDaysOf } from '#domain/calendar.ts';
import type { RulePack } from '#domain/programme.ts';
import type { Proposal } from '#domain/proposal/proposal.ts';
import { awardOf } from '#domain/proposal/proposal.ts';
import type { Paper } from '#domain/proposal/tranche.ts';
import { type Problem, problem } from '#domain/text/problem.ts';
import { jakartaDate } from '#domain/working-days.ts';
import { calendarInForce } from '#functions/runtime/calendar-in-force.ts';
import type { Change } from '#functions/store/commit.ts';
import { PaperNumberTaken } from '#functions/store/errors.ts';
import type { PaperNumber } from '#functions/store/paper-numbers.ts';
import type { Store } from '#functions/store/store.ts';
import { packOf } from '#programmes/index.ts';

type PaperAnswer = { number?: string; date?: string } & { outcome: string };

/** What a paper is judged by. @param before the paper that it follows, if there is one */
export function paperFacts(
  proposal: Proposal,
  kind: PaperNumber['kind'],
  before: Pick<Paper, 'date'> | undefined,
  name: string,
): PaperFacts {
  const { paperNumbers }: RulePack['payment'] = packOf(proposal).payment;
  const award = awardOf(proposal);
  return {
    ...(award !== undefined && { fiscalYear: award.budgetLine.year }),
    numberRule: paperNumbers[kind],
    ...(before !== undefined && { paperBefore: { name, date: before.date } }),
  };
}

function numberIn(kind: PaperNumber['kind'], { number, date }: PaperAnswer): PaperNumber | undefined {
  return number === undefined || date === undefined ? undefined : { kind, year: date.slice(0, 4), number };
}

/** The change by which the paper takes its number; none for an answer that issues no paper. */
export function takeNumber(
  { paperNumbers }: Pick<Store, 'paperNumbers'>,
  { id }: Pick<Ask, 'id'>,
  kind: PaperNumber['kind'],
  answer: PaperAnswer,
): Change[] {
  const number = numberIn(kind, answer);
  return number === undefined ? [] : [paperNumbers.take(number, id)];
}

/** What is wrong with a paper by the table: its number is another's, or the end of its fiscal year forbids it. */
export async function paperChecks(
  store: Pick<Store, 'calendar' | 'paperNumbers'>,
  {
    proposal,
    kind,
    answer,
    now,
  }: { proposal: Proposal; kind: PaperNumber['kind']; answer: PaperAnswer; now: string },
): Promise<Problem[]> {
  const award = awardOf(proposal);
  const { date } = answer;
  if (award === undefined || date === undefined) return numberProblems(store, kind, answer);
  const fiscalYear = award.budgetLine.year;
  const lastDays = lastDaysOf(fiscalYear, await calendarInForce(store, now));
  return [
    ...yearEndProblems(date, { paper: kind, fiscalYear, lastDays, today: jakartaDate(now) }),
    ...(await numberProblems(store, kind, answer)),
  ];
}

/** Whether another paper has the number already, so that no one-time code is used up for it. */
async function numberProblems(
  { paperNumbers }: Pick<Store, 'paperNumbers'>,
  kind: PaperNumber['kind'],
  answer: PaperAnswer,
): Promise<Problem[]> {
  const number = numberIn(kind, answer);
  return number !== undefined && (await paperNumbers.isTaken(number)) ? [numberTaken(number)] : [];
}

/** What is wrong where another paper took the number meanwhile. */
export function numberRefusal(error: unknown): Problem | undefined {
  return error instanceof PaperNumberTaken ? numberTaken(error) : undefined;
}

function numberTaken({ kind, year }: Pick<PaperNumber, 'kind' | 'year'>): Problem {
  return problem('paper-number-taken', 'number', { paper: kind.toUpperCase(), year });
}
