/**
 * What an official does by hand about money that goes back: recalls it, takes a deposit up again that nobody made in time,
 * or cancels one that was demanded by mistake. Each is recorded first, under the proposal's version; what is started or
 * told afterwards is done again by the same command.
 */
import type { OpenAsk } from '#domain/ask.ts';
import type { Actor } from '#domain/audit.ts';
import { cancel, type Deposit, depositOf, isOutstanding, owe } from '#domain/deposit.ts';
import { mayAct } from '#domain/four-eyes.ts';
import { holdsRole } from '#domain/person.ts';
import { endDeposit, keptAmount, oweDeposit, type Proposal } from '#domain/proposal.ts';
import { rupiah } from '#domain/rupiah.ts';
import { depositEvent } from '#functions/payment/deposit-answers.ts';
import { clearDuties } from '#functions/payment/depositing.ts';
import { type StartDepositDeps, startDeposit } from '#functions/payment/starting-deposits.ts';
import { contentOf, ofDeposit } from '#functions/people/new-ask.ts';
import { resume } from '#functions/shared/resume.ts';
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

const person = (id: string): Actor => ({ kind: 'person', id });

/** @throws {NotEntitled} */
const entitled = async ({ people }: Pick<Store, 'people'>, proposal: Proposal, id: string): Promise<void> => {
  const official = await people.get(id);
  const place = contentOf(proposal)?.group.village ?? '';
  if (
    official === undefined ||
    !(['admin', 'auditor'] as const).some((role) => holdsRole(official, role, place)) ||
    !mayAct(id, 'receipt-review', '', proposal.acts)
  )
    throw new NotEntitled(id);
};

/**
 * An amount of a tranche that was paid is to go back. The number of the decision makes it one: the same again is no second.
 *
 * @throws {NotEntitled} {NotPossible} `NotFound`
 */
export const recallMoney = async (
  deps: RecallDeps,
  wish: Wish & { tranche: number; amount: number; decision: string; reason: string },
): Promise<{ deposit: Deposit; proposal: Proposal }> => {
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
    const amount = rupiah(asked);
    const { proposal, number } = oweDeposit(before, { amount, tranche }, now);
    const why = { origin: 'recalled', tranche, decision, reason, by } as const;
    const deposit = owe({ proposalId, number, why, amount }, now);
    return {
      proposal,
      events: [
        depositEvent(now, 'deposit.owed', deposit, person(by), { origin: 'recalled', tranche, decision }),
      ],
      changes: [store.deposits.create(deposit)],
      result: { deposit, proposal },
    };
  });
  await startDeposit(deps, { proposalId, deposit: recalled.deposit.number, round: 1 });
  return recalled;
};

/**
 * A deposit whose rounds are over is asked for again, in a new round.
 *
 * @throws {NotEntitled} {NotPossible} while it is being asked for, or when it is owed no longer; `NotFound`
 */
export const resumeDeposit = async (
  deps: RecallDeps,
  { proposalId, deposit: number, by, now }: Wish & { deposit: number },
): Promise<{ deposit: Deposit; proposal: Proposal }> => {
  const { store } = deps;
  const resumed = await store.proposals.update(proposalId, now, async (proposal) => {
    await entitled(store, proposal, by);
    const deposit = await store.deposits.get(proposalId, number);
    if (!isOutstanding(deposit))
      throw new NotPossible(`Deposit ${number} of ${proposalId} is ${deposit.state}.`);
    if ((await openAsks(store, proposalId, number)).length > 0)
      throw new NotPossible(`Deposit ${number} of ${proposalId} is being asked for.`);
    const asked = (await store.asks.byProposal(proposalId))
      .filter(({ kind, key }) => ofDeposit.has(kind) && depositOf(key).deposit === number)
      .map(({ key }) => depositOf(key).round);
    // A round that nobody has been asked in yet was decided on before, and is only to be started.
    const round = Math.max(0, ...asked) + 1;
    if (round <= deposit.round) return { result: { deposit, proposal } };
    const after = { ...deposit, round };
    return {
      events: [depositEvent(now, 'deposit.resumed', after, person(by), { round })],
      changes: [store.deposits.put(deposit, after)],
      result: { deposit: after, proposal },
    };
  });
  const { round, state } = resumed.deposit;
  await startDeposit(deps, { proposalId, deposit: number, round, handedIn: state === 'handed-in' });
  return resumed;
};

/**
 * A deposit that was demanded by mistake is owed no longer; not once the group says that it has paid.
 *
 * @throws {NotEntitled} {NotPossible} `NotFound`
 */
export const cancelDeposit = async (
  deps: RecallDeps,
  { proposalId, deposit: number, reason, by, now }: Wish & { deposit: number; reason: string },
): Promise<{ deposit: Deposit; proposal: Proposal }> => {
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
    const after = cancel(deposit, { by, reason }, now);
    const proposal = endDeposit(before, number, 'cancelled', now);
    return {
      proposal,
      events: [depositEvent(now, 'deposit.cancelled', after, person(by))],
      changes: [
        store.deposits.put(deposit, after),
        ...asks.flatMap((ask) => store.asks.put(ask, { ...ask, status: 'cancelled', cancelledAt: now })),
        ...(await clearDuties(store, proposal, number)),
      ],
      result: { deposit: after, proposal, asks },
    };
  });
  // Who waits for an answer waits no longer; an execution that is not reached finds the ask cancelled in its next turn.
  for (const { taskToken, id } of cancelled.asks)
    if (taskToken !== undefined) await resume(stepFunctions, taskToken, { outcome: 'cancelled', askId: id });
  return cancelled;
};

const openAsks = async (
  { asks }: Pick<Store, 'asks'>,
  proposalId: string,
  number: number,
): Promise<OpenAsk[]> =>
  (await asks.openByProposal(proposalId)).filter(
    ({ kind, key }) => ofDeposit.has(kind) && depositOf(key).deposit === number,
  );
