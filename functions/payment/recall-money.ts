/**
 * An administrator or auditor recalls money of a tranche, takes a deposit up again, or cancels one: by `jaring deposit`, or
 * by the AWS command line; no one else has the right to invoke it.
 *
 * What an official does by hand about money that goes back: recalls it, takes a deposit up again that was not made in time,
 * or cancels one that was demanded by mistake. Each is recorded first, under the proposal's version; what is started or
 * sent afterwards is done again by the same command.
 */

import * as z from 'zod';
import type { OpenAsk } from '#domain/asks/ask.ts';
import { receiptReview } from '#domain/asks/kinds/receipt-review.ts';
import { mayAct } from '#domain/asks/separation.ts';
import { askDepositAgain, type Deposit, isOutstanding } from '#domain/money/deposit.ts';
import { formatRupiah, rupiah } from '#domain/money/rupiah.ts';
import { holdsRole, personIdSchema } from '#domain/people/person.ts';
import type { Actor } from '#domain/proposal/audit.ts';
import { dropDeposit, keptAmount, oweDeposit } from '#domain/proposal/deposits.ts';
import { contentOf, type Proposal } from '#domain/proposal/proposal.ts';
import { writeNotices } from '#functions/notifications/notify.ts';
import { postOf } from '#functions/notifications/post.ts';
import { groupNameOf, recipientsOf } from '#functions/notifications/recipients.ts';
import { type Report, reporting, unreported } from '#functions/notifications/report.ts';
import { factsFor, type StatusLinkDeps } from '#functions/notifications/status-link.ts';
import type { MessageDeps } from '#functions/notifications/write-message.ts';
import { clearDuties } from '#functions/payment/settle-deposit.ts';
import { type StartDepositDeps, startDeposit } from '#functions/payment/start-deposits.ts';
import { stepFunctions } from '#functions/runtime/clients.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import { resume } from '#functions/runtime/resume.ts';
import type { QueuedMessage } from '#functions/store/outbox.ts';
import type { Store } from '#functions/store/store.ts';

export interface RecallDeps extends StartDepositDeps {
  store: Pick<Store, 'asks' | 'deposits' | 'locks' | 'overdue' | 'people' | 'proposals'>;
}

interface Wish {
  proposalId: string;
  /** The id of an administrator or auditor in the directory. */
  by: string;
  now: string;
}

/** What was decided about a deposit. */
interface DecidedDeposit {
  deposit: Deposit;
  proposal: Proposal;
}

/** Only administrators and auditors for the group's place, who have had no part in the award or the payment. */
export class NotEntitled extends Error {
  override readonly name = 'NotEntitled';
  constructor(id: string) {
    super(
      `"${id}" cannot decide on money to return: give with --by the id of an administrator or auditor for the group's place who has decided nothing else about the proposal.`,
    );
  }
}

/** The wish does not fit what is there. */
export class NotPossible extends Error {
  override readonly name = 'NotPossible';
}

function person(id: string): Actor {
  return { kind: 'person', id };
}

/** @throws {NotEntitled} */
async function entitled({ people }: Pick<Store, 'people'>, proposal: Proposal, id: string): Promise<void> {
  const official = await people.get(id);
  const village = contentOf(proposal)?.group.village ?? '';
  if (
    official === undefined ||
    !(['admin', 'auditor'] as const).some((role) => holdsRole(official, role, village)) ||
    !mayAct(id, receiptReview.name, {}, proposal.involvements)
  )
    throw new NotEntitled(id);
}

/**
 * An amount of a tranche that was paid is to go back. The number of the decision makes it one: the same again is no second.
 *
 * @throws {NotEntitled} {NotPossible} `NotFound`
 */
export async function recallMoney(
  deps: RecallDeps,
  wish: Wish & { tranche: number; amount: number; decision: string; reason: string },
  report: Report<DecidedDeposit> = unreported,
): Promise<DecidedDeposit> {
  const { proposalId, tranche, amount: asked, decision, reason, by, now } = wish;
  const { store } = deps;
  const recalled = await store.proposals.update(proposalId, now, async (before) => {
    await entitled(store, before, by);
    const same = (await store.deposits.list(proposalId)).find(
      ({ why }) => why.origin === 'recalled' && why.decision === decision,
    );
    if (same !== undefined) {
      const isSame = same.amount === asked && same.why.origin === 'recalled' && same.why.tranche === tranche;
      if (!isSame || !isOutstanding(same))
        throw new NotPossible(
          `Decision ${decision} is deposit ${same.number} already: ${same.amount} rupiah, ${same.state}.`,
        );
      return { result: { deposit: same, proposal: before } };
    }
    if (before.stage !== 'follow-up' && before.stage !== 'closed')
      throw new NotPossible(
        `Nothing of proposal ${proposalId} has been paid for good; it is in ${before.stage}.`,
      );
    const kept = keptAmount(before, tranche);
    if (asked > kept)
      throw new NotPossible(
        `${asked} rupiah cannot be recalled: of tranche ${tranche} the group has ${kept} that is not on its way back.`,
      );
    const why = { origin: 'recalled', tranche, decision, reason, by } as const;
    const { proposal, deposit, events } = oweDeposit(
      before,
      { amount: rupiah(asked), why, by: person(by) },
      now,
    );
    return {
      ...{ proposal, events },
      changes: [store.deposits.create(deposit), ...(await report({ deposit, proposal }))],
      result: { deposit, proposal },
    };
  });
  await startDeposit(deps, { proposalId, deposit: recalled.deposit.number, round: 1 });
  return recalled;
}

/**
 * A deposit whose rounds are over is asked for again, in a new round.
 *
 * @throws {NotEntitled} {NotPossible} while it is being asked for, or when it is owed no longer; `NotFound`
 */
export async function resumeDeposit(
  deps: RecallDeps,
  { proposalId, deposit: number, by, now }: Wish & { deposit: number },
): Promise<DecidedDeposit> {
  const { store } = deps;
  const resumed = await store.proposals.update(proposalId, now, async (proposal) => {
    await entitled(store, proposal, by);
    const deposit = await store.deposits.get(proposalId, number);
    if (!isOutstanding(deposit))
      throw new NotPossible(`Deposit ${number} of ${proposalId} is ${deposit.state}.`);
    if ((await openAsks(store, proposalId, number)).length > 0)
      throw new NotPossible(`Deposit ${number} of ${proposalId} is being asked for.`);
    const asked = (await store.asks.bySubject(proposalId))
      .filter(({ about }) => about.deposit === number)
      .map(({ about }) => about.round ?? 0);
    // A round in which no one has been asked yet was decided on before, and is only to be started.
    const round = Math.max(0, ...asked) + 1;
    if (round <= deposit.round) return { result: { deposit, proposal } };
    const resumed = askDepositAgain(deposit, { round, by: person(by) }, now);
    return {
      events: resumed.events,
      changes: [store.deposits.put(deposit, resumed.deposit)],
      result: { deposit: resumed.deposit, proposal },
    };
  });
  const { round, state } = resumed.deposit;
  await startDeposit(deps, { proposalId, deposit: number, round, handedIn: state === 'handed-in' });
  return resumed;
}

/**
 * A deposit that was demanded by mistake is owed no longer; not once the group says that it has paid.
 *
 * @throws {NotEntitled} {NotPossible} `NotFound`
 */
export async function cancelDeposit(
  deps: RecallDeps,
  { proposalId, deposit: number, reason, by, now }: Wish & { deposit: number; reason: string },
  report: Report<DecidedDeposit> = unreported,
): Promise<DecidedDeposit> {
  const { store, stepFunctions } = deps;
  const cancelled = await store.proposals.update(proposalId, now, async (before) => {
    await entitled(store, before, by);
    const deposit = await store.deposits.get(proposalId, number);
    const asks = await openAsks(store, proposalId, number);
    if (deposit.state === 'cancelled') return { result: { deposit, proposal: before, asks } };
    if (deposit.state !== 'owed' && deposit.state !== 'billed')
      throw new NotPossible(
        `Deposit ${number} of ${proposalId} is ${deposit.state}; it cannot be cancelled.`,
      );
    const { proposal, deposit: after, events } = dropDeposit(before, deposit, { by, reason }, now);
    return {
      ...{ proposal, events },
      changes: [
        store.deposits.put(deposit, after),
        ...asks.flatMap((ask) => store.asks.put(ask, { ...ask, status: 'cancelled', cancelledAt: now })),
        ...(await clearDuties(store, proposal, number)),
        ...(await report({ deposit: after, proposal })),
      ],
      result: { deposit: after, proposal, asks },
    };
  });
  // An execution that waits for an answer waits no longer; one that is not reached finds the ask cancelled in its next turn.
  for (const { taskToken, id } of cancelled.asks)
    if (taskToken !== undefined) await resume(stepFunctions, taskToken, { outcome: 'cancelled', askId: id });
  return cancelled;
}

async function openAsks(
  { asks }: Pick<Store, 'asks'>,
  proposalId: string,
  number: number,
): Promise<OpenAsk[]> {
  return (await asks.openBySubject(proposalId)).filter(({ about }) => about.deposit === number);
}

/** What the group is notified of: that money is to go back, or is not any more. */
async function decidedNotices(
  deps: MessageDeps & StatusLinkDeps & { store: Pick<Store, 'people'> },
  { deposit: { number, amount, why }, proposal }: DecidedDeposit,
  wish: { do: 'recall' | 'cancel'; reason: string; now: string },
): Promise<QueuedMessage[]> {
  const { reason, now } = wish;
  const { id: proposalId } = proposal;
  return writeNotices(deps, await recipientsOf(deps.store.people, proposal), {
    idPrefix: `${proposalId}.${wish.do}.${number}.`,
    subjectId: proposalId,
    template: wish.do === 'recall' ? 'money-recalled' : 'deposit-cancelled',
    facts: (to) =>
      factsFor(
        deps,
        to,
        {
          proposalId,
          groupName: groupNameOf(proposal),
          amount: formatRupiah(amount),
          decision: why.origin === 'recalled' ? why.decision : '',
          reason,
        },
        now,
      ),
    now,
  });
}

const common = { proposalId: z.string().min(1), by: personIdSchema, now: nowSchema };
const text = z.string().trim().min(1);
const deposit = z.int().positive();
const eventSchema = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('recall'),
    ...common,
    tranche: z.int().positive(),
    amount: z.int().positive(),
    decision: text.max(60),
    reason: text.max(500),
  }),
  z.strictObject({ do: z.literal('resume'), ...common, deposit }),
  z.strictObject({ do: z.literal('cancel'), ...common, deposit, reason: text.max(500) }),
]);

export const handler = taskHandler(
  'payment/recall-money',
  eventSchema,
  async (wish, { env, store, logger }) => {
    const deps = {
      store,
      stepFunctions: stepFunctions(),
      depositMachineArn: env.DEPOSIT_STATE_MACHINE_ARN,
    };
    const messages = { store, ...postOf(env), linkBaseUrl: env.LINK_BASE_URL };
    const done =
      wish.do === 'resume'
        ? await resumeDeposit(deps, wish)
        : await reporting(
            messages,
            wish.now,
            (decided: DecidedDeposit) => decidedNotices(messages, decided, wish),
            (report) =>
              wish.do === 'recall' ? recallMoney(deps, wish, report) : cancelDeposit(deps, wish, report),
          );
    const { number, state } = done.deposit;
    logger.info('Money to return was decided on.', { did: wish.do, deposit: number, state });
    return { deposit: number, state };
  },
);
