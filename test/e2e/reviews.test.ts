/** Lives in which a person says no, and another looks into it: members, auditors, and groups that object. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recipientAsOf } from '#cli/commands/report.ts';
import { readRegions } from '#cli/regions.ts';
import type { Proposal } from '#domain/proposal/proposal.ts';
import { tranchesOf } from '#domain/proposal/proposal.ts';
import { countReceipts } from '#domain/proposal/receipts.ts';
import { sendFile } from '#players/page.ts';
import { confirmedBy, type Reply, type Situation, silence } from '#players/replies.ts';
import { jpegFile } from '#samples/files.ts';
import { contactOf, startWorld, tkmGroup, twoTranchesGroup, type World } from './world.ts';

const mistaken = tkmGroup(51);
const granted = tkmGroup(52);
const dismissed = tkmGroup(53);
const released = twoTranchesGroup(54);
const stopped = twoTranchesGroup(55);

/** The member of `mistaken` who says “that is not me”. */
const [, , denying] = mistaken.proposal.members;

const rejection = 'Alamat usaha tidak ditemukan.';
const objection = 'Alamat ada di belakang balai desa; lihat foto.';
const photo = Uint8Array.from(jpegFile(1, 1, () => 200));

let world: World;
let ids: Record<'mistaken' | 'granted' | 'dismissed' | 'released' | 'stopped', string>;
let ended: boolean;
/** What pages said to those who looked into something, by proposal and kind. */
const seen = new Map<string, Situation['page']>();
/** The files that the person who decided on an objection fetched. */
const fetched: Uint8Array[] = [];

function look(situation: Situation, reply: Reply): Reply {
  seen.set(`${situation.subjectId} ${situation.kind}`, situation.page);
  return reply;
}
function pageOf(id: string, kind: string) {
  return seen.get(`${id} ${kind}`);
}

/** A reply that is given the first time only; after that another. */
function first(reply: (situation: Situation) => Reply, then: (situation: Situation) => Reply) {
  let given = false;
  return (situation: Situation): Reply => {
    if (given) return then(situation);
    given = true;
    return reply(situation);
  };
}
/** The name of the member who is asked, however the message came. */
function nameOf({ page }: Situation) {
  return page.facts.get('Nama Anda dalam proposal') ?? '';
}

/** Six members have received nothing after the first part; later all is well. */
const withoutWages = new Set(released.proposal.members.slice(0, 6).map(({ name }) => name));
function shortAtFirst(situation: Situation): Reply {
  if (situation.page.facts.get('Tahap pencairan')?.startsWith('2')) return confirmedBy(7)(situation);
  return withoutWages.has(nameOf(situation))
    ? { fields: { outcome: 'denied', note: 'Upah hari kelima belum dibayar.' } }
    : { fields: { outcome: 'confirmed' } };
}

const position = { latitude: '-7.4245', longitude: '109.2302' };
function failVisit({ today }: Situation): Reply {
  return {
    fields: { outcome: 'fail', visitedOn: today, ...position, reason: rejection },
  };
}
function passVisit({ today }: Situation): Reply {
  return {
    fields: { outcome: 'pass', visitedOn: today, ...position },
  };
}

beforeAll(async () => {
  world = await startWorld();
  ids = {
    mistaken: await world.submit(mistaken, {
      membership: (situation) =>
        nameOf(situation) === denying?.name
          ? { fields: { outcome: 'denied', note: 'Saya tidak tahu kelompok ini <b>sama sekali</b>.' } }
          : confirmedBy(8)(situation),
      'membership-review': (situation) =>
        look(situation, { fields: { outcome: 'mistaken', reason: 'Salah tekan, sudah dihubungi.' } }),
      approval: (situation) => look(situation, { fields: { outcome: 'approve', account: 'yes' } }),
    }),
    granted: await world.submit(granted, {
      'site-visit': first(failVisit, passVisit),
      objection: async (situation) => {
        const upload = situation.page.uploads.find(({ name }) => name === 'objection');
        if (upload !== undefined)
          await sendFile(upload, { name: 'balai-desa.jpg', type: 'image/jpeg', bytes: photo });
        return look(situation, { fields: { outcome: 'objected', reason: objection } });
      },
      appeal: async (situation) => {
        for (const { url } of situation.page.downloads)
          fetched.push(new Uint8Array(await (await fetch(url)).arrayBuffer()));
        return look(situation, { fields: { outcome: 'granted', reason: 'Foto membuktikan alamatnya.' } });
      },
    }),
    dismissed: await world.submit(dismissed, {
      approval: () => ({ fields: { outcome: 'reject', reason: rejection } }),
      objection: () => ({ fields: { outcome: 'objected', reason: objection } }),
      appeal: (situation) =>
        look(situation, { fields: { outcome: 'dismissed', reason: 'Alamat tetap tidak ada.' } }),
    }),
    released: await world.submit(released, {
      receipt: shortAtFirst,
      'receipt-review': (situation) =>
        look(situation, { fields: { outcome: 'release', reason: 'Upah sudah dilunasi di depan saya.' } }),
    }),
    stopped: await world.submit(stopped, {
      receipt: silence,
      'receipt-review': (situation) =>
        look(situation, { fields: { outcome: 'stop', reason: 'Tidak ada upah yang dibayar.' } }),
    }),
  };
  ended = await world.playUntil(async () => {
    const [a, b, c, d, e] = await Promise.all(
      [ids.mistaken, ids.granted, ids.dismissed, ids.released, ids.stopped].map((id) => world.proposal(id)),
    );
    const second = (proposal: Proposal | undefined) => proposal && tranchesOf(proposal)[1];
    return (
      a?.stage === 'follow-up' &&
      b?.stage === 'follow-up' &&
      c?.stage === 'rejected' &&
      'upheld' in c &&
      second(d)?.receipts !== undefined &&
      second(e)?.status === 'unpaid'
    );
  });
});

afterAll(() => world?.stop());

test('every life comes as far as it should, and leaves a record that is whole', async () => {
  expect(ended).toBe(true);
  for (const id of Object.values(ids))
    expect((await world.connection.store.audit.verify({ proposalId: id })).sound).toBe(true);
});

describe('a member who says “that is not me”', () => {
  test('stops the proposal, and the verifier sees who it was, why, and how to reach them', () => {
    const page = pageOf(ids.mistaken, 'membership-review');
    expect(page?.facts.get('Nama')).toBe(denying?.name);
    expect(page?.facts.get('Telepon')).toBe(denying?.phone);
    expect(page?.facts.get('Catatan')).toBe('Saya tidak tahu kelompok ini <b>sama sekali</b>.');
    expect(page?.facts.get('Menyatakan bukan anggota')).toBe('1 / 10');
  });

  test('was mistaken: the proposal continues and is paid, and the approvers see the review', async () => {
    const { findings } = await world.inStage(ids.mistaken, 'follow-up');
    expect(findings.membership).toMatchObject({
      of: 10,
      review: { denied: 1, reason: 'Salah tekan, sudah dihubungi.' },
    });
    expect(pageOf(ids.mistaken, 'approval')?.facts.get('Penyangkalan yang dinilai keliru')).toContain(
      'Salah tekan, sudah dihubungi.',
    );
  });
});

describe('a group that objects', () => {
  test('is notified of the rejection and of its right in one mail', async () => {
    const mails = await world.mailsTo(contactOf(granted), 'tidak dilanjutkan');
    expect(mails).toHaveLength(1);
    expect(mails[0]?.text).toContain(rejection);
    expect(mails[0]?.text).toMatch(/keberatan satu kali, paling lambat \d+ \S+ 2022/);
  });

  test('is judged by an official who took no part and sees the rejection, the objection and its files', async () => {
    const page = pageOf(ids.granted, 'appeal');
    expect(page?.text).toContain(rejection);
    expect(page?.text).toContain(objection);
    expect(page?.downloads.map(({ name }) => name)).toEqual(['balai-desa.jpg']);
    expect(fetched).toEqual([photo]);
    const { involvements } = await world.proposal(ids.granted);
    const judge = involvements.find(({ kind }) => kind === 'appeal')?.personId;
    expect(involvements.filter(({ personId }) => personId === judge)).toHaveLength(1);
  });

  test('and is right is verified again, keeps its history, and is paid', async () => {
    const proposal = await world.inStage(ids.granted, 'follow-up');
    expect(proposal.rejections).toMatchObject([{ at: 'verification', reason: 'not-verified' }]);
    expect(proposal.findings.round).toBe(2);
    const actions = await world.actionsOf(ids.granted);
    expect(actions.filter((action) => /^proposal\.(rejected|reopened|awarded)$/.test(action))).toEqual([
      'proposal.rejected',
      'proposal.reopened',
      'proposal.awarded',
    ]);
    expect(await world.mailsTo(contactOf(granted), 'Keberatan dikabulkan')).toHaveLength(1);
    // The members who had confirmed were not asked a second time.
    const asked = await world.connection.store.asks.bySubject(ids.granted);
    expect(asked.filter(({ kind, parent }) => kind === 'membership' && parent === undefined)).toHaveLength(1);
  });

  test('and is not is notified that the rejection is final', async () => {
    expect(await world.inStage(ids.dismissed, 'rejected')).toMatchObject({
      at: 'approval',
      reason: 'rejected',
      upheld: { outcome: 'dismissed' },
    });
    const [mail] = await world.mailsTo(contactOf(dismissed), 'Keberatan tidak dikabulkan');
    expect(mail?.text).toContain('Alamat tetap tidak ada.');
    expect(mail?.text).toContain('bersifat akhir');
    expect(pageOf(ids.dismissed, 'appeal')?.text).toContain(rejection);
  });
});

describe('a benefit that too few received', () => {
  test('is shown to the auditor, with what the members wrote', () => {
    const page = pageOf(ids.released, 'receipt-review');
    expect(page?.facts.get('Menyatakan belum menerima')).toBe('6 / 10');
    expect(page?.text.match(/Upah hari kelima belum dibayar\./g)).toHaveLength(6);
  });

  test('holds up the next part until the auditor releases it', async () => {
    const { tranches } = await world.inStage(ids.released, 'follow-up');
    expect(tranches.map(({ status }) => status)).toEqual(['settled', 'settled']);
    const counts = tranches.map(({ receipts }) => receipts && countReceipts(receipts));
    expect(counts[0]?.denied).toBe(6);
    expect(counts[1]).toMatchObject({ confirmed: 7, denied: 0, of: 10 });
    const actions = await world.actionsOf(ids.released);
    expect(actions.filter((action) => action === 'receipts.recorded')).toHaveLength(2);
  });

  test('is shown by the report as of any date, member by member', async () => {
    const proposal = await world.inStage(ids.released, 'follow-up');
    const regions = await readRegions();
    const second = Date.parse(proposal.tranches[1]?.settledAt ?? '');
    const [then] = recipientAsOf(proposal, new Date(second - 1).toISOString(), regions);
    expect(then?.payments.map(({ receipts }) => receipts?.denied)).toEqual([6]);
    const [now] = recipientAsOf(proposal, '2023-10-05T00:00:00.000Z', regions);
    expect(now?.payments.map(({ receipts }) => receipts?.denied)).toEqual([6, 0]);
    for (const { name, received } of now?.people ?? [])
      expect([name, received[0]?.outcome === 'denied']).toEqual([name, withoutWages.has(name)]);
  });

  test('leaves the rest unpaid when the auditor stops it, and frees its money', async () => {
    const { tranches, award } = await world.inStage(ids.stopped, 'follow-up');
    expect(tranches.map(({ status, unpaidReason }) => [status, unpaidReason])).toEqual([
      ['settled', undefined],
      ['unpaid', 'receipt-unconfirmed'],
    ]);
    expect(tranches[0]?.receipts).toEqual({ of: 10, answers: [] });
    const line = await world.connection.store.budgets.get(award.budgetLine);
    expect([line?.committed, line?.reserved]).toEqual([0, 0]);
  });
});
