import { parse } from 'node-html-parser';
import { describe, expect, it } from 'vitest';
import { paymentRunSchema } from '#domain/money/payment-run.ts';
import { askRelease } from '#functions/payment/ask-release.ts';
import { showRun, takeDecision } from '#functions/payment/decide-run.ts';
import { openRun } from '#functions/payment/opened-run.ts';
import { runPage } from '#functions/payment/run-page.ts';
import { person } from '../asks/stage.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { openTreasury, type Treasury } from './treasury.ts';

let table: TestTable;
let treasury: Treasury;
useTable(async (opened) => {
  table = opened;
  treasury = await openTreasury(table, 4_000_000_000);
});

let groups = 0;
/** A run with its files, over a payment that an earlier run has given back, or a new one. */
const run = async (name: string) => {
  const { places } = await treasury.store.payments.readyAfter(undefined, 1);
  const [left] = places;
  const id = left?.proposalId ?? (await treasury.ready(++groups));
  const { runId, rails } = await treasury.gather(name);
  const files = [];
  for (const rail of rails) files.push(await treasury.write(runId, rail));
  return { id, runId, files };
};
const ask = (runId: string, turn: 'ask' | 'remind' = 'ask', now = at(61)) =>
  askRelease(treasury.deps, { runId, turn, taskToken: `run ${runId} ${turn}`, now });
const linkTo = (runId: string, to = 'tari@dinas.example') =>
  treasury.mails
    .filter((mail) => mail.to === to && mail.subject.includes(runId))
    .flatMap(({ text }) => /\/lepas\/([A-Za-z0-9_-]{43})/.exec(text)?.[1] ?? [])
    .at(-1) ?? '';
const get = (secret: string, now = at(62)) => showRun(treasury.store, { secret, now });
const post = (secret: string, fields: Record<string, string>, now = at(70)) =>
  takeDecision(treasury.deps, { secret, body: new URLSearchParams(fields).toString(), now });
const stateOf = async (runId: string) => (await treasury.store.runs.get(runId))?.state;
const resumedWith = (runId: string) =>
  treasury.resumed.filter(({ taskToken }) => taskToken.startsWith(`run ${runId}`));
const textOf = (body: string) => parse(body).querySelector('main')?.structuredText ?? '';

describe('the release of a payment run', () => {
  it('is asked of a treasurer, who sees the files and payments and releases them with a code', async () => {
    const code = await treasury.enrol('tari');
    const { id, runId, files } = await run('run 1');
    expect(await ask(runId)).toEqual({ asked: 1 });
    const secret = linkTo(runId);
    const shown = textOf((await get(secret)).body);
    for (const text of [runId, files[0]?.sha256 ?? '', 'Rp40.000.000', `${id}-01-01`, treasury.debitAccount])
      expect(shown).toContain(text);
    expect(shown).not.toContain('Sumber Rejeki');

    const missing = await post(secret, { outcome: 'released' });
    expect([missing.statusCode, textOf(missing.body)]).toEqual([422, expect.stringContaining('Kode')]);
    expect((await post(secret, { outcome: 'held' })).statusCode).toBe(422);
    expect((await post(secret, { outcome: 'perhaps' })).statusCode).toBe(422);
    expect((await post(secret, { outcome: 'released', code: '000000' })).statusCode).toBe(422);
    expect(await stateOf(runId)).toBe('gathered');
    expect(await post(secret, { outcome: 'released', code: code(at(70)) })).toMatchObject({
      statusCode: 303,
      headers: { location: secret },
    });
    expect(await stateOf(runId)).toBe('released');
    expect(resumedWith(runId)).toEqual([{ taskToken: `run ${runId} ask`, outcome: 'released' }]);
    // The first decision stands, and the page shows it.
    await post(secret, { outcome: 'held', reason: 'tidak jadi' });
    expect(textOf((await get(secret)).body)).toContain('sudah dilepas');
    await treasury.send(runId);
    expect((await treasury.store.proposals.get(id)).acts.at(-1)).toEqual({
      ...{ kind: 'run-release', about: { tranche: 1 }, run: runId, personId: 'tari' },
    });
  });

  it('is held with a reason and without a code; its payments are ready again under their ids, and administrators know', async () => {
    const { id, runId } = await run('run 2');
    await ask(runId);
    expect((await post(linkTo(runId), { outcome: 'held', reason: 'Jumlah tidak cocok' })).statusCode).toBe(
      303,
    );
    expect(resumedWith(runId)).toEqual([{ taskToken: `run ${runId} ask`, outcome: 'held' }]);
    for (let again = 0; again < 2; again++)
      expect(await treasury.withdrawn(runId, at(71))).toEqual({ outcome: 'withdrawn', why: 'held' });
    expect(await treasury.payment(id)).toMatchObject({ state: 'ready', endToEndId: `${id}-01-01` });
    const mails = treasury.mails.filter(
      ({ to, subject }) => to === 'ada@dinas.example' && subject.includes(runId),
    );
    expect(mails.map(({ text }) => text)).toEqual([expect.stringContaining('Jumlah tidak cocok')]);
    const actions = await treasury.actions(id);
    expect(actions.slice(-2)).toEqual(['payment.gathered', 'payment.withdrawn']);
    await treasury.carryOut(await treasury.gather('after holding', at(75)), at(76));
    expect(await treasury.payment(id)).toMatchObject({ state: 'sent' });
  });

  it('is reminded of before the cut-off and cannot be given after it', async () => {
    const { id, runId } = await run('run 3');
    await ask(runId);
    await ask(runId, 'remind', at(390));
    const subjects = treasury.mails
      .filter(({ subject }) => subject.includes(runId))
      .map((mail) => mail.subject);
    expect(subjects).toEqual([expect.stringMatching(/^Pelepasan/), expect.stringMatching(/^Pengingat: /)]);
    const code = await treasury.enrol('tari');
    const late = await post(linkTo(runId), { outcome: 'released', code: code(at(421)) }, at(421));
    expect(textOf(late.body)).toContain('Batas waktu bank sudah lewat');
    // A turn that begins after the cut-off asks no one.
    expect(await ask(runId, 'remind', at(421))).toEqual({ asked: 0, outcome: 'late' });
    expect(resumedWith(runId)).toEqual([{ taskToken: `run ${runId} remind`, outcome: 'late' }]);
    expect(await treasury.withdrawn(runId)).toEqual({ outcome: 'withdrawn', why: 'not-released' });
    expect(await treasury.payment(id)).toMatchObject({ state: 'ready' });
  });

  it('finds a decision whose execution could not be resumed', async () => {
    const { runId } = await run('run 4');
    await ask(runId);
    treasury.stepFunctionsFault.next = new Error('network');
    await treasury.decideOn(runId, { outcome: 'released' });
    treasury.stepFunctionsFault.next = undefined;
    expect(resumedWith(runId)).toEqual([]);
    expect(await ask(runId, 'remind', at(390))).toEqual({ asked: 0, outcome: 'released' });
    expect(resumedWith(runId)).toEqual([{ taskToken: `run ${runId} remind`, outcome: 'released' }]);
    expect(await treasury.withdrawn(runId)).toEqual({ outcome: 'released' });
    await treasury.send(runId);
  });

  it('is kept from a treasurer who acted for one of its payments, or holds no such office any more', async () => {
    // The one who issued the SPM is a treasurer too.
    const sinta = { ...person('sinta', 'pp-spm', ['*']) };
    await treasury.direct({
      put: [{ ...sinta, roles: [...sinta.roles, { role: 'treasurer', areas: ['*'] }] }],
      remove: ['tari'],
    });
    const { runId } = await run('run 5');
    const { actors } = paymentRunSchema.parse(await treasury.store.runs.get(runId));
    expect(actors).toEqual(['kas', 'karta', 'paula', 'sinta'].sort());
    expect(await ask(runId)).toEqual({ asked: 0 });
    expect(treasury.mails.at(-1)).toMatchObject({
      to: 'ada@dinas.example',
      text: expect.stringContaining('prinsip empat mata'),
    });
    expect((await treasury.decideOn(runId, { outcome: 'released' }, 'sinta')).state).toBe('gathered');
    expect((await treasury.decideOn(runId, { outcome: 'released' }, 'paula')).state).toBe('gathered');
    await treasury.direct({ put: [person('tari', 'treasurer', ['*']), person('toni', 'treasurer', ['33'])] });
    expect(await ask(runId, 'remind', at(390))).toEqual({ asked: 1 });
    const secret = linkTo(runId);
    await treasury.direct({ put: [person('tari', 'mentor', ['33'])] });
    expect((await get(secret, at(391))).statusCode).toBe(403);
    expect((await post(secret, { outcome: 'held', reason: 'x' }, at(391))).statusCode).toBe(403);
    await treasury.direct({ put: [person('tari', 'treasurer', ['*'])] });
    await treasury.withdrawn(runId);
  });

  it('is locked by five wrong codes, of which the administrators are notified', async () => {
    const { runId } = await run('run 6');
    await ask(runId);
    await treasury.enrol('tari');
    const secret = linkTo(runId);
    for (let guess = 1; guess <= 5; guess++)
      await post(secret, { outcome: 'released', code: String(guess).padStart(6, '0') }, at(72));
    expect(textOf((await get(secret, at(73))).body)).toContain('terkunci');
    expect(treasury.mails.at(-1)).toMatchObject({
      to: 'ada@dinas.example',
      subject: expect.stringContaining(`Terkunci karena kode salah: Pelepasan pembayaran ke bank – ${runId}`),
    });
    expect(await stateOf(runId)).toBe('gathered');
    await treasury.withdrawn(runId);
  });

  it('leaves the treasury nothing to say of a payment that has not gone to the bank yet', async () => {
    const { id, runId } = await run('silent');
    await treasury.turn(id, 'bank-inquiry', '1-1-1', 0, undefined, at(64));
    const secret = treasury.linksOf(id, 'kas@dinas.example').at(-1) ?? '';
    for (const state of ['gathered', 'ready']) {
      expect((await treasury.payment(id)).state).toBe(state);
      const refused = await treasury.post(secret, { outcome: 'rejected', reason: 'rekening tutup' }, at(65));
      expect([refused.statusCode, textOf(refused.body)]).toEqual([
        422,
        expect.stringContaining(`${id}-01-01 belum dikirim ke bank`),
      ]);
      await treasury.withdrawn(runId, at(66));
    }
    expect((await treasury.post(secret, { outcome: 'wait' }, at(67))).statusCode).toBe(303);
  });

  it('shows a large run a part at a time, and nothing to a link that is none, foreign or old', async () => {
    const { runId } = await run('large');
    await ask(runId);
    const secret = linkTo(runId);
    const opened = await openRun(treasury.store, secret, at(62));
    if (opened === undefined || opened === 'too-old') throw new Error('the link opens');
    const part = await treasury.store.runs.paymentsAfter(runId, undefined, 1);
    const [first] = part.payments;
    expect(textOf(runPage(opened, part).body)).toContain(first?.endToEndId);
    const [next = ''] = /(?<=\?setelah=)[^"]+/.exec(runPage(opened, part).body) ?? [];
    const rest = await showRun(treasury.store, { secret, after: decodeURIComponent(next), now: at(62) });
    expect([rest.statusCode, textOf(rest.body)]).toEqual([
      200,
      expect.not.stringContaining(first?.endToEndId ?? ''),
    ]);
    // Odd places to continue from lead nowhere else.
    for (const after of ['ITEM#zzz', 'FILE#', 'RUN', ''])
      expect((await showRun(treasury.store, { secret, after, now: at(62) })).statusCode).toBe(200);
    expect((await get('A'.repeat(43))).statusCode).toBe(404);
    expect((await get(secret, at(400 * 1440))).statusCode).toBe(410);
    await treasury.withdrawn(runId);
  });
});
