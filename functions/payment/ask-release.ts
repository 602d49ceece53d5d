/**
 * Asks the treasurers to release a payment run, or reminds them; leaves the waiting state's token with the run.
 *
 * Asks those who may release a run to do so, and reminds them before the bank's cut-off. The waiting state's token goes
 * with the run; where the run was decided about already, or its time is over, the state is resumed with that at once.
 */

import type { SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { barToRelease, type PaymentRun, releaseIdOf, releasingRole } from '#domain/money/payment-run.ts';
import { formatRupiah } from '#domain/money/rupiah.ts';
import { absenceOn, type Person } from '#domain/people/person.ts';
import { jakartaDate } from '#domain/working-days.ts';
import { messengerOf } from '#functions/notifications/messenger.ts';
import { notify } from '#functions/notifications/notify.ts';
import { adminsFor } from '#functions/notifications/recipients.ts';
import { type MessageDeps, sendMessage } from '#functions/notifications/send-message.ts';
import { changeRun } from '#functions/payment/update-run.ts';
import { stepFunctions } from '#functions/runtime/clients.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import { resume } from '#functions/runtime/resume.ts';
import { hashLinkSecret, newLinkSecret } from '#functions/store/links.ts';
import type { Store } from '#functions/store/store.ts';
import { linkEnd, paths, urlOf } from '#functions/web/link.ts';

export interface AskReleaseDeps extends MessageDeps {
  store: MessageDeps['store'] & Pick<Store, 'commit' | 'links' | 'people' | 'runs'>;
  stepFunctions: SFNClient;
  linkBaseUrl: string;
}

export interface AskReleaseStep {
  runId: string;
  turn: 'ask' | 'remind';
  /** The token of the state that waits for the decision; it goes into the table and nowhere else. */
  taskToken: string;
  now: string;
}

/** What a run's execution is resumed with: `late` when the cut-off has passed without a decision. */
export type ReleaseOutcome = 'released' | 'held' | 'late';

/** What the execution continues with; undefined while the run can still be decided about. */
export function releaseOutcomeOf(run: PaymentRun, now: string): ReleaseOutcome | undefined {
  if (run.state === 'released') return 'released';
  if (run.state === 'withdrawn') return run.why === 'held' ? 'held' : 'late';
  return now >= run.cutOffAt ? 'late' : undefined;
}

/** @returns how many were asked, or what the execution was resumed with instead. @throws {NotFound} {TooMuchContention} */
export async function askRelease(
  deps: AskReleaseDeps,
  step: AskReleaseStep,
): Promise<{ asked: number; outcome?: ReleaseOutcome }> {
  const { runId, taskToken, now } = step;
  // With the token, so that the decision finds it; as it was decided, if that was faster.
  const { run } = await changeRun(deps.store, runId, now, (before) => ({
    run: before.state !== 'gathered' || before.taskToken === taskToken ? before : { ...before, taskToken },
    events: [],
  }));
  const outcome = releaseOutcomeOf(run, now);
  if (outcome !== undefined) {
    await resume(deps.stepFunctions, taskToken, { outcome });
    return { asked: 0, outcome };
  }
  const holders = await deps.store.people.byRole(releasingRole, '');
  const allowed = holders.filter((person) => barToRelease(person, run) === undefined);
  const present = allowed.filter((person) => absenceOn(person, jakartaDate(now)) === undefined);
  let asked = 0;
  for (const person of present.length > 0 ? present : allowed)
    if (await ask(deps, run, person, step)) asked += 1;
  if (asked === 0) {
    const why = holders.length === 0 ? 'no-holder' : allowed.length === 0 ? 'four-eyes' : 'unreached';
    await notifyAdmins(deps, run, why, step);
  }
  return { asked };
}

/** @returns whether the person could be reached */
async function ask(
  deps: AskReleaseDeps,
  run: PaymentRun,
  person: Person,
  { turn, now }: AskReleaseStep,
): Promise<boolean> {
  const { id: runId, count, sum, cutOffAt } = run;
  const sending = await sendMessage(deps, {
    id: `${releaseIdOf(runId)}.${turn}.${person.id}`,
    to: person,
    language: person.language,
    template: turn === 'ask' ? 'run-release' : 'run-release-reminder',
    facts: async () => {
      const secret = newLinkSecret();
      const link = { to: 'run' as const, runId, personId: person.id };
      await deps.store.commit({
        journal: 'bank',
        now,
        events: [],
        changes: [
          deps.store.links.create(hashLinkSecret(secret), {
            ...link,
            createdAt: now,
            expiresAt: linkEnd(cutOffAt),
          }),
        ],
      });
      const url = urlOf(deps.linkBaseUrl, paths.run(secret));
      return { runId, count, sum: formatRupiah(sum), name: person.name, url, until: cutOffAt };
    },
    now,
  });
  return sending === 'sent' || sending === 'sent-before';
}

async function notifyAdmins(
  deps: AskReleaseDeps,
  { id: runId, count, sum, cutOffAt }: PaymentRun,
  why: 'no-holder' | 'four-eyes' | 'unreached',
  { turn, now }: AskReleaseStep,
): Promise<void> {
  await notify(deps, await adminsFor(deps.store.people, undefined), {
    idPrefix: `${releaseIdOf(runId)}.${turn}.nobody.`,
    template: 'run-unreleasable',
    facts: { runId, count, sum: formatRupiah(sum), why, until: cutOffAt },
    now,
  });
}

const eventSchema = z.object({
  runId: z.string().min(1),
  turn: z.enum(['ask', 'remind']),
  taskToken: z.string().min(1),
  now: nowSchema,
});

export const handler = taskHandler(
  'payment/ask-release',
  eventSchema,
  async (step, { env, store, logger }) => {
    const asked = await askRelease(
      {
        store,
        stepFunctions: stepFunctions(),
        ...messengerOf(env),
        linkBaseUrl: env.LINK_BASE_URL,
      },
      step,
    );
    logger.info('A payment run waits to be released.', { runId: step.runId, turn: step.turn, ...asked });
  },
);
