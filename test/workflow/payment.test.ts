import { afterEach, describe, expect, it } from 'vitest';
import { type Reply, type Script, setStage, silence } from './stage.ts';

let close: () => void = () => undefined;
afterEach(() => close());

async function pay(script: Script, tranche = 1) {
  const stage = setStage(script);
  close = stage.close;
  const { output, status, error } = await stage.play('payment', { proposalId: 'P-ABCDEFGHJK', tranche });
  return { ...stage, output, status, error };
}

describe('payment of a tranche', () => {
  it('goes from the documents by SPP, SPM and SP2D to the bank, and is settled', async () => {
    const { output, calls } = await pay({}, 2);
    expect(output).toEqual({ outcome: 'settled' });
    expect(
      calls
        .filter(({ name }) => name !== 'asks/plan-ask')
        .map(({ name, payload }) => (name === 'asks/run-turn' ? `${payload.kind} ${payload.key}` : name)),
    ).toEqual([
      'payment/open-tranche',
      'tranche-documents 2',
      'spp 2',
      'spm 2',
      'payment/reserve-tranche',
      'sp2d 2',
      'payment/instruct-bank',
      'payment/settle-tranche',
    ]);
  });

  it('asks for another SP2D for each further attempt, because the first names another account', async () => {
    const corrected = (sp2d: Reply | readonly Reply[] = 'issued') =>
      pay({ bank: ['rejected', 'settled'], people: { sp2d } });
    const paid = await corrected();
    expect(paid.output).toEqual({ outcome: 'settled' });
    expect(paid.askedKeys('sp2d')).toEqual(['1', '1-a2']);
    for (const [reply, reason] of [
      ['refused', 'sp2d-refused'],
      [silence, 'sp2d-not-issued'],
    ] as const)
      expect((await corrected(['issued', reply])).output).toEqual({ outcome: 'unpaid', reason });
  });

  it('pays no other account before the PPK has accepted it, and drafts no papers for one', async () => {
    const { output, askedKeys, callsOf } = await pay({
      bank: ['rejected', 'settled'],
      people: { 'account-acceptance': ['refused', 'refused', 'accepted'] },
    });
    expect(output).toEqual({ outcome: 'settled' });
    // The group is asked again, with the PPK's reason.
    expect(askedKeys('account-correction')).toEqual(['1-1', '1-1-2', '1-1-3']);
    expect(askedKeys('account-acceptance')).toEqual(['1-1', '1-1-2', '1-1-3']);
    expect(callsOf('payment/draft-papers')).toHaveLength(1);
    expect(callsOf('payment/instruct-bank').map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it('asks for another account, and not the PPK, while the one that was given is that of another proposal', async () => {
    const { output, askedKeys, callsOf } = await pay({
      bank: ['rejected', 'settled'],
      functions: { 'payment/claim-account': [{ outcome: 'in-use' }, { outcome: 'claimed' }] },
    });
    expect(output).toEqual({ outcome: 'settled' });
    expect(callsOf('payment/claim-account').map(({ turn }) => turn)).toEqual([1, 2]);
    expect(askedKeys('account-correction')).toEqual(['1-1', '1-1-2']);
    expect(askedKeys('account-acceptance')).toEqual(['1-1-2']);
    const never = await pay({
      bank: 'rejected',
      functions: { 'payment/claim-account': { outcome: 'in-use' } },
    });
    expect(never.output).toEqual({ outcome: 'unpaid', reason: 'account-not-accepted' });
    expect(never.askedKeys('account-correction')).toEqual(['1-1', '1-1-2', '1-1-3']);
    expect(never.askedKeys('account-acceptance')).toEqual([]);
    expect(never.callsOf('payment/instruct-bank')).toHaveLength(1);
  });

  it.each<[string, Reply]>([
    ['sends every account back', 'refused'],
    ['never answers', silence],
  ])('stays unpaid where the PPK %s', async (_what, reply) => {
    const { output, callsOf } = await pay({ bank: 'rejected', people: { 'account-acceptance': reply } });
    expect(output).toEqual({ outcome: 'unpaid', reason: 'account-not-accepted' });
    expect(callsOf('payment/draft-papers')).toHaveLength(0);
    expect(callsOf('payment/instruct-bank')).toHaveLength(1);
  });

  it.each<[string, Script, string]>([
    ['no documents come', { people: { 'tranche-documents': silence } }, 'documents-missing'],
    ['no SPP is issued', { people: { spp: silence } }, 'spp-not-issued'],
    ['the SPM is refused', { people: { spm: 'refused' } }, 'spm-refused'],
    ['no SPM is issued', { people: { spm: silence } }, 'spm-not-issued'],
  ])('stays unpaid, with nothing reserved, when %s', async (_what, script, reason) => {
    const { output, callsOf } = await pay(script, 2);
    expect(output).toEqual({ outcome: 'unpaid', reason });
    expect(callsOf('payment/leave-unpaid')).toEqual([expect.objectContaining({ tranche: 2, reason })]);
    expect(callsOf('payment/reserve-tranche')).toHaveLength(0);
    expect(callsOf('payment/instruct-bank')).toHaveLength(0);
  });

  it.each<[string, Script, string]>([
    ['it is not issued', { people: { sp2d: silence } }, 'sp2d-not-issued'],
    ['the SPM is returned', { people: { sp2d: 'refused' } }, 'sp2d-refused'],
  ])(
    'instructs no bank without an SP2D, and gives back what was reserved, when %s',
    async (_what, script, reason) => {
      const { output, callsOf } = await pay(script);
      expect(output).toEqual({ outcome: 'unpaid', reason });
      expect(callsOf('payment/instruct-bank')).toHaveLength(0);
      expect(callsOf('payment/leave-unpaid')).toEqual([expect.objectContaining({ reason })]);
    },
  );

  it('has papers handed in again that were returned, and tests them in the next round', async () => {
    const { output, askedKeys, callsOf } = await pay({ people: { spp: ['returned', 'issued'] } });
    expect(output).toEqual({ outcome: 'settled' });
    for (const kind of ['tranche-documents', 'spp'] as const) expect(askedKeys(kind)).toEqual(['1', '1-2']);
    expect(askedKeys('spm')).toEqual(['1-2']);
    expect(callsOf('payment/reserve-tranche')).toEqual([expect.objectContaining({ round: 2 })]);
  });

  it('stays unpaid when papers were returned as often as the pack allows', async () => {
    const { output, askedKeys, callsOf } = await pay({ people: { spp: 'returned' } });
    expect(output).toEqual({ outcome: 'unpaid', reason: 'papers-returned' });
    expect(askedKeys('spp')).toEqual(['1', '1-2', '1-3']);
    expect(callsOf('payment/leave-unpaid')).toEqual([expect.objectContaining({ reason: 'papers-returned' })]);
  });

  it.each(['spm', 'sp2d'] as const)(
    'has the SPP issued again when it was cancelled while the %s was asked for, as often as the pack allows',
    async (kind) => {
      const once = await pay({ people: { [kind]: ['cancelled', 'issued'] } });
      expect(once.output).toEqual({ outcome: 'settled' });
      expect(once.askedKeys('tranche-documents')).toEqual(['1']);
      expect(once.askedKeys('spp')).toEqual(['1', '1-2']);
      close();
      const always = await pay({ people: { [kind]: 'cancelled' } });
      expect(always.output).toEqual({ outcome: 'unpaid', reason: 'order-cancelled' });
      expect(always.askedKeys('spp')).toEqual(['1', '1-2', '1-3']);
    },
  );

  it('stays unpaid when the papers that name the new account do not come', async () => {
    const { output, callsOf } = await pay({
      bank: 'rejected',
      people: { 'tranche-documents': ['provided', silence] },
    });
    expect(output).toEqual({ outcome: 'unpaid', reason: 'account-papers-missing' });
    expect(callsOf('payment/instruct-bank')).toHaveLength(1);
  });

  it('asks for no papers again where none that the group signs names the account', async () => {
    const { output, askedKeys } = await pay({
      bank: ['rejected', 'settled'],
      functions: { 'payment/draft-papers': { signedByGroup: false } },
    });
    expect(output).toEqual({ outcome: 'settled' });
    expect(askedKeys('tranche-documents')).toEqual(['1']);
  });

  it('pays a corrected account by a new attempt, once the papers that name it were signed again', async () => {
    const { output, calls, callsOf, askedKeys } = await pay({ bank: ['rejected', 'settled'] });
    expect(output).toEqual({ outcome: 'settled' });
    expect(askedKeys('account-correction')).toEqual(['1-1']);
    expect(
      calls
        .map(({ name, payload }) => (name === 'asks/run-turn' ? `${payload.kind} ${payload.key}` : name))
        .filter((name) => name !== 'asks/plan-ask')
        .slice(-10),
    ).toEqual([
      'payment/instruct-bank',
      'payment/settle-tranche',
      'account-correction 1-1',
      'payment/claim-account',
      'account-acceptance 1-1',
      'payment/draft-papers',
      'tranche-documents 1-a2',
      'sp2d 1-a2',
      'payment/instruct-bank',
      'payment/settle-tranche',
    ]);
    expect(callsOf('payment/instruct-bank').map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it('stops when the pack allows no more corrections', async () => {
    const { output, askedKeys, callsOf } = await pay({ bank: 'rejected' });
    expect(output).toEqual({ outcome: 'unpaid', reason: 'account-refused' });
    expect(callsOf('payment/leave-unpaid').map(({ reason }) => reason)).toEqual(['account-refused']);
    expect(askedKeys('account-correction')).toEqual(['1-1', '1-2']);
  });

  it('lapses when the fiscal year was over before the bank was instructed, and asks no one for an account', async () => {
    const { output, askedKeys, callsOf } = await pay({
      functions: { 'payment/settle-tranche': [{ outcome: 'lapsed', remaining: 1 }] },
    });
    expect(output).toEqual({ outcome: 'unpaid', reason: 'lapsed' });
    expect(callsOf('payment/leave-unpaid').map(({ reason }) => reason)).toEqual(['lapsed']);
    expect(askedKeys('account-correction')).toEqual([]);
  });

  it('asks a treasurer about a payment that is held until it is freed, and waits for the same attempt again', async () => {
    const held = (hold: number) => ({ outcome: 'held', hold, remaining: 1 });
    const { output, askedKeys, callsOf } = await pay({
      functions: {
        'payment/settle-tranche': [held(1), held(2), { outcome: 'settled', hold: 0, remaining: 0 }],
      },
      people: { 'payment-hold': ['kept', silence] },
    });
    expect(output).toEqual({ outcome: 'settled' });
    expect([...new Set(askedKeys('payment-hold'))]).toEqual(['1-1', '1-1-2']);
    expect(callsOf('payment/instruct-bank').map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
    expect(callsOf('payment/leave-unpaid')).toEqual([]);
  });

  it('stops when the account is not corrected in time', async () => {
    const { output, callsOf } = await pay({ bank: 'rejected', people: { 'account-correction': silence } });
    expect(output).toEqual({ outcome: 'unpaid', reason: 'account-not-corrected' });
    expect(callsOf('payment/leave-unpaid').map(({ reason }) => reason)).toEqual(['account-not-corrected']);
  });

  it('has the account corrected when the money came back before its settlement was recorded', async () => {
    const { output, callsOf, askedKeys } = await pay({
      functions: {
        'payment/settle-tranche': [
          { outcome: 'returned', remaining: 0 },
          { outcome: 'settled', remaining: 0 },
        ],
      },
    });
    expect(output).toEqual({ outcome: 'settled' });
    expect(askedKeys('account-correction')).toEqual(['1-1']);
    expect(callsOf('payment/instruct-bank').map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  describe('when the bank is silent', () => {
    it('asks the treasury, and waits for the same attempt again', async () => {
      const { output, callsOf, askedKeys } = await pay({ bank: [silence, silence, 'settled'] });
      expect(output).toEqual({ outcome: 'settled' });
      expect(askedKeys('bank-inquiry')).toEqual(['1-1-1', '1-1-2']);
      expect(callsOf('payment/instruct-bank').map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
    });

    it('settles when the treasury knows that it was paid', async () => {
      const { output, callsOf } = await pay({ bank: silence, people: { 'bank-inquiry': 'settled' } });
      expect(output).toEqual({ outcome: 'settled' });
      expect(callsOf('payment/instruct-bank')).toHaveLength(1);
      expect(callsOf('payment/settle-tranche')).toHaveLength(1);
    });

    it('has the account corrected when the treasury knows that it was refused', async () => {
      const { output, callsOf } = await pay({
        bank: [silence, 'settled'],
        people: { 'bank-inquiry': 'rejected' },
      });
      expect(output).toEqual({ outcome: 'settled' });
      expect(callsOf('payment/instruct-bank').map(({ attempt }) => attempt)).toEqual([1, 2]);
    });

    it.each<[string, string]>([
      ['the treasury does not answer', silence],
      ['the treasury never knows', 'wait'],
    ])('calls neither paid nor unpaid what may be either: it halts when %s', async (_what, reply) => {
      const { status, error, callsOf } = await pay({ bank: silence, people: { 'bank-inquiry': reply } });
      expect(status).toBe('FAILED');
      expect(error).toBe('PaymentUnresolved');
      expect(new Set(callsOf('payment/instruct-bank').map(({ attempt }) => attempt))).toEqual(new Set([1]));
      expect(callsOf('payment/instruct-bank').length).toBeLessThanOrEqual(10);
      expect(callsOf('payment/settle-tranche')).toHaveLength(0);
      expect(callsOf('payment/leave-unpaid')).toHaveLength(0);
    });
  });
});
