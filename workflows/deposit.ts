/**
 * Deposit into kas negara: money that a group did not spend, or that an official recalled, goes back to the treasury.
 *
 * Input   `{proposalId, deposit, round, handedIn}`; deposit counts from 1 within the proposal, round is the first of this
 *         execution, handedIn whether the group has handed in a slip that is not confirmed yet.
 * Output  `{outcome: 'deposited'}`, `{outcome: 'owed'}`, `{outcome: 'unconfirmed'}` or `{outcome: 'cancelled'}`.
 *
 * 1. The PPK has a billing code issued outside, and gives it with its last day.
 * 2. The leader pays by it and hands in the slip with its NTPN. A code that expired is asked for again, in the next round.
 * 3. The treasury's list of receipts confirms the deposit, by its NTPN, amount, day and billing code; else a person of the treasury
 *    (KPPN) looks it up and confirms it, or refuses the slip, and the leader is asked for another. Nothing on our own account does.
 * 4. The deposit is entered into the ledger.
 *
 * What is not done in time is recorded in the overdue ledger, and leaves it with the deposit. Rounds, slips and confirmations
 * are bounded: after the last, the deposit stays owed, or unconfirmed, until an official takes it up again by hand, by
 * another execution of this machine in the next round. The proposal waits for none of this, and may be closed meanwhile.
 */
import { inOrder } from './life.ts';
import type { Workflow } from './workflow.ts';

/** How many billing codes one execution asks for. */
const rounds = 3;
/** How many slips may be handed in for one of them. */
const slips = 2;
/** How often the treasury is asked about one slip. */
const checks = 2;

export const deposit: Workflow = {
  name: 'deposit',
  purpose: 'Money back into kas negara: billing code, slip, confirmation',
  days: 360,
  build: (scope, references) =>
    inOrder(scope, references, (life) => {
      const input = '$states.context.Execution.Input';
      const begin = {
        proposalId: `{% ${input}.proposalId %}`,
        deposit: `{% ${input}.deposit %}`,
        round: `{% ${input}.round %}`,
        lastRound: `{% ${input}.round + ${rounds - 1} %}`,
        slip: 1,
        check: 1,
      };
      const nextRound = { round: '{% $round + 1 %}', slip: 1, check: 1 };
      const ofRound = { deposit: '{% $deposit %}', round: '{% $round %}' };
      const ofSlip = { ...ofRound, slip: '{% $slip %}' };
      const ofCheck = { ...ofSlip, check: '{% $check %}' };
      const settle = {
        function: 'payment/settle-deposit',
        payload: { proposalId: '{% $proposalId %}', deposit: '{% $deposit %}', about: ofCheck },
        assign: { settlement: '{% $states.result.Payload.outcome %}' },
      } as const;

      life
        .decide('Is a slip there?')
        .on(`${input}.handedIn`, 'Look for it in the treasury’s list', begin)
        .otherwise('Ask the PPK for a billing code', begin);

      life
        .ask('the PPK for a billing code', { kind: 'deposit-billing', about: ofRound })
        .decide('Billing code there?')
        .onAnswer('issued', 'Ask the leader for the slip')
        .onAnswer('cancelled', 'Cancelled')
        .otherwise('Record as overdue');

      life
        .ask('the leader for the slip', { kind: 'deposit-slip', about: ofSlip })
        .decide('Has the group paid?')
        .onAnswer('deposited', 'Look for it in the treasury’s list')
        .on(
          `$answer.outcome = 'code-expired' and $round < $lastRound`,
          'Ask the PPK for a billing code',
          nextRound,
        )
        .onAnswer('cancelled', 'Cancelled')
        .otherwise('Record as overdue');

      life
        .call('Look for it in the treasury’s list', settle)
        .decide('Is it in the list?')
        .on(`$settlement = 'deposited'`, 'Deposited')
        .otherwise('Ask the KPPN to confirm it');

      life
        .ask('the KPPN to confirm it', { kind: 'deposit-check', about: ofCheck })
        .decide('Confirmed?')
        .onAnswer('confirmed', 'Enter it into the ledger')
        .on(`$answer.outcome = 'refused' and $slip < ${slips}`, 'Ask the leader for the slip', {
          slip: '{% $slip + 1 %}',
          check: 1,
        })
        .on(
          `$answer.outcome = 'refused' and $round < $lastRound`,
          'Ask the PPK for a billing code',
          nextRound,
        )
        .otherwise('Record as overdue');

      life.call('Enter it into the ledger', settle).next('Deposited');
      life.end('Deposited', { outcome: 'deposited' });

      life
        .call('Record as overdue', {
          function: 'training/record-overdue',
          payload: {
            proposalId: '{% $proposalId %}',
            kind: '{% $ask.kind %}',
            about: { deposit: '{% $deposit %}' },
          },
          assign: { recorded: '{% $states.result.Payload.outcome %}' },
        })
        .decide('Another time?')
        .on(`$recorded != 'recorded'`, 'Cancelled')
        .on(
          `$ask.kind = 'deposit-check' and $answer.outcome = 'expired' and $check < ${checks}`,
          'Look for it in the treasury’s list',
          { check: '{% $check + 1 %}' },
        )
        .on(
          `$ask.kind = 'deposit-check' and $answer.outcome = 'expired'`,
          life.end('Unconfirmed', { outcome: 'unconfirmed' }),
        )
        .on('$round < $lastRound', 'Ask the PPK for a billing code', nextRound)
        .otherwise(life.end('Still owed', { outcome: 'owed' }));

      life.end('Cancelled', { outcome: 'cancelled' });
    }),
};
