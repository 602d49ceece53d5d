/** The page of a payment run: what would go to the bank, and the form by which it is released or held. */
import type { FormFields } from '#domain/asks/forms.ts';
import { codedReleaseOutcomes, releaseForm } from '#domain/money/payment-run.ts';
import { formatRupiah } from '#domain/money/rupiah.ts';
import { type Bilingual, writtenDate, writtenMoment } from '#domain/text/bilingual.ts';
import type { Problem } from '#domain/text/problem.ts';
import { jakartaDate } from '#domain/working-days.ts';
import type { OpenedRun } from '#functions/payment/opened-run.ts';
import type { HttpAnswer } from '#functions/runtime/handler.ts';
import type { RunPayment } from '#functions/store/runs.ts';
import { withCodeFor } from '#functions/web/code-field.ts';
import { answerForm, problemSummary } from '#functions/web/form-fields.ts';
import { type Fact, factTable, section } from '#functions/web/fragments.ts';
import { lastSegment } from '#functions/web/link.ts';
import { html, type Piece } from '#functions/web/markup.ts';
import { inBoth, page } from '#functions/web/page.ts';

/** @param attempt what was posted, when the form is shown again */
export function runPage(
  opened: OpenedRun,
  { payments, next }: { payments: readonly RunPayment[]; next: string | undefined },
  attempt?: { values: FormFields; problems: readonly Problem[] },
): HttpAnswer {
  const problems = attempt?.problems ?? [];
  const enrolled = opened.codes?.status === 'enrolled';
  const form = withCodeFor(releaseForm, codedReleaseOutcomes, enrolled);
  const closed = closedBecause(opened);
  const status = problems.length > 0 ? 422 : opened.run.state === 'gathered' && opened.barred ? 403 : 200;
  return page(status, form.title, [
    problemSummary(problems, form),
    closed ?? html`<p>${inBoth(form.question)}</p>`,
    factTable(runFacts(opened)),
    opened.files.map(fileFacts),
    closed === undefined &&
      section(
        { id: 'Keputusan', en: 'Decision' },
        answerForm({ form, values: attempt?.values ?? {}, problems, members: [] }),
      ),
    section({ id: 'Daftar pembayaran', en: 'List of payments' }, paymentTable(payments)),
    next !== undefined && nextPart(opened.path, next),
  ]);
}

/** What there is instead of a form, once there is nothing to decide or nothing that this reader may. */
function closedBecause({ run, now, barred }: OpenedRun): Piece {
  if (run.state === 'released') return note('done', released);
  if (run.state === 'withdrawn') return note('done', run.why === 'held' ? held : tooLate);
  if (now >= run.cutOffAt) return note('done', tooLate);
  return barred && note('problems', bars[barred]);
}

function note(kind: 'done' | 'problems', text: Bilingual): Piece {
  return html`<div class="${kind}" role="status"><p>${inBoth(text)}</p></div>`;
}

const released: Bilingual = {
  id: 'Pembayaran ini sudah dilepas ke bank.',
  en: 'These payments have been released to the bank.',
};
const held: Bilingual = {
  id: 'Pembayaran ini ditahan. Berkasnya tidak dikirim ke bank; pembayarannya siap untuk kelompok bayar berikutnya.',
  en: 'These payments were held. The files do not go to the bank; the payments are ready for the next run.',
};
const tooLate: Bilingual = {
  id: 'Batas waktu bank sudah lewat. Berkasnya tidak dikirim; pembayarannya siap untuk kelompok bayar berikutnya.',
  en: 'The bank’s cut-off has passed. The files are not sent; the payments are ready for the next run.',
};
const bars: Record<NonNullable<OpenedRun['barred']>, Bilingual> = {
  'not-asked': {
    id: 'Anda tidak (lagi) menjabat Bendahara Pengeluaran untuk seluruh wilayah, sehingga tidak dapat memutuskan.',
    en: 'You do not hold the office of treasurer for the whole country (any more), so you cannot decide.',
  },
  'four-eyes': {
    id: 'Anda sudah bertindak pada salah satu proposal yang dibayar, sehingga tidak boleh melepasnya (prinsip empat mata).',
    en: 'You have acted for one of the proposals that are paid, so you may not release it (four eyes).',
  },
  'code-locked': {
    id: 'Keputusan ini terkunci bagi Anda karena kode yang salah diberikan lima kali. Administrator program sudah diberi tahu dan dapat membukanya kembali.',
    en: 'This decision is locked for you because a wrong code was given five times. The programme’s administrator has been told and can unlock it.',
  },
};

function runFacts({ run, decidedBy }: OpenedRun): Fact[] {
  const decidedAt =
    run.state === 'released' ? run.releasedAt : run.state === 'withdrawn' ? run.withdrawnAt : undefined;
  return [
    [{ id: 'Nomor kelompok bayar', en: 'Payment run' }, run.id],
    [{ id: 'Tanggal pembayaran', en: 'Date of payment' }, inBoth(writtenDate(jakartaDate(run.startedAt)))],
    [{ id: 'Batas waktu bank', en: 'The bank’s cut-off' }, inBoth(writtenMoment(run.cutOffAt))],
    [{ id: 'Banyaknya pembayaran', en: 'Payments' }, run.count],
    [{ id: 'Jumlah', en: 'Sum' }, formatRupiah(run.sum)],
    [{ id: 'Diputuskan oleh', en: 'Decided by' }, decidedBy],
    [{ id: 'Waktu keputusan', en: 'Decided on' }, decidedAt && inBoth(writtenMoment(decidedAt))],
    [{ id: 'Alasan', en: 'Reason' }, run.state === 'withdrawn' ? run.reason : undefined],
  ];
}

function fileFacts({ rail, debitAccount, count, sum, sha256, key }: OpenedRun['files'][number]): Piece {
  return section(
    { id: `Berkas ${lastSegment(key)}`, en: `File ${lastSegment(key)}` },
    factTable([
      [{ id: 'Jalur', en: 'Rail' }, rail],
      [
        { id: 'Rekening yang didebit', en: 'Debit account' },
        `${debitAccount.number} (${debitAccount.bankCode})`,
      ],
      [{ id: 'Banyaknya', en: 'Payments' }, count],
      [{ id: 'Jumlah', en: 'Sum' }, formatRupiah(sum)],
      [{ id: 'SHA-256', en: 'SHA-256' }, html`<code>${sha256}</code>`],
    ]),
  );
}

function paymentTable(payments: readonly RunPayment[]): Piece {
  return html`<table><thead><tr><th scope="col">${inBoth({ id: 'Nomor pembayaran', en: 'Payment' })}</th><th scope="col">${inBoth({ id: 'Jumlah', en: 'Amount' })}</th></tr></thead><tbody>${payments.map(
    ({ endToEndId, amount }) =>
      html`<tr><td>${endToEndId}</td><td class="amount">${formatRupiah(amount)}</td></tr>`,
  )}</tbody></table>`;
}

function nextPart(path: string, next: string): Piece {
  return html`<p><a href="${lastSegment(path)}?setelah=${encodeURIComponent(next)}">${inBoth({
    id: 'Pembayaran berikutnya',
    en: 'More payments',
  })}</a></p>`;
}
