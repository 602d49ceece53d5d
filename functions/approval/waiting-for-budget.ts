/** Notifies of an award that waits for room on its budget line: the group, which need do nothing, and those who can make room. */

import { showBudgetLine } from '#domain/money/ledger.ts';
import { formatRupiah } from '#domain/money/rupiah.ts';
import { budgetLineOf } from '#domain/proposal/approval.ts';
import type { ProposalIn } from '#domain/proposal/proposal.ts';
import { writeNotices } from '#functions/notifications/notify.ts';
import { adminsFor, groupNameOf, recipientsOf } from '#functions/notifications/recipients.ts';
import { factsFor, type StatusLinkDeps } from '#functions/notifications/status-link.ts';
import type { MessageDeps } from '#functions/notifications/write-message.ts';
import type { QueuedMessage } from '#functions/store/outbox.ts';
import type { Store } from '#functions/store/store.ts';
import { packOf } from '#programmes/index.ts';

type Deps = MessageDeps & StatusLinkDeps & { store: Pick<Store, 'people'> };

/** For the transaction by which the award begins to wait. @param now business time, ISO 8601 */
export async function waitingNotices(
  deps: Deps,
  proposal: ProposalIn<'approval'>,
  now: string,
): Promise<QueuedMessage[]> {
  const { id, content, budgetAwaitedSince = now } = proposal;
  const rules = packOf(proposal);
  const days = rules.approval.budgetWaitDays;
  const recipients = [
    ...(await recipientsOf(deps.store.people, proposal)),
    ...(await adminsFor(deps.store.people, proposal)),
  ];
  return writeNotices(deps, new Map(recipients.map((each) => [each.key, each])).values(), {
    idPrefix: `${id}.waits-for-budget.${budgetAwaitedSince}.`,
    subjectId: id,
    template: 'award-waits',
    facts: (to) =>
      factsFor(
        deps,
        to,
        {
          proposalId: id,
          groupName: groupNameOf(proposal),
          amount: formatRupiah(content.amountAsked),
          budgetLine: showBudgetLine(budgetLineOf(rules, content, now)),
          until: new Date(Date.parse(budgetAwaitedSince) + days * 86_400_000).toISOString(),
        },
        now,
      ),
    now,
  });
}
