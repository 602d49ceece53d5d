/** A posted cancellation of an SPP or SPM becomes a recorded one, or the same page with what is wrong. */
import * as z from 'zod';
import { type FormFields, readByForm } from '#domain/answers.ts';
import { reasonField } from '#domain/form-values.ts';
import { type Problem, problem } from '#domain/problem.ts';
import { cancelPaper } from '#functions/people/cancel-paper.ts';
import type { OpenedLink } from '#functions/people/opened-link.ts';
import { type PageDeps, pageOf } from '#functions/people/pages/ask-page.ts';
import { cancellationForm } from '#functions/people/pages/cancellation.ts';
import { backToPage } from '#functions/people/pages/page.ts';
import type { AnswerDeps } from '#functions/people/record-answer.ts';
import type { HttpAnswer } from '#functions/shared/handler.ts';
import type { Store } from '#functions/store/store.ts';

const schema = z.object({ cancelReason: reasonField() });

/** Whether the form is the one that cancels: it has a field that no other has. */
export const isCancellation = (values: FormFields): boolean => 'cancelReason' in values;

export const takeCancellation = async (
  deps: PageDeps & AnswerDeps & { store: Pick<Store, 'budgets'> & PageDeps['store'] & AnswerDeps['store'] },
  opened: OpenedLink,
  { values, now }: { values: FormFields; now: string },
): Promise<HttpAnswer> => {
  const { ask, by } = opened;
  const again = (problems: Problem[]) =>
    pageOf(deps, opened, { attempt: { values, problems, evidence: [] } });
  const read = readByForm(cancellationForm, schema, values);
  if (read.answer === undefined) return again(read.problems);
  const cancelled =
    by.kind === 'person' &&
    opened.barred === undefined &&
    (await cancelPaper(deps, {
      proposalId: ask.proposalId,
      askId: ask.id,
      personId: by.id,
      reason: read.answer.cancelReason,
      now,
    }));
  return cancelled ? backToPage(opened) : again([problem('paper-not-cancellable', '')]);
};
