import { describe, expect, it } from 'vitest';
import { gatherRun, holdRun, releaseRun, withdrawRun } from '#domain/money/payment-run.ts';
import { sendFile, writeFile } from '#domain/money/run-file.ts';
import { rupiah } from '#domain/money/rupiah.ts';

const now = '2020-08-05T05:00:00.000Z';
const later = '2020-08-05T06:00:00.000Z';
const facts = { runId: 'R20200805-AB12', count: 2, sum: rupiah(8_000_000) };
const tari = { kind: 'person', id: 'tari' } as const;
const system = { kind: 'system' } as const;

const { run, events: gathered } = gatherRun(
  {
    ...{
      id: facts.runId,
      startedAt: now,
      remindAt: later,
      cutOffAt: later,
      rails: ['sknbi-002-1'],
      involvements: [],
    },
    ...{ count: facts.count, sum: facts.sum, banks: [{ bankCode: '002', count: 2, sum: facts.sum }] },
  },
  now,
);
const { file, events: written } = writeFile(
  {
    ...facts,
    ...{ rail: 'sknbi-002-1', key: 'outbox/a.csv', sha256: 'aa11' },
    version: 1,
    prepared: { key: 'prepared/a.csv', versionId: 'v1', bytes: 10 },
    list: { key: 'prepared/a.list.csv', versionId: 'v2', bytes: 20 },
    ...{ mediaType: 'text/csv', debitAccount: { bankCode: '002', number: '1' } },
  },
  now,
);

describe('a payment run', () => {
  it('is gathered', () => {
    expect(run).toMatchObject({ state: 'gathered', version: 1 });
    expect(gathered).toEqual([{ at: now, actor: system, action: 'run.gathered', facts }]);
  });

  it('is released with the hash of each file that was decided over', () => {
    const { run: released, events } = releaseRun(run, { personId: 'tari', files: [file] }, later);
    expect(released).toMatchObject({ state: 'released', releasedBy: 'tari', releasedAt: later });
    const decided = { ...facts, code: true, [file.rail]: 'aa11' };
    expect(events).toEqual([{ at: later, actor: tari, action: 'run.released', facts: decided }]);
  });

  it('is held with a reason that no event has', () => {
    const { run: held, events } = holdRun(run, { personId: 'tari', reason: 'salah', files: [file] }, later);
    expect(held).toMatchObject({ state: 'withdrawn', why: 'held', heldBy: 'tari', reason: 'salah' });
    const decided = { ...facts, why: 'held', [file.rail]: 'aa11' };
    expect(events).toEqual([{ at: later, actor: tari, action: 'run.withdrawn', facts: decided }]);
  });

  it('is withdrawn while it is not decided, and only then', () => {
    const { run: withdrawn, events } = withdrawRun(run, 'not-released', later);
    expect(withdrawn).toMatchObject({ state: 'withdrawn', why: 'not-released', withdrawnAt: later });
    expect(events).toEqual([
      { at: later, actor: system, action: 'run.withdrawn', facts: { ...facts, why: 'not-released' } },
    ]);
    const { run: released } = releaseRun(run, { personId: 'tari', files: [] }, later);
    expect(withdrawRun(released, 'not-released', later)).toEqual({ run: released, events: [] });
    expect(withdrawRun(withdrawn, 'late', later)).toEqual({ run: withdrawn, events: [] });
  });
});

describe('a file of a payment run', () => {
  const of = { ...facts, rail: file.rail, sha256: 'aa11' };

  it('is written where the bank does not read', () => {
    expect(file.writtenAt).toBe(now);
    expect(written).toEqual([
      {
        at: now,
        actor: system,
        action: 'instruction.written',
        facts: { ...of, key: 'prepared/a.csv', versionId: 'v1' },
      },
    ]);
  });

  it('is sent as it was written, in the name of the person who released it', () => {
    const { file: sent, events } = sendFile(file, { reduced: undefined, releasedBy: 'tari' }, later);
    expect(sent).toEqual({ ...file, sentAt: later });
    expect(events).toEqual([
      { at: later, actor: tari, action: 'instruction.sent', facts: { ...of, key: 'outbox/a.csv' } },
    ]);
  });

  it('is sent without what was withheld, and keeps what was released', () => {
    const reduced = { sha256: 'bb22', count: 1, sum: rupiah(4_000_000), withheld: ['P-1-01', 'P-2-01'] };
    const { file: sent, events } = sendFile(file, { reduced, releasedBy: 'tari' }, later);
    expect(sent).toEqual({ ...file, sent: reduced, sentAt: later });
    const { sha256, count, sum } = reduced;
    const withheld = 'P-1-01 P-2-01';
    expect(events).toMatchObject([{ facts: { ...of, key: 'outbox/a.csv', sha256, count, sum, withheld } }]);
  });
});
