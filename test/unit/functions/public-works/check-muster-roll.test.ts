import { describe, expect, it } from 'vitest';
import { recipientAsOf } from '#cli/commands/report.ts';
import type { AwardedProposal } from '#domain/proposal/proposal.ts';
import type { CheckDeps } from '#functions/public-works/check-muster-roll.ts';
import { NotFound } from '#functions/store/errors.ts';
import { regions } from '../../domain/packet/packets.ts';
import { digestOf, type TestTable, useTable } from '../dynamodb.ts';
import { openTreasury, type Treasury } from '../payment/treasury.ts';
import { at, personalData } from '../scene.ts';
import { worksSteps } from './works-steps.ts';

let table: TestTable;
let treasury: Treasury;
let deps: CheckDeps;
let steps: ReturnType<typeof worksSteps>;
useTable(async (opened) => {
  table = opened;
  treasury = await openTreasury(table);
  deps = { ...treasury.deps, personalData: async () => personalData };
  steps = worksSteps(treasury, deps);
});

/** The group that lends a substitute and a member to the others' rolls. */
let first: AwardedProposal;

describe('a muster roll that is in order', () => {
  it('is finished by the next attempt after a kill, wherever that was', async () => {
    first = await steps.works(1);
    await steps.handIn(first, 1, steps.replaced(first, 1));
    for (let allowed = 0; allowed < 3; allowed += 1) {
      let left = allowed;
      const commit: CheckDeps['store']['commit'] = (request) => {
        if (left === 0) throw new Error('killed');
        left -= 1;
        return treasury.store.commit(request);
      };
      await expect(steps.check(first, 1, { ...deps.store, commit })).rejects.toThrow('killed');
      expect(await steps.wagesIn(first)).toBeUndefined();
    }
    expect(await steps.check(first)).toEqual({ outcome: 'accepted' });
  });

  it('is accepted once, with its sums in the record and a mark for each person and day', async () => {
    expect(await steps.wagesIn(first)).toMatchObject({
      returns: 0,
      accepted: {
        ...{ turn: 1, workers: 21, substitutes: 1, personDays: 300 },
        ...{ wages: 30_000_000, limit: 30_000_000, unspentWages: 0 },
      },
    });
    expect(await steps.marksOf([...steps.hashesOf(first), steps.hashOf(1)])).toEqual({ [first.id]: 300 });
    expect((await treasury.store.audit.verify({ proposalId: first.id })).sound).toBe(true);
    const after = await digestOf(table);
    expect(await steps.check(first)).toEqual({ outcome: 'accepted' });
    expect(await digestOf(table)).toBe(after);
  });

  it('is in the report from the moment on at which it was accepted', async () => {
    const proposal = await treasury.store.proposals.get(first.id);
    const wagesAt = (moment: string) => recipientAsOf(proposal, moment, regions).map(({ wages }) => wages);
    expect(wagesAt(at(60 * 24))).toEqual([undefined]);
    expect(wagesAt(steps.now)).toEqual([{ sum: 30_000_000, left: 0, workers: 21, substitutes: 1 }]);
  });

  it('keeps no personal number in the clear', async () => {
    const roll = await treasury.store.musterRolls.get(first.id, 1);
    const substitute = roll.workers.find(({ name }) => name === 'Pengganti 1');
    expect(JSON.stringify(roll)).not.toContain('3302150101950001');
    expect(personalData.decryptNik(substitute?.substitute?.nikEncrypted ?? '')).toBe('3302150101950001');
  });
});

describe('a muster roll that is not in order', () => {
  let group: AwardedProposal;
  it('is not checked before there is one', async () => {
    group = await steps.works(2);
    await expect(steps.check(group)).rejects.toThrow(NotFound);
  });

  it('comes back with everything that is wrong; nothing is marked, and the file stays', async () => {
    const stray = { number: 77, name: 'Siapa', role: 'Pekerja', present: steps.days };
    const rows = [...steps.everyWorker(group), stray].map((row) =>
      row.number === 1 ? { ...row, name: 'Orang Lain', dayRate: -5 } : row,
    );
    const key = await steps.handIn(group, 1, rows);
    expect(await steps.check(group)).toEqual({ outcome: 'returned' });
    expect(await steps.codesOf(group)).toEqual([
      'roll-name-differs',
      'field-not-rupiah',
      'roll-number-unknown',
    ]);
    expect(await steps.marksOf(steps.hashesOf(group))).toEqual({});
    expect(treasury.objects.has(key)).toBe(true);
    // Called again, it is no second return.
    expect(await steps.check(group)).toEqual({ outcome: 'returned' });
    expect((await steps.wagesIn(group))?.returns).toBe(1);
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
    await steps.handIn(group, 2, Buffer.from('PK\u0003\u0004 and nothing more'));
    await steps.check(group, 2);
    expect(await steps.codesOf(group)).toEqual(['roll-not-xlsx']);
    treasury.objects.set(await steps.handIn(group, 3, steps.everyWorker(group)), Buffer.from('{}'));
    await steps.check(group, 3);
    expect(await steps.codesOf(group)).toEqual(['roll-file-altered']);
    await steps.handIn(group, 4, steps.replaced(group, 6), false);
    await steps.check(group, 4);
    expect(await steps.codesOf(group)).toEqual(['document-missing']);
    expect(await steps.marksOf(steps.hashesOf(group))).toEqual({});
  });

  it('gives way to one that is', async () => {
    const json = { schemaVersion: 1, rows: steps.everyWorker(group, steps.days.slice(0, 10)) };
    await steps.handIn(group, 5, Buffer.from(JSON.stringify(json)));
    expect(await steps.check(group, 5)).toEqual({ outcome: 'accepted' });
    expect(await steps.wagesIn(group)).toMatchObject({
      returns: 4,
      accepted: { turn: 5, unspentWages: 10_000_000 },
    });
    expect(await steps.codesOf(group)).toBeUndefined();
  });
});

describe('a person at two works', () => {
  it('is reported with every day, and what the second roll had marked is free again', async () => {
    const group = await steps.works(3);
    await steps.handIn(group, 1, steps.replaced(group, 1));
    expect(await steps.check(group)).toEqual({ outcome: 'returned' });
    expect(await steps.codesOf(group)).toEqual(Array(10).fill('roll-double-presence'));
    expect(await steps.marksOf([...steps.hashesOf(group), steps.hashOf(1)])).toEqual({ [first.id]: 10 });

    // A person with a place in another group is no substitute in this one.
    const [member] = first.content.members;
    if (member === undefined) throw new RangeError('no member');
    const row = {
      ...steps.stranger(1, steps.days.slice(5)),
      name: member.name,
      nik: personalData.decryptNik(member.nikEncrypted),
      birthDate: member.birthDate,
    };
    await steps.handIn(group, 2, [...steps.replaced(group, 3).slice(0, 20), row]);
    expect(await steps.check(group, 2)).toEqual({ outcome: 'returned' });
    expect(new Set(await steps.codesOf(group))).toEqual(
      new Set(['roll-substitute-held', 'roll-double-presence']),
    );
    expect(await steps.marksOf(steps.hashesOf(group))).toEqual({});
  });

  it('is found when both rolls are checked at the same moment: at most one counts, and the other holds nothing', async () => {
    const groups = [await steps.works(4), await steps.works(5)];
    for (const group of groups) await steps.handIn(group, 1, steps.replaced(group, 4));
    const outcomes = await Promise.all(groups.map((group) => steps.check(group)));
    const accepted = groups.filter((_, index) => outcomes[index]?.outcome === 'accepted');
    expect(accepted.length).toBeLessThanOrEqual(1);
    const marks = await steps.marksOf([...groups.flatMap(steps.hashesOf), steps.hashOf(4)]);
    expect(marks).toEqual(Object.fromEntries(accepted.map(({ id }) => [id, 300])));
  });
});
