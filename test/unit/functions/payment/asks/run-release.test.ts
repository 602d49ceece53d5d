import { parse } from 'node-html-parser';
import { describe, expect, it } from 'vitest';
import { bankName } from '#domain/money/banks.ts';
import { paymentRunSchema } from '#domain/money/payment-run.ts';
import { openLink } from '#functions/asks/ask-context.ts';
import { pageOf } from '#functions/asks/pages/ask-page.ts';
import { subjectOfRun } from '#functions/asks/subject.ts';
import { runOverview } from '#functions/payment/run-overview.ts';
import { html } from '#functions/web/markup.ts';
import { justRecorded, oldLinkPage, unknownLinkPage } from '#functions/web/page.ts';
import { person } from '../../asks/stage.ts';
import { type TestTable, useTable } from '../../dynamodb.ts';
import { at } from '../../scene.ts';
import { openTreasury, type Treasury } from '../treasury.ts';

let table: TestTable;
let treasury: Treasury;
useTable(async (opened) => {
  table = opened;
  treasury = await openTreasury(table, 4_000_000_000);
});

const away = { from: '2020-08-01', to: '2020-08-31' };

let groups = 0;
/** A run with its files, over a payment that an earlier run has given back, or a new one. */
async function run(name: string) {
  const { pointers } = await treasury.store.payments.readyAfter(undefined, 1);
  const [left] = pointers;
  const id = left?.proposalId ?? (await treasury.ready(++groups));
  const { runId, rails } = await treasury.gather(name);
  const files = [];
  for (const rail of rails) files.push(await treasury.write(runId, rail));
  return { id, runId, files };
}
function ask(runId: string, turn = 0, now = at(61)) {
  return treasury.askRelease(runId, turn, now);
}
function linkTo(runId: string, to = 'tari@dinas.example') {
  return treasury.linksOf(runId, to).at(-1) ?? '';
}
async function get(secret: string, now = at(62), part?: string) {
  const opened = await openLink(treasury.store, secret, now);
  if (opened === undefined) return unknownLinkPage();
  return opened === 'too-old' ? oldLinkPage() : pageOf(treasury.deps, opened, { part });
}
function post(secret: string, fields: Record<string, string>, now = at(70)) {
  return treasury.post(secret, fields, now);
}
async function stateOf(runId: string) {
  return (await treasury.store.runs.get(runId))?.state;
}
function resumedWith(runId: string) {
  return treasury.resumed.filter(({ taskToken }) => taskToken.startsWith(`run ${runId}`));
}
function textOf(body: string) {
  return parse(body).querySelector('main')?.structuredText ?? '';
}

describe('the release of a payment run', () => {
  it('is asked of a treasurer, who sees the files and payments and releases them with a code', async () => {
    const code = await treasury.enrol('tari');
    const { id, runId, files } = await run('run 1');
    expect(await ask(runId)).toBe('ask');
    const secret = linkTo(runId);
    const shown = textOf((await get(secret)).body);
    for (const text of [runId, files[0]?.sha256 ?? '', 'Rp40.000.000', `${id}-01-01`, treasury.debitAccount])
      expect(shown).toContain(text);
    // Who gets it where, by the end of the account alone, and that it is the first payment.
    const { account, payee } = await treasury.payment(id);
    for (const text of [payee.group, bankName(account.bankCode), account.holder, account.number.slice(-4)])
      expect(shown).toContain(text);
    expect(shown).not.toContain(account.number);
    expect(shown).toContain('Pembayaran pertama bagi kelompok ini');

    const missing = await post(secret, { outcome: 'released' });
    expect([missing.statusCode, textOf(missing.body)]).toEqual([422, expect.stringContaining('Kode')]);
    expect((await post(secret, { outcome: 'held' })).statusCode).toBe(422);
    expect((await post(secret, { outcome: 'perhaps' })).statusCode).toBe(422);
    expect((await post(secret, { outcome: 'released', code: '000000' })).statusCode).toBe(422);
    expect(await stateOf(runId)).toBe('gathered');
    expect(await post(secret, { outcome: 'released', code: code(at(70)) })).toMatchObject({
      statusCode: 303,
      headers: { location: `${secret}?${justRecorded}` },
    });
    expect(await stateOf(runId)).toBe('released');
    expect(resumedWith(runId)).toEqual([{ taskToken: `run ${runId} 0`, outcome: 'released' }]);
    // The first decision stands, and the page shows it.
    await post(secret, { outcome: 'held', reason: 'tidak jadi' });
    expect(textOf((await get(secret)).body)).toContain('sudah dilepas');
    await treasury.send(runId);
    expect((await treasury.store.proposals.get(id)).involvements.at(-1)).toEqual({
      ...{ kind: 'run-release', about: { tranche: 1 }, run: runId, personId: 'tari' },
    });
  });

  it('is asked of all treasurers who are there, and is in their lists until the first of them answers', async () => {
    await treasury.direct({
      put: [person('toto', 'treasurer', ['*']), { ...person('tuti', 'treasurer', ['*']), absences: [away] }],
    });
    const { runId } = await run('run of all');
    const listed = async (id: string) =>
      (await treasury.store.assignments.of(id)).filter(({ subject }) => subject.id === runId);
    await ask(runId);
    for (const id of ['tari', 'toto'])
      expect(await listed(id)).toMatchObject([{ kind: 'run-release', facts: { payments: 1 } }]);
    expect([await listed('tuti'), treasury.linksOf(runId, 'tuti@dinas.example')]).toEqual([[], []]);
    const code = await treasury.enrol('toto');
    const posted = await post(
      linkTo(runId, 'toto@dinas.example'),
      { outcome: 'released', code: code(at(71)) },
      at(71),
    );
    expect([posted.statusCode, await stateOf(runId)]).toEqual([303, 'released']);
    expect([...(await listed('tari')), ...(await listed('toto'))]).toEqual([]);
    expect(textOf((await get(linkTo(runId))).body)).toContain('Petugas toto');
    const chain = await treasury.store.audit.list({ journal: 'bank' });
    const askId = `${runId}.run-release`;
    expect(chain.filter(({ facts }) => facts.askId === askId).map(({ action }) => action)).toEqual([
      'ask.opened',
      'ask.answered',
    ]);
    await treasury.send(runId);
    await treasury.direct({ remove: ['toto', 'tuti'] });
  });

  it('is held with a reason and without a code; its payments are ready again under their ids, and administrators know', async () => {
    const { id, runId } = await run('run 2');
    await ask(runId);
    expect((await post(linkTo(runId), { outcome: 'held', reason: 'Jumlah tidak cocok' })).statusCode).toBe(
      303,
    );
    expect(resumedWith(runId)).toEqual([{ taskToken: `run ${runId} 0`, outcome: 'held' }]);
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
    await ask(runId, 1, at(390));
    const subjects = treasury.mails
      .filter(({ to, subject }) => to === 'tari@dinas.example' && subject.includes(runId))
      .map((mail) => mail.subject);
    expect(subjects).toEqual([expect.stringMatching(/^Pelepasan/), expect.stringMatching(/^Pengingat: /)]);
    const code = await treasury.enrol('tari');
    const late = await post(linkTo(runId), { outcome: 'released', code: code(at(421)) }, at(421));
    expect(textOf(late.body)).toContain('Batas waktu bank sudah lewat');
    expect(await stateOf(runId)).toBe('gathered');
    // A turn that begins after the cut-off asks no one.
    const before = treasury.mails.length;
    await ask(runId, 2, at(421));
    expect(treasury.mails).toHaveLength(before);
    expect(resumedWith(runId)).toEqual([{ taskToken: `run ${runId} 2`, outcome: 'expired' }]);
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
    await ask(runId, 1, at(390));
    expect(resumedWith(runId)).toEqual([{ taskToken: `run ${runId} 1`, outcome: 'released' }]);
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
    const { involvements } = paymentRunSchema.parse(await treasury.store.runs.get(runId));
    expect(new Set(involvements.map(({ personId }) => personId))).toEqual(
      new Set(['kas', 'karta', 'paula', 'sinta']),
    );
    await ask(runId);
    expect(treasury.mails.at(-1)).toMatchObject({
      to: 'ada@dinas.example',
      text: expect.stringContaining('prinsip empat mata'),
    });
    expect((await treasury.decideOn(runId, { outcome: 'released' }, 'sinta'))?.state).toBe('gathered');
    expect((await treasury.decideOn(runId, { outcome: 'released' }, 'paula'))?.state).toBe('gathered');
    await treasury.direct({ put: [person('tari', 'treasurer', ['*']), person('toni', 'treasurer', ['33'])] });
    await ask(runId, 1, at(390));
    expect(treasury.linksOf(runId, 'toni@dinas.example')).toEqual([]);
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
    await treasury.withdrawn(runId, at(61));
    await treasury.ready(90);
    const { runId: two } = await run('of two');
    await ask(two);
    const secret = linkTo(two);
    const [first, second] = await treasury.store.runs.payments(two);
    const shown = { ...subjectOfRun(paymentRunSchema.parse(await treasury.store.runs.get(two))) };
    const part = html`${await runOverview(
      treasury.deps,
      { ...shown, path: `/a/${secret}`, now: at(62), canAnswer: true, mayFetch: true },
      1,
    )}`;
    const row = (text: string, id = '') => text.includes(`${id}</span>`);
    expect([row(part.text, first?.endToEndId), row(part.text, second?.endToEndId)]).toEqual([true, false]);
    const [next = ''] = /(?<=\?setelah=)semua[^"]+/.exec(part.text) ?? [];
    const { body } = await get(secret, at(62), decodeURIComponent(next));
    expect([row(body, first?.endToEndId), row(body, second?.endToEndId)]).toEqual([false, true]);
    // Odd places to continue from lead nowhere else.
    for (const after of ['ITEM#zzz', 'semua.999999', 'bank-999.0', 'P-0000000000-01-01', 'RUN', ''])
      expect((await get(secret, at(62), after)).statusCode).toBe(200);
    expect((await get('A'.repeat(43))).statusCode).toBe(404);
    expect((await get(secret, at(400 * 1440))).statusCode).toBe(410);
    await treasury.withdrawn(two);
  });

  it('shows one payment with its papers, and what goes to each bank', async () => {
    const { id, runId } = await run('looked at');
    await ask(runId);
    const secret = linkTo(runId);
    const { payee, account } = await treasury.payment(id);
    const one = textOf((await get(secret, at(62), `${id}-01-01`)).body);
    for (const text of [`SP2D-1 ${id}`, `SPM-1 ${id}`, 'dalam kelompok bayar', payee.group])
      expect(one).toContain(text);
    const { banks } = paymentRunSchema.parse(await treasury.store.runs.get(runId));
    expect(banks.map(({ bankCode }) => bankCode)).toContain(account.bankCode);
    const ofBank = textOf((await get(secret, at(62), `bank-${account.bankCode}.0`)).body);
    expect(ofBank).toContain(`List of payments: ${bankName(account.bankCode)}`);
    await treasury.withdrawn(runId);
  });

  it('offers the files at the version whose hash it names, and is refused where another file was put over it', async () => {
    const { runId, files } = await run('exchanged');
    await ask(runId);
    const secret = linkTo(runId);
    const links = parse((await get(secret)).body)
      .querySelectorAll('a[data-download]')
      .map((each) => new URL(each.getAttribute('href') ?? ''));
    expect(links.map(({ searchParams }) => searchParams.get('versionId'))).toEqual(
      files.flatMap(({ prepared, list }) => [prepared.versionId, list.versionId]),
    );
    const code = await treasury.enrol('tari');
    const [file] = files;
    const key = file?.prepared.key ?? '';
    const bytes = treasury.objects.get(key) ?? new Uint8Array();
    for (const exchange of [
      () => treasury.objects.set(key, Buffer.from('H|another')),
      () => treasury.objects.delete(key),
    ]) {
      exchange();
      expect(textOf((await get(secret)).body)).toContain('yang tidak ditulis oleh Jaring');
      const refused = await post(secret, { outcome: 'released', code: code(at(70)) });
      expect([refused.statusCode, await stateOf(runId)]).toEqual([422, 'gathered']);
    }
    treasury.objects.set(key, bytes);
    expect(textOf((await get(secret)).body)).not.toContain('yang tidak ditulis oleh Jaring');
    await treasury.withdrawn(runId);
  });

  it('offers no file to who may not decide', async () => {
    await treasury.direct({ put: [person('sari', 'treasurer', ['*'])] });
    const { runId } = await run('barred');
    await ask(runId);
    const secret = linkTo(runId, 'sari@dinas.example');
    expect(parse((await get(secret)).body).querySelectorAll('a[data-download]')).toHaveLength(2);
    const opened = await openLink(treasury.store, secret, at(62));
    if (opened === undefined || opened === 'too-old') return expect.fail('no link');
    const { body, statusCode } = await pageOf(treasury.deps, { ...opened, barred: 'four-eyes' });
    expect([statusCode, parse(body).querySelectorAll('a[data-download]')]).toEqual([403, []]);
    await treasury.direct({ remove: ['sari'] });
    await treasury.withdrawn(runId);
  });
});
