/**
 * Drafts the wage bill and the list of receipts, for people to print and sign, once a muster roll was accepted.
 *
 * Drafts the wage bill and the list of receipts from the accepted muster roll, once: they bear the day on which the roll
 * was accepted, and are kept and recorded as the papers of a tranche are (`functions/payment/draft-papers.ts`).
 */

import type { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import type { RegionDirectory } from '#domain/people/region.ts';
import { noteWagePapers } from '#domain/proposal/follow-up.ts';
import { wagePaperKinds } from '#domain/public-works/wage-papers.ts';
import type { WagePaper } from '#domain/public-works/wages.ts';
import { jakartaDate } from '#domain/working-days.ts';
import { approverName, placesOf } from '#functions/payment/draft-papers.ts';
import { draftFacts } from '#functions/payment/drafts/facts.ts';
import { filePaper } from '#functions/payment/drafts/file.ts';
import { type WageFacts, wagePaperFor } from '#functions/payment/drafts/wording/wages.ts';
import { followedUp } from '#functions/public-works/check-muster-roll.ts';
import { worksOf } from '#functions/public-works/works-of-proposal.ts';
import { s3 } from '#functions/runtime/clients.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import { regions } from '#functions/runtime/regions.ts';
import type { Store } from '#functions/store/store.ts';
import { packOf } from '#programmes/index.ts';

export interface WageDraftDeps {
  store: Pick<Store, 'musterRolls' | 'people' | 'proposals'>;
  s3: S3Client;
  uploadsBucket: string;
  regions: RegionDirectory;
}

/** The step was taken while no roll is accepted. The workflow never does. */
export class NoRollAccepted extends Error {
  override readonly name = 'NoRollAccepted';
  constructor(proposalId: string) {
    super(`No muster roll of proposal ${proposalId} was accepted.`);
  }
}

/** @throws {NoRollAccepted} {NoWorks} {UnreadableDecreeNumber} */
export async function draftWagePapers(
  { store, s3, uploadsBucket, regions }: WageDraftDeps,
  { proposalId, now }: { proposalId: string; now: string },
): Promise<readonly WagePaper[]> {
  const proposal = followedUp(await store.proposals.get(proposalId));
  const accepted = proposal.wages?.accepted;
  const [tranche] = proposal.tranches;
  if (accepted === undefined || tranche === undefined) throw new NoRollAccepted(proposalId);
  if (accepted.papers !== undefined) return accepted.papers;
  const facts: WageFacts = {
    paper: draftFacts(proposal, packOf(proposal), tranche, {
      date: jakartaDate(accepted.at),
      attempt: 1,
      ...placesOf(proposal, regions),
      ppk: await approverName(store, proposal, 'ppk'),
      kpa: await approverName(store, proposal, 'kpa'),
    }),
    roll: await store.musterRolls.get(proposalId, accepted.turn),
    roles: new Map(worksOf(proposal).roles.map(({ id, name }) => [id, name.id])),
  };
  const papers: WagePaper[] = [];
  for (const kind of wagePaperKinds) {
    const paper = wagePaperFor(kind, facts);
    const filed = await filePaper({ s3, uploadsBucket }, paper, `${proposalId}/wages/${kind}`);
    papers.push({ kind, ...filed });
  }
  return store.proposals.update<readonly WagePaper[]>(proposalId, now, (before) => {
    const present = followedUp(before);
    const known = present.wages?.accepted;
    if (present.wages === undefined || known === undefined) throw new NoRollAccepted(proposalId);
    if (known.papers !== undefined) return { result: known.papers };
    return { ...noteWagePapers(present, papers, now), result: papers };
  });
}

const eventSchema = z.object({ proposalId: z.string(), now: nowSchema });

export const handler = taskHandler(
  'public-works/draft-wage-papers',
  eventSchema,
  async (step, { env, store, logger }) => {
    const papers = await draftWagePapers(
      {
        store,
        s3: s3(),
        uploadsBucket: env.UPLOADS_BUCKET,
        regions: regions(),
      },
      step,
    );
    logger.info('Wage papers were drafted.', { papers: papers.length });
  },
);
