/**
 * The official who issued an SPP or SPM cancels it before the SP2D: the paper that is asked for next is answered by `cancelled`, and
 * in the same transaction the tranche is where it was before SPP and SPM, and what was reserved is committed again.
 *
 * Whether the SP2D is issued first or the cancellation comes first is decided by the ask that both answer: one of them wins.
 */
import type { AnsweredAsk, Ask, OpenAsk } from '#domain/asks/ask.ts';
import { askAnswered } from '#domain/asks/ask-events.ts';
import type { AskForm } from '#domain/asks/forms.ts';
import { sp2d } from '#domain/asks/kinds/sp2d.ts';
import { spm } from '#domain/asks/kinds/spm.ts';
import { spp } from '#domain/asks/kinds/spp.ts';
import { roundOf } from '#domain/asks/paper-rules.ts';
import { cancelEntry } from '#domain/money/ledger.ts';
import { recordInvolvement } from '#domain/proposal/proposal.ts';
import { cancelPapers } from '#domain/proposal/tranche-papers.ts';
import type { Cancellation, CancellationRequest, CancellationStore } from '#functions/asks/behaviour.ts';
import { paperOf } from '#functions/payment/tranche-answers.ts';
import { AskAlreadyAnswered } from '#functions/store/errors.ts';

/** An SPP or SPM as an ask brought it. */
type Issued = AnsweredAsk & { kind: 'spp' | 'spm' };

function isIssued(ask: Ask): ask is Issued {
  return (
    ask.status === 'answered' &&
    ask.outcome === 'issued' &&
    [spp.name, spm.name].some((kind) => kind === ask.kind)
  );
}

/**
 * The ask that the cancellation of a paper answers: the next paper of the same round, while that is open. The official who
 * issued the paper may cancel it, and no one else.
 */
function cancellableBy(personId: string, ask: Ask, asks: readonly Ask[]): OpenAsk | undefined {
  if (!isIssued(ask) || ask.answeredBy.kind !== 'person' || ask.answeredBy.id !== personId) return undefined;
  const [tranche, round] = [ask.about.tranche, roundOf(ask)];
  if (tranche === undefined || round === undefined) return undefined;
  const isNext = (each: Ask): each is OpenAsk =>
    each.status === 'open' &&
    [spm.name, sp2d.name].some((kind) => kind === each.kind) &&
    each.about.tranche === tranche &&
    roundOf(each) === round;
  return asks.find(isNext);
}

/** @returns the ask that ended by it; undefined when the paper can be cancelled no more */
async function record(
  store: CancellationStore,
  { proposalId, askId, personId, reason, now }: CancellationRequest,
): Promise<AnsweredAsk | undefined> {
  try {
    return await store.proposals.update<AnsweredAsk | undefined>(proposalId, now, async (proposal) => {
      const asks = await store.asks.bySubject(proposalId);
      const paper = asks.find(({ id }) => id === askId);
      const next = paper && cancellableBy(personId, paper, asks);
      if (paper === undefined || !isIssued(paper) || next === undefined) return { result: undefined };
      if (proposal.stage !== 'payment' && proposal.stage !== 'follow-up') return { result: undefined };
      const [number, round] = [paper.about.tranche ?? 1, roundOf(paper) ?? 1];
      const tranche = proposal.tranches.find((each) => each.number === number);
      // Between SPM and the question for the SP2D the amount is being reserved.
      if (tranche === undefined || (next.kind === sp2d.name && tranche.status !== 'reserved'))
        return { result: undefined };
      const ended: AnsweredAsk = {
        ...next,
        status: 'answered',
        outcome: 'cancelled',
        answer: { outcome: 'cancelled', paper: paper.kind, reason },
        answeredBy: { kind: 'person', id: personId },
        answeredAt: now,
        evidence: [],
      };
      const issued = [spp, spm].flatMap((kind) => {
        const found = paperOf(asks, kind, number, round);
        return found === undefined ? [] : [{ ...found, paper: kind.name }];
      });
      const cancelled = cancelPapers(proposal, number, { round, issued, by: personId }, now);
      const by = { kind: 'person', id: personId } as const;
      return {
        proposal: recordInvolvement(cancelled.proposal, { kind: paper.kind, about: paper.about, personId }),
        events: [askAnswered(next, { outcome: 'cancelled', by }, now), ...cancelled.events],
        changes: [
          ...store.asks.put(next, ended),
          ...(tranche.status === 'reserved'
            ? store.budgets.book(
                cancelEntry(
                  { line: proposal.award.budgetLine, proposalId, at: now },
                  { tranche: number, round, amount: tranche.amount },
                ),
              )
            : []),
        ],
        result: ended,
      };
    });
  } catch (error) {
    if (error instanceof AskAlreadyAnswered) return undefined;
    throw error;
  }
}

const form: AskForm = {
  title: { id: 'Pembatalan', en: 'Cancellation' },
  question: {
    id: 'Selama surat berikutnya belum terbit, surat ini dapat dibatalkan. Dana yang sudah dicadangkan kembali saat itu juga, dan SPP diminta lagi dari awal; bila sudah terlalu sering, tahap ini tidak dibayarkan.',
    en: 'As long as the paper after it has not been issued, this one can be cancelled. Money that was reserved for it goes back at once, and the SPP is asked for again; after too many times the tranche stays unpaid.',
  },
  outcome: 'cancelled',
  fields: [
    {
      name: 'cancelReason',
      type: 'paragraph',
      label: { id: 'Alasan pembatalan', en: 'Reason for cancelling' },
      required: true,
      maxLength: 2000,
    },
  ],
  submit: { id: 'Batalkan surat ini', en: 'Cancel this paper' },
};

/** An SPP or SPM as the official who issued it cancels it. */
export const paperCancellation: Cancellation = {
  form,
  isOpenTo: (personId, ask, asks) => cancellableBy(personId, ask, asks) !== undefined,
  record,
};
