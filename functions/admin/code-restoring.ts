/** What an administrator does for a person whose codes no longer work: another secret, or a locked ask opened. */
import { isLocked, unlocked } from '#domain/codes.ts';
import { chainOfCoded } from '#functions/people/coded-chain.ts';
import { type InviteDeps, inviteToEnrol, resetCodes } from '#functions/people/enrolment.ts';
import type { Sending } from '#functions/people/send-message.ts';
import { NotFound } from '#functions/store/errors.ts';
import type { Store } from '#functions/store/store.ts';

export type RestoreDeps = InviteDeps & { store: Pick<Store, 'people'> };

/**
 * The old secret stops at once, and the person is mailed a link to enrol with another.
 *
 * @throws `NotFound` when the person is not in the directory
 */
export const resetAndInvite = async (
  deps: RestoreDeps,
  { personId, now }: { personId: string; now: string },
): Promise<{ mail: Sending | 'not-needed' }> => {
  const person = await deps.store.people.get(personId);
  if (person === undefined) throw new NotFound(`Person ${personId}`);
  const enrolment = await resetCodes(deps, { personId, now });
  return { mail: await inviteToEnrol(deps, person, { occasion: `reset-${enrolment}`, now, again: true }) };
};

/**
 * Opens an ask again that wrong codes have locked for the person.
 *
 * @returns whether it was locked
 * @throws `NotFound` for what is no ask; `StaleCodes` when a code was given at the same instant
 */
export const unlockAsk = async (
  { codes: store, commit }: Pick<Store, 'codes' | 'commit'>,
  { personId, askId, now }: { personId: string; askId: string; now: string },
): Promise<{ unlocked: boolean }> => {
  const chain = chainOfCoded(askId);
  if (chain === undefined) throw new NotFound(`Ask ${askId}`);
  const codes = await store.get(personId);
  if (codes === undefined || !isLocked(codes, askId)) return { unlocked: false };
  await commit({
    ...chain,
    now,
    events: [{ at: now, actor: { kind: 'system' }, action: 'code.unlocked', facts: { askId, personId } }],
    changes: [store.put(codes, unlocked(codes, askId))],
  });
  return { unlocked: true };
};
