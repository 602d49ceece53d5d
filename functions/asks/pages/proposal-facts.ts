/** What a person needs to see of a proposal in order to answer: by the kind of ask, and no more than that. */

import type { Ask } from '#domain/asks/ask.ts';
import type { AskKind } from '#domain/asks/ask-kinds.ts';
import { documentName } from '#domain/asks/documents.ts';
import { depositBilling } from '#domain/asks/kinds/deposit-billing.ts';
import { depositCheck } from '#domain/asks/kinds/deposit-check.ts';
import { depositSlip } from '#domain/asks/kinds/deposit-slip.ts';
import { sp2d } from '#domain/asks/kinds/sp2d.ts';
import { spm } from '#domain/asks/kinds/spm.ts';
import { spp } from '#domain/asks/kinds/spp.ts';
import { roundOf } from '#domain/asks/paper-rules.ts';
import { formatRupiah, type Rupiah, sumRupiah } from '#domain/money/rupiah.ts';
import type { BankAccount, RabLine } from '#domain/packet/packet.ts';
import type { RulePack } from '#domain/programme.ts';
import type { Content } from '#domain/proposal/content.ts';
import { keptAmount } from '#domain/proposal/deposits.ts';
import {
  awardOf,
  contentOf,
  depositsOf,
  type Proposal,
  tranchesOf,
  verdictOf,
} from '#domain/proposal/proposal.ts';
import { receivedAmount } from '#domain/proposal/tranches.ts';
import { writtenDate, writtenMoment, writtenProblem } from '#domain/text/bilingual.ts';
import {
  membersFacts,
  objectionFacts,
  rejectionFacts,
  reviewFacts,
} from '#functions/asks/pages/review-facts.ts';
import { groupNameOf } from '#functions/notifications/recipients.ts';
import { handedInFor, lastAbout, paperOf, progressOf } from '#functions/payment/tranche-answers.ts';
import type { Download } from '#functions/web/downloads.ts';
import { type Fact, factTable, section, sentences } from '#functions/web/fragments.ts';
import { html, type Piece } from '#functions/web/markup.ts';
import { inBoth } from '#functions/web/page.ts';

export interface FactsOf {
  proposal: Proposal;
  pack: RulePack;
  ask: Ask;
  /** All asks of the proposal. */
  asks: readonly Ask[];
  /** Files that were handed in with an objection, for the official who decides on it. */
  downloads?: readonly Download[];
}

/** An account number as people who need not pay to it see it: the last four digits. */
export function maskAccount(number: string) {
  return `••••${number.slice(-4)}`;
}

/** Kinds for which the whole account number is needed, because the money goes there. */
const paying: ReadonlySet<AskKind> = new Set(['spp', 'spm', 'sp2d', 'bank-inquiry', 'account-correction']);
/** Kinds for which the holder judges the whole proposal. */
const judging: ReadonlySet<AskKind> = new Set(['membership-review', 'site-visit', 'approval', 'appeal']);

export function proposalFacts(of: FactsOf): Piece {
  const { ask, proposal } = of;
  const content = contentOf(proposal);
  if (ask.kind === 'correction') return [factTable(headFacts(of)), problemFacts(of)];
  const reviewed = aboutRejection.has(ask.kind) && [
    rejectionFacts(of),
    objectionFacts(of, of.downloads ?? []),
  ];
  // A packet that could not be read can be rejected, and objected to, all the same.
  if (content === undefined) return aboutRejection.has(ask.kind) && [factTable(headFacts(of)), reviewed];
  return [
    factTable([
      ...groupFacts(of, content),
      ...moneyFacts(of, content),
      ...followUpFacts(of),
      ...depositFacts(of),
    ]),
    problemFacts(of),
    ask.kind === 'muster-roll' && rollFacts(of, content),
    ask.kind === 'membership-review' && membersFacts(of, 'membership', content),
    ask.kind === 'receipt-review' && membersFacts(of, 'receipt', content),
    ask.kind === 'site-visit' && reviewFacts(of),
    reviewed,
    judging.has(ask.kind) && judgement(of, content),
  ];
}

/** Kinds that are about a rejection, so that it is shown. */
const aboutRejection: ReadonlySet<AskKind> = new Set(['objection', 'appeal']);

function headFacts({ proposal, pack, ask }: FactsOf): Fact[] {
  return [
    [{ id: 'Kelompok', en: 'Group' }, groupNameOf(proposal)],
    [{ id: 'Nomor proposal', en: 'Proposal number' }, proposal.id],
    [{ id: 'Program', en: 'Programme' }, inBoth(pack.name)],
    [{ id: 'Batas waktu', en: 'Answer by' }, inBoth(writtenMoment(ask.expiresAt))],
  ];
}

/** What has to be corrected, or handed in again. */
function problemFacts({ ask: { kind, problems } }: FactsOf): Piece {
  return (
    problems !== undefined &&
    section(
      {
        id: `Yang harus diperbaiki (${problems.length})`,
        en: `What has to be corrected (${problems.length})`,
      },
      // A paper is named by the sentence itself.
      sentences(
        problems.map((each) => writtenProblem(kind === 'tranche-documents' ? { ...each, where: '' } : each)),
      ),
    )
  );
}

function groupFacts(of: FactsOf, { group, members, plan, amountAsked }: Content): Fact[] {
  const leader = members.find(({ number }) => number === group.leader);
  const { assignee } = of.ask;
  const self =
    assignee.kind === 'member' ? members.find(({ number }) => number === assignee.number) : undefined;
  return [
    ...headFacts(of),
    [{ id: 'Nama Anda dalam proposal', en: 'Your name in the proposal' }, self?.name],
    [{ id: 'Ketua', en: 'Leader' }, leader?.name],
    [{ id: 'Alamat', en: 'Address' }, `${group.address} (${group.village})`],
    [{ id: 'Bidang usaha', en: 'Field of business' }, group.businessField],
    [{ id: 'Rencana', en: 'Plan' }, plan.title],
    [{ id: 'Jumlah anggota', en: 'Members' }, String(members.length)],
    [{ id: 'Jumlah yang diminta', en: 'Amount asked' }, formatRupiah(amountAsked)],
  ];
}

function showAccount(account: BankAccount, whole: boolean) {
  return `${account.bankCode} – ${whole ? account.number : maskAccount(account.number)} – ${account.holder}`;
}

/** The award, the tranche, the papers issued so far and the account, for asks about money. */
function moneyFacts({ proposal, pack, ask, asks }: FactsOf, content: Content): Fact[] {
  const tranche = ask.about.tranche;
  const award = awardOf(proposal);
  if (tranche === undefined || award === undefined) return [];
  const planned = tranchesOf(proposal).find(({ number }) => number === tranche);
  const progress = progressOf(asks, tranche);
  const round = roundOf(ask);
  const papers = [spp, spm, sp2d].flatMap((kind): Fact[] => {
    const paper = paperOf(asks, kind, tranche, ofRounds.has(ask.kind) ? round : undefined);
    return paper !== undefined
      ? [
          [
            { id: kind.name.toUpperCase(), en: kind.name.toUpperCase() },
            [paper.number, ' – ', inBoth(writtenDate(paper.date))],
          ],
        ]
      : [];
  });
  const name = pack.tranches[tranche - 1]?.name;
  return [
    [{ id: 'SK', en: 'Decree (SK)' }, award.sk.number],
    [{ id: 'PKS', en: 'Agreement (PKS)' }, award.pks.number],
    [{ id: 'Jumlah bantuan', en: 'Amount awarded' }, formatRupiah(award.amount)],
    [
      { id: 'Tahap pencairan', en: 'Tranche' },
      name === undefined ? String(tranche) : [`${tranche} – `, inBoth(name)],
    ],
    [{ id: 'Jumlah tahap ini', en: 'Amount of this tranche' }, planned && formatRupiah(planned.amount)],
    [
      { id: 'Kemajuan yang disyaratkan', en: 'Progress required' },
      planned && planned.requiredProgress > 0 && `${planned.requiredProgress} %`,
    ],
    [
      { id: 'Kemajuan dilaporkan', en: 'Progress reported' },
      progress === undefined ? undefined : `${progress} %`,
    ],
    [{ id: 'Rekening', en: 'Account' }, showAccount(content.account, paying.has(ask.kind))],
    ...papers,
    ...(ask.kind === 'tranche-documents' ? [] : documentFacts(asks, tranche)),
  ];
}

/** Kinds that are asked once in each round of a tranche, and speak of the papers of that round only. */
const ofRounds: ReadonlySet<AskKind> = new Set(['spp', 'spm', 'sp2d']);

function documentFacts(asks: readonly Ask[], tranche: number): Fact[] {
  const files = handedInFor(asks, tranche);
  if (files.length === 0) return [];
  const names = [...new Set(files.map(({ documentType }) => documentType))].map(documentName);
  return [[{ id: 'Dokumen yang diserahkan', en: 'Documents handed in' }, sentences(names)]];
}

function followUpFacts({ proposal, pack, ask }: FactsOf): Fact[] {
  if (ask.kind === 'training-session') {
    const topic = pack.training.sessions[(ask.about.session ?? 0) - 1]?.topic;
    return topic === undefined ? [] : [[{ id: 'Materi', en: 'Topic' }, inBoth(topic)]];
  }
  if (ask.kind === 'lpj' && (proposal.stage === 'follow-up' || proposal.stage === 'closed'))
    return [
      [{ id: 'Dana yang diterima', en: 'Money received' }, formatRupiah(receivedAmount(proposal))],
      [
        { id: 'Dana yang harus dipertanggungjawabkan', en: 'Money to account for' },
        depositsOf(proposal).length > 0 && formatRupiah(keptAmount(proposal)),
      ],
    ];
  return [];
}

/** What is to be deposited, why, by which code, and what the group says of it. */
function depositFacts({ proposal, ask, asks }: FactsOf): Fact[] {
  const { toDeposit, tranche, deposit } = ask.facts;
  if (!ask.kind.startsWith('deposit-') || deposit === undefined) return [];
  const billing = lastAbout(asks, depositBilling, deposit)?.answer;
  const slip = lastAbout(asks, depositSlip, deposit)?.answer;
  const check = lastAbout(asks, depositCheck, deposit)?.answer;
  const award = awardOf(proposal);
  const handedIn = ask.kind === 'deposit-check' && slip?.outcome === 'deposited' ? slip : undefined;
  const shown = ask.kind === 'deposit-billing' ? undefined : billing;
  return [
    [
      { id: 'Harus disetor ke kas negara', en: 'To deposit into kas negara' },
      toDeposit !== undefined && formatRupiah(toDeposit),
    ],
    [
      { id: 'Asal dana', en: 'Why' },
      tranche === undefined
        ? inBoth({ id: 'Sisa dana menurut LPJ', en: 'Left over, by the LPJ' })
        : inBoth({ id: `Ditarik kembali dari tahap ${tranche}`, en: `Recalled from tranche ${tranche}` }),
    ],
    [{ id: 'SK', en: 'Decree (SK)' }, award?.sk.number],
    [{ id: 'Kode billing', en: 'Billing code' }, shown?.billingCode],
    [
      { id: 'Kode billing berlaku sampai', en: 'The billing code can be paid until' },
      shown && inBoth(writtenDate(shown.expiresOn)),
    ],
    [{ id: 'NTPN', en: 'NTPN' }, handedIn?.ntpn],
    [
      { id: 'Tanggal setor', en: 'Date of the deposit' },
      handedIn && inBoth(writtenDate(handedIn.depositedOn)),
    ],
    [
      { id: 'Bukti setor sebelumnya ditolak', en: 'The slip before was refused' },
      ask.kind === 'deposit-slip' && check?.outcome === 'refused' && check.reason,
    ],
  ];
}

/** What a muster roll must fit: the works as they were planned, the roles, and the members by number and name. */
function rollFacts({ proposal, pack }: FactsOf, { members, plan }: Content): Piece {
  const { works } = pack;
  if (works === undefined || plan.works === undefined) return undefined;
  const award = awardOf(proposal);
  return [
    section(
      { id: 'Pekerjaan', en: 'Works' },
      factTable([
        [{ id: 'Hari kerja menurut rencana', en: 'Days of work in the plan' }, String(plan.works.days)],
        [{ id: 'Upah per hari', en: 'Wage a day' }, formatRupiah(plan.works.dayRate)],
        [{ id: 'Dihitung sejak', en: 'Counted from' }, award?.pks.date],
        [
          { id: 'Paling banyak hari kerja seminggu', en: 'Most days of work in a week' },
          String(works.maxDaysPerWeek),
        ],
        ...works.roles.map(
          ({ name, maxDayRate }): Fact => [
            { id: `Upah tertinggi ${name.id}`, en: `Highest wage of ${name.en}` },
            formatRupiah(maxDayRate),
          ],
        ),
      ]),
    ),
    section(
      { id: 'Anggota menurut nomor', en: 'Members by number' },
      html`<table>${members.map(
        ({ number, name }) => html`<tr><th scope="row">${number}</th><td>${name}</td></tr>`,
      )}</table>`,
    ),
  ];
}

/** What is needed to judge the whole: plan, RAB, members, hints of the checks, and what verification found. */
function judgement(of: FactsOf, content: Content): Piece {
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
    verification(of),
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

function verification({ proposal }: FactsOf): Piece {
  const verdict = verdictOf(proposal);
  const review = verdict?.membership?.review;
  const { returns } = proposal;
  return [
    verdict !== undefined &&
      section(
        { id: 'Hasil verifikasi', en: 'Result of the verification' },
        factTable([
          [
            { id: 'Anggota yang mengonfirmasi', en: 'Members who confirmed' },
            verdict.membership && `${verdict.membership.confirmed} / ${verdict.membership.of}`,
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
            verdict.siteVisit && inBoth(writtenDate(verdict.siteVisit.visitedOn)),
          ],
          [{ id: 'Dikunjungi oleh', en: 'Visited by' }, verdict.siteVisit?.by],
          [
            { id: 'Posisi', en: 'Position' },
            verdict.siteVisit?.latitude !== undefined &&
              `${verdict.siteVisit.latitude}, ${verdict.siteVisit.longitude ?? ''}`,
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
