/**
 * Records which members confirmed having received the benefit of a tranche. If too few did after the last one, or if
 * a member denied it, the auditors are notified; where a tranche waits, they are asked instead.
 *
 * What the members said of having received the benefit of a tranche is written into the tranche, for the report.
 */

import * as z from 'zod';
import type { Ask } from '#domain/asks/ask.ts';
import { askIdOf } from '#domain/asks/ask-id.ts';
import { receipt } from '#domain/asks/kinds/receipt.ts';
import type { AwardedProposal } from '#domain/proposal/proposal.ts';
import { concludeReceipts, countReceipts } from '#domain/proposal/receipts.ts';
import type { Receipts } from '#domain/proposal/tranche.ts';
import { inPayment, openTranches, trancheIn } from '#domain/proposal/tranches.ts';
import { auditorNotices } from '#functions/notifications/auditor-notices.ts';
import { postOf } from '#functions/notifications/post.ts';
import { type Report, reporting, unreported } from '#functions/notifications/report.ts';
import type { MessageDeps } from '#functions/notifications/write-message.ts';
import type { TrancheStep } from '#functions/payment/tranche.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import { NotFound } from '#functions/store/errors.ts';
import type { Store } from '#functions/store/store.ts';

export interface RecordedReceipts {
  proposal: AwardedProposal;
  /** How many said what, of how many who were asked. */
  counts: { confirmed: number; denied: number; of: number };
  /** How many must confirm. */
  needed: number;
  /** Whether the auditor will be asked to decide: too few confirmed, and a tranche waits for it. */
  reviewed: boolean;
}

/** What members said in their parts of the group's ask. */
function answersIn(parts: readonly Ask[]): Receipts['answers'] {
  return parts.flatMap((part) => {
    if (part.status !== 'answered' || part.assignee.kind !== 'member') return [];
    const outcome = part.outcome === 'confirmed' ? ('confirmed' as const) : ('denied' as const);
    return [{ member: part.assignee.number, outcome, at: part.answeredAt }];
  });
}

/**
 * Records what the members said so far, once their ask has its outcome; again it writes nothing. A later answer is
 * noted with the answer.
 *
 * @throws {WrongTranche} {WrongStage} `NotFound` where the members were not asked
 */
export function recordReceipts(
  store: Pick<Store, 'asks' | 'proposals'>,
  { proposalId, tranche: number, now }: TrancheStep,
  report: Report<RecordedReceipts> = unreported,
): Promise<RecordedReceipts> {
  return store.proposals.update(proposalId, now, async (before) => {
    const proposal = inPayment(before, 'record receipts');
    const known = trancheIn(proposal, number, 'confirmed').receipts;
    const { ask: group, parts } = await store.asks.group({
      subject: { of: 'proposal', id: proposalId },
      id: askIdOf(proposalId, receipt.name, { tranche: number }),
    });
    if (group.quorum === undefined) throw new NotFound(`The ask for the receipts of tranche ${number}`);
    const { needed, of } = group.quorum;
    const answers = answersIn(parts);
    const counts = countReceipts({ of, answers });
    const met = group.status === 'answered' && group.outcome === 'quorum';
    const recorded = concludeReceipts(proposal, number, { of, answers }, { needed, met }, now);
    const result = {
      proposal: recorded.proposal,
      counts,
      needed,
      reviewed: !met && openTranches(recorded.proposal).length > 0,
    };
    if (known !== undefined && known.answers.length >= answers.length) return { result };
    return { ...recorded, changes: await report(result), result };
  });
}

/** The same, and notifies the auditors where too few confirmed or a member denied, unless they are asked to decide; with it. */
export function recordReceiptsAndNotify(
  deps: MessageDeps & { store: MessageDeps['store'] & Pick<Store, 'asks' | 'people' | 'proposals'> },
  step: TrancheStep,
): Promise<RecordedReceipts> {
  const { proposalId, tranche, now } = step;
  return reporting(
    deps,
    now,
    async ({ proposal, counts, needed, reviewed }: RecordedReceipts) => {
      const isDoubtful = counts.confirmed < needed || counts.denied > 0;
      if (reviewed || !isDoubtful) return [];
      const occasion = `${proposalId}.receipts.${tranche}`;
      return auditorNotices(deps, { occasion, proposal, tranche, counts, needed, now });
    },
    (report) => recordReceipts(deps.store, step, report),
  );
}

const eventSchema = z.object({ proposalId: z.string(), tranche: z.int().positive(), now: nowSchema });

export const handler = taskHandler(
  'payment/record-receipts',
  eventSchema,
  async (step, { env, store, metrics }) => {
    const { counts } = await recordReceiptsAndNotify({ store, ...postOf(env) }, step);
    metrics.addMetric('ReceiptsConfirmed', 'Count', counts.confirmed);
    return { ...counts };
  },
);
