import { describe, expect, it } from 'vitest';
import { contentOf } from '#domain/proposal/proposal.ts';
import { recordReceipts } from '#functions/payment/record-receipts.ts';
import { recordVerification } from '#functions/verification/record-verification.ts';
import { useTable } from '../dynamodb.ts';
import { openTreasury, type Treasury } from '../payment/treasury.ts';
import { at } from '../scene.ts';
import { person } from './stage.ts';

let treasury: Treasury;
useTable(async (opened) => {
  treasury = await openTreasury(opened);
  const changes = treasury.store.people.put(person('audi', 'auditor', ['33']));
  await treasury.store.commit({ journal: 'settings', now: at(0), events: [], changes });
});

const members = Array.from({ length: 20 }, (_, index) => `anggota${index + 1}@kelompok.example`);
function say(id: string, to: string | undefined, fields: Record<string, string>, now = at(90)) {
  return treasury.post(treasury.linksOf(id, to).at(-1) ?? '', fields, now);
}
function mailsTo(id: string, who: string) {
  return treasury.mails.filter(({ to, subject }) => to.startsWith(`${who}@`) && subject.includes(id));
}
async function pageOf(id: string, who: string) {
  return (await treasury.get(treasury.linksOf(id, `${who}@dinas.example`).at(-1) ?? '')).body;
}

describe('a denial of membership', () => {
  /** Two members confirm, a third denies, and vera is asked to look into it. */
  const denied = async (group: number) => {
    const id = await treasury.submitted(group);
    await treasury.turn(id, 'membership', '1');
    for (const to of members.slice(0, 2)) await say(id, to, { outcome: 'confirmed' });
    await say(id, members[2], { outcome: 'denied', note: 'Saya <i>bukan</i> anggota' });
    const token = await treasury.turn(id, 'membership-review', '1');
    return { id, token };
  };

  it('is shown to the verifier: who, why, how to reach them, how many confirmed, and the whole proposal', async () => {
    const { id } = await denied(1);
    const page = await pageOf(id, 'vera');
    const proposal = await treasury.store.proposals.get(id);
    const member = contentOf(proposal)?.members[2];
    expect(page).toContain(member?.name);
    expect(page).toContain(member?.phone);
    expect(page).toContain('Saya &lt;i&gt;bukan&lt;/i&gt; anggota');
    expect(page).toContain('2 / 20');
    expect(page).toContain('17 / 20');
    expect(page).toContain('Rencana Anggaran Biaya');
    expect(Buffer.byteLength(page)).toBeLessThan(60_000);
  });

  it('that was a mistake is in the findings next to what was said, and counts as verifying', async () => {
    const { id, token } = await denied(2);
    await say(id, members[3], { outcome: 'confirmed' });
    await say(id, 'vera@dinas.example', { outcome: 'mistaken', reason: 'Salah tekan' });
    expect(treasury.resumed).toContainEqual({ taskToken: token, outcome: 'mistaken' });
    const verified = await recordVerification(treasury.store, { proposalId: id, round: 1, now: at(95) });
    expect(verified).toMatchObject({
      stage: 'approval',
      involvements: [{ kind: 'membership-review', about: { round: 1 }, personId: 'vera' }],
      findings: {
        membership: {
          confirmed: 3,
          of: 20,
          review: { denied: 1, by: 'vera', reason: 'Salah tekan' },
        },
      },
    });
  });

  it('is not asked about again in a later round of the same members, nor is anyone else', async () => {
    const { id } = await denied(3);
    await say(id, 'vera@dinas.example', { outcome: 'mistaken', reason: 'Salah tekan' });
    const again = await treasury.scene.check(id, 2, at(96));
    expect(again).toMatchObject({ outcome: 'passed', membershipNeeded: false });
  });

  it('that was true leaves the members to be asked again, if there ever is a later round', async () => {
    const { id } = await denied(4);
    await say(id, 'vera@dinas.example', { outcome: 'upheld', reason: 'Nama dipakai' });
    expect(await treasury.scene.check(id, 2, at(96))).toMatchObject({ membershipNeeded: true });
  });

  it('by another member after the review is reported to the administrators; before it, the page shows it', async () => {
    const { id } = await denied(5);
    await say(id, members[4], { outcome: 'denied' });
    expect(mailsTo(id, 'ada')).toEqual([]);
    expect(await pageOf(id, 'vera')).toContain('2 / 20');
    await say(id, 'vera@dinas.example', { outcome: 'mistaken', reason: 'Salah tekan' });
    await say(id, members[5], { outcome: 'denied' });
    expect(mailsTo(id, 'ada')).toHaveLength(1);
    expect(mailsTo(id, 'ada')[0]?.text).toContain('anggota nomor 6');
    expect((await treasury.actions(id)).filter((action) => action === 'membership.denied-late')).toHaveLength(
      1,
    );
  });
});

describe('receipts', () => {
  /** The only tranche has settled, and the members are asked. */
  const asked = async (group: number) => {
    const { id, runId } = await treasury.sent(group);
    await treasury.answer(runId, treasury.settledLine(id));
    await treasury.settleFirst(id);
    const token = await treasury.turn(id, 'receipt', '1', 0, undefined, at(82));
    return { id, token };
  };
  const record = (id: string) => recordReceipts(treasury.store, { proposalId: id, tranche: 1, now: at(100) });

  it('that are denied after enough have confirmed are reported to the auditor, and are no denial of membership', async () => {
    const { id } = await asked(13);
    for (const to of members.slice(0, 15)) await say(id, to, { outcome: 'confirmed' });
    await record(id);
    await say(id, members[18], { outcome: 'denied', note: 'Tidak ada upah' });
    expect(mailsTo(id, 'ada')).toEqual([]);
    const notices = mailsTo(id, 'audi');
    expect(notices).toHaveLength(1);
    expect(notices[0]?.text).toContain('Menyatakan belum menerima: 1 / 20');
    expect(await treasury.actions(id)).toContain('receipt.denied-late');
  });
});
