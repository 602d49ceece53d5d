import '#functions/behaviours.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recipientAsOf } from '#cli/commands/report.ts';
import { readRegions } from '#cli/regions.ts';
import { needsCode } from '#domain/asks/ask.ts';
import type { Answer, AskKind } from '#domain/asks/ask-kinds.ts';
import { proposalIdOf } from '#domain/identifiers.ts';
import { awardEntry, reserveEntry, returnEntry, settleEntry, verifyLedger } from '#domain/money/ledger.ts';
import { endToEndId } from '#domain/money/payment.ts';
import { rupiah } from '#domain/money/rupiah.ts';
import { depositedAmount, keptAmount, MoreThanPaid } from '#domain/proposal/deposits.ts';
import { startFollowUp } from '#domain/proposal/follow-up.ts';
import { awardOf, inStage, tranchesOf } from '#domain/proposal/proposal.ts';
import { returnTranche } from '#domain/proposal/tranche-payment.ts';
import { recordAndResume } from '#functions/asks/record-answer.ts';
import { resumeAsk } from '#functions/asks/resume-ask.ts';
import { closeProposal } from '#functions/closing/close-proposal.ts';
import { NoDepositMachine } from '#functions/payment/asks/lpj.ts';
import {
  cancelDeposit,
  NotEntitled,
  NotPossible,
  recallMoney,
  resumeDeposit,
} from '#functions/payment/recall-money.ts';
import { settleDeposit } from '#functions/payment/settle-deposit.ts';
import { recordOverdue } from '#functions/training/follow-up.ts';
import { writeLetter } from '#players/bank/bank-answers.ts';
import { aboutOf } from '#test/asks.ts';
import { useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { amount, line, openTreasury, type Treasury } from './treasury.ts';

let treasury: Treasury;
let deps: Treasury['deps'] & { depositMachineArn: string };
useTable(async (table) => {
  treasury = await openTreasury(table);
  deps = {
    ...treasury.deps,
    depositMachineArn: 'arn:aws:states:ap-southeast-3:000000000000:stateMachine:deposit:live',
  };
});

/** One group that was paid in full, by every step of the pipeline, and is followed up; the others here are like it. */
const followedUp = async () => {
  const { id, runId } = await treasury.sent(1);
  await treasury.answer(runId, treasury.settledLine(id));
  await treasury.settleFirst(id);
  await treasury.store.proposals.update(id, at(81), (before) => ({
    ...startFollowUp(before, { settledOn: '2020-08-04', items: [] }, at(81)),
    result: undefined,
  }));
  return inStage(await treasury.store.proposals.get(id), ['follow-up'], 'be paid');
};
let template: ReturnType<typeof followedUp> | undefined;
const firstPaid = () => {
  template ??= followedUp();
  return template;
};

const hashOf = (group: number, member: number) => `person ${group} ${member}`;

/** Paid in full, and followed up, with people of its own. */
const paid = async (group: number): Promise<string> => {
  const { content, ...like } = await firstPaid();
  const { store } = treasury;
  const id = proposalIdOf(`deposits-${group}`);
  const members = content.members.map((member) => ({ ...member, nikHash: hashOf(group, member.number) }));
  const of = { line, proposalId: id, at: at(81) };
  const payment = { tranche: 1, attempt: 1, endToEndId: endToEndId(id, 1, 1), amount: rupiah(amount) };
  const entered = [awardEntry(of, payment.amount), reserveEntry(of, payment), settleEntry(of, payment)];
  const create = [
    ...store.proposals.create({ ...like, id, version: 1, content: { ...content, members } }),
    ...members.map(({ nikHash }) => store.locks.acquire(nikHash, id, at(81))),
  ];
  for (const changes of [create, ...entered.map((entry) => store.budgets.book(entry))])
    await store.commit({ proposalId: id, now: at(81), events: [], changes });
  return id;
};

/** A person is asked and answers. */
const answer = async (
  id: string,
  kind: AskKind,
  key: string,
  given: Answer,
  { personId, now = at(90) }: { personId?: string; now?: string } = {},
) => {
  const assignee =
    personId === undefined
      ? ({ kind: 'leader' } as const)
      : ({ kind: 'person', personId, role: 'ppk' } as const);
  const askId = await treasury.scene.ask(id, kind, key, now, assignee);
  const by =
    personId === undefined ? ({ kind: 'leader' } as const) : ({ kind: 'person', id: personId } as const);
  return recordAndResume(deps, {
    proposalId: id,
    askId,
    answer: given,
    by,
    code: needsCode(kind, given.outcome),
    now,
  });
};

const lpj = (id: string, leftover: number, key = '1') =>
  answer(id, 'lpj', key, {
    outcome: 'submitted',
    spent: rupiah(amount - leftover),
    leftover: rupiah(leftover),
    note: undefined,
  });
const billed = (id: string, key = '1-1') =>
  answer(
    id,
    'deposit-billing',
    key,
    { outcome: 'issued', billingCode: '820220922465628', expiresOn: '2020-08-10' },
    { personId: 'paula', now: at(91) },
  );
const handedIn = (id: string, ntpn: string, key = '1-1-1', owed = 5_000_000) =>
  answer(
    id,
    'deposit-slip',
    key,
    { outcome: 'deposited', ntpn, depositedOn: '2020-08-03', amount: rupiah(owed) },
    { now: at(92) },
  );
const checked = (id: string, given: Answer<'deposit-check'>, key = '1-1-1-1') =>
  answer(id, 'deposit-check', key, given, { personId: 'kas', now: at(93) });
const settle = (id: string, key = '1-1-1-1', now = at(94)) =>
  settleDeposit(treasury.store, {
    proposalId: id,
    deposit: Number(key[0]),
    about: aboutOf('deposit-check', key),
    now,
  });
const ntpnOf = (group: number) => String(group).padStart(16, 'A');
/** A statement with money that came in under this reference, and no word on why. */
const creditOf = (reference: string, sum: number): string =>
  String(
    writeLetter('camt.054', {
      ...{ id: `L-${sum}`, day: '2020-08-04', debitAccount: treasury.debitAccount },
      words: [{ amount: sum, status: 'RETURNED', reference, day: '2020-08-04' }],
    }),
  ).replaceAll(/<RtrInf>.*?<\/RtrInf>/gs, '');
const executions = (id: string) =>
  treasury.started
    .filter(({ name }) => name.startsWith(`${id}-deposit`))
    .map(({ name }) => name.slice(id.length + 9));
const locksOf = (group: number) =>
  treasury.store.locks.find(Array.from({ length: 20 }, (_, index) => hashOf(group, index + 1)));
const close = (id: string, now = at(95)) => closeProposal(treasury.store, { proposalId: id, now });
const recall = (id: string, given: Partial<Parameters<typeof recallMoney>[1]> = {}) =>
  recallMoney(deps, {
    ...{
      proposalId: id,
      tranche: 1,
      amount: 5_000_000,
      decision: 'K-1',
      reason: 'Belanja fiktif',
      by: 'ada',
      now: at(90),
    },
    ...given,
  });

describe('money that is left over', () => {
  it('goes from the LPJ to kas negara, into the ledger, and the proposal shows it; each once', async () => {
    const id = await paid(1);
    const before = await treasury.budget();
    await lpj(id, 5_000_000);
    expect(executions(id)).toEqual(['1-1']);
    expect(treasury.started.at(-1)?.input).toBe(
      JSON.stringify({ proposalId: id, deposit: 1, round: 1, handedIn: false }),
    );
    await billed(id);
    await handedIn(id, ntpnOf(1));
    expect((await settle(id)).outcome).toBe('unconfirmed');
    await checked(id, { outcome: 'confirmed' });
    for (const minute of [94, 95])
      expect((await settle(id, '1-1-1-1', at(minute))).outcome).toBe('deposited');
    expect(await treasury.store.deposits.list(id)).toMatchObject([
      {
        ...{ state: 'deposited', amount: 5_000_000, depositedAt: at(94) },
        ...{ why: { origin: 'leftover', lpj: '1' }, confirmed: { by: 'person', personId: 'kas' } },
      },
    ]);
    expect(await treasury.budget()).toMatchObject({
      paid: (before.paid ?? 0) - 5_000_000,
      deposited: (before.deposited ?? 0) + 5_000_000,
    });
    const proposal = await treasury.store.proposals.get(id);
    expect(depositedAmount(proposal)).toBe(5_000_000);
    expect([at(93), at(94)].map((asOf) => depositedAmount(proposal, asOf))).toEqual([0, 5_000_000]);
    const [recipient] = recipientAsOf(proposal, at(96), await readRegions());
    expect(recipient).toMatchObject({ paid: amount, deposited: 5_000_000 });
    expect((await treasury.actions(id)).filter((action) => action.startsWith('deposit.'))).toEqual([
      'deposit.owed',
      'deposit.billed',
      'deposit.handed-in',
      'deposit.confirmed',
    ]);
  });

  it('starts nothing and owes nothing where there is none', async () => {
    const id = await paid(2);
    await lpj(id, 0);
    expect([executions(id), await treasury.store.deposits.list(id)]).toEqual([[], []]);
  });

  it('is taken up by the sweep when it could not be started at once, before the execution of the LPJ is resumed', async () => {
    const id = await paid(3);
    treasury.timedOut.clear();
    const { depositMachineArn: _, ...unable } = deps;
    const askId = await treasury.scene.ask(id, 'lpj', '1', at(90));
    await recordAndResume(unable, {
      ...{ proposalId: id, askId, by: { kind: 'leader' }, now: at(90) },
      answer: {
        outcome: 'submitted',
        spent: rupiah(35_000_000),
        leftover: rupiah(5_000_000),
        note: undefined,
      },
    });
    const ask = await treasury.store.asks.get(id, askId);
    expect([executions(id), 'resumedAt' in ask]).toEqual([[], false]);
    await expect(resumeAsk(unable, ask, at(91))).rejects.toThrow(NoDepositMachine);
    await resumeAsk(deps, ask, at(92));
    expect(executions(id)).toEqual(['1-1']);
    expect(treasury.resumed.at(-1)).toMatchObject({ taskToken: 'token of lpj 1', outcome: 'submitted' });
  });

  it('is never more than what was paid and is not going back already, whatever was recalled meanwhile', async () => {
    const id = await paid(4);
    await recall(id, { amount: 38_000_000 });
    const refused = await lpj(id, 3_000_000);
    expect(refused).toMatchObject({ status: 'refused', problems: [{ code: 'deposit-more-than-paid' }] });
    expect(await treasury.store.asks.get(id, `${id}.lpj.1`)).toMatchObject({ status: 'open' });
    expect((await treasury.store.deposits.list(id)).map((each) => Number(each.amount))).toEqual([38_000_000]);
  });
});

describe('a slip', () => {
  it('takes its NTPN for ever: of many who hand in the same at once, one does', async () => {
    const ids = await Promise.all([11, 12, 13].map(paid));
    for (const id of ids) {
      await lpj(id, 5_000_000);
      await billed(id);
    }
    const said = await Promise.all(ids.map((id) => handedIn(id, ntpnOf(11))));
    expect(said.map(({ status }) => status).sort()).toEqual(['recorded', 'refused', 'refused']);
    for (const [index, each] of said.entries())
      if (each.status === 'refused') {
        expect(each.problems.map(({ code, where }) => `${code} ${where}`)).toEqual(['ntpn-used ntpn']);
        expect((await treasury.store.deposits.get(ids[index] ?? '', 1)).state).toBe('billed');
      }
  });

  it('that is refused is asked for again, and its NTPN is free for its owner', async () => {
    const [id = '', other = ''] = await Promise.all([14, 15].map(paid));
    for (const each of [id, other]) {
      await lpj(each, 5_000_000);
      await billed(each);
    }
    await handedIn(id, ntpnOf(15));
    await checked(id, { outcome: 'refused', reason: 'NTPN milik kelompok lain' });
    expect((await treasury.store.deposits.get(id, 1)).state).toBe('billed');
    expect((await settle(id)).outcome).toBe('unconfirmed');
    expect((await handedIn(other, ntpnOf(15))).status).toBe('recorded');
    await handedIn(id, ntpnOf(14), '1-1-2');
    await checked(id, { outcome: 'confirmed' }, '1-1-2-1');
    expect((await settle(id, '1-1-2-1')).deposit).toMatchObject({ slip: { ntpn: ntpnOf(14) } });
  });

  it('is confirmed by a line of a statement that names its NTPN and its amount, and by no other', async () => {
    const id = await paid(16);
    await lpj(id, 5_000_000);
    await billed(id);
    await handedIn(id, ntpnOf(16));
    const credited = (sum: number) => treasury.deliver(creditOf(ntpnOf(16), sum));
    await credited(4_999_999);
    expect((await settle(id)).outcome).toBe('unconfirmed');
    await credited(5_000_000);
    for (const minute of [94, 95])
      expect((await settle(id, '1-1-1-1', at(minute))).deposit).toMatchObject({
        confirmed: { by: 'statement', file: 'inbox/answer' },
      });
  });

  it('comes too late for a code that expired, until there is another', async () => {
    const id = await paid(17);
    await lpj(id, 5_000_000);
    await billed(id);
    await answer(id, 'deposit-slip', '1-1-1', { outcome: 'code-expired' });
    expect((await treasury.store.deposits.get(id, 1)).state).toBe('owed');
    await billed(id, '1-2');
    expect(await treasury.store.deposits.get(id, 1)).toMatchObject({ state: 'billed', round: 2 });
  });
});

describe('a recall', () => {
  it('is one by the number of its decision, and no more than the tranche still holds', async () => {
    const id = await paid(21);
    for (const _ of [1, 2])
      expect((await recall(id)).deposit).toMatchObject({ number: 1, amount: 5_000_000 });
    expect(executions(id)).toEqual(['1-1']);
    await expect(recall(id, { amount: 6_000_000 })).rejects.toThrow(NotPossible);
    await expect(recall(id, { decision: 'K-2', amount: 35_000_001 })).rejects.toThrow(/35000000/);
    await expect(recall(id, { decision: 'K-2', tranche: 2 })).rejects.toThrow(NotPossible);
    const both = await Promise.allSettled(
      ['K-3', 'K-4'].map((decision) => recall(id, { decision, amount: 20_000_000 })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('is an administrator’s or auditor’s who has decided nothing else about the proposal', async () => {
    const id = await paid(22);
    for (const by of ['kas', 'paula', 'vera', 'nobody-such'])
      await expect(recall(id, { by })).rejects.toThrow(NotEntitled);
  });

  it('of a proposal that is not paid is refused', async () => {
    const id = await treasury.awarded(23);
    await expect(recall(id)).rejects.toThrow(NotPossible);
  });

  it('works after the close; what is late bars the people, and they are free once it is paid', async () => {
    const id = await paid(24);
    await close(id, at(89));
    expect(await locksOf(24)).toEqual([]);
    await recall(id);
    for (const minute of [100, 101])
      await recordOverdue(treasury.store, {
        proposalId: id,
        kind: 'deposit-slip',
        about: { deposit: 1 },
        now: at(minute),
      });
    expect((await locksOf(24)).map(({ reason }) => reason)).toEqual(Array(20).fill('overdue'));
    await billed(id);
    await handedIn(id, ntpnOf(24));
    await checked(id, { outcome: 'confirmed' });
    await settle(id, '1-1-1-1', at(110));
    expect([await treasury.store.overdue.list(id), await locksOf(24)]).toEqual([[], []]);
  });

  it('bars no one whom another proposal holds by then', async () => {
    const id = await paid(25);
    await close(id, at(89));
    const first = hashOf(25, 1);
    await treasury.store.commit({
      proposalId: id,
      now: at(90),
      events: [],
      changes: [treasury.store.locks.acquire(first, 'P-ANOTHER000', at(90), id)],
    });
    await recall(id);
    await recordOverdue(treasury.store, {
      proposalId: id,
      kind: 'deposit-slip',
      about: { deposit: 1 },
      now: at(100),
    });
    const locks = await locksOf(25);
    expect(locks.filter(({ proposalId }) => proposalId === id)).toHaveLength(19);
    expect(locks.find(({ nikHash }) => nikHash === first)).toMatchObject({ proposalId: 'P-ANOTHER000' });
  });
});

describe('money that the bank sends back', () => {
  it('after a part of it was deposited is a contradiction for a person, and changes nothing', async () => {
    const { id } = await firstPaid();
    await recall(id);
    await billed(id);
    await handedIn(id, ntpnOf(41));
    await checked(id, { outcome: 'confirmed' });
    await settle(id);
    const before = await treasury.budget();
    await treasury.letter('camt.054', [
      {
        ...{ endToEndId: endToEndId(id, 1, 1), amount, status: 'RETURNED', day: '2020-08-04' },
        ...{ reference: 'BACK', reason: 'AC04' },
      },
    ]);
    expect(await treasury.budget()).toEqual(before);
    expect(await treasury.payment(id)).toMatchObject({ state: 'settled' });
    expect(
      (await treasury.store.bankItems.open()).filter(({ candidates }) => candidates.length > 0),
    ).toMatchObject([{ why: 'state', candidates: [endToEndId(id, 1, 1)] }]);
  });

  it('while a deposit of it waits for its confirmation leaves nothing to deposit', async () => {
    const id = await paid(42);
    await recall(id);
    await billed(id);
    await handedIn(id, ntpnOf(42));
    await checked(id, { outcome: 'confirmed' });
    const { store } = treasury;
    await store.proposals.update(id, at(93), (before) => ({
      ...returnTranche(
        inStage(before, ['follow-up'], 'be returned'),
        { tranche: 1, amount: rupiah(amount), endToEndId: endToEndId(id, 1, 1) },
        at(93),
      ),
      changes: store.budgets.book(
        returnEntry(
          { line, proposalId: id, at: at(93) },
          { tranche: 1, attempt: 1, endToEndId: endToEndId(id, 1, 1), amount: rupiah(amount) },
        ),
      ),
      result: undefined,
    }));
    await expect(settle(id)).rejects.toThrow(MoreThanPaid);
  });
});

describe('a deposit that is owed', () => {
  it('does not stop the close, continues after it, and holds the people until then', async () => {
    const id = await paid(31);
    await lpj(id, 5_000_000);
    const slip = await treasury.scene.ask(id, 'deposit-slip', '1-1-1', at(91));
    expect(await close(id)).toMatchObject({ groupOwes: true, closed: { result: 'complete' } });
    expect(await locksOf(31)).toHaveLength(20);
    expect((await treasury.store.asks.get(id, slip)).status).toBe('open');
    await billed(id);
    const given = {
      outcome: 'deposited',
      ntpn: ntpnOf(31),
      depositedOn: '2020-08-03',
      amount: rupiah(5_000_000),
    } as const;
    await recordAndResume(deps, {
      proposalId: id,
      askId: slip,
      answer: given,
      by: { kind: 'leader' },
      now: at(97),
    });
    await checked(id, { outcome: 'confirmed' });
    await settle(id, '1-1-1-1', at(98));
    expect(await locksOf(31)).toEqual([]);
  });

  it('is taken up again by hand when its rounds are over, once for each; while it is asked for, not', async () => {
    const id = await paid(32);
    await recall(id);
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
    expect(executions(id)).toEqual(['1-1', '1-4']);
    expect((await treasury.actions(id)).filter((action) => action === 'deposit.resumed')).toHaveLength(1);
  });

  it('by mistake is cancelled, frees the amount, and the person who waits is notified; what is paid is not cancelled', async () => {
    const id = await paid(33);
    treasury.timedOut.clear();
    await recall(id);
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
    expect(await billed(id, '1-2')).toMatchObject({
      status: 'refused',
      problems: [{ code: 'ask-not-answerable' }],
    });
    await recall(id, { decision: 'K-2' });
    await billed(id, '2-1');
    await handedIn(id, ntpnOf(33), '2-1-1');
    await expect(cancel(2)).rejects.toThrow(NotPossible);
  });

  it('and what is deposited are together never more than was paid, in any order', async () => {
    const id = await paid(34);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom('recall', 'cancel'), fc.integer({ min: 1, max: amount })), {
          maxLength: 5,
        }),
        async (steps) => {
          for (const [step, asked] of steps) {
            const { length } = await treasury.store.deposits.list(id);
            const done =
              step === 'recall'
                ? recall(id, { amount: asked, decision: `K-${length + 1}` })
                : cancelDeposit(deps, {
                    proposalId: id,
                    deposit: length,
                    reason: 'Uji',
                    by: 'ada',
                    now: at(97),
                  });
            await done.catch((error: Error) => expect(['NotPossible', 'NotFound']).toContain(error.name));
            const demanded = (await treasury.store.deposits.list(id)).filter(
              ({ state }) => state !== 'cancelled',
            );
            expect(demanded.reduce((sum, each) => sum + each.amount, 0)).toBeLessThanOrEqual(amount);
          }
        },
      ),
      { numRuns: 6 },
    );
  });
});

it('leaves a ledger in which everything agrees', async () => {
  const { budgets, proposals } = treasury.store;
  const all = (await Promise.all((['payment', 'follow-up', 'closed'] as const).map(proposals.list))).flat();
  const money = all.flatMap((proposal) => {
    const award = awardOf(proposal);
    if (award === undefined) return [];
    const settled = tranchesOf(proposal).filter(({ status }) => status === 'settled');
    const sums = new Map(settled.map((tranche) => [tranche.number, tranche.amount]));
    return [
      {
        id: proposal.id,
        awarded: award.amount,
        settled: sums,
        deposited: depositedAmount(proposal),
      },
    ];
  });
  const record = await budgets.get(line);
  const entries = await budgets.entriesOn(line);
  expect(entries.filter(({ step }) => step === 'deposit')).toHaveLength(6);
  expect(verifyLedger(entries, record === undefined ? [] : [record], money)).toEqual([]);
});
