/** The proposal as an official sees it who judges the whole of it. */
import { bankName } from '#domain/money/banks.ts';
import { formatRupiah, type Rupiah, sumRupiah } from '#domain/money/rupiah.ts';
import type { RabLine } from '#domain/packet/packet.ts';
import type { Content } from '#domain/proposal/content.ts';
import { findingsOf, type Proposal } from '#domain/proposal/proposal.ts';
import { writtenDate, writtenProblem } from '#domain/text/bilingual.ts';
import { problem } from '#domain/text/problem.ts';
import type { ShownAsk } from '#functions/asks/behaviour.ts';
import { factTable, section, sentences } from '#functions/web/fragments.ts';
import { html, type Piece } from '#functions/web/markup.ts';
import { inBoth } from '#functions/web/page.ts';

/** Plan, RAB, members, hints of the checks, and what verification found. */
export function wholeProposal({ proposal, content }: ShownAsk): Piece {
  if (content === undefined) return undefined;
  return [
    section({ id: 'Ringkasan rencana', en: 'Summary of the plan' }, [
      html`<p>${content.plan.summary}</p>`,
      content.plan.works !== undefined &&
        factTable([
          [{ id: 'Pekerjaan', en: 'Works' }, content.plan.works.description],
          [
            { id: 'Hari × pekerja × upah', en: 'Days × workers × day rate' },
            `${content.plan.works.days} × ${content.plan.works.workers} × ${formatRupiah(content.plan.works.dayRate)}`,
          ],
        ]),
    ]),
    section(
      { id: 'Rencana Anggaran Biaya (RAB)', en: 'Budget (RAB)' },
      rabTable(content.rab, content.amountAsked),
    ),
    section({ id: 'Anggota', en: 'Members' }, memberTable(content)),
    section(
      { id: 'Lampiran', en: 'Attachments' },
      html`<ul>${content.attachments.map(({ name, type }) => html`<li>${type}: ${name}</li>`)}</ul>`,
    ),
    content.warnings.length > 0 &&
      section(
        { id: 'Catatan pemeriksaan otomatis', en: 'Notes of the automatic checks' },
        sentences(content.warnings.map(writtenProblem)),
      ),
    verification(proposal),
    // Last, next to the bank's letter where there is a decision about it.
    section({ id: 'Rekening', en: 'Account' }, accountFacts(proposal, content)),
  ];
}

/** Where the money would go, whole, to be compared with the bank's letter; and that another proposal gave the same account. */
function accountFacts({ accountClaimed }: Proposal, { account }: Content): Piece {
  return [
    factTable([
      [{ id: 'Bank', en: 'Bank' }, bankName(account.bankCode)],
      [{ id: 'Nomor rekening', en: 'Account number' }, account.number],
      [{ id: 'Atas nama', en: 'Account holder' }, account.holder],
    ]),
    accountClaimed !== undefined &&
      sentences([writtenProblem(problem('account-claimed-elsewhere', '', { by: accountClaimed.by }))]),
  ];
}

const categories: Record<RabLine['category'], { id: string; en: string }> = {
  material: { id: 'Bahan', en: 'Material' },
  labour: { id: 'Upah', en: 'Labour' },
  other: { id: 'Lain-lain', en: 'Other' },
};

/** Lines that are shown one by one; the sums are over all. */
const shownLines = 40;

function rabTable(rab: readonly RabLine[], total: Rupiah): Piece {
  const sumOf = (category: RabLine['category']) =>
    sumRupiah(rab.filter((line) => line.category === category).map((line) => line.total));
  const lines = rab
    .slice(0, shownLines)
    .map(
      (line) =>
        html`<tr><td>${line.item}</td><td>${line.quantity} ${line.unit}</td><td class="amount">${formatRupiah(line.total)}</td></tr>`,
    );
  const sums = (['material', 'labour', 'other'] as const)
    .filter((category) => sumOf(category) > 0)
    .map(
      (category) =>
        html`<tr><th scope="row" colspan="2">${inBoth(categories[category])}</th><td class="amount">${formatRupiah(sumOf(category))}</td></tr>`,
    );
  return html`<table>${lines}${sums}<tr><th scope="row" colspan="2">${inBoth({ id: 'Jumlah', en: 'Total' })}</th><td class="amount">${formatRupiah(total)}</td></tr></table>${
    rab.length > shownLines && html`<p class="note">+ ${rab.length - shownLines}</p>`
  }`;
}

function memberTable({ members }: Content): Piece {
  return html`<table>${members.map(
    ({ number, name, nikMasked }) => html`<tr><td>${number}</td><td>${name}</td><td>${nikMasked}</td></tr>`,
  )}</table>`;
}

function verification(proposal: Proposal): Piece {
  const findings = findingsOf(proposal);
  const review = findings?.membership?.review;
  const { returns } = proposal;
  return [
    findings !== undefined &&
      section(
        { id: 'Hasil verifikasi', en: 'Result of the verification' },
        factTable([
          [
            { id: 'Anggota yang mengonfirmasi', en: 'Members who confirmed' },
            findings.membership && `${findings.membership.confirmed} / ${findings.membership.of}`,
          ],
          [
            {
              id: 'Penyangkalan yang dinilai keliru',
              en: 'Denials found to be a mistake',
            },
            review && `${review.denied} – ${review.by}: ${review.reason}`,
          ],
          [
            { id: 'Tanggal kunjungan', en: 'Date of the visit' },
            findings.siteVisit && inBoth(writtenDate(findings.siteVisit.visitedOn)),
          ],
          [{ id: 'Dikunjungi oleh', en: 'Visited by' }, findings.siteVisit?.by],
          [
            { id: 'Posisi', en: 'Position' },
            findings.siteVisit?.latitude !== undefined &&
              `${findings.siteVisit.latitude}, ${findings.siteVisit.longitude ?? ''}`,
          ],
        ]),
      ),
    returns.length > 0 &&
      section(
        { id: 'Pernah dikembalikan', en: 'Returned before' },
        html`<ul>${returns.map(({ by, reason }) => html`<li>${by}: ${reason}</li>`)}</ul>`,
      ),
  ];
}
