import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { event } from '#domain/proposal/events.ts';
import { createAudit } from '#functions/store/audit.ts';
import { type Change, commit, readEnd } from '#functions/store/commit.ts';
import { AlreadyExists, StaleRecord } from '#functions/store/errors.ts';
import { conditions, getItem, write } from '#functions/store/table.ts';
import { type TestTable, useTable } from '../dynamodb.ts';

const now = '2020-10-05T02:00:00.000Z';
function redriven(redrives: number) {
  return event(now, 'proposal.redriven', { redrives });
}

let table: TestTable;
useTable((opened) => {
  table = opened;
});

function place(name: string, value = 1): Change {
  return {
    write: write.put({ pk: `THING#${name}`, sk: 'THING' }, { value }, { condition: conditions.absent }),
    onConflict: (met) => new AlreadyExists(`${name} with ${String(met?.value)}`),
  };
}
function placed(name: string) {
  return getItem(table, { pk: `THING#${name}`, sk: 'THING' });
}

describe('commit', () => {
  it('writes the changes and the events together, chained from the beginning', async () => {
    const of = { proposalId: 'P-0000000001' };
    const first = await commit(table, {
      ...of,
      now,
      events: [redriven(1), event(now, 'checks.failed', { revision: 1, problems: 2 })],
      changes: [place('one')],
    });
    await commit(table, {
      ...of,
      now,
      events: [event(now, 'proposal.halted', { error: 'Broken', redrives: 1 })],
      changes: [],
    });
    expect(first.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(await placed('one')).toEqual({ value: 1 });
    expect((await createAudit(table).list(of)).map(({ action }) => action)).toEqual([
      'proposal.redriven',
      'checks.failed',
      'proposal.halted',
    ]);
    expect(await createAudit(table).verify(of)).toMatchObject({ sound: true, length: 3 });
  });

  it('writes nothing at all when a condition fails, and says whose and what was there instead', async () => {
    const of = { proposalId: 'P-0000000002' };
    await commit(table, { ...of, now, events: [], changes: [place('taken', 7)] });
    const refused = commit(table, {
      ...of,
      now,
      events: [redriven(1)],
      changes: [place('free'), place('taken')],
    });
    await expect(refused).rejects.toThrow(AlreadyExists);
    await expect(refused).rejects.toThrow('taken with 7');
    expect(await placed('free')).toBeUndefined();
    expect(await createAudit(table).list(of)).toEqual([]);
  });

  it('lets many writers of one proposal all succeed, with one sound chain', async () => {
    const of = { proposalId: 'P-0000000003' };
    await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        commit(table, {
          ...of,
          now,
          events: [redriven(index)],
          changes: [place(`concurrent ${index}`)],
        }),
      ),
    );
    expect(await createAudit(table).verify(of)).toMatchObject({ sound: true, length: 8 });
  });

  it('lets exactly one of many writers create the same thing', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) =>
        commit(table, {
          proposalId: `P-000000010${index}`,
          now,
          events: [redriven(1)],
          changes: [place('contested')],
        }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(AlreadyExists);
  });

  it('writes what rests on the record’s end only while nothing was recorded since', async () => {
    const of = { proposalId: 'P-0000000006' };
    const { head: restsOn } = await readEnd(table, of, { consistency: 'strong' });
    expect(restsOn.seq).toBe(0);
    const outcomes = await Promise.allSettled(
      [1, 2, 3].map((number) =>
        commit(table, {
          ...of,
          ...{ now, restsOn, events: [redriven(number), redriven(9)] },
          changes: [place(`counted ${number}`)],
        }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(StaleRecord);
    expect(await readEnd(table, of, { consistency: 'strong' })).toMatchObject({ head: { seq: 2 } });
    expect(await createAudit(table).verify(of)).toMatchObject({ sound: true, length: 2 });
  });

  it('packs events that are longer than a kilobyte, and reads them back as they were recorded', async () => {
    const of = { proposalId: 'P-0000000007' };
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    const drafted = (['pks', 'sk', 'sptjb', 'ruk', 'kuitansi', 'bast', 'bap'] as const).map((paper) =>
      event(now, 'paper.drafted', {
        ...{ tranche: 1, paper, number: `0001/${paper}`, date: '2020-10-05' },
        ...{ contentSha256: sha256(paper), sha256: sha256(`${paper}.pdf`) },
      }),
    );
    const recorded = await commit(table, { ...of, now, events: drafted, changes: [] });
    await commit(table, { ...of, now, events: [redriven(1)], changes: [] });
    const { packed } = (await getItem(table, { pk: `PROPOSAL#${of.proposalId}`, sk: 'AUDIT#000001' })) ?? {};
    expect(packed.byteLength).toBeLessThan(JSON.stringify(recorded).length / 2);
    const events = await createAudit(table).list(of);
    expect(events.slice(0, -1)).toEqual(recorded);
    expect(events.at(-1)?.previousHash).toBe(recorded.at(-1)?.hash);
    expect(await createAudit(table).verify(of)).toMatchObject({ sound: true, length: drafted.length + 1 });
  });

  it('notices an event that was altered in the table', async () => {
    const of = { journal: 'settings' } as const;
    await commit(table, {
      ...of,
      now,
      events: [event(now, 'code.reset', { personId: 'ppk.jateng', enrolment: 2 })],
      changes: [],
    });
    await commit(table, {
      proposalId: 'P-0000000004',
      now,
      events: [],
      changes: [
        {
          write: write.update(
            { pk: 'JOURNAL#settings', sk: 'AUDIT#000001' },
            {
              text: 'SET events[0].#at = :other',
              names: { '#at': 'at' },
              values: { ':other': '2021-01-01T00:00:00.000Z' },
            },
          ),
          onConflict: () => new Error('unreachable'),
        },
      ],
    });
    expect(await createAudit(table).verify(of)).toMatchObject({ sound: false, seq: 1, reason: 'altered' });
  });
});
