/** A posted cancellation of an answer becomes a recorded one, or the same page with what is wrong. */

import * as z from 'zod';
import { readByForm } from '#domain/asks/answers.ts';
import { reasonField } from '#domain/asks/form-values.ts';
import type { FormFields } from '#domain/asks/forms.ts';
import { type Problem, problem } from '#domain/text/problem.ts';
import type { OpenedAsk } from '#functions/asks/ask-context.ts';
import { behaviourOf } from '#functions/asks/behaviour.ts';
import { type PageDeps, pageOf } from '#functions/asks/pages/ask-page.ts';
import { type AnswerDeps, resumeExecution } from '#functions/asks/record-answer.ts';
import type { HttpAnswer } from '#functions/runtime/handler.ts';
import type { Store } from '#functions/store/store.ts';
import { backToPage } from '#functions/web/page.ts';

const schema = z.object({ cancelReason: reasonField() });

/** Whether the form is the one that cancels: it has a field that no other has. */
export function isCancellation(values: FormFields): boolean {
  return 'cancelReason' in values;
}

export async function submitCancellation(
  deps: PageDeps & AnswerDeps & { store: Pick<Store, 'budgets'> & PageDeps['store'] & AnswerDeps['store'] },
  opened: OpenedAsk,
  { values, now }: { values: FormFields; now: string },
): Promise<HttpAnswer> {
  const { ask, by } = opened;
  const again = (problems: Problem[]) =>
    pageOf(deps, opened, { attempt: { values, problems, evidence: [] } });
  const { cancellation } = behaviourOf(ask.kind);
  if (cancellation === undefined) return again([notCancellable]);
  const read = readByForm(cancellation.form, schema, values);
  if (read.answer === undefined) return again(read.problems);
  if (by.kind !== 'person' || opened.barred !== undefined) return again([notCancellable]);
  const ended = await cancellation.record(deps.store, {
    proposalId: ask.subject.id,
    askId: ask.id,
    personId: by.id,
    reason: read.answer.cancelReason,
    now,
  });
  if (ended === undefined) return again([notCancellable]);
  await resumeExecution(deps, ended, now);
  return backToPage(opened);
}

const notCancellable = problem('paper-not-cancellable', '');
