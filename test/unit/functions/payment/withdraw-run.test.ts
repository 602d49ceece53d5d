import { describe, expect, it } from 'vitest';
import { readInstruction } from '#domain/money/bank-file.ts';
import { RunNotReleased } from '#functions/payment/send-run.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { openTreasury, type Treasury } from './treasury.ts';

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
  it('is never both released and withdrawn, however they race, and counts no payment twice', async () => {
    for (let round = 0; round < 2; round++) {
      const id = await treasury.ready(60 + round);
      const { runId, rails } = await treasury.gather(`race ${round}`);
      for (const rail of rails) await treasury.write(runId, rail);
      await Promise.all([
        treasury.decideOn(runId, { outcome: 'released' }),
        treasury.decideOn(runId, { outcome: 'held', reason: 'angka tidak cocok' }),
        treasury.withdrawn(runId),
        treasury.withdrawn(runId),
      ]);
      const { state } = (await treasury.store.runs.get(runId)) ?? {};
      const sent = state === 'released';
      if (sent) {
        expect(await treasury.withdrawn(runId)).toEqual({ outcome: 'released' });
        await Promise.all([treasury.send(runId), treasury.send(runId)]);
      } else {
        await Promise.all([treasury.withdrawn(runId), treasury.withdrawn(runId)]);
        await expect(treasury.send(runId)).rejects.toThrow(RunNotReleased);
      }
      expect(await treasury.payment(id)).toMatchObject({ state: sent ? 'sent' : 'ready' });
      const decided = (await treasury.store.audit.list({ journal: 'bank' })).filter(
        ({ facts, action }) => facts.runId === runId && /^run\.(released|withdrawn)$/.test(action),
      );
      expect(decided).toHaveLength(1);
      expect(instructed().filter((each) => each === `${id}-01-01`)).toHaveLength(sent ? 1 : 0);
      if (!sent) await treasury.carryOut(await treasury.gather(`after race ${round}`));
    }
  });
});
