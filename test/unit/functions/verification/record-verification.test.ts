import { describe, expect, it } from 'vitest';
import { returnToVerification } from '#domain/proposal/verification.ts';
import { recordVerification } from '#functions/verification/record-verification.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { at, openScene, packetOf, type Scene } from '../scene.ts';

let table: TestTable;
let scene: Scene;
useTable((opened) => {
  table = opened;
  scene = openScene(table);
});
function firstNik(group: number) {
  return packetOf(group).members[0]?.nik ?? '';
}
function swapFirstMember(group: number, from: number) {
  return packetOf(group, ({ members }) => {
    const [first] = members;
    if (first !== undefined) first.nik = firstNik(from);
  });
}

describe('the findings of verification', () => {
  const officer = { kind: 'person', personId: 'sari', role: 'verifier' } as const;

  /** Members confirm and a verifier visits, in a round. */
  const confirmAndVisit = async (id: string, round: number, membership: boolean, minute: number) => {
    if (membership) {
      const group = await scene.ask(id, 'membership', String(round), at(minute), { kind: 'members' });
      await scene.answer({
        askId: group,
        answer: { outcome: 'quorum', confirmed: 15, of: 20 },
        by: { kind: 'system' },
        now: at(minute + 1),
      });
    }
    const visit = await scene.ask(id, 'site-visit', String(round), at(minute), officer);
    await scene.answer({
      askId: visit,
      answer: { outcome: 'pass', visitedOn: '2020-08-03', latitude: -7.4, longitude: 109.2, note: undefined },
      by: { kind: 'person', id: 'sari' },
      now: at(minute + 2),
    });
  };
  const returned = (id: string, minute: number) =>
    scene.store.proposals.update(id, at(minute), (proposal) => ({
      ...returnToVerification(
        proposal,
        { round: 1, by: 'kpa', role: 'kpa', reason: 'Periksa lagi', at: at(minute) },
        at(minute),
      ),
      result: undefined,
    }));

  it('says who confirmed and who visited, once', async () => {
    const { id } = await scene.submitted('verified', packetOf(14));
    await confirmAndVisit(id, 1, true, 3);
    await recordVerification(scene.store, { proposalId: id, round: 1, now: at(9) });
    const verified = await recordVerification(scene.store, { proposalId: id, round: 1, now: at(10) });
    expect(verified).toMatchObject({
      stage: 'approval',
      findings: {
        round: 1,
        verifiedAt: at(9),
        membership: { confirmed: 15, of: 20 },
        siteVisit: { visitedOn: '2020-08-03', by: 'sari', latitude: -7.4, longitude: 109.2 },
      },
    });
  });

  it('of a later round does not ask the same members again, but visits again', async () => {
    const { id } = await scene.submitted('returned', packetOf(15));
    await confirmAndVisit(id, 1, true, 3);
    await recordVerification(scene.store, { proposalId: id, round: 1, now: at(9) });
    await returned(id, 10);
    expect(await scene.check(id, 2, at(10))).toMatchObject({
      outcome: 'passed',
      membershipNeeded: false,
      visitNeeded: true,
    });
    await confirmAndVisit(id, 2, false, 12);
    const again = await recordVerification(scene.store, { proposalId: id, round: 2, now: at(20) });
    expect(again).toMatchObject({
      stage: 'approval',
      findings: { round: 2, membership: { confirmed: 15, of: 20 } },
    });
  });

  it('of a later round asks the members again when they are not the same', async () => {
    const { id } = await scene.submitted('returned-changed', packetOf(16));
    await confirmAndVisit(id, 1, true, 3);
    await recordVerification(scene.store, { proposalId: id, round: 1, now: at(9) });
    await returned(id, 10);
    scene.files.get('returned-changed')?.pop();
    expect(await scene.check(id, 2, at(11))).toMatchObject({
      outcome: 'problems',
      correction: { revision: 1, round: 1 },
    });
    await scene.ask(id, 'correction', '1', at(12));
    await scene.upload('returned-changed', swapFirstMember(16, 96), at(13));
    expect(await scene.check(id, 2, at(14))).toMatchObject({ outcome: 'passed', membershipNeeded: true });
  });
});
