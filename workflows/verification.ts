/**
 * Verification: is this proposal in order, do its members know of it, and does the group exist?
 *
 * Input   `{proposalId, round, returned}`; round counts from 1 and grows when an approver returns the proposal
 *         or an objection is granted.
 * Output  `{outcome: 'verified'}` or `{outcome: 'rejected', reason}`.
 *
 * 1. Automatic checks list every problem at once. While there are problems the leader is asked to correct them, as
 *    often as the rule-pack allows (the checks count and then say `uncorrectable`). Not correcting in time rejects.
 * 2. The members confirm that they are members: a quorum by the rule-pack. One who says “that is not me” stops the
 *    proposal, and a verifier looks into it: a mistake lets it continue, anything else rejects, silence too.
 * 3. A verifier visits the site. What the visit does not find rejects.
 * 4. The verdict is recorded.
 *
 * Steps 2 and 3 are left out where the checks say that the pack, or what is already known, needs none.
 */
import type { Construct } from 'constructs';
import { Ask } from './ask.ts';
import { Decide, end } from './outcomes.ts';
import type { References } from './references.ts';
import { CallFunction } from './tasks.ts';
import type { Workflow } from './workflow.ts';

export const verification: Workflow = {
  name: 'verification',
  purpose: 'Checks, corrections, the members’ confirmation and the site visit',
  days: 180,
  build(scope: Construct, references: References) {
    const rejected = (id: string, reason: string) => end(scope, id, { outcome: 'rejected', reason });

    const runChecks = new CallFunction(scope, 'Run the checks', references, {
      function: 'verification/run-checks',
      payload: {
        proposalId: '{% $states.context.Execution.Input.proposalId %}',
        round: '{% $states.context.Execution.Input.round %}',
      },
      seconds: 300,
      assign: {
        proposalId: '{% $states.context.Execution.Input.proposalId %}',
        round: '{% $states.context.Execution.Input.round %}',
        checks: '{% $states.result.Payload %}',
      },
    });
    const correction = new Ask(scope, 'the leader for corrections', references, {
      kind: 'correction',
      about: '{% $checks.correction %}',
    });
    const membership = new Ask(scope, 'the members to confirm', references, {
      kind: 'membership',
      about: { round: '{% $round %}' },
    });
    const review = new Ask(scope, 'a verifier to review the denial', references, {
      kind: 'membership-review',
      about: { round: '{% $round %}' },
    });
    const visit = new Ask(scope, 'a verifier to visit the site', references, {
      kind: 'site-visit',
      about: { round: '{% $round %}' },
    });
    const record = new CallFunction(scope, 'Record the verification', references, {
      function: 'verification/record-verification',
      payload: { proposalId: '{% $proposalId %}', round: '{% $round %}' },
      output: { outcome: 'verified' },
    });

    runChecks.next(
      new Decide(scope, 'All in order?')
        .on(`$checks.outcome = 'problems'`, correction)
        .on(`$checks.outcome = 'uncorrectable'`, rejected('Rejected: not corrected', 'uncorrected'))
        .on('$checks.membershipNeeded', membership)
        .on('$checks.visitNeeded', visit)
        .otherwise(record),
    );
    correction.next(
      new Decide(scope, 'Corrected?')
        .onAnswer('revised', runChecks)
        .onAnswer('withdrawn', rejected('Rejected: withdrawn', 'withdrawn'))
        .otherwise(rejected('Rejected: no correction in time', 'expired')),
    );
    membership.next(
      new Decide(scope, 'Members confirmed?')
        .on(`$answer.outcome = 'quorum' and $checks.visitNeeded`, visit)
        .onAnswer('quorum', record)
        .onAnswer('denied', review)
        .otherwise(rejected('Rejected: membership unconfirmed', 'membership-unconfirmed')),
    );
    review.next(
      new Decide(scope, 'Was the denial a mistake?')
        .on(`$answer.outcome = 'mistaken' and $checks.visitNeeded`, visit)
        .onAnswer('mistaken', record)
        .onAnswer('upheld', rejected('Rejected: membership denied', 'membership-denied'))
        .otherwise(rejected('Rejected: denial not reviewed', 'membership-unreviewed')),
    );
    visit.next(
      new Decide(scope, 'Found as described?')
        .onAnswer('pass', record)
        .onAnswer('fail', rejected('Rejected: not verified', 'not-verified'))
        .otherwise(rejected('Rejected: not visited', 'not-visited')),
    );
    return runChecks;
  },
};
