import { describe, expect, it } from 'vitest';
import { awardOf, type Proposal, tranchesOf } from '#domain/proposal/proposal.ts';
import { draftPapers } from '#functions/payment/draft-papers.ts';
import { sha256 } from '#functions/payment/drafts/paper.ts';
import { openTranche } from '#functions/payment/open-tranche.ts';
import { regions } from '../../domain/packet/packets.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { openTreasury, type Treasury } from './treasury.ts';

let table: TestTable;
let treasury: Treasury;
useTable(async (opened) => {
  table = opened;
  treasury = await openTreasury(table);
});

/** Awarded, and its only tranche open. */
async function opened(group: number) {
  const id = await treasury.awarded(group);
  await openTranche(treasury.store, { proposalId: id, tranche: 1, now: at(41) });
  return id;
}
function draft(id: string, now = at(42)) {
  return draftPapers({ ...treasury.deps, regions }, { proposalId: id, tranche: 1, now });
}
function filesOf(id: string) {
  return [...treasury.objects.keys()].filter((key) => key.startsWith(`drafts/${id}/`));
}
async function draftsOf(id: string) {
  const proposal = await treasury.store.proposals.get(id);
  return tranchesOf(proposal)[0]?.drafts;
}

describe('drafting the papers of a tranche', () => {
  it('keeps a file of each, and its number and hashes in the proposal and in the record', async () => {
    const id = await opened(1);
    const drafts = await draft(id);
    expect(drafts.map(({ kind }) => kind)).toContain('spp-summary');
    expect(await draftsOf(id)).toEqual(drafts);
    expect(filesOf(id)).toEqual(drafts.map(({ key }) => key));
    for (const { key, sha256: hash, bytes } of drafts) {
      const file = treasury.objects.get(key) ?? new Uint8Array();
      expect(sha256(file)).toBe(hash);
      expect(file.byteLength).toBe(bytes);
    }
    const events = (await treasury.store.audit.list({ proposalId: id })).filter(
      ({ action }) => action === 'paper.drafted',
    );
    expect(events.map(({ facts }) => facts)).toEqual(
      drafts.map(({ kind, number, date, contentSha256, sha256: file }) => ({
        tranche: 1,
        paper: kind,
        number,
        date,
        contentSha256,
        sha256: file,
      })),
    );
    const proposal = await treasury.store.proposals.get(id);
    const award = awardOf(proposal);
    if (award === undefined) throw new RangeError('not awarded');
    const numbers = new Map(drafts.map(({ kind, number }) => [kind, number]));
    expect(numbers.get('pks')).toBe(award.pks.number);
    expect(numbers.get('sk-attachment')).toBe(award.sk.number);
    expect(numbers.get('kuitansi')).toBe(award.sk.number.replace('/SK/', '/KUITANSI-I/'));
  });

  it('is done once, however often and however late the step runs, and by two at a time', async () => {
    const id = await opened(2);
    const [first, second] = await Promise.all([draft(id), draft(id, at(60 * 24 * 3))]);
    expect(second).toEqual(first);
    expect(await draft(id, at(90))).toEqual(first);
    expect(filesOf(id)).toHaveLength(first.length);
    const actions = await treasury.actions(id);
    expect(actions.filter((action) => action === 'paper.drafted')).toHaveLength(first.length);
  });

  it('continues where it was stopped: files that are there already are taken as they are', async () => {
    const id = await opened(3);
    const drafts = await draft(id);
    // As after a kill between the bucket and the table.
    await treasury.store.proposals.update(id, at(43), (before) => ({
      proposal: { ...before, tranches: withoutDrafts(before) } as typeof before,
      result: undefined,
    }));
    expect(await draftsOf(id)).toBeUndefined();
    expect(await draft(id, at(60 * 24))).toEqual(drafts);
    expect(filesOf(id)).toHaveLength(drafts.length);
  });

  it('is not done for a proposal that is not awarded', async () => {
    const id = await treasury.approved(4);
    await expect(draft(id)).rejects.toThrow('drafted');
    expect(filesOf(id)).toEqual([]);
  });
});

function withoutDrafts(proposal: Proposal) {
  return tranchesOf(proposal).map(({ drafts: _, ...tranche }) => tranche);
}

describe('the page of who is asked', () => {
  it('offers the leader what the group signs, with number and hash, and the office what it signs', async () => {
    const id = await opened(5);
    const drafts = await draft(id);
    await treasury.turn(id, 'tranche-documents', '1', 0, undefined, at(44));
    const [link = ''] = treasury.linksOf(id).slice(-1);
    const { body } = await treasury.get(link);
    expect(body).toContain('Dokumen siap cetak');
    const sptjb = drafts.find(({ kind }) => kind === 'sptjb');
    expect(body).toContain(sptjb?.number);
    expect(body).toContain(sptjb?.contentSha256);
    const offered = [...body.matchAll(/data-download="([^"]+)"/g)].map(([, name]) => name);
    expect(offered).toEqual(
      drafts
        .filter(({ kind }) => kind !== 'bap' && kind !== 'spp-summary' && kind !== 'pks')
        .map(({ key }) => key.split('/').at(-1)),
    );
  });
});
