/**
 * The group names another account: one that its paying office can reach, in its own name. It is told why the bank refused, and
 * finds the refused account in the form.
 */
import { answerAs, answeredOf } from '#domain/asks/answered.ts';
import { bankInquiry } from '#domain/asks/kinds/bank-inquiry.ts';
import { refusalProblems } from '#domain/money/refusal-texts.ts';
import { tranchesOf } from '#domain/proposal/proposal.ts';
import { problem } from '#domain/text/problem.ts';
import type { Behaviour, ShownAsk } from '#functions/asks/behaviour.ts';
import { groupNameOf } from '#functions/notifications/recipients.ts';
import { givenAccount } from '#functions/payment/tranche-answers.ts';
import { trancheFacts } from '#functions/payment/tranche-facts.ts';
import type { Fact } from '#functions/web/fragments.ts';
import { packOf } from '#programmes/index.ts';

export const accountCorrection: Behaviour<'account-correction'> = {
  opening(proposal, { tranche, attempt, turn }) {
    const { refused, accountSentBack: back } =
      tranchesOf(proposal).find(({ number }) => number === tranche) ?? {};
    if (back?.attempt === attempt && back.turn === turn - 1)
      return {
        problems: [
          back.reason === undefined
            ? problem('account-in-use', 'number')
            : problem('account-sent-back', '', { reason: back.reason }),
        ],
      };
    return refused?.attempt === attempt ? { problems: refusalProblems(refused) } : {};
  },
  facts: ({ proposal }) => ({ rail: packOf(proposal).payment.rail, groupName: groupNameOf(proposal) }),
  page: {
    facts: (shown) => [
      ...trancheFacts(shown, shown.ask.about.tranche, { account: 'whole' }),
      ...inquiredFacts(shown),
    ],
    values: ({ content, ask: { about }, asks }) => {
      // What was given last is what has to be corrected.
      const account = givenAccount(asks, { ...about, turn: about.turn - 1 })?.account ?? content?.account;
      if (account === undefined) return {};
      const { bankCode, number, holder } = account;
      return { bankCode, number, holder };
    },
  },
};

/** What the bank said to the treasury, where no file told it: in the treasury's words. */
function inquiredFacts({ ask: { about }, asks }: ShownAsk<'account-correction'>): Fact[] {
  const inquiry = answeredOf(asks, bankInquiry).findLast(
    (each) =>
      each.about.tranche === about.tranche &&
      each.about.attempt === about.attempt &&
      each.outcome === 'rejected',
  );
  const answer = answerAs(inquiry, bankInquiry)?.answer;
  return [
    [
      { id: 'Alasan bank, menurut bendahara', en: 'The bank’s reason, as the treasury heard it' },
      answer?.outcome === 'rejected' ? answer.reason : undefined,
    ],
  ];
}
