/**
 * POST of one's own asks: several answers at once, or one with its own page, for who has signed in.
 *
 * Several answers posted at once from the page of one's own asks. Each is judged, recorded and passed on by itself, as if
 * it had come alone: one that is wrong does not stop the others.
 */

import '#functions/behaviours.ts';
import { readForm } from '#domain/asks/answers.ts';
import { needsCode } from '#domain/asks/ask.ts';
import { readAskId } from '#domain/asks/ask-id.ts';
import type { Answer } from '#domain/asks/ask-kinds.ts';
import type { FormFields } from '#domain/asks/forms.ts';
import { chunk } from '#domain/chunk.ts';
import type { Person } from '#domain/people/person.ts';
import { type AnswerPorts, answerPortsOf } from '#functions/asks/answer-ports.ts';
import { type AskContext, isAnswerable, openOwnAsk } from '#functions/asks/ask-context.ts';
import { type AnswerResult, myAsksPage, pageAsked, rowsOnPage } from '#functions/asks/pages/my-asks-page.ts';
import { recordAndResume } from '#functions/asks/record-answer.ts';
import { requireCode } from '#functions/asks/require-code.ts';
import { submitAnswerTo } from '#functions/asks/submit-answer.ts';
import { type Validation, validateAnswer } from '#functions/asks/validate-answer.ts';
import { foreignFormPage, signedOutPage } from '#functions/identity/pages/sign-in-pages.ts';
import { isOwnForm, signedIn } from '#functions/identity/session.ts';
import { asError } from '#functions/runtime/errors.ts';
import type { HttpAnswer } from '#functions/runtime/handler.ts';
import { httpHandler } from '#functions/runtime/handler.ts';
import { failurePage, forSession, tooLargePage, unknownLinkPage } from '#functions/web/page.ts';

/** All fields of a page's rows at their longest, every character as percent-encoded UTF-8. */
const maxFormBytes = rowsOnPage * 40_960;
const answersAtOnce = 4;

/** @returns the page of the person's asks, with what became of each answer */
export async function submitAnswers(
  deps: AnswerPorts,
  { person, body, page, now }: { person: Person; body: string; page: number; now: string },
): Promise<HttpAnswer> {
  if (Buffer.byteLength(body) > maxFormBytes) return tooLargePage();
  const fields = readForm(body);
  const rows = rowsOf(fields);
  if (rows.length > rowsOnPage) return tooLargePage();
  const judged: Judged[] = [];
  for (const group of chunk(rows, answersAtOnce))
    judged.push(...(await Promise.all(group.map((row) => judgeRow(deps, person, row, now)))));
  const coded = await withCode(deps, judged, fields.code, now);
  const results: AnswerResult[] = [];
  for (const group of chunk(coded, answersAtOnce))
    results.push(...(await Promise.all(group.map((row) => recordRow(deps, person, row, now)))));
  const [asks, codes] = await Promise.all([
    deps.store.assignments.of(person.id, 'strong'),
    deps.store.codes.get(person.id),
  ]);
  return myAsksPage({ person, asks, page, enrolled: codes?.status === 'enrolled', attempt: { results } });
}

/**
 * One code for all that need one. It is checked once, in the name of the first, and only when something that needs it
 * could be recorded; what is wrong with it is wrong with all of those, and with no other.
 */
async function withCode(
  deps: AnswerPorts,
  judged: readonly Judged[],
  code: FormFields[string],
  now: string,
): Promise<Judged[]> {
  const isMoney = (each: Judged): each is Good =>
    'opened' in each && needsCode(each.opened.ask.kind, each.answer.outcome);
  const first = judged.find(isMoney);
  if (first === undefined) return [...judged];
  const values = { outcome: first.answer.outcome, code };
  const check = () => requireCode(deps, first.opened, { values, take: true, now });
  const checked = await check().catch(asError);
  return judged.map((each): Judged => {
    if (!isMoney(each)) return each;
    if (checked === 'taken') return { ...each, code: true };
    const { row } = each;
    const about = aboutOf(each.opened);
    if (checked instanceof Error) return { row, result: failed(deps, row, checked, about) };
    if (typeof checked !== 'string')
      return {
        row,
        result: { askId: row.askId, about, became: 'refused', problems: checked, values: row.values },
      };
    return {
      row,
      result: { askId: row.askId, about, became: each === first ? 'code-locked' : 'code-missing' },
    };
  });
}

interface Row {
  askId: string;
  values: FormFields;
}

/** The rows in which something was chosen or written: fields are named `<ask id>.<field>`. */
function rowsOf(fields: FormFields): Row[] {
  const rows = new Map<string, FormFields>();
  for (const [name, value] of Object.entries(fields)) {
    const dot = name.lastIndexOf('.');
    const askId = name.slice(0, Math.max(0, dot));
    if (readAskId(askId) === undefined) continue;
    rows.set(askId, { ...rows.get(askId), [name.slice(dot + 1)]: value });
  }
  return [...rows]
    .map(([askId, values]) => ({ askId, values }))
    .filter(({ values }) => Object.values(values).some((value) => [value].flat().join('').trim() !== ''));
}

/** A row whose answer may be recorded. */
interface Good {
  row: Row;
  opened: AskContext;
  answer: Answer;
  evidence: Validation['evidence'];
  /** Whether the one code of all was taken for it. */
  code?: boolean;
}

type Judged = { row: Row; result: AnswerResult } | Good;

async function judgeRow(deps: AnswerPorts, person: Person, row: Row, now: string): Promise<Judged> {
  const { askId, values } = row;
  try {
    const opened = await openOwnAsk(deps.store, person, askId, now);
    if (opened === undefined) return { row, result: { askId, became: 'unknown' } };
    const about = aboutOf(opened);
    if (!isAnswerable(opened, now)) return { row, result: { askId, about, became: 'closed' } };
    if (opened.barred !== undefined) return { row, result: { askId, about, became: opened.barred } };
    const { answer, problems, evidence } = await validateAnswer(deps, { ...opened, values, now });
    if (answer === undefined) return { row, result: { askId, about, became: 'refused', problems, values } };
    return { row, opened, answer, evidence };
  } catch (error) {
    return { row, result: failed(deps, row, error) };
  }
}

async function recordRow(
  deps: AnswerPorts,
  person: Person,
  judged: Judged,
  now: string,
): Promise<AnswerResult> {
  if ('result' in judged) return judged.result;
  const { row, opened, answer, evidence, code = false } = judged;
  const about = aboutOf(opened);
  try {
    const recorded = await recordAndResume(deps, {
      askId: row.askId,
      answer,
      by: { kind: 'person', id: person.id },
      evidence,
      code,
      known: { subject: opened.subject, asks: [opened.ask, ...opened.asks] },
      now,
    });
    if (recorded.status === 'refused')
      return { askId: row.askId, about, became: 'refused', problems: recorded.problems, values: row.values };
    return recorded.status === 'recorded'
      ? { askId: row.askId, about, became: 'recorded', outcome: recorded.ask.outcome }
      : { askId: row.askId, about, became: recorded.status };
  } catch (error) {
    return failed(deps, row, error, about);
  }
}

function aboutOf({ ask, subject }: AskContext): NonNullable<AnswerResult['about']> {
  return { kind: ask.kind, subject: subject.facts };
}

function failed(
  { logger }: AnswerPorts,
  { askId, values }: Row,
  error: unknown,
  about?: AnswerResult['about'],
): AnswerResult {
  logger.warn('An answer among several could not be recorded.', { askId, error: asError(error) });
  return { askId, ...(about !== undefined && { about }), became: 'failed', values };
}

export const handler = httpHandler(
  'asks/submit-answers',
  async (request, tools) => {
    const { body, now } = request;
    const deps = answerPortsOf(tools);
    const { store } = deps;
    const { askId } = request.pathParameters;
    if (!isOwnForm(request, deps.linkBaseUrl)) return foreignFormPage();
    const person = await signedIn(store, request);
    if (person === undefined) return signedOutPage(askId === undefined ? 'masuk' : '../masuk');
    if (askId === undefined)
      return forSession(
        await submitAnswers(deps, { person, body, page: pageAsked(request.query.halaman), now }),
      );
    const opened = await openOwnAsk(store, person, askId, now);
    return opened === undefined
      ? unknownLinkPage()
      : forSession(await submitAnswerTo(deps, opened, { body, now }));
  },
  failurePage(),
);
