import { afterEach, describe, expect, it } from 'vitest';
import { followUpPlan } from '#domain/training/training.ts';
import { machineNames } from '#functions/machines.ts';
import { newestRulePack } from '#programmes/index.ts';
import { indonesia } from '../calendars.ts';
import type { CalledFunction } from './contracts.ts';
import { type Reply, type Script, setStage, silence } from './stage.ts';

const proposalId = 'P-ABCDEFGHJK';
let close: () => void = () => undefined;
afterEach(() => close());

async function propose(script: Script) {
  const stage = setStage(script);
  close = stage.close;
  const { arn, output, status } = await stage.play(
    'proposal',
    { proposalId, packetPrefix: 'kelompok-maju' },
    proposalId,
  );
  return { ...stage, arn, output, status };
}

type Stage = Awaited<ReturnType<typeof propose>>;
function children({ harness }: Stage) {
  return machineNames.flatMap((name) => harness.executions(name)).map((arn) => arn.split(':').at(-1));
}

const twoTranches = {
  'approval/award-grant': { outcome: 'awarded', tranches: [1, 2] },
} satisfies Script['functions'];
const threeTranches = {
  'approval/award-grant': { outcome: 'awarded', tranches: [1, 2, 3] },
} satisfies Script['functions'];
const lpj = { items: [{ kind: 'lpj', about: { report: 1 }, opensAt: '2026-06-01T02:00:00Z' }] };

describe('proposal', () => {
  it('goes from registration through all stages to its close', async () => {
    const stage = await propose({ functions: { 'training/open-training': lpj } });
    expect(stage.output).toEqual({ outcome: 'closed', result: 'complete' });
    expect(children(stage).sort()).toEqual(
      [
        proposalId,
        `${proposalId}-verification-1`,
        `${proposalId}-approval-1`,
        `${proposalId}-payment-1`,
        `${proposalId}-training`,
      ].sort(),
    );
  });

  it('costs at most 70 transitions on TKM’s straight way, all executions counted', async () => {
    const items = followUpPlan(newestRulePack('tkm-2020'), '2026-02-02', indonesia);
    const { harness, status } = await propose({ functions: { 'training/open-training': { items } } });
    expect(status).toBe('SUCCEEDED');
    const entered = machineNames
      .flatMap((name) => harness.executions(name))
      .reduce((sum, arn) => sum + harness.path(arn).length, 0);
    expect(entered).toBeLessThanOrEqual(70);
    // The figure itself, so that a change of it is seen: it is money at every proposal.
    expect(entered).toBe(69);
  });

  it('asks for the muster roll in parallel to all else where wages are paid by the day', async () => {
    const stage = await propose({
      functions: { 'approval/award-grant': { outcome: 'awarded', tranches: [1], works: true } },
    });
    expect(stage.output).toEqual({ outcome: 'closed', result: 'complete' });
    expect(children(stage)).toContain(`${proposalId}-muster-roll`);
    expect(stage.askedKeys('muster-roll')).toEqual(['1']);
  });

  describe('with attachments still missing', () => {
    const missing: Script['functions'] = {
      'submission/register-proposal': { outcome: 'attachments-missing', waitSeconds: 3600 },
    };
    it('waits for them', async () => {
      const { output, callsOf } = await propose({ functions: missing });
      expect(output).toMatchObject({ outcome: 'closed' });
      expect(callsOf('submission/await-attachments')).toHaveLength(1);
    });

    it('continues with verification when they do not come, which reports them with all else', async () => {
      const { output, callsOf } = await propose({ functions: missing, attachments: silence });
      expect(output).toMatchObject({ outcome: 'closed' });
      const [registered] = callsOf('submission/register-proposal');
      const [checked] = callsOf('verification/run-checks');
      const waited = Date.parse(String(checked?.now)) - Date.parse(String(registered?.now));
      expect(waited).toBe(3_600_000);
    });
  });

  it('verifies a returned proposal again, in its next round', async () => {
    const stage = await propose({ people: { approval: ['return', 'approve'] } });
    expect(stage.output).toMatchObject({ outcome: 'closed' });
    expect(children(stage)).toEqual(
      expect.arrayContaining([
        `${proposalId}-verification-1`,
        `${proposalId}-approval-1`,
        `${proposalId}-verification-2`,
        `${proposalId}-approval-2`,
      ]),
    );
    expect(stage.callsOf('verification/run-checks').map(({ round }) => round)).toEqual([1, 2]);
  });

  it.each<[string, Script, { at: string; reason: string }]>([
    ['verification', { people: { 'site-visit': 'fail' } }, { at: 'verification', reason: 'not-verified' }],
    ['approval', { people: { approval: 'reject' } }, { at: 'approval', reason: 'rejected' }],
    [
      'approval, by silence',
      { people: { approval: silence } },
      { at: 'approval', reason: 'approver-silent' },
    ],
    ['the first payment', { people: { spm: 'refused' } }, { at: 'payment', reason: 'spm-refused' }],
  ])('records a rejection at %s with its reason, and ends well', async (_at, script, rejection) => {
    const { output, status, callsOf } = await propose(script);
    expect(status).toBe('SUCCEEDED');
    expect(output).toEqual({ outcome: 'rejected', ...rejection });
    expect(callsOf('closing/record-rejection')).toEqual([
      expect.objectContaining({ proposalId, ...rejection }),
    ]);
    expect(callsOf('closing/close-proposal')).toHaveLength(0);
    expect(callsOf('training/open-training')).toHaveLength(0);
  });

  describe('with more than one tranche', () => {
    it('pays them in order, in parallel to the training', async () => {
      const stage = await propose({ functions: { ...twoTranches, 'training/open-training': lpj } });
      expect(stage.output).toMatchObject({ outcome: 'closed' });
      expect(stage.callsOf('payment/settle-tranche').map(({ tranche }) => tranche)).toEqual([1, 2]);
      expect(children(stage)).toContain(`${proposalId}-payment-2`);
      expect(stage.callsOf('asks/run-turn').filter(({ kind }) => kind === 'lpj')).toHaveLength(1);
    });

    it('opens none after one that stays unpaid, and closes', async () => {
      const stage = await propose({
        functions: threeTranches,
        people: { 'tranche-documents': ['provided', silence] },
      });
      expect(stage.output).toMatchObject({ outcome: 'closed' });
      expect(stage.callsOf('payment/open-tranche').map(({ tranche }) => tranche)).toEqual([1, 2]);
      expect(stage.askedKeys('receipt')).toEqual(['1']);
      expect(stage.callsOf('payment/leave-unpaid').map(({ reason }) => reason)).toEqual([
        'documents-missing',
      ]);
      expect(stage.callsOf('closing/record-rejection')).toHaveLength(0);
    });
  });

  describe('after each tranche', () => {
    it('asks the members whether the benefit reached them, and records what they say', async () => {
      const stage = await propose({ functions: threeTranches });
      expect(stage.output).toMatchObject({ outcome: 'closed' });
      expect(stage.askedKeys('receipt')).toEqual(['1', '2', '3']);
      expect(stage.callsOf('payment/record-receipts').map(({ tranche }) => tranche)).toEqual([1, 2, 3]);
      expect(stage.askedKeys('receipt-review')).toEqual([]);
    });

    it('pays the next only when enough have confirmed', async () => {
      const late = { outcome: 'quorum', turn: 1 };
      const stage = await propose({ functions: twoTranches, people: { receipt: late } });
      const [asked] = stage.callsOf('asks/run-turn').filter(({ kind }) => kind === 'receipt');
      const opened = stage.callsOf('payment/open-tranche').find(({ tranche }) => tranche === 2);
      const waited = Date.parse(String(opened?.now)) - Date.parse(String(asked?.now));
      expect(waited).toBe(3 * 86_400_000);
    });

    it('does not let the training wait for what the members say', async () => {
      const stage = await propose({
        functions: { 'training/open-training': lpj },
        people: { receipt: silence },
        startAt: '2026-06-01T02:00:00Z',
      });
      const [training] = stage.callsOf('training/open-training');
      const [receipt] = stage.callsOf('asks/run-turn').filter(({ kind }) => kind === 'receipt');
      expect(training?.now).toBe(receipt?.now);
    });

    it.each(['short', silence])(
      'has the auditor decide when members say “%s”: release pays the next',
      async (outcome) => {
        const stage = await propose({ functions: threeTranches, people: { receipt: [outcome, 'quorum'] } });
        expect(stage.askedKeys('receipt-review')).toEqual(['1']);
        expect(stage.callsOf('payment/open-tranche').map(({ tranche }) => tranche)).toEqual([1, 2, 3]);
        expect(stage.callsOf('payment/leave-unpaid')).toEqual([]);
      },
    );

    it.each(['stop', silence])(
      'leaves the rest unpaid when the auditor says “%s”, and closes',
      async (outcome) => {
        const stage = await propose({
          functions: threeTranches,
          people: { receipt: 'short', 'receipt-review': outcome },
        });
        expect(stage.output).toMatchObject({ outcome: 'closed' });
        expect(stage.callsOf('payment/open-tranche').map(({ tranche }) => tranche)).toEqual([1]);
        expect(stage.callsOf('payment/leave-unpaid')).toEqual([
          expect.objectContaining({ tranche: 2, reason: 'receipt-unconfirmed' }),
        ]);
      },
    );

    it('asks no auditor after the last, because nothing waits', async () => {
      const stage = await propose({ functions: twoTranches, people: { receipt: ['quorum', silence] } });
      expect(stage.output).toMatchObject({ outcome: 'closed' });
      expect(stage.askedKeys('receipt-review')).toEqual([]);
      expect(stage.callsOf('payment/record-receipts').map(({ tranche }) => tranche)).toEqual([1, 2]);
    });
  });

  describe('after a rejection', () => {
    const rejected = { people: { approval: 'reject' } } satisfies Script;
    const objecting = (appeal: Reply, more: Script['people'] = {}): Script => ({
      people: { objection: 'objected', appeal, ...more },
    });

    it.each(['accepted', silence])(
      'asks the leader whether the group objects, and ends at “%s”',
      async (objection) => {
        const stage = await propose({ people: { ...rejected.people, objection } });
        expect(stage.output).toEqual({ outcome: 'rejected', at: 'approval', reason: 'rejected' });
        expect(stage.askedKeys('objection')).toEqual(['']);
        expect(stage.askedKeys('appeal')).toEqual([]);
        expect(stage.callsOf('closing/uphold-rejection')).toEqual([]);
      },
    );

    it('asks no one where the group may not object', async () => {
      const functions = { 'closing/record-rejection': { outcome: 'rejected', mayObject: false } };
      const stage = await propose({ ...rejected, functions });
      expect(stage.output).toMatchObject({ outcome: 'rejected' });
      expect(stage.askedKeys('objection')).toEqual([]);
    });

    it.each(['dismissed', silence])('is final when the decision is “%s”', async (appeal) => {
      const stage = await propose(objecting(appeal, rejected.people));
      expect(stage.output).toEqual({ outcome: 'rejected', at: 'approval', reason: 'rejected' });
      expect(stage.callsOf('asks/run-turn').filter(({ kind }) => kind === 'appeal')[0]).toMatchObject({
        key: '',
        role: 'pa',
      });
      expect(stage.callsOf('closing/uphold-rejection')).toHaveLength(1);
      expect(stage.callsOf('closing/reopen-proposal')).toEqual([]);
    });

    it('verifies again, in the next round, when the objection is granted', async () => {
      const stage = await propose(objecting('granted', { 'site-visit': ['fail', 'pass'] }));
      expect(stage.output).toEqual({ outcome: 'closed', result: 'complete' });
      expect(stage.callsOf('closing/reopen-proposal')).toEqual([expect.objectContaining({ round: 2 })]);
      expect(stage.callsOf('verification/run-checks').map(({ round }) => round)).toEqual([1, 2]);
      expect(children(stage)).toEqual(
        expect.arrayContaining([`${proposalId}-objection`, `${proposalId}-verification-2`]),
      );
    });

    it('is final the second time', async () => {
      const may = { outcome: 'rejected', mayObject: true, appealRole: 'pa' };
      const stage = await propose({
        ...objecting('granted', { approval: ['approve', 'reject'] }),
        functions: { 'closing/record-rejection': [may, { ...may, mayObject: false }] },
      });
      expect(stage.output).toEqual({ outcome: 'rejected', at: 'approval', reason: 'rejected' });
      expect(stage.callsOf('closing/record-rejection')).toHaveLength(2);
      expect(stage.askedKeys('objection')).toEqual(['']);
    });
  });

  describe('when something is broken', () => {
    const inBranches = new Set([
      ...[
        'Plan to ask the members for the receipt',
        'Ask the members for the receipt',
        'Record the last receipts',
      ],
      ...['Another tranche?', 'Training', 'Wages by the day', 'Muster roll'],
    ]);
    const once = (name: CalledFunction, answer: object = {}): Script => ({
      functions: { [name]: [new Error('broken'), answer] },
    });
    it.each<[string, Script, string]>([
      [
        'a step of its own',
        once('submission/register-proposal', { outcome: 'complete' }),
        'Register the proposal',
      ],
      [
        'verification',
        once('verification/run-checks', { outcome: 'passed', membershipNeeded: false, visitNeeded: true }),
        'Verification',
      ],
      ['approval', once('approval/award-grant', { outcome: 'awarded', tranches: [1] }), 'Approval'],
      [
        'the first payment, whose fate is unknown',
        { bank: [...Array(10).fill(silence), 'settled'], people: { 'bank-inquiry': 'wait' } },
        'First tranche',
      ],
      ['the training', once('training/open-training', { items: [] }), 'Remaining tranches and training'],
      [
        'the close',
        once('closing/close-proposal', { outcome: 'closed', result: 'complete' }),
        'Close the proposal',
      ],
    ])('fails at %s, and continues from there when it is redriven', async (_where, script, step) => {
      const stage = await propose(script);
      expect(stage.status).toBe('FAILED');
      const steps = () => stage.harness.path(stage.arn).filter((name) => !inBranches.has(name));
      const before = steps();
      expect(before.at(-1)).toBe(step);
      const { status, output } = await stage.redrive(stage.arn);
      expect([status, output]).toEqual(['SUCCEEDED', { outcome: 'closed', result: 'complete' }]);
      // What went well before is not done again.
      const after = steps();
      for (const name of before.slice(0, -1))
        expect([name, after.filter((each) => each === name)]).toEqual([name, [name]]);
    });

    it('runs the child that failed again, under a name of its own', async () => {
      const stage = await propose(once('approval/award-grant', { outcome: 'awarded', tranches: [1] }));
      await stage.redrive(stage.arn);
      expect(children(stage)).toEqual(
        expect.arrayContaining([`${proposalId}-approval-1`, `${proposalId}-approval-1-redrive-1`]),
      );
    });

    it('continues with an objection that was granted before it broke', async () => {
      const stage = await propose({
        functions: { 'closing/reopen-proposal': [new Error('broken'), { outcome: 'granted' }] },
        people: { 'site-visit': ['fail', 'pass'], objection: 'objected', appeal: 'granted' },
      });
      expect([stage.status, stage.harness.path(stage.arn).at(-1)]).toEqual(['FAILED', 'Objection']);
      expect((await stage.redrive(stage.arn)).output).toEqual({ outcome: 'closed', result: 'complete' });
      expect(children(stage)).toContain(`${proposalId}-objection-redrive-1`);
      expect(stage.askedKeys('objection')).toEqual(['']);
      expect(stage.callsOf('closing/record-rejection')).toHaveLength(1);
    });

    it('asks the treasury again what became of a payment, after those inquiries that were not answered', async () => {
      const stage = await propose({
        bank: silence,
        people: { 'bank-inquiry': [...Array(10).fill('wait'), 'settled'] },
      });
      expect(stage.status).toBe('FAILED');
      expect((await stage.redrive(stage.arn)).status).toBe('SUCCEEDED');
      expect(stage.askedKeys('bank-inquiry')).toEqual(
        Array.from({ length: 11 }, (_, index) => `1-1-${index + 1}`),
      );
    });
  });
});
