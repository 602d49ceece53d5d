/** Groups with paid works on a treasury, and their muster rolls as leaders hand them in. */

import { createHash } from 'node:crypto';
import { evidencePrefix } from '#domain/asks/documents.ts';
import { rupiah } from '#domain/money/rupiah.ts';
import { sniffMediaType } from '#domain/packet/media-type.ts';
import type { AwardedProposal } from '#domain/proposal/proposal.ts';
import { wagesOf } from '#domain/proposal/proposal.ts';
import { type RollRow, workDays } from '#domain/public-works/roll-form.ts';
import { type CheckDeps, checkMusterRoll } from '#functions/public-works/check-muster-roll.ts';
import { rollWorkbook } from '#functions/public-works/form.ts';
import { calendarAt } from '#programmes/calendar.ts';
import type { Treasury } from '../payment/treasury.ts';
import { at, personalData } from '../scene.ts';

export function worksSteps(treasury: Treasury, deps: CheckDeps) {
  const now = at(60 * 24 * 35);
  /** The agreement is of 3 August 2020, a Monday. */
  const days = workDays('2020-08-04', 15, calendarAt(now));

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

  const everyWorker = ({ content }: AwardedProposal, present = days): RollRow[] =>
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
    ...everyWorker(proposal).map((row) => (row.number === 7 ? { ...row, present: days.slice(0, 5) } : row)),
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
      ...{ askId, answer: { outcome: 'handed-in' }, by: { kind: 'leader' }, now },
      evidence: decision ? [file, paper] : [file],
    });
    return key;
  };

  const check = ({ id }: AwardedProposal, turn = 1, store: CheckDeps['store'] = deps.store) =>
    checkMusterRoll({ ...deps, store }, { proposalId: id, turn, now });
  const wagesIn = async ({ id }: AwardedProposal) => {
    return wagesOf(await treasury.store.proposals.get(id));
  };
  const codesOf = async (proposal: AwardedProposal) =>
    (await wagesIn(proposal))?.problems?.map(({ code }) => code);
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

  return {
    now,
    days,
    works,
    everyWorker,
    stranger,
    replaced,
    handIn,
    check,
    wagesIn,
    codesOf,
    marksOf,
    hashesOf,
    hashOf,
  };
}
