/** What is told when a member denies after the group was confirmed. */
import type { OpenedLink } from '#functions/people/opened-link.ts';
import type { AnswerDeps } from '#functions/people/record-answer.ts';
import { type MessageDeps, sendMessage } from '#functions/people/send-message.ts';
import { asError } from '#functions/shared/errors.ts';
import { adminsFor, groupNameOf } from '#functions/shared/recipients.ts';
import type { Store } from '#functions/store/store.ts';

export interface LateDenialDeps extends MessageDeps {
  store: MessageDeps['store'] & Pick<Store, 'people'>;
  logger: AnswerDeps['logger'];
}

/**
 * Tells the administrators that somebody denied being a member after the group was confirmed. A mail that cannot be
 * sent does not undo the answer: the record has it, and the log says that nobody was told.
 */
export const tellLateDenial = async (
  deps: LateDenialDeps,
  { ask, proposal }: Pick<OpenedLink, 'ask' | 'proposal'>,
  now: string,
): Promise<void> => {
  const { assignee } = ask;
  if (assignee.kind !== 'member') return;
  try {
    for (const to of await adminsFor(deps.store.people, proposal))
      await sendMessage(deps, {
        id: `${ask.id}.denied-late.${to.key}`,
        proposalId: proposal.id,
        to,
        language: to.language,
        template: 'membership-denied-late',
        facts: { proposalId: proposal.id, groupName: groupNameOf(proposal), member: assignee.number },
        now,
      });
  } catch (error) {
    deps.logger.warn('A late denial is recorded; the administrators could not be told.', {
      askId: ask.id,
      error: asError(error),
    });
  }
};
