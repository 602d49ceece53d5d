import { parse } from 'node-html-parser';
import { describe, expect, it } from 'vitest';
import { mayObject } from '#domain/proposal/endings.ts';
import { contentOf, WrongStage } from '#domain/proposal/proposal.ts';
import { reopenProposal, upholdRejection } from '#functions/closing/objection.ts';
import { recordRejection } from '#functions/closing/record-rejection.ts';
import { idOfAsk } from '#test/asks.ts';
import { jpeg, openStage, pdf, person, type Stage } from '../asks/stage.ts';
import { useTable } from '../dynamodb.ts';
import { at, packetOf, personalData } from '../scene.ts';

let stage: Stage;
useTable(async (opened) => {
  stage = await openStage(opened);
  const changes = stage.store.people.put(person('pram', 'pa', ['*']));
  await stage.store.commit({ journal: 'settings', now: at(0), events: [], changes });
});

const leader = 'ketua@kelompok.example';
const why = 'Tidak ada kelompok di alamat itu';
const locksOf = (group: number) =>
  stage.store.locks.find(packetOf(group).members.map(({ nik }) => personalData.hashNik(nik)));
const contactOf = async (id: string) => {
  const proposal = await stage.store.proposals.get(id);
  return contentOf(proposal)?.contact.email ?? leader;
};

/** Visited by vera, who found nothing, and rejected for it. */
const rejected = async (group: number) => {
  const id = await stage.submitted(group);
  await stage.turn(id, 'site-visit', '1');
  await stage.post(stage.linksOf(id).at(-1) ?? '', {
    ...{ outcome: 'fail', visitedOn: '2020-08-03', reason: why },
    ...{ latitude: '-7,42', longitude: '109,24' },
  });
  await reject(id, 70);
  return id;
};
const reject = (id: string, minute: number, reason = 'not-verified') =>
  recordRejection(stage.store, { proposalId: id, at: 'verification', reason, now: at(minute) });

/** The leader is asked, and objects with one file. */
const objected = async (group: number) => {
  const id = await rejected(group);
  await stage.turn(id, 'objection', '', 0, undefined, at(71));
  stage.upload(id, 'objection', '', 'objection', 'balai desa.jpg', jpeg);
  const secret = stage.linksOf(id, await contactOf(id)).at(-1) ?? '';
  await stage.post(
    secret,
    { outcome: 'objected', reason: 'Alamat ada <b>di belakang</b> balai desa' },
    at(72),
  );
  const token = await stage.turn(id, 'appeal', '', 0, 'pa', at(73));
  return { id, token, secret: stage.linksOf(id, 'pram@dinas.example').at(-1) ?? '' };
};
const decide = (secret: string, outcome: string) =>
  stage.post(secret, { outcome, reason: 'Sudah saya periksa' }, at(74));

describe('a rejection that can be objected to', () => {
  it('is announced to the leader by the question whether the group objects, with the reason and the link', async () => {
    const id = await rejected(1);
    const before = stage.mails.length;
    await stage.turn(id, 'objection', '', 0, undefined, at(71));
    await stage.turn(id, 'objection', '', 0, undefined, at(71));
    const mails = stage.mails.slice(before);
    expect(mails.map(({ to }) => to)).toEqual([await contactOf(id)]);
    expect(mails[0]?.subject).toContain('Proposal tidak dilanjutkan');
    expect(mails[0]?.text).toContain(why);
    const page = await stage.get(stage.linksOf(id, await contactOf(id)).at(-1) ?? '');
    expect(page.body).toContain(why);
    expect(parse(page.body).querySelectorAll('form[data-upload]')).toHaveLength(1);
  });

  it('is accepted without a word, also by a leader who has uploaded what is no paper', async () => {
    const id = await rejected(2);
    const token = await stage.turn(id, 'objection', '', 0, undefined, at(71));
    stage.upload(id, 'objection', '', 'objection', 'catatan.txt', Buffer.from('halo'));
    const secret = stage.linksOf(id, await contactOf(id)).at(-1) ?? '';
    expect((await stage.post(secret, { outcome: 'objected', reason: 'Keliru' }, at(72))).statusCode).toBe(
      422,
    );
    expect((await stage.post(secret, { outcome: 'accepted' }, at(72))).statusCode).toBe(303);
    expect(stage.resumed).toContainEqual({ taskToken: token, outcome: 'accepted' });
  });

  it('is objected to with a reason; files are not needed, and no more than ten are taken', async () => {
    const id = await rejected(3);
    await stage.turn(id, 'objection', '', 0, undefined, at(71));
    const secret = stage.linksOf(id, await contactOf(id)).at(-1) ?? '';
    expect((await stage.post(secret, { outcome: 'objected' }, at(72))).statusCode).toBe(422);
    for (let file = 0; file < 11; file++) stage.upload(id, 'objection', '', 'objection', `${file}.pdf`, pdf);
    const refused = await stage.post(secret, { outcome: 'objected', reason: 'Keliru' }, at(72));
    expect(refused.statusCode).toBe(422);
    stage.objects.delete(`evidence/${id}/${idOfAsk(id, 'objection', '')}/objection/0.pdf`);
    expect((await stage.post(secret, { outcome: 'objected', reason: 'Keliru' }, at(72))).statusCode).toBe(
      303,
    );
  });
});

describe('an objection', () => {
  it('is decided by an official who took no part, who sees the decision, the objection and its files', async () => {
    const { id, secret } = await objected(10);
    const page = await stage.get(secret);
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain(why);
    expect(page.body).toContain('Alamat ada &lt;b&gt;di belakang&lt;/b&gt; balai desa');
    const [link] = parse(page.body).querySelectorAll('a[data-download]');
    expect(link?.text).toBe('balai desa.jpg');
    const url = new URL(link?.getAttribute('href') ?? '');
    expect(decodeURIComponent(url.pathname)).toContain(`evidence/${id}/${idOfAsk(id, 'objection', '')}/`);
    expect(url.searchParams.get('response-content-disposition')).toBe('attachment');
    expect(url.searchParams.get('X-Amz-Expires')).toBe('3600');
    expect(Buffer.byteLength(page.body)).toBeLessThan(60_000);
  });

  it('is not put to a person who acted before, even if only they hold the role', async () => {
    const id = await rejected(11);
    await stage.store.proposals.update(id, at(70), (proposal) => ({
      proposal: {
        ...proposal,
        acts: [...proposal.acts, { kind: 'approval', about: { round: 1, step: 1 }, personId: 'pram' }],
      },
      result: undefined,
    }));
    await stage.turn(id, 'appeal', '', 0, 'pa', at(73));
    expect(stage.linksOf(id, 'pram@dinas.example')).toEqual([]);
    expect(stage.mails.some(({ to, subject }) => to.startsWith('ada@') && subject.includes(id))).toBe(true);
  });

  it('that is granted reopens the proposal, once, with its history; its people are taken again by the checks', async () => {
    const { id, secret, token } = await objected(12);
    expect(await locksOf(12)).toEqual([]);
    await decide(secret, 'granted');
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
    expect(await locksOf(12)).toHaveLength(20);
    expect((await stage.store.audit.verify({ proposalId: id })).sound).toBe(true);
  });

  it('that is granted finds people elsewhere who joined another group meanwhile', async () => {
    const { id, secret } = await objected(13);
    await decide(secret, 'granted');
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
    const { id, secret } = await objected(15);
    await decide(secret, 'granted');
    await reopenProposal(stage.store, { proposalId: id, round: 2, now: at(75) });
    // The first rejection is delivered once more.
    expect((await reject(id, 70)).stage).toBe('verification');
    const second = await reject(id, 80, 'not-visited');
    expect(second).toMatchObject({ stage: 'rejected', reason: 'not-visited' });
    expect(mayObject(second)).toBe(false);
    const late = await reopenProposal(stage.store, { proposalId: id, round: 2, now: at(81) });
    expect(late.proposal.stage).toBe('rejected');
  });

  it.each([
    ['dismissed', 'dismissed'],
    ['left undecided', 'expired'],
  ])('that is %s leaves the rejection final, recorded once', async (_how, outcome) => {
    const { id, secret } = await objected(outcome === 'dismissed' ? 16 : 17);
    if (outcome === 'dismissed') await decide(secret, 'dismissed');
    else {
      const { turns } = await stage.store.asks.get(id, idOfAsk(id, 'appeal', ''));
      await stage.turn(id, 'appeal', '', turns.length - 1, 'pa', at(74));
    }
    await upholdRejection(stage.store, { proposalId: id, now: at(75) });
    const again = await upholdRejection(stage.store, { proposalId: id, now: at(76) });
    expect(again.proposal.upheld).toEqual({ at: at(75), outcome });
    expect(again.comment).toBe(outcome === 'dismissed' ? 'Sudah saya periksa' : undefined);
    expect((await stage.actions(id)).filter((action) => action === 'rejection.upheld')).toHaveLength(1);
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
    await reject(id, 33, 'uncorrected');
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
    const { id, checked } = await scene.submitted('silent', 'no json', leader);
    expect(checked).toMatchObject({ outcome: 'problems', correction: { revision: 1, round: 1 } });
    await reject(id, 10, 'expired');
    await reopenProposal(stage.store, { proposalId: id, round: 2, now: at(40) });
    expect(await scene.check(id, 2, at(41))).toMatchObject({
      outcome: 'problems',
      correction: { revision: 1, round: 2 },
    });
  });
});
