/** Those of the directory who need one-time codes for their office are invited to enrol before they are asked for one. */

import { codedOutcomes } from '#domain/asks/ask.ts';
import { askKinds, kindOf } from '#domain/asks/ask-kinds.ts';
import type { Role } from '#domain/asks/roles.ts';
import { chunk } from '#domain/chunk.ts';
import { type InviteDeps, inviteToEnrol } from '#functions/identity/enrolment.ts';
import type { Store } from '#functions/store/store.ts';
import { everyRulePack } from '#programmes/index.ts';

/** The roles that decide about money: by the kinds of asks, and by the ladders of the rule-packs. */
export const codedRoles: ReadonlySet<Role> = new Set([
  ...askKinds.filter((kind) => codedOutcomes(kind).length > 0).map((kind) => kindOf(kind).role),
  ...everyRulePack().flatMap(({ approval }) => approval.steps.map(({ role }) => role)),
]);

const invitationsAtOnce = 5;

/**
 * Invites everyone who holds such a role, is not enrolled, and has no link that is still good.
 *
 * @param occasion names the import: each mails a person once
 * @returns how many were invited
 */
export async function inviteOfficers(
  deps: InviteDeps & { store: Pick<Store, 'people'> },
  { occasion, now }: { occasion: string; now: string },
): Promise<number> {
  const officers = (await deps.store.people.all()).filter(({ roles }) =>
    roles.some(({ role }) => codedRoles.has(role)),
  );
  let invited = 0;
  for (const group of chunk(officers, invitationsAtOnce)) {
    const sendings = await Promise.all(group.map((person) => inviteToEnrol(deps, person, { occasion, now })));
    invited += sendings.filter((sending) => sending === 'posted').length;
  }
  return invited;
}
