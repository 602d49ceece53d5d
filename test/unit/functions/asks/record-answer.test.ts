import { createHash } from 'node:crypto';
import { parse } from 'node-html-parser';
import { describe, expect, it } from 'vitest';
import { recordVerification } from '#functions/verification/record-verification.ts';
import { idOfAsk } from '#test/asks.ts';
import { digestOf, type TestTable, useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { jpeg, openStage, pdf, type Stage } from './stage.ts';

let table: TestTable;
let stage: Stage;
useTable(async (opened) => {
  table = opened;
  stage = await openStage(table);
});

/** A digest of the whole table. */
function everything() {
  return digestOf(table);
}

/** A proposal whose site is to be visited by vera, with her link. */
async function visit(group: number, change?: Parameters<Stage['submitted']>[1]) {
  const id = await stage.submitted(group, change);
  const token = await stage.turn(id, 'site-visit', '1');
  const secret = stage.linksOf(id)[0] ?? '';
  return { id, token, secret };
}
const passed = { outcome: 'pass', visitedOn: '2020-08-03', latitude: '-7,42', longitude: '109.24' };
function photograph(id: string) {
  for (const name of ['a.jpg', 'b.jpg']) stage.upload(id, 'site-visit', '1', 'visit-photos', name, jpeg);
}

describe('answering', () => {
  it('lists everything that is wrong, keeps what was typed, and records nothing', async () => {
    const { id, secret } = await visit(10);
    const page = await stage.post(secret, { outcome: 'pass', visitedOn: '2021-01-01', note: '<b>rapi</b>' });
    expect(page.statusCode).toBe(422);
    const problems = parse(page.body).querySelectorAll('.problems li');
    // A date in the future, no position, no photos.
    expect(problems).toHaveLength(3);
    expect(page.body).toContain('value="2021-01-01"');
    expect(page.body).toContain('&lt;b&gt;rapi&lt;/b&gt;');
    expect((await stage.store.asks.get(id, idOfAsk(id, 'site-visit', '1'))).status).toBe('open');
  });

  it('looks at what papers are, not at what they are called', async () => {
    const { id, secret } = await visit(11);
    for (const name of ['a.jpg', 'b.jpg']) stage.upload(id, 'site-visit', '1', 'visit-photos', name, pdf);
    const page = await stage.post(secret, passed);
    expect(page.statusCode).toBe(422);
    expect(page.body).toContain('application/pdf');
  });

  it('records the answer with its papers, resumes the execution, and sends the browser back to the page', async () => {
    const { id, token, secret } = await visit(12);
    photograph(id);
    const done = await stage.post(secret, passed);
    expect(done).toMatchObject({ statusCode: 303, headers: { location: `${secret}?tercatat` } });
    expect(stage.resumed).toContainEqual({ taskToken: token, outcome: 'pass' });
    const ask = await stage.store.asks.get(id, idOfAsk(id, 'site-visit', '1'));
    expect(ask).toMatchObject({
      status: 'answered',
      answeredBy: { kind: 'person', id: 'vera' },
      answer: { latitude: -7.42, longitude: 109.24 },
      resumedAt: at(60),
    });
    expect(ask.status === 'answered' && ask.evidence.map(({ mediaType }) => mediaType)).toEqual([
      'image/jpeg',
      'image/jpeg',
    ]);
    const { involvements } = await stage.store.proposals.get(id);
    expect(involvements).toEqual([{ kind: 'site-visit', about: { round: 1 }, personId: 'vera' }]);
  });

  it('records the hash of each file as it was, so that one put in its place later is seen', async () => {
    const { id, secret } = await visit(21);
    photograph(id);
    const files = [...stage.objects].filter(([key]) => key.startsWith(`evidence/${id}/`));
    const hashes = files.map(([, bytes]) => createHash('sha256').update(bytes).digest('hex'));
    await stage.post(secret, passed);
    for (const [key] of files) stage.objects.set(key, Buffer.from('something else'));
    const ask = await stage.store.asks.get(id, idOfAsk(id, 'site-visit', '1'));
    expect(ask.status === 'answered' && ask.evidence.map(({ sha256 }) => sha256)).toEqual(hashes);
    const events = await stage.store.audit.list({ proposalId: id });
    const facts = events.find(
      (event) => event.action === 'ask.answered' && event.facts.kind === 'site-visit',
    )?.facts;
    expect([facts?.['visit-photos.1'], facts?.['visit-photos.2']]).toEqual(hashes);
  });

  it('shows by a used link who decided what and when, and counts no second answer', async () => {
    const { id, secret } = await visit(13);
    photograph(id);
    await stage.post(secret, passed);
    const after = await everything();
    const again = await stage.post(secret, { ...passed, outcome: 'fail', reason: 'berubah pikiran' });
    for (const page of [again, await stage.get(secret)]) {
      expect(page.statusCode).toBe(200);
      expect(page.body).toContain('Sesuai');
      expect(page.body).toContain('Petugas vera');
      expect(page.body).toContain('3 Agustus 2020 pukul 10.00 WIB');
      expect(page.body).not.toContain('<form');
    }
    expect(await everything()).toBe(after);
  });

  it('counts one of two answers that come at the same instant', async () => {
    const { id, token, secret } = await visit(14);
    photograph(id);
    await Promise.all([
      stage.post(secret, passed),
      stage.post(secret, {
        outcome: 'fail',
        visitedOn: '2020-08-03',
        latitude: '1',
        longitude: '100',
        reason: 'tidak ada',
      }),
    ]);
    expect(stage.resumed.filter(({ taskToken }) => taskToken === token)).toHaveLength(1);
    expect((await stage.actions(id)).filter((action) => action === 'ask.answered')).toHaveLength(1);
  });

  it('ends with one outcome when the answer and the last turn come at the same instant', async () => {
    const outcomes = new Set<string>();
    for (let group = 30; group < 36; group++) {
      const { id, token, secret } = await visit(group);
      photograph(id);
      const { turns } = await stage.store.asks.get(id, idOfAsk(id, 'site-visit', '1'));
      const last = stage.turn(id, 'site-visit', '1', turns.length - 1);
      const [lastToken] = await Promise.all([last, stage.post(secret, passed)]);
      const resumed = stage.resumed.filter(({ taskToken }) => taskToken === token || taskToken === lastToken);
      const ask = await stage.store.asks.get(id, idOfAsk(id, 'site-visit', '1'));
      const recorded = ask.status === 'answered' ? ask.outcome : ask.status;
      expect(new Set(resumed.map(({ outcome }) => outcome))).toEqual(new Set([recorded]));
      const ends = (await stage.actions(id)).filter((action) => /^ask\.(answered|expired)$/.test(action));
      expect(ends).toEqual([ask.status === 'answered' ? 'ask.answered' : 'ask.expired']);
      outcomes.add(recorded);
    }
    expect([...outcomes].every((outcome) => outcome === 'pass' || outcome === 'expired')).toBe(true);
  });

  it('is not lost when Step Functions cannot be reached: the next turn resumes at once', async () => {
    const { id, secret } = await visit(15);
    photograph(id);
    stage.stepFunctionsFault.next = new Error('network');
    expect(await stage.post(secret, passed)).toMatchObject({ statusCode: 303 });
    stage.stepFunctionsFault.next = undefined;
    const token = await stage.turn(id, 'site-visit', '1', 1);
    expect(stage.resumed.at(-1)).toEqual({ taskToken: token, outcome: 'pass' });
    expect(stage.mails.filter(({ subject }) => subject.includes(id))).toHaveLength(1);
  });

  it('that comes after the state timed out is given to the next turn', async () => {
    const { id, token, secret } = await visit(17);
    photograph(id);
    stage.timedOut.add(token);
    expect(await stage.post(secret, passed)).toMatchObject({ statusCode: 303 });
    const next = await stage.turn(id, 'site-visit', '1', 1);
    expect(stage.resumed.at(-1)).toEqual({ taskToken: next, outcome: 'pass' });
  });

  it('is refused from a person who acted at another stage meanwhile, by whatever link', async () => {
    const { id, secret } = await visit(18);
    photograph(id);
    await stage.store.proposals.update(id, at(20), (proposal) => ({
      proposal: {
        ...proposal,
        involvements: [{ kind: 'spm', about: { tranche: 1, round: 1 }, personId: 'vera' }],
      },
      result: undefined,
    }));
    for (const page of [await stage.get(secret), await stage.post(secret, passed)]) {
      expect(page.statusCode).toBe(403);
      expect(page.body).toContain('empat mata');
    }
    expect((await stage.store.asks.get(id, idOfAsk(id, 'site-visit', '1'))).status).toBe('open');
  });

  it('refuses a form of a megabyte and an outcome of another ask', async () => {
    const { id, secret } = await visit(19);
    expect(await stage.post(secret, { ...passed, note: 'x'.repeat(1_000_000) })).toMatchObject({
      statusCode: 413,
    });
    expect(await stage.post(secret, { outcome: 'approve' })).toMatchObject({ statusCode: 422 });
    expect(await stage.post(secret, { ...passed, outcome: ['pass', 'fail'] })).toMatchObject({
      statusCode: 422,
    });
    expect((await stage.store.asks.get(id, idOfAsk(id, 'site-visit', '1'))).status).toBe('open');
  });

  it('sends the proposal back to verification when an approver returns it', async () => {
    const id = await stage.submitted(40);
    await recordVerification(stage.store, { proposalId: id, round: 1, now: at(5) });
    await stage.turn(id, 'approval', '1-0', 0, 'ppk');
    const page = await stage.post(stage.linksOf(id)[0] ?? '', { outcome: 'return', reason: 'Lengkapi RAB' });
    expect(page.statusCode).toBe(303);
    expect(await stage.store.proposals.get(id)).toMatchObject({
      stage: 'verification',
      round: 2,
      returns: [{ by: expect.stringMatching(/paula|pandu/), role: 'ppk', reason: 'Lengkapi RAB' }],
    });
  });
});
