import '#functions/behaviours.ts';
import { describe, expect, it } from 'vitest';
import { keptAmount } from '#domain/proposal/deposits.ts';
import { cancelDeposit, NotEntitled, NotPossible, resumeDeposit } from '#functions/payment/recall-money.ts';
import { recordOverdue } from '#functions/training/follow-up.ts';
import { useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { depositSteps } from './deposit-steps.ts';
import { amount, openTreasury, type Treasury } from './treasury.ts';

let treasury: Treasury;
let deps: Treasury['deps'] & { depositMachineArn: string };
let steps: ReturnType<typeof depositSteps>;
useTable(async (table) => {
  treasury = await openTreasury(table);
  deps = {
    ...treasury.deps,
    depositMachineArn: 'arn:aws:states:ap-southeast-3:000000000000:stateMachine:deposit:live',
  };
  steps = depositSteps(treasury, deps);
});

describe('a recall', () => {
  it('is one by the number of its decision, and no more than the tranche still holds', async () => {
    const id = await steps.paid(21);
    for (const _ of [1, 2])
      expect((await steps.recall(id)).deposit).toMatchObject({ number: 1, amount: 5_000_000 });
    expect(steps.executions(id)).toEqual(['1-1']);
    await expect(steps.recall(id, { amount: 6_000_000 })).rejects.toThrow(NotPossible);
    await expect(steps.recall(id, { decision: 'K-2', amount: 35_000_001 })).rejects.toThrow(/35000000/);
    await expect(steps.recall(id, { decision: 'K-2', tranche: 2 })).rejects.toThrow(NotPossible);
    const both = await Promise.allSettled(
      ['K-3', 'K-4'].map((decision) => steps.recall(id, { decision, amount: 20_000_000 })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('is an administrator’s or auditor’s who has decided nothing else about the proposal', async () => {
    const id = await steps.paid(22);
    for (const by of ['kas', 'paula', 'vera', 'nobody-such'])
      await expect(steps.recall(id, { by })).rejects.toThrow(NotEntitled);
  });

  it('of a proposal that is not paid is refused', async () => {
    const id = await treasury.awarded(23);
    await expect(steps.recall(id)).rejects.toThrow(NotPossible);
  });

  it('works after the close; what is late bars the people, and they are free once it is paid', async () => {
    const id = await steps.paid(24);
    await steps.close(id, at(89));
    expect(await steps.locksOf(24)).toEqual([]);
    await steps.recall(id);
    for (const minute of [100, 101])
      await recordOverdue(treasury.store, {
        proposalId: id,
        kind: 'deposit-slip',
        about: { deposit: 1 },
        now: at(minute),
      });
    expect((await steps.locksOf(24)).map(({ reason }) => reason)).toEqual(Array(20).fill('overdue'));
    await steps.billed(id);
    await steps.handedIn(id, steps.ntpnOf(24));
    await steps.checked(id, { outcome: 'confirmed' });
    await steps.settle(id, '1-1-1-1', at(110));
    expect([await treasury.store.overdue.list(id), await steps.locksOf(24)]).toEqual([[], []]);
  });

  it('bars no one whom another proposal holds by then', async () => {
    const id = await steps.paid(25);
    await steps.close(id, at(89));
    const first = steps.hashOf(25, 1);
    await treasury.store.commit({
      proposalId: id,
      now: at(90),
      events: [],
      changes: [treasury.store.locks.acquire(first, 'P-ANOTHER000', at(90), id)],
    });
    await steps.recall(id);
    await recordOverdue(treasury.store, {
      proposalId: id,
      kind: 'deposit-slip',
      about: { deposit: 1 },
      now: at(100),
    });
    const locks = await steps.locksOf(25);
    expect(locks.filter(({ proposalId }) => proposalId === id)).toHaveLength(19);
    expect(locks.find(({ nikHash }) => nikHash === first)).toMatchObject({ proposalId: 'P-ANOTHER000' });
  });
});

describe('a deposit that is owed', () => {
  it('is taken up again by hand when its rounds are over, once for each; while it is asked for, not', async () => {
    const id = await steps.paid(32);
    await steps.recall(id);
    const resume = () => resumeDeposit(deps, { proposalId: id, deposit: 1, by: 'ada', now: at(120) });
    const askId = await treasury.scene.ask(id, 'deposit-billing', '1-3', at(91), {
      kind: 'person',
      personId: 'paula',
      role: 'ppk',
    });
    await expect(resume()).rejects.toThrow(/being asked for/);
    const ask = await treasury.store.asks.get(id, askId);
    if (ask.status !== 'open') throw new Error('It is open.');
    await treasury.store.commit({
      proposalId: id,
      now: at(119),
      events: [],
      changes: treasury.store.asks.put(ask, { ...ask, status: 'expired', expiredAt: at(119) }),
    });
    for (const _ of [1, 2]) expect((await resume()).deposit.round).toBe(4);
    expect(steps.executions(id)).toEqual(['1-1', '1-4']);
    expect((await treasury.actions(id)).filter((action) => action === 'deposit.resumed')).toHaveLength(1);
  });

  it('by mistake is cancelled, frees the amount, and the person who waits is notified; what is paid is not cancelled', async () => {
    const id = await steps.paid(33);
    treasury.timedOut.clear();
    await steps.recall(id);
    await recordOverdue(treasury.store, {
      proposalId: id,
      kind: 'deposit-billing',
      about: { deposit: 1 },
      now: at(95),
    });
    await treasury.scene.ask(id, 'deposit-slip', '1-1-1', at(96));
    const cancel = (deposit: number) =>
      cancelDeposit(deps, { proposalId: id, deposit, reason: 'Salah hitung', by: 'ada', now: at(97) });
    for (const _ of [1, 2]) expect((await cancel(1)).deposit.state).toBe('cancelled');
    expect(treasury.resumed.filter(({ outcome }) => outcome === 'cancelled')).toMatchObject([
      { taskToken: 'token of deposit-slip 1-1-1' },
    ]);
    const proposal = await treasury.store.proposals.get(id);
    if (proposal.stage !== 'follow-up') throw new Error('It is followed up.');
    expect(keptAmount(proposal, 1)).toBe(amount);
    expect(await treasury.store.overdue.list(id)).toEqual([]);
    expect(
      await recordOverdue(treasury.store, {
        proposalId: id,
        kind: 'deposit-slip',
        about: { deposit: 1 },
        now: at(99),
      }),
    ).toBeUndefined();
    // An ask that was on its way cannot be answered any more.
    expect(await steps.billed(id, '1-2')).toMatchObject({
      status: 'refused',
      problems: [{ code: 'ask-not-answerable' }],
    });
    await steps.recall(id, { decision: 'K-2' });
    await steps.billed(id, '2-1');
    await steps.handedIn(id, steps.ntpnOf(33), '2-1-1');
    await expect(cancel(2)).rejects.toThrow(NotPossible);
  });
});

it('leaves a ledger in which everything agrees', async () => {
  const { deposits, problems } = await steps.verifiedLedger();
  expect({ deposits: deposits.length, problems }).toEqual({ deposits: 1, problems: [] });
});
