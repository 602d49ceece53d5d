/** The part of a used page by which the person who answered takes the answer back. */
import type { AskForm, FormFields } from '#domain/asks/forms.ts';
import type { Problem } from '#domain/text/problem.ts';
import { cancelForm, problemSummary } from '#functions/web/form-fields.ts';
import { section } from '#functions/web/fragments.ts';
import { html, type Piece } from '#functions/web/markup.ts';
import { inBoth } from '#functions/web/page.ts';

export function cancellationPart(
  form: AskForm,
  attempt?: { values: FormFields; problems: readonly Problem[] },
): Piece {
  return section(form.title, [
    problemSummary(attempt?.problems ?? [], form),
    html`<p>${inBoth(form.question)}</p>`,
    cancelForm({
      form,
      values: attempt?.values ?? {},
      problems: attempt?.problems ?? [],
      members: [],
    }),
  ]);
}
