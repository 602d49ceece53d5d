/** What the pages of asks about a tranche show of it. */
import type { Ask } from '#domain/asks/ask.ts';
import { documentName } from '#domain/asks/documents.ts';
import { sp2d } from '#domain/asks/kinds/sp2d.ts';
import { spm } from '#domain/asks/kinds/spm.ts';
import { spp } from '#domain/asks/kinds/spp.ts';
import { holderMatch } from '#domain/money/account-names.ts';
import { maskAccount } from '#domain/money/account-text.ts';
import { bankName } from '#domain/money/banks.ts';
import { formatRupiah } from '#domain/money/rupiah.ts';
import type { BankAccount } from '#domain/packet/packet.ts';
import { accountChange } from '#domain/proposal/account-acceptance.ts';
import type { Content } from '#domain/proposal/content.ts';
import { awardOf, type Proposal, tranchesOf } from '#domain/proposal/proposal.ts';
import { writtenDate, writtenProblem } from '#domain/text/bilingual.ts';
import { problem } from '#domain/text/problem.ts';
import { jakartaDate } from '#domain/working-days.ts';
import type { ShownAsk } from '#functions/asks/behaviour.ts';
import { handedInFor, paperOf, progressOf } from '#functions/payment/tranche-answers.ts';
import { type Fact, sentences } from '#functions/web/fragments.ts';
import { inBoth } from '#functions/web/page.ts';

/** How much the page shows of a tranche. */
interface Shown {
  /** The whole account number, where the money goes by what is answered; otherwise its last digits. */
  account?: 'whole';
  /** The round whose papers are shown; those that were issued last, if absent. */
  round?: number | undefined;
  /** Not the names of the documents that were handed in, where just those are asked for. */
  documents?: false;
}

/** The award, the tranche, the papers that were issued so far and the account. @param number the tranche, from 1 */
export function trancheFacts(
  { proposal, pack, ask, asks, content }: ShownAsk,
  number: number,
  { account, round, documents }: Shown = {},
): Fact[] {
  const award = awardOf(proposal);
  if (award === undefined || content === undefined) return [];
  const planned = tranchesOf(proposal).find((each) => each.number === number);
  const progress = progressOf(asks, number);
  const name = pack.tranches[number - 1]?.name;
  return [
    [{ id: 'SK', en: 'Decree (SK)' }, award.sk.number],
    [{ id: 'PKS', en: 'Agreement (PKS)' }, award.pks.number],
    [{ id: 'Jumlah bantuan', en: 'Amount awarded' }, formatRupiah(award.amount)],
    [
      { id: 'Tahap pencairan', en: 'Tranche' },
      name === undefined ? String(number) : [`${number} – `, inBoth(name)],
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
    [{ id: 'Rekening', en: 'Account' }, accountText(content.account, account === 'whole')],
    // The group is not told of others.
    ...(ask.role === 'leader' ? [] : accountWarnings(proposal, content)),
    ...paperFacts(asks, number, round),
    ...(documents === false ? [] : documentFacts(asks, number)),
  ];
}

/** What the officials who request, order or make the payment must look at. */
function accountWarnings(proposal: Proposal, { account, group }: Content): Fact[] {
  const { accountClaimed } = proposal;
  const near = holderMatch(account.holder, group.name) === 'near';
  const change = accountChange(awardOf(proposal)?.account);
  return [
    [
      { id: 'Rekening diganti', en: 'The account was changed' },
      change && inBoth(writtenProblem(changeProblem(change))),
    ],
    [
      { id: 'Perhatikan nama pemilik', en: 'Mind the holder’s name' },
      near && inBoth(writtenProblem(problem('account-holder-near', '', { group: group.name }))),
    ],
    [
      { id: 'Perhatikan rekening', en: 'Mind the account' },
      accountClaimed &&
        inBoth(writtenProblem(problem('account-claimed-elsewhere', '', { by: accountClaimed.by }))),
    ],
  ];
}

function changeProblem({ from, at, acceptedBy }: NonNullable<ReturnType<typeof accountChange>>) {
  return problem('account-changed', '', {
    ...{ since: jakartaDate(at), by: acceptedBy },
    from: `${bankName(from.bankCode)} ${maskAccount(from.number)}`,
  });
}

function accountText({ bankCode, number, holder }: BankAccount, whole: boolean): string {
  return `${bankName(bankCode)} – ${whole ? number : maskAccount(number)} – ${holder}`;
}

/** SPP, SPM and SP2D, as far as they were issued. */
function paperFacts(asks: readonly Ask[], tranche: number, round: number | undefined): Fact[] {
  return [spp, spm, sp2d].map((kind): Fact => {
    const paper = paperOf(asks, kind, tranche, round);
    const name = kind.name.toUpperCase();
    return [{ id: name, en: name }, paper && [paper.number, ' – ', inBoth(writtenDate(paper.date))]];
  });
}

function documentFacts(asks: readonly Ask[], tranche: number): Fact[] {
  const files = handedInFor(asks, tranche);
  if (files.length === 0) return [];
  const names = [...new Set(files.map(({ documentType }) => documentType))].map(documentName);
  return [[{ id: 'Dokumen yang diserahkan', en: 'Documents handed in' }, sentences(names)]];
}
