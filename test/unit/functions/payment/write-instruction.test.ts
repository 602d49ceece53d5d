import { describe, expect, it } from 'vitest';
import type { PacketInput } from '#domain/packet/packet.ts';
import { sendRun } from '#functions/payment/send-run.ts';
import { writeRunFile } from '#functions/payment/write-instruction.ts';
import { readInstruction as readAsBank } from '#players/bank/instructions.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { amount, openTreasury, type Treasury } from './treasury.ts';

let table: TestTable;
let treasury: Treasury;
useTable(async (opened) => {
  table = opened;
  treasury = await openTreasury(table, 4_000_000_000);
});

describe('a payment run', () => {
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
    await treasury.decideOn(runId, { outcome: 'released' });
    await treasury.send(runId);
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
    expect(await treasury.write(runId, rails[1] ?? '', at(99))).toMatchObject(written[1] ?? {});
  });

  it('writes the same file when it was killed after the object and before the record, and sends it so', async () => {
    await treasury.ready(3);
    const run = await treasury.gather('killed');
    const [rail = ''] = run.rails;
    const { store } = treasury;
    const dying = { ...store, commit: () => Promise.reject(new Error('killed')) };
    const key = `${run.runId}.${rail}.txt`;
    await expect(
      writeRunFile({ ...treasury.deps, store: dying }, { runId: run.runId, rail, now: at(61) }),
    ).rejects.toThrow('killed');
    const bytes = treasury.objects.get(`prepared/${key}`);
    expect(await treasury.write(run.runId, rail, at(64))).toMatchObject({ count: 1 });
    await treasury.decideOn(run.runId, { outcome: 'released' });
    let commits = 0;
    const sometimes = {
      ...store,
      // The payment is noted by `proposals.update`; only the file's record is committed here.
      commit: (request: Parameters<typeof store.commit>[0]) =>
        ++commits === 1 ? Promise.reject(new Error('killed')) : store.commit(request),
    };
    const deps = { ...treasury.deps, store: sometimes };
    await expect(sendRun(deps, { runId: run.runId, now: at(65) })).rejects.toThrow('killed');
    expect(await sendRun(deps, { runId: run.runId, now: at(66) })).toEqual({ outcome: 'sent', files: 1 });
    expect(treasury.objects.get(`outbox/${key}`)).toEqual(bytes);
  });
});
