/**
 * Awards the grant once all steps of the ladder approved it, and notifies the group. While its budget line has no room for it,
 * the award waits: the group and the administrators are notified once, and the workflow calls again.
 *
 * The award: the decree that names the recipient (SK), the agreement (PKS), the tranche plan, and the commitment of
 * the budget line, which must have room for it. One transaction, so that no award exists without its money and no
 * money is bound without its award.
 */

import * as z from 'zod';
import { answerAs, answeredOf } from '#domain/asks/answered.ts';
import type { AnsweredAsk, Ask } from '#domain/asks/ask.ts';
import { askIdOf } from '#domain/asks/ask-id.ts';
import { approval as approvalKind } from '#domain/asks/kinds/approval.ts';
import { directoryRoleSchema } from '#domain/asks/roles.ts';
import { awardEntry, type BudgetLineId } from '#domain/money/ledger.ts';
import { formatRupiah } from '#domain/money/rupiah.ts';
import { approvalSteps, type RulePack } from '#domain/programme.ts';
import { awaitBudget, award, budgetLineOf } from '#domain/proposal/approval.ts';
import { letterOf } from '#domain/proposal/bank-letter.ts';
import type { Approval, Award } from '#domain/proposal/decisions.ts';
import { inStage, isAwarded, type ProposalIn } from '#domain/proposal/proposal.ts';
import { jakartaDate } from '#domain/working-days.ts';
import { waitingNotices } from '#functions/approval/waiting-for-budget.ts';
import { writeNotices } from '#functions/notifications/notify.ts';
import { postOf } from '#functions/notifications/post.ts';
import { groupNameOf, recipientsOf } from '#functions/notifications/recipients.ts';
import { type Report, reporting, unreported } from '#functions/notifications/report.ts';
import { factsFor, type StatusLinkDeps } from '#functions/notifications/status-link.ts';
import type { MessageDeps } from '#functions/notifications/write-message.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import { BudgetExhausted } from '#functions/store/errors.ts';
import type { QueuedMessage } from '#functions/store/outbox.ts';
import type { Store } from '#functions/store/store.ts';
import { packOf } from '#programmes/index.ts';

type AwardStore = Pick<Store, 'asks' | 'budgets' | 'counters' | 'proposals'>;

/** An award was asked for although a step of the ladder has no approval. The workflow never does. */
export class ApprovalMissing extends Error {
  override readonly name = 'ApprovalMissing';
  constructor(proposalId: string, index: number) {
    super(`Proposal ${proposalId} cannot be awarded: step ${index} of the ladder has not approved it.`);
  }
}

export type Awarding =
  | { outcome: 'awarded'; proposal: ProposalIn<'payment' | 'follow-up' | 'closed'> }
  /** There is no room on the line. `waits`: since when the proposal waits for it. */
  | { outcome: 'no-budget'; waits: ProposalIn<'approval'> };

/** Awards the grant, once; again it answers the same. @throws {ApprovalMissing} */
export async function awardGrant(
  store: AwardStore,
  { proposalId, now }: { proposalId: string; now: string },
  report: Report<Awarding> = unreported,
): Promise<Awarding> {
  const present = await store.proposals.get(proposalId);
  if (isAwarded(present)) return { outcome: 'awarded', proposal: present };
  const proposal = inStage(present, ['approval'], 'be awarded');
  const pack = packOf(proposal);
  const amount = proposal.content.amountAsked;
  const budgetLine = budgetLineOf(pack, proposal.content, now);
  const asks = await store.asks.bySubject(proposalId);
  const approvals = approvalsOf(proposal, pack, asks);
  // Numbers are never given twice but may be skipped, so none is drawn while there is no money for it.
  const line = await store.budgets.get(budgetLine);
  if (line === undefined || line.available < amount)
    return noBudget(store, { proposalId, budgetLine, now }, report);
  const granted: Award = {
    ...(await numbers(store, pack, budgetLine.year, jakartaDate(now))),
    amount,
    budgetLine,
    approvals,
    ...acceptedAccount(proposal, asks),
    awardedAt: now,
  };
  try {
    return await store.proposals.update<Awarding>(proposalId, now, async (before) => {
      if (isAwarded(before)) return { result: { outcome: 'awarded', proposal: before } };
      const awarded = award(before, pack, granted, now);
      const result = { outcome: 'awarded' as const, proposal: awarded.proposal };
      return {
        ...awarded,
        changes: [
          ...store.budgets.book(awardEntry({ line: budgetLine, proposalId, at: now }, amount)),
          ...(await report(result)),
        ],
        result,
      };
    });
  } catch (error) {
    // Another award took the last of the line between reading and writing.
    if (error instanceof BudgetExhausted) return noBudget(store, { proposalId, budgetLine, now }, report);
    throw error;
  }
}

/** The award waits, which the record says once. */
async function noBudget(
  store: Pick<Store, 'proposals'>,
  { proposalId, budgetLine, now }: { proposalId: string; budgetLine: BudgetLineId; now: string },
  report: Report<Awarding>,
): Promise<Awarding> {
  return store.proposals.update<Awarding>(proposalId, now, async (before) => {
    // The room was taken by this very award: another delivery of it was faster.
    if (isAwarded(before)) return { result: { outcome: 'awarded', proposal: before } };
    const waiting = awaitBudget(before, budgetLine, now);
    const result = { outcome: 'no-budget' as const, waits: waiting.proposal };
    const changes = waiting.proposal === before ? [] : await report(result);
    return { ...waiting, changes, result };
  });
}

/** The approvals of this round, one for each step. */
function approvalsOf(proposal: ProposalIn<'approval'>, pack: RulePack, asks: readonly Ask[]): Approval[] {
  return approvalSteps(pack, proposal.content.amountAsked).map(({ index }) => {
    const id = askIdOf(proposal.id, 'approval', { round: proposal.round, step: index });
    const ask = asks.find((each): each is AnsweredAsk => each.status === 'answered' && each.id === id);
    if (ask === undefined || ask.outcome !== 'approve' || ask.answeredBy.kind !== 'person')
      throw new ApprovalMissing(proposal.id, index);
    return {
      index,
      role: directoryRoleSchema.parse(ask.role),
      personId: ask.answeredBy.id,
      at: ask.answeredAt,
    };
  });
}

/** The account, as the PPK accepted it with the approval of this round. */
function acceptedAccount(
  { content, round }: ProposalIn<'approval'>,
  asks: readonly Ask[],
): Pick<Award, 'account'> {
  for (const ask of answeredOf(asks, approvalKind)) {
    if (ask.about.round !== round || ask.role !== 'ppk' || ask.answeredBy.kind !== 'person') continue;
    const given = answerAs(ask, approvalKind)?.answer;
    if (given?.outcome !== 'approve' || given.account !== true) continue;
    const letter = letterOf(content);
    const accepted = { account: content.account, by: ask.answeredBy.id, at: ask.answeredAt };
    return { account: { ...accepted, ...(letter !== undefined && { letter }) } };
  }
  return {};
}

/** Register numbers of decree and agreement: `0007/SK/TKM-2020/2020`. */
async function numbers(
  { counters }: Pick<Store, 'counters'>,
  pack: RulePack,
  year: number,
  date: string,
): Promise<Pick<Award, 'sk' | 'pks'>> {
  const numberOf = async (paper: 'SK' | 'PKS') => {
    const next = await counters.next(`${paper}#${pack.id}#${year}`);
    return `${String(next).padStart(4, '0')}/${paper}/${pack.id.toUpperCase()}/${year}`;
  };
  return { sk: { number: await numberOf('SK'), date }, pks: { number: await numberOf('PKS'), date } };
}

type AwardDeps = MessageDeps &
  StatusLinkDeps & { store: MessageDeps['store'] & AwardStore & Pick<Store, 'people'> };

/** The same, and notifies the group of the award, or all who are concerned that it waits, with the record of it. */
export function awardAndNotify(
  deps: AwardDeps,
  step: { proposalId: string; now: string },
): Promise<Awarding> {
  return reporting(
    deps,
    step.now,
    (awarding: Awarding) =>
      awarding.outcome === 'awarded'
        ? awardedNotices(deps, awarding.proposal, step.now)
        : waitingNotices(deps, awarding.waits, step.now),
    (report) => awardGrant(deps.store, step, report),
  );
}

async function awardedNotices(
  deps: AwardDeps,
  proposal: ProposalIn<'payment' | 'follow-up' | 'closed'>,
  now: string,
): Promise<QueuedMessage[]> {
  const { id: proposalId, award, tranches } = proposal;
  return writeNotices(deps, await recipientsOf(deps.store.people, proposal), {
    idPrefix: `${proposalId}.awarded.`,
    subjectId: proposalId,
    template: 'award-granted',
    facts: (to) =>
      factsFor(
        deps,
        to,
        {
          proposalId,
          groupName: groupNameOf(proposal),
          decreeNumber: award.sk.number,
          agreementNumber: award.pks.number,
          date: award.sk.date,
          amount: formatRupiah(award.amount),
          tranches: tranches.map(({ number, amount }) => ({ number, amount: formatRupiah(amount) })),
        },
        now,
      ),
    now,
  });
}

const eventSchema = z.object({ proposalId: z.string(), now: nowSchema });

export const handler = taskHandler(
  'approval/award-grant',
  eventSchema,
  async (request, { env, store, metrics }) => {
    const deps = { store, ...postOf(env), linkBaseUrl: env.LINK_BASE_URL };
    const awarding = await awardAndNotify(deps, request);
    if (awarding.outcome === 'no-budget') return { outcome: awarding.outcome };
    metrics.addMetric('GrantAwarded', 'Count', 1);
    return {
      outcome: awarding.outcome,
      tranches: awarding.proposal.tranches.map(({ number }) => number),
      works: packOf(awarding.proposal).works !== undefined,
    };
  },
);
