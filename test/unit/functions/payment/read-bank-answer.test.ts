import { describe, expect, it } from 'vitest';
import { type TestTable, useTable } from '../dynamodb.ts';
import { openTreasury, type Treasury } from './treasury.ts';

let table: TestTable;
let treasury: Treasury;
useTable(async (opened) => {
  table = opened;
  treasury = await openTreasury(table, 4_000_000_000);
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

  it('names ids that were never given, belong to another run, or were paid a second time', async () => {
    const { id, runId } = await treasury.sent(31);
    const other = await treasury.sent(32);
    const stranger = treasury.rejectedLine('P-0000000000');
    const file = await treasury.answer(runId, stranger, treasury.rejectedLine(other.id));
    expect(file).toMatchObject({
      outcome: 'read',
      moved: 0,
      unknown: [stranger.endToEndId, `${other.id}-01-01`],
    });
    expect(await treasury.payment(other.id)).toMatchObject({ state: 'sent' });
    const twice = await treasury.answer(
      runId,
      treasury.settledLine(id),
      treasury.settledLine(id, 1, 'REF-2'),
    );
    expect(twice).toMatchObject({ contradictions: [], paidAgain: [`${id}-01-01`] });
    expect(await treasury.payment(id)).toMatchObject({ state: 'settled', bankReference: 'REF-1' });
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
    const text = `H|JARING-ANSWER-1|${runId}|20200804\nD|${id}-01-01|REJECTED||20200804|AC01\nT|1\n`;
    treasury.stepFunctionsFault.next = new Error('network');
    await expect(treasury.deliver(text, 'again')).rejects.toThrow('network');
    treasury.stepFunctionsFault.next = undefined;
    expect(await treasury.deliver(text, 'again')).toMatchObject({ outcome: 'read', moved: 0 });
    expect(treasury.resumed.at(-1)).toEqual({ taskToken: `bank ${id} 1`, outcome: 'rejected' });
    const journal = await treasury.store.audit.list({ journal: 'bank' });
    expect(journal.filter(({ facts }) => facts.versionId === 'again')).toHaveLength(1);
  });
});
