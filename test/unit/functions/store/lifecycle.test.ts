import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnsweredAsk, OpenAsk } from '#domain/ask.ts';
import { askSchema } from '#domain/ask.ts';
import { proposalIdOf } from '#domain/identifiers.ts';
import {
  type BudgetLine,
  commitBudget,
  freeBudget,
  markSent,
  openBudgetLine,
  payBudget,
  planPayment,
  releaseBudget,
  reserveBudget,
  returnToBudget,
  unreserveBudget,
} from '#domain/payment.ts';
import { receive, revise } from '#domain/proposal.ts';
import { rupiah } from '#domain/rupiah.ts';
import type { BudgetPart } from '#functions/store/budgets.ts';
import { AlreadyExists, AskAlreadyAnswered, NotFound, StaleProposal } from '#functions/store/errors.ts';
import { createStore, type Store } from '#functions/store/store.ts';
import { type TestTable, useTable } from '../dynamodb.ts';

const now = '2020-10-05T02:00:00.000Z';
let table: TestTable;
let store: Store;
useTable((opened) => {
  table = opened;
  store = createStore(table);
});

const received = async (prefix: string) => {
  const proposal = receive({ id: proposalIdOf(prefix), packetPrefix: prefix }, now);
  await store.commit({
    proposalId: proposal.id,
    now,
    events: [],
    changes: [store.proposals.create(proposal)],
  });
  return proposal;
};
const write = (proposalId: string, ...changes: Parameters<Store['commit']>[0]['changes']) =>
  store.commit({ proposalId, now, events: [], changes });

describe('proposals', () => {
  it('are created once and found by their stage', async () => {
    const proposal = await received('created');
    await expect(write(proposal.id, store.proposals.create(proposal))).rejects.toBeInstanceOf(AlreadyExists);
    expect((await store.proposals.list('received')).map(({ id }) => id)).toContain(proposal.id);
    expect(await store.proposals.list('closed')).toEqual([]);
    await expect(store.proposals.get('P-NOBODY')).rejects.toBeInstanceOf(NotFound);
  });

  it('refuse a write over what was changed meanwhile', async () => {
    const before = await received('stale');
    await write(before.id, store.proposals.put(before, revise(before, now)));
    await expect(write(before.id, store.proposals.put(before, revise(before, now)))).rejects.toBeInstanceOf(
      StaleProposal,
    );
  });

  it('lose no change when many update them at once', async () => {
    const { id } = await received('busy');
    await Promise.all(
      Array.from({ length: 20 }, () =>
        store.proposals.update(id, now, (proposal) => ({
          proposal: revise(proposal, now),
          events: [{ at: now, actor: { kind: 'leader' }, action: 'packet.revised', facts: {} }],
          result: undefined,
        })),
      ),
    );
    expect(await store.proposals.get(id)).toMatchObject({ revision: 21, version: 21 });
    expect(await store.audit.verify({ proposalId: id })).toMatchObject({ sound: true, length: 20 });
  });

  it('are not written when the step decides that nothing changes', async () => {
    const { id } = await received('unchanged');
    expect(await store.proposals.update(id, now, () => ({ result: 'same as before' }))).toBe(
      'same as before',
    );
    expect((await store.proposals.get(id)).version).toBe(1);
  });
});

describe('asks', () => {
  const openAsk = async (key: string): Promise<OpenAsk> => {
    const proposalId = proposalIdOf('asking');
    const ask = askSchema.parse({
      status: 'open',
      schemaVersion: 1,
      version: 1,
      id: `${proposalId}.correction.${key}`,
      proposalId,
      kind: 'correction',
      key,
      role: 'leader',
      assignee: { kind: 'leader' },
      openedAt: now,
      expiresAt: now,
      turns: [{ do: 'ask', timeoutSeconds: 60 }],
      turn: 0,
      taskToken: 'token',
      documents: [],
      facts: {},
    });
    if (ask.status !== 'open') throw new Error('it is open');
    await write(proposalId, ...store.asks.create(ask));
    return ask;
  };
  const answered = (ask: OpenAsk, reason: string): AnsweredAsk => ({
    ...ask,
    status: 'answered',
    outcome: 'withdrawn',
    answer: { outcome: 'withdrawn', reason },
    answeredBy: { kind: 'leader' },
    answeredAt: now,
    evidence: [],
  });

  it('take exactly one of several answers that come at once', async () => {
    const ask = await openAsk('1');
    const outcomes = await Promise.allSettled(
      ['one', 'two', 'three'].map((reason) =>
        write(ask.proposalId, ...store.asks.put(ask, answered(ask, reason))),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(AskAlreadyAnswered);
  });

  it('let a reminder that crosses an answer see it, and the answer stands', async () => {
    const ask = await openAsk('2');
    await write(ask.proposalId, ...store.asks.put(ask, answered(ask, 'done')));
    const reminder = store.asks.put(ask, { ...ask, turn: 1, taskToken: 'token of the reminder' });
    await expect(write(ask.proposalId, ...reminder)).rejects.toBeInstanceOf(AskAlreadyAnswered);
    expect(await store.asks.get(ask.proposalId, ask.id)).toMatchObject({ status: 'answered' });
  });

  it('are found by the sweeper until their execution was told, unless a newer turn has taken over', async () => {
    const ask = await openAsk('3');
    await write(ask.proposalId, ...store.asks.put(ask, answered(ask, 'done')));
    const waiting = async () => (await store.asks.answeredUnresumed()).map(({ id }) => id);
    expect(await waiting()).toContain(ask.id);
    await store.asks.markResumed({ ...ask, taskToken: 'an older token' }, now);
    expect(await waiting()).toContain(ask.id);
    await store.asks.markResumed(ask, now);
    expect(await waiting()).not.toContain(ask.id);
    expect(await store.asks.get(ask.proposalId, ask.id)).toMatchObject({ resumedAt: now });
  });

  it('list the open ones of a proposal and the parts of a group’s ask', async () => {
    const ask = await openAsk('4');
    const part: OpenAsk = { ...ask, id: `${ask.id}.m03`, parent: ask.id };
    await write(ask.proposalId, ...store.asks.create(part));
    const open = (await store.asks.openByProposal(ask.proposalId)).map(({ id }) => id);
    expect(open).toEqual(expect.arrayContaining([ask.id, part.id]));
    expect((await store.asks.parts(ask)).map(({ id }) => id)).toEqual([part.id]);
  });
});

describe('payments', () => {
  const plan = (proposalId: string) =>
    planPayment(
      {
        proposalId,
        tranche: 1,
        amount: rupiah(40_000_000),
        account: { bankCode: '002', number: '0012345678', holder: 'KEL SUMBER REJEKI' },
        debitAccount: { bankCode: '002', number: '0000001', holder: 'BENDAHARA' },
        rail: 'bulk-text',
        remittance: 'TKM 2020',
      },
      now,
    );

  it('carry an id that is given once, and wait in the queue exactly while they are ready', async () => {
    const planned = plan(proposalIdOf('paying'));
    const ids = async () => (await store.payments.ready()).map(({ endToEndId }) => endToEndId);
    await write(planned.proposalId, ...store.payments.create(planned));
    await expect(write(planned.proposalId, ...store.payments.create(planned))).rejects.toBeInstanceOf(
      AlreadyExists,
    );
    expect(await ids()).not.toContain(planned.endToEndId);
    await write(
      planned.proposalId,
      store.payments.put(planned, { ...planned, state: 'ready', readyAt: now }),
    );
    expect(await ids()).toContain(planned.endToEndId);
    const ready = await store.payments.byEndToEnd(planned.endToEndId);
    if (ready === undefined) throw new Error('the payment is there');
    const sent = () => write(planned.proposalId, store.payments.put(ready, markSent(ready, 'run-1', now)));
    await sent();
    await expect(sent()).rejects.toMatchObject({ name: 'StalePayment' });
    expect(await ids()).not.toContain(planned.endToEndId);
    expect(await store.payments.list(planned.proposalId, 1)).toMatchObject([{ state: 'sent', version: 3 }]);
    expect(await store.payments.byEndToEnd('P-0000000000-09-09')).toBeUndefined();
  });
});

describe('budget lines', () => {
  it('free committed and reserved money at once, or nothing', async () => {
    const id = { programme: 'tkm', year: 2021, province: '33' };
    await write('P-0000000001', store.budgets.create(id, 100));
    await write('P-0000000001', store.budgets.move(id, 'available', 'committed', 60));
    await write('P-0000000001', store.budgets.move(id, 'committed', 'reserved', 20));
    for (const held of [
      { committed: 41, reserved: 0 },
      { committed: 40, reserved: 21 },
    ])
      await expect(write('P-0000000001', store.budgets.release(id, held))).rejects.toMatchObject({
        name: 'BudgetOutOfOrder',
        message: expect.stringContaining(held.committed > 40 ? 'committed' : 'reserved'),
      });
    await write('P-0000000001', store.budgets.release(id, { committed: 40, reserved: 5 }));
    expect(await store.budgets.get(id)).toMatchObject({ available: 85, committed: 0, reserved: 15 });
  });

  /** The domain's arithmetic is the model; each move is a step of it. */
  const steps: Record<string, { from: BudgetPart; to: BudgetPart; model: typeof commitBudget }> = {
    commit: { from: 'available', to: 'committed', model: commitBudget },
    reserve: { from: 'committed', to: 'reserved', model: reserveBudget },
    unreserve: { from: 'reserved', to: 'committed', model: unreserveBudget },
    pay: { from: 'reserved', to: 'paid', model: payBudget },
    return: { from: 'paid', to: 'reserved', model: returnToBudget },
    release: { from: 'committed', to: 'available', model: releaseBudget },
  };

  it('move money exactly as the domain’s rules say, and refuse exactly what they refuse', async () => {
    let lines = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...Object.keys(steps)), fc.integer({ min: 1, max: 60 })), {
          maxLength: 12,
        }),
        async (moves) => {
          const id = { programme: 'tkm', year: 2020, province: String(++lines).padStart(2, '0') };
          let model: BudgetLine = openBudgetLine(id, rupiah(100));
          await write('P-0000000001', store.budgets.create(id, 100));
          for (const [name, amount] of moves) {
            const step = steps[name];
            if (step === undefined) continue;
            let next: BudgetLine | undefined;
            try {
              next = step.model(model, rupiah(amount));
            } catch {
              next = undefined;
            }
            const moved = await write(
              'P-0000000001',
              store.budgets.move(id, step.from, step.to, amount),
            ).then(
              () => true,
              () => false,
            );
            expect(moved).toBe(next !== undefined);
            model = next ?? model;
          }
          const { ceiling, committed, reserved, paid } = model;
          expect(await store.budgets.get(id)).toEqual({
            ...id,
            ...{ ceiling, committed, reserved, paid },
            available: freeBudget(model),
          });
        },
      ),
      { numRuns: 25 },
    );
  });
});
