import { describe, expect, it } from 'vitest';
import { contentOf, tranchesOf } from '#domain/proposal/proposal.ts';
import { countReceipts } from '#domain/proposal/receipts.ts';
import { notifyAuditors } from '#functions/notifications/notify-auditors.ts';
import { recordReceipts } from '#functions/payment/record-receipts.ts';
import { recordVerification } from '#functions/verification/record-verification.ts';
import { idOfAsk } from '#test/asks.ts';
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
const say = (id: string, to: string | undefined, fields: Record<string, string>, now = at(90)) =>
  treasury.post(treasury.linksOf(id, to).at(-1) ?? '', fields, now);
const mailsTo = (id: string, who: string) =>
  treasury.mails.filter(({ to, subject }) => to.startsWith(`${who}@`) && subject.includes(id));
const pageOf = async (id: string, who: string) =>
  (await treasury.get(treasury.linksOf(id, `${who}@dinas.example`).at(-1) ?? '')).body;

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

  it('that was a mistake is in the verdict next to what was said, and counts as verifying', async () => {
    const { id, token } = await denied(2);
    await say(id, members[3], { outcome: 'confirmed' });
    await say(id, 'vera@dinas.example', { outcome: 'mistaken', reason: 'Salah tekan' });
    expect(treasury.resumed).toContainEqual({ taskToken: token, outcome: 'mistaken' });
    const verified = await recordVerification(treasury.store, { proposalId: id, round: 1, now: at(95) });
    expect(verified).toMatchObject({
      stage: 'approval',
      acts: [{ kind: 'membership-review', about: { round: 1 }, personId: 'vera' }],
      verdict: {
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
  const trancheOf = async (id: string) => {
    const proposal = await treasury.store.proposals.get(id);
    return tranchesOf(proposal)[0];
  };

  it('are asked of every member, about the tranche, and settled by as many as the rule-pack wants', async () => {
    const { id, token } = await asked(10);
    const page = await treasury.get(treasury.linksOf(id, members[0]).at(-1) ?? '');
    expect(page.body).toContain('Penegasan penerimaan manfaat');
    expect(page.body).toContain('Rp40.000.000');
    for (const to of members.slice(0, 15)) await say(id, to, { outcome: 'confirmed' });
    expect(treasury.resumed).toContainEqual({ taskToken: token, outcome: 'quorum' });
    const { counts, needed, reviewed } = await record(id);
    expect({ counts, needed, reviewed }).toEqual({
      counts: { confirmed: 15, denied: 0, of: 20 },
      needed: 15,
      reviewed: false,
    });
  });

  it('are recorded once, and those who answer later are added', async () => {
    const { id } = await asked(11);
    for (const to of members.slice(0, 15)) await say(id, to, { outcome: 'confirmed' });
    await record(id);
    const { version } = await treasury.store.proposals.get(id);
    await record(id);
    expect((await treasury.store.proposals.get(id)).version).toBe(version);
    await say(id, members[17], { outcome: 'confirmed' }, at(101));
    const receipts = (await trancheOf(id))?.receipts;
    expect(receipts && countReceipts(receipts)).toEqual({ confirmed: 16, denied: 0, of: 20 });
    expect(receipts && countReceipts(receipts, at(100))).toMatchObject({ confirmed: 15 });
    const recorded = (await treasury.actions(id)).filter((action) => action === 'receipts.recorded');
    expect(recorded).toHaveLength(1);
  });

  it('lose no one who answers between the quorum and its recording', async () => {
    const { id } = await asked(12);
    for (const to of members.slice(0, 15)) await say(id, to, { outcome: 'confirmed' });
    await Promise.all([record(id), say(id, members[15], { outcome: 'confirmed' })]);
    await say(id, members[16], { outcome: 'denied' });
    const receipts = (await trancheOf(id))?.receipts;
    expect(receipts && countReceipts(receipts)).toEqual({ confirmed: 16, denied: 1, of: 20 });
  });

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

  it('fall short as soon as too few are left; the auditor sees what the denying members wrote', async () => {
    const { id, token } = await asked(14);
    for (const to of members.slice(0, 5)) await say(id, to, { outcome: 'denied', note: `Belum, kata ${to}` });
    expect(treasury.resumed.some(({ taskToken }) => taskToken === token)).toBe(false);
    await say(id, members[5], { outcome: 'denied' });
    expect(treasury.resumed).toContainEqual({ taskToken: token, outcome: 'short' });
    expect(await record(id)).toMatchObject({ counts: { confirmed: 0, denied: 6 }, reviewed: false });
    await treasury.turn(id, 'receipt-review', '1', 0, undefined, at(102));
    const page = await pageOf(id, 'audi');
    expect(page).toContain('6 / 20');
    for (const to of members.slice(0, 5)) expect(page).toContain(`Belum, kata ${to}`);
  });

  it('of no one at all are recorded when the time is up', async () => {
    const { id } = await asked(15);
    const { turns } = await treasury.store.asks.get(id, idOfAsk(id, 'receipt', '1'));
    await treasury.turn(id, 'receipt', '1', turns.length - 1, undefined, at(99));
    expect(await record(id)).toMatchObject({ counts: { confirmed: 0, denied: 0, of: 20 } });
    expect((await trancheOf(id))?.receipts).toEqual({ of: 20, answers: [] });
  });

  it('in doubt are reported to the auditors of the region once; where there are none, to the administrators', async () => {
    const { id } = await asked(16);
    const proposal = await treasury.store.proposals.get(id);
    const doubt = {
      ...{ occasion: `${id}.receipts.1`, proposal, tranche: 1, needed: 15, now: at(100) },
      counts: { confirmed: 3, denied: 2, of: 20 },
    };
    for (let time = 0; time < 2; time++) await notifyAuditors(treasury.deps, doubt);
    expect(mailsTo(id, 'audi')).toHaveLength(1);
    const people = {
      byRole: async (role: string) => (role === 'auditor' ? [] : treasury.store.people.byRole('admin', '')),
    };
    const store = { ...treasury.store, people: { ...treasury.store.people, ...people } };
    await notifyAuditors({ ...treasury.deps, store }, { ...doubt, occasion: `${id}.receipts.again` });
    expect(mailsTo(id, 'ada')).toHaveLength(1);
  });
});
