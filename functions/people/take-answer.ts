/** A posted form becomes a recorded answer, or the same page with everything that is wrong. */
import type { SFNClient } from '@aws-sdk/client-sfn';
import { readForm } from '#domain/answers.ts';
import type { CodeDeps } from '#functions/people/codes.ts';
import type { InviteDeps } from '#functions/people/enrolment.ts';
import { judgeAnswer } from '#functions/people/judge-answer.ts';
import { tellLateDenial } from '#functions/people/late-denial.ts';
import { isAnswerable, type OpenedLink } from '#functions/people/opened-link.ts';
import { type PageDeps, pageOf } from '#functions/people/pages/ask-page.ts';
import { backToPage, tooLargePage } from '#functions/people/pages/page.ts';
import { type AnswerDeps, answerAsk, numberProblems } from '#functions/people/record-answer.ts';
import { requireCode } from '#functions/people/require-code.ts';
import type { MessageDeps } from '#functions/people/send-message.ts';
import { isCancellation, takeCancellation } from '#functions/people/take-cancellation.ts';
import { withLink } from '#functions/people/with-link.ts';
import type { HttpAnswer } from '#functions/shared/handler.ts';
import type { Store } from '#functions/store/store.ts';

export interface TakeDeps extends PageDeps, AnswerDeps, MessageDeps, CodeDeps, InviteDeps {
  store: Store;
  stepFunctions: SFNClient;
}

/** The longest form, in bytes: all fields at their longest take about 10 KB. */
const maxFormBytes = 65_536;

/** By a personal link. @param post the secret of the link, the form-encoded body, and when it came */
export const takeAnswer = (
  deps: TakeDeps,
  { secret, body, now }: { secret: string; body: string; now: string },
): Promise<HttpAnswer> =>
  withLink(deps.store, { secret, now }, (opened) => takeAnswerTo(deps, opened, { body, now }));

/** To an ask that was opened, whatever opened it. */
export const takeAnswerTo = async (
  deps: TakeDeps,
  opened: OpenedLink,
  { body, now }: { body: string; now: string },
): Promise<HttpAnswer> => {
  if (Buffer.byteLength(body) > maxFormBytes) return tooLargePage();
  const { ask, by } = opened;
  const values = readForm(body);
  if (isCancellation(values)) return takeCancellation(deps, opened, { values, now });
  if (!isAnswerable(opened) || opened.barred !== undefined) return pageOf(deps, opened);
  const judged = await judgeAnswer(deps, { ...opened, values, now });
  const { answer, evidence } = judged;
  const taken = answer === undefined ? [] : await numberProblems(deps.store, ask, answer);
  const problems = [...judged.problems, ...taken];
  const code = await requireCode(deps, opened, {
    values,
    take: answer !== undefined && taken.length === 0,
    now,
  });
  if (code === 'locked') return pageOf(deps, { ...opened, barred: 'code-locked' });
  const all = [...problems, ...(typeof code === 'string' ? [] : code)];
  if (answer === undefined || all.length > 0)
    return pageOf(deps, opened, { attempt: { values, problems: all, evidence } });
  const recorded = await answerAsk(deps, {
    proposalId: ask.proposalId,
    askId: ask.id,
    answer,
    by,
    evidence,
    code: code === 'taken',
    known: { proposal: opened.proposal, asks: [ask, ...opened.asks], head: opened.head },
    now,
  });
  if (recorded.status === 'refused')
    return pageOf(deps, opened, { attempt: { values, problems: recorded.problems, evidence } });
  if (recorded.status === 'recorded' && recorded.deniedLate) await tellLateDenial(deps, opened.ask, now);
  // Whatever was recorded, by this answer or by a faster one, the page tells it.
  return backToPage(opened);
};
