/** What people do about money that goes back, on a treasury: a group that was paid, its asks and their answers. */
import '#functions/behaviours.ts';
import { needsCode } from '#domain/asks/ask.ts';
import type { Answer, AskKind } from '#domain/asks/ask-kinds.ts';
import { proposalIdOf } from '#domain/identifiers.ts';
import { awardEntry, reserveEntry, settleEntry, verifyLedger } from '#domain/money/ledger.ts';
import { endToEndId } from '#domain/money/payment.ts';
import { rupiah } from '#domain/money/rupiah.ts';
import { depositedAmount } from '#domain/proposal/deposits.ts';
import { startFollowUp } from '#domain/proposal/follow-up.ts';
import { awardOf, inStage, tranchesOf } from '#domain/proposal/proposal.ts';
import { recordAndResume } from '#functions/asks/record-answer.ts';
import { closeProposal } from '#functions/closing/close-proposal.ts';
import { recallMoney } from '#functions/payment/recall-money.ts';
import { settleDeposit } from '#functions/payment/settle-deposit.ts';
import { writeLetter } from '#players/bank/bank-answers.ts';
import { aboutOf } from '#test/asks.ts';
import { at } from '../scene.ts';
import { amount, line, type Treasury } from './treasury.ts';

export function depositSteps(treasury: Treasury, deps: Treasury['deps'] & { depositMachineArn: string }) {
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
        advices: [{ amount: sum, status: 'RETURNED', reference, day: '2020-08-04' }],
      }),
    ).replaceAll(/<RtrInf>.*?<\/RtrInf>/gs, '');
  /** The treasury's list of receipts, as a work unit gets it. */
  const receiptList = (
    ...rows: { ntpn: string; amount?: number; day?: string; billing?: string; account?: string }[]
  ): string =>
    [
      'satker;kode_billing;ntpn;ntb;akun;tanggal_bayar;nilai',
      ...rows.map(
        ({
          ntpn,
          amount: sum = 5_000_000,
          day = '2020-08-03',
          billing = '820220922465628',
          account = '425919',
        }) => ['689912', billing, ntpn, '000000876564', account, day, sum].join(';'),
      ),
      '',
    ].join('\r\n');
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

  /** The deposits that are entered, and what does not agree between entries, the line and the proposals. */
  const verifiedLedger = async () => {
    const { budgets, proposals } = treasury.store;
    const all = (await Promise.all((['payment', 'follow-up', 'closed'] as const).map(proposals.list))).flat();
    const money = all.flatMap((proposal) => {
      const award = awardOf(proposal);
      if (award === undefined) return [];
      const settled = tranchesOf(proposal).filter(({ status }) => status === 'settled');
      const sums = new Map(settled.map((tranche) => [tranche.number, tranche.amount]));
      return [
        { id: proposal.id, awarded: award.amount, settled: sums, deposited: depositedAmount(proposal) },
      ];
    });
    const record = await budgets.get(line);
    const entries = await budgets.entriesOn(line);
    return {
      deposits: entries.filter(({ step }) => step === 'deposit'),
      problems: verifyLedger(entries, record === undefined ? [] : [record], money),
    };
  };

  return {
    verifiedLedger,
    firstPaid,
    hashOf,
    paid,
    answer,
    lpj,
    billed,
    handedIn,
    checked,
    settle,
    ntpnOf,
    creditOf,
    receiptList,
    executions,
    locksOf,
    close,
    recall,
  };
}
