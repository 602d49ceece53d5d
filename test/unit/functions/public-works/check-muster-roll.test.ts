import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { recipientAsOf } from '#cli/commands/report.ts';
import { evidencePrefix } from '#domain/asks/documents.ts';
import { rupiah } from '#domain/money/rupiah.ts';
import { sniffMediaType } from '#domain/packet/media-type.ts';
import type { AwardedProposal } from '#domain/proposal/proposal.ts';
import { type RollRow, workDays } from '#domain/public-works/roll-form.ts';
import { rollFormKey } from '#domain/public-works/wages.ts';
import { type CheckDeps, checkMusterRoll } from '#functions/public-works/check-muster-roll.ts';
import { draftWagePapers } from '#functions/public-works/draft-wage-papers.ts';
import { rollWorkbook } from '#functions/public-works/form.ts';
import { dueRoll } from '#functions/public-works/open-muster-roll.ts';
import { NotFound } from '#functions/store/errors.ts';
import { indonesia } from '../../../calendars.ts';
import { regions } from '../../domain/packet/packets.ts';
import { digestOf, type TestTable, useTable } from '../dynamodb.ts';
import { openTreasury, type Treasury } from '../payment/treasury.ts';
import { at, personalData } from '../scene.ts';

let table: TestTable;
let treasury: Treasury;
let deps: CheckDeps;
useTable(async (opened) => {
  table = opened;
  treasury = await openTreasury(table);
  deps = { ...treasury.deps, personalData: async () => personalData };
});

const now = at(60 * 24 * 35);
/** The agreement is of 3 August 2020, a Monday. */
const days = workDays('2020-08-04', 15);

/** A group with an award for works: 20 members, 15 days at Rp100,000, and material. */
const works = async (group: number): Promise<AwardedProposal> => {
  const { store } = treasury;
  const id = await treasury.awarded(group);
  const before = await store.proposals.get(id);
  if (before.stage !== 'payment') throw new RangeError('not awarded');
  const line = { item: 'Upah', quantity: 300, unit: 'HOK', unitPrice: rupiah(100_000) };
  const { content } = before;
  const after = {
    ...before,
    pack: { id: 'padat-karya-2020', version: 1 },
    content: {
      ...content,
      plan: {
        ...content.plan,
        works: { description: 'Jalan', days: 15, workers: 20, dayRate: rupiah(100_000) },
      },
      rab: [
        { ...line, total: rupiah(30_000_000), category: 'labour' as const },
        { ...line, total: rupiah(10_000_000), category: 'material' as const },
      ],
    },
  };
  await store.commit({
    proposalId: id,
    now: at(41),
    events: [],
    changes: store.proposals.put(before, after),
  });
  return after;
};

const everybody = ({ content }: AwardedProposal, present = days): RollRow[] =>
  content.members.map(({ number, name }) => ({ number, name, role: 'Pekerja', present }));

/** A person from the village in the place of member 7. @param serial distinguishes people */
const stranger = (serial: number, present: readonly string[]): RollRow => ({
  name: `Pengganti ${serial}`,
  role: 'Pekerja',
  nik: `330215010195${String(serial).padStart(4, '0')}`,
  birthDate: '1995-01-01',
  replaces: 7,
  decisionNumber: '141/07/2020',
  decisionDate: '2020-08-04',
  present,
});

/** The seventh works the first five days, a substitute the others. */
const replaced = (proposal: AwardedProposal, serial: number): RollRow[] => [
  ...everybody(proposal).map((row) => (row.number === 7 ? { ...row, present: days.slice(0, 5) } : row)),
  stranger(serial, days.slice(5)),
];

/** The leader hands in a roll, as rows or as a file. */
const handIn = async ({ id }: AwardedProposal, turn: number, roll: RollRow[] | Buffer, decision = true) => {
  const askId = await treasury.scene.ask(id, 'muster-roll', String(turn), now);
  const bytes = Buffer.isBuffer(roll) ? roll : await rollWorkbook({ days, rows: roll });
  const key = `${evidencePrefix(id, askId, 'muster-roll')}daftar.xlsx`;
  treasury.objects.set(key, bytes);
  const file = {
    documentType: 'muster-roll' as const,
    ...{ key, bytes: bytes.length, mediaType: sniffMediaType(bytes) },
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
  const paper = {
    documentType: 'village-decision' as const,
    key: 'k',
    bytes: 9,
    mediaType: 'application/pdf' as const,
  };
  await treasury.scene.answer({
    ...{ proposalId: id, askId, answer: { outcome: 'handed-in' }, by: { kind: 'leader' }, now },
    evidence: decision ? [file, paper] : [file],
  });
  return key;
};

const check = ({ id }: AwardedProposal, turn = 1, store: CheckDeps['store'] = deps.store) =>
  checkMusterRoll({ ...deps, store }, { proposalId: id, turn, now });
const wagesOf = async ({ id }: AwardedProposal) => {
  const proposal = await treasury.store.proposals.get(id);
  return 'wages' in proposal ? proposal.wages : undefined;
};
const codesOf = async (proposal: AwardedProposal) =>
  (await wagesOf(proposal))?.problems?.map(({ code }) => code);
/** The marks on these people's days, by the proposal that has them. */
const marksOf = async (hashes: readonly string[]) => {
  const marks = await treasury.store.presences.find(
    hashes.flatMap((nikHash) => days.map((date) => ({ nikHash, date }))),
  );
  return Object.fromEntries(
    Object.entries(Object.groupBy(marks, ({ proposalId }) => proposalId)).map(([id, its = []]) => [
      id,
      its.length,
    ]),
  );
};
const hashesOf = ({ content }: AwardedProposal) => content.members.map(({ nikHash }) => nikHash);
const hashOf = (serial: number) => personalData.hashNik(stranger(serial, []).nik ?? '');

/** The group that lends a substitute and a member to the others' rolls. */
let first: AwardedProposal;

describe('a muster roll that is in order', () => {
  it('is finished by the next attempt after a kill, wherever that was', async () => {
    first = await works(1);
    await handIn(first, 1, replaced(first, 1));
    for (let allowed = 0; allowed < 3; allowed += 1) {
      let left = allowed;
      const commit: CheckDeps['store']['commit'] = (request) => {
        if (left === 0) throw new Error('killed');
        left -= 1;
        return treasury.store.commit(request);
      };
      await expect(check(first, 1, { ...deps.store, commit })).rejects.toThrow('killed');
      expect(await wagesOf(first)).toBeUndefined();
    }
    expect(await check(first)).toEqual({ outcome: 'accepted' });
  });

  it('is accepted once, with its sums in the record and a mark for each person and day', async () => {
    expect(await wagesOf(first)).toMatchObject({
      returns: 0,
      accepted: {
        ...{ turn: 1, workers: 21, substitutes: 1, personDays: 300 },
        ...{ wages: 30_000_000, limit: 30_000_000, unspentWages: 0 },
      },
    });
    expect(await marksOf([...hashesOf(first), hashOf(1)])).toEqual({ [first.id]: 300 });
    expect((await treasury.store.audit.verify({ proposalId: first.id })).sound).toBe(true);
    const after = await digestOf(table);
    expect(await check(first)).toEqual({ outcome: 'accepted' });
    expect(await digestOf(table)).toBe(after);
  });

  it('is in the report from the moment on at which it was accepted', async () => {
    const proposal = await treasury.store.proposals.get(first.id);
    const wagesAt = (moment: string) => recipientAsOf(proposal, moment, regions).map(({ wages }) => wages);
    expect(wagesAt(at(60 * 24))).toEqual([undefined]);
    expect(wagesAt(now)).toEqual([{ sum: 30_000_000, left: 0, workers: 21, substitutes: 1 }]);
  });

  it('keeps no personal number in the clear', async () => {
    const roll = await treasury.store.musterRolls.get(first.id, 1);
    const substitute = roll.workers.find(({ name }) => name === 'Pengganti 1');
    expect(JSON.stringify(roll)).not.toContain('3302150101950001');
    expect(personalData.decryptNik(substitute?.substitute?.nikEncrypted ?? '')).toBe('3302150101950001');
  });

  it('gives a wage bill and a list of receipts, once', async () => {
    const draftDeps = { ...treasury.deps, regions };
    const papers = await draftWagePapers(draftDeps, { proposalId: first.id, now });
    expect(papers.map(({ kind, number }) => [kind, number.replace(/^\d+/, 'n')])).toEqual([
      ['wage-bill', 'n/DPU/TKM-2020/2020'],
      ['wage-receipts', 'n/DTTU/TKM-2020/2020'],
    ]);
    for (const { key, bytes } of papers) expect(treasury.objects.get(key)).toHaveLength(bytes);
    const after = await digestOf(table);
    expect(await draftWagePapers(draftDeps, { proposalId: first.id, now: at(99_999) })).toEqual(papers);
    expect(await digestOf(table)).toBe(after);
  });
});

describe('a muster roll that is not in order', () => {
  let group: AwardedProposal;
  it('is not checked before there is one; it is due as the rule-pack says, counted from the first payment', async () => {
    group = await works(2);
    await expect(check(group)).rejects.toThrow(NotFound);
    expect(await dueRoll(treasury.deps, indonesia, { proposalId: group.id, now: at(50) })).toEqual({
      // 2 September 2020, 9 o'clock in Jakarta.
      opensAt: '2020-09-02T02:00:00.000Z',
      turns: 4,
    });
    expect(treasury.objects.get(rollFormKey(group.id))?.subarray(0, 2).toString()).toBe('PK');
  });

  it('comes back with everything that is wrong; nothing is marked, and the file stays', async () => {
    const stray = { number: 77, name: 'Siapa', role: 'Pekerja', present: days };
    const rows = [...everybody(group), stray].map((row) =>
      row.number === 1 ? { ...row, name: 'Orang Lain', dayRate: -5 } : row,
    );
    const key = await handIn(group, 1, rows);
    expect(await check(group)).toEqual({ outcome: 'returned' });
    expect(await codesOf(group)).toEqual(['roll-name-differs', 'field-not-rupiah', 'roll-number-unknown']);
    expect(await marksOf(hashesOf(group))).toEqual({});
    expect(treasury.objects.has(key)).toBe(true);
    // Called again, it is no second return.
    expect(await check(group)).toEqual({ outcome: 'returned' });
    expect((await wagesOf(group))?.returns).toBe(1);
  });

  it('is asked for again with all of that, by mail and on the page', async () => {
    await treasury.turn(group.id, 'muster-roll', '9');
    const expected =
      /Yang harus diperbaiki \(3\)[\s\S]*baris ke-2: nama: Nama ini bukan nama anggota nomor 1/;
    expect(treasury.mails.at(-1)?.text).toMatch(expected);
    const { body } = await treasury.get(treasury.linksOf(group.id).at(-1) ?? '');
    expect(body).toContain('Yang harus diperbaiki (3)');
    expect(body).toContain('data-upload="muster-roll"');
    expect(body).toContain('data-download="daftar-hadir.xlsx"');
    // What the roll must fit: the plan, and the members by number.
    expect(body).toMatch(/Hari kerja menurut rencana[\s\S]*?15/);
    expect(body).toContain(group.content.members[19]?.name);
  });

  it('comes back for a file that is none, was changed since, or lacks the village’s decision', async () => {
    await handIn(group, 2, Buffer.from('PK\u0003\u0004 and nothing more'));
    await check(group, 2);
    expect(await codesOf(group)).toEqual(['roll-not-xlsx']);
    treasury.objects.set(await handIn(group, 3, everybody(group)), Buffer.from('{}'));
    await check(group, 3);
    expect(await codesOf(group)).toEqual(['roll-file-altered']);
    await handIn(group, 4, replaced(group, 6), false);
    await check(group, 4);
    expect(await codesOf(group)).toEqual(['document-missing']);
    expect(await marksOf(hashesOf(group))).toEqual({});
  });

  it('gives way to one that is', async () => {
    const json = { schemaVersion: 1, rows: everybody(group, days.slice(0, 10)) };
    await handIn(group, 5, Buffer.from(JSON.stringify(json)));
    expect(await check(group, 5)).toEqual({ outcome: 'accepted' });
    expect(await wagesOf(group)).toMatchObject({
      returns: 4,
      accepted: { turn: 5, unspentWages: 10_000_000 },
    });
    expect(await codesOf(group)).toBeUndefined();
  });
});

describe('a person at two works', () => {
  it('is reported with every day, and what the second roll had marked is free again', async () => {
    const group = await works(3);
    await handIn(group, 1, replaced(group, 1));
    expect(await check(group)).toEqual({ outcome: 'returned' });
    expect(await codesOf(group)).toEqual(Array(10).fill('roll-double-presence'));
    expect(await marksOf([...hashesOf(group), hashOf(1)])).toEqual({ [first.id]: 10 });

    // A person with a place in another group is no substitute in this one.
    const [member] = first.content.members;
    if (member === undefined) throw new RangeError('no member');
    const row = {
      ...stranger(1, days.slice(5)),
      name: member.name,
      nik: personalData.decryptNik(member.nikEncrypted),
      birthDate: member.birthDate,
    };
    await handIn(group, 2, [...replaced(group, 3).slice(0, 20), row]);
    expect(await check(group, 2)).toEqual({ outcome: 'returned' });
    expect(new Set(await codesOf(group))).toEqual(new Set(['roll-substitute-held', 'roll-double-presence']));
    expect(await marksOf(hashesOf(group))).toEqual({});
  });

  it('is found when both rolls are checked at the same moment: at most one counts, and the other holds nothing', async () => {
    const groups = [await works(4), await works(5)];
    for (const group of groups) await handIn(group, 1, replaced(group, 4));
    const outcomes = await Promise.all(groups.map((group) => check(group)));
    const accepted = groups.filter((_, index) => outcomes[index]?.outcome === 'accepted');
    expect(accepted.length).toBeLessThanOrEqual(1);
    const marks = await marksOf([...groups.flatMap(hashesOf), hashOf(4)]);
    expect(marks).toEqual(Object.fromEntries(accepted.map(({ id }) => [id, 300])));
  });
});
