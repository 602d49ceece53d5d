import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnsweredAsk, OpenAsk } from '#domain/asks/ask.ts';
import { askSchema } from '#domain/asks/ask.ts';
import { proposalIdOf } from '#domain/identifiers.ts';
import {
  AccountShort,
  awardEntry,
  ceilingEntry,
  emptyLine,
  type LedgerEntry,
  type LineBalances,
  post,
  releaseEntries,
  reserveEntry,
  returnEntry,
  settleEntry,
  verifyLedger,
} from '#domain/money/ledger.ts';
import { gatherInto, planPayment } from '#domain/money/payment.ts';
import { type Rupiah, rupiah } from '#domain/money/rupiah.ts';
import { receive, revise } from '#domain/proposal/submission.ts';
import {
  AlreadyExists,
  AskAlreadyAnswered,
  BudgetExhausted,
  NotFound,
  StaleProposal,
} from '#functions/store/errors.ts';
import { createStore, type Store } from '#functions/store/store.ts';
import { type TestTable, useTable } from '../dynamodb.ts';

const now = '2020-10-05T02:00:00.000Z';
let table: TestTable;
let store: Store;
useTable((opened) => {
  table = opened;
  store = createStore(table);
});

async function received(prefix: string) {
  const { proposal } = receive({ id: proposalIdOf(prefix), packetPrefix: prefix }, now);
  await store.commit({
    proposalId: proposal.id,
    now,
    events: [],
    changes: store.proposals.create(proposal),
  });
  return proposal;
}
function write(proposalId: string, ...changes: Parameters<Store['commit']>[0]['changes']) {
  return store.commit({ proposalId, now, events: [], changes });
}

describe('proposals', () => {
  it('are created once and found by their stage', async () => {
    const proposal = await received('created');
    await expect(write(proposal.id, ...store.proposals.create(proposal))).rejects.toBeInstanceOf(
      AlreadyExists,
    );
    expect((await store.proposals.list('received')).map(({ id }) => id)).toContain(proposal.id);
    expect(await store.proposals.list('closed')).toEqual([]);
    await expect(store.proposals.get('P-NOBODY')).rejects.toBeInstanceOf(NotFound);
  });

  it('refuse a write over what was changed meanwhile', async () => {
    const before = await received('stale');
    const revised = revise(before, 'v2', now).proposal;
    await write(before.id, ...store.proposals.put(before, revised));
    await expect(write(before.id, ...store.proposals.put(before, revised))).rejects.toBeInstanceOf(
      StaleProposal,
    );
  });

  it('lose no change when many update them at once', async () => {
    const { id } = await received('busy');
    await Promise.all(
      Array.from({ length: 20 }, () =>
        store.proposals.update(id, now, (proposal) => ({
          ...revise(proposal, 'v', now),
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
  const openAsk = async (key: string, members?: number[]): Promise<OpenAsk> => {
    const proposalId = proposalIdOf('asking');
    const ask = askSchema.parse({
      status: 'open',
      schemaVersion: 1,
      version: 1,
      id: `${proposalId}.correction.${key}`,
      subject: { of: 'proposal', id: proposalId },
      kind: 'correction',
      about: { revision: 1, round: 1 },
      role: 'leader',
      assignee: { kind: 'leader' },
      openedAt: now,
      expiresAt: now,
      turns: [{ do: 'ask', at: now, until: now }],
      turn: 0,
      taskToken: 'token',
      documents: [],
      facts: {},
      ...(members !== undefined && { members }),
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
        write(ask.subject.id, ...store.asks.put(ask, answered(ask, reason))),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(AskAlreadyAnswered);
  });

  it('let a reminder that crosses an answer see it, and the answer stands', async () => {
    const ask = await openAsk('2');
    await write(ask.subject.id, ...store.asks.put(ask, answered(ask, 'done')));
    const reminder = store.asks.put(ask, { ...ask, turn: 1, taskToken: 'token of the reminder' });
    await expect(write(ask.subject.id, ...reminder)).rejects.toBeInstanceOf(AskAlreadyAnswered);
    expect(await store.asks.get(ask.subject.id, ask.id)).toMatchObject({ status: 'answered' });
  });

  it('are found by the sweeper until their execution was resumed, unless a newer turn has taken over', async () => {
    const ask = await openAsk('3');
    await write(ask.subject.id, ...store.asks.put(ask, answered(ask, 'done')));
    const waiting = async () => (await store.asks.answeredUnresumed()).map(({ id }) => id);
    expect(await waiting()).toContain(ask.id);
    await store.asks.markResumed({ ...ask, taskToken: 'an older token' }, now);
    expect(await waiting()).toContain(ask.id);
    await store.asks.markResumed(ask, now);
    expect(await waiting()).not.toContain(ask.id);
    expect(await store.asks.get(ask.subject.id, ask.id)).toMatchObject({ resumedAt: now });
  });

  it('list the open ones of a proposal and the parts of a group’s ask', async () => {
    const ask = await openAsk('4', [3]);
    const part = `${ask.id}.m03`;
    const open = (await store.asks.openBySubject(ask.subject.id)).map(({ id }) => id);
    expect(open).toEqual(expect.arrayContaining([ask.id, part]));
    const { ask: group, parts } = await store.asks.group(ask);
    expect(group).toEqual(ask);
    expect(parts.map(({ id }) => id)).toEqual([part]);
    await expect(store.asks.group({ ...ask, id: `${ask.id}0` })).rejects.toBeInstanceOf(NotFound);
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
        payee: { group: 'Sumber Rejeki' },
        debitAccount: { bankCode: '002', number: '0000001', holder: 'BENDAHARA' },
        rail: 'bulk-text',
        remittance: 'TKM 2020',
      },
      now,
    );

  it('carry an id that is given once, and wait in the queue exactly while they are ready', async () => {
    const planned = plan(proposalIdOf('paying'));
    const ids = async () => {
      const { pointers } = await store.payments.readyAfter(undefined, 100);
      return (await store.payments.byPointers(pointers)).map(({ endToEndId }) => endToEndId);
    };
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
    const gathered = () =>
      write(planned.proposalId, store.payments.put(ready, gatherInto(ready, 'run-1', now).payment));
    await gathered();
    await expect(gathered()).rejects.toMatchObject({ name: 'StalePayment' });
    expect(await ids()).not.toContain(planned.endToEndId);
    expect(await store.payments.list(planned.proposalId, 1)).toMatchObject([
      { state: 'gathered', version: 3 },
    ]);
    expect(await store.payments.byEndToEnd('P-0000000000-09-09')).toBeUndefined();
  });
});

describe('the ledger', () => {
  const proposalId = 'P-0000000001';

  it('frees committed and reserved money at once, or nothing', async () => {
    const line = { programme: 'tkm', year: 2021, province: '33' };
    const mine = { line, proposalId, at: now };
    await write(proposalId, ...store.budgets.create(line, rupiah(100), now));
    await write(proposalId, ...store.budgets.book(awardEntry(mine, rupiah(60))));
    await write(proposalId, ...store.budgets.book(reserveEntry(mine, { tranche: 1, amount: rupiah(20) })));
    for (const held of [
      { committed: rupiah(41), reserved: rupiah(0) },
      { committed: rupiah(40), reserved: rupiah(21) },
    ])
      await expect(
        write(proposalId, ...store.budgets.book(...releaseEntries(mine, 'end', held))),
      ).rejects.toMatchObject({
        name: 'BudgetOutOfOrder',
        message: expect.stringContaining(held.committed > 40 ? 'committed' : 'reserved'),
      });
    const held = { committed: rupiah(40), reserved: rupiah(5) };
    await write(proposalId, ...store.budgets.book(...releaseEntries(mine, 'end', held)));
    expect(await store.budgets.get(line)).toMatchObject({ available: 85, committed: 0, reserved: 15 });
    expect((await store.budgets.entriesOf(proposalId)).map(({ id }) => id)).toEqual([
      'award',
      'release:end',
      'release:end:02',
      'reserve:01',
    ]);
    expect((await store.budgets.entriesOn(line)).map(({ step }) => step).toSorted()).toEqual([
      'award',
      'ceiling',
      'release',
      'release',
      'reserve',
    ]);
  });

  it('takes no entry twice, and none without its money', async () => {
    const line = { programme: 'tkm', year: 2022, province: '33' };
    const mine = { line, proposalId: 'P-0000000002', at: now };
    await write(proposalId, ...store.budgets.create(line, rupiah(100), now));
    await write(proposalId, ...store.budgets.book(awardEntry(mine, rupiah(40))));
    await expect(
      write(proposalId, ...store.budgets.book(awardEntry(mine, rupiah(40)))),
    ).rejects.toBeInstanceOf(AlreadyExists);
    expect(await store.budgets.get(line)).toMatchObject({ available: 60, committed: 40 });
    await expect(
      write(
        proposalId,
        ...store.budgets.book(awardEntry({ ...mine, proposalId: 'P-0000000003' }, rupiah(61))),
      ),
    ).rejects.toBeInstanceOf(BudgetExhausted);
    expect(await store.budgets.entriesOf('P-0000000003')).toEqual([]);
  });

  const steps: Record<
    string,
    (of: Parameters<typeof awardEntry>[0], amount: Rupiah, n: number) => LedgerEntry[]
  > = {
    award: (of, amount) => [awardEntry(of, amount)],
    reserve: (of, amount, n) => [reserveEntry(of, { tranche: n, amount })],
    settle: (of, amount, n) => [settleEntry(of, { tranche: n, attempt: 1, endToEndId: 'E', amount })],
    return: (of, amount, n) => [returnEntry(of, { tranche: n, attempt: 1, endToEndId: 'E', amount })],
    release: (of, committed, n) => releaseEntries(of, { tranche: n }, { committed, reserved: rupiah(0) }),
    'release of both': (of, amount, n) =>
      releaseEntries(of, { tranche: n }, { committed: amount, reserved: rupiah(Math.ceil(amount / 2)) }),
  };

  it('moves money exactly as the domain’s rules say, refuses exactly what they refuse, and agrees with its lines', async () => {
    let lines = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...Object.keys(steps)), fc.integer({ min: 1, max: 60 })), {
          maxLength: 12,
        }),
        async (moves) => {
          const line = { programme: 'tkm', year: 2020, province: String(++lines).padStart(2, '0') };
          let model = post(
            emptyLine,
            ceilingEntry(line, { from: rupiah(0), to: rupiah(100), count: 1, at: now }),
          );
          await write(proposalId, ...store.budgets.create(line, rupiah(100), now));
          for (const [index, [name, amount]] of moves.entries()) {
            const of = { line, proposalId: `P-${line.province}${String(index).padStart(8, '0')}`, at: now };
            const entries = steps[name]?.(of, rupiah(amount), index + 1) ?? [];
            let next: LineBalances | undefined;
            try {
              next = entries.reduce(post, model);
            } catch (error) {
              expect(error).toBeInstanceOf(AccountShort);
            }
            const moved = await write(proposalId, ...store.budgets.book(...entries)).then(
              () => true,
              () => false,
            );
            expect(moved).toBe(next !== undefined);
            model = next ?? model;
          }
          const found = await store.budgets.get(line);
          expect(found).toEqual({ ...line, ceilings: 1, ...model });
          const findings = verifyLedger(await store.budgets.entriesOn(line), found ? [found] : [], []);
          // Entries of proposals that exist nowhere; of the money, nothing is to be found.
          expect(findings.filter(({ where }) => !where.startsWith('P-'))).toEqual([]);
        },
      ),
      { numRuns: 25 },
    );
  });
});
