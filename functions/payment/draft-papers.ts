/**
 * Drafts the papers that a tranche calls for, for people to print and sign, before anyone is asked for them; and those that
 * name the account again when the bank has refused it and the group has given another.
 *
 * Drafts the papers that a tranche calls for, once: each is drawn, put into the uploads bucket, and recorded with its
 * number and hashes in the proposal and in its chain of events.
 *
 * A paper's bytes follow from the record alone: it bears the day on which the tranche opened and not the day of the
 * drawing. Its key ends in its own hash, and it is put only if there is none of its name, so that a second drawing,
 * after a kill or at the same time, writes nothing, and what is there is the same.
 */

import type { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { trancheRule } from '#domain/money/tranche.ts';
import {
  type Draft,
  draftsOfAttempt,
  namesAccount,
  trancheAccountDrafts,
  trancheDrafts,
} from '#domain/papers/drafts.ts';
import { provinceOf, type RegionDirectory, regencyOf } from '#domain/people/region.ts';
import type { AwardedProposal } from '#domain/proposal/proposal.ts';
import { noteDrafts } from '#domain/proposal/tranche-papers.ts';
import { inPayment, trancheIn } from '#domain/proposal/tranches.ts';
import { jakartaDate } from '#domain/working-days.ts';
import { draftFacts } from '#functions/payment/drafts/facts.ts';
import { filePaper } from '#functions/payment/drafts/file.ts';
import { paperFor } from '#functions/payment/drafts/wording/papers.ts';
import type { TrancheStep } from '#functions/payment/tranche.ts';
import { AccountNotCorrected, acceptanceAfter } from '#functions/payment/tranche-answers.ts';
import { s3 } from '#functions/runtime/clients.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import { regions } from '#functions/runtime/regions.ts';
import type { Store } from '#functions/store/store.ts';
import { packOf } from '#programmes/index.ts';

export interface DraftDeps {
  store: Pick<Store, 'asks' | 'people' | 'proposals'>;
  s3: S3Client;
  uploadsBucket: string;
  regions: RegionDirectory;
}

/**
 * @param step.attempt the payment attempt whose account the papers name: from the second on only those that name the
 *   account are drafted, with the one that the group gave instead
 * @throws {WrongTranche} {UnreadableDecreeNumber} {AccountNotCorrected}
 */
export async function draftPapers(
  { store, s3, uploadsBucket, regions }: DraftDeps,
  { proposalId, tranche: number, attempt = 1, now }: TrancheStep & { attempt?: number },
): Promise<readonly Draft[]> {
  const known = inPayment(await store.proposals.get(proposalId), 'have its papers drafted');
  const tranche = trancheIn(known, number, 'drafted');
  const there = draftsOfAttempt(tranche, attempt);
  if (there.length > 0) return there;
  const pack = packOf(known);
  const date =
    attempt === 1
      ? jakartaDate(tranche.openedAt ?? now)
      : await acceptedOn(store, known, number, attempt - 1);
  const facts = draftFacts(known, pack, tranche, {
    date,
    attempt,
    ...placesOf(known, regions),
    ppk: await approverName(store, known, 'ppk'),
    kpa: await approverName(store, known, 'kpa'),
  });
  const drafts: Draft[] = [];
  const kinds = attempt === 1 ? trancheDrafts(pack, number) : trancheAccountDrafts(pack, number);
  for (const kind of kinds) {
    const filed = await filePaper(
      { s3, uploadsBucket },
      paperFor(kind, facts),
      `${proposalId}/${number}/${kind}`,
    );
    drafts.push({ kind, ...(facts.attempt > 1 && { attempt: facts.attempt }), ...filed });
  }
  return store.proposals.update(proposalId, now, (before) => {
    const current = inPayment(before, 'have its papers drafted');
    const present = draftsOfAttempt(trancheIn(current, number, 'drafted'), attempt);
    if (present.length > 0) return { result: present };
    return { ...noteDrafts(current, number, drafts, now), result: drafts };
  });
}

/** Whether the group hands in papers that name the account, so that another account makes it sign them again. */
export async function groupSignsAgain(
  { proposals }: Pick<Store, 'proposals'>,
  { proposalId, tranche }: TrancheStep,
): Promise<boolean> {
  const proposal = inPayment(await proposals.get(proposalId), 'have its papers signed again');
  return trancheRule(packOf(proposal), tranche).documents.some(({ type }) => namesAccount(type));
}

/** The day on which the PPK accepted another account after this attempt. @throws {AccountNotCorrected} */
async function acceptedOn(
  { asks }: Pick<Store, 'asks'>,
  { id }: AwardedProposal,
  tranche: number,
  attempt: number,
): Promise<string> {
  const accepted = acceptanceAfter(await asks.bySubject(id), tranche, attempt);
  if (accepted === undefined) throw new AccountNotCorrected(id, tranche, attempt);
  return jakartaDate(accepted.at);
}

/** The places as papers write them: `Kabupaten Gunungkidul`, and its province. */
export function placesOf(
  { content: { group } }: AwardedProposal,
  regions: RegionDirectory,
): { place: string; province: string } {
  const name = (code: string) => titled(regions.name(code) ?? code);
  return { place: name(regencyOf(group.village)), province: name(provinceOf(group.village)) };
}

/** Official names are in capitals: `KABUPATEN GUNUNGKIDUL`. */
function titled(name: string): string {
  return name
    .split(' ')
    .map((word) => (word === 'DKI' ? word : word.charAt(0) + word.slice(1).toLowerCase()))
    .join(' ');
}

/** Who approved the award in this role, by name. */
export async function approverName(
  { people }: Pick<Store, 'people'>,
  { award }: AwardedProposal,
  role: 'ppk' | 'kpa',
): Promise<string | undefined> {
  const approval = award.approvals.find((each) => each.role === role);
  return approval && (await people.get(approval.personId))?.name;
}

const eventSchema = z.object({
  proposalId: z.string(),
  tranche: z.int().positive(),
  attempt: z.int().positive().default(1),
  now: nowSchema,
});

export const handler = taskHandler(
  'payment/draft-papers',
  eventSchema,
  async (step, { env, store, logger }) => {
    const drafts = await draftPapers(
      {
        store,
        s3: s3(),
        uploadsBucket: env.UPLOADS_BUCKET,
        regions: regions(),
      },
      step,
    );
    logger.info('Papers were drafted.', {
      tranche: step.tranche,
      attempt: step.attempt,
      papers: drafts.length,
    });
    return { signedByGroup: await groupSignsAgain(store, step) };
  },
);
