/**
 * POST of a personal link: the only way by which a person's form decides anything.
 *
 * The answer is recorded first, then the execution is resumed; see `record-answer.ts`. Afterwards the browser is sent
 * back to the page, which shows what was recorded, so that reloading sends nothing again.
 *
 * A posted form becomes a recorded answer, or the same page with everything that is wrong.
 */

import '#functions/behaviours.ts';
import { readForm } from '#domain/asks/answers.ts';
import { type AnswerPorts, answerPortsOf } from '#functions/asks/answer-ports.ts';
import { isAnswerable, type OpenedAsk } from '#functions/asks/ask-context.ts';
import { recordAndReport } from '#functions/asks/late-denial.ts';
import { pageOf } from '#functions/asks/pages/ask-page.ts';
import { requireCode } from '#functions/asks/require-code.ts';
import { isCancellation, submitCancellation } from '#functions/asks/submit-cancellation.ts';
import { validateAnswer } from '#functions/asks/validate-answer.ts';
import { withLink } from '#functions/asks/with-link.ts';
import type { HttpAnswer } from '#functions/runtime/handler.ts';
import { httpHandler } from '#functions/runtime/handler.ts';
import { backToPage, failurePage, tooLargePage } from '#functions/web/page.ts';

/** The longest form, in bytes: all fields at their longest take about 10 KB. */
const maxFormBytes = 65_536;

/** By a personal link. @param post the secret of the link, the form-encoded body, and when it came */
export function submitAnswer(
  deps: AnswerPorts,
  { secret, body, now }: { secret: string; body: string; now: string },
): Promise<HttpAnswer> {
  return withLink(deps.store, { secret, now }, (opened) => submitAnswerTo(deps, opened, { body, now }));
}

/** To an ask that was opened, whatever opened it. */
export async function submitAnswerTo(
  deps: AnswerPorts,
  opened: OpenedAsk,
  { body, now }: { body: string; now: string },
): Promise<HttpAnswer> {
  if (Buffer.byteLength(body) > maxFormBytes) return tooLargePage();
  const { ask, by } = opened;
  const values = readForm(body);
  if (isCancellation(values)) return submitCancellation(deps, opened, { values, now });
  if (!isAnswerable(opened, now) || opened.barred !== undefined) return pageOf(deps, opened);
  const judged = await validateAnswer(deps, { ...opened, values, now });
  const { answer, problems, evidence } = judged;
  const code = await requireCode(deps, opened, {
    values,
    take: answer !== undefined,
    now,
  });
  if (code === 'locked') return pageOf(deps, { ...opened, barred: 'code-locked' });
  const all = [...problems, ...(typeof code === 'string' ? [] : code)];
  if (answer === undefined || all.length > 0)
    return pageOf(deps, opened, { attempt: { values, problems: all, evidence } });
  const recorded = await recordAndReport(deps, {
    askId: ask.id,
    answer,
    by,
    evidence,
    code: code === 'taken',
    known: {
      asks: [ask, ...opened.asks],
      end: opened.end,
      // A member's part is recorded without the proposal.
      ...(ask.parent === undefined && { subject: (await opened.whole()).subject }),
    },
    now,
  });
  if (recorded.status === 'refused')
    return pageOf(deps, opened, { attempt: { values, problems: recorded.problems, evidence } });
  // Whatever was recorded, by this answer or by a faster one, the page shows it.
  return backToPage(opened);
}

export const handler = httpHandler(
  'asks/submit-answer',
  ({ pathParameters, body, now }, tools) =>
    submitAnswer(answerPortsOf(tools), { secret: pathParameters.secret ?? '', body, now }),
  failurePage(),
);
