import { describe, expect, it } from 'vitest';
import type { LoadedDecree } from '#domain/calendar.ts';
import { warnOfYearEnd } from '#functions/payment/warn-year-end.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { openTreasury, type Treasury } from './treasury.ts';

let table: TestTable;
let treasury: Treasury;
useTable(async (opened) => {
  table = opened;
  treasury = await openTreasury(table);
});

/** Who is written to by the morning's run of a day, and the subjects. */
async function morning(date: string) {
  const before = treasury.mails.length;
  await warnOfYearEnd(treasury.deps, `${date}T00:30:00.000Z`);
  return treasury.mails.slice(before).map(({ to, subject }) => `${to} | ${subject}`);
}
function about(mails: readonly string[], text: string) {
  return mails.filter((mail) => mail.includes(text));
}

describe('the warnings before the last days of a fiscal year', () => {
  it('go to groups, PPK and treasurers 30, 14 and 3 working days before, once each', async () => {
    const id = await treasury.awarded(1);
    const decree: LoadedDecree = {
      kind: 'year-end',
      decree: {
        ...{ year: 2020, number: 'PER-1/PB/2020', on: '2020-09-01', source: 'a decree of this test' },
        lastDays: { spp: '2020-12-11', spm: '2020-12-16', sp2d: '2020-12-23' },
        daysBack: 14,
      },
      loaded: { at: '2020-09-02T02:00:00.000Z', by: 'ada', why: 'decreed' },
    };
    const now = '2020-09-02T02:00:00.000Z';
    const { store } = treasury;
    await store.commit({ journal: 'settings', now, events: [], changes: [store.calendar.add(decree)] });
    // Thirty working days, without the leave of 28 and 30 October; that 9 December is off was decreed on 27 November.
    expect(about(await morning('2020-10-26'), id)).toEqual([]);
    const first = await morning('2020-10-27');
    expect(about(first, id)).toHaveLength(1);
    expect(
      about(first, 'kelompok belum dibayar')
        .map((mail) => mail.split(' | ')[0])
        .sort(),
    ).toEqual(['pandu@dinas.example', 'paula@dinas.example', 'tari@dinas.example']);
    expect(about(await morning('2020-11-03'), '2020')).toEqual([]);
    // The fourteenth working day before it, and the third; a morning that was missed is made up for.
    expect(about(await morning('2020-11-20'), id)).toEqual([]);
    expect(about(await morning('2020-11-23'), id)).toHaveLength(1);
    expect(await morning('2020-11-24')).toEqual([]);
    expect(about(await morning('2020-12-07'), id)).toHaveLength(1);
    expect(await morning('2020-12-08')).toEqual([]);
    expect(await morning('2020-12-14')).toEqual([]);
  });

  it('are not sent on a day off, and tell a group whose SPM is issued of the last day of the SP2D', async () => {
    const id = await treasury.reserved(2);
    expect(await morning('2020-12-12')).toEqual([]);
    // The SPP's last day is over; the SP2D's is 23 December.
    const mails = await morning('2020-12-14');
    expect(about(mails, id)).toHaveLength(1);
    expect(about(mails, id)[0]).toContain('7 hari kerja');
    expect(about(await morning('2020-12-18'), id)).toHaveLength(1);
  });

  it('leave out groups that are paid', async () => {
    const { id, runId } = await treasury.sent(3);
    await treasury.answer(runId, treasury.settledLine(id));
    await treasury.settleFirst(id);
    expect(about(await morning('2020-12-21'), id)).toEqual([]);
  });
});

describe('decrees that the calendar lacks', () => {
  it('are asked of the administrators for the whole country, once a month', async () => {
    const before = about(await morning('2031-10-01'), 'Keputusan untuk kalender belum dimuat');
    expect(before).toEqual(['ada@dinas.example | Keputusan untuk kalender belum dimuat – 2031']);
    expect(about(await morning('2031-10-02'), 'belum dimuat')).toEqual([]);
    // Within 90 days of the new year its holidays are asked for as well.
    expect(about(await morning('2031-11-03'), 'belum dimuat')).toEqual([
      'ada@dinas.example | Keputusan untuk kalender belum dimuat – 2031, 2032',
    ]);
  });
});
