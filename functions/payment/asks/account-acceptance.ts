/** The PPK accepts another account of the group's, or sends it back: only then are papers drafted that name it. */

import { documentName } from '#domain/asks/documents.ts';
import { holderMatch } from '#domain/money/account-names.ts';
import { maskAccount } from '#domain/money/account-text.ts';
import { bankName } from '#domain/money/banks.ts';
import { acceptAccount, refuseAccount } from '#domain/proposal/tranche-payment.ts';
import { inPayment } from '#domain/proposal/tranches.ts';
import { writtenProblem } from '#domain/text/bilingual.ts';
import { problem } from '#domain/text/problem.ts';
import type { Behaviour } from '#functions/asks/behaviour.ts';
import { AccountNotCorrected, givenAccount } from '#functions/payment/tranche-answers.ts';
import { trancheFacts } from '#functions/payment/tranche-facts.ts';
import { inBoth } from '#functions/web/page.ts';

export const accountAcceptance: Behaviour<'account-acceptance'> = {
  restsOn: ({ ask: { about }, asks }) =>
    (givenAccount(asks, about)?.letters ?? []).map((letter) => ({
      ...letter,
      name: documentName(letter.documentType),
    })),
  // A mark of before is about another account.
  facts: ({ proposal: { accountClaimed }, ask: { about }, asks }) => {
    const given = givenAccount(asks, about);
    return {
      accountClaimed: accountClaimed !== undefined && given !== undefined && accountClaimed.at >= given.at,
    };
  },
  page: {
    facts: (shown) => {
      const { ask, asks, content } = shown;
      const given = givenAccount(asks, ask.about)?.account;
      if (given === undefined || content === undefined) return [];
      const { account: old, group } = content;
      const near = holderMatch(given.holder, group.name) === 'near';
      return [
        ...trancheFacts(shown, ask.about.tranche, { documents: false }),
        [
          { id: 'Rekening lama', en: 'Old account' },
          `${bankName(old.bankCode)} – ${maskAccount(old.number)} – ${old.holder}`,
        ],
        [{ id: 'Bank baru', en: 'New bank' }, bankName(given.bankCode)],
        [{ id: 'Nomor rekening baru', en: 'New account number' }, given.number],
        [{ id: 'Atas nama', en: 'Account holder' }, given.holder],
        [
          { id: 'Perhatikan nama pemilik baru', en: 'Mind the new holder’s name' },
          near && inBoth(writtenProblem(problem('account-holder-near', '', { group: group.name }))),
        ],
      ];
    },
  },
  async consequences(store, { proposal, ask, answer, by, now }) {
    if (by.kind !== 'person') return {};
    const payable = inPayment(proposal, 'have its account accepted');
    const { tranche, attempt } = ask.about;
    if (answer.outcome === 'refused') return refuseAccount(payable, ask.about, answer.reason, now);
    const given = givenAccount(await store.asks.bySubject(proposal.id), ask.about);
    if (given === undefined) throw new AccountNotCorrected(proposal.id, tranche, attempt);
    const [letter] = given.letters;
    const { versionId, sha256 } = letter ?? {};
    const seen = versionId === undefined || sha256 === undefined ? undefined : { versionId, sha256 };
    return acceptAccount(payable, { ...ask.about, account: given.account, letter: seen, by }, now);
  },
};
