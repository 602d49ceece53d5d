/**
 * Deposit into kas negara: money that a group did not spend, or that an official recalled, goes back to the treasury.
 *
 * Input   `{proposalId, deposit, round, handedIn}`; deposit counts from 1 within the proposal, round is the first of this
 *         execution, handedIn whether the group has handed in a slip that is not confirmed yet.
 * Output  `{outcome: 'deposited'}`, `{outcome: 'owed'}`, `{outcome: 'unconfirmed'}` or `{outcome: 'cancelled'}`.
 *
 * 1. The PPK has a billing code issued outside, and gives it with its last day.
 * 2. The leader pays by it and hands in the slip with its NTPN. A code that expired is asked for again, in the next round.
 * 3. A line of a statement that names the NTPN confirms the deposit; else a person of the treasury (KPPN) looks it up and
 *    confirms it, or refuses the slip, and the leader is asked for another.
 * 4. The deposit is entered into the ledger.
 *
 * What is not done in time is recorded in the overdue ledger, and leaves it with the deposit. Rounds, slips and confirmations
 * are bounded: after the last, the deposit stays owed, or unconfirmed, until an official takes it up again by hand, by
 * another execution of this machine in the next round. The proposal waits for none of this, and may be closed meanwhile.
 */
import { Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { Ask } from './ask.ts';
import { Decide, end } from './outcomes.ts';
import type { References } from './references.ts';
import { CallFunction } from './tasks.ts';
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
  build(scope: Construct, references: References) {
    const input = '$states.context.Execution.Input';
    const ofRound = { deposit: '{% $deposit %}', round: '{% $round %}' };
    const ofSlip = { ...ofRound, slip: '{% $slip %}' };
    const ofCheck = { ...ofSlip, check: '{% $check %}' };
    const begin = Pass.jsonata(scope, 'Begin', {
      assign: {
        proposalId: `{% ${input}.proposalId %}`,
        deposit: `{% ${input}.deposit %}`,
        round: `{% ${input}.round %}`,
        lastRound: `{% ${input}.round + ${rounds - 1} %}`,
        slip: 1,
        check: 1,
      },
    });
    const billing = new Ask(scope, 'the PPK for a billing code', references, {
      kind: 'deposit-billing',
      about: ofRound,
    });
    const slip = new Ask(scope, 'the leader for the slip', references, {
      kind: 'deposit-slip',
      about: ofSlip,
    });
    const settle = (id: string) =>
      new CallFunction(scope, id, references, {
        function: 'payment/settle-deposit',
        payload: {
          proposalId: '{% $proposalId %}',
          deposit: '{% $deposit %}',
          about: ofCheck,
        },
        assign: { settlement: '{% $states.result.Payload.outcome %}' },
      });
    const look = settle('Look for it on the statements');
    const check = new Ask(scope, 'the KPPN to confirm it', references, {
      kind: 'deposit-check',
      about: ofCheck,
    });
    const enter = settle('Enter it into the ledger');
    const late = new CallFunction(scope, 'Record as overdue', references, {
      function: 'training/record-overdue',
      payload: {
        proposalId: '{% $proposalId %}',
        kind: '{% $ask.kind %}',
        about: { deposit: '{% $deposit %}' },
      },
      assign: { recorded: '{% $states.result.Payload.outcome %}' },
    });
    const deposited = end(scope, 'Deposited', { outcome: 'deposited' });
    const cancelled = end(scope, 'Cancelled', { outcome: 'cancelled' });
    const nextRound = { round: '{% $round + 1 %}', slip: 1, check: 1 };

    begin.next(new Decide(scope, 'Is a slip there?').on(`${input}.handedIn`, look).otherwise(billing));
    billing.next(
      new Decide(scope, 'Billing code there?')
        .onAnswer('issued', slip)
        .onAnswer('cancelled', cancelled)
        .otherwise(late),
    );
    slip.next(
      new Decide(scope, 'Has the group paid?')
        .onAnswer('deposited', look)
        .on(`$answer.outcome = 'code-expired' and $round < $lastRound`, billing, nextRound)
        .onAnswer('cancelled', cancelled)
        .otherwise(late),
    );
    look.next(
      new Decide(scope, 'Is it on a statement?').on(`$settlement = 'deposited'`, deposited).otherwise(check),
    );
    check.next(
      new Decide(scope, 'Confirmed?')
        .onAnswer('confirmed', enter)
        .on(`$answer.outcome = 'refused' and $slip < ${slips}`, slip, {
          slip: '{% $slip + 1 %}',
          check: 1,
        })
        .on(`$answer.outcome = 'refused' and $round < $lastRound`, billing, nextRound)
        .otherwise(late),
    );
    enter.next(deposited);
    late.next(
      new Decide(scope, 'Another time?')
        .on(`$recorded != 'recorded'`, cancelled)
        .on(`$ask.kind = 'deposit-check' and $answer.outcome = 'expired' and $check < ${checks}`, check, {
          check: '{% $check + 1 %}',
        })
        .on(
          `$ask.kind = 'deposit-check' and $answer.outcome = 'expired'`,
          end(scope, 'Unconfirmed', { outcome: 'unconfirmed' }),
        )
        .on('$round < $lastRound', billing, nextRound)
        .otherwise(end(scope, 'Still owed', { outcome: 'owed' })),
    );
    return begin;
  },
};
