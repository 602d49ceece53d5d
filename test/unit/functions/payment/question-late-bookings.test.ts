/** What the bank does not book within its days is asked about, once, until it is booked. */
import { describe, expect, it } from 'vitest';
import { questionLateBookings } from '#functions/payment/question-late-bookings.ts';
import { lateItemId } from '#functions/payment/reconciliation/bank-entry.ts';
import { resolveBankItem } from '#functions/payment/resolve-bank-item.ts';
import type { BankAdvice } from '#players/bank/bank-answers.ts';
import { useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { amount, openTreasury, type Treasury } from './treasury.ts';

let treasury: Treasury;
useTable(async (table) => {
  treasury = await openTreasury(table);
});

/** Monday, 3 August 2020, is the day of all runs here; an office gives the bank three working days. */
function morning(day: number) {
  return `2020-08-${String(day).padStart(2, '0')}T01:00:00.000Z`;
}
function sweep(day: number) {
  return questionLateBookings(treasury.deps, morning(day));
}
function advice(id: string, status: BankAdvice['status'], reference: string): BankAdvice {
  return { endToEndId: `${id}-01-01`, amount, status, day: '2020-08-04', reference };
}
async function questionsOf(id: string) {
  return (await treasury.payment(id)).questions ?? [];
}

describe('a payment of which the bank says nothing', () => {
  it('is in the mail of its morning, also where the attempt that asked about it died before that', async () => {
    const { id } = await treasury.sent(8);
    const { store } = treasury.deps;
    const put = () => {
      throw new Error('killed');
    };
    const dying = { ...treasury.deps, store: { ...store, outbox: { ...store.outbox, put } } };
    await expect(questionLateBookings(dying, morning(7))).rejects.toThrow('killed');
    const before = treasury.mails.length;
    expect(await sweep(7)).toEqual([]);
    expect(treasury.mails.slice(before).map(({ text }) => text)).toEqual([
      expect.stringContaining(`${id}-01-01`),
    ]);
  });

  it('is asked about on the morning after its last day, once, and no more when it is booked', async () => {
    const { id, runId } = await treasury.sent(1);
    const sentOn = (await treasury.payment(id)) as { sentAt: string };
    expect(sentOn.sentAt.slice(0, 10)).toBe('2020-08-03');
    for (const day of [4, 5, 6]) expect(await sweep(day)).toEqual([]);
    expect(await sweep(7)).toEqual([`${id}-01-01`]);
    expect(await sweep(7)).toEqual([]);
    expect(await sweep(10)).toEqual([]);
    const item = lateItemId(`${id}-01-01`);
    expect(await questionsOf(id)).toEqual([item]);
    expect(await treasury.store.bankItems.find(item)).toMatchObject({ why: 'late', entry: { amount } });
    expect((await treasury.store.runs.get(runId))?.state === 'released').toBe(true);

    await treasury.letter('mt940', [advice(id, 'ACSC', 'AT LAST')]);
    expect(await questionsOf(id)).toEqual([]);
    expect((await treasury.store.bankItems.find(item))?.closed).toMatchObject({ how: 'matched' });
    await sweep(11);
    expect(await treasury.store.runs.get(runId)).toMatchObject({ allEndedAt: morning(11) });
  });

  it('is asked about no more when it is refused', async () => {
    const { id } = await treasury.sent(2);
    expect(await sweep(7)).toEqual([`${id}-01-01`]);
    await treasury.letter('pain.002', [advice(id, 'RJCT', 'NO')]);
    expect(await questionsOf(id)).toEqual([]);
    expect(await sweep(10)).toEqual([]);
  });
});

describe('a payment that the bank reports', () => {
  it('as done has its days from the report on, and is asked about until it is booked', async () => {
    const { id } = await treasury.sent(3);
    await treasury.letter('pain.002', [advice(id, 'ACSC', 'SAID')]);
    expect(await treasury.payment(id)).toMatchObject({ state: 'accepted' });
    expect(await sweep(6)).toEqual([]);
    expect(await sweep(7)).toEqual([`${id}-01-01`]);
    const item = lateItemId(`${id}-01-01`);
    expect(await treasury.store.bankItems.find(item)).toMatchObject({ entry: { outcome: 'SETTLED' } });
    await treasury.letter('camt.053', [advice(id, 'ACSC', 'BOOKED')]);
    expect((await treasury.store.bankItems.find(item))?.closed).toMatchObject({ how: 'matched' });
  });

  it('as taken over only is asked about, and a person may answer', async () => {
    const { id } = await treasury.sent(4);
    await treasury.letter('pain.002', [advice(id, 'ACSP', 'TAKEN')]);
    expect(await sweep(7)).toEqual([`${id}-01-01`]);
    const itemId = lateItemId(`${id}-01-01`);
    await resolveBankItem(treasury.answerDeps, {
      ...{ itemId, by: 'ada', now: at(90), reason: 'Bank: dibukukan besok.' },
    });
    expect(await questionsOf(id)).toEqual([]);
    expect(await sweep(10)).toEqual([]);
    await treasury.letter('camt.053', [advice(id, 'ACSC', 'NEXT-DAY')]);
    expect(await treasury.payment(id)).toMatchObject({ state: 'settled' });
  });

  it('as done is not asked about where its office lets reports count', async () => {
    const { id } = await treasury.sent(5);
    const before = await treasury.payment(id);
    await treasury.store.commit({
      ...{ proposalId: id, now: at(64), events: [] },
      changes: [treasury.store.payments.put(before, { ...before, settledBy: 'report' })],
    });
    await treasury.letter('pain.002', [advice(id, 'ACSC', 'COUNTS')]);
    expect(await treasury.payment(id)).toMatchObject({ state: 'settled', claimedBy: 'report' });
    expect(await sweep(7)).toEqual([]);
  });
});

describe('the mornings', () => {
  it('of a Saturday and of a holiday ask nothing', async () => {
    const { id } = await treasury.sent(6);
    expect(await sweep(8)).toEqual([]);
    expect(await sweep(17)).toEqual([]);
    expect(await sweep(18)).toEqual([`${id}-01-01`]);
  });
});
