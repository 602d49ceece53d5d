/**
 * Tells that somebody denied something after the group's answer was clear: being a member, to the administrators;
 * having received the benefit, to the auditors.
 */
import type { Ask } from '#domain/asks/ask.ts';
import { countReceipts, type Proposal } from '#domain/proposal/proposal.ts';
import type { AnswerDeps } from '#functions/asks/record-answer.ts';
import { notifyAuditors } from '#functions/notifications/notify-auditors.ts';
import { adminsFor, groupNameOf } from '#functions/notifications/recipients.ts';
import { type MessageDeps, sendMessage } from '#functions/notifications/send-message.ts';
import { asError } from '#functions/runtime/errors.ts';
import type { Store } from '#functions/store/store.ts';
import { packOf } from '#programmes/index.ts';

type TellDeps = MessageDeps &
  Pick<AnswerDeps, 'logger'> & { store: Pick<Store, 'addresses' | 'messages' | 'people' | 'proposals'> };

/**
 * A mail that cannot be sent does not undo the answer: the record has it, and the log says that nobody was told.
 *
 * @param part the member's part of the group's ask
 */
export async function tellLateDenial(deps: TellDeps, part: Ask, now: string): Promise<void> {
  try {
    const proposal = await deps.store.proposals.get(part.proposalId);
    if (part.kind === 'receipt') await tellOfReceipt(deps, proposal, part, now);
    else await tellOfMembership(deps, proposal, part, now);
  } catch (error) {
    deps.logger.warn('A late denial is recorded; nobody could be told.', {
      askId: part.id,
      error: asError(error),
    });
  }
}

function occasionOf({ id }: Ask) {
  return `${id}.denied-late`;
}

async function tellOfMembership(deps: TellDeps, proposal: Proposal, part: Ask, now: string) {
  const { assignee } = part;
  if (assignee.kind !== 'member') return;
  for (const to of await adminsFor(deps.store.people, proposal))
    await sendMessage(deps, {
      id: `${occasionOf(part)}.${to.key}`,
      proposalId: proposal.id,
      to,
      language: to.language,
      template: 'membership-denied-late',
      facts: { proposalId: proposal.id, groupName: groupNameOf(proposal), member: assignee.number },
      now,
    });
}

async function tellOfReceipt(deps: TellDeps, proposal: Proposal, part: Ask, now: string) {
  const number = part.about.tranche;
  const tranche =
    'tranches' in proposal ? proposal.tranches?.find((each) => each.number === number) : undefined;
  if (tranche?.receipts === undefined) return;
  await notifyAuditors(deps, {
    occasion: occasionOf(part),
    proposal,
    tranche: tranche.number,
    counts: countReceipts(tranche.receipts),
    needed: packOf(proposal).payment.receipt.quorum,
    now,
  });
}
