import { parse } from 'node-html-parser';
import { describe, expect, it } from 'vitest';
import { idOfAsk } from '#test/asks.ts';
import { openStage, pdf, person, type Stage } from '../asks/stage.ts';
import { useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { objectionSteps } from './objection-steps.ts';

let stage: Stage;
let steps: ReturnType<typeof objectionSteps>;
useTable(async (opened) => {
  stage = await openStage(opened);
  steps = objectionSteps(stage);
  const changes = stage.store.people.put(person('pram', 'pa', ['*']));
  await stage.store.commit({ journal: 'settings', now: at(0), events: [], changes });
});

describe('a rejection that can be objected to', () => {
  it('is announced to the leader by the question whether the group objects, with the reason and the link', async () => {
    const id = await steps.rejected(1);
    const before = stage.mails.length;
    await stage.turn(id, 'objection', '', 0, undefined, at(71));
    await stage.turn(id, 'objection', '', 0, undefined, at(71));
    const mails = stage.mails.slice(before);
    expect(mails.map(({ to }) => to)).toEqual([await steps.contactOf(id)]);
    expect(mails[0]?.subject).toContain('Proposal tidak dilanjutkan');
    expect(mails[0]?.text).toContain(steps.why);
    const page = await stage.get(stage.linksOf(id, await steps.contactOf(id)).at(-1) ?? '');
    expect(page.body).toContain(steps.why);
    expect(parse(page.body).querySelectorAll('form[data-upload]')).toHaveLength(1);
  });

  it('is accepted without a word, also by a leader who has uploaded what is no paper', async () => {
    const id = await steps.rejected(2);
    const token = await stage.turn(id, 'objection', '', 0, undefined, at(71));
    stage.upload(id, 'objection', '', 'objection', 'catatan.txt', Buffer.from('halo'));
    const secret = stage.linksOf(id, await steps.contactOf(id)).at(-1) ?? '';
    expect((await stage.post(secret, { outcome: 'objected', reason: 'Keliru' }, at(72))).statusCode).toBe(
      422,
    );
    expect((await stage.post(secret, { outcome: 'accepted' }, at(72))).statusCode).toBe(303);
    expect(stage.resumed).toContainEqual({ taskToken: token, outcome: 'accepted' });
  });

  it('is objected to with a reason; files are not needed, and no more than ten are taken', async () => {
    const id = await steps.rejected(3);
    await stage.turn(id, 'objection', '', 0, undefined, at(71));
    const secret = stage.linksOf(id, await steps.contactOf(id)).at(-1) ?? '';
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
    const { id, secret } = await steps.objected(10);
    const page = await stage.get(secret);
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain(steps.why);
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
    const id = await steps.rejected(11);
    await stage.store.proposals.update(id, at(70), (proposal) => ({
      proposal: {
        ...proposal,
        involvements: [
          ...proposal.involvements,
          { kind: 'approval', about: { round: 1, step: 1 }, personId: 'pram' },
        ],
      },
      result: undefined,
    }));
    await stage.turn(id, 'appeal', '', 0, 'pa', at(73));
    expect(stage.linksOf(id, 'pram@dinas.example')).toEqual([]);
    expect(stage.mails.some(({ to, subject }) => to.startsWith('ada@') && subject.includes(id))).toBe(true);
  });
});
