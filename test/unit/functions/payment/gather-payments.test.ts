import { describe, expect, it } from 'vitest';
import { readInstruction } from '#domain/money/bank-file.ts';
import { gatherPayments, runIdOf } from '#functions/payment/gather-payments.ts';
import { RunNotReleased } from '#functions/payment/send-run.ts';
import { bankDays } from '../../../calendars.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { amount, openTreasury, type Treasury } from './treasury.ts';

let table: TestTable;
let treasury: Treasury;
useTable(async (opened) => {
  table = opened;
  treasury = await openTreasury(table, 4_000_000_000);
});

function files() {
  return [...treasury.objects].filter(([key]) => /^outbox\/.*\.txt$/.test(key));
}
/** The ids that were instructed to the bank, in all files. */
function instructed() {
  return files().flatMap(([, bytes]) => {
    const { file, problems } = readInstruction(Buffer.from(bytes).toString('utf8'));
    expect(problems).toEqual([]);
    return (file?.lines ?? []).map(({ endToEndId }) => endToEndId);
  });
}

describe('a payment run', () => {
  it('does nothing on a holiday, and nothing when nothing is ready', async () => {
    const independence = '2020-08-17T07:00:00Z';
    expect(await treasury.gather('holiday', independence)).toMatchObject({ outcome: 'holiday', rails: [] });
    expect(await treasury.gather('weekend', '2020-08-08T07:00:00Z')).toMatchObject({ outcome: 'holiday' });
    expect(await treasury.gather('empty')).toMatchObject({ outcome: 'nothing', rails: [] });
    expect(await treasury.store.runs.get((await treasury.gather('empty')).runId)).toBeUndefined();
  });

  it('gathers nothing that begins after the bank’s cut-off, or is redriven on a later day', async () => {
    const id = await treasury.ready(50);
    for (const [startedAt, now] of [
      [at(420), at(420)],
      [at(60), at(60 + 24 * 60)],
    ] as const)
      expect(await treasury.gather(`late ${now}`, startedAt, now)).toMatchObject({
        ...{ outcome: 'after-cut-off', rails: [], cutOffAt: at(420), remindAt: at(390) },
      });
    expect(await treasury.payment(id)).toMatchObject({ state: 'ready' });
    // What an attempt before the cut-off had claimed comes free by one after it.
    const { store } = treasury;
    let commits = 0;
    const dying = {
      ...store,
      commit: (request: Parameters<typeof store.commit>[0]) =>
        ++commits > 1 ? Promise.reject(new Error('killed')) : store.commit(request),
    };
    const request = { runName: 'died', startedAt: at(60), now: at(60) };
    await expect(gatherPayments(dying, bankDays, request)).rejects.toThrow('killed');
    expect(await treasury.payment(id)).toMatchObject({ state: 'gathered' });
    const { runId, outcome } = await treasury.gather('died', at(60), at(500));
    expect(outcome).toBe('late');
    expect(await treasury.withdrawn(runId)).toEqual({ outcome: 'withdrawn', why: 'late' });
    expect(await treasury.payment(id)).toMatchObject({ state: 'ready' });
    await treasury.carryOut(await treasury.gather('next'));
  });

  it('takes what is ready to the bank: one file, whose bytes are the same when it is written again', async () => {
    const ids = [await treasury.ready(1), await treasury.ready(2)];
    const first = await treasury.gather('first');
    const { runId, rails } = first;
    expect(rails).toEqual(['bulk-text-002-000100000001']);
    const written = await treasury.write(runId, rails[0] ?? '');
    const name = `${runId}.${rails[0]}.txt`;
    expect(written).toMatchObject({ prepared: { key: `prepared/${name}` }, count: 2, sum: 2 * amount });
    const bytes = treasury.objects.get(`prepared/${name}`);
    expect(await treasury.write(runId, rails[0] ?? '', at(99))).toEqual(written);
    expect(treasury.objects.get(`prepared/${name}`)).toBe(bytes);
    // It has not been released: the bank has nothing, and an answer of it would contradict.
    expect(treasury.objects.has(`outbox/${name}`)).toBe(false);
    expect(await treasury.payment(ids[0] ?? '')).toMatchObject({ state: 'gathered', runId });
    await expect(treasury.send(runId)).rejects.toThrow(RunNotReleased);

    await treasury.decideOn(runId, { outcome: 'released' });
    expect(await treasury.send(runId)).toEqual({ outcome: 'sent', files: 1 });
    expect(treasury.objects.get(`outbox/${name}`)).toEqual(bytes);
    expect(instructed()).toEqual(expect.arrayContaining(ids.map((id) => `${id}-01-01`)));
    expect(await treasury.payment(ids[0] ?? '')).toMatchObject({ state: 'sent', runId });
    expect(await treasury.gather('first', at(60), at(62))).toEqual(first);
    const journal = (await treasury.store.audit.list({ journal: 'bank' })).filter(
      ({ facts }) => facts.runId === runId,
    );
    expect(journal.map(({ action, actor }) => [action, actor.kind])).toEqual([
      ['run.gathered', 'system'],
      ['instruction.written', 'system'],
      ['run.released', 'person'],
      ['instruction.sent', 'person'],
    ]);
    expect(journal[2]?.facts).toMatchObject({ [rails[0] ?? '']: written.sha256, code: true });
  });

  it('takes no payment that its rail cannot carry, before the file of all others would wait for it', async () => {
    const id = await treasury.ready(42, (packet) => {
      packet.programme = 'tkm-2020-two-tranches';
    });
    const { runId, rails } = await treasury.gather('refused');
    await treasury.carryOut({ runId, rails });
    await treasury.answer(runId, treasury.rejectedLine(id));
    // Recorded before the rule-pack forgot the bank, or by another way than the form, which would have refused it.
    const account = { bankCode: '999', number: '0987654321', holder: '***' };
    await treasury.correct(id, 1, account);
    await expect(treasury.instruct(id, 2, `bank ${id} 2`)).rejects.toThrow(
      /-01-02: bank-not-in-clearing at \/account\/bankCode {"bankCode":"999"}; name-not-writable/,
    );
    expect(await treasury.store.payments.list(id)).toHaveLength(1);
    expect(await treasury.gather('nothing more')).toMatchObject({ outcome: 'nothing' });
  });

  it('goes on where a gathering was killed, and ends with every payment once', async () => {
    const ids = [];
    for (let group = 10; group < 14; group++) ids.push(await treasury.ready(group));
    const { store } = treasury;
    let commits = 0;
    let parts = 0;
    const written: Promise<unknown>[] = [];
    const dying = {
      ...store,
      commit: (request: Parameters<typeof store.commit>[0]) => {
        if (++commits > 2) return Promise.reject(new Error('killed'));
        const writing = store.commit(request);
        written.push(writing);
        return writing;
      },
    };
    const request = { runName: 'interrupted', startedAt: at(60), now: at(60) };
    await expect(gatherPayments(dying, bankDays, request)).rejects.toThrow('killed');
    // What was on its way to the table when the function died still arrives there.
    await Promise.all(written);
    // A payment at a time; the part that was killed is done again.
    let run = await gatherPayments(store, bankDays, request, 1);
    for (; run.outcome === 'more'; parts++) {
      expect(await store.runs.get(runIdOf('interrupted', at(60)))).toBeUndefined();
      run = await gatherPayments(store, bankDays, { ...request, after: run.after, now: at(61) }, 1);
    }
    expect([run.outcome, parts]).toEqual(['gathered', 2]);
    for (const rail of run.rails) await treasury.write(run.runId, rail);
    await treasury.decideOn(run.runId, { outcome: 'released' });
    await treasury.send(run.runId, at(63), 3);
    for (const id of ids) expect(instructed().filter((each) => each === `${id}-01-01`)).toHaveLength(1);
    expect(await store.runs.get(run.runId)).toMatchObject({ count: 4, sum: 4 * amount });
  });

  it('puts no payment into two runs, nor into none, when several gather at once', async () => {
    const ids = [];
    for (let group = 20; group < 24; group++) ids.push(await treasury.ready(group));
    const runs = await Promise.all(['a', 'b', 'a', 'b'].map((name) => treasury.gather(`at once ${name}`)));
    for (const run of runs) if (run.outcome === 'gathered') await treasury.carryOut(run);
    for (const id of ids) expect(instructed().filter((each) => each === `${id}-01-01`)).toHaveLength(1);
  });
});
