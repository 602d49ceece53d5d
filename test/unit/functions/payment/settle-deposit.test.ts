import '#functions/behaviours.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recipientAsOf } from '#cli/commands/report.ts';
import { readRegions } from '#cli/regions.ts';
import { returnEntry } from '#domain/money/ledger.ts';
import { endToEndId } from '#domain/money/payment.ts';
import { rupiah } from '#domain/money/rupiah.ts';
import { depositedAmount, MoreThanPaid } from '#domain/proposal/deposits.ts';
import { depositsOf, inStage } from '#domain/proposal/proposal.ts';
import { returnTranche } from '#domain/proposal/tranche-payment.ts';
import { recordAndResume } from '#functions/asks/record-answer.ts';
import { resumeAsk } from '#functions/asks/resume-ask.ts';
import { NoDepositMachine } from '#functions/payment/asks/lpj.ts';
import { cancelDeposit } from '#functions/payment/recall-money.ts';
import { useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { depositSteps } from './deposit-steps.ts';
import { amount, line, openTreasury, type Treasury } from './treasury.ts';

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

async function doubtsOf(id: string): Promise<string[]> {
  const [deposit] = depositsOf(await treasury.store.proposals.get(id));
  return deposit?.doubts?.map(({ code }) => code) ?? [];
}

describe('money that is left over', () => {
  it('goes from the LPJ to kas negara, into the ledger, and the proposal shows it; each once', async () => {
    const id = await steps.paid(1);
    const before = await treasury.budget();
    await steps.lpj(id, 5_000_000);
    expect(steps.executions(id)).toEqual(['1-1']);
    expect(treasury.started.at(-1)?.input).toBe(
      JSON.stringify({ proposalId: id, deposit: 1, round: 1, handedIn: false }),
    );
    await steps.billed(id);
    await steps.handedIn(id, steps.ntpnOf(1));
    expect((await steps.settle(id)).outcome).toBe('unconfirmed');
    await steps.checked(id, { outcome: 'confirmed' });
    for (const minute of [94, 95])
      expect((await steps.settle(id, '1-1-1-1', at(minute))).outcome).toBe('deposited');
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
    const id = await steps.paid(2);
    await steps.lpj(id, 0);
    expect([steps.executions(id), await treasury.store.deposits.list(id)]).toEqual([[], []]);
  });

  it('is taken up by the sweep when it could not be started at once, before the execution of the LPJ is resumed', async () => {
    const id = await steps.paid(3);
    treasury.timedOut.clear();
    const { depositMachineArn: _, ...unable } = deps;
    const askId = await treasury.scene.ask(id, 'lpj', '1', at(90));
    await recordAndResume(unable, {
      ...{ askId, by: { kind: 'leader' }, now: at(90) },
      answer: {
        outcome: 'submitted',
        spent: rupiah(35_000_000),
        leftover: rupiah(5_000_000),
        note: undefined,
      },
    });
    const ask = await treasury.store.asks.get(id, askId);
    expect([steps.executions(id), 'resumedAt' in ask]).toEqual([[], false]);
    await expect(resumeAsk(unable, ask, at(91))).rejects.toThrow(NoDepositMachine);
    await resumeAsk(deps, ask, at(92));
    expect(steps.executions(id)).toEqual(['1-1']);
    expect(treasury.resumed.at(-1)).toMatchObject({ taskToken: 'token of lpj 1', outcome: 'submitted' });
  });

  it('is never more than what was paid and is not going back already, whatever was recalled meanwhile', async () => {
    const id = await steps.paid(4);
    await steps.recall(id, { amount: 38_000_000 });
    const refused = await steps.lpj(id, 3_000_000);
    expect(refused).toMatchObject({ status: 'refused', problems: [{ code: 'deposit-more-than-paid' }] });
    expect(await treasury.store.asks.get(id, `${id}.lpj.1`)).toMatchObject({ status: 'open' });
    expect((await treasury.store.deposits.list(id)).map((each) => Number(each.amount))).toEqual([38_000_000]);
  });
});

describe('a slip', () => {
  it('takes its NTPN for ever: of many who hand in the same at once, one does', async () => {
    const ids = await Promise.all([11, 12, 13].map(steps.paid));
    for (const id of ids) {
      await steps.lpj(id, 5_000_000);
      await steps.billed(id);
    }
    const handedIn = await Promise.all(ids.map((id) => steps.handedIn(id, steps.ntpnOf(11))));
    expect(handedIn.map(({ status }) => status).sort()).toEqual(['recorded', 'refused', 'refused']);
    for (const [index, each] of handedIn.entries())
      if (each.status === 'refused') {
        expect(each.problems.map(({ code, where }) => `${code} ${where}`)).toEqual(['ntpn-used ntpn']);
        expect((await treasury.store.deposits.get(ids[index] ?? '', 1)).state).toBe('billed');
      }
  });

  it('that is refused is asked for again, and its NTPN is free for its owner', async () => {
    const [id = '', other = ''] = await Promise.all([14, 15].map(steps.paid));
    for (const each of [id, other]) {
      await steps.lpj(each, 5_000_000);
      await steps.billed(each);
    }
    await steps.handedIn(id, steps.ntpnOf(15));
    await steps.checked(id, { outcome: 'refused', reason: 'NTPN milik kelompok lain' });
    expect((await treasury.store.deposits.get(id, 1)).state).toBe('billed');
    expect((await steps.settle(id)).outcome).toBe('unconfirmed');
    expect((await steps.handedIn(other, steps.ntpnOf(15))).status).toBe('recorded');
    await steps.handedIn(id, steps.ntpnOf(14), '1-1-2');
    await steps.checked(id, { outcome: 'confirmed' }, '1-1-2-1');
    expect((await steps.settle(id, '1-1-2-1')).deposit).toMatchObject({ slip: { ntpn: steps.ntpnOf(14) } });
  });

  it('is confirmed by the treasury’s list with its NTPN, amount, day and code, and by no credit on our own account', async () => {
    const id = await steps.paid(16);
    await steps.lpj(id, 5_000_000);
    await steps.billed(id);
    await steps.handedIn(id, steps.ntpnOf(16));
    const itemsOf = async (ntpn: string) =>
      (await treasury.store.bankItems.open()).filter(({ entry }) => entry.bankReference === ntpn);
    for (const sum of [5_000_000, 4_999_999, 500_000]) {
      await treasury.deliver(steps.creditOf(steps.ntpnOf(16), sum));
      expect((await steps.settle(id)).outcome).toBe('unconfirmed');
    }
    // A person paid it into our account by mistake, or the bank's reference looks like it: a question, and no proof.
    expect(await itemsOf(steps.ntpnOf(16))).toMatchObject([
      { why: 'deposit' },
      { why: 'deposit' },
      { why: 'deposit' },
    ]);
    await treasury.deliver(steps.receiptList({ ntpn: steps.ntpnOf(16) }, { ntpn: 'ZZ45HSD4567IJ890' }));
    for (const minute of [94, 95])
      expect((await steps.settle(id, '1-1-1-1', at(minute))).deposit).toMatchObject({
        confirmed: { by: 'treasury-list', file: 'inbox/answer' },
      });
  });

  it('whose NTPN a credit bore before it was handed in is in question too, and the KPPN is told', async () => {
    const id = await steps.paid(18);
    await treasury.deliver(steps.creditOf(steps.ntpnOf(18), 5_000_000));
    await steps.lpj(id, 5_000_000);
    await steps.billed(id);
    await steps.handedIn(id, steps.ntpnOf(18));
    const items = async () =>
      (await treasury.store.bankItems.open()).filter(({ entry }) => entry.bankReference === steps.ntpnOf(18));
    expect(await items()).toEqual([]);
    for (const _ of [1, 2]) expect((await steps.settle(id)).outcome).toBe('unconfirmed');
    expect(await items()).toMatchObject([{ why: 'deposit', entry: { amount: 5_000_000 } }]);
    expect(await doubtsOf(id)).toEqual(['credit-bears-ntpn']);
    expect((await treasury.actions(id)).filter((action) => action === 'deposit.doubted')).toHaveLength(1);
  });

  it.each([
    ['another amount', { amount: 500_000 }, ['receipt-amount-differs']],
    ['another day', { day: '2020-08-02' }, ['receipt-day-differs']],
    ['another billing code', { billing: '820220922465629' }, ['receipt-billing-differs']],
    [
      'nothing that agrees but the number',
      { amount: 1, day: '2019-08-03', billing: '820220922465629' },
      ['receipt-amount-differs', 'receipt-day-differs', 'receipt-billing-differs'],
    ],
  ])(
    'that the list has with %s is not confirmed, and the KPPN is told in what it differs',
    async (what, differs, codes) => {
      const group = 600 + what.length;
      const id = await steps.paid(group);
      await steps.lpj(id, 5_000_000);
      await steps.billed(id);
      await steps.handedIn(id, steps.ntpnOf(group));
      const file = await treasury.deliver(steps.receiptList({ ntpn: steps.ntpnOf(group), ...differs }));
      expect(file).toMatchObject({ outcome: 'read', moved: 0, contradictions: [steps.ntpnOf(group)] });
      expect((await steps.settle(id)).outcome).toBe('unconfirmed');
      expect(await doubtsOf(id)).toEqual(codes);
      // The person of the KPPN has looked at both.
      await steps.checked(id, { outcome: 'confirmed' });
      expect((await steps.settle(id)).deposit).toMatchObject({
        confirmed: { by: 'person', personId: 'kas' },
      });
      expect(await doubtsOf(id)).toEqual([]);
    },
  );

  it('ends the question to the KPPN when the list comes while it is asked; one list only counts', async () => {
    const id = await steps.paid(19);
    await steps.lpj(id, 5_000_000);
    await steps.billed(id);
    await steps.handedIn(id, steps.ntpnOf(19));
    const askId = await treasury.scene.ask(id, 'deposit-check', '1-1-1-1', at(93), {
      ...{ kind: 'person', personId: 'kas', role: 'kppn' },
    });
    const file = await treasury.deliver(
      steps.receiptList(
        { ntpn: steps.ntpnOf(19), amount: 3_000_000 },
        { ntpn: steps.ntpnOf(19), amount: 2_000_000, account: '425911' },
      ),
    );
    expect(file).toMatchObject({ format: 'receipts', moved: 1, contradictions: [] });
    expect(await treasury.store.asks.get(id, askId)).toMatchObject({ status: 'cancelled' });
    expect(treasury.resumed.at(-1)).toMatchObject({ outcome: 'confirmed' });
    const other = await treasury.deliver(steps.receiptList({ ntpn: steps.ntpnOf(19), amount: 5_000_001 }));
    expect(other).toMatchObject({ contradictions: [steps.ntpnOf(19)] });
    expect((await steps.settle(id)).deposit).toMatchObject({ confirmed: { by: 'treasury-list' } });
    expect(await treasury.deliver(steps.receiptList({ ntpn: steps.ntpnOf(19) }))).toMatchObject({
      ...{ moved: 0, contradictions: [] },
    });
  });

  it('comes too late for a code that expired, until there is another', async () => {
    const id = await steps.paid(17);
    await steps.lpj(id, 5_000_000);
    await steps.billed(id);
    await steps.answer(id, 'deposit-slip', '1-1-1', { outcome: 'code-expired' });
    expect((await treasury.store.deposits.get(id, 1)).state).toBe('owed');
    await steps.billed(id, '1-2');
    expect(await treasury.store.deposits.get(id, 1)).toMatchObject({ state: 'billed', round: 2 });
  });
});

describe('money that the bank sends back', () => {
  it('after a part of it was deposited is a contradiction for a person, and changes nothing', async () => {
    const { id } = await steps.firstPaid();
    await steps.recall(id);
    await steps.billed(id);
    await steps.handedIn(id, steps.ntpnOf(41));
    await steps.checked(id, { outcome: 'confirmed' });
    await steps.settle(id);
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
    const id = await steps.paid(42);
    await steps.recall(id);
    await steps.billed(id);
    await steps.handedIn(id, steps.ntpnOf(42));
    await steps.checked(id, { outcome: 'confirmed' });
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
    await expect(steps.settle(id)).rejects.toThrow(MoreThanPaid);
  });
});

describe('a deposit that is owed', () => {
  it('does not stop the close, continues after it, and holds the people until then', async () => {
    const id = await steps.paid(31);
    await steps.lpj(id, 5_000_000);
    const slip = await treasury.scene.ask(id, 'deposit-slip', '1-1-1', at(91));
    expect(await steps.close(id)).toMatchObject({ groupOwes: true, closed: { result: 'complete' } });
    expect(await steps.locksOf(31)).toHaveLength(20);
    expect((await treasury.store.asks.get(id, slip)).status).toBe('open');
    await steps.billed(id);
    const given = {
      outcome: 'deposited',
      ntpn: steps.ntpnOf(31),
      depositedOn: '2020-08-03',
      amount: rupiah(5_000_000),
    } as const;
    await recordAndResume(deps, {
      askId: slip,
      answer: given,
      by: { kind: 'leader' },
      now: at(97),
    });
    await steps.checked(id, { outcome: 'confirmed' });
    await steps.settle(id, '1-1-1-1', at(98));
    expect(await steps.locksOf(31)).toEqual([]);
  });

  it('and what is deposited are together never more than was paid, in any order', async () => {
    const id = await steps.paid(34);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom('recall', 'cancel'), fc.integer({ min: 1, max: amount })), {
          maxLength: 5,
        }),
        async (demands) => {
          for (const [demand, asked] of demands) {
            const { length } = await treasury.store.deposits.list(id);
            const done =
              demand === 'recall'
                ? steps.recall(id, { amount: asked, decision: `K-${length + 1}` })
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
  const { deposits, problems } = await steps.verifiedLedger();
  expect({ deposits: deposits.length, problems }).toEqual({ deposits: 10, problems: [] });
});
