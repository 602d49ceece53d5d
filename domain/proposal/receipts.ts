/** What members say, each for themselves, of having received the benefit of a tranche. */
import { event } from './events.ts';
import { type AwardedProposal, type Decided, inStage, type Proposal } from './proposal.ts';
import type { Receipts, Tranche } from './tranche.ts';
import { updateTranche } from './tranches.ts';

/**
 * Notes what members said of having received the benefit of a tranche; what is known already stays. Members answer for
 * as long as they like, also after the close. Their answers are the events.
 *
 * @throws {WrongStage} {WrongTranche}
 */
export function noteReceipts(
  proposal: Proposal,
  number: number,
  { of, answers }: Receipts,
  now: string,
): Decided<AwardedProposal> {
  const before = inStage(proposal, ['payment', 'follow-up', 'closed'], 'note receipts');
  const change = (tranche: Tranche): Tranche => {
    const known = tranche.receipts?.answers ?? [];
    const more = answers.filter(({ member }) => !known.some((one) => one.member === member));
    const all = [...known, ...more].sort((a, b) => a.member - b.member);
    return { ...tranche, receipts: { of, answers: all } };
  };
  return { proposal: updateTranche(before, number, change, now), events: [] };
}

/**
 * The members' time is up, or their answer clear: what they said so far is noted and counted.
 *
 * @param needed how many must confirm; `met`: whether that many did
 * @throws {WrongStage} {WrongTranche}
 */
export function concludeReceipts(
  proposal: Proposal,
  number: number,
  receipts: Receipts,
  { needed, met }: { needed: number; met: boolean },
  now: string,
): Decided<AwardedProposal> {
  const facts = { tranche: number, ...countReceipts(receipts), needed, met };
  return {
    proposal: noteReceipts(proposal, number, receipts, now).proposal,
    events: [event(now, 'receipts.recorded', facts)],
  };
}

/** How many members confirmed and denied having received the benefit. @param asOf answers after that moment do not count */
export function countReceipts(
  { of, answers }: Receipts,
  asOf?: string,
): { confirmed: number; denied: number; of: number } {
  const counted = answers.filter(({ at }) => asOf === undefined || at <= asOf);
  const confirmed = counted.filter(({ outcome }) => outcome === 'confirmed').length;
  return { confirmed, denied: counted.length - confirmed, of };
}
