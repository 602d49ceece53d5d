import { describe, expect, it } from 'vitest';
import { FileAltered } from '#functions/payment/send-run.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { openTreasury, type Treasury } from './treasury.ts';

let table: TestTable;
let treasury: Treasury;
useTable(async (opened) => {
  table = opened;
  treasury = await openTreasury(table, 4_000_000_000);
});

describe('a payment run', () => {
  it('sends the version that was released, whatever was put over it since', async () => {
    const id = await treasury.ready(4);
    const { runId, rails } = await treasury.gather('exchanged');
    const { prepared, key } = await treasury.write(runId, rails[0] ?? '');
    await treasury.decideOn(runId, { outcome: 'released' });
    const bytes = treasury.objects.get(prepared.key);
    treasury.objects.set(prepared.key, Buffer.from('H|another'));
    await treasury.send(runId);
    expect(treasury.objects.get(key)).toEqual(bytes);
    expect(await treasury.payment(id)).toMatchObject({ state: 'sent' });
  });

  // It was put, the attempt died before it noted that, and the connector was faster than the next.
  it('puts no file a second time that the connector has moved', async () => {
    await treasury.ready(6);
    const { runId, rails } = await treasury.gather('moved');
    const { key, sha256 } = await treasury.write(runId, rails[0] ?? '');
    await treasury.decideOn(runId, { outcome: 'released' });
    const { prepared } = (await treasury.store.runs.files(runId))[0] ?? expect.fail('no file');
    treasury.objects.set(
      key.replace('outbox/', 'fetched/'),
      treasury.objects.get(prepared.key) ?? new Uint8Array(),
    );
    await treasury.send(runId);
    expect(treasury.objects.has(key)).toBe(false);
    const [file] = await treasury.store.runs.files(runId);
    expect([file?.sentAt !== undefined, file?.sha256]).toEqual([true, sha256]);
  });

  it('sends nothing when the version is not the one that was hashed', async () => {
    const id = await treasury.ready(5);
    const { runId, rails } = await treasury.gather('altered');
    const { prepared, key } = await treasury.write(runId, rails[0] ?? '');
    await treasury.decideOn(runId, { outcome: 'released' });
    const bytes = treasury.objects.get(prepared.key) ?? new Uint8Array();
    treasury.objects.corrupt(prepared.key, prepared.versionId, Buffer.from('H|another'));
    await expect(treasury.send(runId)).rejects.toThrow(FileAltered);
    expect(treasury.objects.has(key)).toBe(false);
    treasury.objects.corrupt(prepared.key, prepared.versionId, bytes);
    await treasury.send(runId);
    expect(await treasury.payment(id)).toMatchObject({ state: 'sent' });
  });
});
