import { afterEach, describe, expect, it } from 'vitest';
import { followUpPlan } from '#domain/training.ts';
import { indonesia } from '#programmes/calendar.ts';
import { rulePack } from '#programmes/index.ts';
import { machineNames } from '#workflows/parts.ts';
import { type Script, setStage, silence } from './stage.ts';

const proposalId = 'P-ABCDEFGHJK';
let close: () => void = () => undefined;
afterEach(() => close());

async function propose(script: Script) {
  const stage = setStage(script);
  close = stage.close;
  const { output, status, error } = await stage.play(
    'proposal',
    { proposalId, packetPrefix: 'kelompok-maju' },
    proposalId,
  );
  return { ...stage, output, status, error };
}

type Stage = Awaited<ReturnType<typeof propose>>;
const children = ({ harness }: Stage) =>
  machineNames.flatMap((name) => harness.executions(name)).map((arn) => arn.split(':').at(-1));

const twoTranches = {
  'approval/award-grant': { outcome: 'awarded', tranches: [1, 2] },
} satisfies Script['functions'];
const lpj = { items: [{ kind: 'lpj', key: '1', opensAt: '2026-06-01T02:00:00Z' }] };

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

  it('costs at most 80 transitions on TKM’s straight way, all executions counted', async () => {
    const items = followUpPlan(rulePack('tkm-2020', 1), '2026-02-02', indonesia);
    const { harness, status } = await propose({ functions: { 'training/open-training': { items } } });
    expect(status).toBe('SUCCEEDED');
    const entered = machineNames
      .flatMap((name) => harness.executions(name))
      .reduce((sum, arn) => sum + harness.path(arn).length, 0);
    expect(entered).toBeLessThanOrEqual(80);
    // The figure itself, so that a change of it is seen: it is money at every proposal.
    expect(entered).toBe(70);
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

    it('goes on to verification when they do not come, which reports them with all else', async () => {
      const { output, callsOf } = await propose({ functions: missing, attachments: silence });
      expect(output).toMatchObject({ outcome: 'closed' });
      const [registered] = callsOf('submission/register-proposal');
      const [checked] = callsOf('verification/run-checks');
      const waited = Date.parse(String(checked?.now)) - Date.parse(String(registered?.now));
      expect(waited).toBe(3_600_000);
    });
  });

  it('verifies a returned proposal anew, in its next round', async () => {
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
    expect(callsOf('admin/record-rejection')).toEqual([
      expect.objectContaining({ proposalId, ...rejection }),
    ]);
    expect(callsOf('admin/close-proposal')).toHaveLength(0);
    expect(callsOf('training/open-training')).toHaveLength(0);
  });

  describe('with more than one tranche', () => {
    it('pays them in order, beside the training', async () => {
      const stage = await propose({ functions: { ...twoTranches, 'training/open-training': lpj } });
      expect(stage.output).toMatchObject({ outcome: 'closed' });
      expect(stage.callsOf('payment/settle-tranche').map(({ tranche }) => tranche)).toEqual([1, 2]);
      expect(children(stage)).toContain(`${proposalId}-payment-2`);
      expect(stage.callsOf('people/ask').filter(({ kind }) => kind === 'lpj')).toHaveLength(1);
    });

    it('opens none after one that stays unpaid, and closes', async () => {
      const stage = await propose({
        functions: { 'approval/award-grant': { outcome: 'awarded', tranches: [1, 2, 3] } },
        people: { 'tranche-documents': ['provided', silence] },
      });
      expect(stage.output).toMatchObject({ outcome: 'closed' });
      expect(stage.callsOf('payment/open-tranche').map(({ tranche }) => tranche)).toEqual([1, 2]);
      expect(stage.callsOf('admin/record-rejection')).toHaveLength(0);
    });
  });

  describe('when something is broken', () => {
    it.each<[string, Script, string]>([
      [
        'a step of its own',
        { functions: { 'submission/register-proposal': new Error('broken') } },
        'Register the proposal',
      ],
      ['verification', { functions: { 'verification/run-checks': new Error('broken') } }, 'Verification'],
      ['approval', { functions: { 'approval/award-grant': new Error('broken') } }, 'Approval'],
      ['the first payment', { bank: silence, people: { 'bank-inquiry': silence } }, 'First tranche'],
      [
        'the training',
        { functions: { 'training/open-training': new Error('broken') } },
        'Remaining tranches and training',
      ],
      ['the close', { functions: { 'admin/close-proposal': new Error('broken') } }, 'Close the proposal'],
    ])('records the halt at %s, and fails for an administrator to see', async (_where, script, step) => {
      const { status, error, callsOf } = await propose(script);
      expect(status).toBe('FAILED');
      expect(error).toBe('ProposalHalted');
      expect(callsOf('admin/record-failure')).toEqual([
        expect.objectContaining({ proposalId, error: expect.stringMatching(`^${step}: `) }),
      ]);
    });
  });
});
