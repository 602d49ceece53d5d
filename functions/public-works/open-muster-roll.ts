/**
 * Says when the muster roll of paid works is due and how many times it may be handed in, and writes its form for the group.
 *
 * When the muster roll is due, counted, as the follow-up is, from the day on which the first payment settled; and its form.
 */

import type { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { xlsxType } from '#domain/packet/media-type.ts';
import { rollFormKey } from '#domain/public-works/wages.ts';
import { addDays, addWorkingDays, type Calendar, jakartaDate, morningOf } from '#domain/working-days.ts';
import { followedUp } from '#functions/public-works/check-muster-roll.ts';
import { emptyRoll, firstWorkDay, rollWorkbook } from '#functions/public-works/form.ts';
import { worksOf } from '#functions/public-works/works-of-proposal.ts';
import { calendarInForce } from '#functions/runtime/calendar-in-force.ts';
import { s3 } from '#functions/runtime/clients.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import { putOnce } from '#functions/runtime/put-once.ts';
import type { Store } from '#functions/store/store.ts';

export interface OpenDeps {
  store: Pick<Store, 'proposals'>;
  s3: S3Client;
  uploadsBucket: string;
}

/**
 * Puts the group's form where the page of the ask offers it, once.
 *
 * @returns the moment from which the roll is asked for, and how many rolls may be handed in
 * @throws {NoWorks}
 */
export async function openMusterRoll(
  { store, s3, uploadsBucket }: OpenDeps,
  calendar: Calendar,
  { proposalId, now }: { proposalId: string; now: string },
): Promise<{ opensAt: string; turns: number }> {
  const proposal = followedUp(await store.proposals.get(proposalId));
  const { musterRoll } = worksOf(proposal);
  const dates = proposal.tranches.flatMap(({ valueDate }) => (valueDate === undefined ? [] : [valueDate]));
  const settledOn = dates.sort()[0] ?? jakartaDate(now);
  await putOnce(s3, {
    ...{ Bucket: uploadsBucket, Key: rollFormKey(proposalId), ContentType: xlsxType },
    Body: await rollWorkbook(emptyRoll(proposal, firstWorkDay(proposal), calendar)),
  });
  return {
    opensAt: morningOf(addWorkingDays(addDays(settledOn, musterRoll.afterDays), 0, calendar)),
    turns: musterRoll.maxReturns + 1,
  };
}

const eventSchema = z.object({ proposalId: z.string(), now: nowSchema });

export const handler = taskHandler(
  'public-works/open-muster-roll',
  eventSchema,
  async (step, { env, store }) =>
    openMusterRoll(
      {
        store,
        s3: s3(),
        uploadsBucket: env.UPLOADS_BUCKET,
      },
      await calendarInForce(store, step.now),
      step,
    ),
);
