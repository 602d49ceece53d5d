/** What the pages of asks about a deposit show of it. */

import type { Answer } from '#domain/asks/ask-kinds.ts';
import { depositBilling } from '#domain/asks/kinds/deposit-billing.ts';
import { formatRupiah } from '#domain/money/rupiah.ts';
import { awardOf } from '#domain/proposal/proposal.ts';
import { writtenDate } from '#domain/text/bilingual.ts';
import type { ShownAsk } from '#functions/asks/behaviour.ts';
import { lastAbout } from '#functions/payment/tranche-answers.ts';
import type { Fact } from '#functions/web/fragments.ts';
import { inBoth } from '#functions/web/page.ts';

/** What is to be deposited, and why. */
export function depositFacts({ proposal, ask }: ShownAsk): Fact[] {
  const { toDeposit, tranche } = ask.facts;
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
    [{ id: 'SK', en: 'Decree (SK)' }, awardOf(proposal)?.sk.number],
  ];
}

/** The code by which it is paid. @param deposit its number */
export function billingFacts({ asks }: ShownAsk, deposit: number): Fact[] {
  const billing = lastAbout(asks, depositBilling, deposit)?.answer;
  return [
    [{ id: 'Kode billing', en: 'Billing code' }, billing?.billingCode],
    [
      { id: 'Kode billing berlaku sampai', en: 'The billing code can be paid until' },
      billing && inBoth(writtenDate(billing.expiresOn)),
    ],
  ];
}

/** What the group says of its payment. */
export function slipFacts(slip: Answer<'deposit-slip'> | undefined): Fact[] {
  if (slip?.outcome !== 'deposited') return [];
  return [
    [{ id: 'NTPN', en: 'NTPN' }, slip.ntpn],
    [{ id: 'Tanggal setor', en: 'Date of the deposit' }, inBoth(writtenDate(slip.depositedOn))],
  ];
}
