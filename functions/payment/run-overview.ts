/**
 * What the page of a payment run shows: when it ends, what became of it, its files with their hashes, what goes to each bank, and who
 * gets how much where, with what is other than at the payment before.
 *
 * All rows are in the run's own partition, as they were when it was gathered; one proposal is read where one payment is looked at.
 */
import { bankName } from '#domain/money/banks.ts';
import { isChanged, type MaskedAccount, type Payee } from '#domain/money/payee.ts';
import type { Freed } from '#domain/money/payment.ts';
import { isFileOf, type PaymentRun, withoutHeld } from '#domain/money/payment-run.ts';
import type { RunFile } from '#domain/money/run-file.ts';
import { formatRupiah } from '#domain/money/rupiah.ts';
import { type Bilingual, both, writtenDate, writtenMoment } from '#domain/text/bilingual.ts';
import { jakartaDate } from '#domain/working-days.ts';
import type { OverviewPorts, Shown } from '#functions/asks/behaviour.ts';
import { heldSection } from '#functions/payment/held-overview.ts';
import { paymentDetail } from '#functions/payment/payment-detail.ts';
import { isAltered } from '#functions/payment/prepared-files.ts';
import { readView, type View, viewAddress } from '#functions/payment/run-view.ts';
import type { RunPayment } from '#functions/store/runs.ts';
import { type Download, downloadLink, signedDownloads } from '#functions/web/downloads.ts';
import { answerFormId } from '#functions/web/form-fields.ts';
import { type Fact, factTable, section } from '#functions/web/fragments.ts';
import { lastSegment } from '#functions/web/link.ts';
import { html, type Piece } from '#functions/web/markup.ts';
import { inBoth } from '#functions/web/page.ts';

/** Payments on one page: what a person looks through on a telephone without losing the place. */
const paymentsOnPage = 50;

/** Reads only. */
export async function runOverview(
  ports: OverviewPorts,
  shown: Shown<'payment-run'>,
  atOnce = paymentsOnPage,
): Promise<Piece> {
  const { run, path, now } = shown;
  const { runs } = ports.store;
  const view = readView(shown.part);
  const [written, members] = await Promise.all([runs.files(run.id), runs.payments(run.id)]);
  const files = written.filter((file) => isFileOf(run, file));
  const payments = withoutHeld(run, members);
  const names = await namesOf(ports, payments);
  const one = view.of === 'payment' && payments.find(({ endToEndId }) => endToEndId === view.endToEndId);
  const matching = payments.filter((payment) => isShown(payment, view));
  const from = view.of === 'payment' ? 0 : view.from;
  const part = matching.slice(from, from + atOnce);
  const became = becameOf(run, now);
  return [
    became && html`<div class="done" role="status"><p>${inBoth(became)}</p></div>`,
    one && (await paymentDetail(ports.store, one)),
    factTable(runFacts(run)),
    await Promise.all(files.map((file) => fileFacts(ports, shown, file))),
    section({ id: 'Jumlah per bank', en: 'Sums by bank' }, bankTable(run, path)),
    await heldSection(ports.store, run, part),
    section(
      titleOf(view),
      paymentList(payments, part, {
        canHold: shown.canAnswer,
        matching: matching.length,
        view,
        path,
        names,
        atOnce,
      }),
    ),
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

/** The file with its hash, to be fetched at the version that the record names; or that another lies in its place. */
async function fileFacts(
  { s3, bankBucket }: OverviewPorts,
  { run, mayFetch }: Shown<'payment-run'>,
  file: RunFile,
): Promise<Piece> {
  const { rail, debitAccount, count, sum, sha256, key, prepared, list } = file;
  const altered = run.state === 'gathered' && (await isAltered({ s3, bankBucket }, file));
  const [bytes, rows] = mayFetch ? await signedDownloads(s3, bankBucket, [prepared, list]) : [];
  return section({ id: `Berkas ${lastSegment(key)}`, en: `File ${lastSegment(key)}` }, [
    altered && html`<div class="problems" role="alert"><p>${inBoth(exchanged)}</p></div>`,
    factTable([
      [{ id: 'Jalur', en: 'Rail' }, rail],
      [
        { id: 'Rekening yang didebit', en: 'Debit account' },
        `${bankName(debitAccount.bankCode)} – ${debitAccount.number}`,
      ],
      [{ id: 'Banyaknya', en: 'Payments' }, count],
      [{ id: 'Jumlah', en: 'Sum' }, formatRupiah(sum)],
      [both('SHA-256'), html`<code>${sha256}</code>`],
      [{ id: 'Berkas untuk bank', en: 'File for the bank' }, bytes && link(bytes, openFile)],
      [{ id: 'Daftar pembayaran', en: 'List of payments' }, rows && link(rows, openList)],
    ]),
  ]);
}

const exchanged: Bilingual = {
  id: 'Di tempat berkas ini terdapat berkas lain, yang tidak ditulis oleh Jaring. Kelompok bayar ini tidak dapat dilepas. Tahan, dan beri tahu administrator program.',
  en: 'Another file lies in the place of this one, which Jaring did not write. This run cannot be released. Hold it, and tell the programme’s administrator.',
};
const openFile: Bilingual = { id: 'Unduh berkas', en: 'Fetch the file' };
const openList: Bilingual = { id: 'Unduh daftar (CSV)', en: 'Fetch the list (CSV)' };

function link(download: Download, text: Bilingual): Piece {
  return downloadLink(download, inBoth(text));
}

function bankTable({ banks }: PaymentRun, path: string): Piece {
  const rows = banks.map(
    ({ bankCode, count, sum }) =>
      html`<tr><td><a href="${viewAddress(path, { of: 'bank', bankCode, from: 0 })}">${bankName(bankCode)}</a> (${count})</td><td class="amount">${formatRupiah(sum)}</td></tr>`,
  );
  return html`<table><thead><tr><th scope="col">${inBoth({ id: 'Bank (banyaknya)', en: 'Bank (payments)' })}</th><th scope="col">${inBoth({ id: 'Jumlah', en: 'Sum' })}</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function titleOf(view: View): Bilingual {
  switch (view.of) {
    case 'bank': {
      const name = bankName(view.bankCode);
      return { id: `Daftar pembayaran: ${name}`, en: `List of payments: ${name}` };
    }
    case 'changed':
      return { id: 'Rekening yang berubah', en: 'Accounts that changed' };
    default:
      return { id: 'Daftar pembayaran', en: 'List of payments' };
  }
}

function isShown({ account, payee }: RunPayment, view: View): boolean {
  if (view.of === 'bank') return account.bankCode === view.bankCode;
  return view.of !== 'changed' || isChanged(payee);
}

/** A part of the list, with links to what else can be looked at. */
function paymentList(
  payments: readonly RunPayment[],
  part: readonly RunPayment[],
  {
    matching,
    view,
    path,
    names,
    atOnce,
    canHold,
  }: { matching: number; view: View; path: string; names: Names; atOnce: number; canHold: boolean },
): Piece {
  const changed = payments.filter(({ payee }) => isChanged(payee)).length;
  const first = payments.filter(({ payee }) => payee.before === undefined).length;
  const whole = view.of === 'bank' || view.of === 'changed';
  return [
    factTable([
      [
        { id: 'Pembayaran pertama bagi kelompok', en: 'First payments to their group' },
        html`<span class="whole">${first}</span>`,
      ],
      [
        {
          id: 'Rekening berubah sejak pembayaran sebelumnya',
          en: 'Accounts changed since the payment before',
        },
        changed === 0
          ? '0'
          : html`<a class="whole" href="${viewAddress(path, { of: 'changed', from: 0 })}">${changed}</a>`,
      ],
    ]),
    whole &&
      html`<p><a href="${viewAddress(path, { of: 'all', from: 0 })}">${inBoth({ id: 'Semua pembayaran', en: 'All payments' })}</a></p>`,
    html`<table class="payments"><thead><tr>${heads.map((head) => html`<th scope="col">${inBoth(head)}</th>`)}</tr></thead>${part.map(
      (payment) => paymentRows(payment, path, names, canHold),
    )}</table>`,
    view.of !== 'payment' && turnPages(matching, { view, path, atOnce }),
  ];
}

const heads: readonly Bilingual[] = [
  { id: 'Kelompok', en: 'Group' },
  { id: 'Rekening tujuan', en: 'Account' },
  { id: 'Jumlah', en: 'Amount' },
];

function paymentRows(
  { endToEndId, proposalId, tranche, amount, account, payee, freed }: RunPayment,
  path: string,
  names: Names,
  canHold: boolean,
): Piece {
  const address = viewAddress(path, { of: 'payment', endToEndId });
  return html`<tbody><tr><td><strong>${payee.group}</strong><br><a href="${address}">${proposalId}</a>, ${inBoth({ id: `tahap ${tranche}`, en: `tranche ${tranche}` })}<span class="note">${endToEndId}</span>${canHold && tick(endToEndId)}</td><td>${bankName(account.bankCode)}<br>${account.number}<br>${account.holder}</td><td class="amount">${formatRupiah(amount)}</td></tr><tr class="since"><td colspan="3">${sinceBefore(account, payee, names)}${freed && html`<strong>${inBoth(freedText(freed, names))}</strong>`}</td></tr></tbody>`;
}

/** Holds the payment, together with the form of the answer. */
function tick(endToEndId: string): Piece {
  return html`<label class="tick"><input type="checkbox" form="${answerFormId}" name="payments" value="${endToEndId}"> ${inBoth({ id: 'Tahan', en: 'Hold' })}</label>`;
}

/** That a treasurer had held it before. */
function freedText({ heldBy, reason, since, at, by }: Freed, names: Names): Bilingual {
  const who = names.get(heldBy) ?? heldBy;
  const freer = by === undefined ? undefined : (names.get(by) ?? by);
  const [from, until] = [writtenMoment(since), writtenMoment(at)];
  return {
    id: `Pernah ditahan oleh ${who} sejak ${from.id}: ${reason}. ${freer === undefined ? 'Tidak diputuskan sampai batas waktu' : `Dibebaskan oleh ${freer}`}, ${until.id}.`,
    en: `It was held by ${who} from ${from.en}: ${reason}. ${freer === undefined ? 'Nobody decided by the deadline' : `Freed by ${freer}`}, ${until.en}.`,
  };
}

/** What is other than at the payment before. */
function sinceBefore(account: MaskedAccount, { before }: Payee, names: Names): Piece {
  if (before === undefined)
    return inBoth({ id: 'Pembayaran pertama bagi kelompok ini', en: 'The first payment to this group' });
  const { endToEndId, changed, at, acceptedBy } = before;
  if (changed.length === 0)
    return inBoth({
      id: `Rekening sama seperti pada ${endToEndId}`,
      en: `The same account as in ${endToEndId}`,
    });
  const parts = [
    changed.includes('bank') && `${bankName(before.account.bankCode)} → ${bankName(account.bankCode)}`,
    changed.includes('number') && `${before.account.number} → ${account.number}`,
    changed.includes('holder') && `${before.account.holder} → ${account.holder}`,
  ].filter((part) => part !== false);
  const when = at === undefined ? undefined : writtenMoment(at);
  const who = acceptedBy === undefined ? undefined : (names.get(acceptedBy) ?? acceptedBy);
  const sentence = (lead: string, given: string, accepted: string, day: string | undefined) =>
    [
      `${lead} ${endToEndId}: ${parts.join('; ')}.`,
      ...(day === undefined ? [] : [`${given} ${day}.`]),
      ...(who === undefined ? [] : [`${accepted} ${who}.`]),
    ].join(' ');
  return html`<strong>${inBoth({
    id: sentence('Berubah sejak', 'Diberikan kelompok', 'Diterima oleh', when?.id),
    en: sentence('Changed since', 'Given by the group', 'Accepted by', when?.en),
  })}</strong>`;
}

function turnPages(
  count: number,
  { view, path, atOnce }: { view: Exclude<View, { of: 'payment' }>; path: string; atOnce: number },
): Piece {
  const { from } = view;
  const until = Math.min(from + atOnce, count);
  const to = (start: number, text: Bilingual) =>
    html`<li><a href="${viewAddress(path, { ...view, from: start })}">${inBoth(text)}</a></li>`;
  return html`<p>${inBoth({
    id: `${count === 0 ? 0 : from + 1}–${until} dari ${count}`,
    en: `${count === 0 ? 0 : from + 1}–${until} of ${count}`,
  })}</p><ul class="row">${from > 0 && to(Math.max(0, from - atOnce), { id: 'Sebelumnya', en: 'Previous' })}${
    until < count && to(until, { id: 'Berikutnya', en: 'Next' })
  }</ul>`;
}

/** People of the directory by their ids. */
type Names = ReadonlyMap<string, string>;

async function namesOf({ store }: OverviewPorts, payments: readonly RunPayment[]): Promise<Names> {
  const ids = new Set(
    payments.flatMap(({ payee, freed }) =>
      [payee.before?.acceptedBy, freed?.heldBy, freed?.by].filter((id) => id !== undefined),
    ),
  );
  const people = await Promise.all([...ids].map((id) => store.people.get(id, 'eventual')));
  return new Map(people.flatMap((person) => (person === undefined ? [] : [[person.id, person.name]])));
}
