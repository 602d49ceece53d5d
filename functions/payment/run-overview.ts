/** What the page of a payment run shows: when it ends, what became of it, its files with their hashes, and its payments. */
import type { PaymentRun } from '#domain/money/payment-run.ts';
import type { RunFile } from '#domain/money/run-file.ts';
import { formatRupiah } from '#domain/money/rupiah.ts';
import { type Bilingual, writtenDate, writtenMoment } from '#domain/text/bilingual.ts';
import { jakartaDate } from '#domain/working-days.ts';
import type { Shown } from '#functions/asks/behaviour.ts';
import { heldSection } from '#functions/payment/held-overview.ts';
import type { RunPayment } from '#functions/store/runs.ts';
import type { Store } from '#functions/store/store.ts';
import { type Fact, factTable, section } from '#functions/web/fragments.ts';
import { lastSegment } from '#functions/web/link.ts';
import { html, type Piece } from '#functions/web/markup.ts';
import { inBoth } from '#functions/web/page.ts';

/** The maximum of payments on one page. */
const paymentsOnPage = 200;

/** Reads only. */
export async function runOverview(
  store: Pick<Store, 'bankItems' | 'payments' | 'runs'>,
  { run, path, now, part }: Shown<'payment-run'>,
  atOnce = paymentsOnPage,
): Promise<Piece> {
  // A key of another partition, or of no item, only begins elsewhere: the query is this run's alone.
  const after = part?.startsWith('ITEM#') === true ? part : undefined;
  const { runs } = store;
  const [files, { payments, next }] = await Promise.all([
    runs.files(run.id),
    runs.paymentsAfter(run.id, after, atOnce),
  ]);
  const became = becameOf(run, now);
  return [
    became && html`<div class="done" role="status"><p>${inBoth(became)}</p></div>`,
    factTable(runFacts(run)),
    files.map(fileFacts),
    await heldSection(store, run, payments),
    section({ id: 'Daftar pembayaran', en: 'List of payments' }, paymentTable(payments)),
    next !== undefined && nextPart(path, next),
  ];
}

/** What became of it; undefined while it can be decided about. */
function becameOf(run: PaymentRun, now: string): Bilingual | undefined {
  if (run.state === 'released') return released;
  if (run.state === 'withdrawn') return run.why === 'held' ? held : tooLate;
  return now >= run.cutOffAt ? tooLate : undefined;
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

function runFacts(run: PaymentRun): Fact[] {
  return [
    [{ id: 'Nomor kelompok bayar', en: 'Payment run' }, run.id],
    [{ id: 'Tanggal pembayaran', en: 'Date of payment' }, inBoth(writtenDate(jakartaDate(run.startedAt)))],
    [{ id: 'Batas waktu bank', en: 'The bank’s cut-off' }, inBoth(writtenMoment(run.cutOffAt))],
    [{ id: 'Banyaknya pembayaran', en: 'Payments' }, run.count],
    [{ id: 'Jumlah', en: 'Sum' }, formatRupiah(run.sum)],
  ];
}

function fileFacts({ rail, debitAccount, count, sum, sha256, key }: RunFile): Piece {
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
