/**
 * A person's one-time codes work again. Administrators invoke it, by `jaring code` or by the AWS command line: no one
 * else has the right to.
 *
 * What an administrator does for a person whose codes no longer work: another secret, or a locked ask opened.
 */
import * as z from 'zod';
import { isLocked, unlock } from '#domain/people/codes.ts';
import { personIdSchema } from '#domain/people/person.ts';
import { chainOfCoded } from '#functions/identity/code-journal.ts';
import { codeSecretsFrom } from '#functions/identity/code-secrets.ts';
import { type InviteDeps, inviteToEnrol, resetCodes } from '#functions/identity/enrolment.ts';
import { postOf } from '#functions/notifications/post.ts';
import { secretsManager } from '#functions/runtime/clients.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import { NotFound } from '#functions/store/errors.ts';
import type { Store } from '#functions/store/store.ts';

export type RestoreDeps = InviteDeps & { store: Pick<Store, 'people'> };

/**
 * The old secret stops at once, and the person is mailed a link to enrol with another.
 *
 * @throws `NotFound` when the person is not in the directory
 */
export async function resetAndInvite(
  deps: RestoreDeps,
  { personId, now }: { personId: string; now: string },
): Promise<{ mail: Awaited<ReturnType<typeof inviteToEnrol>> }> {
  const person = await deps.store.people.get(personId);
  if (person === undefined) throw new NotFound(`Person ${personId}`);
  const enrolment = await resetCodes(deps, { personId, now });
  return { mail: await inviteToEnrol(deps, person, { occasion: `reset-${enrolment}`, now, again: true }) };
}

/**
 * Opens an ask again that wrong codes have locked for the person.
 *
 * @returns whether it was locked
 * @throws `NotFound` for what is no ask; `StaleCodes` when a code was given at the same instant
 */
export async function unlockAsk(
  { codes: store, commit }: Pick<Store, 'codes' | 'commit'>,
  { personId, askId, now }: { personId: string; askId: string; now: string },
): Promise<{ unlocked: boolean }> {
  const chain = chainOfCoded(askId);
  if (chain === undefined) throw new NotFound(`Ask ${askId}`);
  const codes = await store.get(personId);
  if (codes === undefined || !isLocked(codes, askId)) return { unlocked: false };
  const { codes: after, events } = unlock(codes, askId, now);
  await commit({ ...chain, now, events, changes: [store.put(codes, after)] });
  return { unlocked: true };
}

const eventSchema = z.discriminatedUnion('do', [
  /** The phone was lost or replaced, or another person has the secret. */
  z.strictObject({ do: z.literal('reset'), personId: personIdSchema, now: nowSchema }),
  /** Wrong codes have locked an ask for the person. */
  z.strictObject({ do: z.literal('unlock'), personId: personIdSchema, askId: z.string(), now: nowSchema }),
]);

export const handler = taskHandler(
  'identity/restore-codes',
  eventSchema,
  async (wish, { env, store, logger }) => {
    const deps = {
      store,
      ...postOf(env),
      linkBaseUrl: env.LINK_BASE_URL,
      codeSecrets: () => codeSecretsFrom(secretsManager(), env.CODE_SECRETS_ARN),
    };
    const done = wish.do === 'reset' ? await resetAndInvite(deps, wish) : await unlockAsk(store, wish);
    logger.info('Codes were restored.', { do: wish.do, personId: wish.personId, ...done });
    return done;
  },
);
