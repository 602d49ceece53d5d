import { describe, expect, it } from 'vitest';
import { tranchesOf } from '#domain/proposal/proposal.ts';
import { countReceipts } from '#domain/proposal/receipts.ts';
import { auditorNotices } from '#functions/notifications/auditor-notices.ts';
import { postMessages } from '#functions/notifications/write-message.ts';
import { recordReceipts } from '#functions/payment/record-receipts.ts';
import { idOfAsk } from '#test/asks.ts';
import { person } from '../asks/stage.ts';
import { useTable } from '../dynamodb.ts';
import { openTreasury, type Treasury } from '../payment/treasury.ts';
import { at } from '../scene.ts';

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
    for (let time = 0; time < 2; time++)
      await postMessages(treasury.deps, await auditorNotices(treasury.deps, doubt), at(100));
    expect(mailsTo(id, 'audi')).toHaveLength(1);
    const people = {
      byRole: async (role: string) => (role === 'auditor' ? [] : treasury.store.people.byRole('admin', '')),
    };
    const store = { ...treasury.store, people: { ...treasury.store.people, ...people } };
    const again = { ...doubt, occasion: `${id}.receipts.again` };
    await postMessages(treasury.deps, await auditorNotices({ ...treasury.deps, store }, again), at(100));
    expect(mailsTo(id, 'ada')).toHaveLength(1);
  });
});
