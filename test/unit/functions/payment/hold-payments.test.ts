/** A treasurer holds single payments of a run: the rest goes, and what is held waits until it is freed. */
import { parse } from 'node-html-parser';
import { describe, expect, it } from 'vitest';
import { askIdOf } from '#domain/asks/ask-id.ts';
import { openLink } from '#functions/asks/ask-context.ts';
import { pageOf } from '#functions/asks/pages/ask-page.ts';
import { gatherPayments } from '#functions/payment/gather-payments.ts';
import { settle } from '#functions/payment/settle-tranche.ts';
import { bankDays } from '../../../calendars.ts';
import { person } from '../asks/stage.ts';
import { useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { amount, openTreasury, type Treasury } from './treasury.ts';

let treasury: Treasury;
useTable(async (table) => {
  treasury = await openTreasury(table, 4_000_000_000);
});

const reason = 'Nama pemilik rekening diragukan';
let groups = 0;

/** A run of so many payments, written, whose release is asked for. */
async function asked(name: string, count: number) {
  const ids: string[] = [];
  for (let index = 0; index < count; index++) ids.push(await treasury.ready(++groups));
  const { runId, rails } = await treasury.gather(name);
  for (const rail of rails) await treasury.write(runId, rail);
  await treasury.askRelease(runId);
  return { ids, runId, name, payments: ids.map((id) => `${id}-01-01`) };
}
/** As the machine does after an answer that holds some: takes them out, writes the files, asks again. */
async function goOn({ runId, name }: { runId: string; name: string }, now = at(71)) {
  const held: string[] = [];
  const gathering = await gatherPayments(
    treasury.store,
    bankDays,
    { runName: name, startedAt: at(60), now },
    undefined,
    async ({ endToEndId }, outcome) => void held.push(`${endToEndId} ${outcome}`),
  );
  if (gathering.outcome === 'gathered')
    for (const rail of gathering.rails) await treasury.write(runId, rail, now);
  if (gathering.outcome === 'gathered') await treasury.askRelease(runId, 0, now);
  return { ...gathering, held };
}
function linkTo(runId: string, to = 'tari@dinas.example') {
  return treasury.linksOf(runId, to).at(-1) ?? '';
}
function hold(runId: string, payments: string | readonly string[], now = at(70), secret = linkTo(runId)) {
  return treasury.post(secret, { outcome: 'partly-held', reason, payments: ['', ...[payments].flat()] }, now);
}
async function open(secret: string, now: string) {
  const opened = await openLink(treasury.store, secret, now);
  return opened === undefined || opened === 'too-old'
    ? expect.fail('no link')
    : pageOf(treasury.deps, opened);
}
function textOf(body: string) {
  return parse(body).querySelector('main')?.structuredText ?? '';
}
async function runOf(runId: string) {
  return (await treasury.store.runs.get(runId)) ?? expect.fail('no run');
}
async function stateOf(id: string) {
  const { state, held } = await treasury.payment(id);
  return held === undefined ? state : `${state}, held by ${held.why}`;
}
function sentFiles(runId: string) {
  return [...treasury.objects]
    .filter(([key]) => key.startsWith(`outbox/${runId}`))
    .map(([, bytes]) => Buffer.from(bytes).toString());
}
async function free(id: string, now = at(75)) {
  const key = `1-1-${(await treasury.payment(id)).timesHeld}`.replace(/-1$/, '');
  return treasury.done(id, 'payment-hold', key, { outcome: 'freed' }, 'tari', now);
}

describe('a treasurer who holds a payment of a run', () => {
  it('is asked again with other files, and what is released goes without it', async () => {
    const run = await asked('one held', 3);
    const { runId, ids, payments } = run;
    const [first = '', second = '', third = ''] = ids;
    const [before] = await treasury.store.runs.files(runId);
    expect((await hold(runId, payments[1] ?? '')).statusCode).toBe(303);
    expect(await runOf(runId)).toMatchObject({ state: 'gathered', count: 2, sum: 2 * amount });
    expect(await goOn(run)).toMatchObject({ outcome: 'gathered', held: [`${second}-01-01 held`] });
    expect(await stateOf(second)).toBe('ready, held by person');
    const page = await open(linkTo(runId), at(72));
    const after = await treasury.store.runs.file(runId, before?.rail ?? '', 2);
    expect(after?.sha256).not.toBe(before?.sha256);
    expect(after).toMatchObject({ count: 2, sum: 2 * amount, key: before?.key });
    const text = textOf(page.body);
    expect(text).toContain(after?.sha256);
    expect(text).not.toContain(before?.sha256);
    expect(text).toContain(`Ditahan oleh Petugas tari: ${reason}`);
    const rows = parse(page.body).querySelectorAll('input[name=payments]');
    expect(rows.map((row) => row.getAttribute('value'))).toEqual([`${first}-01-01`, `${third}-01-01`].sort());
    // The first link is used up: what it shows was recorded.
    const code = await treasury.enrol('tari');
    const released = await treasury.post(linkTo(runId), { outcome: 'released', code: code(at(73)) }, at(73));
    expect([released.statusCode, (await runOf(runId)).state]).toEqual([303, 'released']);
    await treasury.send(runId, at(74));
    expect([await stateOf(first), await stateOf(second), await stateOf(third)]).toEqual([
      'sent',
      'ready, held by person',
      'sent',
    ]);
    const [sent, ...more] = sentFiles(runId);
    expect([sent?.includes(`${second}-01-01`), sent?.includes(`${third}-01-01`), more]).toEqual([
      false,
      true,
      [],
    ]);
    expect((await treasury.actions(second)).slice(-3)).toEqual([
      'payment.gathered',
      'payment.withdrawn',
      'payment.held',
    ]);
    const chain = await treasury.store.audit.list({ journal: 'bank' });
    expect(
      chain.find(({ action, facts }) => action === 'run.reduced' && facts.runId === runId),
    ).toMatchObject({
      actor: { kind: 'person', id: 'tari' },
      facts: { held: `${second}-01-01`, count: 2 },
    });
    // It joins no run until it is freed, and then under the same id.
    expect(await treasury.gather('while held', at(75))).toMatchObject({ outcome: 'nothing' });
    expect(await settle(treasury.store, { proposalId: second, tranche: 1, now: at(75) })).toMatchObject({
      ...{ outcome: 'held', hold: 1 },
    });
    await free(second);
    const { runId: next, rails } = await treasury.gather('after', at(76));
    for (const rail of rails) await treasury.write(next, rail, at(76));
    await treasury.askRelease(next, 0, at(76));
    expect(textOf((await open(linkTo(next), at(77))).body)).toContain('Dibebaskan oleh Petugas tari');
    await treasury.decideOn(next, { outcome: 'released' }, 'tari', at(77));
    await treasury.send(next, at(78));
    expect(await treasury.payment(second)).toMatchObject({ state: 'sent', endToEndId: `${second}-01-01` });
  });

  it('can hold again, and withdraws the run with the last of them', async () => {
    const run = await asked('twice', 2);
    const [first = '', second = ''] = run.payments;
    await hold(run.runId, first);
    await goOn(run);
    expect((await hold(run.runId, second, at(72))).statusCode).toBe(303);
    expect(await runOf(run.runId)).toMatchObject({ state: 'withdrawn', why: 'held', heldBy: 'tari' });
    expect(await goOn(run, at(73))).toMatchObject({ outcome: 'late' });
    expect(await treasury.withdrawn(run.runId, at(73))).toEqual({ outcome: 'withdrawn', why: 'held' });
    for (const id of run.ids) expect(await stateOf(id)).toBe('ready, held by person');
    for (const id of run.ids) await free(id, at(74));
    expect(sentFiles(run.runId)).toEqual([]);
    await treasury.carryOut(await treasury.gather('after twice', at(75)), at(76));
  });

  it('is told everything that is wrong at once, and nothing is held', async () => {
    const run = await asked('wrong', 1);
    const [payment = ''] = run.payments;
    const secret = linkTo(run.runId);
    const answered = async (body: Record<string, string>) => {
      const answer = await treasury.post(secret, body, at(70));
      return [answer.statusCode, textOf(answer.body)] as const;
    };
    const nothing = await answered({ outcome: 'partly-held', payments: ' ', reason });
    expect(nothing).toEqual([422, expect.stringContaining('Belum ada pembayaran yang dicentang')]);
    const strange = await answered({
      outcome: 'partly-held',
      payments: `${payment}, P-0000000000-01-01 <b>`,
      reason,
    });
    expect(strange).toEqual([422, expect.stringContaining('Ada 2 nomor yang bukan pembayaran')]);
    expect(strange[1]).toContain('P-0000000000-01-01, <B>');
    const other = await answered({ outcome: 'released', payments: payment });
    expect(other[0]).toBe(422);
    for (const part of ['keputusannya lain', 'Kode']) expect(other[1]).toContain(part);
    const unreasoned = await answered({ outcome: 'partly-held', payments: payment, reason: '' });
    expect(unreasoned[0]).toBe(422);
    expect(await runOf(run.runId)).toMatchObject({ state: 'gathered', holds: [], count: 1 });
    await treasury.carryOut(await goOn(run), at(72));
  });

  it('is one of two who hold at once: the first stands, and the other is asked again', async () => {
    await treasury.direct({ put: [person('toto', 'treasurer', ['*'])] });
    const run = await asked('two pages', 3);
    const [first = '', second = '', third = ''] = run.payments;
    const tari = linkTo(run.runId);
    const toto = linkTo(run.runId, 'toto@dinas.example');
    await Promise.all([
      hold(run.runId, first, at(70), tari),
      hold(run.runId, second, at(70), toto),
      hold(run.runId, first, at(70), tari),
    ]);
    const { holds, count } = await runOf(run.runId);
    expect([holds.length, holds[0]?.payments.length, count]).toEqual([1, 1, 2]);
    await Promise.all([goOn(run), goOn(run)]);
    const held = holds[0]?.payments[0]?.endToEndId;
    const left = [first, second, third].filter((id) => id !== held);
    const page = await open(linkTo(run.runId, 'toto@dinas.example'), at(72));
    const ticks = parse(page.body).querySelectorAll('input[name=payments]');
    expect(ticks.map((tick) => tick.getAttribute('value'))).toEqual(left.sort());
    await treasury.direct({ remove: ['toto'] });
    await treasury.decideOn(run.runId, { outcome: 'released' }, 'tari', at(73));
    await treasury.send(run.runId, at(74));
    const id = held?.slice(0, -6) ?? '';
    await free(id);
    await treasury.carryOut(await treasury.gather('after two pages', at(76)), at(77));
  });

  it('has held it also where the run is withdrawn at the cut-off meanwhile', async () => {
    const run = await asked('cut off', 2);
    const [first = '', second = ''] = run.ids;
    await hold(run.runId, `${first}-01-01`, at(419));
    await Promise.all([treasury.withdrawn(run.runId), treasury.withdrawn(run.runId), goOn(run, at(421))]);
    await goOn(run, at(422));
    expect([await stateOf(first), await stateOf(second)]).toEqual(['ready, held by person', 'ready']);
    const timesHeld = (await treasury.payment(first)).timesHeld;
    expect(timesHeld).toBe(1);
    await free(first, at(423));
  });
});

describe('a payment that is held', () => {
  it('is free by itself when no one has decided in time, and held on by a decision alone', async () => {
    const run = await asked('forgotten', 1);
    const [id = ''] = run.ids;
    await hold(run.runId, `${id}-01-01`);
    await goOn(run);
    await treasury.withdrawn(run.runId, at(71));
    // The execution is resumed and asks; where it was not, the same instruction finds it held.
    await treasury.instruct(id, 1, 'again', at(72));
    expect(treasury.resumed.at(-1)).toEqual({ taskToken: 'again', outcome: 'held' });
    const kept = { outcome: 'kept' as const, reason: 'Bank belum menjawab' };
    await treasury.done(id, 'payment-hold', '1-1', kept, 'tari', at(73));
    expect(await treasury.payment(id)).toMatchObject({ timesHeld: 2, held: { reason: kept.reason } });
    await treasury.turn(id, 'payment-hold', '1-1-2', 0, undefined, at(74));
    const { turns } = await treasury.store.asks.get(
      id,
      askIdOf(id, 'payment-hold', { tranche: 1, attempt: 1, hold: 2 }),
    );
    const end = turns.at(-1)?.at ?? '';
    await treasury.turn(id, 'payment-hold', '1-1-2', turns.length - 1, undefined, end);
    await treasury.instruct(id, 1, 'after the end', end);
    const freed = await treasury.payment(id);
    expect([freed.state, freed.held, freed.freed]).toEqual([
      'ready',
      undefined,
      expect.objectContaining({ heldBy: 'tari', at: end }),
    ]);
    expect((await treasury.actions(id)).at(-1)).toBe('payment.freed');
  });
});
