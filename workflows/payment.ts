/**
 * Payment of one tranche: no document, no request; no request, no order; no order, no money.
 *
 * Input   `{proposalId, tranche, redrives}`; tranche counts from 1, `redrives` how often the proposal was redriven.
 * Output  `{outcome: 'settled'}` or `{outcome: 'unpaid', reason}`.
 *
 * 1. The papers that people sign are drafted, and the leader hands in the tranche's documents.
 * 2. SPP: the PPK tests each paper and requests payment, or returns papers: the leader hands those in again, in the next
 *    round. SPM: the PP-SPM tests the request and orders payment, or refuses.
 * 3. The amount is reserved on the budget line, and the treasury (KPPN) issues SP2D, or returns the SPM: the amount is free
 *    again. Until then the PPK and the PP-SPM may cancel what they issued: the reservation is gone at once, and the PPK is
 *    asked for the SPP of the next round. There are as many rounds as the rule-pack allows.
 * 4. The bank is instructed, and its answer awaited. Silence is not a failure: the treasury is asked what became of
 *    the payment, and while that is unknown, the same instruction is waited for again, never sent a second time.
 * 5. A refused account is corrected by the leader, the papers that name it are drafted again and handed in signed, and it is
 *    paid by a new attempt, as often as the rule-pack allows.
 *    Where the SP2D itself moves the money (rail `treasury`), each attempt needs an SP2D of its own.
 * 6. The bank's settlement is recorded; unless the money has come back since, which is a refusal.
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
import { Errors } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { Ask } from './ask.ts';
import { Decide, end, halt } from './outcomes.ts';
import type { References } from './references.ts';
import { CallAndAwait, CallFunction } from './tasks.ts';
import type { Workflow } from './workflow.ts';

/** How often the treasury may answer “not known yet” for one attempt before an administrator must look. */
const inquiries = 10;

export const payment: Workflow = {
  name: 'payment',
  purpose: 'One tranche: documents, SPP, SPM, SP2D, the bank',
  days: 270,
  build(scope: Construct, references: References) {
    const tranche = { proposalId: '{% $proposalId %}', tranche: '{% $tranche %}' };
    const ofRound = { tranche: '{% $tranche %}', round: '{% $round %}' };
    const ofAttempt = { tranche: '{% $tranche %}', attempt: '{% $attempt %}' };

    // Inquiries of an execution that halted are answered or expired for good; those after a redrive count on.
    const firstInquiry = `{% ($exists($states.context.Execution.Input.redrives) ? $states.context.Execution.Input.redrives : 0) * ${inquiries} + 1 %}`;

    const open = new CallFunction(scope, 'Open the tranche', references, {
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
        bySp2d: '{% $states.result.Payload.bySp2d %}',
        attempt: 1,
        firstInquiry,
        inquiry: firstInquiry,
      },
    });
    const drafts = new CallFunction(scope, 'Draft the papers', references, {
      function: 'payment/draft-papers',
      payload: tranche,
    });
    const documents = new Ask(scope, 'the leader for the documents', references, {
      kind: 'tranche-documents',
      about: ofRound,
    });
    const spp = new Ask(scope, 'the PPK for the SPP', references, { kind: 'spp', about: ofRound });
    const spm = new Ask(scope, 'the PP-SPM for the SPM', references, { kind: 'spm', about: ofRound });
    const reserve = new CallFunction(scope, 'Reserve the amount', references, {
      function: 'payment/reserve-tranche',
      payload: { ...tranche, round: '{% $round %}' },
    });
    const sp2d = new Ask(scope, 'the KPPN for the SP2D', references, { kind: 'sp2d', about: ofRound });
    const anotherSp2d = new Ask(scope, 'the KPPN for another SP2D', references, {
      kind: 'sp2d',
      about: ofAttempt,
    });
    const instruct = new CallAndAwait(scope, 'Instruct the bank', references, {
      function: 'payment/instruct-bank',
      payload: { ...tranche, attempt: '{% $attempt %}' },
      seconds: '{% $bankAnswerSeconds %}',
      assign: { answer: '{% $states.result %}' },
    });
    const inquiry = new Ask(scope, 'the KPPN what became of the payment', references, {
      kind: 'bank-inquiry',
      about: { ...ofAttempt, inquiry: '{% $inquiry %}' },
    });
    const correction = new Ask(scope, 'the leader for another account', references, {
      kind: 'account-correction',
      about: ofAttempt,
    });
    const redraft = new CallFunction(scope, 'Draft the papers for the new account', references, {
      function: 'payment/draft-papers',
      payload: { ...tranche, attempt: '{% $attempt %}' },
      assign: { signedAgain: '{% $states.result.Payload.signedByGroup %}' },
    });
    const signedAgain = new Ask(scope, 'the leader for the papers of the new account', references, {
      kind: 'tranche-documents',
      about: ofAttempt,
    });
    const settle = new CallFunction(scope, 'Record the settlement', references, {
      function: 'payment/settle-tranche',
      payload: tranche,
      assign: { settlement: '{% $states.result.Payload.outcome %}' },
    });

    const leaveUnpaid = new CallFunction(scope, 'Record that it stays unpaid', references, {
      function: 'payment/leave-unpaid',
      payload: { ...tranche, reason: '{% $reason %}' },
      output: { outcome: 'unpaid', reason: '{% $reason %}' },
    });

    const accountRefused = new Decide(scope, 'May the account be corrected?')
      .on('$attempt <= $accountCorrections', correction)
      .otherwiseSetting({ reason: 'account-refused' }, leaveUnpaid);

    const payAgain = new Decide(scope, 'Does the SP2D move the money?')
      .on('$bySp2d', anotherSp2d)
      .otherwise(instruct);

    const nextRound = { round: '{% $round + 1 %}' };
    const papersReturned = new Decide(scope, 'May the papers be handed in again?')
      .on('$round <= $paperReturns', documents, nextRound)
      .otherwiseSetting({ reason: 'papers-returned' }, leaveUnpaid);
    const orderCancelled = new Decide(scope, 'May the payment be requested again?')
      .on('$round <= $paperReturns', spp, nextRound)
      .otherwiseSetting({ reason: 'order-cancelled' }, leaveUnpaid);

    open.next(drafts);
    drafts.next(documents);
    documents.next(
      new Decide(scope, 'Documents there?')
        .onAnswer('provided', spp)
        .otherwiseSetting({ reason: 'documents-missing' }, leaveUnpaid),
    );
    spp.next(
      new Decide(scope, 'SPP issued?')
        .onAnswer('issued', spm)
        .onAnswer('returned', papersReturned)
        .otherwiseSetting({ reason: 'spp-not-issued' }, leaveUnpaid),
    );
    spm.next(
      new Decide(scope, 'SPM issued?')
        .onAnswer('issued', reserve)
        .onAnswer('refused', leaveUnpaid, { reason: 'spm-refused' })
        .onAnswer('cancelled', orderCancelled)
        .otherwiseSetting({ reason: 'spm-not-issued' }, leaveUnpaid),
    );
    reserve.next(sp2d);
    sp2d.next(
      new Decide(scope, 'SP2D issued?')
        .onAnswer('issued', instruct)
        .onAnswer('refused', leaveUnpaid, { reason: 'sp2d-refused' })
        .onAnswer('cancelled', orderCancelled)
        .otherwiseSetting({ reason: 'sp2d-not-issued' }, leaveUnpaid),
    );
    settle.next(
      new Decide(scope, 'Has it come back since?')
        .on(`$settlement = 'returned'`, accountRefused)
        .otherwise(end(scope, 'Settled', { outcome: 'settled' })),
    );
    instruct.addCatch(inquiry, { errors: [Errors.TIMEOUT] });
    instruct.next(
      new Decide(scope, 'Settled by the bank?').onAnswer('settled', settle).otherwise(accountRefused),
    );
    const unresolved = halt(
      scope,
      'Payment unresolved',
      'PaymentUnresolved',
      'It is not known what became of the payment. Ask the bank by its EndToEndId before anything is sent again.',
    );
    inquiry.next(
      new Decide(scope, 'What became of it?')
        .onAnswer('settled', settle)
        .onAnswer('rejected', accountRefused)
        .on(`$answer.outcome = 'wait' and $inquiry < $firstInquiry + ${inquiries - 1}`, instruct, {
          inquiry: '{% $inquiry + 1 %}',
        })
        .otherwise(unresolved),
    );
    correction.next(
      new Decide(scope, 'Account corrected?')
        .onAnswer('corrected', redraft, {
          attempt: '{% $attempt + 1 %}',
          inquiry: '{% $firstInquiry %}',
        })
        .otherwiseSetting({ reason: 'account-not-corrected' }, leaveUnpaid),
    );
    redraft.next(
      new Decide(scope, 'Does the group sign any of them?')
        .on('$signedAgain', signedAgain)
        .otherwise(payAgain),
    );
    signedAgain.next(
      new Decide(scope, 'Signed papers there?')
        .onAnswer('provided', payAgain)
        .otherwiseSetting({ reason: 'account-papers-missing' }, leaveUnpaid),
    );
    anotherSp2d.next(
      new Decide(scope, 'Another SP2D issued?')
        .onAnswer('issued', instruct)
        .onAnswer('refused', leaveUnpaid, { reason: 'sp2d-refused' })
        .otherwiseSetting({ reason: 'sp2d-not-issued' }, leaveUnpaid),
    );
    return open;
  },
};
