/** The stage with a budget, and the steps that bring a group's money on its way. */

import { needsCode } from '#domain/asks/ask.ts';
import type { Answer, AskKind } from '#domain/asks/ask-kinds.ts';
import { proposalIdSchema } from '#domain/identifiers.ts';
import { writeBankAnswer } from '#domain/money/bank-file.ts';
import { endToEndId, type PaymentAttempt, runOf } from '#domain/money/payment.ts';
import { rupiah } from '#domain/money/rupiah.ts';
import type { BankAccount, PacketInput } from '#domain/packet/packet.ts';
import { awardGrant } from '#functions/approval/award-grant.ts';
import { recordAndResume } from '#functions/asks/record-answer.ts';
import { runTurn } from '#functions/asks/run-turn.ts';
import { askToRelease, gatherPayments } from '#functions/payment/gather-payments.ts';
import { instructBank } from '#functions/payment/instruct-bank.ts';
import { openTranche } from '#functions/payment/open-tranche.ts';
import { applyBankFile } from '#functions/payment/read-bank-answer.ts';
import { reserveTranche } from '#functions/payment/reserve-tranche.ts';
import { takeUpReturn } from '#functions/payment/return-payment.ts';
import { type Sent, sendRun } from '#functions/payment/send-run.ts';
import { settle } from '#functions/payment/settle-tranche.ts';
import { type Withdrawal, withdraw } from '#functions/payment/withdraw-run.ts';
import { writeRunFile } from '#functions/payment/write-instruction.ts';
import { recordVerification } from '#functions/verification/record-verification.ts';
import {
  type AnswerFormat,
  type BankAdvice,
  type BankLetter,
  writeLetter,
} from '#players/bank/bank-answers.ts';
import { newestRulePack } from '#programmes/index.ts';
import { bankDays } from '../../../calendars.ts';
import { openStage } from '../asks/stage.ts';
import type { TestTable } from '../dynamodb.ts';
import { at } from '../scene.ts';

export const line = { programme: 'tkm-2020', year: 2020, province: '33' };
export const amount = 40_000_000;
/** The account that the programme's grants are paid from. */
export const debitAccount = newestRulePack(line.programme).payment.debitAccount.number;

/** What a group's packet has that others' have not. */
type Change = (packet: PacketInput) => void;

export async function openTreasury(table: TestTable, ceiling = 1_000_000_000) {
  const stage = await openStage(table);
  const { scene, store, deps } = stage;
  await store.commit({
    journal: 'settings',
    now: at(0),
    events: [],
    changes: store.budgets.create(line, rupiah(ceiling), at(0)),
  });

  /** A person is asked and answers. */
  const done = async (
    id: string,
    kind: AskKind,
    key: string,
    answer: Answer,
    personId?: string,
    now = at(30),
  ) => {
    const askId = await scene.ask(
      id,
      kind,
      key,
      now,
      personId === undefined ? { kind: 'leader' } : { kind: 'person', personId, role: 'ppk' },
    );
    const by =
      personId === undefined ? ({ kind: 'leader' } as const) : ({ kind: 'person', id: personId } as const);
    return scene.answer({ askId, answer, by, code: needsCode(kind, answer.outcome), now });
  };

  /** Verified, and approved by everyone on the ladder. */
  const approved = async (group: number, change?: Change) => {
    const id = await stage.submitted(group, change);
    await recordVerification(store, { proposalId: id, round: 1, now: at(5) });
    for (const [index, person] of ['paula', 'karta'].entries())
      await done(
        id,
        'approval',
        `1-${index}`,
        { outcome: 'approve', account: index === 0 || undefined },
        person,
      );
    return id;
  };

  const awarded = async (group: number, change?: Change) => {
    const id = await approved(group, change);
    await awardGrant(store, { proposalId: id, now: at(40) });
    return id;
  };

  /** Numbers are a proposal's own, because none is given twice. */
  const paper = (number: string) => ({ outcome: 'issued' as const, number, date: '2020-08-03' });

  /** Opened, with SPP and SPM, and reserved. */
  const reserved = async (group: number, change?: Change) => {
    const id = await awarded(group, change);
    await openTranche(store, { proposalId: id, tranche: 1, now: at(41) });
    await done(id, 'tranche-documents', '1', { outcome: 'provided', progress: 40 });
    await done(id, 'spp', '1', paper(`SPP-1 ${id}`), 'paula');
    await done(id, 'spm', '1', paper(`SPM-1 ${id}`), 'sinta');
    await reserveTranche(store, { proposalId: id, tranche: 1, now: at(42) });
    return id;
  };

  /** After an attempt was refused the group gives another account, the PPK accepts it, and an SP2D names it. */
  const correct = async (id: string, attempt: number, account: BankAccount, now = at(30)) => {
    await done(
      id,
      'account-correction',
      `1-${attempt}`,
      { outcome: 'corrected', ...account },
      undefined,
      now,
    );
    await done(
      id,
      'account-acceptance',
      `1-${attempt}`,
      { outcome: 'accepted', compared: true },
      'paula',
      now,
    );
    await done(id, 'sp2d', `1-a${attempt + 1}`, paper(`SP2D-${attempt + 1} ${id}`), 'kas', now);
  };

  const instruct = (id: string, attempt: number, taskToken: string, now = at(44)) =>
    instructBank(deps, { proposalId: id, tranche: 1, attempt, taskToken, now });

  /** Released for the next run. */
  const ready = async (group: number, change?: Change) => {
    const id = await reserved(group, change);
    await done(id, 'sp2d', '1', paper(`SP2D-1 ${id}`), 'kas');
    await instruct(id, 1, `bank ${id} 1`);
    return id;
  };

  const gather = (runName: string, startedAt = at(60), now = startedAt) =>
    gatherPayments(store, bankDays, { runName, startedAt, now });
  const write = (runId: string, rail: string, now = at(61)) => writeRunFile(deps, { runId, rail, now });

  /** The ask to release a run that is open now, or was last. */
  const releaseOf = async (runId: string) => {
    const run = await store.runs.get(runId);
    if (run === undefined) throw new Error(`no run is ${runId}`);
    return askToRelease(run);
  };

  /** One turn of the ask to release a run, as the state machine calls for it. */
  const askRelease = async (runId: string, turn = 0, now = at(61)) => {
    const planned = await releaseOf(runId);
    const about = { round: planned.about.round ?? 1 };
    const known = await store.asks.find(runId, planned.askId);
    const { turns, expiresAt } = known ?? planned;
    return runTurn(deps, {
      ...{ subject: { of: 'payment-run', id: runId }, kind: 'run-release', about },
      ...{ plan: { turns, expiresAt }, turn, taskToken: `run ${runId} ${turn}`, now },
    });
  };

  /** A treasurer decides about the run; they are asked, if they were not before. */
  const decideOn = async (runId: string, answer: Answer<'run-release'>, personId = 'tari', now = at(62)) => {
    const { askId } = await releaseOf(runId);
    if ((await store.asks.find(runId, askId)) === undefined) await askRelease(runId);
    const code = answer.outcome === 'released';
    await recordAndResume(deps, { askId, answer, by: { kind: 'person', id: personId }, code, now });
    return store.runs.get(runId);
  };

  /** Goes through a run a part at a time, as the workflow does. */
  const inParts = async <Done extends { outcome: string }>(
    step: (after: string | undefined) => Promise<Done | { outcome: 'more'; after: string }>,
  ): Promise<Done> => {
    for (let after: string | undefined; ; ) {
      const done = await step(after);
      if (!('after' in done)) return done;
      after = done.after;
    }
  };
  const send = (runId: string, now = at(63), part = 4) =>
    inParts<Sent>((after) => sendRun(deps, { runId, after, now }, part));
  const withdrawn = (runId: string, now = at(421), part = 4) =>
    inParts<Withdrawal>((after) => withdraw(deps, { runId, after, now }, part));

  /** Writes the run's files, has them released, and sends them. */
  const carryOut = async (
    { runId, rails }: { runId: string; rails: readonly string[] },
    now = at(62),
  ): Promise<Sent> => {
    for (const rail of rails) await write(runId, rail, now);
    await decideOn(runId, { outcome: 'released' }, 'tari', now);
    return send(runId, now);
  };

  /** Sent with a run of its own. */
  const sent = async (group: number) => {
    const id = await ready(group);
    const run = await gather(`run of ${group}`);
    await carryOut(run);
    return { id, runId: run.runId };
  };

  const payment = (id: string, attempt = 1): Promise<PaymentAttempt> => store.payments.get(id, 1, attempt);

  let copies = 0;
  /** A payment like that of another proposal, of a proposal of its own; no execution waits for it. @returns its proposal's id */
  const likeThatOf = async (id: string): Promise<string> => {
    const proposal = await store.proposals.get(id);
    const { taskToken: _, ...model } = await payment(id);
    const proposalId = `P-${String(++copies).padStart(10, '0')}`;
    await store.commit({
      proposalId,
      now: at(65),
      events: [],
      changes: [
        ...store.proposals.create({ ...proposal, id: proposalIdSchema.parse(proposalId) }),
        ...store.payments.create({ ...model, proposalId, endToEndId: endToEndId(proposalId, 1, 1) }),
      ],
    });
    return proposalId;
  };

  const settledLine = (id: string, attempt = 1, bankReference = 'REF-1') => ({
    endToEndId: endToEndId(id, 1, attempt),
    status: 'SETTLED' as const,
    bankReference,
    date: '2020-08-04',
  });
  const rejectedLine = (id: string, attempt = 1) => ({
    endToEndId: endToEndId(id, 1, attempt),
    status: 'REJECTED' as const,
    bankReference: '',
    date: '2020-08-04',
    reasonCode: 'AC01',
  });

  const returnDeps = {
    ...deps,
    paymentMachineArn: 'arn:aws:states:ap-southeast-3:000000000000:stateMachine:payment:live',
  };
  const answerDeps = { ...deps, returned: takeUpReturn(returnDeps) };
  let files = 0;
  /** A file of the bank's arrives. */
  const deliver = (text: string | Uint8Array, versionId = `bank-${++files}`, now = at(70)) =>
    applyBankFile(answerDeps, { key: 'inbox/answer', versionId, content: { bytes: Buffer.from(text) }, now });
  /** The bank answers: what it refused in its text, what it paid in a statement. @returns the record of the last file */
  const answer = async (runId: string, ...lines: Parameters<typeof writeBankAnswer>[0]['lines']) => {
    const refused = lines.filter(({ status }) => status === 'REJECTED');
    const paid = lines.flatMap((line) =>
      line.status === 'SETTLED'
        ? [{ ...line, status: 'ACSC' as const, amount, reference: line.bankReference, day: line.date }]
        : [],
    );
    const text =
      refused.length > 0 || paid.length === 0
        ? await deliver(writeBankAnswer({ runId, date: '2020-08-04', lines: refused }))
        : undefined;
    return paid.length === 0 && text !== undefined ? text : letter('camt.053', paid);
  };

  /** The message that instructed the payment which the advices name first; as a bank without statements repeats it. */
  const messageOf = async (advices: readonly BankAdvice[]): Promise<BankLetter['original']> => {
    for (const { endToEndId = '', reference = '' } of advices) {
      const [named] = await store.bankReferences.payments(reference);
      const known =
        (await store.payments.byEndToEnd(endToEndId)) ??
        (named && (await store.payments.get(named.proposalId, named.tranche, named.attempt)));
      const runId = known && runOf(known);
      if (runId !== undefined) return { messageId: runId };
    }
    return undefined;
  };
  /** A letter of the bank's in one of its formats arrives. */
  const letter = async (
    format: AnswerFormat,
    advices: readonly BankAdvice[],
    given?: BankLetter['original'],
    // Nothing is said of the message as a whole, unless one is given.
    partial = given === undefined,
  ) => {
    const original = given ?? (await messageOf(advices));
    return deliver(
      writeLetter(format, {
        id: `L-${files + 1}`,
        day: '2020-08-04',
        debitAccount,
        advices,
        ...(original !== undefined && { original }),
        partial,
      }),
    );
  };

  const settleFirst = (id: string, now = at(80)) => settle(store, { proposalId: id, tranche: 1, now });
  const budget = async () => {
    const {
      available,
      committed,
      reserved: held,
      paid,
      deposited,
      charges,
      suspense,
    } = (await store.budgets.get(line)) ?? {};
    return { available, committed, reserved: held, paid, deposited, charges, suspense };
  };

  return {
    ...stage,
    answerDeps,
    debitAccount,
    ...{ done, approved, awarded, reserved, ready, sent, paper },
    ...{
      instruct,
      correct,
      gather,
      write,
      askRelease,
      decideOn,
      send,
      withdrawn,
      carryOut,
      payment,
      likeThatOf,
      settledLine,
      rejectedLine,
      deliver,
      answer,
      letter,
      settleFirst,
      budget,
    },
  };
}

export type Treasury = Awaited<ReturnType<typeof openTreasury>>;
