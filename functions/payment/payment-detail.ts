/** One payment of a run, for the treasurer who looks at it: the award and the papers that it rests on, and what was paid before. */
import { holderMatch } from '#domain/money/account-names.ts';
import { bankName } from '#domain/money/banks.ts';
import { maskedAccount } from '#domain/money/payee.ts';
import type { PaymentAttempt, PaymentState } from '#domain/money/payment.ts';
import { formatRupiah } from '#domain/money/rupiah.ts';
import { awardOf, contentOf, type Proposal, tranchesOf } from '#domain/proposal/proposal.ts';
import type { Paper } from '#domain/proposal/tranche.ts';
import { type Bilingual, both, writtenDate, writtenProblem } from '#domain/text/bilingual.ts';
import { problem } from '#domain/text/problem.ts';
import { jakartaDate } from '#domain/working-days.ts';
import type { RunPayment } from '#functions/store/runs.ts';
import type { Store } from '#functions/store/store.ts';
import { type Fact, factTable, section } from '#functions/web/fragments.ts';
import { html, type Piece } from '#functions/web/markup.ts';
import { inBoth } from '#functions/web/page.ts';
import { packOf } from '#programmes/index.ts';

/** Reads the proposal and its payments. */
export async function paymentDetail(
  { payments, proposals }: Pick<Store, 'payments' | 'proposals'>,
  { proposalId, endToEndId, tranche, amount, account, payee }: RunPayment,
): Promise<Piece> {
  const [proposal, attempts] = await Promise.all([proposals.get(proposalId), payments.list(proposalId)]);
  return section({ id: `Pembayaran ${endToEndId}`, en: `Payment ${endToEndId}` }, [
    factTable([
      [{ id: 'Kelompok', en: 'Group' }, payee.group],
      [{ id: 'Jumlah', en: 'Amount' }, formatRupiah(amount)],
      [
        { id: 'Rekening tujuan', en: 'Account' },
        `${bankName(account.bankCode)} – ${account.number} – ${account.holder}`,
      ],
      ...proposalFacts(proposal, tranche),
      ...warnings(proposal, account.holder),
    ]),
    html`<h3>${inBoth({ id: 'Semua pembayaran kelompok ini', en: 'All payments to this group' })}</h3>`,
    html`<ul>${attempts.map((attempt) => html`<li>${attemptText(attempt)}</li>`)}</ul>`,
  ]);
}

function proposalFacts(proposal: Proposal, number: number): Fact[] {
  const award = awardOf(proposal);
  const tranche = tranchesOf(proposal).find((each) => each.number === number);
  return [
    [{ id: 'Program', en: 'Programme' }, inBoth(packOf(proposal).name)],
    [{ id: 'Proposal', en: 'Proposal' }, proposal.id],
    [{ id: 'Tahap pencairan', en: 'Tranche' }, number],
    [{ id: 'SK', en: 'Decree (SK)' }, award?.sk.number],
    [{ id: 'PKS', en: 'Agreement (PKS)' }, award?.pks.number],
    [{ id: 'Jumlah bantuan', en: 'Amount awarded' }, award && formatRupiah(award.amount)],
    [both('SPP'), paperText(tranche?.spp)],
    [both('SPM'), paperText(tranche?.spm)],
    [both('SP2D'), paperText(tranche?.sp2d)],
  ];
}

function paperText(paper: Paper | undefined): Piece {
  return paper && [paper.number, ' – ', inBoth(writtenDate(paper.date))];
}

function warnings(proposal: Proposal, holder: string): Fact[] {
  const group = contentOf(proposal)?.group.name;
  const { accountClaimed } = proposal;
  return [
    [
      { id: 'Perhatikan nama pemilik', en: 'Mind the holder’s name' },
      group !== undefined &&
        holderMatch(holder, group) === 'near' &&
        inBoth(writtenProblem(problem('account-holder-near', '', { group }))),
    ],
    [
      { id: 'Perhatikan rekening', en: 'Mind the account' },
      accountClaimed &&
        inBoth(writtenProblem(problem('account-claimed-elsewhere', '', { by: accountClaimed.by }))),
    ],
  ];
}

function attemptText(attempt: PaymentAttempt): Piece {
  const { bankCode, number, holder } = maskedAccount(attempt.account);
  const day = writtenDate(jakartaDate(attempt.createdAt));
  return [
    `${attempt.endToEndId}: ${formatRupiah(attempt.amount)}, ${bankName(bankCode)} ${number} ${holder}, `,
    inBoth({
      id: `${stateNames[attempt.state].id}; dibuat ${day.id}`,
      en: `${stateNames[attempt.state].en}; made on ${day.en}`,
    }),
  ];
}

const stateNames: Record<PaymentState, Bilingual> = {
  planned: { id: 'direncanakan', en: 'planned' },
  ready: { id: 'menunggu kelompok bayar', en: 'waits for a run' },
  lapsed: { id: 'hangus, tahun anggaran berakhir', en: 'lapsed, the fiscal year is over' },
  gathered: { id: 'dalam kelompok bayar yang belum dilepas', en: 'in a run that is not released' },
  sent: { id: 'dikirim ke bank', en: 'sent to the bank' },
  accepted: { id: 'diterima bank', en: 'taken over by the bank' },
  settled: { id: 'dibayar', en: 'paid' },
  rejected: { id: 'ditolak bank', en: 'refused by the bank' },
  returned: { id: 'uang kembali', en: 'came back' },
  superseded: { id: 'tidak diperlukan lagi', en: 'not needed any more' },
};
