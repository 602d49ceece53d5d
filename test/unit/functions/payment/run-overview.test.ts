/** The page of a large run: whole in its sums, a part at a time in its rows, and safe with any name. */
import { parse } from 'node-html-parser';
import { describe, expect, it } from 'vitest';
import { payeeOf } from '#domain/money/payee.ts';
import { gatherRun, sumsByBank } from '#domain/money/payment-run.ts';
import { rupiah, sumRupiah } from '#domain/money/rupiah.ts';
import { subjectOfRun } from '#functions/asks/subject.ts';
import { runOverview } from '#functions/payment/run-overview.ts';
import type { RunPayment } from '#functions/store/runs.ts';
import { html } from '#functions/web/markup.ts';
import { page } from '#functions/web/page.ts';
import { useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { openTreasury, type Treasury } from './treasury.ts';

let treasury: Treasury;
useTable(async (table) => {
  treasury = await openTreasury(table);
});

const hostile = '<img src=x onerror=alert(1)> & "Maju" \u202eukaM';
const banks = ['002', '008', '009', '451'];

function paymentOf(index: number): RunPayment {
  const proposalId = `P-${String(index).padStart(10, '0')}`;
  const account = {
    bankCode: banks[index % 4] ?? '',
    number: `00${1_000_000_000 + index}`,
    holder: `KEL ${index}`,
  };
  const before = {
    endToEndId: `${proposalId}-01-01`,
    account: { ...account, bankCode: '008', number: '7777777777' },
  };
  return {
    ...{ rail: 'bulk-text-002-1', endToEndId: `${proposalId}-02-01`, proposalId, tranche: 2, attempt: 1 },
    amount: rupiah(40_000_000 + index),
    account: { ...account, number: `••••${account.number.slice(-4)}` },
    payee: payeeOf(
      index === 0 ? hostile : `Kelompok ${index}`,
      account,
      index % 100 === 0 ? before : undefined,
    ),
  };
}

describe('the page of a run of 3,076 payments', () => {
  it('shows all sums and what changed, and 50 payments at a time, each safe and to be held', async () => {
    const payments = Array.from({ length: 3076 }, (_, index) => paymentOf(index));
    const { runs, commit } = treasury.store;
    const sum = sumRupiah(payments.map(({ amount }) => amount));
    const { run } = gatherRun(
      {
        ...{ id: 'R20200805-0A1B2C3D', startedAt: at(60), remindAt: at(390), cutOffAt: at(420) },
        ...{ rails: ['bulk-text-002-1'], count: 3076, sum, banks: sumsByBank(payments), involvements: [] },
      },
      at(60),
    );
    for (let from = 0; from < payments.length; from += 90) {
      const changes = payments.slice(from, from + 90).map((payment) => runs.addPayment(run.id, payment));
      await commit({ journal: 'bank', now: at(60), events: [], changes });
    }
    const view = async (part?: string) => {
      const shown = { ...subjectOfRun(run), path: '/a/secret', now: at(62), canAnswer: true, mayFetch: true };
      const piece = html`${await runOverview(treasury.deps, { ...shown, part })}`;
      return page(200, { id: 'Pelepasan', en: 'Release' }, piece).body;
    };
    const first = await view();
    const body = parse(first);
    expect(body.querySelectorAll('input[name=payments]')).toHaveLength(50);
    expect(body.querySelectorAll('img')).toHaveLength(0);
    expect(first).toContain('&lt;img src=x onerror=alert(1)&gt; &amp; &quot;Maju&quot; ukaM');
    expect(Buffer.byteLength(first)).toBeLessThan(90_000);
    const text = body.structuredText;
    for (const each of ['1–50 dari 3076', 'Bank Rakyat Indonesia (BRI)', '769']) expect(text).toContain(each);
    const changed = parse(await view('berubah.0')).querySelectorAll('.payments tbody');
    expect(changed).toHaveLength(31);
    expect(changed[0]?.structuredText).toContain('Bank Mandiri → Bank Rakyat Indonesia (BRI)');
    expect(changed[0]?.structuredText).toContain('••••7777 → ••••0000');
    const last = parse(await view('semua.3050'));
    expect(last.querySelectorAll('.payments tbody')).toHaveLength(26);
  });
});
