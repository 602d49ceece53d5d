/**
 * Drafts the papers that a tranche calls for, once: each is drawn, put into the uploads bucket, and recorded with its
 * number and hashes in the proposal and in its chain of events.
 *
 * A paper's bytes follow from the record alone: it bears the day on which the tranche opened and not the day of the
 * drawing. Its key ends in its own hash, and it is put only if there is none of its name, so that whoever draws second,
 * after a kill or at the same time, writes nothing, and what is there is the same.
 */
import type { S3Client } from '@aws-sdk/client-s3';
import { type Draft, type DraftKind, trancheDrafts } from '#domain/drafts.ts';
import type { AwardedProposal, Tranche } from '#domain/proposal.ts';
import { updateTranche } from '#domain/proposal.ts';
import { provinceOf, type RegionDirectory, regencyOf } from '#domain/region.ts';
import { jakartaDate } from '#domain/working-days.ts';
import { factsOf, type PaperFacts } from '#functions/payment/drafts/facts.ts';
import { contentOf, sha256 } from '#functions/payment/drafts/paper.ts';
import { renderPaper } from '#functions/payment/drafts/render.ts';
import { paperFor } from '#functions/payment/drafts/wording/papers.ts';
import { inPayment, packOf, paymentEvent, type TrancheStep, trancheIn } from '#functions/payment/tranche.ts';
import { putOnce } from '#functions/shared/put-once.ts';
import type { Store } from '#functions/store/store.ts';

export interface DraftDeps {
  store: Pick<Store, 'people' | 'proposals'>;
  s3: S3Client;
  uploadsBucket: string;
  regions: RegionDirectory;
}

/** @throws {WrongTranche} {UnreadableDecreeNumber} */
export const draftPapers = async (
  { store, s3, uploadsBucket, regions }: DraftDeps,
  { proposalId, tranche: number, now }: TrancheStep,
): Promise<readonly Draft[]> => {
  const proposal = inPayment(await store.proposals.get(proposalId), 'have its papers drafted');
  const tranche = trancheIn(proposal, number, 'drafted');
  if (tranche.drafts !== undefined) return tranche.drafts;
  const pack = packOf(proposal);
  const facts = factsOf(proposal, pack, tranche, {
    date: jakartaDate(tranche.openedAt ?? now),
    ...placesOf(proposal, regions),
    ppk: await approverName(store, proposal, 'ppk'),
    kpa: await approverName(store, proposal, 'kpa'),
  });
  const drafts: Draft[] = [];
  for (const kind of trancheDrafts(pack, number)) {
    const { draft, file } = await drawn(kind, facts, proposalId, tranche);
    // S3 compares the file with its hash.
    await putOnce(s3, {
      ...{ Bucket: uploadsBucket, Key: draft.key, Body: file, ContentType: 'application/pdf' },
      ChecksumSHA256: Buffer.from(draft.sha256, 'hex').toString('base64'),
    });
    drafts.push(draft);
  }
  return store.proposals.update(proposalId, now, (before) => {
    const present = trancheIn(inPayment(before, 'have its papers drafted'), number, 'drafted').drafts;
    if (present !== undefined) return { result: present };
    return {
      proposal: updateTranche(
        inPayment(before, 'have its papers drafted'),
        number,
        (each) => ({ ...each, drafts }),
        now,
      ),
      events: drafts.map(({ kind, number: paper, date, contentSha256, sha256: file }) =>
        paymentEvent(now, 'paper.drafted', {
          tranche: number,
          paper: kind,
          number: paper,
          date,
          contentSha256,
          sha256: file,
        }),
      ),
      result: drafts,
    };
  });
};

const drawn = async (
  kind: DraftKind,
  facts: PaperFacts,
  proposalId: string,
  { number: tranche }: Tranche,
): Promise<{ draft: Draft; file: Buffer }> => {
  const paper = paperFor(kind, facts);
  const file = await renderPaper(paper);
  const hash = sha256(file);
  return {
    file,
    draft: {
      kind,
      number: paper.number,
      date: paper.date,
      key: `drafts/${proposalId}/${tranche}/${kind}-${hash.slice(0, 16)}.pdf`,
      bytes: file.byteLength,
      contentSha256: sha256(contentOf(paper)),
      sha256: hash,
    },
  };
};

/** The places as papers write them: `Kabupaten Gunungkidul`, and its province. */
const placesOf = (
  { content: { group } }: AwardedProposal,
  regions: RegionDirectory,
): { place: string; province: string } => {
  const name = (code: string) => titled(regions.name(code) ?? code);
  return { place: name(regencyOf(group.village)), province: name(provinceOf(group.village)) };
};

/** Official names are in capitals: `KABUPATEN GUNUNGKIDUL`. */
const titled = (name: string): string =>
  name
    .split(' ')
    .map((word) => (word === 'DKI' ? word : word.charAt(0) + word.slice(1).toLowerCase()))
    .join(' ');

/** Who approved the award in this role, by name. */
const approverName = async (
  { people }: DraftDeps['store'],
  { award }: AwardedProposal,
  role: 'ppk' | 'kpa',
): Promise<string | undefined> => {
  const approval = award.approvals.find((each) => each.role === role);
  return approval && (await people.get(approval.personId))?.name;
};
