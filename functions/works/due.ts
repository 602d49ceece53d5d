/** When the muster roll is due, counted, as the follow-up is, from the day on which the first payment settled; and its form. */
import type { S3Client } from '@aws-sdk/client-s3';
import { xlsxType } from '#domain/media-type.ts';
import { rollFormKey } from '#domain/wages.ts';
import { addDays, addWorkingDays, type Calendar, jakartaDate, morningOf } from '#domain/working-days.ts';
import { putOnce } from '#functions/shared/put-once.ts';
import type { Store } from '#functions/store/store.ts';
import { followedUp } from '#functions/works/checking.ts';
import { emptyRoll, firstWorkDay, rollWorkbook } from '#functions/works/form.ts';
import { worksOf } from '#functions/works/rules.ts';

export interface DueDeps {
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
export const dueRoll = async (
  { store, s3, uploadsBucket }: DueDeps,
  calendar: Calendar,
  { proposalId, now }: { proposalId: string; now: string },
): Promise<{ opensAt: string; turns: number }> => {
  const proposal = followedUp(await store.proposals.get(proposalId));
  const { musterRoll } = worksOf(proposal);
  const dates = proposal.tranches.flatMap(({ valueDate }) => (valueDate === undefined ? [] : [valueDate]));
  const settledOn = dates.sort()[0] ?? jakartaDate(now);
  await putOnce(s3, {
    ...{ Bucket: uploadsBucket, Key: rollFormKey(proposalId), ContentType: xlsxType },
    Body: await rollWorkbook(emptyRoll(proposal, firstWorkDay(proposal))),
  });
  return {
    opensAt: morningOf(addWorkingDays(addDays(settledOn, musterRoll.afterDays), 0, calendar)),
    turns: musterRoll.maxReturns + 1,
  };
};
