import { describe, expect, it } from 'vitest';
import { mayObject } from '#domain/proposal/endings.ts';
import { WrongStage } from '#domain/proposal/proposal.ts';
import { reopenProposal, upholdRejection } from '#functions/closing/objection.ts';
import { openStage, person, type Stage } from '../asks/stage.ts';
import { useTable } from '../dynamodb.ts';
import { at, packetOf } from '../scene.ts';
import { objectionSteps } from './objection-steps.ts';

let stage: Stage;
let steps: ReturnType<typeof objectionSteps>;
useTable(async (opened) => {
  stage = await openStage(opened);
  steps = objectionSteps(stage);
  const changes = stage.store.people.put(person('pram', 'pa', ['*']));
  await stage.store.commit({ journal: 'settings', now: at(0), events: [], changes });
});

describe('an objection', () => {
  it('that is granted reopens the proposal, once, with its history; its people are taken again by the checks', async () => {
    const { id, secret, token } = await steps.objected(12);
    expect(await steps.locksOf(12)).toEqual([]);
    await steps.decide(secret, 'granted');
    expect(stage.resumed).toContainEqual({ taskToken: token, outcome: 'granted' });
    const reopened = await reopenProposal(stage.store, { proposalId: id, round: 2, now: at(75) });
    expect(reopened).toMatchObject({
      comment: 'Sudah saya periksa',
      proposal: { stage: 'verification', round: 2 },
    });
    const again = await reopenProposal(stage.store, { proposalId: id, round: 2, now: at(76) });
    expect(again.proposal).toMatchObject({ version: (await stage.store.proposals.get(id)).version });
    expect((await stage.actions(id)).filter((action) => action === 'proposal.reopened')).toHaveLength(1);
    expect(await stage.scene.check(id, 2, at(77))).toMatchObject({ outcome: 'passed', visitNeeded: true });
    expect(await steps.locksOf(12)).toHaveLength(20);
    expect((await stage.store.audit.verify({ proposalId: id })).sound).toBe(true);
  });

  it('that is granted finds people elsewhere who joined another group meanwhile', async () => {
    const { id, secret } = await steps.objected(13);
    await steps.decide(secret, 'granted');
    const other = packetOf(14, ({ members }) => {
      const [first] = members;
      if (first !== undefined) first.nik = packetOf(13).members[0]?.nik ?? '';
    });
    await stage.scene.submitted('joined-meanwhile', other);
    await reopenProposal(stage.store, { proposalId: id, round: 2, now: at(75) });
    expect(await stage.scene.check(id, 2, at(77))).toMatchObject({
      outcome: 'problems',
      correction: { revision: 1, round: 2 },
    });
    const { problems } = (await stage.store.proposals.get(id)) as { problems?: { code: string }[] };
    expect(problems?.map(({ code }) => code)).toEqual(['person-already-held']);
  });

  it('that is granted leads to a second rejection that is final, and is not undone by a late repetition', async () => {
    const { id, secret } = await steps.objected(15);
    await steps.decide(secret, 'granted');
    await reopenProposal(stage.store, { proposalId: id, round: 2, now: at(75) });
    // The first rejection is delivered once more.
    expect((await steps.reject(id, 70)).stage).toBe('verification');
    const second = await steps.reject(id, 80, 'not-visited');
    expect(second).toMatchObject({ stage: 'rejected', reason: 'not-visited' });
    expect(mayObject(second)).toBe(false);
    const late = await reopenProposal(stage.store, { proposalId: id, round: 2, now: at(81) });
    expect(late.proposal.stage).toBe('rejected');
  });

  it('against nothing is refused', async () => {
    const id = await stage.submitted(18);
    await expect(reopenProposal(stage.store, { proposalId: id, round: 2, now: at(75) })).rejects.toThrow(
      WrongStage,
    );
    await expect(upholdRejection(stage.store, { proposalId: id, now: at(75) })).rejects.toThrow(WrongStage);
  });
});

describe('a packet that was never in order', () => {
  it('gets one correction more when the objection is granted, by a question of its own', async () => {
    const wrong = packetOf(20, (packet) => {
      packet.amountAsked = 1;
    });
    const { scene } = stage;
    const { id, prefix } = await scene.submitted('objecting', wrong);
    for (const round of [1, 2]) {
      await scene.ask(id, 'correction', String(round), at(round * 10));
      await scene.upload(prefix, wrong, at(round * 10 + 1));
      await scene.check(id, 1, at(round * 10 + 2));
    }
    await scene.ask(id, 'correction', '3', at(30));
    await scene.upload(prefix, wrong, at(31));
    expect(await scene.check(id, 1, at(32))).toMatchObject({ outcome: 'uncorrectable' });
    await steps.reject(id, 33, 'uncorrected');
    await reopenProposal(stage.store, { proposalId: id, round: 2, now: at(40) });
    expect(await scene.check(id, 2, at(41))).toMatchObject({
      outcome: 'problems',
      correction: { revision: 4, round: 2 },
    });
    await scene.ask(id, 'correction', '4-2', at(42));
    await scene.upload(prefix, wrong, at(43));
    expect(await scene.check(id, 2, at(44))).toMatchObject({ outcome: 'uncorrectable' });
  });

  it('is asked about again, where the group had only been silent', async () => {
    const { scene } = stage;
    const { id, checked } = await scene.submitted('silent', 'no json', steps.leader);
    expect(checked).toMatchObject({ outcome: 'problems', correction: { revision: 1, round: 1 } });
    await steps.reject(id, 10, 'expired');
    await reopenProposal(stage.store, { proposalId: id, round: 2, now: at(40) });
    expect(await scene.check(id, 2, at(41))).toMatchObject({
      outcome: 'problems',
      correction: { revision: 1, round: 2 },
    });
  });
});
