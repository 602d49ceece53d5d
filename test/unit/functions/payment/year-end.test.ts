import { describe, expect, it } from 'vitest';
import { yearEndProblems } from '#domain/asks/paper-rules.ts';
import { type LoadedDecree, lastDaysOf } from '#domain/calendar.ts';
import { tranchesOf } from '#domain/proposal/proposal.ts';
import { gatherPayments } from '#functions/payment/gather-payments.ts';
import { leaveTrancheUnpaid } from '#functions/payment/leave-unpaid.ts';
import { paperChecks } from '#functions/payment/paper-answers.ts';
import { RunOfClosedYear, sendRun } from '#functions/payment/send-run.ts';
import { settle } from '#functions/payment/settle-tranche.ts';
import { partOfRun } from '#functions/payment/update-run.ts';
import { createCalendar } from '#functions/store/calendar.ts';
import { calendarAt } from '#programmes/calendar.ts';
import { bankDays } from '../../../calendars.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { openTreasury, type Treasury } from './treasury.ts';

let table: TestTable;
let treasury: Treasury;
useTable(async (opened) => {
  table = opened;
  treasury = await openTreasury(table);
});

/** 10:00 in Jakarta on a day. */
function on(date: string) {
  return `${date}T03:00:00.000Z`;
}

describe('the date of a paper', () => {
  const decreed = { spp: '2020-12-11', spm: '2020-12-16', sp2d: '2020-12-23', daysBack: 14 };
  const judged = (paper: 'spp' | 'spm' | 'sp2d', date: string, today: string, lastDays = decreed) =>
    yearEndProblems(date, { paper, fiscalYear: 2020, lastDays, today }).map(({ code }) => code);

  it.each([
    // Finding: an SP2D of 15 January for last year's line, and the same dated back.
    ['sp2d', '2021-01-15', '2021-01-15', ['paper-year-closed']],
    ['sp2d', '2020-12-31', '2021-01-15', ['paper-year-closed']],
    ['sp2d', '2020-12-23', '2021-01-01', ['paper-year-closed']],
    ['spm', '2020-12-16', '2021-06-30', ['paper-year-closed']],
    // After its last day; and dated in time, entered a few days later.
    ['sp2d', '2020-12-24', '2020-12-24', ['paper-after-last-day']],
    ['sp2d', '2020-12-23', '2020-12-31', []],
    // The SPM was issued before the last day, the SP2D after it.
    ['spm', '2020-12-16', '2020-12-16', []],
    ['spm', '2020-12-17', '2020-12-17', ['paper-after-last-day']],
    ['spp', '2020-12-12', '2020-12-14', ['paper-after-last-day']],
    // Dated further back than is allowed.
    ['spp', '2020-10-05', '2020-10-20', ['paper-dated-back']],
    ['spp', '2020-10-06', '2020-10-20', []],
  ] as const)('of an %s %s, entered on %s, is judged as %j', (paper, date, today, codes) => {
    expect(judged(paper, date, today)).toEqual(codes);
  });

  it('is at the latest the last working day of December where nothing was decreed, also where the 31st is a Saturday', () => {
    const of2022 = lastDaysOf(2022, calendarAt(on('2022-12-01')));
    expect(of2022).toEqual({ spp: '2022-12-30', spm: '2022-12-30', sp2d: '2022-12-30', daysBack: 14 });
    // 31 December 2020 was leave, and 30 December until the amendment of 1 December.
    expect(lastDaysOf(2020, calendarAt(on('2020-11-30'))).sp2d).toBe('2020-12-23');
    expect(lastDaysOf(2020, calendarAt(on('2020-12-01'))).sp2d).toBe('2020-12-30');
  });

  it('is judged by the decree that is known when it is entered', async () => {
    const id = await treasury.reserved(1);
    const proposal = await treasury.store.proposals.get(id);
    const answer = { outcome: 'issued', number: 'SP2D-X', date: '2020-12-28' };
    const check = async (now: string) =>
      (await paperChecks(treasury.store, { proposal, kind: 'sp2d', answer, now })).map(({ code, facts }) => [
        code,
        facts.date,
      ]);
    expect(await check(on('2020-12-28'))).toEqual([]);
    const decree = (number: string, day: string, sp2d: string): LoadedDecree => ({
      kind: 'year-end',
      decree: {
        ...{ year: 2020, number, on: day, source: 'a decree of this test', daysBack: 14 },
        lastDays: { spp: '2020-12-11', spm: '2020-12-16', sp2d },
      },
      loaded: { at: on(day), by: 'rina', why: 'decreed' },
    });
    const calendar = createCalendar(table);
    for (const each of [
      decree('PER-1', '2020-10-01', '2020-12-23'),
      decree('S-2', '2020-12-08', '2020-12-29'),
    ])
      await treasury.store.commit({
        journal: 'settings',
        now: on('2020-12-08'),
        events: [],
        changes: [calendar.add(each)],
      });
    const later = { ...treasury.store, calendar: createCalendar(table) };
    const checked = (now: string) => paperChecks(later, { proposal, kind: 'sp2d', answer, now });
    expect(await checked(on('2020-12-28'))).toEqual([]);
    const afterIt = { ...answer, date: '2020-12-30' };
    expect(
      (await paperChecks(later, { proposal, kind: 'sp2d', answer: afterIt, now: on('2020-12-30') })).map(
        ({ code, facts }) => [code, facts.date],
      ),
    ).toEqual([['paper-after-last-day', '2020-12-29']]);
  });
});

describe('a payment of a fiscal year that is over', () => {
  const gatherOn = async (date: string, runName: string) => {
    const told: (string | undefined)[] = [];
    const request = { runName, startedAt: on(date), now: on(date) };
    const run = await gatherPayments(treasury.store, bankDays, request, partOfRun, async ({ taskToken }) => {
      told.push(taskToken);
    });
    return { run, told };
  };

  it('joins no run of the new year: an SP2D of 2020 is not paid on 4 January 2021', async () => {
    const before = await treasury.budget();
    const id = await treasury.ready(10);
    const { run, told } = await gatherOn('2021-01-04', 'first of 2021');
    expect(run.outcome).toBe('nothing');
    expect(told).toEqual([`bank ${id} 1`]);
    expect(await treasury.payment(id)).toMatchObject({ state: 'lapsed', fiscalYear: 2020 });
    expect(await treasury.actions(id)).toContain('payment.lapsed');
    // The execution hears of it, and the tranche lapses by name: its money is free in the closed year.
    const step = { proposalId: id, tranche: 1, now: on('2021-01-04') };
    expect(await settle(treasury.store, step)).toMatchObject({ outcome: 'lapsed' });
    await leaveTrancheUnpaid(treasury.store, { ...step, reason: 'lapsed' });
    expect(await treasury.budget()).toEqual(before);
    expect((await gatherOn('2021-01-05', 'second of 2021')).told).toEqual([]);
  });

  it('is not even planned for the bank on 1 January, and its execution continues at once', async () => {
    const id = await treasury.reserved(11);
    await treasury.done(id, 'sp2d', '1', treasury.paper(`SP2D-1 ${id}`), 'kas');
    // A minute before midnight in Jakarta it would have been ready; New Year has begun there.
    const now = '2020-12-31T17:00:00.000Z';
    expect(await treasury.instruct(id, 1, 'waits', now)).toBe('lapsed');
    expect(treasury.resumed.at(-1)).toMatchObject({ taskToken: 'waits' });
    expect(await treasury.instruct(id, 1, 'waits again', now)).toBe('lapsed');
    const { run } = await gatherOn('2021-01-04', 'third of 2021');
    expect(run.outcome).toBe('nothing');
  });

  it('is paid on the last day of the year as on any other', async () => {
    const id = await treasury.ready(12);
    const { run } = await gatherOn('2020-12-30', 'last of 2020');
    expect(run.outcome).toBe('gathered');
    expect(await treasury.payment(id)).toMatchObject({ state: 'gathered' });
    await treasury.write(run.runId, run.rails[0] ?? '', on('2020-12-30'));
    await treasury.decideOn(run.runId, { outcome: 'released' }, 'tari', on('2020-12-30'));
    // Released in time and never sent: nothing of it leaves in the new year.
    await expect(sendRun(treasury.deps, { runId: run.runId, now: on('2021-01-04') })).rejects.toThrow(
      RunOfClosedYear,
    );
    expect(await treasury.payment(id)).toMatchObject({ state: 'gathered' });
  });
});

describe('a tranche whose paper was not issued', () => {
  const leave = async (id: string, reason: string, now: string) => {
    await leaveTrancheUnpaid(treasury.store, { proposalId: id, tranche: 1, reason, now });
    return tranchesOf(await treasury.store.proposals.get(id))[0]?.unpaidReason;
  };

  it.each([
    [20, 'sp2d-not-issued', '2021-01-08', 'lapsed'],
    [21, 'spm-not-issued', '2021-01-08', 'lapsed'],
    [22, 'documents-missing', '2021-01-08', 'lapsed'],
    [23, 'sp2d-refused', '2020-12-31', 'lapsed'],
    [24, 'sp2d-not-issued', '2020-10-08', 'sp2d-not-issued'],
    [25, 'papers-returned', '2021-01-08', 'papers-returned'],
  ])(
    'of group %i with the reason %s on %s stays unpaid as %s, and its money is free',
    async (group, reason, date, expected) => {
      const before = await treasury.budget();
      const id = await treasury.reserved(group);
      expect(await leave(id, reason, on(date))).toBe(expected);
      expect(await treasury.budget()).toEqual(before);
    },
  );
});
