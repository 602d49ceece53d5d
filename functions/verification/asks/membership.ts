/** The members confirm that they are members: what becomes of an answer that comes after the group's. */
import type { Ask } from '#domain/asks/ask.ts';
import { deniedLate } from '#domain/asks/ask-events.ts';
import { askIdOf } from '#domain/asks/ask-id.ts';
import { membershipReview } from '#domain/asks/kinds/membership-review.ts';
import type { Behaviour } from '#functions/asks/behaviour.ts';
import { writeNotices } from '#functions/notifications/notify.ts';
import { adminsFor, groupNameOf } from '#functions/notifications/recipients.ts';

export const membership: Behaviour<'membership'> = {
  late: {
    /** Enough confirmed, or a denial was reviewed. */
    async isSettled({ asks }, { subject, about, outcome }) {
      if (outcome === 'quorum') return true;
      const review = askIdOf(subject.id, membershipReview.name, { round: about.round ?? 1 });
      return (await asks.find(subject.id, review))?.status === 'answered';
    },
    denied: (answered) => deniedLate('membership.denied-late', answered),
    /** To the administrators. */
    async notices(deps, proposal, part, now) {
      const { assignee } = part;
      if (assignee.kind !== 'member') return [];
      return writeNotices(deps, await adminsFor(deps.store.people, proposal), {
        idPrefix: `${occasionOf(part)}.`,
        subjectId: proposal.id,
        template: 'membership-denied-late',
        facts: { proposalId: proposal.id, groupName: groupNameOf(proposal), member: assignee.number },
        now,
      });
    },
  },
};

function occasionOf({ id }: Ask) {
  return `${id}.denied-late`;
}
