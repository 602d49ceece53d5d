import { describe, expect, it } from 'vitest';
import { readInstruction } from '#domain/bank-file.ts';
import type { PacketInput } from '#domain/packet.ts';
import { gatherPayments } from '#functions/payment/gathering.ts';
import { writeRunFile } from '#functions/payment/writing.ts';
import { indonesia } from '#programmes/calendar.ts';
import { readInstruction as readAsBank } from '#samples/instructions.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { amount, openTreasury, type Treasury } from './treasury.ts';

let table: TestTable;
let treasury: Treasury;
useTable(async (opened) => {
  table = opened;
  treasury = await openTreasury(table);
});

const files = () => [...treasury.objects].filter(([key]) => /^outbox\/.*\.txt$/.test(key));
/** The ids that were instructed to the bank, in all files. */
const instructed = () =>
  files().flatMap(([, bytes]) => {
    const { file, problems } = readInstruction(Buffer.from(bytes).toString('utf8'));
    expect(problems).toEqual([]);
    return (file?.lines ?? []).map(({ endToEndId }) => endToEndId);
  });

describe('a payment run', () => {
  it('does nothing on a holiday, and nothing when nothing is ready', async () => {
    const independence = '2020-08-17T07:00:00Z';
    expect(await treasury.gather('holiday', independence)).toMatchObject({ outcome: 'holiday', rails: [] });
    expect(await treasury.gather('weekend', '2020-08-08T07:00:00Z')).toMatchObject({ outcome: 'holiday' });
    expect(await treasury.gather('empty')).toMatchObject({ outcome: 'nothing', rails: [] });
    expect(await treasury.store.runs.get((await treasury.gather('empty')).runId)).toBeUndefined();
  });

  it('takes what is ready to the bank: one file, whose bytes are the same whoever writes it again', async () => {
    const ids = [await treasury.ready(1), await treasury.ready(2)];
    const { runId, rails } = await treasury.gather('first');
    expect(rails).toEqual(['bulk-text-002-000100000001']);
    const written = await treasury.write(runId, rails[0] ?? '');
    expect(written).toMatchObject({ key: `outbox/${runId}.${rails[0]}.txt`, count: 2, sum: 2 * amount });
    const bytes = files();
    expect(await treasury.write(runId, rails[0] ?? '', at(99))).toEqual(written);
    expect(files()).toEqual(bytes);
    expect(instructed()).toEqual(ids.map((id) => `${id}-01-01`).sort());
    expect(await treasury.payment(ids[0] ?? '')).toMatchObject({ state: 'sent', runId });
    expect(await treasury.gather('first', at(62))).toEqual({ outcome: 'gathered', runId, rails });
  });

  it('writes a file for each rail, each as its rule-pack says', async () => {
    const inTwoTranches = (packet: PacketInput) => {
      packet.programme = 'tkm-2020-two-tranches';
      packet.account.number = '0000123456';
    };
    const [text, message] = [await treasury.ready(40), await treasury.ready(41, inTwoTranches)];
    const { runId, rails } = await treasury.gather('two rails');
    expect(rails).toEqual(['bulk-text-002-000100000001', 'pain.001.001.09-KEMNAKERPKK-002-000100000001']);
    const written = [];
    for (const rail of rails) written.push(await treasury.write(runId, rail));
    const orders = written.map(({ key }) => {
      const bytes = treasury.objects.get(key);
      return readAsBank(key, Buffer.from(bytes ?? []).toString('utf8'));
    });
    expect(orders.map((file) => [file.runId, file.orders.map(({ endToEndId }) => endToEndId)])).toEqual([
      [runId, [`${text}-01-01`]],
      [runId, [`${message}-01-01`]],
    ]);
    expect(orders[1]?.orders).toMatchObject([
      { account: '0000123456', amount: 0.7 * amount, service: 'BIFAST' },
    ]);
    expect(await treasury.write(runId, rails[1] ?? '', at(99))).toEqual(written[1]);
  });

  it('takes no payment that its rail cannot carry, before the file of all others would wait for it', async () => {
    const id = await treasury.ready(42, (packet) => {
      packet.programme = 'tkm-2020-two-tranches';
    });
    const { runId, rails } = await treasury.gather('refused');
    for (const rail of rails) await treasury.write(runId, rail);
    await treasury.answer(runId, treasury.rejectedLine(id));
    // Recorded before the rule-pack forgot the bank, or by another way than the form, which would have refused it.
    const account = { bankCode: '999', number: '0987654321', holder: '***' };
    await treasury.done(id, 'account-correction', '1-1', { outcome: 'corrected', ...account });
    await expect(treasury.instruct(id, 2, `bank ${id} 2`)).rejects.toThrow(
      /-01-02: bank-not-in-clearing at \/account\/bankCode {"bankCode":"999"}; name-not-writable/,
    );
    expect(await treasury.store.payments.list(id)).toHaveLength(1);
    expect(await treasury.gather('nothing more')).toMatchObject({ outcome: 'nothing' });
  });

  it('writes the same file when it was killed after the object and before the record', async () => {
    await treasury.ready(3);
    const { runId, rails } = await treasury.gather('killed');
    const rail = rails[0] ?? '';
    const { store } = treasury;
    const dying = { ...store, commit: () => Promise.reject(new Error('killed')) };
    await expect(
      writeRunFile({ ...treasury.deps, store: dying }, { runId, rail, now: at(61) }),
    ).rejects.toThrow('killed');
    const bytes = files();
    expect(await treasury.write(runId, rail, at(64))).toMatchObject({ count: 1 });
    expect(files()).toEqual(bytes);
  });

  it('goes on where a gathering was killed, and ends with every payment once', async () => {
    const ids = [];
    for (let group = 10; group < 16; group++) ids.push(await treasury.ready(group));
    const { store } = treasury;
    let commits = 0;
    const dying = {
      ...store,
      commit: (request: Parameters<typeof store.commit>[0]) =>
        ++commits > 3 ? Promise.reject(new Error('killed')) : store.commit(request),
    };
    const request = { runName: 'interrupted', now: at(60) };
    await expect(gatherPayments(dying, indonesia, request)).rejects.toThrow('killed');
    const { runId, rails } = await treasury.gather('interrupted', at(63));
    for (const rail of rails) await treasury.write(runId, rail);
    for (const id of ids) expect(instructed().filter((each) => each === `${id}-01-01`)).toHaveLength(1);
    expect(await store.runs.get(runId)).toMatchObject({ count: 6, sum: 6 * amount });
  });

  it('puts no payment into two runs, nor into none, when several gather at once', async () => {
    const ids = [];
    for (let group = 20; group < 26; group++) ids.push(await treasury.ready(group));
    const runs = await Promise.all(['a', 'b', 'a', 'b'].map((name) => treasury.gather(`at once ${name}`)));
    for (const { runId, rails } of runs) for (const rail of rails) await treasury.write(runId, rail);
    for (const id of ids) expect(instructed().filter((each) => each === `${id}-01-01`)).toHaveLength(1);
  });
});

describe('the bank’s answer', () => {
  it('does no harm when it comes again, in another file, or from several deliveries at once', async () => {
    const { id, runId } = await treasury.sent(30);
    await Promise.all([0, 1, 2].map(() => treasury.answer(runId, treasury.settledLine(id))));
    const after = await treasury.payment(id);
    expect(await treasury.answer(runId, treasury.settledLine(id))).toMatchObject({
      moved: 0,
      contradictions: [],
    });
    expect(await treasury.payment(id)).toEqual(after);
    expect(treasury.resumed.filter(({ taskToken }) => taskToken === `bank ${id} 1`)).toHaveLength(1);
    expect((await treasury.actions(id)).filter((action) => action === 'payment.settled')).toHaveLength(1);
  });

  it('names ids that were never given, belong to another run, or contradict what was said before', async () => {
    const { id, runId } = await treasury.sent(31);
    const other = await treasury.sent(32);
    const stranger = treasury.settledLine('P-0000000000');
    const file = await treasury.answer(
      runId,
      treasury.settledLine(id),
      stranger,
      treasury.settledLine(other.id),
    );
    expect(file).toMatchObject({
      outcome: 'read',
      moved: 1,
      unknown: [stranger.endToEndId, `${other.id}-01-01`],
    });
    expect(await treasury.payment(other.id)).toMatchObject({ state: 'sent' });
    expect(await treasury.answer(runId, treasury.settledLine(id, 1, 'REF-2'))).toMatchObject({
      moved: 0,
      contradictions: [`${id}-01-01`],
    });
    expect(await treasury.payment(id)).toMatchObject({ bankReference: 'REF-1' });
  });

  it('is set aside whole when it cannot be read, and changes nothing', async () => {
    const { id, runId } = await treasury.sent(33);
    const cut = `H|JARING-ANSWER-1|${runId}|20200804\nD|${id}-01-01|SETTLED|REF|20200804|\n`;
    for (const text of [cut, 'hello', '', `${cut}T|2\n`]) {
      const file = await treasury.deliver(text);
      expect(file.outcome).toBe('refused');
      expect(file.problems.length).toBeGreaterThan(0);
    }
    expect(await treasury.payment(id)).toMatchObject({ state: 'sent' });
  });

  it('records a file once, and the resume that failed is made good by its next delivery', async () => {
    const { id, runId } = await treasury.sent(34);
    const text = `H|JARING-ANSWER-1|${runId}|20200804\nD|${id}-01-01|SETTLED|REF|20200804|\nT|1\n`;
    treasury.stepFunctionsFault.next = new Error('network');
    await expect(treasury.deliver(text, 'again')).rejects.toThrow('network');
    treasury.stepFunctionsFault.next = undefined;
    expect(await treasury.deliver(text, 'again')).toMatchObject({ outcome: 'read', moved: 0 });
    expect(treasury.resumed.at(-1)).toEqual({ taskToken: `bank ${id} 1`, outcome: 'settled' });
    const journal = await treasury.store.audit.list({ journal: 'bank' });
    expect(journal.filter(({ facts }) => facts.versionId === 'again')).toHaveLength(1);
  });
});
