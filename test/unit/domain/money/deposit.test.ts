import { describe, expect, test } from 'vitest';
import {
  askDepositAgain,
  billDeposit,
  cancel,
  confirm,
  type Deposit,
  depositSchema,
  expireDepositBilling,
  handInSlip,
  owe,
  refuseDepositSlip,
  WrongDepositState,
} from '#domain/money/deposit.ts';
import { rupiah } from '#domain/money/rupiah.ts';

const now = '2020-11-02T02:00:00.000Z';
const office = { kind: 'person', id: 'satker-1' } as const;
const leader = { kind: 'leader' } as const;
const proposalId = 'P-0123456789';
const amount = rupiah(1_250_000);
const billingCode = { code: '820201102000001', expiresOn: '2020-11-09', round: 1, by: office };
const slip = { ntpn: '0A1B2C3D4E5F6G7H', depositedOn: '2020-11-05', by: leader };

function recalled() {
  const why = {
    ...{ origin: 'recalled' as const, tranche: 1, decision: '7/PB/2020' },
    ...{ reason: 'No works.', by: 'satker-1' },
  };
  return owe({ proposalId, number: 2, why, amount }, office, now);
}
function billed() {
  return billDeposit(recalled().deposit, billingCode, now);
}
function handedIn() {
  return handInSlip(billed().deposit, slip, now);
}
function deposited() {
  return confirm(handedIn().deposit, { by: 'person', personId: 'kppn-1' }, now);
}

describe('a deposit', () => {
  test('goes from owed to deposited, and its record has each step with who took it', () => {
    const steps = [recalled(), billed(), handedIn(), deposited()];
    expect(steps.map(({ deposit }) => deposit.state)).toEqual(['owed', 'billed', 'handed-in', 'deposited']);
    for (const { deposit } of steps) expect(depositSchema.parse(deposit)).toEqual(deposit);
    const which = { deposit: 2, amount };
    const system = { kind: 'system' };
    expect(steps.flatMap(({ events }) => events)).toEqual([
      {
        ...{ at: now, actor: office, action: 'deposit.owed' },
        facts: { ...which, origin: 'recalled', tranche: 1, decision: '7/PB/2020' },
      },
      {
        ...{ at: now, actor: office, action: 'deposit.billed' },
        facts: { ...which, code: '820201102000001', expiresOn: '2020-11-09' },
      },
      {
        ...{ at: now, actor: leader, action: 'deposit.handed-in' },
        facts: { ...which, ntpn: '0A1B2C3D4E5F6G7H', depositedOn: '2020-11-05' },
      },
      {
        ...{ at: now, actor: system, action: 'deposit.confirmed' },
        facts: {
          ...which,
          ...{ tranche: 1, ntpn: '0A1B2C3D4E5F6G7H', depositedOn: '2020-11-05', by: 'kppn-1' },
        },
      },
    ]);
  });

  test('out of what is left over names its LPJ and no tranche', () => {
    const { deposit, events } = owe(
      { proposalId, number: 1, why: { origin: 'leftover', lpj: 'lpj-final' }, amount },
      leader,
      now,
    );
    expect(deposit).toMatchObject({ state: 'owed', round: 1, owedSince: now });
    expect(events).toMatchObject([{ facts: { deposit: 1, origin: 'leftover', lpj: 'lpj-final' } }]);
    const paid = handInSlip(billDeposit(deposit, billingCode, now).deposit, slip, now).deposit;
    const byList = confirm(paid, { by: 'treasury-list', file: 'inbox/ntpn.csv' }, now);
    expect(byList.events[0]?.facts).toEqual({
      ...{ deposit: 1, amount, ntpn: '0A1B2C3D4E5F6G7H', depositedOn: '2020-11-05' },
      by: 'treasury-list',
    });
  });

  test('whose code expired, or whose slip was refused, is one step back, and can be asked for again', () => {
    const expired = expireDepositBilling(billed().deposit, { round: 1, by: leader }, now);
    expect(expired).toMatchObject({
      deposit: { state: 'owed' },
      events: [{ action: 'deposit.code-expired', facts: { round: 1 } }],
    });
    expect(expired.deposit).not.toHaveProperty('billing');
    const refused = refuseDepositSlip(handedIn().deposit, office, now);
    expect(refused).toMatchObject({
      ...{ ntpn: '0A1B2C3D4E5F6G7H', deposit: { state: 'billed' } },
      events: [{ actor: office, action: 'deposit.refused', facts: { ntpn: '0A1B2C3D4E5F6G7H' } }],
    });
    expect(refused.deposit).not.toHaveProperty('slip');
    expect(askDepositAgain(refused.deposit, { round: 2, by: office }, now)).toMatchObject({
      deposit: { state: 'billed', round: 2 },
      events: [{ action: 'deposit.resumed', facts: { round: 2 } }],
    });
  });

  test('that was demanded by mistake is cancelled without its reason on the record, unless the group says it has paid', () => {
    const dropped = cancel(billed().deposit, { by: 'satker-1', reason: 'Wrong group.' }, now);
    expect(dropped.deposit).toMatchObject({ state: 'cancelled', reason: 'Wrong group.' });
    expect(dropped.events).toEqual([
      { at: now, actor: office, action: 'deposit.cancelled', facts: { deposit: 2, amount } },
    ]);
    expect(() => cancel(handedIn().deposit, { by: 'satker-1', reason: 'Too late.' }, now)).toThrow(
      WrongDepositState,
    );
  });

  test('takes no step out of its order', () => {
    const steps: ((deposit: Deposit) => unknown)[] = [
      (deposit) => billDeposit(deposit, billingCode, now),
      (deposit) => expireDepositBilling(deposit, { round: 1, by: leader }, now),
      (deposit) => handInSlip(deposit, slip, now),
      (deposit) => refuseDepositSlip(deposit, office, now),
      (deposit) => confirm(deposit, { by: 'person', personId: 'kppn-1' }, now),
    ];
    for (const step of steps) expect(() => step(deposited().deposit)).toThrow(WrongDepositState);
    expect(() => handInSlip(recalled().deposit, slip, now)).toThrow(WrongDepositState);
    expect(() => confirm(billed().deposit, { by: 'person', personId: 'kppn-1' }, now)).toThrow(
      WrongDepositState,
    );
  });
});
