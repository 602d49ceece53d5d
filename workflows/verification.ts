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
 * 4. What was found is recorded.
 *
 * Steps 2 and 3 are left out where the checks say that the pack, or what is already known, needs none.
 */
import { inOrder } from './life.ts';
import type { Workflow } from './workflow.ts';

export const verification: Workflow = {
  name: 'verification',
  purpose: 'Checks, corrections, the members’ confirmation and the site visit',
  days: 180,
  build: (scope, references) =>
    inOrder(scope, references, (life) => {
      const rejected = (id: string, reason: string) => life.end(id, { outcome: 'rejected', reason });
      const about = { round: '{% $round %}' };

      life
        .call('Run the checks', {
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
        })
        .decide('All in order?')
        .on(`$checks.outcome = 'problems'`, 'Ask the leader for corrections')
        .on(`$checks.outcome = 'uncorrectable'`, rejected('Rejected: not corrected', 'uncorrected'))
        .on('$checks.membershipNeeded', 'Ask the members to confirm')
        .on('$checks.visitNeeded', 'Ask a verifier to visit the site')
        .otherwise('Record the verification');

      life
        .ask('the leader for corrections', { kind: 'correction', about: '{% $checks.correction %}' })
        .decide('Corrected?')
        .onAnswer('revised', 'Run the checks')
        .onAnswer('withdrawn', rejected('Rejected: withdrawn', 'withdrawn'))
        .otherwise(rejected('Rejected: no correction in time', 'expired'));

      life
        .ask('the members to confirm', { kind: 'membership', about })
        .decide('Members confirmed?')
        .on(`$answer.outcome = 'quorum' and $checks.visitNeeded`, 'Ask a verifier to visit the site')
        .onAnswer('quorum', 'Record the verification')
        .onAnswer('denied', 'Ask a verifier to review the denial')
        .otherwise(rejected('Rejected: membership unconfirmed', 'membership-unconfirmed'));

      life
        .ask('a verifier to review the denial', { kind: 'membership-review', about })
        .decide('Was the denial a mistake?')
        .on(`$answer.outcome = 'mistaken' and $checks.visitNeeded`, 'Ask a verifier to visit the site')
        .onAnswer('mistaken', 'Record the verification')
        .onAnswer('upheld', rejected('Rejected: membership denied', 'membership-denied'))
        .otherwise(rejected('Rejected: denial not reviewed', 'membership-unreviewed'));

      life
        .ask('a verifier to visit the site', { kind: 'site-visit', about })
        .decide('Found as described?')
        .onAnswer('pass', 'Record the verification')
        .onAnswer('fail', rejected('Rejected: not verified', 'not-verified'))
        .otherwise(rejected('Rejected: not visited', 'not-visited'));

      life.call('Record the verification', {
        function: 'verification/record-verification',
        payload: { proposalId: '{% $proposalId %}', round: '{% $round %}' },
        output: { outcome: 'verified' },
      });
    }),
};
