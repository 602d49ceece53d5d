import { describe, expect, it } from 'vitest';
import {
  ContradictsPayment,
  NotAnAdministrator,
  TookPart,
} from '#functions/payment/reconciliation/word-of-administrator.ts';
import { AlreadyResolved, resolveBankItem } from '#functions/payment/resolve-bank-item.ts';
import { NotFound } from '#functions/store/errors.ts';
import type { BankAdvice } from '#players/bank/bank-answers.ts';
import { useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { amount, openTreasury, type Treasury } from './treasury.ts';

let treasury: Treasury;
useTable(async (table) => {
  treasury = await openTreasury(table);
});

function advice(endToEndId: string | undefined, status: BankAdvice['status'], reference: string): BankAdvice {
  return {
    amount,
    status,
    day: '2020-08-04',
    reference,
    ...(endToEndId !== undefined && { endToEndId }),
  };
}
/** Whom its own officials are to decide about. */
let involved: Promise<{ id: string }> | undefined;
async function itemsOf(reference: string) {
  return (await treasury.store.bankItems.open()).filter(({ entry }) => entry.bankReference === reference);
}
function resolve(wish: Omit<Parameters<typeof resolveBankItem>[1], 'now'>) {
  return resolveBankItem(treasury.answerDeps, { ...wish, now: at(90) });
}
async function journal(item: string) {
  return (await treasury.store.audit.list({ journal: 'bank' })).filter(({ facts }) => facts.item === item);
}

describe('the worklist', () => {
  it('is dealt with once: the payment moves, its execution continues, and the record says who decided', async () => {
    const { id } = await treasury.sent(3);
    await treasury.letter('camt.054', [advice(undefined, 'ACSC', 'NAMELESS')]);
    const [{ id: itemId } = { id: '' }] = await itemsOf('NAMELESS');
    const endToEndId = `${id}-01-01`;
    await expect(resolve({ itemId, by: 'paula', endToEndId })).rejects.toThrow(NotAnAdministrator);
    await expect(resolve({ itemId, by: 'ada', endToEndId: 'P-0000000000-01-01' })).rejects.toThrow(NotFound);
    expect(await treasury.payment(id)).toMatchObject({ state: 'sent' });
    await Promise.all(
      [resolve({ itemId, by: 'ada', endToEndId }), resolve({ itemId, by: 'ada', endToEndId })].map((each) =>
        each.catch(() => undefined),
      ),
    );
    expect(await resolve({ itemId, by: 'ada', endToEndId })).toMatchObject({
      closed: { how: 'assigned', by: 'ada' },
    });
    expect(await treasury.payment(id)).toMatchObject({ state: 'settled', bankReference: 'NAMELESS' });
    expect(treasury.resumed.filter(({ taskToken }) => taskToken === `bank ${id} 1`)).toHaveLength(1);
    expect(await journal(itemId)).toMatchObject([
      { action: 'worklist.assigned', actor: { kind: 'person', id: 'ada' }, facts: { endToEndId } },
    ]);
    await expect(resolve({ itemId, by: 'ada', reason: 'changed my mind' })).rejects.toThrow(AlreadyResolved);
    await treasury.letter('camt.054', [advice(undefined, 'ACSC', 'NAMELESS')]);
    expect(await itemsOf('NAMELESS')).toEqual([]);
  });

  it.each([
    ['approved the award', 'paula'],
    ['approved it as the last', 'karta'],
    ['issued the SPM', 'sinta'],
    ['issued the SP2D', 'kas'],
    ['released the run', 'tari'],
  ])('lets no administrator decide who %s, whichever way', async (_, by) => {
    involved ??= treasury.sent(21);
    const { id } = await involved;
    const endToEndId = `${id}-01-01`;
    const { people } = treasury.store;
    const before = await people.get(by);
    if (before === undefined) throw new Error(`nobody is ${by}`);
    const changes = people.put({ ...before, roles: [...before.roles, { role: 'admin', areas: ['*'] }] });
    await treasury.store.commit({ journal: 'settings', now: at(80), events: [], changes });
    await treasury.letter('camt.054', [advice(undefined, 'ACSC', `OF-${by}`)]);
    await treasury.letter('camt.054', [{ ...advice(endToEndId, 'ACSC', `ODD-${by}`), amount: amount + 1 }]);
    const [nameless] = await itemsOf(`OF-${by}`);
    const [odd] = await itemsOf(`ODD-${by}`);
    await expect(resolve({ itemId: nameless?.id ?? '', by, endToEndId })).rejects.toThrow(TookPart);
    for (const wish of [{ endToEndId }, { reason: 'Bank menjelaskan' }])
      await expect(resolve({ itemId: odd?.id ?? '', by, ...wish })).rejects.toThrow(TookPart);
    expect([await itemsOf(`OF-${by}`), await itemsOf(`ODD-${by}`)]).toMatchObject([[{}], [{}]]);
    // What is none of these payments is for any administrator.
    expect(await resolve({ itemId: nameless?.id ?? '', by, reason: 'Bukan milik kita' })).toMatchObject({
      closed: { how: 'dismissed', by },
    });
    expect(await treasury.payment(id)).toMatchObject({ state: 'sent' });
    await resolve({ itemId: odd?.id ?? '', by: 'ada', reason: 'Bank membukukan balik' });
    expect(await itemsOf(`ODD-${by}`)).toEqual([]);
  });

  it('lets no one take a debit of another amount for the payment; the bank corrects it', async () => {
    const { id } = await treasury.sent(4);
    const endToEndId = `${id}-01-01`;
    const wrong = { ...advice(endToEndId, 'ACSC', 'FEE'), amount: amount + 2500 };
    await treasury.letter('camt.054', [wrong]);
    const [item] = await itemsOf('FEE');
    expect(item).toMatchObject({ why: 'amount', candidates: [endToEndId] });
    await expect(resolve({ itemId: item?.id ?? '', by: 'ada', endToEndId })).rejects.toThrow(
      ContradictsPayment,
    );
    expect(await treasury.payment(id)).toMatchObject({ state: 'sent', questions: [item?.id] });
    expect(await treasury.budget()).toMatchObject({ suspense: amount + 2500 });
    await treasury.letter('camt.054', [{ ...wrong, status: 'RETURNED', reference: 'BACK' }]);
    await treasury.letter('camt.054', [advice(endToEndId, 'ACSC', 'RIGHT')]);
    expect(await treasury.payment(id)).toMatchObject({ state: 'settled', bankReference: 'RIGHT' });
    expect(await treasury.payment(id)).not.toHaveProperty('questions');
    expect(await itemsOf('FEE')).toEqual([]);
    expect(await treasury.budget()).toMatchObject({ suspense: 0 });
  });

  it('holds what was booked after a refusal until a person says that it stands, or that it does not', async () => {
    for (const stands of [true, false]) {
      const { id } = await treasury.sent(stands ? 5 : 15);
      const endToEndId = `${id}-01-01`;
      const yes = `YES-${stands}`;
      await treasury.letter('pain.002', [advice(endToEndId, 'RJCT', 'NO')]);
      await treasury.letter('camt.053', [advice(endToEndId, 'ACSC', yes)]);
      const [item] = await itemsOf(yes);
      const itemId = item?.id ?? '';
      expect(item).toMatchObject({ why: 'state', candidates: [endToEndId] });
      await expect(resolve({ itemId, by: 'ada', reason: '  ' })).rejects.toThrow(RangeError);
      if (stands) await resolve({ itemId, by: 'ada', endToEndId });
      else await resolve({ itemId, by: 'ada', reason: 'Bank: salah kirim, sudah dikoreksi' });
      expect(await itemsOf(yes)).toEqual([]);
      expect(await treasury.payment(id)).toMatchObject({ state: stands ? 'settled' : 'rejected' });
      expect(await treasury.budget()).toMatchObject({ suspense: 0 });
      expect(await journal(itemId)).toMatchObject([
        { action: stands ? 'worklist.assigned' : 'worklist.dismissed', actor: { id: 'ada' } },
      ]);
      await treasury.letter('camt.053', [advice(endToEndId, 'ACSC', yes)]);
      expect(await itemsOf(yes)).toEqual([]);
      if (stands) expect(await treasury.settleFirst(id)).toMatchObject({ outcome: 'settled' });
    }
  });

  it('lists as to be got back what a person finds to be a payment that had settled', async () => {
    const { id } = await treasury.sent(7);
    const endToEndId = `${id}-01-01`;
    await treasury.letter('camt.054', [advice(endToEndId, 'ACSC', 'KNOWN')]);
    await treasury.letter('camt.054', [advice(undefined, 'ACSC', 'STRAY')]);
    const [item] = await itemsOf('STRAY');
    await resolve({ itemId: item?.id ?? '', by: 'ada', endToEndId });
    // The same channel tells it under another reference: whether it is one more, a person has to say again.
    const [doubt] = await itemsOf('STRAY');
    expect(doubt).toMatchObject({ why: 'doubt', candidates: [endToEndId] });
    await resolve({ itemId: doubt?.id ?? '', by: 'ada', endToEndId });
    expect(await itemsOf('STRAY')).toMatchObject([{ why: 'twice', candidates: [endToEndId] }]);
    expect(await treasury.payment(id)).toMatchObject({ bookings: [{}, { role: 'surplus' }] });
  });

  it('lets go also of what waited for the reference of a line that a person has placed', async () => {
    const { id } = await treasury.sent(9);
    await treasury.letter('camt.054', [advice(`${id}-01-01`.toLowerCase(), 'ACSC', 'SHARED')]);
    await treasury.letter('camt.053', [{ ...advice(undefined, 'RETURNED', 'SHARED'), reason: 'AC04' }]);
    const named = (await itemsOf('SHARED')).find(({ entry }) => entry.endToEndId !== undefined);
    await resolve({ itemId: named?.id ?? '', by: 'ada', endToEndId: `${id}-01-01` });
    expect(await treasury.payment(id)).toMatchObject({ state: 'returned' });
    expect(await itemsOf('SHARED')).toEqual([]);
  });

  it('gets a line back that the payment has come to contradict while a person was placing it', async () => {
    const { id } = await treasury.sent(10);
    await treasury.letter('camt.054', [advice(undefined, 'ACSC', 'OVERTAKEN')]);
    const [{ id: itemId } = { id: '' }] = await itemsOf('OVERTAKEN');
    const { store } = treasury.answerDeps;
    let refusals = 1;
    const overtaken = {
      ...store,
      commit: async (request: Parameters<typeof store.commit>[0]) => {
        if (refusals-- > 0) await treasury.letter('pain.002', [advice(`${id}-01-01`, 'RJCT', 'NO-2')]);
        return store.commit(request);
      },
    };
    const wish = { itemId, by: 'ada', endToEndId: `${id}-01-01`, now: at(90) };
    await resolveBankItem({ ...treasury.answerDeps, store: overtaken }, wish);
    expect(await treasury.payment(id)).toMatchObject({ state: 'rejected' });
    expect(await itemsOf('OVERTAKEN')).toMatchObject([{ why: 'state', candidates: [`${id}-01-01`] }]);
  });
});
