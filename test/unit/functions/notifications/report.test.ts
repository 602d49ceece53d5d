/** What a step reports is written with what it did: all of both, or nothing. */
import { describe, expect, it } from 'vitest';
import { awardAndNotify } from '#functions/approval/award-grant.ts';
import { closeAndNotify } from '#functions/closing/close-proposal.ts';
import { haltAndNotify } from '#functions/closing/record-failure.ts';
import { rejectAndNotify } from '#functions/closing/record-rejection.ts';
import { applyBankFile } from '#functions/payment/read-bank-answer.ts';
import { takeUpReturn } from '#functions/payment/return-payment.ts';
import { settleAndNotify } from '#functions/payment/settle-tranche.ts';
import type { QueuedMessage } from '#functions/store/outbox.ts';
import { conditions, write } from '#functions/store/table.ts';
import { openFollowUp } from '#functions/training/follow-up.ts';
import { writeLetter } from '#players/bank/bank-answers.ts';
import { indonesia } from '../../../calendars.ts';
import { useTable } from '../dynamodb.ts';
import { amount, openTreasury, type Treasury } from '../payment/treasury.ts';
import { at } from '../scene.ts';

let treasury: Treasury;
useTable(async (opened) => {
  treasury = await openTreasury(opened);
});

type Deps = Treasury['deps'];

/** A function that is killed right after its commit: it never tells the sender. */
function killed(): Deps {
  return { ...treasury.deps, nudge: () => Promise.reject(new Error('killed')) };
}

class Refused extends Error {
  override readonly name = 'Refused';
}

/** What a function is given whose commits are refused by what else is in the transaction. */
function refused(): Deps {
  const { store } = treasury.deps;
  const refusal = {
    write: write.check({ pk: 'NONE', sk: 'NONE' }, conditions.present),
    onConflict: () => new Refused(),
  };
  const put: typeof store.outbox.put = (messages, now) => {
    const queueing = store.outbox.put(messages, now);
    return { ...queueing, changes: [...queueing.changes, refusal] };
  };
  return { ...treasury.deps, store: { ...store, outbox: { ...store.outbox, put } } };
}

async function queued(): Promise<QueuedMessage[]> {
  return (await treasury.store.outbox.toSend([], '9999')).flatMap(({ messages }) => messages);
}

async function settled(group: number): Promise<string> {
  const { id, runId } = await treasury.sent(group);
  await treasury.answer(runId, treasury.settledLine(id, 1, `REF-${group}`));
  return id;
}

async function followingUp(group: number): Promise<string> {
  const id = await settled(group);
  await treasury.settleFirst(id);
  await openFollowUp(treasury.store, indonesia, { proposalId: id, now: at(90) });
  return id;
}

interface Step {
  what: string;
  /** What is there before it. */
  given: (group: number) => Promise<string>;
  run: (deps: Deps, proposalId: string) => Promise<unknown>;
  template: string;
  /** Of how many people; one where it is absent. */
  to?: number;
}

/** The bank says in a file that what had settled came back. */
function returnFile(id: string) {
  return writeLetter('camt.053', {
    id: `BACK-${id}`,
    day: '2020-08-05',
    debitAccount: treasury.debitAccount,
    advices: [
      {
        endToEndId: `${id}-01-01`,
        ...{ amount, status: 'RETURNED', day: '2020-08-05', reference: `BACK-${id}`, reason: 'AC04' },
      },
    ],
    partial: true,
  });
}

const now = at(100);
const steps: Step[] = [
  {
    what: 'award',
    given: (group) => treasury.approved(group),
    run: (deps, proposalId) => awardAndNotify(deps, { proposalId, now }),
    template: 'award-granted',
  },
  {
    what: 'settlement',
    given: settled,
    run: (deps, proposalId) => settleAndNotify(deps, { proposalId, tranche: 1, now }),
    template: 'tranche-settled',
  },
  {
    what: 'return',
    given: async (group) => {
      const id = await settled(group);
      await treasury.settleFirst(id);
      return id;
    },
    run: (deps, id) =>
      applyBankFile(
        { ...deps, returned: takeUpReturn({ ...deps, paymentMachineArn: 'payment' }) },
        { key: 'inbox/back', versionId: id, content: { bytes: Buffer.from(returnFile(id)) }, now },
      ),
    template: 'tranche-returned',
    // The group and the administrator.
    to: 2,
  },
  {
    what: 'close',
    given: followingUp,
    run: (deps, proposalId) => closeAndNotify(deps, { proposalId, now }),
    template: 'proposal-closed',
  },
  {
    what: 'rejection that is withdrawn by the group',
    given: (group) => treasury.approved(group),
    run: (deps, proposalId) =>
      rejectAndNotify(deps, { proposalId, at: 'approval', reason: 'withdrawn', now }),
    template: 'proposal-rejected',
  },
  {
    what: 'halt',
    given: (group) => treasury.approved(group),
    run: (deps, proposalId) =>
      haltAndNotify(deps, { proposalId, name: proposalId, error: 'States.Timeout', redrives: 0, now }),
    template: 'proposal-halted',
  },
  {
    what: 'halt before there was a proposal',
    given: async (group) => `P-HALTED${group}`,
    run: (deps, proposalId) =>
      haltAndNotify(deps, { proposalId, name: proposalId, error: 'States.Timeout', redrives: 0, now }),
    template: 'proposal-halted',
  },
];

describe.each(steps.map((step, index) => ({ ...step, group: index + 1 })))(
  'the notice of a $what',
  ({ given, run, template, to = 1, group }) => {
    it('is written once with it: not where the commit fails, and whatever dies after it', async () => {
      const id = await given(group);
      const recorded = () => treasury.store.audit.list({ proposalId: id });
      const before = await recorded();
      await expect(run(refused(), id)).rejects.toThrow(Refused);
      expect(await queued()).toEqual([]);
      expect(await recorded()).toEqual(before);
      await expect(run(killed(), id)).rejects.toThrow('killed');
      const written = await queued();
      expect(written).toMatchObject(Array(to).fill({ template, subjectId: id }));
      const after = await recorded();
      expect(after.length).toBeGreaterThan(before.length);
      // The step is tried again, and the sender takes what lost its nudge.
      const mails = treasury.mails.length;
      await run(treasury.deps, id);
      expect(await queued()).toEqual(written);
      expect(await recorded()).toEqual(after);
      await treasury.deps.nudge(
        (await treasury.store.outbox.toSend([], '9999')).map((batch) => batch.id),
        now,
      );
      expect(await queued()).toEqual([]);
      expect(treasury.mails.slice(mails)).toHaveLength(to);
    });
  },
);
