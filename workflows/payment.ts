/**
 * Payment of one tranche: no document, no request; no request, no order; no order, no money.
 *
 * Input   `{proposalId, tranche, redrives}`; tranche counts from 1, `redrives` how often the proposal was redriven.
 * Output  `{outcome: 'settled'}` or `{outcome: 'unpaid', reason}`.
 *
 * 1. The tranche is opened and the papers that people sign are drafted; the leader hands in the tranche's documents.
 * 2. SPP: the PPK tests each paper and requests payment, or returns papers: the leader hands those in again, in the next
 *    round. SPM: the PP-SPM tests the request and orders payment, or refuses.
 * 3. The amount is reserved on the budget line, and the treasury (KPPN) issues SP2D, or returns the SPM: the amount is free
 *    again. Until then the PPK and the PP-SPM may cancel what they issued: the reservation is gone at once, and the PPK is
 *    asked for the SPP of the next round. There are as many rounds as the rule-pack allows.
 * 4. The bank is instructed, and its answer awaited. Silence is not a failure: the treasury is asked what became of
 *    the payment, and while that is unknown, the same instruction is waited for again, never sent a second time.
 * 5. A refused account is corrected by the leader; one that another living proposal has goes back at once. It is accepted by the PPK,
 *    who may send it back, too, together as often as papers; only then are the papers that name it drafted again and handed in signed, and only an SP2D of its own pays it, by a new
 *    attempt, as often as the rule-pack allows.
 * 6. What became of the payment is recorded: a settlement, unless the money has come back since, which is a refusal, or the fiscal
 *    year was over before a bank was instructed: then the tranche lapses.
 *
 * A payment that a treasurer takes out of its run is asked about until it is freed; without an answer it is freed at the end, and
 * joins the next run, whose release is asked for as ever.
 *
 * Money that comes back after that is taken up by another execution of this machine, which finds every paper where it was and
 * comes to the returned attempt.
 *
 * A tranche that ends before that, for want of a paper or of an account, is recorded as unpaid with its reason, and the
 * money that it held is free again at once.
 *
 * If it cannot be known what became of an instruction, the execution fails with `PaymentUnresolved`: money may have left,
 * so neither “paid” nor “unpaid” would be true, and an administrator must look. After a redrive the same attempt is
 * waited for again, and the treasury is asked again.
 */
import { inOrder } from './life.ts';
import type { Workflow } from './workflow.ts';

/** How often the treasury may answer “not known yet” for one attempt before an administrator must look. */
const inquiries = 10;

export const payment: Workflow = {
  name: 'payment',
  purpose: 'One tranche: documents, SPP, SPM, SP2D, the bank',
  days: 270,
  build: (scope, references) =>
    inOrder(scope, references, (life) => {
      const tranche = { proposalId: '{% $proposalId %}', tranche: '{% $tranche %}' };
      const ofRound = { tranche: '{% $tranche %}', round: '{% $round %}' };
      const ofAttempt = { tranche: '{% $tranche %}', attempt: '{% $attempt %}' };
      const ofGiven = { ...ofAttempt, turn: '{% $given %}' };
      const nextRound = { round: '{% $round + 1 %}' };
      // Inquiries of an execution that halted are answered or expired for good; those after a redrive count on.
      const firstInquiry = `{% ($exists($states.context.Execution.Input.redrives) ? $states.context.Execution.Input.redrives : 0) * ${inquiries} + 1 %}`;

      life
        .call('Open the tranche and draft its papers', {
          function: 'payment/open-tranche',
          payload: {
            proposalId: '{% $states.context.Execution.Input.proposalId %}',
            tranche: '{% $states.context.Execution.Input.tranche %}',
          },
          assign: {
            proposalId: '{% $states.context.Execution.Input.proposalId %}',
            tranche: '{% $states.context.Execution.Input.tranche %}',
            bankAnswerSeconds: '{% $states.result.Payload.bankAnswerSeconds %}',
            accountCorrections: '{% $states.result.Payload.accountCorrections %}',
            paperReturns: '{% $states.result.Payload.paperReturns %}',
            round: 1,
            attempt: 1,
            firstInquiry,
            inquiry: firstInquiry,
          },
        })
        .next('Ask the leader for the documents');

      life
        .ask('the leader for the documents', { kind: 'tranche-documents', about: ofRound })
        .decide('Documents there?')
        .onAnswer('provided', 'Ask the PPK for the SPP')
        .otherwise('Record that it stays unpaid', { reason: 'documents-missing' });

      life
        .ask('the PPK for the SPP', { kind: 'spp', about: ofRound })
        .decide('SPP issued?')
        .onAnswer('issued', 'Ask the PP-SPM for the SPM')
        .onAnswer('returned', 'May the papers be handed in again?')
        .otherwise('Record that it stays unpaid', { reason: 'spp-not-issued' });

      life
        .decide('May the papers be handed in again?')
        .on('$round <= $paperReturns', 'Ask the leader for the documents', nextRound)
        .otherwise('Record that it stays unpaid', { reason: 'papers-returned' });

      life
        .ask('the PP-SPM for the SPM', { kind: 'spm', about: ofRound })
        .decide('SPM issued?')
        .onAnswer('issued', 'Reserve the amount')
        .onAnswer('refused', 'Record that it stays unpaid', { reason: 'spm-refused' })
        .onAnswer('cancelled', 'May the payment be requested again?')
        .otherwise('Record that it stays unpaid', { reason: 'spm-not-issued' });

      life
        .call('Reserve the amount', {
          function: 'payment/reserve-tranche',
          payload: { ...tranche, round: '{% $round %}' },
        })
        .next('Ask the KPPN for the SP2D');

      life
        .ask('the KPPN for the SP2D', { kind: 'sp2d', about: ofRound })
        .decide('SP2D issued?')
        .onAnswer('issued', 'Instruct the bank')
        .onAnswer('refused', 'Record that it stays unpaid', { reason: 'sp2d-refused' })
        .onAnswer('cancelled', 'May the payment be requested again?')
        .otherwise('Record that it stays unpaid', { reason: 'sp2d-not-issued' });

      life
        .decide('May the payment be requested again?')
        .on('$round <= $paperReturns', 'Ask the PPK for the SPP', nextRound)
        .otherwise('Record that it stays unpaid', { reason: 'order-cancelled' });

      life
        .callAndAwait('Instruct the bank', {
          function: 'payment/instruct-bank',
          payload: { ...tranche, attempt: '{% $attempt %}' },
          seconds: '{% $bankAnswerSeconds %}',
        })
        .whenLate('Ask the KPPN what became of the payment')
        .next('Record what became of it');

      life
        .ask('the KPPN what became of the payment', {
          kind: 'bank-inquiry',
          about: { ...ofAttempt, inquiry: '{% $inquiry %}' },
        })
        .decide('Is anything known?')
        .onAnswer('settled', 'Record what became of it')
        .onAnswer('rejected', 'May the account be corrected?')
        .on(`$answer.outcome = 'wait' and $inquiry < $firstInquiry + ${inquiries - 1}`, 'Instruct the bank', {
          inquiry: '{% $inquiry + 1 %}',
        })
        .otherwise(
          life.halt(
            'Payment unresolved',
            'PaymentUnresolved',
            'It is not known what became of the payment. Ask the bank by its EndToEndId before anything is sent again.',
          ),
        );

      life
        .call('Record what became of it', {
          function: 'payment/settle-tranche',
          payload: tranche,
          assign: {
            settlement: '{% $states.result.Payload.outcome %}',
            hold: '{% $exists($states.result.Payload.hold) ? $states.result.Payload.hold : 0 %}',
          },
        })
        .decide('Settled?')
        .on(`$settlement = 'settled'`, life.end('Settled', { outcome: 'settled' }))
        .on(`$settlement = 'held'`, 'Ask a treasurer whether the payment stays held')
        .on(`$settlement = 'lapsed'`, 'Record that it stays unpaid', { reason: 'lapsed' })
        .otherwise('May the account be corrected?');

      // Freed, kept, or not answered in time: the payment itself says what follows.
      life
        .ask('a treasurer whether the payment stays held', {
          kind: 'payment-hold',
          about: { ...ofAttempt, hold: '{% $hold %}' },
        })
        .next('Instruct the bank');

      life
        .decide('May the account be corrected?')
        .on('$attempt <= $accountCorrections', 'Ask the leader for another account', { given: 1 })
        .otherwise('Record that it stays unpaid', { reason: 'account-refused' });

      life
        .ask('the leader for another account', { kind: 'account-correction', about: ofGiven })
        .decide('Account corrected?')
        .onAnswer('corrected', 'Claim the account')
        .otherwise('Record that it stays unpaid', { reason: 'account-not-corrected' });

      life
        .call('Claim the account', {
          function: 'payment/claim-account',
          payload: { ...tranche, attempt: '{% $attempt %}', turn: '{% $given %}' },
          seconds: 300,
          assign: { claim: '{% $states.result.Payload.outcome %}' },
        })
        .decide('Is it nobody else’s?')
        .on(`$claim = 'claimed'`, 'Ask the PPK to accept the account')
        .on('$given <= $paperReturns', 'Ask the leader for another account', { given: '{% $given + 1 %}' })
        .otherwise('Record that it stays unpaid', { reason: 'account-not-accepted' });

      life
        .ask('the PPK to accept the account', { kind: 'account-acceptance', about: ofGiven })
        .decide('Account accepted?')
        .onAnswer('accepted', 'Draft the papers for the new account', {
          attempt: '{% $attempt + 1 %}',
          inquiry: '{% $firstInquiry %}',
        })
        .on(`$answer.outcome = 'refused' and $given <= $paperReturns`, 'Ask the leader for another account', {
          given: '{% $given + 1 %}',
        })
        .otherwise('Record that it stays unpaid', { reason: 'account-not-accepted' });

      life
        .call('Draft the papers for the new account', {
          function: 'payment/draft-papers',
          payload: { ...tranche, attempt: '{% $attempt %}' },
          assign: { signedAgain: '{% $states.result.Payload.signedByGroup %}' },
        })
        .decide('Does the group sign any of them?')
        .on('$signedAgain', 'Ask the leader for the papers of the new account')
        .otherwise('Ask the KPPN for another SP2D');

      life
        .ask('the leader for the papers of the new account', {
          kind: 'tranche-documents',
          about: ofAttempt,
        })
        .decide('Signed papers there?')
        .onAnswer('provided', 'Ask the KPPN for another SP2D')
        .otherwise('Record that it stays unpaid', { reason: 'account-papers-missing' });

      life
        .ask('the KPPN for another SP2D', { kind: 'sp2d', about: ofAttempt })
        .decide('Another SP2D issued?')
        .onAnswer('issued', 'Instruct the bank')
        .onAnswer('refused', 'Record that it stays unpaid', { reason: 'sp2d-refused' })
        .otherwise('Record that it stays unpaid', { reason: 'sp2d-not-issued' });

      life.call('Record that it stays unpaid', {
        function: 'payment/leave-unpaid',
        payload: { ...tranche, reason: '{% $reason %}' },
        output: { outcome: 'unpaid', reason: '{% $states.result.Payload.reason %}' },
      });
    }),
};
