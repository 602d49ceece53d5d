/** The form by which the official who issued an SPP or SPM cancels it while the paper after it is still asked for. */
import type { AskForm, FormFields } from '#domain/asks/forms.ts';
import type { Problem } from '#domain/text/problem.ts';
import { cancelForm, problemSummary } from '#functions/web/form-fields.ts';
import { section } from '#functions/web/fragments.ts';
import { html, type Piece } from '#functions/web/markup.ts';
import { inBoth } from '#functions/web/page.ts';

export const cancellationForm: AskForm = {
  title: { id: 'Pembatalan', en: 'Cancellation' },
  question: {
    id: 'Selama surat berikutnya belum terbit, surat ini dapat dibatalkan. Dana yang sudah dicadangkan kembali saat itu juga, dan SPP diminta lagi dari awal; bila sudah terlalu sering, tahap ini tidak dibayarkan.',
    en: 'As long as the paper after it has not been issued, this one can be cancelled. Money that was reserved for it goes back at once, and the SPP is asked for anew; after too many times the tranche stays unpaid.',
  },
  outcome: 'cancelled',
  fields: [
    {
      name: 'cancelReason',
      type: 'paragraph',
      label: { id: 'Alasan pembatalan', en: 'Reason for cancelling' },
      required: true,
      maxLength: 2000,
    },
  ],
  submit: { id: 'Batalkan surat ini', en: 'Cancel this paper' },
};

export function cancellationPart(attempt?: { values: FormFields; problems: readonly Problem[] }): Piece {
  return section(cancellationForm.title, [
    problemSummary(attempt?.problems ?? [], cancellationForm),
    html`<p>${inBoth(cancellationForm.question)}</p>`,
    cancelForm({
      form: cancellationForm,
      values: attempt?.values ?? {},
      problems: attempt?.problems ?? [],
      members: [],
    }),
  ]);
}
