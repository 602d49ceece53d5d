/** An auditor looks into why members say that the benefit did not reach them. */
import { askIdOf } from '#domain/asks/ask-id.ts';
import { receipt } from '#domain/asks/kinds/receipt.ts';
import type { Behaviour } from '#functions/asks/behaviour.ts';
import { membersAnswers } from '#functions/asks/pages/members-answers.ts';
import { trancheFacts } from '#functions/payment/tranche-facts.ts';

export const receiptReview: Behaviour<'receipt-review'> = {
  page: {
    facts: (shown) => trancheFacts(shown, shown.ask.about.tranche),
    sections: (shown) =>
      membersAnswers(shown, askIdOf(shown.proposal.id, receipt.name, shown.ask.about), {
        title: { id: 'Jawaban anggota tentang manfaat', en: 'What the members said of the benefit' },
        confirmed: { id: 'Menegaskan sudah menerima', en: 'Confirmed receipt' },
        denied: { id: 'Menyatakan belum menerima', en: 'Said they received nothing' },
      }),
  },
};
