/**
 * Drafts the wage bill and the list of receipts from the accepted muster roll, once: they bear the day on which the roll
 * was accepted, and are kept and recorded as the papers of a tranche are (`functions/payment/drafting.ts`).
 */
import type { S3Client } from '@aws-sdk/client-s3';
import type { RegionDirectory } from '#domain/region.ts';
import { wagePaperKinds } from '#domain/wage-papers.ts';
import type { WagePaper } from '#domain/wages.ts';
import { jakartaDate } from '#domain/working-days.ts';
import { approverName, placesOf } from '#functions/payment/drafting.ts';
import { factsOf } from '#functions/payment/drafts/facts.ts';
import { filePaper } from '#functions/payment/drafts/file.ts';
import { type WageFacts, wagePaperFor } from '#functions/payment/drafts/wording/wages.ts';
import type { Store } from '#functions/store/store.ts';
import { followedUp } from '#functions/works/checking.ts';
import { worksOf } from '#functions/works/rules.ts';
import { rulePack } from '#programmes/index.ts';

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
export const draftWagePapers = async (
  { store, s3, uploadsBucket, regions }: WageDraftDeps,
  { proposalId, now }: { proposalId: string; now: string },
): Promise<readonly WagePaper[]> => {
  const proposal = followedUp(await store.proposals.get(proposalId));
  const accepted = proposal.wages?.accepted;
  const [tranche] = proposal.tranches;
  if (accepted === undefined || tranche === undefined) throw new NoRollAccepted(proposalId);
  if (accepted.papers !== undefined) return accepted.papers;
  const facts: WageFacts = {
    paper: factsOf(proposal, rulePack(proposal.pack.id, proposal.pack.version), tranche, {
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
    return {
      proposal: {
        ...present,
        wages: { ...present.wages, accepted: { ...known, papers } },
        updatedAt: now,
      },
      events: papers.map(({ kind, number, date, contentSha256, sha256: file }) => ({
        at: now,
        actor: { kind: 'system' },
        action: 'paper.drafted',
        facts: { paper: kind, number, date, contentSha256, sha256: file },
      })),
      result: papers,
    };
  });
};
