import { describe, expect, it } from 'vitest';
import { proposalIdOf } from '#domain/identifiers.ts';
import { closeProposal } from '#functions/closing/close-proposal.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { at, openScene, packetOf, personalData, type Scene } from '../scene.ts';
import { awardSteps } from './award-steps.ts';

let table: TestTable;
let scene: Scene;
let steps: ReturnType<typeof awardSteps>;
useTable((opened) => {
  table = opened;
  scene = openScene(table);
  steps = awardSteps(scene);
});

describe('a close', () => {
  it('counts the people trained, frees everyone, and is recorded once', async () => {
    const id = await steps.followingUp(6);
    for (const [key, present] of [
      ['1', [1, 2, 3]],
      ['2', [3, 4]],
    ] as const) {
      const askId = await scene.ask(id, 'training-session', key, at(7), {
        kind: 'person',
        personId: 'dewi',
        role: 'mentor',
      });
      await scene.answer({
        askId,
        answer: { outcome: 'held', heldOn: '2020-08-03', present: [...present], note: undefined },
        by: { kind: 'person', id: 'dewi' },
        now: at(8),
      });
    }
    await closeProposal(scene.store, { proposalId: id, now: at(9) });
    const { closed } = await closeProposal(scene.store, { proposalId: id, now: at(10) });
    expect(closed).toMatchObject({ result: 'complete', peopleTrained: 4, overdue: 0, closedAt: at(9) });
    expect(await steps.locksOf(6)).toEqual([]);
    // Their locks are left, and hold no one: another proposal takes them over, and only once.
    const [first = ''] = packetOf(6).members.map(({ nik }) => personalData.hashNik(nik));
    const { ended } = await scene.store.locks.look([first]);
    expect(ended.get(first)).toBe(id);
    const join = (other: string) =>
      scene.store.commit({
        proposalId: other,
        now: at(11),
        events: [],
        changes: [scene.store.locks.acquire(first, other, at(11), ended.get(first))],
      });
    await scene.submitted('lock-holder', packetOf(61));
    const holder = proposalIdOf('lock-holder');
    await join(holder);
    await expect(join('P-0000000099')).rejects.toMatchObject({ name: 'PersonAlreadyHeld', heldBy: holder });
    expect(await scene.store.locks.find([first])).toMatchObject([{ proposalId: holder }]);
  });

  it('keeps holding the people of a group that owes its report', async () => {
    const id = await steps.followingUp(7);
    await scene.store.commit({
      proposalId: id,
      now: at(8),
      events: [],
      changes: [
        scene.store.overdue.record({ proposalId: id, kind: 'lpj', about: { report: 1 }, since: at(8) }),
      ],
    });
    for (const minute of [9, 10])
      expect(await closeProposal(scene.store, { proposalId: id, now: at(minute) })).toMatchObject({
        closed: { result: 'with-overdue', overdue: 1 },
        groupOwes: true,
      });
    const locks = await steps.locksOf(7);
    expect(locks).toHaveLength(20);
    expect(new Set(locks.map(({ reason }) => reason))).toEqual(new Set(['overdue']));
  });

  it('frees the people where only officers did not do their part, and counts that all the same', async () => {
    const id = await steps.followingUp(9);
    await scene.store.commit({
      proposalId: id,
      now: at(8),
      events: [],
      changes: (['training-session', 'mentor-visit', 'outcome'] as const).map((kind) =>
        scene.store.overdue.record({ proposalId: id, kind, about: {}, since: at(8) }),
      ),
    });
    expect(await closeProposal(scene.store, { proposalId: id, now: at(9) })).toMatchObject({
      closed: { result: 'with-overdue', overdue: 3 },
      groupOwes: false,
    });
    expect(await steps.locksOf(9)).toEqual([]);
  });
});
