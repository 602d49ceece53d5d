import { describe, expect, it } from 'vitest';
import { withQuestions } from '#domain/money/payment.ts';
import { rupiah } from '#domain/money/rupiah.ts';
import { sp2d } from '#functions/payment/asks/sp2d.ts';
import { gatherPayments } from '#functions/payment/gather-payments.ts';
import { recordSp2d } from '#functions/payment/record-sp2d.ts';
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

/** Waits for its money, which an SP2D of this number has moved. */
async function sentBy(group: number, number: string) {
  const id = await treasury.reserved(group, (packet) => {
    packet.programme = 'tkm-2020-treasury';
  });
  await treasury.done(id, 'sp2d', '1', { outcome: 'issued', number, date: '2020-08-03' }, 'kas');
  await treasury.instruct(id, 1, `bank ${id} 1`);
  return id;
}

let silent: Promise<string> | undefined;
/** One of whose SP2D nothing is known, in any of the tests. */
function waiting() {
  silent ??= sentBy(1, 'SP2D-0001');
  return silent;
}

type Row = readonly [number: string, amount: number, status: string, reason?: string];
function list(rows: readonly Row[], { satker = '689912', sum }: { satker?: string; sum?: number } = {}) {
  const total = sum ?? rows.reduce((all, [, each]) => all + each, 0);
  return [
    'satker;nomor_sp2d;tanggal_sp2d;nilai;nomor_spm;status;alasan',
    ...rows.map(
      ([number, each, status, reason = '']) =>
        `${satker};${number};2020-08-04;${each};SPM-1;${status};${reason}`,
    ),
    `TOTAL;${rows.length};;${total};;;`,
  ].join('\r\n');
}
function outcomes(id: string, attempt = 1) {
  return treasury.resumed
    .filter(({ taskToken }) => taskToken === `bank ${id} ${attempt}`)
    .map(({ outcome }) => outcome);
}

describe('the rail treasury', () => {
  it('sends by the SP2D itself: no run sees the payment, and no file is written', async () => {
    const id = await waiting();
    expect(await treasury.payment(id)).toMatchObject({
      state: 'sent',
      sp2d: { number: 'SP2D-0001', date: '2020-08-03' },
    });
    expect((await treasury.payment(id)) as object).not.toHaveProperty('runId');
    expect(await treasury.store.payments.readyAfter(undefined, 10)).toEqual({
      pointers: [],
      next: undefined,
    });
    expect(await treasury.gather('nothing by file')).toMatchObject({ outcome: 'nothing' });
    // Nor if one stood in the index by mistake.
    const payment = await treasury.payment(id);
    const stray = {
      ...treasury.store.payments,
      readyAfter: async () => ({ pointers: [payment], next: undefined }),
      byPointers: async () => [{ ...payment, state: 'ready' as const, readyAt: at(44) }],
    };
    const request = { runName: 'stray', startedAt: at(60), now: at(60) };
    expect(await gatherPayments({ ...treasury.store, payments: stray }, bankDays, request)).toMatchObject({
      outcome: 'nothing',
    });
    expect([...treasury.objects.keys()].filter((key) => /^(prepared|outbox)\//.test(key))).toEqual([]);
    expect((await treasury.actions(id)).at(-1)).toBe('payment.sent');
  });

  it('settles and returns by the treasury’s list, found by number and amount, however often it comes', async () => {
    const [paid, back] = [await sentBy(2, 'SP2D-0002'), await sentBy(3, 'sp2d 0003')];
    const rows: Row[] = [
      ['SP2D-0002', amount, 'CAIR'],
      ['SP2D0003', amount, 'Retur', 'Rekening tutup'],
    ];
    for (let delivery = 0; delivery < 2; delivery++)
      expect(await treasury.deliver(list(rows))).toMatchObject({
        ...{ outcome: 'read', format: 'sp2d', unknown: [], contradictions: [] },
        moved: delivery === 0 ? 2 : 0,
      });
    expect(await treasury.payment(paid)).toMatchObject({ state: 'settled', valueDate: '2020-08-04' });
    expect(await treasury.payment(back)).toMatchObject({ state: 'returned', reasonCode: 'Rekening tutup' });
    expect([outcomes(paid), outcomes(back)]).toEqual([['settled'], ['rejected']]);
    expect(await treasury.settleFirst(paid)).toMatchObject({ outcome: 'settled' });

    // Money that comes back after it had settled reopens the tranche, as with any bank.
    await treasury.deliver(list([['SP2D-0002', amount, 'RETUR', 'Salah nama']]));
    expect(await treasury.payment(paid)).toMatchObject({ state: 'returned', reasonCode: 'Salah nama' });

    // The corrected account is paid by an SP2D of its own.
    const account = { bankCode: '008', number: '7777777777', holder: 'KELOMPOK' };
    await treasury.done(back, 'account-correction', '1-1', { outcome: 'corrected', ...account });
    await treasury.done(back, 'account-acceptance', '1-1', { outcome: 'accepted', compared: true }, 'paula');
    await expect(treasury.instruct(back, 2, 'too early')).rejects.toThrow('there is no SP2D');
    await treasury.done(
      back,
      'sp2d',
      '1-a2',
      { outcome: 'issued', number: 'SP2D-0099', date: '2020-08-04' },
      'kas',
    );
    await treasury.instruct(back, 2, `bank ${back} 2`);
    await treasury.deliver(list([...rows, ['SP2D-0099', amount, 'CAIR']]));
    expect(await treasury.payment(back, 2)).toMatchObject({ state: 'settled' });
    expect(await treasury.payment(back)).toMatchObject({ state: 'returned' });
  });

  it('gets no other SP2D while it is not known what became of the first', async () => {
    const id = await sentBy(20, 'SP2D-0020');
    await treasury.deliver(list([['SP2D-0020', amount, 'RETUR', 'Rekening tutup']]));
    const asked = {
      ...{ of: 'proposal', proposal: await treasury.store.proposals.get(id) },
      ask: { about: { tranche: 1, attempt: 2 } },
    } as never;
    const issued = { outcome: 'issued', number: 'SP2D-0021', date: '2020-08-04' } as const;
    const problems = async () =>
      ((await sp2d.check?.(treasury.store, asked, issued, at(71), treasury.deps)) ?? []).map(
        ({ code }) => code,
      );
    expect(await problems()).toEqual([]);
    const payment = await treasury.payment(id);
    await treasury.store.commit({
      ...{ proposalId: id, now: at(71), events: [] },
      changes: [treasury.store.payments.put(payment, withQuestions(payment, ['B-000000000001']))],
    });
    expect(await problems()).toEqual(['tranche-held']);
  });

  it('waits with what the list knows before the SP2D is recorded here', async () => {
    expect(await treasury.deliver(list([['SP2D-0004', amount, 'CAIR']]))).toMatchObject({
      unknown: ['SP2D-0004'],
    });
    const id = await sentBy(4, 'SP2D-0004');
    expect(await treasury.payment(id)).toMatchObject({ state: 'settled', bankReference: 'SP2D-0004' });
    expect(outcomes(id)).toEqual(['settled']);
    expect((await treasury.store.bankItems.open()).map(({ entry }) => entry.bankReference)).not.toContain(
      'SP2D-0004',
    );
  });

  it('lets neither another amount, nor a bank’s file, move what an SP2D has sent, nor its list what a bank was instructed to pay', async () => {
    const id = await waiting();
    const { id: byBank } = await treasury.sent(6);
    await treasury.letter('csv', [
      { endToEndId: `${byBank}-01-01`, amount, status: 'ACSP', reference: 'SP2D-0006', day: '2020-08-04' },
    ]);
    const { unknown } = await treasury.deliver(
      list([
        ['SP2D-0001', amount - 1, 'CAIR'],
        ['SP2D-0006', amount, 'CAIR'],
      ]),
    );
    expect(unknown).toEqual(['SP2D-0001', 'SP2D-0006']);
    await treasury.letter('csv', [
      { endToEndId: `${id}-01-01`, amount, status: 'ACSC', reference: 'X', day: '2020-08-04' },
      { amount, status: 'ACSC', reference: 'SP2D-0001', day: '2020-08-04' },
    ]);
    expect(await treasury.payment(id)).toMatchObject({ state: 'sent' });
    expect(await treasury.payment(byBank)).toMatchObject({ state: 'accepted' });
    const items = (await treasury.store.bankItems.open()).filter(({ candidates }) =>
      candidates.includes(`${id}-01-01`),
    );
    expect(items.length).toBeGreaterThan(0);
  });

  it('sets aside whole a list that is broken, foreign or lies, and says everything at once', async () => {
    const id = await waiting();
    const row: Row = ['SP2D-0001', amount, 'CAIR'];
    const codesOf = async (text: string) => {
      const { outcome, problems } = await treasury.deliver(text);
      expect(outcome).toBe('refused');
      return problems.map(({ code }) => code);
    };
    expect(await codesOf(list([row], { satker: '111111' }))).toEqual(['bank-file-satker']);
    expect(await codesOf(list([row], { sum: amount + 1 }))).toEqual(['bank-file-sum']);
    expect(await codesOf(list([row]).replace(/TOTAL.*/, ''))).toEqual(['bank-file-trailer']);
    expect(await codesOf(list([row]).replace('TOTAL;1', 'TOTAL;2'))).toEqual(['bank-file-count']);
    expect(await codesOf(list([row, row]))).toEqual(['bank-file-doubled']);
    expect(await codesOf(list([row]).replace(';nomor_spm', ''))).toContain('bank-file-element');
    const worst = list([['SP2D-0001', 1, 'CAIR']])
      .replace(';1;', ';1e7;')
      .replace('2020-08-04', '2020-02-30');
    expect((await codesOf(worst)).sort()).toEqual(['bank-file-amount', 'bank-file-date']);
    expect(await treasury.payment(id)).toMatchObject({ state: 'sent' });
  });

  it('keeps a status that it does not know, and the SP2Ds of others, and reads the rest', async () => {
    const id = await waiting();
    const row: Row = ['SP2D-0001', amount, 'BATAL'];
    const stranger = list([['SP2D-0009', 5, 'CAIR']], { satker: '111111' }).split('\n')[1];
    const [head, ...rest] = list([row]).split('\n');
    const text = [head, stranger, ...rest].join('\n').replace(/TOTAL;1;;\d+/, `TOTAL;2;;${amount + 5}`);
    expect(await treasury.deliver(text)).toMatchObject({
      outcome: 'read',
      moved: 0,
      kept: [{ what: { code: 'bank-kept-satker' } }, { what: { code: 'bank-kept-status' } }],
    });
    expect(await treasury.payment(id)).toMatchObject({ state: 'sent' });
  });

  it('is settled by hand by a named administrator, once, and by no one else', async () => {
    const id = await sentBy(8, 'SP2D-0008');
    const advice = {
      number: 'SP2D-0008',
      amount: rupiah(amount),
      status: 'cair' as const,
      date: '2020-08-05',
      by: 'ada',
      now: at(90),
    };
    const record = (change: Partial<Parameters<typeof recordSp2d>[1]> = {}) =>
      recordSp2d(treasury.answerDeps, { ...advice, ...change });
    await expect(record({ by: 'kas' })).rejects.toThrow('no administrator');
    const kas = await treasury.store.people.get('kas');
    if (kas === undefined) throw new Error('nobody is kas');
    const changes = treasury.store.people.put({
      ...kas,
      roles: [...kas.roles, { role: 'admin', areas: ['*'] }],
    });
    await treasury.store.commit({ journal: 'settings', now: at(89), events: [], changes });
    // Who issued the SP2D does not say what became of it, though an administrator.
    await expect(record({ by: 'kas' })).rejects.toThrow('took part');
    await expect(record({ amount: rupiah(1) })).rejects.toThrow(`It may be meant: ${id}-01-01`);
    await expect(record({ number: 'SP2D-9' })).rejects.toThrow('There is not exactly one payment');
    expect(await treasury.payment(id)).toMatchObject({ state: 'sent' });
    for (let again = 0; again < 2; again++)
      expect(await record()).toEqual({ endToEndId: `${id}-01-01`, state: 'settled' });
    const events = await treasury.store.audit.list({ proposalId: id });
    expect(events.filter(({ action }) => action === 'payment.settled').map(({ actor }) => actor)).toEqual([
      { kind: 'person', id: 'ada' },
    ]);
    expect(outcomes(id)).toContain('settled');
    expect(await record({ status: 'retur', reason: 'Salah nama' })).toMatchObject({ state: 'returned' });
  });
});
