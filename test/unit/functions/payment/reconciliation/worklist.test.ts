import { describe, expect, it } from 'vitest';
import { checkLedger } from '#cli/commands/ledger.ts';
import { lateItemId } from '#functions/payment/reconciliation/bank-entry.ts';
import { ContradictsPayment } from '#functions/payment/reconciliation/word-of-administrator.ts';
import { resolveBankItem } from '#functions/payment/resolve-bank-item.ts';
import type { BankAdvice } from '#players/bank/bank-answers.ts';
import { useTable } from '../../dynamodb.ts';
import { at } from '../../scene.ts';
import { amount, openTreasury, type Treasury } from '../treasury.ts';

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
  it('holds what fits no payment once, however often it is said, with the payment that may be meant', async () => {
    const { id } = await treasury.sent(1);
    const entry = advice(`${id}-01-01`.toLowerCase(), 'ACSC', 'LOWER');
    await treasury.letter('pain.002', [entry]);
    await treasury.letter('camt.054', [entry]);
    await treasury.letter('mt940', [entry]);
    expect(await itemsOf('LOWER')).toMatchObject([{ why: 'unknown', candidates: [`${id}-01-01`] }]);
  });

  it('lets go of a line whose reference the bank explains later, and records it', async () => {
    const { id } = await treasury.sent(2);
    await treasury.letter('mt940', [advice(undefined, 'ACSC', 'EARLY')]);
    const [item] = await itemsOf('EARLY');
    expect(item).toMatchObject({ why: 'unknown', candidates: [] });
    await treasury.letter('pain.002', [advice(`${id}-01-01`, 'ACSP', 'EARLY')]);
    expect(await itemsOf('EARLY')).toEqual([]);
    expect(await treasury.payment(id)).toMatchObject({ state: 'settled', bankReference: 'EARLY' });
    expect(await journal(item?.id ?? '')).toMatchObject([
      { action: 'worklist.matched', actor: { kind: 'bank' }, facts: { endToEndId: `${id}-01-01` } },
    ]);
  });

  it('names money that left twice until one of both has come back, and cannot be assigned', async () => {
    const { id } = await treasury.sent(6);
    const endToEndId = `${id}-01-01`;
    await treasury.letter('camt.054', [advice(endToEndId, 'ACSC', 'ONCE')]);
    const both = [advice(endToEndId, 'ACSC', 'ONCE'), advice(endToEndId, 'ACSC', 'TWICE')];
    const file = await treasury.letter('mt940', both);
    expect(file).toMatchObject({ contradictions: [], paidAgain: [endToEndId] });
    // Told in other words, by another statement of the day, it is the same surplus.
    await treasury.letter('camt.053', [advice(endToEndId, 'ACSC', 'C-1'), advice(endToEndId, 'ACSC', 'C-2')]);
    const [item, ...others] = (await treasury.store.bankItems.open()).filter(({ why }) => why === 'twice');
    expect(others).toEqual([]);
    expect(item).toMatchObject({ candidates: [endToEndId], entry: { bankReference: 'TWICE', amount } });
    const itemId = item?.id ?? '';
    await expect(resolve({ itemId, by: 'ada', endToEndId })).rejects.toThrow(ContradictsPayment);
    const back = advice(endToEndId, 'RETURNED', 'BACK');
    expect(await treasury.letter('camt.054', [back])).toMatchObject({ moved: 1 });
    expect(await treasury.letter('mt940', [back])).toMatchObject({
      unknown: [],
      contradictions: [],
    });
    expect(await treasury.payment(id)).toMatchObject({
      state: 'settled',
      bankReference: 'ONCE',
      bookings: [
        { role: 'payment' },
        { role: 'surplus', item: itemId, ended: 'undone' },
        { role: 'surplus-back' },
      ],
    });
    expect((await treasury.store.bankItems.find(itemId))?.closed).toMatchObject({ how: 'matched' });
    const actions = (await treasury.store.audit.list({ proposalId: id })).map(({ action }) => action);
    expect(
      actions.filter((action) => /^payment\.(settled|suspense|questioned|answered)/.test(action)),
    ).toEqual([
      'payment.settled',
      'payment.suspense',
      'payment.questioned',
      'payment.suspense-ended',
      'payment.answered',
    ]);
  });

  it('leaves no suspense without its own question unseen, whatever else is asked about the payment', async () => {
    const { id } = await treasury.sent(7);
    const endToEndId = `${id}-01-01`;
    const { store } = treasury;
    const unasked = async () =>
      (await checkLedger(treasury)).findings.filter(({ what }) =>
        what.includes(`${endToEndId} is in suspense`),
      );
    await treasury.letter('mt940', [advice(endToEndId, 'ACSC', 'O-1'), advice(endToEndId, 'ACSC', 'O-2')]);
    const [item] = await itemsOf('O-2');
    if (item === undefined) throw new Error('The second debit raised no question.');
    expect(await unasked()).toEqual([]);
    const late = { ...item, id: lateItemId(endToEndId), why: 'late' as const, version: 1 };
    const closed = { ...item, closed: { how: 'dismissed' as const, at: at(91) } };
    await store.commit({
      ...{ journal: 'bank', now: at(91), events: [] },
      changes: [...store.bankItems.create(late), store.bankItems.close(item, closed)],
    });
    expect(await unasked()).toEqual([
      { where: id, what: `${amount} of ${endToEndId} is in suspense, and no question is open about it` },
    ]);
  });

  it('holds both lines of a file that contradicts itself about a payment, which changes by neither', async () => {
    const { id } = await treasury.sent(8);
    const file = await treasury.letter('csv', [
      advice(`${id}-01-01`, 'RJCT', 'BOTH'),
      advice(`${id}-01-01`, 'ACSC', 'BOTH'),
    ]);
    expect(file).toMatchObject({ moved: 0, contradictions: [`${id}-01-01`, `${id}-01-01`] });
    expect(await treasury.payment(id)).toMatchObject({ state: 'sent' });
    expect((await itemsOf('BOTH')).map(({ entry, why }) => [entry.outcome, why])).toEqual(
      expect.arrayContaining([
        ['REJECTED', 'state'],
        ['SETTLED', 'state'],
      ]),
    );
  });

  it('lets go of what waited for the reference of a second transfer too', async () => {
    const { id } = await treasury.sent(11);
    const endToEndId = `${id}-01-01`;
    await treasury.letter('mt940', [advice(undefined, 'ACSC', 'THE-SECOND')]);
    await treasury.letter('camt.054', [
      advice(endToEndId, 'ACSC', 'THE-FIRST'),
      advice(endToEndId, 'ACSC', 'THE-SECOND'),
    ]);
    expect(await itemsOf('THE-SECOND')).toMatchObject([{ why: 'twice', candidates: [endToEndId] }]);
  });
});
